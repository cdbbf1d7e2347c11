package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK837 is about pods that can take the node's role.
func (Catalogue) FLK837() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "pods reach the role of the node", Severity: diag.Warning,
			What: "`metadataOptions.httpPutResponseHopLimit` of an EC2NodeClass is above 1.",
			Why: "Pods then reach the node's metadata service and the rights of its role. A job whose own role is missing works " +
				"with those, unseen, and any program in a pod may. IRSA and Pod Identity need no second hop.",
			Bad:  nodeClassExample("  metadataOptions: {httpPutResponseHopLimit: 2}\n"),
			Good: nodeClassExample("  metadataOptions: {httpPutResponseHopLimit: 1}\n"),
			Source: "Karpenter documentation 1.14, nodeclasses, spec.metadataOptions; EKS best practices, restrict access to the " +
				"instance profile",
		},
		World: func(w *model.World, say model.Say) {
			for _, class := range w.Kind("EC2NodeClass") {
				n := numberAt(class.Data, "spec", "metadataOptions", "httpPutResponseHopLimit")
				if n > 1 {
					say(model.Problem{
						Subject: class.Subject, Field: []string{"spec", "metadataOptions", "httpPutResponseHopLimit"},
						Message: fmt.Sprintf("the hop limit is %v: pods reach the role of the node", n),
						Hint:    "leave it out, which is 1",
					})
				}
			}
		},
	}
}
