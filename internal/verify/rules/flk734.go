package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK734 is about an AMI family that is said twice.
func (Catalogue) FLK734() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "AMI family beside an alias", Severity: diag.Info,
			What:   "An EC2NodeClass has `amiFamily` beside an alias, which says the family already; `Custom` is meant so and is left alone.",
			Why:    "It is of no use, and a change of the alias to another family has to be made twice, or the API server refuses the class.",
			Bad:    nodeClassExample("  amiFamily: AL2023\n  amiSelectorTerms: [{alias: al2023@v20260101}]\n"),
			Good:   nodeClassExample("  amiSelectorTerms: [{alias: al2023@v20260101}]\n"),
			Source: "Karpenter documentation 1.14, nodeclasses, spec.amiFamily; awslabs/data-on-eks, emr-on-eks",
		},
		World: func(w *model.World, say model.Say) {
			for _, class := range w.Kind("EC2NodeClass") {
				family := textAt(class.Data, "spec", "amiFamily")
				for _, term := range listAt(class.Data, "spec", "amiSelectorTerms") {
					if alias := textAt(term, "alias"); alias != "" && family != "" && family != "Custom" {
						say(model.Problem{
							Subject: class.Subject, Field: []string{"spec", "amiFamily"},
							Message: fmt.Sprintf("the alias %s says the family already", alias), Hint: "take amiFamily away",
						})
					}
				}
			}
		},
	}
}
