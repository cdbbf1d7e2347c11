package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK830 is about machine images that change by themselves.
func (Catalogue) FLK830() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "AMI is not pinned", Severity: diag.Warning,
			What: "The alias of an EC2NodeClass's AMI ends in `@latest`.",
			Why: "Each new AMI of AWS makes all nodes drift, and Karpenter replaces them: every job restarts on a day that AWS " +
				"chooses.",
			Bad:    nodeClassExample("  amiSelectorTerms: [{alias: al2023@latest}]\n"),
			Good:   nodeClassExample("  amiSelectorTerms: [{alias: al2023@v20260101}]\n"),
			Source: "Karpenter documentation 1.14, nodeclasses, spec.amiSelectorTerms, and Managing AMIs",
		},
		World: func(w *model.World, say model.Say) {
			for _, class := range w.Kind("EC2NodeClass") {
				for i, term := range listAt(class.Data, "spec", "amiSelectorTerms") {
					alias := textAt(term, "alias")
					family, found := strings.CutSuffix(alias, "@latest")
					if !found {
						continue
					}
					say(model.Problem{
						Subject: class.Subject, Field: []string{"spec", "amiSelectorTerms", fmt.Sprint(i), "alias"},
						Message: fmt.Sprintf("AMI %s is whatever is newest", alias),
						Hint:    fmt.Sprintf("pin a version, as %s@VERSION", family),
					})
				}
			}
		},
	}
}
