package rules

import (
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK702 lets every node pool find its node class.
func (Catalogue) FLK702() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "node class of a node pool is not there", Severity: diag.Error,
			What: "A NodePool refers to an EC2NodeClass that the input does not have. It is a note where the input may be a part of " +
				"the platform, and only where it has node classes at all.",
			Why: "Karpenter leaves out a NodePool whose node class does not exist: no node is started for it.",
			Bad: fittingExample() + "---\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: flik}\nspec: {role: " +
				"node}\n",
			Good: fittingExample() + "---\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: flink}\nspec:\n  " +
				"role: node\n" +
				"  amiSelectorTerms: [{alias: al2023@v20260101}]\n  subnetSelectorTerms: [{tags: {karpenter.sh/discovery: main}}]\n" +
				"  securityGroupSelectorTerms: [{tags: {karpenter.sh/discovery: main}}]\n",
			Source: "Karpenter 1.14, concepts/nodepools, spec.template.spec.nodeClassRef",
			Flags:  []string{"--complete"},
		},
		World: func(w *model.World, say model.Say) {
			if len(w.Kind("EC2NodeClass")) == 0 && !w.Complete {
				return
			}
			for _, p := range w.Fleet().Pools {
				if p.Declared() || p.NodeClass == "" || p.NodeClassKind != "EC2NodeClass" || w.Find("EC2NodeClass", "", p.NodeClass) != nil {
					continue
				}
				say(model.Problem{
					Subject: p.Object.Subject, Field: []string{"spec", "template", "spec", "nodeClassRef", "name"}, Severity: absence(w),
					Message: "EC2NodeClass " + p.NodeClass + " " + notSeen(w),
					Hint:    "create it, or name one that is there",
				})
			}
		},
	}
}
