package testkit_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

const module = "github.com/helm-flink/helm-flink"

// floors lists the rooms from top to bottom: a package may import its own room and those on lower floors, nothing else.
func floors() [][]string {
	return [][]string{
		{"cmd"},
		{"internal/cli"},
		{"internal/report"},
		{"internal/app"},
		{"internal/values", "internal/spec", "internal/chart", "internal/overlay", "internal/verify", "internal/emit",
			"internal/importer", "internal/iam", "internal/capacity", "internal/release"},
		{"internal/cluster"},
		{"internal/pods", "internal/karpenter"},
		{"internal/flink", "internal/aws"},
		{"internal/manifest"},
		{"internal/diag", "charts", "schemas", "examples"},
	}
}

// besides lists the imports between rooms of one floor: spec reads the tree that values made, which is the input of its
// only entry, and nothing else of values.
func besides() map[string]string {
	return map[string]string{"internal/spec": "internal/values"}
}

// onlyFor narrows what floors allows: these rooms may be imported by the rooms named, and by no other.
func onlyFor() map[string][]string {
	return map[string][]string{
		"internal/report":  {"internal/cli"},
		"internal/cluster": {"internal/release", "internal/app", "internal/cli"},
		"internal/testkit": {},
	}
}

// thirdParties says which rooms may import which modules of others. The longest prefix counts; a module that has none
// here is free.
func thirdParties() map[string][]string {
	return map[string][]string{
		"helm.sh/helm":                            {"internal/chart", "internal/values", "internal/release"},
		"helm.sh/helm/v3/pkg/action":              {"internal/release"},
		"helm.sh/helm/v3/pkg/registry":            {"internal/release"},
		"oras.land/oras-go":                       {"internal/release"},
		"sigs.k8s.io/kustomize":                   {"internal/overlay"},
		"github.com/santhosh-tekuri/jsonschema":   {"internal/values"},
		"k8s.io/apiextensions-apiserver":          {"internal/verify"},
		"k8s.io/apiserver":                        {"internal/verify"},
		"k8s.io/client-go":                        {"internal/cluster", "internal/release"},
		"sigs.k8s.io/controller-runtime":          {"internal/capacity"},
		"sigs.k8s.io/karpenter":                   {"internal/karpenter", "internal/capacity", "internal/verify"},
		"github.com/aws/karpenter-provider-aws":   {"internal/karpenter", "internal/capacity", "internal/verify"},
		"github.com/spf13/cobra":                  {"internal/cli"},
		"github.com/spf13/pflag":                  {"internal/cli"},
		"k8s.io/kubernetes":                       {},
		"github.com/cert-manager/cert-manager":    {},
		"github.com/aws/aws-sdk-go-v2/service/ec": {"internal/capacity", "internal/karpenter"},
	}
}

// TestRooms walks the imports of every package of the module and fails on a package outside the rooms and on an edge that
// does not run downward. Tests may import more than the package they test, but a package of the product never testkit.
func TestRooms(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, edge := range edges(t, testkit.RepoRoot(t)) {
		seen++
		if wrong := judge(edge); wrong != "" {
			t.Errorf("%s: %s", edge.file, wrong)
		}
	}
	if seen == 0 {
		t.Error("no imports found")
	}
}

func TestRoomsJudgement(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, imports string
		wrong         bool
	}{
		{"cmd/helm-flink/main.go", module + "/internal/cli", false},
		{"cmd/helm-flink/main.go", module + "/charts", false},
		{"internal/cli/root.go", module + "/internal/report", false},
		{"internal/app/build.go", module + "/internal/report", true},
		{"internal/app/build.go", module + "/internal/cli", true},
		{"internal/values/load.go", module + "/internal/spec", true},
		{"internal/spec/decode.go", module + "/internal/values", false},
		{"internal/values/load_test.go", module + "/internal/spec", false},
		{"internal/flink/v1beta1/job.go", module + "/internal/flink", false},
		{"internal/flink/versions.go", module + "/internal/aws", true},
		{"internal/release/up.go", module + "/internal/cluster", false},
		{"internal/cluster/up.go", module + "/internal/release", true},
		{"internal/diag/diag.go", module + "/internal/manifest", true},
		{"internal/values/load.go", module + "/internal/testkit", true},
		{"internal/values/load_test.go", module + "/internal/testkit", false},
		{"internal/util/util.go", "fmt", true},
		{"pkg/api/api.go", "fmt", true},
		{"charts/embed.go", "embed", false},
		{"charts/embed.go", module + "/internal/diag", true},
		{"internal/chart/render.go", "helm.sh/helm/v3/pkg/engine", false},
		{"internal/chart/render.go", "helm.sh/helm/v3/pkg/action", true},
		{"internal/emit/emit.go", "sigs.k8s.io/kustomize/api/types", true},
		{"internal/app/app.go", "github.com/spf13/cobra", true},
	} {
		got := judge(importEdge{file: c.file, imports: c.imports})
		if (got != "") != c.wrong {
			t.Errorf("%s imports %s: %q", c.file, c.imports, got)
		}
	}
}

// importEdge is one import of one file, both as slashed paths.
type importEdge struct{ file, imports string }

// judge returns what is wrong with an edge, or "".
func judge(e importEdge) string {
	from, floor := room(path.Dir(e.file))
	if from == "internal/testkit" || from == "internal/tools" {
		return ""
	}
	if floor < 0 {
		return "the package lies outside the rooms"
	}
	if strings.HasSuffix(e.file, "_test.go") {
		return ""
	}
	inside, ours := strings.CutPrefix(e.imports, module+"/")
	if !ours {
		return judgeThirdParty(from, e.imports)
	}
	to, below := room(inside)
	if from == to || besides()[from] == to {
		return ""
	}
	if allowed, narrowed := onlyFor()[to]; narrowed && !slices.Contains(allowed, from) {
		return "may not import " + to
	}
	if below <= floor {
		return "an import that does not run downward: " + to
	}
	return ""
}

// judgeThirdParty returns what is wrong with an import of a module of others, or "".
func judgeThirdParty(from, imports string) string {
	longest, allowed := "", []string(nil)
	for prefix, rooms := range thirdParties() {
		if strings.HasPrefix(imports, prefix) && len(prefix) > len(longest) {
			longest, allowed = prefix, rooms
		}
	}
	if longest != "" && !slices.Contains(allowed, from) {
		return "may not import " + imports
	}
	return ""
}

// room returns the room of a package's folder and its floor, or -1 for a folder outside the rooms.
func room(dir string) (string, int) {
	for floor, rooms := range floors() {
		for _, name := range rooms {
			if dir == name || strings.HasPrefix(dir, name+"/") {
				return name, floor
			}
		}
	}
	for _, name := range []string{"internal/testkit", "internal/tools"} {
		if dir == name || strings.HasPrefix(dir, name+"/") {
			return name, -1
		}
	}
	return dir, -1
}

// edges reads the imports of every Go file of the module; nested modules, testdata and hidden folders are left out.
func edges(t *testing.T, root string) []importEdge {
	t.Helper()
	var found []importEdge
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skipFolder(root, file)
		}
		if filepath.Ext(file) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		short, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imports, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			found = append(found, importEdge{file: filepath.ToSlash(short), imports: imports})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// skipFolder returns fs.SkipDir for folders that are not part of the module.
func skipFolder(root, dir string) error {
	if dir == root {
		return nil
	}
	if name := filepath.Base(dir); name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}
