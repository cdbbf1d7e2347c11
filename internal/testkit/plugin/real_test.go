//go:build unix

package plugin_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestRealBinary has the install hook build the program from a copy of the repository, as on a fresh clone, and then uses
// that copy as a plugin of both majors.
func TestRealBinary(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the whole program")
	}
	dir := sourceCopy(t)
	env := append(os.Environ(), "HELM_PLUGIN_DIR="+dir, "HELM_FLINK_BUILD=1")
	got := execute(t, t.TempDir(), env, "sh", filepath.Join(dir, "hook.sh"), "install")
	if got.code != 0 || !strings.Contains(got.stderr, "built from source") {
		t.Fatalf("hook.sh install: exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	binary := filepath.Join(dir, "bin", "helm-flink")
	t.Run("completion.yaml", func(t *testing.T) {
		t.Parallel()
		checkCompletionFile(t, dir, binary)
	})
	minimal := filepath.Join(dir, "examples", "minimal.yaml")
	direct := execute(t, t.TempDir(), nil, binary, "template", "-f", minimal)
	if direct.code != 0 || !strings.Contains(direct.stdout, "kind: FlinkDeployment") {
		t.Errorf("helm-flink template -f examples/minimal.yaml: exit code %d\n%s%s", direct.code, direct.stdout, direct.stderr)
	}
	eachHelm(t, func(t *testing.T, h *helm) {
		if got := h.must(t, "plugin", "install", dir); !strings.Contains(got.stderr, "here already") {
			t.Errorf("the hook does not know the binary that it built:\n%s", got.stderr)
		}
		checkInstalled(t, h)
		if got := h.must(t, "flink", "template", "-f", minimal); got.stdout != direct.stdout {
			t.Errorf("helm flink template gives other objects than helm-flink template:\n%s", got.stdout)
		}
		checkBadInput(t, h)
		checkHelp(t, h)
		checkRealCompletion(t, h)
	})
}

// sourceCopy copies the files of the repository that git knows or would know into a new folder, without a binary.
func sourceCopy(t *testing.T) string {
	t.Helper()
	root := testkit.RepoRoot(t)
	command := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Skipf("git does not list the files of the repository: %v", err)
	}
	dir := filepath.Join(t.TempDir(), "helm-flink")
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(root, name))
		if err != nil || !info.Mode().IsRegular() {
			continue // removed in the working copy, or a link
		}
		write(t, filepath.Join(dir, name), read(t, filepath.Join(root, name)), info.Mode().Perm())
	}
	return dir
}

// checkBadInput: findings end with 3 through Helm too, on stderr, with nothing on stdout.
func checkBadInput(t *testing.T, h *helm) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "flink.yaml")
	write(t, file, []byte("cluster:\n  nmae: x\n"), 0o644)
	got := h.run(t, "flink", "template", "-f", file)
	if got.code != 3 || got.stdout != "" || !strings.Contains(got.stderr, "flink.yaml:2:3: error FLK") {
		t.Errorf("helm%s flink template with an unknown key: exit code %d, stdout %q, stderr:\n%s", h.major, got.code, got.stdout,
			got.stderr)
	}
	if got := h.run(t, "flink", "template", "--no-such-flag"); got.code != 4 || got.stdout != "" {
		t.Errorf("helm%s flink template --no-such-flag: exit code %d, stdout %q", h.major, got.code, got.stdout)
	}
}

// checkHelp: under Helm the program calls itself helm flink, and takes Helm's own flags that come in front of the command.
func checkHelp(t *testing.T, h *helm) {
	t.Helper()
	if got := h.must(t, "flink", "--help"); !strings.Contains(got.stdout, "helm flink [command]") {
		t.Errorf("helm%s flink --help:\n%s", h.major, got.stdout)
	}
	h.must(t, "--qps", "7", "--burst-limit", "9", "flink", "version")
}

// checkRealCompletion: commands, flags and arguments are offered, each once.
func checkRealCompletion(t *testing.T, h *helm) {
	t.Helper()
	for word, want := range map[string]string{"te": "template", "ve": "version"} {
		if got := candidates(h.must(t, "__complete", "flink", word)); !slices.Contains(got, want) {
			t.Errorf("helm%s flink %s<TAB> offers %q, not %s", h.major, word, got, want)
		}
	}
	flags := candidates(h.must(t, "__complete", "flink", "template", "--"))
	for _, flag := range []string{"--values", "--set-string", "--include", "--output-dir"} {
		if count(flags, flag) != 1 {
			t.Errorf("helm%s flink template --<TAB> offers %s %d times: %q", h.major, flag, count(flags, flag), flags)
		}
	}
	if got := candidates(h.must(t, "__complete", "flink", "template", "--include", "")); !slices.Contains(got, "jobs") {
		t.Errorf("helm%s flink template --include <TAB> offers %q", h.major, got)
	}
	file := filepath.Join(t.TempDir(), "flink.yaml")
	write(t, file, []byte("teams: { a: {} }\njobs: { orders: { team: a } }\n"), 0o644)
	for want, words := range map[string][]string{
		"orders":            {"job", "show", "-f", file, "or"},
		"jobs.orders.":      {"template", "-f", file, "--set", "jobs."},
		"jobs.*.autoscaler": {"explain", "jobs.*.auto"},
	} {
		if got := candidates(h.must(t, append([]string{"__complete", "flink"}, words...)...)); !slices.Contains(got, want) {
			t.Errorf("helm%s flink %q<TAB> offers %q, not %s", h.major, words, got, want)
		}
	}
}

// candidates are the words of a __complete answer, without descriptions and the directive at the end.
func candidates(got answer) []string {
	words := []string{}
	for line := range strings.Lines(got.stdout) {
		word, _, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if word != "" && !strings.HasPrefix(word, ":") {
			words = append(words, word)
		}
	}
	return words
}

func count(words []string, word string) int {
	n := 0
	for _, other := range words {
		if other == word {
			n++
		}
	}
	return n
}

// words is a command of completion.yaml.
type words struct {
	Name     string  `json:"name"`
	Commands []words `json:"commands"`
}

// checkCompletionFile compares the commands of completion.yaml with those that the binary offers, on every level.
func checkCompletionFile(t *testing.T, dir, binary string) {
	t.Helper()
	var root words
	if err := yaml.UnmarshalStrict(read(t, filepath.Join(dir, "completion.yaml")), &root); err != nil {
		t.Fatal(err)
	}
	var compare func(w words, path []string)
	compare = func(w words, path []string) {
		want := []string{}
		for _, sub := range w.Commands {
			want = append(want, sub.Name)
			compare(sub, append(slices.Clone(path), sub.Name))
		}
		if len(want) == 0 {
			got := execute(t, t.TempDir(), nil, binary, append(slices.Clone(path), "--help")...)
			if got.code != 0 || strings.Contains(got.stdout, "Available Commands:") {
				t.Errorf("%v has commands in the binary, and none in completion.yaml (exit code %d):\n%s", path, got.code, got.stdout)
			}
			return
		}
		asked := append(append([]string{"__complete"}, path...), "")
		got := candidates(execute(t, t.TempDir(), nil, binary, asked...))
		got = slices.DeleteFunc(got, func(word string) bool { return word == "help" })
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%v: completion.yaml has %q, the binary %q", path, want, got)
		}
	}
	compare(root, nil)
}
