package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK308 is about names that Flink then takes for those of classes.
func (Catalogue) FLK308() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no such state backend or restart strategy", Severity: diag.Warning,
			What: "The state backend or the restart strategy is none that Flink has by that name, nor the name of a class, which has " +
				"dots.",
			Why: "Flink takes what it does not know for the name of a class, does not find it, and the job does not start. The operator " +
				"accepts any text.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    state.backend: rockdb\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    state.backend: rocksdb\n",
			Source: "apache/flink 1.20, StateBackendLoader.java and RestartBackoffTimeStrategyFactoryLoader.java",
		},
		Cluster: func(c *model.Cluster, say model.Say) { unknownNames(c.Own, c.Setting, say) },
		SessionJob: func(j *model.SessionJob, say model.Say) {
			unknownNames(j.Own, func(key string) []string { return j.Field("flinkConfiguration", key) }, say)
		},
	}
}

// unknownNames looks at the options that take a name, in a resource's own
// configuration.
func unknownNames(own map[string]string, field func(key string) []string, say model.Say) {
	backends := []string{"hashmap", "rocksdb", "forst", "jobmanager", "filesystem"}
	strategies := []string{
		"none", "fixed-delay", "failure-rate", "exponential-delay", "off", "disable", "fixeddelay", "failurerate", "exponentialdelay",
	}
	for _, option := range []struct {
		keys  []string
		known []string
		best  int // the first of known are the ones to name
	}{
		{[]string{"state.backend", "state.backend.type"}, backends, 3},
		{[]string{"restart-strategy", "restart-strategy.type"}, strategies, 4},
	} {
		for _, key := range option.keys {
			name := strings.ToLower(strings.TrimSpace(own[key]))
			if name == "" || strings.Contains(name, ".") || slices.Contains(option.known, name) {
				continue
			}
			hint := "write one of " + strings.Join(option.known[:option.best], ", ")
			if near := diag.Nearest(name, option.known); near != "" {
				hint = "did you mean " + near + "?"
			}
			say(model.Problem{
				Field: field(key), Message: fmt.Sprintf("%s: Flink has none that is called %q", key, own[key]), Hint: hint,
			})
		}
	}
}
