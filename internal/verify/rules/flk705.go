package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK705 finds values of node pools that choose nothing.
func (Catalogue) FLK705() Rule {
	const families = "      requirements:\n      - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}\n" +
		"      - {key: karpenter.k8s.aws/instance-cpu, operator: Lt, values: [\"9\"]}\n" +
		"      - {key: karpenter.k8s.aws/instance-family, operator: In, values: ["
	return Rule{
		Entry: diag.Entry{
			Title: "value of a node pool that chooses nothing", Severity: diag.Warning,
			What: "A NodePool lists instance families, sizes, categories or other values that no instance type has which meets its " +
				"other requirements, or that no known type has at all. Each is named, with what excludes it.",
			Why: "The pool has fewer kinds of instances than it seems to. That counts most with Spot, where many are wanted, and " +
				"when capacity runs out.",
			Bad:    poolExample("", families+"m5, m6i, c7id]}\n      - {key: karpenter.k8s.aws/instance-generation, operator: Gt, values: [\"5\"]}\n"),
			Good:   poolExample("", families+"m6i, m7i, c6id]}\n"),
			Source: "the catalogue of instance types; awslabs/data-on-eks, general-purpose and memory-optimized pools",
		},
		World: func(w *model.World, say model.Say) {
			for _, p := range sizedPools(w) {
				v := p.Verdict()
				for _, d := range v.Dead {
					out := model.Problem{
						Subject: p.Object.Subject, Field: append(lineField(d.Line), "values"), Message: d.String(),
						Hint: "leave " + strings.Join(d.Values, ", ") + " out, or change what excludes it",
					}
					if d.Line.At < 0 {
						out.Field = lineField(d.Line)
					}
					switch {
					case d.Unknown && d.Nearest != "":
						out.Hint = "write " + d.Nearest + ", or leave it out"
					case d.Unknown:
						out.Hint = "leave it out, or give the instance types that EC2 has with --catalogue"
					}
					say(out)
				}
			}
		},
	}
}
