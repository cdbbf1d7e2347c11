package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/metrics"
)

// scraping says that Prometheus would not take the times of scraping: its operator
// leaves out a PodMonitor whose time-out is longer than the interval
// (prometheus-operator 0.85, PodMetricsEndpoint.scrapeTimeout).
func (c *checker) scraping() {
	m := c.platform.Monitoring
	interval, timeout := prometheusTime(m.Interval), prometheusTime(m.ScrapeTimeout)
	if len(c.platform.scraped()) > 0 && interval > 0 && timeout > interval {
		c.fail(diag.CodeDisagreement, []string{"monitoring", "scrapeTimeout"},
			fmt.Sprintf("a scrape may take %s, and the next begins after %s: Prometheus' operator leaves out such a PodMonitor",
				m.ScrapeTimeout, m.Interval), "set it to no more than monitoring.interval")
	}
}

// prometheusTime reads a duration that the schema took: a whole number and s, m, h
// or d; zero for none.
func prometheusTime(text string) time.Duration {
	d, err := flink.ParseDuration(text)
	if err != nil {
		return 0
	}
	return d
}

// alerting says which alerts on a cluster could not fire, or would not stop.
func (c *checker) alerting(k *cluster) {
	if !k.Monitoring.Prometheus.Enabled || !c.platform.Monitoring.Alerts.Enabled {
		return
	}
	c.checkpointAge(k)
	c.filteredAlert(k)
}

// reportsTime reports whether Flink says how long a job is in its state, as it does
// unless it is told otherwise.
func (k *cluster) reportsTime() bool {
	status, given := k.FlinkConfig.Set[keyJobStatus]
	return !given || strings.Contains(strings.ToUpper(status), "CURRENT_TIME")
}

// checkpointAge looks at a threshold for the age of checkpoints, which is the time
// that the alert looks back: Prometheus counts from two scrapes on.
func (c *checker) checkpointAge(k *cluster) {
	const name = "FlinkCheckpointTooOld"
	a := k.Monitoring.Alerts[name]
	if a == nil || a.Threshold == nil || !a.Enabled || k.batch {
		return
	}
	path := c.given(k, "monitoring", "alerts", name, "threshold")
	age := time.Duration(*a.Threshold * float64(time.Second))
	if least := 2 * prometheusTime(c.platform.Monitoring.Interval); age <= 0 || age < least {
		c.fail(diag.CodeDisagreement, path,
			fmt.Sprintf("the alert looks back %s, and Prometheus has no two scrapes in that time: it could never fire", age),
			fmt.Sprintf("set at least twice monitoring.interval, which is %s, in seconds; or leave it out",
				c.platform.Monitoring.Interval))
		return
	}
	spec, err := k.deployment(k.clusterConfig(), nil)
	if err != nil {
		return // said by rendering
	}
	var t metrics.Target
	if err := k.checkpointTimes(&t, dig(spec, "flinkConfiguration")); err == nil && t.Interval >= age {
		c.add(diag.CodeDisagreement, diag.Warning, path,
			fmt.Sprintf("a checkpoint is taken every %s, so that the alert, which looks back %s, fires for a job that is well",
				t.Interval, age),
			"set several times the interval, in seconds, or leave it out")
	}
}

// filteredAlert looks at what the reporter leaves out: the alert on a metric that is
// absent would fire for ever.
func (c *checker) filteredAlert(k *cluster) {
	alert, scope, metric := "FlinkJobNotRunning", "jobmanager.job", "runningTime"
	if k.path[0] == "sessionClusters" {
		alert, scope, metric = "FlinkJobManagerDown", "jobmanager", "numRegisteredTaskManagers"
	} else if k.batch || !k.reportsTime() {
		return // another metric tells it, or none
	}
	if a := k.Monitoring.Alerts[alert]; a != nil && !a.Enabled {
		return
	}
	takes := func(filter string) bool { return filterTakes(filter, scope, metric, "gauge") }
	key, filters := "", k.Monitoring.Prometheus
	switch {
	case len(filters.Includes) > 0 && !slices.ContainsFunc(filters.Includes, takes):
		key = "includes"
	case slices.ContainsFunc(filters.Excludes, takes):
		key = "excludes"
	default:
		return
	}
	c.add(diag.CodeDisagreement, diag.Warning, c.given(k, "monitoring", "prometheus", key),
		fmt.Sprintf("this leaves out %s of %s, whose absence makes the alert %s fire: it would fire for ever", metric, scope, alert),
		fmt.Sprintf("report it too (%s:%s), or switch the alert off: monitoring.alerts.%s.enabled: false", scope, metric, alert))
}

// filterTakes reports whether a filter of a reporter is about a metric: scope, names
// and types with colons between and commas in them, * for any text; what is not there
// is all (Flink 1.20, deployment/metric_reporters, filter.includes).
func filterTakes(filter string, of ...string) bool {
	for i, part := range strings.SplitN(strings.TrimSpace(filter), ":", len(of)) {
		if !slices.ContainsFunc(strings.Split(part, ","), func(glob string) bool {
			pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(glob)), `\*`, ".*")
			taken, err := regexp.MatchString("^(?:"+pattern+")$", of[i])
			return err == nil && taken
		}) {
			return false
		}
	}
	return true
}
