package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK306 judges an option that is set twice, by two of its names.
func (Catalogue) FLK306() Rule {
	cluster, job := keysRule(func(k keySet, say model.Say) {
		k.each(func(key, value string, o catalog.Option) {
			if !o.In(k.flink) {
				return
			}
			for _, current := range o.Replaced {
				other, set := k.own[current]
				if !set || strings.TrimSpace(other) == strings.TrimSpace(value) {
					continue
				}
				say(model.Problem{
					Field:   k.field(key),
					Message: fmt.Sprintf("%s is %q, and %s, which is the same option, is %q", key, value, current, other),
					Hint:    current + " counts; take the other one out",
				})
			}
		})
	})
	return Rule{
		Entry: diag.Entry{
			Title: "one option under two names", Severity: diag.Warning,
			What:   "A `flinkConfiguration` sets an option by its old and by its current name, to different values.",
			Why:    "Flink reads the current name first, and ignores the other one without a word.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    state.backend: hashmap\n    state.backend.type: rocksdb\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    state.backend.type: rocksdb\n",
			Source: "apache/flink, Configuration.getRawValueFromOption: the key, then the fallback keys in their order",
		},
		Cluster: cluster, SessionJob: job,
	}
}
