//go:build unix

package precommit_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

const hooksFile = ".pre-commit-hooks.yaml"

// hook has the keys that the hooks use.
type hook struct {
	ID             string   `json:"id"`
	Name           string   `json:"name"`
	Description    string   `json:"description"`
	Entry          string   `json:"entry"`
	Language       string   `json:"language"`
	Files          string   `json:"files"`
	Types          []string `json:"types"`
	RequireSerial  bool     `json:"require_serial"`
	MinimumVersion string   `json:"minimum_pre_commit_version"`
}

// TestHooks checks in the file of the hooks what no run of one hook shows.
func TestHooks(t *testing.T) {
	t.Parallel()
	var hooks []hook
	if err := yaml.UnmarshalStrict(read(t, filepath.Join(testkit.RepoRoot(t), hooksFile)), &hooks); err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{"helm-flink-validate": "helm-flink validate", "helm-flink-validate-system": "helm flink validate"}
	if len(hooks) != len(entries) {
		t.Errorf("%d hooks, want %d", len(hooks), len(entries))
	}
	for _, h := range hooks {
		if h.Entry != entries[h.ID] || !slices.Equal(h.Types, []string{"yaml"}) || !h.RequireSerial || h.MinimumVersion != "3.0.0" {
			t.Errorf("%+v", h)
		}
		files := regexp.MustCompile(h.Files)
		for name, want := range map[string]bool{
			"flink.yaml": true, "flink-prod.yml": true, "envs/prod/flink.yaml": true, "a/flink_x.y.yaml": true,
			"values.yaml": false, "myflink.yaml": false, "flink/values.yaml": false, "flink.yaml.gotmpl": false, "flink.json": false,
		} {
			if got := files.MatchString(name); got != want {
				t.Errorf("%s: files %s takes %s: %v", h.ID, h.Files, name, got)
			}
		}
	}
}

// TestSystemHook commits with the hook that calls the Helm plugin.
func TestSystemHook(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the whole program")
	}
	testkit.Program(t, "pre-commit")
	helm := testkit.Tool(t, "helm3")
	bin, plugins := t.TempDir(), t.TempDir()
	if err := os.Symlink(helm, filepath.Join(bin, "helm")); err != nil {
		t.Fatal(err)
	}
	root := testkit.RepoRoot(t)
	write(t, filepath.Join(plugins, "flink", "plugin.yaml"), read(t, filepath.Join(root, "plugin.yaml")))
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w",
		"-o", filepath.Join(plugins, "flink", "bin", "helm-flink"), "./cmd/helm-flink")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	hooks := newRepo(t)
	write(t, filepath.Join(hooks.dir, hooksFile), read(t, filepath.Join(root, hooksFile)))
	hooks.must(t, "git", "add", ".")
	hooks.must(t, "git", "commit", "-qm", "hooks")
	user := newRepo(t, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "HELM_PLUGINS="+plugins)
	commitThrough(t, user, hooks, "helm-flink-validate-system")
}

// TestGolangHook commits with the hook that pre-commit builds from a clone of this repository.
func TestGolangHook(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the whole program")
	}
	testkit.Program(t, "pre-commit")
	hooks := newRepo(t)
	copySource(t, hooks.dir)
	hooks.must(t, "git", "add", ".")
	hooks.must(t, "git", "commit", "-qm", "source")
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	caches := strings.Fields(string(out))
	// pre-commit gives the hook a GOPATH of its own. With the module cache of the machine nothing is fetched again, and
	// with -trimpath the build cache serves from any folder.
	user := newRepo(t, "GOFLAGS=-trimpath -modcacherw", "GOMODCACHE="+caches[0], "GOCACHE="+caches[1])
	commitThrough(t, user, hooks, "helm-flink-validate")
}

// commitThrough commits, in a new repository with the hook, a good file, files that are none of the hook's, and a bad one.
func commitThrough(t *testing.T, user, hooks *repo, id string) {
	t.Helper()
	revision, _, _ := hooks.run(t, "git", "rev-parse", "HEAD")
	write(t, filepath.Join(user.dir, ".pre-commit-config.yaml"), []byte(
		"repos:\n- repo: file://"+hooks.dir+"\n  rev: "+strings.TrimSpace(revision)+"\n  hooks:\n  - id: "+id+"\n"))
	user.must(t, "git", "add", ".")
	user.must(t, "pre-commit", "install")
	if out := user.must(t, "git", "commit", "-m", "configure"); !strings.Contains(out, "(no files to check)Skipped") {
		t.Errorf("a commit without Flink files:\n%s", out)
	}

	good := read(t, filepath.Join(testkit.RepoRoot(t), "examples", "minimal.yaml"))
	write(t, filepath.Join(user.dir, "flink.yaml"), good)
	write(t, filepath.Join(user.dir, "other.yaml"), []byte("cluster: [\n"))
	user.must(t, "git", "add", ".")
	if out := user.must(t, "git", "commit", "-m", "good"); !strings.Contains(out, "Passed") {
		t.Errorf("a good commit:\n%s", out)
	}

	bad := append(slices.Clone(good), []byte("platfrom: { name: x }\n")...)
	line := strings.Count(string(good), "\n") + 1
	write(t, filepath.Join(user.dir, "team", "flink-bad.yml"), bad)
	user.must(t, "git", "add", ".")
	stdout, stderr, err := user.run(t, "git", "commit", "-m", "bad")
	out := stdout + stderr
	want := "team/flink-bad.yml:" + strconv.Itoa(line) + ":1: error FLK010 platfrom: "
	if err == nil || !strings.Contains(out, want) || !strings.Contains(out, "- exit code: 3") || !strings.Contains(out, `did you mean "platform"?`) {
		t.Errorf("a bad commit: %v, want %q and exit code 3:\n%s", err, want, out)
	}
	if log, _, _ := user.run(t, "git", "log", "--format=%s"); log != "good\nconfigure\n" {
		t.Errorf("commits:\n%s", log)
	}
}
