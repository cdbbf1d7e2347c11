package metrics_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/metrics"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestTable looks at every line: a name that Prometheus takes, once, with what it is and where that is written.
func TestTable(t *testing.T) {
	t.Parallel()
	table, err := metrics.Table()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	name := regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*(<Collector>_Time)?$`)
	for _, m := range table {
		if seen[m.Name] || !name.MatchString(m.Name) || m.Help == "" || m.Source == "" || m.Type != "gauge" && m.Type != "counter" {
			t.Errorf("%+v", m)
		}
		if _, err := flink.ParseVersion("v" + strings.ReplaceAll(m.Since, ".", "_")); m.Since != "" && err != nil {
			t.Errorf("%s: since %q", m.Name, m.Since)
		}
		seen[m.Name] = true
	}
	if len(seen) < 60 {
		t.Errorf("only %d metrics", len(seen))
	}
}

// TestRunbooks asks for a heading of docs/monitoring.md for every alert, and for no heading of an alert that is none.
func TestRunbooks(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), "docs", "monitoring.md"))
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for line := range strings.Lines(string(page)) {
		if name, ok := strings.CutPrefix(line, "### Flink"); ok {
			headings = append(headings, "Flink"+strings.TrimSpace(name))
		}
	}
	var names []string
	for _, a := range slices.Concat(metrics.JobAlerts(), metrics.OperatorAlerts()) {
		names = append(names, a.Name)
		if a.Severity == "" || a.For == "" || a.Summary == "" || math.IsNaN(a.Threshold) != (a.Derived != "") {
			t.Errorf("%+v", a)
		}
	}
	if !slices.Equal(headings, names) {
		t.Errorf("docs/monitoring.md has the runbooks\n%q, and these are the alerts\n%q", headings, names)
	}
}

// TestForJob looks at which alerts a job gets, and at what changes them. Whether they fire is asked of Prometheus itself, in
// internal/testkit/promrules.
func TestForJob(t *testing.T) {
	t.Parallel()
	base := metrics.Target{
		Namespace: "a", Name: "orders", Team: "pay", Deployments: []string{"orders"}, Interval: time.Minute, Timeout: 10 * time.Minute,
	}
	with := func(change func(*metrics.Target)) metrics.Target {
		out := base
		change(&out)
		return out
	}
	checkpoints := []string{"FlinkCheckpointsFailing", "FlinkCheckpointTooOld", "FlinkCheckpointSlow", "FlinkCheckpointGrowing"}
	autoscaler := []string{"FlinkAutoscalerErrors", "FlinkAutoscalerStuck"}
	tests := []struct {
		name      string
		target    metrics.Target
		overrides map[string]metrics.Override
		without   []string
	}{
		{"a job", base, nil, append(autoscaler, "FlinkJobManagerDown")},
		{"without checkpoints", with(func(t *metrics.Target) { t.Interval = 0 }), nil, slices.Concat(checkpoints, autoscaler, []string{"FlinkJobManagerDown"})},
		{"batch", with(func(t *metrics.Target) { t.Batch = true }), nil,
			slices.Concat(checkpoints, autoscaler, []string{"FlinkJobManagerDown", "FlinkJobNotRunning"})},
		{"suspended", with(func(t *metrics.Target) { t.Suspended = true }), nil, append(autoscaler, "FlinkJobManagerDown", "FlinkJobNotRunning")},
		{"session", with(func(t *metrics.Target) { t.Session = true }), nil, append(autoscaler, "FlinkJobNotRunning")},
		{"no status", with(func(t *metrics.Target) { t.JobStatus = "NONE" }), nil, append(autoscaler, "FlinkJobManagerDown", "FlinkJobNotRunning")},
		{"scaled", with(func(t *metrics.Target) { t.Scaled, t.Scaling = []string{"orders"}, true }), nil, []string{"FlinkJobManagerDown"}},
		{"advised", with(func(t *metrics.Target) { t.Scaled = []string{"orders"} }), nil, []string{"FlinkJobManagerDown", "FlinkAutoscalerStuck"}},
		{"switched off", base, map[string]metrics.Override{"FlinkKafkaLag": {Off: true}}, append(autoscaler, "FlinkJobManagerDown", "FlinkKafkaLag")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var want []string
			for _, a := range metrics.JobAlerts() {
				if !slices.Contains(tt.without, a.Name) {
					want = append(want, a.Name)
				}
			}
			var got []string
			for _, r := range metrics.ForJob(tt.target, tt.overrides, "https://wiki/alerts") {
				got = append(got, r.Alert)
				if strings.Contains(r.Expr, "LIMIT") || strings.Contains(r.Expr, "NaN") || r.Annotations["runbook_url"] != "https://wiki/alerts#"+strings.ToLower(r.Alert) {
					t.Errorf("%+v", r)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("alerts %q, want %q", got, want)
			}
		})
	}
}

// TestJobStatus follows metrics.job.status.enable to the metric that is there.
func TestJobStatus(t *testing.T) {
	t.Parallel()
	for status, metric := range map[string]string{
		"": "runningTime{", "CURRENT_TIME": "runningTime{", "STATE;CURRENT_TIME": "runningTime{", "total_time": "runningTimeTotal{",
		"[STATE, TOTAL_TIME]": "runningState{",
	} {
		made := metrics.ForJob(metrics.Target{Namespace: "a", Name: "b", Deployments: []string{"b"}, JobStatus: status}, nil, "")
		if made[0].Alert != "FlinkJobNotRunning" || !strings.Contains(made[0].Expr, metric) {
			t.Errorf("%q: %+v, want %s", status, made[0], metric)
		}
	}
}

// TestOverrides changes what can be changed.
func TestOverrides(t *testing.T) {
	t.Parallel()
	target := metrics.Target{Namespace: "a", Name: "b", Deployments: []string{"b"}, Interval: time.Minute, Timeout: 10 * time.Minute}
	rules := map[string]metrics.Rule{}
	for _, r := range metrics.ForJob(target, map[string]metrics.Override{
		"FlinkKafkaLag":         {Threshold: new(7.0), For: "1m", Severity: metrics.Info},
		"FlinkCheckpointTooOld": {Threshold: new(90.0)},
		"FlinkCheckpointSlow":   {Threshold: new(2.5)},
	}, "") {
		rules[r.Alert] = r
	}
	if r := rules["FlinkKafkaLag"]; !strings.HasSuffix(r.Expr, "> 7") || r.For != "1m" || r.Labels["severity"] != "info" {
		t.Errorf("%+v", r)
	}
	if r := rules["FlinkCheckpointTooOld"]; !strings.Contains(r.Expr, "[90s]") || !strings.Contains(r.Expr, "offset 90s") {
		t.Errorf("%+v", r)
	}
	if r := rules["FlinkCheckpointSlow"]; !strings.HasSuffix(r.Expr, "/ 1000 > 2.5") {
		t.Errorf("%+v", r)
	}
}

// TestDashboardsAreOne asks for the same bytes at each call, and uids that Grafana takes.
func TestDashboardsAreOne(t *testing.T) {
	t.Parallel()
	for _, platform := range []string{"flink", strings.Repeat("x", 40)} {
		one, err := metrics.Dashboards(platform)
		two, again := metrics.Dashboards(platform)
		if err != nil || again != nil || !slices.Equal(one, two) || len(one) != 2 {
			t.Errorf("%v %v", err, again)
		}
	}
}
