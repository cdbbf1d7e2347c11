package app

import (
	"context"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/release/access"
)

// permissions asks for everything that the verbs need.
func (c *checker) permissions(ctx context.Context) ([]Check, error) {
	if c.plan == nil {
		return c.general(ctx)
	}
	needs := access.Of(*c.plan, deploy.LockName(c.plan.Platform))
	var ask []cluster.Permission
	granted := map[cluster.Permission]bool{}
	anyAbsent := false
	for _, absent := range c.absent {
		anyAbsent = anyAbsent || absent
	}
	for _, n := range needs {
		if n.Absent && !anyAbsent {
			continue
		}
		ask = append(ask, n.Permission)
		granted[n.Permission] = n.Granted
	}
	denied, err := c.cluster.Denied(ctx, ask)
	if err != nil {
		return nil, err
	}
	may, err := c.escalates(ctx, denied, granted)
	if err != nil {
		return nil, err
	}
	var out []Check
	for _, p := range denied {
		if granted[p] && may[p.Namespace] {
			continue
		}
		why := ""
		if granted[p] {
			why = ", which a Role of the platform gives and its maker must hold"
		}
		out = append(out, wrong(diag.Error, "helm flink check --print-rbac prints all that is needed", "you may not %s%s", p, why))
	}
	if len(out) == 0 {
		out = append(out, ok("all %d permissions are there", len(ask)))
	}
	return out, nil
}

// escalates tells in which namespaces roles may be made that give more than their
// maker has.
func (c *checker) escalates(
	ctx context.Context, denied []cluster.Permission, granted map[cluster.Permission]bool,
) (map[string]bool, error) {
	var ask []cluster.Permission
	for _, p := range denied {
		if granted[p] {
			ask = append(ask, escalation(p.Namespace))
		}
	}
	not, err := c.cluster.Denied(ctx, ask)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, p := range ask {
		out[p.Namespace] = true
	}
	for _, p := range not {
		out[p.Namespace] = false
	}
	return out, nil
}

func escalation(namespace string) cluster.Permission {
	resource := "roles"
	if namespace == "" {
		resource = "clusterroles"
	}
	return cluster.Permission{Group: "rbac.authorization.k8s.io", Resource: resource, Namespace: namespace, Verb: "escalate"}
}

// general asks for what any platform needs.
func (c *checker) general(ctx context.Context) ([]Check, error) {
	denied, err := c.cluster.Denied(ctx, []cluster.Permission{
		{Resource: "namespaces", Verb: "create"},
		{Group: "apiextensions.k8s.io", Resource: "customresourcedefinitions", Verb: "create"},
		{Group: "rbac.authorization.k8s.io", Resource: "roles", Verb: "create"},
	})
	if err != nil {
		return nil, err
	}
	if len(denied) == 0 {
		return []Check{ok("namespaces, CRDs and roles may be made; with -f every permission is checked")}, nil
	}
	var out []Check
	for _, p := range denied {
		out = append(out, wrong(diag.Warning, "with -f exactly what the values need is checked", "you may not %s", p))
	}
	return out, nil
}
