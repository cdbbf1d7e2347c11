package emit_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

func platform() manifest.Set {
	return manifest.Set{
		object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "flinkdeployments.flink.apache.org"),
		object("v1", "Namespace", "", "team"),
		object("rbac.authorization.k8s.io/v1", "ClusterRole", "", "system:Flink"),
		object("flink.apache.org/v1beta1", "FlinkDeployment", "team", "orders"),
	}
}

// How a test lays a set out: flat, or with a file more that lists the others.
const (
	flat   = false
	listed = true
)

// lay lays a set out, with the extra files.
func lay(set manifest.Set, withList bool, extra map[string][]byte) (emit.Tree, error) {
	tree, err := emit.Flat(set)
	if err != nil {
		return tree, err
	}
	if withList {
		names := slices.Sorted(maps.Keys(tree.Files))
		if err := tree.Add("kustomization.yaml", []byte("resources: ["+strings.Join(names, ", ")+"]\n")); err != nil {
			return tree, err
		}
	}
	for name, data := range extra {
		if err := tree.Add(name, data); err != nil {
			return tree, err
		}
	}
	return tree, nil
}

func writeDir(dir string, set manifest.Set, withList bool, extra map[string][]byte) (emit.Report, error) {
	tree, err := lay(set, withList, extra)
	if err != nil {
		return emit.Report{}, err
	}
	return emit.WriteDir(dir, tree)
}

