package lifecycle_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// site is a cluster with a played operator, and the program.
type site struct {
	*testkit.Plane
	operator *testkit.FlinkOperator
	binary   string
	dir      string
}

// newSite starts a control plane with nodes, cert-manager's part and the Flink operator.
func newSite(t *testing.T) *site {
	t.Helper()
	plane := testkit.ControlPlane(t, testkit.Scheduler, testkit.Controllers, testkit.Nodes)
	plane.ApplyCRDs(t)
	plane.Apply(t, node)
	plane.PlayOperatorWebhook(t, "flink-kubernetes-operator")
	s := &site{Plane: plane, operator: plane.PlayFlinkOperator(t), dir: t.TempDir()}
	s.build(t)
	return s
}

// build builds the program.
func (s *site) build(t *testing.T) {
	t.Helper()
	s.binary = filepath.Join(s.dir, "helm-flink")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", s.binary, "./cmd/helm-flink")
	build.Dir = testkit.RepoRoot(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

const node = `
apiVersion: v1
kind: Node
metadata:
  name: core
  annotations: {kwok.x-k8s.io/node: fake}
status:
  allocatable: {cpu: "64", memory: 256Gi, pods: "250"}
  capacity: {cpu: "64", memory: 256Gi, pods: "250"}
`

// run runs the program against the cluster.
func (s *site) run(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	return testkit.Run(t.Context(), testkit.Command{
		Name: s.binary, Args: args, Dir: testkit.RepoRoot(t),
		Env: []string{"KUBECONFIG=" + s.Kubeconfig, "HOME=" + s.dir, "PATH="},
	})
}

// must is run for what has to succeed; it returns what it said on both streams.
func (s *site) must(t *testing.T, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, err := s.run(t, args...)
	if err != nil {
		t.Fatalf("helm-flink %s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout, stderr
}
