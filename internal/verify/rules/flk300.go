package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK300 judges values by the types of their options.
func (Catalogue) FLK300() Rule {
	cluster, job := keysRule(func(k keySet, say model.Say) {
		k.each(func(key, value string, o catalog.Option) {
			if strings.TrimSpace(value) == "" || !o.In(k.flink) {
				return
			}
			err := o.Type.Check(k.reader(o), value)
			if err == nil {
				return
			}
			p := model.Problem{
				Field:   k.field(key),
				Message: fmt.Sprintf("%s: %q is no value of this option: %v", key, value, err),
				Hint:    valueHint(value, o),
			}
			if k.job || !o.AtStart && !readAtStart(o.Key) {
				p.Severity = new(diag.Warning)
			}
			say(p)
		})
	})
	return Rule{
		Entry: diag.Entry{
			Title: "a value that is not of its option's type", Severity: diag.Error,
			What: "A value in `flinkConfiguration` is none that Flink, or the operator, can read as the option's type: a boolean, a number, " +
				"a duration, a memory size, one of a few words, a list or a map.",
			Why: "Flink does not start when an option that it reads does not parse. It is an error for options that the operator, every " +
				"JobManager or every job reads at the start, and a warning for those that are read only when a feature is used, and in session jobs.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    taskmanager.numberOfTaskSlots: two\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    taskmanager.numberOfTaskSlots: \"2\"\n",
			Source: "apache/flink 1.17 to 2.2, ConfigurationUtils.convertValue, and the options in its jars; a job run with each option, Flink 1.20 and 2.2",
		},
		Cluster: cluster, SessionJob: job,
	}
}

// valueHint says what to write.
func valueHint(value string, o catalog.Option) string {
	for _, c := range o.Type.Constants() {
		if strings.EqualFold(strings.NewReplacer("-", "", "_", "", " ", "").Replace(c), strings.NewReplacer("-", "", "_", "", " ", "").Replace(value)) {
			return "write " + c
		}
	}
	hint := "write " + o.Type.String()
	if o.Default != "" {
		hint += "; the default is " + o.Default
	}
	return hint
}

// readAtStart reports whether more of the options cannot be of another type:
// those of memory, without which no process starts (package memory), the slots,
// from which the operator counts TaskManagers, and those that its validator reads.
func readAtStart(key string) bool {
	for _, prefix := range []string{"jobmanager.memory.", "taskmanager.memory."} {
		if strings.HasPrefix(key, prefix) {
			return !strings.Contains(key, "consumer-weights") && !strings.Contains(key, "enable-jvm")
		}
	}
	switch key {
	case "taskmanager.numberOfTaskSlots", "kubernetes.operator.deployment.rollback.enabled",
		"kubernetes.operator.cluster.health-check.enabled", "kubernetes.operator.jm-deployment-recovery.enabled":
		return true
	default:
		return false
	}
}
