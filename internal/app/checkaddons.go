package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// The group of cert-manager's kinds.
const certManagerGroup = "cert-manager.io"

// certManager looks for cert-manager where the platform has certificates.
func (c *checker) certManager(ctx context.Context) ([]Check, error) {
	used, brought := c.uses(func(group string) bool { return group == certManagerGroup }), c.brings("cert-manager")
	if c.plan != nil && !used && !brought && c.result.Remote == nil {
		return []Check{ok("the platform needs no cert-manager")}, nil
	}
	served, err := c.cluster.Serves(schema.GroupVersionKind{Group: certManagerGroup, Version: "v1", Kind: "Certificate"})
	if err != nil {
		return nil, err
	}
	switch {
	case served:
	case brought:
		return []Check{ok("cert-manager is not there yet: install brings it (addons.cert-manager)")}, nil
	default:
		severity, why := diag.Error, "the operator's webhook gets its certificate from it"
		switch {
		case c.plan == nil:
			severity = diag.Info
		case !used:
			severity, why = diag.Warning, "the operator's webhook may get its certificate from it; its chart was not read"
		}
		return []Check{wrong(severity, certManagerHint,
			"cert-manager is not there (no Certificate of cert-manager.io/v1), and %s", why)}, nil
	}
	var out []Check
	for _, part := range []string{"cert-manager", "cainjector"} { // labels of the chart and of the static manifests alike
		check, err := c.controller(ctx, "cert-manager's "+part, "app.kubernetes.io/name="+part)
		if err != nil {
			return out, err
		}
		out = append(out, check)
	}
	return out, nil
}

// controller looks for a Deployment by a label and whether it is available.
func (c *checker) controller(ctx context.Context, what, label string) (Check, error) {
	found, err := c.cluster.Deployments(ctx, label)
	if err != nil {
		return Check{}, err
	}
	if len(found) == 0 {
		return wrong(diag.Warning, "if it runs under other labels all is well",
			"the CRDs are there, but no Deployment of %s was found (label %s)", what, label), nil
	}
	for _, o := range found {
		if cluster.StateOf(o).Phase == cluster.Ready {
			return ok("%s runs (%s/%s)", what, o.Namespace(), o.Name()), nil
		}
	}
	state := cluster.StateOf(found[0])
	return wrong(diag.Error, "kubectl describe deployment -n "+found[0].Namespace()+" "+found[0].Name(),
		"%s is not available (%s/%s): %s", what, found[0].Namespace(), found[0].Name(), cmp.Or(state.Message, state.Word)), nil
}

// karpenter looks for Karpenter where the platform has node pools.
func (c *checker) karpenter(ctx context.Context) ([]Check, error) {
	used := c.uses(func(group string) bool { return strings.HasPrefix(group, "karpenter.") })
	if c.plan != nil && !used {
		return []Check{ok("the platform has no node pools")}, nil
	}
	if c.plan != nil && c.brings("karpenter") {
		return c.broughtKarpenter(ctx)
	}
	var out []Check
	for _, kind := range []schema.GroupVersionKind{
		{Group: "karpenter.sh", Version: "v1", Kind: "NodePool"}, {Group: "karpenter.k8s.aws", Version: "v1", Kind: "EC2NodeClass"},
	} {
		served, err := c.cluster.Serves(kind)
		if err != nil {
			return out, err
		}
		if !served {
			severity := diag.Error
			if c.plan == nil {
				severity = diag.Info
			}
			out = append(out, wrong(severity, karpenterHint,
				"Karpenter's %s is not served as %s/%s", kind.Kind, kind.Group, kind.Version))
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	check, err := c.controller(ctx, "Karpenter", "app.kubernetes.io/name=karpenter")
	if err != nil {
		return nil, err
	}
	return append(out, check), nil
}

// brings reports whether an add-on of the values is on: install brings what it is.
func (c *checker) brings(addon string) bool {
	return c.plan != nil && slices.ContainsFunc(c.plan.Units, func(u release.Unit) bool {
		return u.Kind == release.Addon && u.Name == addon
	})
}

// broughtKarpenter looks for the controller of the add-on.
func (c *checker) broughtKarpenter(ctx context.Context) ([]Check, error) {
	const label = "app.kubernetes.io/name=karpenter"
	found, err := c.cluster.Deployments(ctx, label)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return []Check{ok("Karpenter is not there yet: install brings it (addons.karpenter)")}, nil
	}
	check, err := c.controller(ctx, "Karpenter", label)
	return []Check{check}, err
}

// crds holds the CRDs of the plan against those that are there.
func (c *checker) crds(ctx context.Context) ([]Check, error) {
	if c.plan == nil || len(c.plan.CRDs) == 0 {
		return c.liveCRDs(ctx)
	}
	var out []Check
	for _, o := range c.plan.CRDs {
		name := o.Key().Name
		change, err := c.cluster.ApplyCRD(ctx, o.Data, true)
		_, lacks := cluster.Lacks(err)
		switch {
		case lacks:
			out = append(out, unknown(err))
		case err != nil:
			out = append(out, wrong(diag.Error, "", "%s", err))
		case change == cluster.CRDCreated:
			out = append(out, ok("%s is not there yet: install creates it", name))
		case change == cluster.CRDUpgraded:
			out = append(out, wrong(diag.Info, "other Flink operators on this cluster get it too",
				"%s is there with another schema: install upgrades it", name))
		default:
			out = append(out, ok("%s is there and up to date", name))
		}
	}
	return out, nil
}

// liveCRDs tells which of Flink's CRDs are there, and what of the platform's
// Flink resources they do not know.
func (c *checker) liveCRDs(ctx context.Context) ([]Check, error) {
	found, err := c.cluster.FlinkCRDs(ctx)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return []Check{wrong(diag.Info, "install creates them, or the operator's own chart", "Flink's CRDs are not there yet")}, nil
	}
	var out []Check
	var names []string
	for _, t := range found {
		names = append(names, t.Name)
		crd, err := c.cluster.Get(ctx, t)
		if err != nil {
			return out, err
		}
		for _, o := range c.result.Set {
			at := cluster.Object(o.Data)
			if at.Group() != cluster.FlinkGroup || at.Kind() != crd.Text("spec", "names", "kind") {
				continue
			}
			if missing := cluster.Unserved(crd, at); len(missing) > 0 {
				out = append(out, wrong(diag.Error, "upgrade the CRDs to those of the operator's version",
					"%s does not know %s of %s, and the API server would drop it", t.Name, strings.Join(missing, ", "), o.Key()))
			}
		}
	}
	if len(out) == 0 {
		out = append(out, ok("Flink's CRDs are there: %s", strings.Join(names, ", ")))
	}
	return out, nil
}

