package testkit

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Karpenter runs the controllers of Karpenter's core, but for disruption, against the plane, whose API must serve
// Karpenter's CustomResourceDefinitions, and returns what stops it. What it starts are Node objects, with the
// instance types, zones and prices of us-east-1; see the command karpenter. It is stopped at the end of the test at the latest.
func (p *Plane) Karpenter(t testing.TB) (stop func()) {
	t.Helper()
	log, err := os.CreateTemp(p.Dir, "karpenter.*.log")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	command := exec.Command(Tool(t, "karpenter"), // as in ControlPlane not bound to t.Context
		"--disable-leader-election=true", "--metrics-port=0", "--health-probe-port=0",
		"--log-output-paths=stderr", "--disable-cluster-state-observability=true",
		"--batch-idle-duration=3s") // a slow kubectl must not cut a phase in two
	command.Env = append(os.Environ(), "KUBECONFIG="+p.Kubeconfig)
	command.Stderr = log
	command.WaitDelay = time.Second
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			stopProcess(t, command, stdin)
		}
		if content, err := os.ReadFile(filepath.Clean(log.Name())); err == nil && t.Failed() {
			t.Logf("Karpenter says:\n%s", content)
		}
	}
	t.Cleanup(stop)
	if err := awaitLine(t.Context(), stdout, "ready", time.Minute); err != nil {
		t.Fatalf("karpenter: %v", err)
	}
	return stop
}
