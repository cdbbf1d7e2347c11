//go:build unix

package doctest_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/testkit/doctest"
)

// bench has the programs that the pages speak of: helm (one of its majors) with the plugin flink, helm-flink alone, and
// kustomize.
type bench struct {
	root, bin, plugins string
}

// program builds the two programs into a folder and returns it.
func program(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	_, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: "go", Args: []string{"build", "-o", dir + "/", "./cmd/helm-flink", "./cmd/helm-flink-capacity"}, Dir: testkit.RepoRoot(t),
	})
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, complaint)
	}
	return dir
}

// newBench lays out what a page's commands find in PATH, and the plugins; Helm 3 cannot read the one for Helm 4.
func newBench(t *testing.T, programs, helm string) *bench {
	t.Helper()
	testkit.Program(t, "jq")
	dir := t.TempDir()
	b := &bench{root: testkit.RepoRoot(t), bin: filepath.Join(dir, "bin"), plugins: filepath.Join(dir, "plugins")}
	plugin := filepath.Join(b.plugins, "flink")
	for _, folder := range []string{b.bin, plugin} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	links := map[string]string{
		testkit.Tool(t, helm):        filepath.Join(b.bin, "helm"),
		testkit.Tool(t, "kustomize"): filepath.Join(b.bin, "kustomize"),
		programs:                     filepath.Join(plugin, "bin"),
	}
	for _, name := range []string{"helm-flink", "helm-flink-capacity"} {
		links[filepath.Join(programs, name)] = filepath.Join(b.bin, name)
	}
	for _, file := range []string{"plugin.yaml", "plugin.complete", "completion.yaml"} {
		links[filepath.Join(b.root, file)] = filepath.Join(plugin, file)
	}
	if helm == "helm4" {
		links[filepath.Join(b.root, "cmd", "helm-flink", "post-render")] = filepath.Join(b.plugins, "flink-post-render")
	}
	for from, to := range links {
		if err := os.Symlink(from, to); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// place is a folder in which the blocks of one page run.
type place struct {
	*bench
	dir, work string
	env       []string
	// live says that KUBECONFIG names a control plane.
	live bool
}

// newPlace makes the folder of a page, with its files.
func (b *bench) newPlace(t *testing.T, page string) *place {
	t.Helper()
	dir := t.TempDir()
	p := &place{bench: b, dir: dir, work: filepath.Join(dir, "work")}
	home := filepath.Join(dir, "home")
	p.env = []string{
		"PATH=" + b.bin + string(filepath.ListSeparator) + os.Getenv("PATH"), "HOME=" + home, "ROOT=" + b.root,
		"KUBECONFIG=" + filepath.Join(home, "kubeconfig"), "HELM_PLUGINS=" + b.plugins, "HELM_DATA_HOME=" + home + "/data",
		"HELM_CACHE_HOME=" + home + "/cache", "HELM_CONFIG_HOME=" + home + "/config", "LC_ALL=C.UTF-8", "NO_COLOR=1",
	}
	for _, folder := range []string{p.work, home} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"common", strings.TrimSuffix(page, ".md")} {
		archive, err := txtar.ParseFile(filepath.Join(b.root, "testdata", "docs", filepath.FromSlash(name)+".txtar"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			p.write(t, file.Name, string(file.Data))
		}
		if script := string(archive.Comment); strings.TrimSpace(script) != "" {
			if outcome := p.run(t, []doctest.Step{{Command: script}}); outcome[0].code != 0 {
				t.Fatalf("the script of %s.txtar ends with %d:\n%s", name, outcome[0].code, outcome[0].output)
			}
		}
	}
	return p
}

func (p *place) write(t *testing.T, name, text string) {
	t.Helper()
	name = filepath.Join(p.work, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// outcome is how a step ended; code is -1 for one that was not reached.
type outcome struct {
	code   int
	output string
}

// helmsOwn is what Helm adds when a plugin ends with another code than 0 (docs/plugin.md); the pages leave it out.
const helmsOwn = "Error: plugin \"flink\" exited with error\n"

// run runs the steps in one shell, each with its output, of both streams, and its exit code apart. A script of several
// lines stops at its first command that does not end with 0, also within a pipe.
func (p *place) run(t *testing.T, steps []doctest.Step) []outcome {
	t.Helper()
	var script strings.Builder
	script.WriteString("set -o pipefail\n")
	for i, step := range steps {
		file := filepath.Join(p.dir, "step"+strconv.Itoa(i))
		errexit := ""
		if len(steps) == 1 {
			errexit = "trap 'echo $? > " + file + ".code' EXIT; set -e\n"
		}
		fmt.Fprintf(&script, "%s{ %s\n} > %s.out 2>&1\necho $? > %s.code\n", errexit, step.Command, file, file)
	}
	command := exec.CommandContext(t.Context(), "bash", "-c", script.String())
	command.Dir, command.Env = p.work, p.env
	complaint, _ := command.CombinedOutput() // its own exit code says nothing: those of the steps are read
	outcomes := make([]outcome, len(steps))
	for i := range steps {
		file := filepath.Join(p.dir, "step"+strconv.Itoa(i))
		outcomes[i] = outcome{code: -1, output: string(complaint)}
		if code, err := os.ReadFile(filepath.Clean(file + ".code")); err == nil {
			outcomes[i].code, _ = strconv.Atoi(strings.TrimSpace(string(code)))
		}
		if output, err := os.ReadFile(filepath.Clean(file + ".out")); err == nil {
			outcomes[i].output += strings.Replace(string(output), helmsOwn, "", 1)
		}
		_, _ = os.Remove(file+".code"), os.Remove(file+".out")
	}
	return outcomes
}

// recorder is a shell in which no program is found: each command that is not the shell's own is written down and does nothing.
// A command is one write, since those of a pipe come at the same time.
const recorder = `command_not_found_handle() { printf '%s\0' "$@" $'\x1e' >> "$RECORD"; }
`

// record has the shell read a block without running anything, and returns the commands that it would have started. A block
// that the shell cannot read fails the test.
func (p *place) record(t *testing.T, block doctest.Block) [][]string {
	t.Helper()
	file := filepath.Join(p.dir, "record")
	_ = os.Remove(file)
	empty, built := filepath.Join(p.dir, "empty"), filepath.Join(p.work, "bin", "helm-flink")
	for _, folder := range []string{empty, filepath.Dir(built)} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// A path is not looked up in PATH.
	if err := os.WriteFile(built, []byte("#!/bin/bash\n"+recorder+"command_not_found_handle bin/helm-flink \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	script.WriteString(recorder)
	for _, step := range block.Steps() {
		script.WriteString(step.Command + "\n")
	}
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), bash, "-n", "-c", script.String())
	if complaint, err := check.CombinedOutput(); err != nil {
		t.Errorf("line %d: the shell cannot read the block: %s", block.Line, complaint)
		return nil
	}
	command := exec.CommandContext(t.Context(), bash, "-c", script.String())
	command.Dir, command.Env = p.work, append(slices.Clone(p.env), "PATH="+empty, "RECORD="+file)
	_ = command.Run()
	written, err := os.ReadFile(filepath.Clean(file))
	if err != nil {
		return nil
	}
	var commands [][]string
	const end = "\x00\x1e\x00"
	for line := range strings.SplitSeq(strings.TrimSuffix(string(written), end), end) {
		commands = append(commands, strings.Split(line, "\x00"))
	}
	return commands
}
