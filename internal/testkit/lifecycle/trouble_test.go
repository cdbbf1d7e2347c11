package lifecycle_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestTrouble is what a platform team meets: a job that fails, one that is rolled back, one that no node has room for, a
// job that is gone from the values, a release of somebody else, and two who change the same platform.
func TestTrouble(t *testing.T) {
	t.Parallel()
	s := newSite(t, testkit.WithPods())
	s.Node(t, "flink-1", map[string]string{"karpenter.sh/nodepool": "flink", "kubernetes.io/arch": "amd64"}, "64", "256Gi")
	args := func(verb string, more ...string) []string {
		return append([]string{verb, "-f", platform, "--timeout", "45s"}, more...)
	}

	t.Run("a job that fails", func(t *testing.T) {
		s.operator.Script("orders", "ingest", testkit.Failing)
		_, said, code := s.run(t, args("install")...)
		if code != 1 || !strings.Contains(said, "FlinkDeployment orders/ingest failed") {
			t.Errorf("exit %d\n%s", code, said)
		}
		if list := s.helmList(t, "helm3"); list["orders/ingest"] != "failed" || list["orders/enrich"] != "deployed" {
			t.Errorf("releases %v", list)
		}
	})
	t.Run("mended", func(t *testing.T) {
		s.operator.Script("orders", "ingest", testkit.Success)
		s.must(t, args("install", "--set", "jobs.ingest.restartNonce=1", "--timeout", "90s")...)
		s.must(t, args("install", "--timeout", "90s")...)
	})
	t.Run("a job that is refused by the operator", func(t *testing.T) {
		s.operator.Script("orders", "enrich", testkit.ValidationError)
		s.refused(t, "ValidationError", args("upgrade", "--set", "jobs.enrich.parallelism=3", "--timeout", "60s")...)
		s.operator.Script("orders", "enrich", testkit.Success)
		s.must(t, args("upgrade", "--timeout", "90s")...)
	})
	t.Run("a job that is rolled back", func(t *testing.T) {
		s.operator.Script("orders", "ingest", testkit.RolledBack)
		s.refused(t, "FlinkDeployment orders/ingest failed", args("upgrade", "--set", "jobs.ingest.parallelism=4")...)
		s.operator.Script("orders", "ingest", testkit.Success)
		s.must(t, args("upgrade", "--set", "jobs.ingest.parallelism=2", "--timeout", "90s")...)
	})
	t.Run("pods without a node", func(t *testing.T) {
		_, said, code := s.run(t, args("upgrade", "--set", "jobs.ingest.taskManager.cpu=90", "--fail-on", "error")...)
		if code != 124 && code != 3 {
			t.Errorf("exit %d\n%s", code, said)
		}
		if code == 124 && !strings.Contains(said, "Insufficient cpu") {
			t.Errorf("the scheduler's message is not there:\n%s", said)
		}
	})
	t.Run("atomic", func(t *testing.T) {
		s.must(t, args("upgrade", "--timeout", "90s")...)
		s.operator.Script("orders", "ingest", testkit.Never)
		_, said, code := s.run(t, args("upgrade", "--atomic", "--timeout", "5s", "--set", "jobs.ingest.parallelism=4")...)
		s.operator.Script("orders", "ingest", testkit.Success)
		if code != 124 && code != 1 {
			t.Errorf("exit %d\n%s", code, said)
		}
		got := s.MustKubectl(t, "", "get", "flinkdeployment", "ingest", "-n", "orders", "-o", "jsonpath={.spec.job.parallelism}")
		if got != "2" {
			t.Errorf("it was not rolled back: parallelism %s\n%s", got, said)
		}
		s.must(t, args("upgrade", "--timeout", "90s")...)
	})
	t.Run("left and pruned", func(t *testing.T) {
		_, said := s.must(t, args("upgrade", "--set", "jobs.enrich=null", "--timeout", "90s")...)
		if !strings.Contains(said, "job orders/enrich  skipped") {
			t.Errorf("it says nothing of what is left:\n%s", said)
		}
		_, said = s.must(t, args("upgrade", "--set", "jobs.enrich=null", "--prune", "--timeout", "90s")...)
		if !strings.Contains(said, "its last savepoint is s3://") {
			t.Errorf("no savepoint is told:\n%s", said)
		}
		if list := s.helmList(t, "helm3"); list["orders/enrich"] != "" {
			t.Errorf("it is still there: %v", list)
		}
	})
	t.Run("somebody else's", func(t *testing.T) {
		s.MustKubectl(t, "", "create", "namespace", "audit")
		before := s.objects(t)
		s.refused(t, "Namespace audit is on the cluster already and it was made without Helm",
			args("upgrade", "--set", "teams.audit.role.name=flink-audit")...)
		if got := s.objects(t); !slices.Equal(got, before) {
			t.Errorf("a refused upgrade changed something:\n%s", testkit.Diff("before, after", strings.Join(before, "\n"), strings.Join(got, "\n")))
		}
	})
	t.Run("two at once", func(t *testing.T) {
		s.operator.Script("orders", "ingest", testkit.Slow(3*time.Second))
		var group sync.WaitGroup
		var codes [2]int
		var said [2]string
		for i := range 2 {
			group.Go(func() {
				_, said[i], codes[i] = s.run(t, args("upgrade", "--timeout", "120s", "--set", "jobs.ingest.parallelism=8")...)
			})
		}
		group.Wait()
		if codes[0]+codes[1] != 1 {
			t.Errorf("exit codes %v\n%s\n%s", codes, said[0], said[1])
		}
		if !strings.Contains(said[0]+said[1], "is being changed by ") {
			t.Errorf("nobody says who holds it:\n%s\n%s", said[0], said[1])
		}
	})
	t.Run("a Secret", func(t *testing.T) {
		overlay := withSecret(t)[1]
		out, _ := s.must(t, args("diff", "-k", overlay)...)
		if !strings.Contains(out, "Secret orders/token (created)") {
			t.Errorf("the Secret is not in the diff:\n%s", out)
		}
		s.must(t, args("upgrade", "-k", overlay, "--progress", "json")...)
		s.MustKubectl(t, "", "patch", "secret", "token", "-n", "orders", "-p", `{"stringData":{"token":"`+canary+`2"}}`)
		out, _ = s.must(t, args("diff", "-k", overlay, "-o", "json")...)
		if !strings.Contains(out, "Secret") {
			t.Errorf("its change is not in the diff:\n%s", out)
		}
		s.MustKubectl(t, "", "annotate", "secret", "token", "-n", "orders", "--overwrite", "meta.helm.sh/release-name=other")
		s.run(t, args("upgrade", "-k", overlay)...)
		s.must(t, args("upgrade")...)
	})
	t.Run("nodes that are left", func(t *testing.T) {
		s.Apply(t, nodeClaim)
		_, said, code := s.run(t, args("uninstall", "--no-savepoint", "--timeout", "20s")...)
		if code != 124 || !strings.Contains(said, "NodePool flink is not ready") && !strings.Contains(said, "flink-left") {
			t.Errorf("exit %d\n%s", code, said)
		}
		s.MustKubectl(t, "", "patch", "nodeclaim", "flink-left", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
		s.MustKubectl(t, "", "delete", "nodeclaim", "flink-left", "--ignore-not-found")
		_, said = s.must(t, args("uninstall", "--no-savepoint", "--timeout", "60s")...)
		for _, want := range []string{"the S3 bucket streaming-flink-state", "the IAM role arn:aws:iam::111122223333:role/flink-orders"} {
			if !strings.Contains(said, want) {
				t.Errorf("it does not say that %s is left:\n%s", want, said)
			}
		}
	})
}

const nodeClaim = `
apiVersion: karpenter.sh/v1
kind: NodeClaim
metadata:
  name: flink-left
  labels: {karpenter.sh/nodepool: flink}
  finalizers: [karpenter.sh/termination]
spec:
  nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}
  requirements: [{key: kubernetes.io/arch, operator: In, values: [amd64]}]
`
