package ignore_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

func known() []diag.Entry {
	return append(diag.Catalog(), diag.Entry{Code: "FLK221", Severity: diag.Error}, diag.Entry{Code: "FLK807", Severity: diag.Warning})
}

func always(diag.Code) bool { return true }

func lines(list diag.List) string {
	var b strings.Builder
	for _, f := range list {
		b.WriteString(f.String() + "\n")
		if f.Hint != "" {
			b.WriteString("\t" + f.Hint + "\n")
		}
	}
	return b.String()
}

func load(t *testing.T, text string) *values.Node {
	t.Helper()
	doc, findings, err := values.Load(values.Input{Files: []values.Source{{Name: "f.yaml", Data: []byte(text)}}}, nil)
	if err != nil || len(findings) > 0 {
		t.Fatalf("%v\n%s", err, lines(findings))
	}
	return doc.Root
}

func TestFromValues(t *testing.T) {
	t.Parallel()
	root := load(t, `
ignore:
  FLK807: { reason: one JobManager will do }
  orders:
    code: FLK221
    path: jobs.orders
    object: FlinkDeployment payments/*
    reason: "  a test job "
  gone: null
`)
	got := ignore.FromValues(root.Get("ignore"), "ignore")
	want := []ignore.Ignore{
		{Code: "FLK807", Reason: "one JobManager will do", At: "ignore.FLK807", Pos: diag.Position{File: "f.yaml", Line: 3, Column: 3}},
		{
			Code: "FLK221", Path: "jobs.orders", Object: "FlinkDeployment payments/*", Reason: "a test job", At: "ignore.orders.code",
			Pos: diag.Position{File: "f.yaml", Line: 5, Column: 11},
		},
	}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if ignore.FromValues(root.Get("nothing")) != nil {
		t.Error("ignores from nothing")
	}
}

