package metrics

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// Severities, the most severe first.
const (
	Critical = "critical"
	Warning  = "warning"
	Info     = "info"
)

// Alert is what an alert is about, whatever it is made for.
type Alert struct {
	// Name is the alert's, and the heading of its runbook.
	Name string
	// Severity and For are the defaults: how bad it is, and how long it must last.
	Severity, For string
	// Threshold is the default of the number that can be changed, Unit what it counts; without a unit there is none.
	// NaN stands for a default that follows from the job, which Derived tells.
	Threshold     float64
	Unit, Derived string
	// Summary is what it says; the value goes in for {{ $value }} when it fires.
	Summary string
}

// Override changes one alert of one job.
type Override struct {
	Off           bool
	Severity, For string
	Threshold     *float64
}

// Target is what alerts are made for: a Flink cluster with its jobs.
type Target struct {
	// Namespace is its namespace, Name its own, Team the team's.
	Namespace, Name, Team string
	// Deployments are its FlinkDeployments: one, or two of a blue/green deployment.
	Deployments []string
	// Session says that it is a session cluster, Batch that its job is one that ends, Suspended that it is not to run.
	Session, Batch, Suspended bool
	// Interval and Timeout are of its checkpoints; Interval is 0 where it takes none.
	Interval, Timeout time.Duration
	// Version is Flink's.
	Version flink.Version
	// JobStatus is metrics.job.status.enable, empty for Flink's default.
	JobStatus string
	// Scaled are the resources that the autoscaler looks at, and Scaling says that it may change them.
	Scaled  []string
	Scaling bool
}

// Operator is the operator that alerts are made for.
type Operator struct {
	// Namespace is its namespace, PodMonitor the name of the PodMonitor there.
	Namespace, PodMonitor string
}

// Rule is one alerting rule as Prometheus takes it.
type Rule struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

// JobAlerts are the alerts on jobs and session clusters, in the order of their pages.
func JobAlerts() []Alert {
	return []Alert{
		{Name: "FlinkJobNotRunning", Severity: Critical, For: "5m", Summary: "the job does not run, or its metrics do not arrive"},
		{Name: "FlinkJobManagerDown", Severity: Critical, For: "5m", Summary: "no JobManager of the session cluster answers"},
		{Name: "FlinkJobRestarting", Severity: Warning, For: "0s", Threshold: 3, Unit: "restarts in 15 minutes",
			Summary: "the job restarted {{ $value | humanize }} times in 15 minutes"},
		{Name: "FlinkCheckpointsFailing", Severity: Warning, For: "0s", Threshold: 2, Unit: "failed checkpoints",
			Summary: "{{ $value | humanize }} checkpoints failed in a short time"},
		{Name: "FlinkCheckpointTooOld", Severity: Critical, For: "0s", Threshold: math.NaN(), Unit: "seconds",
			Derived: "three times checkpoints.interval and once checkpoints.timeout, at least 10 minutes",
			Summary: "no checkpoint has been completed for longer than the job should need"},
		{Name: "FlinkCheckpointSlow", Severity: Warning, For: "10m", Threshold: math.NaN(), Unit: "seconds",
			Derived: "half of checkpoints.timeout",
			Summary: "the last checkpoint took {{ $value | humanizeDuration }}"},
		{Name: "FlinkCheckpointGrowing", Severity: Warning, For: "1h", Threshold: 2, Unit: "times the size of a day before",
			Summary: "the state of the job grows: its checkpoints have {{ $value | humanize1024 }}B"},
		{Name: "FlinkKafkaLag", Severity: Warning, For: "15m", Threshold: 100000, Unit: "records",
			Summary: "a Kafka partition is {{ $value | humanize }} records behind"},
		{Name: "FlinkKinesisLag", Severity: Warning, For: "15m", Threshold: 600, Unit: "seconds",
			Summary: "a Kinesis shard is {{ $value | humanizeDuration }} behind"},
		{Name: "FlinkBackpressured", Severity: Warning, For: "15m", Threshold: 0.5, Unit: "share of the time",
			Summary: "the task {{ $labels.task_name }} is held back {{ $value | humanizePercentage }} of the time"},
		{Name: "FlinkHeapPressure", Severity: Warning, For: "10m", Threshold: 0.9, Unit: "share of the heap",
			Summary: "{{ $value | humanizePercentage }} of the heap of {{ $labels.pod }} is in use"},
		{Name: "FlinkGarbageCollection", Severity: Warning, For: "10m", Threshold: 0.2, Unit: "share of the time",
			Summary: "{{ $labels.pod }} collects garbage {{ $value | humanizePercentage }} of the time"},
		{Name: "FlinkTaskManagersPending", Severity: Warning, For: "10m", Threshold: 0, Unit: "pods",
			Summary: "{{ $value }} TaskManagers find no node"},
		{Name: "FlinkAutoscalerErrors", Severity: Warning, For: "0s", Threshold: 3, Unit: "errors in 30 minutes",
			Summary: "the autoscaler failed {{ $value | humanize }} times in 30 minutes"},
		{Name: "FlinkAutoscalerStuck", Severity: Warning, For: "1h", Threshold: 0, Unit: "vertices",
			Summary: "the autoscaler would give {{ $value }} vertices more parallelism, and does not"},
	}
}

