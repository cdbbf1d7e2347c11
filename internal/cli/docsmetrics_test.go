package cli_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink/metrics"
)

// metricsDoc is the reference of alerts and of the metrics that they and the
// dashboards use.
func metricsDoc(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Alerts and metrics\n\n" + generated)
	b.WriteString("What to do about an alert is in [monitoring.md](monitoring.md#runbooks), how to change one too.\n\n")
	alerts := func(title string, all []metrics.Alert) {
		fmt.Fprintf(&b, "## %s\n\n| alert | severity | for | threshold | what it counts |\n| --- | --- | --- | --- | --- |\n", title)
		for _, a := range all {
			limit := fmt.Sprint(a.Threshold)
			switch {
			case a.Unit == "":
				limit = ""
			case math.IsNaN(a.Threshold):
				limit = a.Derived
			}
			fmt.Fprintf(&b, "| [%s](monitoring.md#%s) | %s | %s | %s | %s |\n", a.Name, strings.ToLower(a.Name), a.Severity, a.For, limit, a.Unit)
		}
		b.WriteString("\n")
	}
	alerts("Alerts on jobs and session clusters", metrics.JobAlerts())
	alerts("Alerts on the operator", metrics.OperatorAlerts())
	table, err := metrics.Table()
	if err != nil {
		t.Fatal(err)
	}
	b.WriteString("## Metrics\n\nThe names under which Prometheus has them. `since` is the Flink version that has it first, where not all do. " +
		"`up`, `ALERTS` and `kube_…` are not Flink's.\n\n")
	b.WriteString("| metric | type | since | meaning | source |\n| --- | --- | --- | --- | --- |\n")
	for _, m := range table {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", m.Name, m.Type, m.Since, m.Help, m.Source)
	}
	return b.String()
}
