package lifecycle_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestPrunedNamespace is the end of a team: its namespace outlives it, is told, and goes when it is named and nothing of
// others is in it.
func TestPrunedNamespace(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), platform))
	if err != nil {
		t.Fatal(err)
	}
	with := filepath.Join(s.dir, "audit.yaml")
	write(t, with, strings.NewReplacer(
		"teams:\n", "teams:\n  audit: { role: { name: flink-audit } }\n",
		"jobs:\n", "jobs:\n  ledger: { team: audit, parallelism: 2, jarURI: \"local:///opt/flink/examples/streaming/StateMachineExample.jar\" }\n",
	).Replace(string(text)))
	upgrade := func(more ...string) []string {
		return append([]string{"upgrade", "-f", platform, "--timeout", "60s"}, more...)
	}
	there := func() bool {
		return strings.Contains(s.MustKubectl(t, "", "get", "namespaces", "-o", "name")+"\n", "namespace/audit\n")
	}
	says := func(said string, want ...string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("it does not say %q:\n%s", w, said)
			}
		}
	}
	s.must(t, "install", "-f", with, "--timeout", "60s")
	const left = "Namespace audit  skipped: it is no longer planned and left with what is in it; upgrade --prune=audit removes it"

	_, said := s.must(t, upgrade()...)
	says(said, left, "job audit/ledger  skipped")
	out, said := s.must(t, "diff", "-f", platform)
	says(said+out, "Namespace audit is no longer planned and would be left; upgrade --prune=audit removes it")
	_, said = s.must(t, upgrade("--dry-run", "--prune", "--prune=audit")...)
	says(said, "Namespace audit is no longer planned and would be removed with all that is in it")
	before := s.objects(t)
	s.refused(t, "job audit/ledger is left there (--prune=ledger removes it)", upgrade("--dry-run", "--prune=audit")...)
	s.refused(t, "job audit/ledger is left there (--prune=ledger removes it)", upgrade("--prune=audit")...)
	s.refused(t, "the namespace holds the platform's own releases", upgrade("--prune=flink-kubernetes-operator")...)
	s.refused(t, "the namespace was not made by this platform (it was made without Helm)", upgrade("--prune=default")...)
	_, said = s.must(t, upgrade("--prune=orders", "--prune=nobody")...)
	says(said, "--prune=orders: the namespace is planned and stays", "--prune=nobody: there is nothing of that name")

	s.Apply(t, stray)
	s.refused(t, "FlinkDeployment audit/stray belongs to no release of this platform", upgrade("--prune", "--prune=audit")...)
	s.MustKubectl(t, "", "delete", "flinkdeployment", "stray", "-n", "audit", "--timeout=60s")
	s.MustKubectl(t, "", "create", "secret", "generic", "sh.helm.release.v1.theirs.v1", "-n", "audit")
	s.MustKubectl(t, "", "label", "secret", "sh.helm.release.v1.theirs.v1", "-n", "audit", "owner=helm", "name=theirs")
	s.refused(t, "the Helm release audit/theirs is not this platform's", upgrade("--prune", "--prune=audit")...)
	s.MustKubectl(t, "", "delete", "secret", "sh.helm.release.v1.theirs.v1", "-n", "audit")
	if got := s.objects(t); !slices.Equal(got, before) {
		t.Errorf("a refused upgrade changed something:\n%s", testkit.Diff("before, after", strings.Join(before, "\n"), strings.Join(got, "\n")))
	}

	_, said = s.must(t, upgrade("--prune")...)
	says(said, left, "its last savepoint is s3://")
	if !there() {
		t.Fatal("--prune alone removed a namespace")
	}
	s.MustKubectl(t, "", "create", "configmap", "held", "-n", "audit")
	s.MustKubectl(t, "", "patch", "configmap", "held", "-n", "audit", "-p", `{"metadata":{"finalizers":["example.com/held"]}}`)
	_, said, code := s.run(t, upgrade("--prune=audit", "--timeout", "10s")...)
	if code != 124 {
		t.Errorf("a namespace that stays: exit %d", code)
	}
	says(said, "Namespace audit is not ready after 10s: Terminating", "example.com/held")
	s.MustKubectl(t, "", "patch", "configmap", "held", "-n", "audit", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`)
	s.must(t, upgrade("--prune=audit")...)
	if there() {
		t.Error("the namespace is still there")
	}
	if _, said = s.must(t, upgrade("--prune=audit")...); strings.Contains(said, left) {
		t.Errorf("a namespace that is gone is left:\n%s", said)
	}
	s.must(t, "install", "-f", with, "--timeout", "60s")
	_, said = s.must(t, upgrade("--prune", "--prune=namespace/audit")...)
	says(said, "its last savepoint is s3://", "Namespace audit  done removed")
	if there() {
		t.Error("the job and its namespace were not removed at once")
	}
	s.must(t, "install", "-f", with, "--timeout", "60s")
	others := filepath.Join(s.dir, "others.yaml") // the namespace is not made any more; what is planned in it stays
	write(t, others, strings.Replace(string(text), "teams:\n",
		"teams:\n  audit: { createNamespace: false, role: { name: flink-audit } }\n", 1))
	_, said = s.must(t, "upgrade", "-f", others, "--timeout", "60s", "--prune", "--prune=audit")
	says(said, "--prune=audit: the namespace is planned and stays")
	if strings.Contains(said, left) || !there() {
		t.Errorf("a namespace that objects are planned in was to go:\n%s", said)
	}
}

const stray = `
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: stray, namespace: audit}
spec:
  flinkVersion: v1_20
  image: flink:1.20
  serviceAccount: default
  jobManager: {resource: {memory: 1g, cpu: 1}}
  taskManager: {resource: {memory: 1g, cpu: 1}}
`
