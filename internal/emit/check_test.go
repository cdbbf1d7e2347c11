package emit_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// TestCheck: what would be done is said, and nothing is done.
func TestCheck(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	dir := filepath.Join(parent, "out")
	check := func(set manifest.Set) emit.Report {
		t.Helper()
		tree0 := tree(t, parent)
		what, err := lay(set, listed, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := emit.CheckDir(dir, what)
		if err != nil {
			t.Fatal(err)
		}
		if got := tree(t, parent); !reflect.DeepEqual(got, tree0) {
			t.Errorf("files %q, before %q", got, tree0)
		}
		return r
	}
	if r := check(platform()); r.Clean() || len(r.Written) != 5 {
		t.Errorf("a directory that is not there: %+v", r)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("the directory was made: %v", err)
	}
	write(t, dir, platform(), listed)
	if r := check(platform()); !r.Clean() || len(r.Unchanged) != 5 {
		t.Errorf("a directory as it should be: %+v", r)
	}
	const team, orders = "_cluster/namespace-team.yaml", "team/flinkdeployment-orders.yaml"
	next := slices.Concat(platform()[1:3], manifest.Set{object("v1", "Namespace", "", "new")})
	next[0].Data["a"] = "b"
	put(t, dir, orders, "mine")
	put(t, dir, "_cluster", "namespace-new.yaml", "mine too")
	want := emit.Report{
		Written: []string{team, "kustomization.yaml"}, Changed: []string{team, "kustomization.yaml"}, Unchanged: []string{clusterRole()},
		Removed: []string{"_cluster/customresourcedefinition-flinkdeployments.flink.apache.org.yaml"},
		Refused: []string{"_cluster/namespace-new.yaml", orders},
	}
	if r := check(next); r.Clean() || !reflect.DeepEqual(r, want) {
		t.Errorf("got %+v\nwant %+v", r, want)
	}
	// The inventory alone is not as it should be.
	write(t, filepath.Join(parent, "other"), platform(), listed)
	dir = filepath.Join(parent, "other")
	put(t, dir, manifest.InventoryFile, tree(t, dir)[manifest.InventoryFile]+"# a line more\n")
	if r := check(platform()); r.Clean() || !r.Inventory {
		t.Errorf("another inventory: %+v", r)
	}
}

// TestOnce: a sample is made once, and is the user's from then on.
func TestOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put(t, dir, "b.yaml", "there before")
	what := emit.Tree{
		Files: map[string][]byte{"x.yaml": []byte("x")},
		Once:  map[string][]byte{"a.yaml": []byte("sample"), "b.yaml": []byte("sample"), "c/c.yaml": []byte("sample")},
	}
	step := func(want ...string) {
		t.Helper()
		check, err := emit.CheckDir(dir, what)
		if err != nil || !slices.Equal(check.Written, want) || check.Clean() != (want == nil) {
			t.Errorf("check: %+v, error %v, want %q", check, err, want)
		}
		r, err := emit.WriteDir(dir, what)
		if err != nil || !slices.Equal(r.Written, want) || len(r.Removed) > 0 {
			t.Errorf("write: %+v, error %v, want %q", r, err, want)
		}
	}
	step("a.yaml", "c/c.yaml", "x.yaml")
	step()
	put(t, dir, "a.yaml", "mine")
	if err := os.RemoveAll(filepath.Join(dir, "c")); err != nil {
		t.Fatal(err)
	}
	step()
	what.Once = nil
	step()
	what.Once = map[string][]byte{"a.yaml": []byte("sample"), "c/c.yaml": []byte("sample")}
	step()
	if got := tree(t, dir); got["a.yaml"] != "mine" || got["b.yaml"] != "there before" || len(got) != 4 {
		t.Errorf("files %q", got)
	}
	if err := what.Add("a.yaml", nil); err == nil {
		t.Error("no error for a file in the place of a sample")
	}
}
