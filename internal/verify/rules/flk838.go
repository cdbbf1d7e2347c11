package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK838 is about local disks that are not there.
func (Catalogue) FLK838() Rule {
	const class = "---\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: flink\nspec:\n  " +
		"instanceStorePolicy: RAID0\n"
	const req = "      requirements:\n      - "
	return Rule{
		Entry: diag.Entry{
			Title: "local disks are not asked for", Severity: diag.Warning,
			What: "An EC2NodeClass has `instanceStorePolicy: RAID0`, and a NodePool with it asks for no local disk, or no instance " +
				"type that its requirements leave has one. It is an info where some of the families that the pool lists have one.",
			Why: "RAID0 makes one volume of the disks of an instance. On a type without local disks it does nothing, and says " +
				"nothing: RocksDB then works on the root volume, which all pods of the node share.",
			Bad: poolExample("", req+"{key: karpenter.k8s.aws/instance-family, operator: In, values: [c5n, m5n]}\n") + class,
			Good: poolExample("", req+"{key: karpenter.k8s.aws/instance-local-nvme, operator: Gt, values: [\"100\"]}\n") +
				class,
			Source: "Karpenter documentation 1.14, nodeclasses, spec.instanceStorePolicy; awslabs/data-on-eks, " +
				"streaming-optimized, which has such a pool",
		},
		World: func(w *model.World, say model.Say) {
			for _, p := range sizedPools(w) {
				if p.Class == nil || !p.Class.RAID0 {
					continue
				}
				disks := instances.LocalDisks(p.Verdict().Left)
				out := model.Problem{
					Subject: p.Object.Subject, Field: []string{"spec", "template", "spec", "requirements"},
					Hint: "require " + nvmeLabel + " Gt a size in GB, or leave instanceStorePolicy out",
				}
				class := "EC2NodeClass " + p.NodeClass
				switch {
				case len(disks.Without) == 0:
					continue
				case len(disks.With)+len(disks.Unknown) == 0:
					out.Message = fmt.Sprintf("%s makes a RAID0 of local disks, and none of the types of the pool has one: %s",
						class, someOf(disks.Without))
				case poolMentions(p.Object, familyLabel) || poolMentions(p.Object, instanceTypeLabel):
					out.Severity = new(diag.Info)
					out.Message = fmt.Sprintf("%s makes a RAID0 of local disks, and these of the pool have none: %s", class, someOf(disks.Without))
				default:
					out.Message = fmt.Sprintf("%s makes a RAID0 of local disks, and the pool does not ask for types that have some", class)
				}
				say(out)
			}
		},
	}
}

// someOf names some of many.
func someOf(names []string) string {
	if n := len(names); n > 6 {
		return fmt.Sprintf("%s and %d others", strings.Join(names[:5], ", "), n-5)
	}
	return strings.Join(names, ", ")
}