// OperatorAlerts are the alerts on the operator.
func OperatorAlerts() []Alert {
	return []Alert{
		{Name: "FlinkOperatorDown", Severity: Critical, For: "5m",
			Summary: "no operator answers: no job is started, upgraded or scaled"},
		{Name: "FlinkOperatorErrors", Severity: Warning, For: "0s", Threshold: 5, Unit: "errors of one resource in 15 minutes",
			Summary: "the operator failed {{ $value | humanize }} times on {{ $labels.resourcens }}/{{ $labels.resourcename }} " +
				"in 15 minutes"},
		{Name: "FlinkResourceFailed", Severity: Warning, For: "5m", Threshold: 0, Unit: "resources",
			Summary: "{{ $value }} {{ $labels.resourcetype }} of namespace {{ $labels.resourcens }} have failed"},
	}
}

// maker makes the rules of one target.
type maker struct {
	labels    map[string]string
	overrides map[string]Override
	runbooks  string
}

// rule makes the rule of an alert from an expression that may name the threshold as %s; nil where the alert is
// switched off. derived is the threshold of one that follows from the job.
func (m maker) rule(a Alert, expr string, derived float64) *Rule {
	o := m.overrides[a.Name]
	if o.Off || expr == "" {
		return nil
	}
	limit := a.Threshold
	if math.IsNaN(limit) {
		limit = derived
	}
	if o.Threshold != nil {
		limit = *o.Threshold
	}
	if a.Unit != "" {
		expr = strings.ReplaceAll(expr, "LIMIT", number(limit))
	}
	r := &Rule{
		Alert: a.Name, Expr: expr, For: a.For, Labels: map[string]string{"severity": a.Severity},
		Annotations: map[string]string{"summary": a.Summary, "runbook_url": m.runbooks + "#" + strings.ToLower(a.Name)},
	}
	if o.For != "" {
		r.For = o.For
	}
	if o.Severity != "" {
		r.Labels["severity"] = o.Severity
	}
	maps.Copy(r.Labels, m.labels)
	return r
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// seconds is a duration as Prometheus writes it.
func seconds(d time.Duration) string { return fmt.Sprintf("%ds", int64(math.Ceil(d.Seconds()))) }

// matching is a matcher for one of several names.
func matching(label string, names []string) string {
	if len(names) == 1 {
		return label + "=" + strconv.Quote(names[0])
	}
	return label + "=~" + strconv.Quote(strings.Join(names, "|"))
}
