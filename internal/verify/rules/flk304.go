package rules

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK304 judges keys of a newer Flink.
func (Catalogue) FLK304() Rule {
	cluster, job := keysRule(func(k keySet, say model.Say) {
		k.each(func(key, _ string, o catalog.Option) {
			if k.flink.IsZero() || catalog.Clamp(k.flink) != k.flink || o.In(k.flink) || k.flink.Compare(o.Since) >= 0 {
				return
			}
			p := model.Problem{
				Field:   k.field(key),
				Message: fmt.Sprintf("%s is new in Flink %s, and Flink %s ignores it", key, o.Since.Image(), k.flink.Image()),
				Hint:    "take it out, or move to Flink " + o.Since.Image(),
			}
			for _, r := range flink.Renames() {
				if slices.Contains(r.New, key) {
					p.Hint = "write " + r.Old
				}
			}
			if k.emr {
				p.Severity = new(diag.Info) // EMR's Flink has some of newer ones
				p.Message = fmt.Sprintf("%s is new in Flink %s; EMR's Flink %s ignores it unless AWS ported it back", key, o.Since.Image(), k.flink.Image())
			}
			say(p)
		})
	})
	return Rule{
		Entry: diag.Entry{
			Title: "a key of a newer Flink version", Severity: diag.Warning,
			What:   "A key in `flinkConfiguration` came with a later Flink than that of the cluster.",
			Why:    "Flink ignores keys that it does not know, without a word: a checkpoint directory under its new name is none for Flink 1.19.",
			Bad:    "kind: FlinkDeployment\nspec:\n  image: flink:1.19.3\n  flinkVersion: v1_19\n  flinkConfiguration:\n    execution.checkpointing.incremental: \"true\"\n",
			Good:   "kind: FlinkDeployment\nspec:\n  image: flink:1.19.3\n  flinkVersion: v1_19\n  flinkConfiguration:\n    state.backend.incremental: \"true\"\n",
			Source: "the options in the jars of Flink 1.17 to 2.2",
		},
		Cluster: cluster, SessionJob: job,
	}
}
