package app

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
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
	app      *App
	cluster  *cluster.Client
	version  string
	plan     *release.Plan
	platform *spec.Platform
	result   Result
	// absent are the namespaces of the plan that are not there.
	absent map[string]bool
	unread []Unread // charts whose objects are not in the plan
}

// Check finds out whether a cluster is ready for the platform of the values, or
// without values for any. An error means that the cluster cannot be reached, or a
// file not be read.
func (a *App) Check(ctx context.Context, req ClusterRequest) (Readiness, error) {
	out := Readiness{}
	c := &checker{app: a, absent: map[string]bool{}}
	if len(req.Files)+len(req.Sets) > 0 {
		result, plan, unread, err := a.planned(ctx, req.Request)
		if err != nil {
			return out, err
		}
		out.Findings, c.result, c.unread = result.Findings, result, unread
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
		{"prometheus", categoryAddons, c.prometheus},
		{"crds", categoryOperator, c.crds},
		{"webhook", categoryOperator, c.webhook},
		{"other-operators", categoryOperator, c.otherOperators},
	}
	if c.result.Failed {
		all = append(all, look{"values", categoryPlatform, c.values})
	}
	for _, u := range c.unread {
		one := look{"addon-chart", categoryAddons, u.look}
		if u.Path == operatorPath {
			one.id, one.category = "operator-chart", categoryOperator
		}
		all = append(all, one)
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
	return []Check{wrong(diag.Error, "helm flink validate says what to do",
		"the values have errors: only what needs none was looked at")}, nil
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

// plans reports whether an object is one of the plan.
func (c *checker) plans(kind, namespace, name string) bool {
	if c.plan == nil {
		return false
	}
	for _, u := range c.plan.Units {
		for _, o := range u.Set {
			if k := o.Key(); k.Kind == kind && k.Namespace == namespace && k.Name == name {
				return true
			}
		}
	}
	return false
}
