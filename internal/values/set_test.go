package values_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/strvals"

	"github.com/helm-flink/helm-flink/internal/values"
)

func TestSet(t *testing.T) {
	t.Parallel()
	const base = "a: {b: 1, c: [x, {d: 2}]}\nversion: \"1\"\n"
	files := func(name string) ([]byte, error) { return []byte("content of " + name), nil }
	for _, c := range []struct{ name, flag, value, want string }{
		{"plain", "--set", "a.b=2", `{"a":{"b":2,"c":["x",{"d":2}]},"version":"1"}`},
		{"new path", "--set", `n.x\.y=true,n.z=null`, `{"a":{"b":1,"c":["x",{"d":2}]},"n":{"x.y":true,"z":null},"version":"1"}`},
		{"item", "--set", "a.c[0]=y,a.c[1].d=3,a.c[2]=z", `{"a":{"b":1,"c":["y",{"d":3},"z"]},"version":"1"}`},
		{"list", "--set", "a.c={1,x}", `{"a":{"b":1,"c":[1,"x"]},"version":"1"}`},
		{"leading zero stays text", "--set", "a.b=011122223333", `{"a":{"b":"011122223333","c":["x",{"d":2}]},"version":"1"}`},
		{"string", "--set-string", "a.b=2", `{"a":{"b":"2","c":["x",{"d":2}]},"version":"1"}`},
		{"JSON", "--set-json", `a={"b":[1,1.5],"x":null}`, `{"a":{"b":[1,1.5],"x":null},"version":"1"}`},
		{"file", "--set-file", "a.b=x.txt", `{"a":{"b":"content of x.txt","c":["x",{"d":2}]},"version":"1"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			doc, findings := load(t, nil, values.Input{
				Files: []values.Source{file(base)}, Sets: []values.Set{{Flag: c.flag, Value: c.value}}, ReadFile: files,
			})
			if got := asJSON(t, doc.Root); len(findings) > 0 || got != c.want {
				t.Errorf("got %s %v, want %s", got, findings, c.want)
			}
			if got := doc.Position("version").String(); got != "f.yaml:2:10" {
				t.Errorf("what was not set moved to %s", got)
			}
		})
	}
}

func TestSetPositions(t *testing.T) {
	t.Parallel()
	doc, _ := load(t, nil, values.Input{
		Files: []values.Source{file("a:\n  b: 1\n  c: [x, y]\nd: 1\n")},
		Sets: []values.Set{
			{Flag: "--set-string", Value: "d=2"}, {Flag: "--set", Value: "a.b=2,a.c[1]=z,a.n.m=1,d=3"}, {Flag: "--set", Value: "a.c[0]=x"},
		},
	})
	for path, want := range map[string]string{
		"a": "f.yaml:1:1", "a.b": "--set", "a.c": "f.yaml:3:6", "a.c.0": "f.yaml:3:7", "a.c.1": "--set", "a.n": "--set",
		"a.n.m": "--set", "d": "--set-string",
	} {
		if got := doc.Position(strings.Split(path, ".")...).String(); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	if got := doc.Root.At("a", "b").KeyPos.String(); got != "f.yaml:2:3" {
		t.Errorf("the key of a value that was set: %s", got)
	}
	if got := strings.Join(doc.Root.Get("a").Keys(), ""); got != "bcn" {
		t.Errorf("the order of keys: %s", got)
	}
}

func TestSetOrderIsHelms(t *testing.T) {
	t.Parallel()
	var sets []values.Set
	for _, flag := range []string{"--set-file", "--set-string", "--set", "--set-json"} {
		value := "a=" + strings.TrimPrefix(flag, "--")
		if flag == "--set-json" {
			value = `a="json"`
		}
		sets = append(sets, values.Set{Flag: flag, Value: value})
		doc, _ := load(t, nil, values.Input{Sets: sets, ReadFile: func(string) ([]byte, error) { return []byte("file"), nil }})
		if got := asJSON(t, doc.Root); got != `{"a":"file"}` {
			t.Errorf("%v: got %s", sets, got)
		}
	}
}

func TestSetFindings(t *testing.T) {
	t.Parallel()
	schema := compile(t)
	for _, c := range []struct{ flag, value, want string }{
		{"--set", "name", `--set: error FLK019: "name": there is no value
			write path=value, for example jobs.orders.parallelism=4`},
		{"--set", "name.x=hunter2", `--set: error FLK019: "name.x": the path goes through a value that is not a mapping or list
			check the path against the values files`},
		{"--set", "name[0]=hunter2", `--set: error FLK019: "name[0]": the path goes through a value that is not a mapping or list
			check the path against the values files`},
		{"--set", "zones[x]=hunter2", `--set: error FLK019: "zones[x]": a list's index is not a number
			a list's item is written name[0]=value`},
		{"--set", "zones[0]x=hunter2", `--set: error FLK019: "zones[0]x": there is text between ] and =
			a list's item is written name[0]=value`},
		{"--set-json", "zones=[hunter2", `--set-json: error FLK019: "zones": the value is not JSON
			write path=JSON, for example jobs.orders.args=["--topic","orders"]`},
		{"--set", "accountId=111122223333", `--set: error FLK016 accountId: 111122223333 is read as a number
			use --set-string accountId=111122223333`},
		{"--set-json", "accountId=111122223333", `--set-json: error FLK016 accountId: 111122223333 is read as a number
			put it in quotes`},
		{"--set-string", "enabled=true", `--set-string: error FLK011 enabled: want true or false, got string "true"
			use --set`},
		{"--set", "nmae=x", `--set: error FLK010 nmae: unknown key "nmae"
			did you mean "name"?`},
		{"--set", "jobs.a.sql=x", `--set: error FLK012 jobs.a.team: the key "team" is missing
			team: the team that owns the job`},
		{"--set", "name=$NAME", `--set: error FLK018 name: the placeholder $NAME is still there
			write the value that it stands for`},
	} {
		t.Run(c.value, func(t *testing.T) {
			t.Parallel()
			_, findings := load(t, schema, values.Input{
				Files: []values.Source{file("name: x-y\n")}, Sets: []values.Set{{Flag: c.flag, Value: c.value}},
			})
			check(t, findings, c.want)
			if strings.Contains(text(findings), "hunter2") {
				t.Error("a value is shown")
			}
		})
	}
}

func TestSetErrors(t *testing.T) {
	t.Parallel()
	gone := errors.New("no such file")
	_, _, err := values.Load(values.Input{
		Sets: []values.Set{{Flag: "--set-file", Value: "a=x"}}, ReadFile: func(string) ([]byte, error) { return nil, gone },
	}, nil)
	if !errors.Is(err, gone) {
		t.Errorf("got %v, want the error of the file", err)
	}
	if _, _, err := values.Load(values.Input{Sets: []values.Set{{Flag: "--set-what", Value: "a=x"}}}, nil); err == nil {
		t.Error("an unknown flag is no error")
	}
}

// FuzzSet: whatever is set, Load neither panics nor disagrees with Helm.
func FuzzSet(f *testing.F) {
	for _, seed := range []string{"a.b=1", "a.c[0]=x", "a={1,2}", "a", "a.b.c=1", `x\.y=1`, "a[99999999999]=1", "a[-1]=1", "=", "a.c[1].d=", "a=null"} {
		f.Add(seed)
	}
	const base = "a: {b: 1, c: [x, {d: 2}]}\n"
	f.Fuzz(func(t *testing.T, value string) {
		for _, flag := range []string{"--set", "--set-string", "--set-json"} {
			doc, findings, err := values.Load(values.Input{
				Files: []values.Source{file(base)}, Sets: []values.Set{{Flag: flag, Value: value}},
			}, nil)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]any{"a": map[string]any{"b": int64(1), "c": []any{"x", map[string]any{"d": int64(2)}}}}
			parse := map[string]func(string, map[string]any) error{
				"--set": strvals.ParseInto, "--set-string": strvals.ParseIntoString, "--set-json": strvals.ParseJSON,
			}[flag]
			if (parse(value, want) == nil) != (len(findings) == 0) {
				t.Fatalf("%s %q: got %v", flag, value, findings)
			}
			if got := fmt.Sprint(doc.Root.Plain()); len(findings) == 0 && flag != "--set-json" && got != fmt.Sprint(want) {
				t.Errorf("%s %q: got %s, want %v", flag, value, got, want)
			}
		}
	})
}
