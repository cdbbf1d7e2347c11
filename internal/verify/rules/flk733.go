package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK733 is about local disks that lie idle.
func (Catalogue) FLK733() Rule {
	example := func(policy string) string {
		return poolExample("", "      requirements:\n      - {key: karpenter.k8s.aws/instance-local-nvme, operator: Gt, values: [\"100\"]}\n") +
			"---\n" + nodeClassExample(policy)
	}
	return Rule{
		Entry: diag.Entry{
			Title: "local disks are not used", Severity: diag.Warning,
			What: "A NodePool asks for types with local disks, and its EC2NodeClass has neither `instanceStorePolicy: RAID0` nor user data.",
			Why: "Without the policy nobody formats the disks: images and the volumes of the pods are on the root volume, and the disks " +
				"that are paid for lie idle.",
			Bad: example(""), Good: example("  instanceStorePolicy: RAID0\n"),
			Source: "Karpenter documentation 1.14, nodeclasses, spec.instanceStorePolicy",
		},
		World: func(w *model.World, say model.Say) {
			for _, pool := range w.Kind("NodePool") {
				class := w.Find("EC2NodeClass", "", textAt(pool.Data, "spec", "template", "spec", "nodeClassRef", "name"))
				if class == nil || !poolMentions(pool, nvmeLabel) || textAt(class.Data, "spec", "instanceStorePolicy") != "" ||
					textAt(class.Data, "spec", "userData") != "" {
					continue
				}
				say(model.Problem{
					Subject: pool.Subject, Field: []string{"spec", "template", "spec", "requirements"},
					Message: fmt.Sprintf("the pool asks for local disks, and %s does nothing with them", class.Key),
					Hint:    "set instanceStorePolicy: RAID0 in the EC2NodeClass",
				})
			}
		},
	}
}
