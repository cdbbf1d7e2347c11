package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK303 names old keys that still work.
func (Catalogue) FLK303() Rule {
	cluster, job := keysRule(func(k ownKeys, say model.Say) {
		k.each(func(key, _ string, o catalog.Option) {
			if k.flink.IsZero() && !o.Operator || !o.In(k.flink) || !o.Renamed && !o.Deprecated {
				return
			}
			if len(o.Replaced) == 0 {
				say(model.Problem{Field: k.field(key), Message: fmt.Sprintf("%s is deprecated in %s", key, versionName(k.flink))})
				return
			}
			say(model.Problem{
				Field:   k.field(key),
				Message: fmt.Sprintf("%s is the old name of %s", key, strings.Join(o.Replaced, " and ")),
				Hint:    "the old name still works; write " + strings.Join(o.Replaced, " and "),
			})
		})
	})
	return Rule{
		Entry: diag.Entry{
			Title: "the old name of a configuration key", Severity: diag.Info,
			What:   "A key in `flinkConfiguration` works, and Flink calls it deprecated in this version: most have a new name.",
			Why:    "A later version may take it away, and then ignores it. Up to Flink 1.20 Apache's and EMR's own examples write the old names.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    restart-strategy: exponential-delay\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    restart-strategy.type: exponential-delay\n    state.checkpoints.dir: null\n    state.savepoints.dir: null\n    execution.checkpointing.dir: s3://flink-data/orders/checkpoints\n    execution.checkpointing.savepoint-dir: s3://flink-data/orders/savepoints\n",
			Source: "the options in the jars of Flink 1.17 to 2.2, ConfigOption.withDeprecatedKeys",
		},
		Cluster: cluster, SessionJob: job,
	}
}