func write(t *testing.T, dir string, set manifest.Set, withList bool) emit.Report {
	t.Helper()
	r, err := writeDir(dir, set, withList, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// tree lists all files below dir with their content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, name))
		out[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t *testing.T, parts ...string) {
	t.Helper()
	name, text := filepath.Join(parts[:len(parts)-1]...), parts[len(parts)-1]
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFlat(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "out")
	want := emit.Report{Written: []string{
		clusterRole(),
		"_cluster/customresourcedefinition-flinkdeployments.flink.apache.org.yaml",
		"_cluster/namespace-team.yaml",
		"team/flinkdeployment-orders.yaml",
	}}
	if got := write(t, dir, platform(), flat); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	files := tree(t, dir)
	if len(files) != 5 {
		t.Errorf("files: %q", files)
	}
	const namespace = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: team\n"
	if got := files["_cluster/namespace-team.yaml"]; got != namespace {
		t.Errorf("got %q, want %q", got, namespace)
	}
	inventory := files[manifest.InventoryFile]
	lines := strings.Split(strings.TrimSpace(inventory), "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[0], "# ") {
		t.Fatalf("inventory:\n%s", inventory)
	}
	for i, name := range want.Written {
		if got, want := lines[i+1], fmt.Sprintf("%x  %s", sha256.Sum256([]byte(files[name])), name); got != want {
			t.Errorf("inventory line %q, want %q", got, want)
		}
	}
}

// clusterRole is the file of a role whose name cannot be a file's.
func clusterRole() string {
	sum := sha256.Sum256([]byte("rbac.authorization.k8s.io/v1\x00ClusterRole\x00system:Flink"))
	return fmt.Sprintf("_cluster/clusterrole-system-flink-%x.yaml", sum[:4])
}

func TestExtra(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r, err := writeDir(dir, platform()[1:2], listed, map[string][]byte{"values.yaml": []byte("a: b\n")})
	files := tree(t, dir)
	if err != nil || len(r.Written) != 3 || files["values.yaml"] != "a: b\n" {
		t.Errorf("report %+v, error %v, files %+v", r, err, files)
	}
	if r := write(t, dir, platform()[1:2], listed); !slices.Equal(r.Removed, []string{"values.yaml"}) {
		t.Errorf("report %+v", r)
	}
	for _, name := range []string{"../x", "/x", ".", "kustomization.yaml", manifest.InventoryFile, "_cluster/namespace-team.yaml"} {
		if _, err := writeDir(dir, platform()[1:2], listed, map[string][]byte{name: nil}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 250)
	set := manifest.Set{
		object("v1", "ClusterRole", "", "a:b"), object("v1", "ClusterRole", "", "a-b"), object("v1", "ClusterRole", "", "A-b"),
		object("v1", "ClusterRole", "", "ü"), object("v1", "ConfigMap", "con", "x"), object("v1", "ConfigMap", "_cluster", "x"),
		object("v1", "Pod", "n", long), object("v1", "Pod", "n", long+"b"), object("v1", "Pod", "n", "../../etc"),
		object("v1", "Service", "n", "s"), object("serving.knative.dev/v1", "Service", "n", "s"),
	}
	dir := t.TempDir()
	first := write(t, dir, set, flat)
	if len(first.Written) != len(set) {
		t.Fatalf("%d files, want %d", len(first.Written), len(set))
	}
	lower := map[string]bool{}
	for _, name := range first.Written {
		dir, base := filepath.Dir(name), filepath.Base(name)
		if lower[strings.ToLower(name)] || strings.ToLower(name) != name || len(base) > 200 || strings.ContainsAny(name, `:\ü`) ||
			dir == "con" || !filepath.IsLocal(name) {
			t.Errorf("unsafe name %q", name)
		}
		lower[strings.ToLower(name)] = true
	}
	// The names do not hang on order, nor on what else is in the set.
	slices.Reverse(set)
	if again := write(t, dir, set, flat); len(again.Unchanged) != len(set) || len(again.Removed) > 0 {
		t.Errorf("in another order: %+v", again)
	}
	if fewer := write(t, dir, set[2:], flat); len(fewer.Unchanged) != len(set)-2 || len(fewer.Removed) != 2 {
		t.Errorf("with fewer objects: %+v", fewer)
	}
	if _, err := writeDir(t.TempDir(), manifest.Set{set[0], set[0]}, flat, nil); err == nil {
		t.Error("no error for an object given twice")
	}
}

func TestSecondRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "README.md", "mine")
	put(t, dir, "_cluster", "mine.yaml", "mine too")
	write(t, dir, platform(), listed)
	past := time.Unix(1_000_000_000, 0)
	for name := range tree(t, dir) {
		if err := os.Chtimes(filepath.Join(dir, name), past, past); err != nil {
			t.Fatal(err)
		}
	}
	touched := func() []string {
		var out []string
		for name := range tree(t, dir) {
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.ModTime().Equal(past) {
				out = append(out, name)
			}
		}
		slices.Sort(out)
		return out
	}
	r := write(t, dir, platform(), listed)
	if len(r.Unchanged) != 5 || len(r.Written)+len(r.Removed) > 0 || touched() != nil {
		t.Errorf("the same again: %+v, touched %q", r, touched())
	}

	next := platform()[1:3] // the only object of team/ goes
	next[0].Data["metadata"].(map[string]any)["labels"] = map[string]any{"a": "b"}
	r = write(t, dir, next, listed)
	want := emit.Report{
		Written:   []string{"_cluster/namespace-team.yaml", "kustomization.yaml"},
		Changed:   []string{"_cluster/namespace-team.yaml", "kustomization.yaml"},
		Unchanged: []string{clusterRole()},
		Removed: []string{
			"_cluster/customresourcedefinition-flinkdeployments.flink.apache.org.yaml", "team/flinkdeployment-orders.yaml",
		},
	}
	if !reflect.DeepEqual(r, want) {
		t.Errorf("got %+v\nwant %+v", r, want)
	}
	if got, want := touched(), append([]string{manifest.InventoryFile}, want.Written...); !slices.Equal(got, want) {
		t.Errorf("touched %q, want %q", got, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "team")); !os.IsNotExist(err) {
		t.Errorf("the empty directory stays: %v", err)
	}
	write(t, dir, nil, flat)
	if got := tree(t, dir); len(got) != 3 || got["README.md"] != "mine" || got["_cluster/mine.yaml"] != "mine too" {
		t.Errorf("after an empty set: %q", got)
	}
}

// TestRefusals: each change to an earlier output (or none) is refused by name,
// and nothing at all is written.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const team = "_cluster/namespace-team.yaml"
	tests := []struct {
		name   string
		first  bool // an earlier run wrote the platform
		change func(t *testing.T, dir string)
		want   []string
	}{
		{"not ours", false, func(t *testing.T, dir string) {
			put(t, dir, team, "mine")
			put(t, dir, "kustomization.yaml", "resources: []")
		}, []string{team + ": is in the way", "kustomization.yaml: is in the way"}},
		{"changed and produced", true, func(t *testing.T, dir string) { put(t, dir, team, "mine") }, []string{team + ": was changed"}},
		{"changed and stale", true, func(t *testing.T, dir string) { put(t, dir, "team/flinkdeployment-orders.yaml", "mine") },
			[]string{"team/flinkdeployment-orders.yaml: was changed"}},
		{"a directory in the way", false, func(t *testing.T, dir string) { put(t, dir, team, "x", "mine") },
			[]string{team + ": is in the way and no regular file"}},
		{"a file where the directory should be", false, func(t *testing.T, dir string) { put(t, dir, "_cluster", "mine") },
			[]string{team + ": a file is where its directory should be"}},
		{"a link in the way", false, func(t *testing.T, dir string) {
			put(t, filepath.Dir(dir), "outside.yaml", "outside")
			link(t, "../../outside.yaml", dir, team)
		}, []string{team + ": is in the way and no regular file"}},
		{"a directory link that leads out", false, func(t *testing.T, dir string) {
			put(t, filepath.Dir(dir), "elsewhere", "x", "outside")
			link(t, "../elsewhere", dir, "_cluster")
		}, []string{"escapes"}},
		{"a broken inventory", true, func(t *testing.T, dir string) { put(t, dir, manifest.InventoryFile, "# x\nrubbish\n") },
			[]string{manifest.InventoryFile + ":2: "}},
		{"an inventory that points out", true, func(t *testing.T, dir string) {
			put(t, dir, manifest.InventoryFile, strings.Repeat("0", 64)+"  ../outside.yaml\n")
		}, []string{manifest.InventoryFile + ":1: "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			parent := t.TempDir()
			dir := filepath.Join(parent, "out")
			set := platform()[1:3]
			if tt.first {
				write(t, dir, platform(), listed)
				set[1].Data["labels"] = "so that a run would write"
			}
			tt.change(t, dir)
			before := tree(t, parent)
			_, err := writeDir(dir, set, listed, nil)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q, want %q", err, want)
				}
			}
			if after := tree(t, parent); !reflect.DeepEqual(after, before) {
				t.Errorf("something was written: %q, before %q", after, before)
			}
		})
	}
}

