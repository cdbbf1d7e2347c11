package rules

import (
	"strconv"
	"strings"
	"time"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// kafkaSink is a connector of the pods that writes to Kafka exactly once, as its
// variables say: CONNECTOR_<NAME>_DELIVERY_GUARANTEE and _PROPERTIES.
type kafkaSink struct {
	name string
	// timeout is its transaction.timeout.ms; zero where it is not set or is no number.
	timeout time.Duration
	field   []string
}

// exactlyOnce are the Kafka sinks of a cluster that are exactly-once.
func exactlyOnce(c *model.Cluster) []kafkaSink {
	pod := jobManagerPod(c)
	texts := map[string]string{}
	var names []string
	for _, v := range pod.main().Env {
		texts[v.Name] = v.Value
		rest, ours := strings.CutPrefix(v.Name, "CONNECTOR_")
		if name, ok := strings.CutSuffix(rest, "_DELIVERY_GUARANTEE"); ours && ok && v.Value == "exactly-once" {
			names = append(names, name)
		}
	}
	var out []kafkaSink
	for _, name := range names {
		variable := "CONNECTOR_" + name + "_PROPERTIES"
		sink := kafkaSink{name: strings.ToLower(strings.ReplaceAll(name, "_", "-")), field: append(pod.envField(variable), variable)}
		for line := range strings.Lines(texts[variable]) {
			key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			if ms, err := strconv.ParseInt(value, 10, 64); key == "transaction.timeout.ms" && err == nil {
				sink.timeout = time.Duration(ms) * time.Millisecond
			}
		}
		out = append(out, sink)
	}
	return out
}

// checkpointInterval is how often the cluster takes checkpoints; zero for never.
func checkpointInterval(c *model.Cluster) time.Duration {
	return c.Config.Duration(0, "execution.checkpointing.interval")
}

// longestRestart is the longest wait of the restart strategy between a failure
// and the next try. Without one it is that of Flink: up to a minute from 1.19 on, a
// second before (apache/flink 1.20, RestartStrategyOptions; release notes of 1.19).
func longestRestart(c *model.Cluster) time.Duration {
	fallback := time.Minute
	if !c.Flink.IsZero() && c.Flink.Compare(flink.Version{Major: 1, Minor: 19}) < 0 {
		fallback = time.Second
	}
	switch c.Config.Text("restart-strategy.type", "restart-strategy") {
	case "fixed-delay", "fixeddelay":
		return c.Config.Duration(time.Second, "restart-strategy.fixed-delay.delay")
	case "failure-rate", "failurerate":
		return c.Config.Duration(time.Second, "restart-strategy.failure-rate.delay")
	case "exponential-delay", "exponentialdelay":
		return c.Config.Duration(time.Minute, "restart-strategy.exponential-delay.max-backoff")
	default:
		return fallback
	}
}
