package app

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/release/access"
	"github.com/helm-flink/helm-flink/internal/spec"
)

// Check is what one look at the cluster found.
type Check struct {
	// ID is stable: "permissions". Several findings of one check share it.
	ID string
	// Category groups checks: cluster, access, add-ons, operator, platform.
	Category string
	// OK says that all is well; Severity counts otherwise. An error means that an
	// install would fail, or that what it installs could not work.
	OK       bool
	Severity diag.Severity
	// Message says what is there; Hint what to do, empty where there is nothing.
	Message, Hint string
}

// The categories.
const (
	categoryCluster  = "cluster"
	categoryAccess   = "access"
	categoryAddons   = "add-ons"
	categoryOperator = "operator"
	categoryPlatform = "platform"
)

// Readiness is what Check found.
type Readiness struct {
	// Server and Version are the cluster's.
	Server, Version string
	// Platform is the name of the platform, empty without values.
	Platform string
	Checks   []Check
	// Findings are those of the values.
	Findings diag.List
}

// Failed reports whether a check is as severe as that, or the values are wrong.
func (r Readiness) Failed(failOn diag.Severity) bool {
	for _, c := range r.Checks {
		if !c.OK && c.Severity >= failOn {
			return true
		}
	}
	return r.Findings.Has(failOn)
}

// checker looks at a cluster for a platform, or with plan nil for any.
type checker struct {
	cluster  *cluster.Client
	version  string
	plan     *release.Plan
	platform *spec.Platform
	result   Result
	// absent are the namespaces of the plan that are not there.
	absent map[string]bool
}

// Check finds out whether a cluster is ready for the platform of the values, or
// without values for any. An error means that the cluster cannot be reached, or a
// file not be read.
func (a *App) Check(ctx context.Context, req ClusterRequest) (Readiness, error) {
	out := Readiness{}
	c := &checker{absent: map[string]bool{}}
	if len(req.Files)+len(req.Sets) > 0 {
		result, plan, err := a.planned(ctx, req.Request)
		if err != nil {
			return out, err
		}
		out.Findings, c.result = result.Findings, result
		if !result.Failed {
			c.plan, c.platform = &plan, result.platform
			out.Platform = plan.Platform
		}
	}
	var err error
	if c.cluster, err = cluster.Connect(req.Connect); err != nil {
		return out, err
	}
	if c.version, err = c.cluster.Version(); err != nil {
		return out, err
	}
	out.Server, out.Version = c.cluster.Server, c.version
	if err := c.namespaces(ctx); err != nil {
		return out, err
	}
	out.Checks, err = c.run(ctx)
	return out, err
}

// look is one check: its stable name, and what finds its results.
type look struct {
	id, category string
	find         func(context.Context) ([]Check, error)
}

func (c *checker) looks() []look {
	all := []look{
		{"kubernetes-version", categoryCluster, c.kubernetesVersion},
		{"oidc-issuer", categoryCluster, c.issuer},
		{"storage", categoryCluster, c.storage},
		{"permissions", categoryAccess, c.permissions},
		{"cert-manager", categoryAddons, c.certManager},
		{"karpenter", categoryAddons, c.karpenter},
		{"metrics", categoryAddons, c.metrics},
		{"crds", categoryOperator, c.crds},
		{"webhook", categoryOperator, c.webhook},
		{"other-operators", categoryOperator, c.otherOperators},
	}
	if c.result.Failed {
		all = append(all, look{"values", categoryPlatform, c.values})
	}
	if c.result.Remote != nil {
		all = append(all, look{"operator-chart", categoryOperator, c.remoteChart})
	}
	if c.plan != nil {
		all = append(all,
			look{"namespaces", categoryPlatform, c.namespaceStates},
			look{"objects", categoryPlatform, c.objects},
			look{"releases", categoryPlatform, c.releases},
			look{"quota", categoryPlatform, c.quota},
		)
	}
	return all
}

// values says that what needs a platform was not looked at.
func (c *checker) values(context.Context) ([]Check, error) {
	return []Check{wrong(diag.Error, "helm flink validate says what to do", "the values have errors: only what needs none was looked at")}, nil
}

// remoteChart says that the operator's objects are not known.
func (c *checker) remoteChart(context.Context) ([]Check, error) {
	return []Check{wrong(diag.Warning, "give a directory or a .tgz as operator.chart.source to have them checked",
		"the operator's chart %s was not fetched: its objects, its CRDs and the permissions for them were not looked at",
		c.result.Remote.Source)}, nil
}