func link(t *testing.T, target string, parts ...string) {
	t.Helper()
	name := filepath.Join(parts...)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		t.Skipf("no links here: %v", err)
	}
}

// TestInterrupted plays a run that stopped half way: the inventory knows both
// states, one file is new, one is old, a temporary file is left.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	dir, done := t.TempDir(), t.TempDir()
	write(t, dir, platform(), flat)
	next := platform()[1:]
	for _, o := range next {
		o.Data["spec"] = map[string]any{"a": "b"}
	}
	write(t, done, next, flat)
	old, new := tree(t, dir), tree(t, done)
	put(t, dir, manifest.InventoryFile, old[manifest.InventoryFile]+new[manifest.InventoryFile])
	put(t, dir, "_cluster/namespace-team.yaml", new["_cluster/namespace-team.yaml"])
	put(t, dir, "team/.flinkdeployment-orders.yaml.helm-flink-tmp", "half")
	r := write(t, dir, next, flat)
	if got := tree(t, dir); !reflect.DeepEqual(got, new) || len(r.Written) != 2 || len(r.Unchanged) != 1 || len(r.Removed) != 1 {
		t.Errorf("report %+v, files %+v, want %+v", r, got, new)
	}
}

func TestLinksWithin(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	put(t, parent, "real", "keep", "x")
	link(t, "real", parent, "out")
	write(t, filepath.Join(parent, "out"), platform()[1:2], flat)
	if got := tree(t, filepath.Join(parent, "real")); got["_cluster/namespace-team.yaml"] == "" {
		t.Errorf("files %q", got)
	}
	put(t, parent, "file", "x")
	if _, err := emit.WriteDir(filepath.Join(parent, "file"), emit.Tree{}); err == nil {
		t.Error("no error for a file as directory")
	}
}
