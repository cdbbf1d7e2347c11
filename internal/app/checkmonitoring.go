package app

import (
	"context"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// prometheus looks for the kinds of the Prometheus operator where the platform is
// to be scraped.
func (c *checker) prometheus(context.Context) ([]Check, error) {
	const group = "monitoring.coreos.com"
	if c.plan == nil || !c.uses(func(g string) bool { return g == group }) {
		return []Check{ok("the platform needs no Prometheus operator")}, nil
	}
	for _, kind := range []string{"PodMonitor", "PrometheusRule"} {
		served, err := c.cluster.Serves(schema.GroupVersionKind{Group: group, Version: "v1", Kind: kind})
		switch {
		case err != nil:
			return nil, err
		case served:
		case c.brings("kube-prometheus-stack"):
			return []Check{ok("the Prometheus operator is not there yet: install brings it (addons.kube-prometheus-stack)")}, nil
		default:
			return []Check{wrong(diag.Error, "turn addons.kube-prometheus-stack on, or install the CRDs of the Prometheus operator "+
				"(chart prometheus-operator-crds)", "the Prometheus operator's %s is not served as %s/v1", kind, group)}, nil
		}
	}
	return []Check{ok("the kinds of the Prometheus operator are served")}, nil
}