// run makes the checks at the same time; the results keep their order. What the
// user may not read is said, and no failure.
func (c *checker) run(ctx context.Context) ([]Check, error) {
	looks := c.looks()
	found := make([][]Check, len(looks))
	group := errgroup.Group{}
	group.SetLimit(8)
	for i, l := range looks {
		group.Go(func() error {
			checks, err := l.find(ctx)
			if err != nil {
				checks = append(checks, unknown(err))
			}
			for n := range checks {
				checks[n].ID, checks[n].Category = l.id, l.category
			}
			found[i] = checks
			return nil
		})
	}
	_ = group.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	var out []Check
	for _, checks := range found {
		out = append(out, checks...)
	}
	return out, nil
}

// unknown is a check that could not be made.
func unknown(err error) Check {
	if p, lacks := cluster.Lacks(err); lacks {
		return Check{Severity: diag.Info, Message: fmt.Sprintf("not known: you may not %s", p)}
	}
	return Check{Severity: diag.Warning, Message: "not known: " + err.Error()}
}

func ok(format string, args ...any) Check {
	return Check{OK: true, Message: fmt.Sprintf(format, args...)}
}

func wrong(s diag.Severity, hint, format string, args ...any) Check {
	return Check{Severity: s, Hint: hint, Message: fmt.Sprintf(format, args...)}
}

// namespaces finds out which namespaces of the plan are there.
func (c *checker) namespaces(ctx context.Context) error {
	if c.plan == nil {
		return nil
	}
	for _, o := range access.Namespaces(*c.plan) {
		live, err := c.cluster.Get(ctx, cluster.Target{Kind: cluster.CoreKind("Namespace"), Name: o.Name()})
		if _, lacks := cluster.Lacks(err); err != nil && !lacks {
			return err
		}
		c.absent[o.Name()] = err == nil && live == nil
	}
	return nil
}

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
func (c *checker) escalates(ctx context.Context, denied []cluster.Permission, granted map[cluster.Permission]bool) (map[string]bool, error) {
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

// uses reports whether the platform has an object of a group of APIs, or has no
// values.
func (c *checker) uses(group func(string) bool) bool {
	for _, o := range c.result.Set {
		if group(cluster.Object(o.Data).Group()) {
			return true
		}
	}
	return false
}

// objects finds what is on the cluster already and belongs to somebody else, and
// what the API server would refuse.
func (c *checker) objects(ctx context.Context) ([]Check, error) {
	releases := release.New(c.cluster, c.plan.Platform).Near(c.plan.Near()...)
	all, err := releases.List()
	if err != nil {
		return nil, err
	}
	newest := map[string]*release.Revision{}
	for _, rev := range release.Newest(all) {
		newest[rev.Key()] = &rev
	}
	at := c.cluster.Now()
	found := make([]*Check, len(c.plan.Units))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, u := range c.plan.Units {
		group.Go(func() error {
			_, err := releases.Preview(ctx, u, newest[u.Namespace+"/"+u.Name], at)
			if err != nil {
				one := refusal(err)
				found[i] = &one
			}
			return nil
		})
	}
	_ = group.Wait()
	var out []Check
	for _, check := range found {
		if check != nil {
			out = append(out, *check)
		}
	}
	if len(out) == 0 {
		out = append(out, ok("no object of the platform is somebody else's, and the API server takes all whose namespaces and CRDs are there"))
	}
	return out, nil
}

// refusal is the check of an error of a preview.
func refusal(err error) Check {
	if taken := (*release.TakenError)(nil); errors.As(err, &taken) {
		return wrong(diag.Error, "rename it in the values, or let the release take it over as the message says", "%s", err)
	}
	if _, lacks := cluster.Lacks(err); lacks {
		return unknown(err)
	}
	return wrong(diag.Error, "", "%s", err)
}

// releases finds Helm releases of the same names that others made.
func (c *checker) releases(ctx context.Context) ([]Check, error) {
	taken, err := release.New(c.cluster, c.plan.Platform).Taken(ctx, *c.plan)
	if err != nil {
		return nil, err
	}
	if len(taken) == 0 {
		return []Check{ok("the names of the %d releases are free or the platform's own", len(c.plan.Units))}, nil
	}
	var out []Check
	for _, err := range taken {
		out = append(out, wrong(diag.Error, "", "%s", err))
	}
	return out, nil
}

// planned objects by kind, namespace and name.
func (c *checker) plannedObject(kind, namespace, name string) (manifest.Object, bool) {
	if c.plan == nil {
		return manifest.Object{}, false
	}
	for _, u := range c.plan.Units {
		for _, o := range u.Set {
			if k := o.Key(); k.Kind == kind && k.Namespace == namespace && k.Name == name {
				return o, true
			}
		}
	}
	return manifest.Object{}, false
}
