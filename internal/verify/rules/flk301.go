package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK301 judges keys that nobody knows.
func (Catalogue) FLK301() Rule {
	cluster, job := keysRule(func(k keySet, say model.Say) {
		for _, key := range slices.Sorted(maps.Keys(k.own)) {
			if _, known := k.world.Keys.Lookup(k.flink, key); known || k.emr && slices.Contains(emrKeys(), key) {
				continue
			}
			near := k.world.Keys.Nearest(k.flink, key)
			if near == "" && k.emr {
				near = diag.Nearest(key, emrKeys())
			}
			if near == "" && !owned(key) {
				continue // a job or a connector may have it
			}
			p := model.Problem{Field: k.field(key), Message: fmt.Sprintf("%s is no option of %s", key, versionName(k.flink))}
			if ofOperator(key) {
				p.Message = key + " is no option of the operator"
			}
			switch {
			case slices.Contains(emrKeys(), key):
				p.Message += "; EMR's Flink alone has it"
			case near != "":
				p.Hint = "did you mean " + near + "?"
			default:
				p.Hint = "take it out, or correct it; if your image brings its own code that reads it, ignore this finding"
			}
			say(p)
		}
	})
	return Rule{
		Entry: diag.Entry{
			Title: "an unknown configuration key", Severity: diag.Warning,
			What: "A key in `flinkConfiguration` begins as Flink's or the operator's keys do, or is almost one of them, and none of Flink 1.17 to " +
				"2.2 and of the operator has it, and EMR has not. Keys with other beginnings are left alone, since a job or a connector may have them.",
			Why:    "Flink and the operator ignore keys that they do not know, without a word: the setting has no effect.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    execution.checkpointing.intervall: 1m\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    execution.checkpointing.interval: 1m\n",
			Source: "the options in the jars of Flink 1.17 to 2.2 and of flink-kubernetes-operator 1.16.1; EMR on EKS guide, for EMR's own",
		},
		Cluster: cluster, SessionJob: job,
	}
}

// owned reports whether keys that begin so are Flink's or the operator's alone.
func owned(key string) bool {
	for _, prefix := range []string{
		"jobmanager.", "taskmanager.", "execution.", "state.", "high-availability.", "restart-strategy.", "kubernetes.", "job.autoscaler.",
		"parallelism.", "pipeline.", "rest.", "web.", "cluster.", "blob.", "heartbeat.", "akka.", "pekko.", "classloader.", "security.ssl.",
		"slotmanager.", "resourcemanager.", "historyserver.", "metrics.scope.", "env.java.", "dstl.", "cleanup-strategy.", "table.exec.",
		"table.optimizer.", "python.fn-execution.",
	} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}
