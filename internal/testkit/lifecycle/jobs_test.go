package lifecycle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// jobValues is a small platform with a job of each kind.
const jobValues = `# What the tests of jobs install.
platform: { name: streams }
cluster:
  name: streaming
  region: eu-central-1
  accountId: "111122223333"
  kubernetesVersion: "1.33"
  oidcProvider: oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF
  nodeRole: streaming-karpenter-node
runtime: { distribution: apache, image: "flink:1.20.4-java17", s3: { plugin: presto } }
operator: { version: "1.15" }
storage: { bucket: streaming-flink-state }
teams:
  shop: { namespace: shop }
  bank: { namespace: bank }
jobs:
  # the orders of the shop
  orders: # every night
    team: shop
    jarURI: local:///opt/flink/examples/streaming/StateMachineExample.jar
    parallelism: 2 # slots
    upgradeMode: savepoint
  last:
    team: shop
    jarURI: local:///opt/flink/examples/streaming/StateMachineExample.jar
    upgradeMode: last-state
  counts: { team: shop, jarURI: "local:///opt/flink/examples/streaming/StateMachineExample.jar", upgradeMode: stateless }
  bank-orders:
    name: orders
    team: bank
    jarURI: local:///opt/flink/examples/streaming/StateMachineExample.jar
    upgradeMode: savepoint
sessionClusters:
  shared: { team: shop }
sessionJobs:
  clicks:
    cluster: shared
    jarURI: https://repo.example.com/clicks-1.0.jar
    upgradeMode: savepoint
`

// code runs the program and wants an exit code; it returns both streams.
func (s *site) code(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, got := s.run(t, args...)
	if got != want {
		t.Fatalf("helm-flink %s: exit %d, want %d\n%s%s", strings.Join(args, " "), got, want, stdout, stderr)
	}
	if want != 0 && stdout != "" {
		t.Errorf("helm-flink %s: exit %d and data on stdout: %s", strings.Join(args, " "), got, stdout)
	}
	return stdout, stderr
}

// says fails unless a text has all parts.
func says(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("it does not say %q:\n%s", part, text)
		}
	}
}

// installed is a site with the values of this file.
func installed(t *testing.T, options ...testkit.FlinkOperatorOption) (s *site, file string) {
	t.Helper()
	s = newSite(t, options...)
	file = filepath.Join(s.dir, "flink.yaml")
	if err := os.WriteFile(file, []byte(jobValues), 0o600); err != nil {
		t.Fatal(err)
	}
	s.must(t, "install", "-f", file, "--timeout", "60s")
	return s, file
}

// kube gives what kubectl prints of an object of the team shop by a JSONPath.
func (s *site) kube(t *testing.T, what, name, path string) string {
	t.Helper()
	return s.MustKubectl(t, "", "get", what, "-n", "shop", name, "-o", "jsonpath="+path)
}

