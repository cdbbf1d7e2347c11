package lifecycle_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// emrOperator pushes what stands in for EMR's operator chart, whose values are
// those of Apache's and a few more: ours, which takes the same, under its name and
// without the schema that would refuse what is EMR's. It returns the flags that
// take it from there.
func emrOperator(t *testing.T, host string) []string {
	t.Helper()
	ours := filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator")
	archive := testkit.PackChart(t, ours, "flink-kubernetes-operator", "7.12.0", map[string]string{"values.schema.json": ""})
	testkit.PushChart(t, archive, "oci://"+host+"/emr-on-eks")
	return []string{"--plain-http", "--set", "operator.chart.source=oci://" + host + "/emr-on-eks/flink-kubernetes-operator," +
		"operator.chart.version=7.12.0"}
}

// releases are what both majors of Helm list: namespace/name chart status, in order.
func (s *site) releases(t *testing.T) string {
	t.Helper()
	var lists []string
	for _, helm := range []string{"helm3", "helm4"} {
		out, complaint, err := testkit.Run(t.Context(), testkit.Command{
			Name: testkit.Tool(t, helm), Args: []string{"list", "-A", "-o", "json", "--kubeconfig", s.Kubeconfig},
		})
		if err != nil {
			t.Fatalf("%s list: %v\n%s", helm, err, complaint)
		}
		lists = append(lists, out)
	}
	if a, b := listed(t, lists[0]), listed(t, lists[1]); a != b {
		t.Errorf("Helm 3 lists\n%s\nHelm 4\n%s", a, b)
	}
	return listed(t, lists[0])
}

func TestAddons(t *testing.T) {
	s := newSite(t)
	host := testkit.Registry(t)
	args := append([]string{"-f", "examples/emr-blueprint.yaml", "--timeout", "60s"}, emrOperator(t, host)...)
	_, stderr := s.must(t, append([]string{"install"}, args...)...)
	t.Log(stderr)
	t.Log(s.releases(t))
	_, stderr = s.must(t, append([]string{"upgrade"}, args...)...)
	if strings.Contains(stderr, " begun") {
		t.Errorf("an upgrade to the same changed something:\n%s", stderr)
	}
	t.Log(stderr)
	_, stderr = s.must(t, "uninstall", "-f", "examples/emr-blueprint.yaml", "--timeout", "60s")
	t.Log(stderr)
	if left := s.releases(t); left != "" {
		t.Errorf("releases are left:\n%s", left)
	}
}

func listed(t *testing.T, text string) string {
	t.Helper()
	var all []struct{ Name, Namespace, Chart, Status string }
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range all {
		lines = append(lines, r.Namespace+"/"+r.Name+" "+r.Chart+" "+r.Status)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
