package rules

import (
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK706 finds requirements that a list of families makes needless.
func (Catalogue) FLK706() Rule {
	const families = "      requirements:\n      - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}\n" +
		"      - {key: karpenter.k8s.aws/instance-family, operator: In, values: [c5d, c6id]}\n"
	return Rule{
		Entry: diag.Entry{
			Title: "requirement that changes nothing", Severity: diag.Info,
			What: "A NodePool lists instance families or types, and further requirements on category, generation, hypervisor or " +
				"maker that all of those meet. Architecture, system and capacity type are not looked at: to name them is good practice.",
			Why: "Readers take such a line for a choice, and whoever adds a family later is surprised that it has no effect, or that " +
				"the line now has one.",
			Bad: poolExample("", families+"      - {key: karpenter.k8s.aws/instance-generation, operator: Gt, values: [\"2\"]}\n"+
				"      - {key: karpenter.k8s.aws/instance-hypervisor, operator: In, values: [nitro]}\n"),
			Good:   poolExample("", families),
			Source: "the catalogue of instance types; awslabs/data-on-eks, most of whose pools have some",
		},
		World: func(w *model.World, say model.Say) {
			for _, p := range sizedPools(w) {
				if !listsTypes(p.Lines) {
					continue
				}
				idle := slices.DeleteFunc(slices.Clone(p.Verdict().Redundant), func(l karpenter.Line) bool { return !followsFamily(l.Key) })
				if len(idle) == 0 {
					continue
				}
				out := model.Problem{
					Subject: p.Object.Subject, Field: lineField(idle[0]),
					Message: "all instance types that the pool lists meet " + instances.Join(idle),
					Hint:    "leave it out",
				}
				if len(idle) > 1 {
					out.Message += ", each of which can be left out alone"
					out.Hint = "leave out what is not there to be read"
				}
				say(out)
			}
		},
	}
}

// listsTypes reports whether a pool lists families or types.
func listsTypes(lines []karpenter.Line) bool {
	return slices.ContainsFunc(lines, func(l karpenter.Line) bool {
		return l.Operator == karpenter.In && (l.Key == instances.LabelFamily || l.Key == instances.LabelType)
	})
}

// followsFamily reports whether the family of a type decides the label.
func followsFamily(key string) bool {
	switch key {
	case instances.LabelCategory, instances.LabelGeneration, instances.LabelManufacturer, instances.LabelHypervisor, instances.LabelFlex:
		return true
	default:
		return false
	}
}
