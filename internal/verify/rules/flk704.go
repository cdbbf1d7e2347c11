package rules

import (
	"strconv"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK704 finds node pools that no instance type meets.
func (Catalogue) FLK704() Rule {
	const requirements = "      requirements:\n      - {key: karpenter.k8s.aws/instance-family, operator: In, values: [m5, m5d, c6i]}\n"
	return Rule{
		Entry: diag.Entry{
			Title: "no instance type for a node pool", Severity: diag.Warning,
			What: "The requirements of a NodePool, taken together, are met by no known type of EC2 instances. As few of them are " +
				"named as it takes. It is no error: API server and Karpenter take the pool; pods that are left without a node are " +
				"errors of their own (FLK700).",
			Why: "Karpenter starts nothing for such a pool. It says so only in an event, NoCompatibleInstanceTypes, and goes on to the " +
				"next pool.",
			Bad:    poolExample("", requirements+"      - {key: karpenter.k8s.aws/instance-generation, operator: Gt, values: [\"6\"]}\n"),
			Good:   poolExample("", requirements+"      - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}\n"),
			Source: "karpenter v1.14.1, pkg/controllers/provisioning/provisioner.go; the catalogue of instance types",
		},
		World: func(w *model.World, say model.Say) {
			for _, p := range sizedPools(w) {
				v := p.Verdict()
				if len(v.Left) > 0 {
					continue
				}
				known := ""
				if !p.Surely() {
					known = "known "
				}
				out := model.Problem{
					Subject: p.Object.Subject, Field: lineField(v.Conflict...),
					Message: "no " + known + "instance type is left: " + instances.Join(v.Conflict),
					Hint:    "these requirements exclude each other: change one of them",
				}
				switch len(v.Conflict) {
				case 0:
					out.Message = "no " + known + "instance type is left that its node class takes: AL2023 does not run on a1"
					out.Hint = "take another AMI family, or a newer instance family"
				case 1:
					out.Hint = "no instance type has that: change the requirement"
				}
				say(out)
			}
		},
	}
}

// sizedPools are the NodePools of the input whose instance types are known.
func sizedPools(w *model.World) []model.NodePool {
	var out []model.NodePool
	for _, p := range w.Fleet().Pools {
		if !p.Declared() && p.Sized() {
			out = append(out, p)
		}
	}
	return out
}

// lineField names the field of the last of the lines that is a requirement, or of
// the label that is the last.
func lineField(lines ...karpenter.Line) []string {
	field := []string{"spec", "template", "spec", "requirements"}
	for _, l := range lines {
		if l.At >= 0 {
			field = []string{"spec", "template", "spec", "requirements", strconv.Itoa(l.At)}
		} else if len(lines) == 1 {
			field = []string{"spec", "template", "metadata", "labels", l.Key}
		}
	}
	return field
}
