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
	t.Cleanup(func() {
		if content, err := os.ReadFile(filepath.Clean(log.Name())); err == nil && t.Failed() {
			t.Logf("Karpenter says:\n%s", content)
		}
	})
	stop, err = startReady(t, command, time.Minute)
	if err != nil {
		t.Fatalf("karpenter: %v", err)
	}
	return stop
}