func TestJobs(t *testing.T) {
	t.Parallel()
	s, file := installed(t)
	const wait = "--timeout=30s"
	t.Run("list and names", func(t *testing.T) {
		stdout, _ := s.must(t, "job", "list")
		says(t, stdout, "orders", "clicks", "session job", "RUNNING", "STABLE")
		_, stderr := s.code(t, 4, "job", "show", "orders")
		says(t, stderr, "bank/orders, shop/orders")
		_, stderr = s.code(t, 4, "job", "show", "clcks")
		says(t, stderr, "did you mean clicks?")
		stdout, _ = s.must(t, "job", "show", "shop/orders", "-o", "json")
		says(t, stdout, `"upgradeMode": "savepoint"`, `"kind": "Job"`)
	})
	t.Run("savepoint", func(t *testing.T) {
		stdout, _ := s.must(t, "job", "savepoint", "shop/orders", "--name", "first", wait)
		path := s.kube(t, "flinkstatesnapshot", "first", "{.status.path}")
		if stdout != path+"\n" {
			t.Errorf("stdout is %q, the path %q", stdout, path)
		}
		if got := s.kube(t, "flinkstatesnapshot", "first", "{.spec.savepoint.disposeOnDelete}"); got != "false" {
			t.Errorf("disposeOnDelete is %q", got)
		}
		s.operator.Script("shop", "broken", testkit.Failing)
		_, stderr := s.code(t, 1, "job", "savepoint", "shop/orders", "--name", "broken", wait)
		says(t, stderr, "FlinkStateSnapshot shop/broken failed: FAILED", "the played savepoint failed")
		_, stderr = s.code(t, 1, "job", "savepoint", "shared", wait)
		says(t, stderr, "session cluster")
		stdout, _ = s.must(t, "job", "savepoints", "list", "shop/orders")
		says(t, stdout, "first", "COMPLETED", "broken", "FAILED", path)
	})
	t.Run("suspend and resume", func(t *testing.T) {
		stdout, stderr := s.must(t, "job", "suspend", "shop/orders", wait)
		says(t, stdout, "/savepoint-")
		says(t, stderr, "helm flink upgrade brings back state: running", "jobs.orders.state: suspended")
		if got := s.kube(t, "flinkdeployment", "orders", "{.status.lifecycleState}"); got != "SUSPENDED" {
			t.Errorf("lifecycle %s", got)
		}
		_, stderr = s.code(t, 1, "job", "savepoint", "shop/orders", wait)
		says(t, stderr, "not RUNNING")
		_, stderr = s.code(t, 1, "job", "restart", "shop/orders", wait)
		says(t, stderr, "is suspended")
		s.must(t, "job", "resume", "shop/orders", wait)
		if got := s.kube(t, "flinkdeployment", "orders", "{.status.jobStatus.state}"); got != "RUNNING" {
			t.Errorf("job %s", got)
		}
		_, stderr = s.code(t, 1, "job", "suspend", "counts", wait)
		says(t, stderr, "upgradeMode is stateless")
		stdout, stderr = s.must(t, "job", "suspend", "last", wait)
		says(t, stderr, "HA metadata")
		if stdout != "" {
			t.Errorf("stdout %q", stdout)
		}
		s.must(t, "job", "resume", "last", wait)
		s.operator.Script("shop", "last", testkit.Never)
		_, stderr = s.code(t, 124, "job", "suspend", "last", "--timeout", "3s")
		says(t, stderr, "the operator has not taken up the change yet")
		s.operator.Script("shop", "last", testkit.Success)
		s.must(t, "job", "resume", "last", wait)
	})
	t.Run("restart and rescale, written to the values", func(t *testing.T) {
		before := s.kube(t, "flinkdeployment", "orders", "{.metadata.generation}")
		s.must(t, "job", "restart", "shop/orders", wait)
		if got := s.kube(t, "flinkdeployment", "orders", "{.status.observedGeneration}"); got <= before {
			t.Errorf("generation %s after %s", got, before)
		}
		_, stderr := s.must(t, "job", "rescale", "shop/orders", "--parallelism", "3", "--write", file, wait)
		says(t, stderr, "jobs.orders.parallelism: 3")
		want := strings.Replace(jobValues, "parallelism: 2 # slots", "parallelism: 3 # slots", 1)
		if got, err := os.ReadFile(file); err != nil || string(got) != want {
			t.Errorf("the values are (%v)\n%s", err, got)
		}
		other := filepath.Join(s.dir, "other.yaml")
		if err := os.WriteFile(other, []byte("jobs: {}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, stderr = s.code(t, 1, "job", "rescale", "shop/orders", "--parallelism", "7", "--write", other, wait)
		says(t, stderr, "nothing was changed", "the file has no jobs.orders")
		if got := s.kube(t, "flinkdeployment", "orders", "{.spec.job.parallelism}"); got != "3" {
			t.Errorf("parallelism %s", got)
		}
		s.must(t, "job", "rescale", "clicks", "--parallelism", "2", wait)
		s.code(t, 1, "job", "rescale", "clicks", "--task-managers", "2", wait)
		s.code(t, 4, "job", "rescale", "clicks", wait)
	})
	t.Run("restore", func(t *testing.T) {
		_, stderr := s.code(t, 4, "job", "restore", "shop/orders", "--from", "latest", wait)
		says(t, stderr, "what it has done since is lost", "was not typed")
		stdout, _ := s.must(t, "job", "restore", "shop/orders", "--from", "latest", "--yes", "--allow-non-restored-state", wait)
		if got := s.kube(t, "flinkdeployment", "orders", "{.spec.job.initialSavepointPath}"); got+"\n" != stdout {
			t.Errorf("path %q, stdout %q", got, stdout)
		}
		if got := s.kube(t, "flinkdeployment", "orders", "{.spec.job.savepointRedeployNonce}"); got == "" {
			t.Error("no nonce")
		}
	})
	t.Run("how long a change lives", func(t *testing.T) {
		s.must(t, "job", "suspend", "shop/orders", wait)
		nonce := s.kube(t, "flinkdeployment", "orders", "{.spec.restartNonce}")
		stdout, _ := s.must(t, "job", "show", "shop/orders")
		says(t, stdout, "spec.job.state is suspended, its release says running")
		s.must(t, "upgrade", "-f", file, wait)
		if got := s.kube(t, "flinkdeployment", "orders", "{.spec.job.state} {.spec.job.parallelism}"); got != "running 3" {
			t.Errorf("after the upgrade it is %s", got)
		}
		if got := s.kube(t, "flinkdeployment", "orders", "{.spec.restartNonce}"); got != nonce || got == "" {
			t.Errorf("restartNonce is %q, was %q", got, nonce)
		}
	})
	t.Run("savepoints", func(t *testing.T) {
		s.must(t, "job", "savepoints", "adopt", "clicks", "--path", "s3://streaming-flink-state/old", "--name", "old", wait)
		stdout, _ := s.must(t, "job", "savepoints", "list", "clicks", "-o", "json")
		says(t, stdout, `"path": "s3://streaming-flink-state/old"`, `"job": "clicks"`)
		_, stderr := s.code(t, 1, "job", "savepoints", "dispose", "old", "--yes", wait)
		says(t, stderr, "no running job is known")
		s.must(t, "job", "savepoints", "dispose", "old", "--keep-files", "--yes", wait)
		s.code(t, 4, "job", "savepoints", "dispose", "old", "--yes", wait)
		path, _ := s.must(t, "job", "savepoint", "clicks", "--name", "clicks-1", wait)
		_, stderr = s.must(t, "job", "savepoints", "dispose", "shop/clicks-1", "--yes", wait)
		says(t, stderr, strings.TrimSpace(path))
	})
	t.Run("delete", func(t *testing.T) {
		s.code(t, 1, "job", "delete", "shared", "--yes", wait)
		stdout, stderr := s.must(t, "job", "delete", "bank/orders", "--yes", wait)
		says(t, stdout, "/savepoint-")
		says(t, stderr, "its release bank/orders was uninstalled", "jobs.bank-orders")
		s.code(t, 4, "job", "show", "bank/orders")
		listed, _ := s.must(t, "status", "--platform", "streams")
		if strings.Contains(listed, "bank/orders") {
			t.Errorf("it is in the status still:\n%s", listed)
		}
		s.must(t, "job", "delete", "clicks", "--yes", "--no-savepoint", wait)
		s.must(t, "job", "delete", "shared", "--yes", wait)
	})
	t.Run("logs and ui without pods", func(t *testing.T) {
		_, stderr := s.code(t, 1, "job", "logs", "last")
		says(t, stderr, "has no pod")
		_, stderr = s.code(t, 1, "job", "ui", "last")
		says(t, stderr, "has no jobmanager pod")
	})
}
