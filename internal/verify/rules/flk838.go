package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
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
			What: "An EC2NodeClass has `instanceStorePolicy: RAID0`, and a NodePool with it asks for no local disk, or only for " +
				"families without one.",
			Why: "RAID0 makes one volume of the disks of an instance. On a type without local disks it does nothing, and says " +
				"nothing: RocksDB then works on the root volume, which all pods of the node share.",
			Bad: poolExample("", req+"{key: karpenter.k8s.aws/instance-family, operator: In, values: [c5n, m5n]}\n") + class,
			Good: poolExample("", req+"{key: karpenter.k8s.aws/instance-local-nvme, operator: Gt, values: [\"100\"]}\n") +
				class,
			Source: "Karpenter documentation 1.14, nodeclasses, spec.instanceStorePolicy; awslabs/data-on-eks, " +
				"streaming-optimized, which has such a pool",
		},
		World: func(w *model.World, say model.Say) {
			for _, pool := range w.Kind("NodePool") {
				name := textAt(pool.Data, "spec", "template", "spec", "nodeClassRef", "name")
				class := w.Find("EC2NodeClass", "", name)
				if class == nil || textAt(class.Data, "spec", "instanceStorePolicy") != "RAID0" || asksForNVMe(pool) {
					continue
				}
				say(model.Problem{
					Subject: pool.Subject, Field: []string{"spec", "template", "spec", "requirements"},
					Message: fmt.Sprintf("%s makes a RAID0 of local disks, and the pool does not ask for types that have some", class.Key),
					Hint:    "require " + nvmeLabel + " Gt a size in GB, or leave instanceStorePolicy out",
				})
			}
		},
	}
}

// asksForNVMe reports whether a NodePool asks for local disks: by size, or by
// families or types of which at least one has them.
func asksForNVMe(pool *model.Object) bool {
	if poolMentions(pool, nvmeLabel) {
		return true
	}
	for _, label := range []string{familyLabel, instanceTypeLabel} {
		if values, found := poolRequirement(pool, label); found {
			return slices.ContainsFunc(values, familyHasNVMe)
		}
	}
	return false
}

// familyHasNVMe reports whether an instance family or type has local disks, by
// its name: a d behind the generation, or a family that is made of disks (EC2
// User Guide, instance types, naming conventions).
func familyHasNVMe(name string) bool {
	family, _, _ := strings.Cut(name, ".")
	at := strings.IndexAny(family, "0123456789")
	if at < 1 {
		return false
	}
	switch family[:at] {
	case "i", "im", "is", "d", "h", "z", "f", "p", "trn":
		return true
	case "g":
		return family != "g5g"
	case "x":
		return !strings.HasPrefix(family, "x8g") || strings.HasPrefix(family, "x8gd")
	}
	return strings.Contains(family[at:], "d")
}