// webhookPatience is how long an operator's webhook may take: the API server gives
// it ten seconds (admissionregistration/v1, timeoutSeconds).
const webhookPatience = 15 * time.Second

// webhook asks the webhook of an operator that is there.
func (c *checker) webhook(ctx context.Context) ([]Check, error) {
	live, err := c.cluster.FlinkWebhooks(ctx)
	if err != nil {
		return nil, err
	}
	if len(live) == 0 {
		return []Check{ok("no operator's webhook is there yet")}, nil
	}
	in := "default"
	if c.plan != nil {
		in = c.plan.Probe()
	}
	if c.absent[in] {
		return []Check{ok("the namespace %s, for which the webhook would be asked, is not there yet", in)}, nil
	}
	served, err := c.cluster.Serves(cluster.FlinkKind("FlinkDeployment"))
	if err != nil {
		return nil, err
	}
	if !served {
		return []Check{ok("a webhook configuration is there, and the CRDs are not yet")}, nil
	}
	err = c.cluster.WebhookAnswersNow(ctx, in, webhookPatience)
	_, lacks := cluster.Lacks(err)
	switch {
	case err == nil:
		return []Check{ok("the operator's webhook answers for the namespace %s", in)}, nil
	case lacks:
		return nil, err
	case cluster.IsTimeout(err), errors.Is(err, cluster.ErrSilent):
		service := cluster.WebhookNamespace(live[0])
		return []Check{wrong(diag.Error, "kubectl get pods,certificates -n "+service+
			"; the nodes' security group must let the API server reach port 9443; a configuration without its operator must be deleted",
			"the webhook of %s does not answer, so the API server refuses Flink resources: %s", live[0].Name(), err)}, nil
	}
	return nil, err
}

// watched reports whether a namespace of the plan has Flink resources.
func (c *checker) watched(namespace string) bool {
	return slices.ContainsFunc(c.result.Set, func(o manifest.Object) bool {
		at := cluster.Object(o.Data)
		return at.Group() == cluster.FlinkGroup && at.Namespace() == namespace
	})
}

// otherOperators looks for operators that are not the platform's and watch its
// namespaces: two would work against each other on the same job.
func (c *checker) otherOperators(ctx context.Context) ([]Check, error) {
	found, err := c.cluster.Deployments(ctx, "app.kubernetes.io/name=flink-kubernetes-operator")
	if err != nil {
		return nil, err
	}
	var out []Check
	for _, o := range found {
		if !c.plans("Deployment", o.Namespace(), o.Name()) {
			out = append(out, c.otherOperator(ctx, o))
		}
	}
	live, err := c.cluster.FlinkWebhooks(ctx)
	if err != nil {
		return out, err
	}
	for _, o := range live {
		own := c.plans(o.Kind(), "", o.Name())
		in := cluster.WebhookNamespace(o)
		known := slices.ContainsFunc(found, func(d cluster.Object) bool { return d.Namespace() == in })
		if own || known || c.plan == nil {
			continue
		}
		out = append(out, wrong(diag.Warning, "if its operator is gone, delete it: kubectl delete "+
			strings.ToLower(o.Kind())+" "+o.Name(),
			"%s %s is asked about Flink resources too; its Service is in the namespace %s, where no operator was found",
			o.Kind(), o.Name(), in))
	}
	if len(out) == 0 {
		out = append(out, ok("no other Flink operator was found"))
	}
	return out, nil
}

// otherOperator judges an operator that is not the platform's.
func (c *checker) otherOperator(ctx context.Context, o cluster.Object) Check {
	name := o.Namespace() + "/" + o.Name()
	watched, err := c.cluster.Watched(ctx, o)
	if err != nil {
		return wrong(diag.Warning, "", "the Flink operator %s is there, and which namespaces it watches is not known: %s", name, err)
	}
	all := "all namespaces"
	if len(watched) > 0 {
		all = strings.Join(watched, ", ")
	}
	if c.plan == nil {
		return wrong(diag.Info, "", "the Flink operator %s is there and watches %s", name, all)
	}
	var both []string
	for _, u := range c.plan.Units {
		in := u.Namespace
		if c.watched(in) && (len(watched) == 0 || slices.Contains(watched, in)) && !slices.Contains(both, in) {
			both = append(both, in)
		}
	}
	if len(both) == 0 {
		return ok("the Flink operator %s watches %s, none of the platform's namespaces", name, all)
	}
	return wrong(diag.Error, "give it a list of namespaces without these, or uninstall it",
		"the Flink operator %s watches %s, and with it %s of this platform: two operators would work against each other",
		name, all, strings.Join(both, ", "))
}
