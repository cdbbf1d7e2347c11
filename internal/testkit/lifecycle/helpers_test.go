package lifecycle_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// platform has every kind of release.
const platform = "internal/testkit/lifecycle/testdata/platform.yaml"

// site is a cluster with a played operator, and the program.
type site struct {
	*testkit.Plane
	operator   *testkit.FlinkOperator
	binary     string
	dir        string
	kubeconfig string
}

// newSite starts a control plane with nodes, cert-manager's part and the Flink operator.
func newSite(t testing.TB, options ...testkit.FlinkOperatorOption) *site {
	t.Helper()
	plane := testkit.ControlPlane(t, testkit.Scheduler, testkit.Controllers, testkit.Nodes)
	plane.ApplyCRDs(t)
	plane.Apply(t, node)
	plane.PlayOperatorWebhook(t, "flink-kubernetes-operator")
	s := &site{Plane: plane, operator: plane.PlayFlinkOperator(t, options...), dir: t.TempDir(), kubeconfig: plane.Kubeconfig}
	s.build(t)
	s.searched(t)
	return s
}

// build builds the program.
func (s *site) build(t testing.TB) {
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
  labels: {karpenter.sh/nodepool: core-pool}
status:
  allocatable: {cpu: "64", memory: 256Gi, pods: "250"}
  capacity: {cpu: "64", memory: 256Gi, pods: "250"}
`

func (s *site) env() []string {
	return []string{"KUBECONFIG=" + s.kubeconfig, "HOME=" + s.dir, "PATH="}
}

// run runs the program against the cluster and returns its exit code.
func (s *site) run(t testing.TB, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{Name: s.binary, Args: args, Dir: testkit.RepoRoot(t), Env: s.env()})
	hides(t, "helm-flink "+strings.Join(args, " "), stdout, stderr)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return stdout, stderr, exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return stdout, stderr, 0
}

// must is run for what has to succeed.
func (s *site) must(t testing.TB, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, code := s.run(t, args...)
	if code != 0 {
		t.Fatalf("helm-flink %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout, stderr
}

// refused is run for what must end with exit 1 and say something.
func (s *site) refused(t *testing.T, says string, args ...string) {
	t.Helper()
	stdout, stderr, got := s.run(t, args...)
	if got != 1 || !strings.Contains(stderr, says) || stdout != "" {
		t.Errorf("helm-flink %s: exit %d, want 1 and %q\n%s%s", strings.Join(args, " "), got, says, stdout, stderr)
	}
}

// event is one line of --progress json.
type event struct{ Wave, Unit, Object, Phase, State, Message string }

// killed runs the program and kills it (SIGKILL) as soon as a line of its progress fits, or after a time where kill is nil.
// It reports whether it was killed before it ended by itself.
func (s *site) killed(t *testing.T, after time.Duration, kill func(event) bool, args ...string) bool {
	t.Helper()
	command := exec.CommandContext(t.Context(), s.binary, append(args, "--progress", "json")...)
	command.Dir, command.Env = testkit.RepoRoot(t), append(os.Environ(), s.env()...)
	var stdout, said bytes.Buffer
	command.Stdout = &stdout
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	if kill == nil {
		timer := time.AfterFunc(after, func() { _ = command.Process.Kill() })
		defer timer.Stop()
	}
	for lines := bufio.NewScanner(io.TeeReader(stderr, &said)); lines.Scan(); {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) == nil && kill != nil && kill(e) {
			_ = command.Process.Kill()
		}
	}
	_ = command.Wait()
	hides(t, "a killed helm-flink "+strings.Join(args, " "), stdout.String(), said.String())
	status, _ := command.ProcessState.Sys().(syscall.WaitStatus)
	return status.Signaled()
}

// helmRelease is one line of `helm list`.
type helmRelease struct{ Name, Namespace, Revision, Status string }

// helmReleases is what `helm list` of a version shows.
func (s *site) helmReleases(t *testing.T, tool string) []helmRelease {
	t.Helper()
	stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{
		Name: testkit.Tool(t, tool), Args: []string{"list", "-A", "-a", "-o", "json"}, Env: s.env(),
	})
	if tool == "helm4" && err != nil { // Helm 4 lists all states without -a
		stdout, stderr, err = testkit.Run(t.Context(), testkit.Command{
			Name: testkit.Tool(t, tool), Args: []string{"list", "-A", "-o", "json"}, Env: s.env(),
		})
	}
	if err != nil {
		t.Fatalf("%s list: %v\n%s", tool, err, stderr)
	}
	var all []helmRelease
	if err := json.Unmarshal([]byte(stdout), &all); err != nil {
		t.Fatalf("%s list: %v\n%s", tool, err, stdout)
	}
	return all
}

// objects names what is on the cluster of the kinds that releases hold, and how Flink's resources are.
func (s *site) objects(t *testing.T) []string {
	t.Helper()
	kinds := "namespaces,serviceaccounts,roles,rolebindings,clusterroles,clusterrolebindings,configmaps,networkpolicies,resourcequotas," +
		"limitranges,deployments,services,issuers,certificates,nodepools,ec2nodeclasses,storageclasses,validatingwebhookconfigurations," +
		"mutatingwebhookconfigurations,flinkdeployments,flinksessionjobs,flinkstatesnapshots,flinkbluegreendeployments"
	stdout := s.MustKubectl(t, "", "get", kinds, "-A", "-o", `jsonpath={range .items[*]}{.kind}{" "}{.metadata.namespace}{"/"}{.metadata.name}`+
		`{" "}{.status.lifecycleState}{" "}{.spec.job.parallelism}{"\n"}{end}`)
	var out []string
	for line := range strings.Lines(stdout) {
		line = strings.TrimSpace(line)
		if strings.Contains(line, "/system:") || strings.Contains(line, "kube-") || strings.Contains(line, "-savepoint-upgrade-") {
			continue
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}
