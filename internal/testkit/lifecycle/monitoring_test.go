package lifecycle_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestMonitoring: what scrapes and judges a job is in the job's release, the operator's part in the platform's, and each
// comes and goes with its switch.
func TestMonitoring(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "schemas", "crds", "monitoring.coreos.com_*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("CRDs %q: %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s.Apply(t, string(text))
	}
	s.MustKubectl(t, "", "wait", "crd", "--all", "--for=condition=Established", "--timeout=60s")
	flags := []string{
		"-f", "examples/apache.yaml", "--timeout", "60s", "--set", "jobDefaults.monitoring.prometheus.enabled=true",
		"--set", "operator.monitoring.prometheus.enabled=true", "--set", "monitoring.labels.release=prom",
		"--set", "monitoring.namespaces={monitoring}",
	}
	s.must(t, append([]string{"install"}, flags...)...)
	// owners gives the objects of the Prometheus operator's kinds, each with its release.
	owners := func() []string {
		out := s.MustKubectl(t, "", "get", "podmonitors,prometheusrules", "-A", "-o", `jsonpath={range .items[*]}{.kind} `+
			`{.metadata.namespace}/{.metadata.name} {.metadata.annotations.meta\.helm\.sh/release-name}{"\n"}{end}`)
		lines := strings.Split(strings.TrimSpace(out), "\n")
		slices.Sort(lines)
		return lines
	}
	var want []string
	for _, kind := range []string{"PodMonitor", "PrometheusRule"} {
		for _, job := range []string{"state-machine", "state-machine-2-0", "state-machine-graviton", "state-machine-rocksdb"} {
			want = append(want, kind+" clickstream/flink-"+job+" "+job)
		}
		want = append(want, kind+" "+operatorHome+"/flink-kubernetes-operator flink-platform")
	}
	if got := owners(); !slices.Equal(got, want) {
		t.Errorf("objects\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	ports := s.MustKubectl(t, "", "get", "networkpolicies", "-n", "clickstream", "flink-metrics", "-o",
		"jsonpath={.spec.ingress[*].ports[*].port}")
	if ports != "9249" {
		t.Errorf("open ports %q", ports)
	}
	s.must(t, append(append([]string{"upgrade"}, flags...), "--set", "jobs.state-machine.monitoring.prometheus.enabled=false")...)
	want = slices.DeleteFunc(want, func(line string) bool { return strings.HasSuffix(line, " state-machine") })
	if got := owners(); !slices.Equal(got, want) {
		t.Errorf("after it was switched off for the job: %q", got)
	}
}
