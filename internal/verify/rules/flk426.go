package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK426 is about the limits of the log sidecar.
func (Catalogue) FLK426() Rule {
	const lines = "    sideCarResources:\n      limits:\n        memoryLimit: "
	return Rule{
		Entry: diag.Entry{
			Title: "limit of the log sidecar is no quantity", Severity: diag.Error,
			What:   "`cpuLimit` or `memoryLimit` of `sideCarResources` is no quantity of Kubernetes, or is negative.",
			Why:    "It becomes the limit of a container, and Kubernetes refuses pods with another text there.",
			Bad:    monitoringJob(lines + "250MB\n"),
			Good:   monitoringJob(lines + "250Mi\n"),
			Source: "EMR on EKS guide, page jobruns-flink-monitoring-configuration; k8s.io/apimachinery 0.37, resource.ParseQuantity",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			m := c.Spec.MonitoringConfiguration
			if m == nil || m.SideCarResources == nil || m.SideCarResources.Limits == nil {
				return
			}
			for _, l := range []struct{ name, value, example string }{
				{"cpuLimit", m.SideCarResources.Limits.CPULimit, "500m"},
				{"memoryLimit", m.SideCarResources.Limits.MemoryLimit, "512Mi"},
			} {
				if q, err := quantity.Parse(l.value); l.value == "" || err == nil && q.Sign() >= 0 {
					continue
				}
				say(model.Problem{
					Field:   c.Field("monitoringConfiguration", "sideCarResources", "limits", l.name),
					Message: fmt.Sprintf("%s %q is no quantity of Kubernetes", l.name, l.value),
					Hint:    "write it as " + l.example,
				})
			}
		},
	}
}
