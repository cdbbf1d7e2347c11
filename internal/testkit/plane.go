package testkit

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Plane is a running control plane: etcd and kube-apiserver on loopback. Without further parts what is created stays as
// it was sent; nothing becomes ready, and no default service accounts appear.
type Plane struct {
	// Dir holds everything of the plane: kubeconfig, certificates, etcd's data, the log of both servers (log).
	Dir string
	// Kubeconfig is the path of an administrator's kubeconfig.
	Kubeconfig string

	kubectl string
	played  *authority
}

// Part is what may run beside the API server.
type Part string

// The parts.
const (
	// Scheduler is kube-scheduler: pods without a node get one, or the condition that says why not.
	Scheduler Part = "scheduler"
	// Controllers is kube-controller-manager: Deployments progress, namespaces end, owners are collected, and the admission
	// plugin ServiceAccount is on.
	Controllers Part = "controllers"
	// Nodes is kwok: nodes with the annotation kwok.x-k8s.io/node=fake become ready, and so do the pods on them.
	Nodes Part = "kwok"
)

// ControlPlane starts a control plane of its own for this test and its subtests, which takes about 4 seconds, with the
// parts that the test needs. It is stopped when the test ends, or when the test binary dies. The test is skipped with
// -short, and where the programs are not built: see Tool.
func ControlPlane(t testing.TB, with ...Part) *Plane {
	t.Helper()
	if testing.Short() {
		t.Skip("a control plane takes seconds to start: not with -short")
	}
	program, kubectl := Tool(t, "controlplane"), Tool(t, "kubectl")
	dir := t.TempDir()
	p := &Plane{Dir: dir, Kubeconfig: filepath.Join(dir, "kubeconfig"), kubectl: kubectl}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	var parts []string
	for _, part := range with {
		if part == Nodes {
			part += Part("=" + Tool(t, "kwok"))
		}
		parts = append(parts, string(part))
	}
	// Not bound to t.Context, which ends before the clean-up.
	command := exec.Command(program, "--dir", dir, "--with", strings.Join(parts, ","))
	command.Stderr = log
	if _, err := startReady(t, command, 3*time.Minute); err != nil {
		t.Fatalf("control plane: %v\n%s", err, p.complaints())
	}
	return p
}

// startReady starts a program that says "ready" on stdout and ends when its stdin closes, and waits until it is. What is
// returned stops it, which the end of the test does at the latest.
func startReady(t testing.TB, command *exec.Cmd, patience time.Duration) (stop func(), err error) {
	t.Helper()
	command.WaitDelay = time.Second
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	stop = sync.OnceFunc(func() { stopProcess(t, command, stdin) })
	t.Cleanup(stop)
	return stop, awaitLine(t.Context(), stdout, "ready", patience)
}

// stopProcess ends a process that stops when its stdin closes, and kills it when it has not after ten seconds.
func stopProcess(t testing.TB, command *exec.Cmd, stdin io.Closer) {
	t.Helper()
	_ = stdin.Close()
	late := time.AfterFunc(10*time.Second, func() { _ = command.Process.Kill() })
	defer late.Stop()
	if err := command.Wait(); err != nil {
		t.Logf("process %d of %s: %v", command.Process.Pid, filepath.Base(command.Path), err)
	}
}

// awaitLine reads until the line comes, and goes on emptying the stream in the background after that.
func awaitLine(ctx context.Context, stream io.Reader, line string, patience time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found := make(chan error, 1)
	go func() {
		lines := bufio.NewScanner(stream)
		for lines.Scan() {
			if lines.Text() == line {
				found <- nil
				_, _ = io.Copy(io.Discard, stream)
				return
			}
		}
		found <- fmt.Errorf("it ended before it said %q", line)
	}()
	select {
	case err := <-found:
		return err
	case <-ctx.Done():
		return fmt.Errorf("it never said %q: %w", line, context.Cause(ctx))
	}
}

// complaints returns the end of the servers' log without what is merely informative.
func (p *Plane) complaints() string {
	content, err := os.ReadFile(filepath.Join(p.Dir, "log"))
	if err != nil {
		return err.Error()
	}
	var kept []string
	for line := range strings.Lines(string(content)) {
		if !strings.HasPrefix(line, "I") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept[max(0, len(kept)-20):], "")
}

// Kubectl runs kubectl as the administrator and returns what it wrote; the error is set when it ended with another code
// than 0.
func (p *Plane) Kubectl(t testing.TB, stdin string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	return Run(t.Context(), Command{
		Name:  p.kubectl,
		Args:  append([]string{"--kubeconfig", p.Kubeconfig, "--cache-dir", filepath.Join(p.Dir, "cache")}, args...),
		Stdin: stdin,
		Env:   []string{"KUBECONFIG=", "KUBERC=off", "HOME=" + p.Dir},
	})
}

// MustKubectl is Kubectl for what has to succeed; it returns stdout.
func (p *Plane) MustKubectl(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	stdout, stderr, err := p.Kubectl(t, stdin, args...)
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout
}

// ApplyCRDs creates the CustomResourceDefinitions of Karpenter and cert-manager and those in the given YAML streams, and
// waits until the API serves them.
func (p *Plane) ApplyCRDs(t testing.TB, streams ...string) {
	t.Helper()
	content, err := os.ReadFile(Tool(t, "crds.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	stream := strings.Join(append([]string{string(content)}, streams...), "\n---\n")
	p.MustKubectl(t, stream, "create", "--validate=strict", "-f", "-")
	p.MustKubectl(t, "", "wait", "--for=condition=Established", "crd", "--all", "--timeout=60s")
}

// DryRun sends every object of a YAML stream through `kubectl create --dry-run=server --validate=strict` and returns
// kubectl's complaints, or "" when the server takes them all. Namespaces and CustomResourceDefinitions must be there.
func (p *Plane) DryRun(t testing.TB, stream string) string {
	t.Helper()
	_, stderr, err := p.Kubectl(t, stream, "create", "--dry-run=server", "--validate=strict", "-f", "-")
	if err != nil && stderr == "" {
		return err.Error()
	}
	if err == nil {
		return ""
	}
	return stderr
}

// Apply sends a YAML stream through `kubectl apply --server-side`, as a user does, and returns what kubectl printed on
// stdout. As on a real cluster the first try may come before a webhook's certificate is known or a
// CustomResourceDefinition is served: then it is sent again, up to five times. Any other failure fails the test.
func (p *Plane) Apply(t testing.TB, stream string, args ...string) string {
	t.Helper()
	args = append([]string{"apply", "--server-side", "-f", "-"}, args...)
	for try := 1; ; try++ {
		stdout, stderr, err := p.Kubectl(t, stream, args...)
		if err == nil {
			return stdout
		}
		if try == 5 || !settles(stderr) {
			t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, stderr)
		}
		t.Logf("apply, try %d: %s", try, stderr)
		time.Sleep(time.Second)
	}
}

// settles says whether every complaint of kubectl is one that goes away by waiting.
func settles(stderr string) bool {
	for line := range strings.Lines(stderr) {
		passing := strings.Contains(line, "failed calling webhook") ||
			strings.Contains(line, "no matches for kind") || strings.Contains(line, "ensure CRDs are installed first") ||
			strings.HasPrefix(line, "Warning:") || strings.HasPrefix(line, "W")
		if !passing {
			return false
		}
	}
	return stderr != ""
}
