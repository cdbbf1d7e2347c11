package testkit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Tool returns the path of a program that tools.sh builds: helm3, helm4, kustomize, kubeconform, kubectl, controlplane,
// karpenter, registry, strictdecode, sarif (Microsoft's SARIF Multitool), cfnlint (AWS' cfn-lint), of a file, crds.yaml,
// mermaid.js or eksctl.schema.json, or of the folders iamsimulate (see IAMSimulate) and gitops (crds.yaml of Argo CD and
// Flux, and FlinkDeployment, Argo CD's own health check). One that is not built, or was built from other
// sources, skips the test, which names it and the command that builds it; where the environment has CI=true it fails
// the test instead.
func Tool(t testing.TB, name string) string {
	t.Helper()
	root := RepoRoot(t)
	// The list of tools is read for go test's cache alone: it keys results by the files that a test reads in the module,
	// so that a skipped test runs again once its tool is there.
	_, _ = os.ReadFile(filepath.Join(root, "bin", "tools.txt"))
	script := filepath.Join(root, "internal", "testkit", "tools.sh")
	out, complaint, err := Run(t.Context(), Command{Name: "bash", Args: []string{script, "path", name}})
	if err == nil {
		return strings.TrimSpace(out)
	}
	missing(t, fmt.Sprintf("tool %s: %s; build it with: make tools", name, firstLine(complaint, err)))
	return ""
}

// Program returns the path of a program of the machine, which a Debian package of the same name brings. One that is not
// there skips the test, which names it; where the environment has CI=true it fails the test instead.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, fmt.Sprintf("program %s is not on this machine; install it, on Debian with: apt-get install %s", name, name))
	}
	return path
}

// missing skips the test, or fails it where nothing may be skipped.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// firstLine returns the first line of a program's complaint, or the error where it said nothing.
func firstLine(complaint string, err error) string {
	line, _, _ := strings.Cut(strings.TrimSpace(complaint), "\n")
	if line == "" {
		return err.Error()
	}
	return line
}

// Command is a program to run.
type Command struct {
	Name  string   // looked up in PATH unless it is a path
	Args  []string // without the name
	Stdin string
	Dir   string   // default: the current folder
	Env   []string // KEY=value, added to the environment of the test
}

// Run runs a program to its end and returns what it wrote, apart. The error is an *exec.ExitError when it ran and
// ended with another code than 0.
func Run(ctx context.Context, c Command) (stdout, stderr string, err error) {
	command := exec.CommandContext(ctx, c.Name, c.Args...)
	var out, complaint bytes.Buffer
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(c.Stdin), &out, &complaint
	command.Dir = c.Dir
	command.Env = append(os.Environ(), c.Env...)
	err = command.Run()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		err = fmt.Errorf("run %s: %w", filepath.Base(c.Name), err)
	}
	return out.String(), complaint.String(), err
}

// StrictDecode fails the test unless every document of a YAML stream decodes strictly into its Go type: see the command
// strictdecode. It returns nothing; what is wrong is in the test's log.
func StrictDecode(t testing.TB, stream string) {
	t.Helper()
	_, complaint, err := Run(t.Context(), Command{Name: Tool(t, "strictdecode"), Stdin: stream})
	if err != nil {
		t.Errorf("strict decoding: %v\n%s", err, complaint)
	}
}