func TestFromAnnotations(t *testing.T) {
	t.Parallel()
	key := manifest.Key{Kind: "FlinkDeployment", Namespace: "payments", Name: "orders"}
	origin := manifest.Origin{Locate: func(field []string) (string, diag.Position) {
		return strings.Join(field, "|"), diag.Position{File: "m.yaml", Line: 7, Column: 5}
	}}
	for text, want := range map[string]string{
		"FLK807: one will do":                           "FLK807=one will do",
		" FLK807 : one; or two\n\nFLK221:why: because;": "FLK807=one; or two FLK221=why: because",
		"FLK807":                       "FLK807=",
		"FLK807;FLK221: x":             "FLK807= FLK221=x",
		"FLK8O7: x":                    "FLK8O7=x",
		"all of it: x":                 "all of it=x",
		"because I say so; FLK807: no": "because= FLK807=no",
		"":                             "",
		" ;\n; ":                       "",
		"FLK807: text with FLK221: in it\nand on: it goes": "FLK807=text with FLK221: in it; and on: it goes",
	} {
		var got []string
		for _, i := range ignore.FromAnnotations(map[string]string{model.IgnoreAnnotation: text}, key, origin) {
			got = append(got, string(i.Code)+"="+i.Reason)
			if i.On != "FlinkDeployment payments/orders" || i.At != "metadata|annotations|helm-flink.dev/ignore" || i.Pos.Line != 7 {
				t.Errorf("%q: %+v", text, i)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if ignore.FromAnnotations(nil, key, origin) != nil {
		t.Error("ignores without an annotation")
	}
}

func TestAdd(t *testing.T) {
	t.Parallel()
	s := ignore.New(known())
	got := lines(s.Add([]ignore.Ignore{
		{Code: "FLK807", At: "ignore.FLK807", Pos: diag.Position{File: "f.yaml", Line: 2, Column: 3}},
		{Code: "FLK807", On: "FlinkDeployment a/b", At: "metadata.annotations"},
		{Code: "flk807", Reason: "x"},
		{Code: "everything", Reason: "x"},
		{Code: "FLK010", Reason: "x"},
		{Code: "FLK038", Reason: "x"},
	}...))
	want := `f.yaml:2:3: error FLK044 ignore.FLK807: the ignore of FLK807 has no reason
	add reason: why it is right here
error FLK044 metadata.annotations: the ignore of FLK807 has no reason
	write it behind the code: FLK807: why it is right here
error FLK046: "flk807" is not the code of a finding
	did you mean "FLK807"? helm flink rules lists the codes
error FLK046: "everything" is not the code of a finding
	helm flink rules lists the codes
error FLK046: FLK010 cannot be ignored: nothing can be rendered or judged before it is mended
	mend what it says, and remove the ignore
`
	if got != want {
		t.Errorf("got:\n%s", got)
	}
	findings := diag.List{{Code: "FLK807", Severity: diag.Warning, Message: "m"}, {Code: "FLK010", Severity: diag.Error, Message: "m"}}
	if kept := s.Filter(findings); len(kept) != 2 {
		t.Errorf("broken ignores had effect: %v", kept)
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	finding := diag.Finding{
		Code: "FLK221", Severity: diag.Error, Message: "m", Object: "FlinkDeployment payments/orders",
		Path: `jobs.orders.flinkConfiguration["state.backend"]`,
	}
	for _, c := range []struct {
		ignore ignore.Ignore
		want   bool
	}{
		{ignore.Ignore{Code: "FLK221"}, true},
		{ignore.Ignore{Code: "FLK807"}, false},
		{ignore.Ignore{Code: "FLK221", Path: "jobs"}, true},
		{ignore.Ignore{Code: "FLK221", Path: "job"}, false},
		{ignore.Ignore{Code: "FLK221", Path: "jobs.orders"}, true},
		{ignore.Ignore{Code: "FLK221", Path: "jobs.order"}, false},
		{ignore.Ignore{Code: "FLK221", Path: "jobs.*.flinkConfiguration"}, true},
		{ignore.Ignore{Code: "FLK221", Path: "*.flinkConfiguration"}, false},
		{ignore.Ignore{Code: "FLK221", Path: "**.flinkConfiguration"}, true},
		{ignore.Ignore{Code: "FLK221", Path: `jobs.*.flinkConfiguration["state.*"]`}, true},
		{ignore.Ignore{Code: "FLK221", Path: "orders"}, false},
		{ignore.Ignore{Code: "FLK221", Object: "FlinkDeployment payments/*"}, true},
		{ignore.Ignore{Code: "FLK221", Object: "* */orders"}, true},
		{ignore.Ignore{Code: "FLK221", Object: "*/orders"}, false},
		{ignore.Ignore{Code: "FLK221", Object: "FlinkDeployment payments"}, false},
		{ignore.Ignore{Code: "FLK221", Object: "**orders", Path: "jobs.payments"}, false},
		{ignore.Ignore{Code: "FLK221", On: "FlinkDeployment payments/orders"}, true},
		{ignore.Ignore{Code: "FLK221", On: "FlinkDeployment payments/*"}, false},
	} {
		c.ignore.Reason = "x"
		s := ignore.New(known())
		s.Whole = true
		s.Add(c.ignore)
		kept := s.Filter(diag.List{finding})
		if ignored := len(kept) == 0; ignored != c.want {
			t.Errorf("%+v: ignored %v", c.ignore, ignored)
		}
		if unused := len(s.Unused(always)) > 0; unused == c.want {
			t.Errorf("%+v: unused %v", c.ignore, unused)
		}
	}
	// An error of a code that is mostly a warning and stops the work stays.
	s := ignore.New(known())
	s.Add(ignore.Ignore{Code: diag.CodeWrongDistribution, Reason: "x"})
	both := diag.List{{Code: diag.CodeWrongDistribution, Severity: diag.Error}, {Code: diag.CodeWrongDistribution, Severity: diag.Warning}}
	if kept := s.Filter(both); len(kept) != 1 || kept[0].Severity != diag.Error {
		t.Errorf("kept %v", kept)
	}
}

func TestUnused(t *testing.T) {
	t.Parallel()
	s := ignore.New(known())
	s.Add([]ignore.Ignore{
		{Code: "FLK807", Reason: "used", At: "ignore.a"},
		{Code: "FLK807", Reason: "used too", At: "ignore.b", Path: "jobs"},
		{Code: "FLK221", Reason: "once", At: "ignore.c", Path: "jobs.*"},
		{Code: "FLK221", Reason: "once", At: "ignore.d", Shared: true},
		{Code: "FLK038", Reason: "once", At: "ignore.e"},
	}...)
	for range 2 {
		s.Filter(diag.List{{Code: "FLK807", Path: "jobs.orders"}})
	}
	judged := func(c diag.Code) bool { return c != "FLK038" }
	want := `warning FLK045 ignore.c: there is no finding FLK221 at jobs.* to ignore
	remove the ignore; its reason was: once
`
	if got := lines(s.Unused(judged)); got != want {
		t.Errorf("got:\n%s", got)
	}
	s.Whole = true
	if got := len(s.Unused(judged)); got != 2 {
		t.Errorf("whole: %d", got)
	}
	if got := len(s.Unused(always)); got != 3 {
		t.Errorf("all judged: %d", got)
	}
}

// FuzzIgnore: whatever stands in an annotation or glob, nothing panics.
func FuzzIgnore(f *testing.F) {
	f.Add("FLK807: x; y\nFLK221", "jobs.**", "* */*")
	f.Add("\xff;:;::", "[", "**(*")
	f.Fuzz(func(_ *testing.T, text, path, object string) {
		all := ignore.FromAnnotations(map[string]string{model.IgnoreAnnotation: text}, manifest.Key{Kind: object}, manifest.Origin{Path: path})
		all = append(all, ignore.Ignore{Code: "FLK221", Reason: "x", Path: path, Object: object})
		s := ignore.New(known())
		s.Add(all...)
		s.Filter(diag.List{{Code: "FLK221", Path: text, Object: object}})
		s.Unused(always)
	})
}
