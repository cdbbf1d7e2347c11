package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK303 names old keys that still work.
func (Catalogue) FLK303() Rule {
	cluster, job := keysRule(func(k keySet, say model.Say) {
		k.each(func(key, _ string, o catalog.Option) {
			if k.flink.IsZero() && !o.Operator || !o.In(k.flink) || !o.Renamed && !o.Deprecated {
				return
			}
			if !k.flink.AtLeast(2, 0) && !slices.Equal(flink.Spell(flink.Version{Major: 2}, key), []string{key}) {
				return // what everybody writes for Flink 1
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
			What: "A key in `flinkConfiguration` works, and Flink calls it deprecated in this version: most have a new name.",
			Why: "A later version may take it away, and then ignores it. Names that came in 1.20 and that all examples for Flink 1 still write in " +
				"the old way, such as `state.checkpoints.dir`, are named from Flink 2.0 on.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    env.java.opts: -Xss2m\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    env.java.opts.all: -Xss2m\n",
			Source: "the options in the jars of Flink 1.17 to 2.2, ConfigOption.withDeprecatedKeys",
		},
		Cluster: cluster, SessionJob: job,
	}
}
