package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK309 is about durations without a unit.
func (Catalogue) FLK309() Rule {
	cluster, job := keysRule(func(k keySet, say model.Say) {
		k.each(func(key, value string, o catalog.Option) {
			n, err := strconv.Atoi(strings.TrimSpace(value))
			if err != nil || !isDuration(o) || !o.In(k.flink) || !tooShort(n, o) {
				return
			}
			p := model.Problem{
				Field:   k.field(key),
				Message: fmt.Sprintf("%s: %d without a unit is %d milliseconds", key, n, n),
				Hint:    fmt.Sprintf("write the unit: %d s, %d min, or %d ms if that is meant", n, n, n),
			}
			if d, err := flink.ParseDuration(o.Default); err == nil && d > 0 {
				p.Message += ", and the default is " + d.String()
			}
			say(p)
		})
	})
	return Rule{
		Entry: diag.Entry{
			Title: "a duration without a unit", Severity: diag.Warning,
			What: "A duration in `flinkConfiguration`, such as the checkpoint interval or a timeout, is a small number without a unit: less " +
				"than 1000, and at most a tenth of the option's default if it has one. Larger numbers, such as 60000, are taken as meant.",
			Why: "Flink and the operator read a number alone as milliseconds. A checkpoint every 60 milliseconds, or a timeout of 300, is " +
				"accepted, and then no checkpoint completes or everything times out.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    execution.checkpointing.interval: \"60\"\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    execution.checkpointing.interval: 60 s\n",
			Source: "apache/flink 1.20, TimeUtils.parseDuration",
		},
		Cluster: cluster, SessionJob: job,
	}
}

// isDuration reports whether a number alone counts milliseconds. The interval of
// periodic snapshots is a text that may be a cron expression as well.
func isDuration(o catalog.Option) bool {
	return o.Type.Duration() ||
		o.Key == "kubernetes.operator.periodic.savepoint.interval" || o.Key == "kubernetes.operator.periodic.checkpoint.interval"
}

// tooShort reports whether nobody means that many milliseconds. Of options whose
// default is 0 those are judged that are set in seconds or more.
func tooShort(n int, o catalog.Option) bool {
	if n <= 0 || n >= 1000 {
		return false
	}
	byDefault, err := flink.ParseDuration(o.Default)
	switch {
	case o.Default == "":
		return true
	case err == nil && byDefault == 0:
		return o.Key == "execution.checkpointing.min-pause" || o.Key == "table.exec.state.ttl"
	default:
		return err == nil && byDefault >= 10*time.Duration(n)*time.Millisecond
	}
}
