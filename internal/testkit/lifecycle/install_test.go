package lifecycle_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestApache takes examples/apache.yaml through its life: install, nothing to do, a change that is shown and made, one
// that would lose state and is refused, the way back, and the end.
func TestApache(t *testing.T) {
	t.Parallel()
	s := newSite(t, testkit.WhenDeployed("flink-kubernetes-operator", "flink-kubernetes-operator"))
	life(t, s, "examples/apache.yaml", "state-machine", []string{
		"clickstream/state-machine", "clickstream/state-machine-2-0", "clickstream/state-machine-graviton",
		"clickstream/state-machine-rocksdb", "flink-kubernetes-operator/flink-operator", "flink-kubernetes-operator/flink-platform",
	})
}

// life is the life of a platform with a job that runs with parallelism 4 and upgradeMode savepoint.
func life(t *testing.T, s *site, values, job string, releases []string, flags ...string) {
	t.Helper()
	with := func(verb string, more ...string) []string {
		return slices.Concat([]string{verb, "-f", values, "--timeout", "90s"}, flags, more)
	}
	s.refused(t, "is not installed", with("upgrade")...)
	s.must(t, with("install")...)
	for _, tool := range []string{"helm3", "helm4"} {
		if got := slices.Sorted(maps.Keys(s.helmList(t, tool))); !slices.Equal(got, releases) {
			t.Errorf("%s lists %q, want %q", tool, got, releases)
		}
	}
	s.agrees(t, "-f", values)
	before := s.objects(t)
	if _, said := s.must(t, with("install")...); strings.Contains(said, "begun") {
		t.Errorf("a second install did something:\n%s", said)
	}
	if out, said := s.must(t, with("diff", "--detailed-exitcode")...); out != "" {
		t.Errorf("a difference after install:\n%s%s", out, said)
	}

	wider := []string{"--set", "jobs." + job + ".parallelism=6"}
	out, _, code := s.run(t, with("diff", slices.Concat(wider, []string{"--detailed-exitcode"})...)...)
	if code != 2 || !strings.Contains(out, "stopped with a savepoint and started from it") || !strings.Contains(out, "+    parallelism: 6") {
		t.Errorf("diff of another parallelism: exit %d\n%s", code, out)
	}
	_, said := s.must(t, with("upgrade", wider...)...)
	if got := strings.Count(said, "  begun"); got != 1 {
		t.Errorf("the upgrade of one job changed %d releases:\n%s", got, said)
	}
	running := s.MustKubectl(t, "", "get", "flinkdeployments", "-A", "-o", `jsonpath={.items[*].spec.job.parallelism}`)
	if !strings.Contains(running, "6") {
		t.Errorf("the jobs have parallelism %s", running)
	}

	loss := []string{"--set", "jobs." + job + ".parallelism=4,jobs." + job + ".upgradeMode=stateless"}
	out, _, _ = s.run(t, with("diff", loss...)...)
	if !strings.Contains(out, "loses state") {
		t.Errorf("diff of a stateless upgrade says nothing of the loss:\n%s", out)
	}
	at := s.objects(t)
	s.refused(t, "state would be lost", with("upgrade", loss...)...)
	if got := s.objects(t); !slices.Equal(got, at) {
		t.Errorf("a refused upgrade changed something:\n%s", testkit.Diff("before, after", strings.Join(at, "\n"), strings.Join(got, "\n")))
	}
	s.must(t, with("rollback")...)
	if got := s.objects(t); !slices.Equal(got, before) {
		t.Errorf("after rollback:\n%s", testkit.Diff("before, after", strings.Join(before, "\n"), strings.Join(got, "\n")))
	}

	s.agrees(t, "-f", values)

	_, said = s.must(t, with("uninstall")...)
	if !strings.Contains(said, "its last savepoint is s3://") {
		t.Errorf("uninstall tells no savepoint:\n%s", said)
	}
	if left := s.helmList(t, "helm3"); len(left) > 0 {
		t.Errorf("releases are left: %v", left)
	}
	// The operator has ended with its Deployment: what is left must need it no more.
	s.must(t, with("uninstall", "--purge", "namespaces,crds", "--yes")...)
	if crds := s.MustKubectl(t, "", "get", "crds,namespaces", "-o", "name"); strings.Contains(crds, "flink") {
		t.Errorf("a purge behind the uninstall left:\n%s", crds)
	}
}
