package app

import (
	"cmp"
	"context"
	"fmt"

	"github.com/helm-flink/helm-flink/internal/app/overview"
	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// ReportRequest says what the page is about.
type ReportRequest struct {
	// CapacityRequest gives the values, and what nodes cost; Simulate nil leaves the
	// nodes and their cost out.
	CapacityRequest
}

// Report puts together what a page says of a platform, and what else went not as
// well as it could: notices for people. Findings that leave nothing to show give no
// overview; those that do are in it, and in the result.
func (a *App) Report(ctx context.Context, req ReportRequest) (*overview.Overview, Result, []string, error) {
	failOn := req.FailOn
	req.FailOn = diag.Error // what else fails does not keep the page back
	result, err := a.Build(ctx, req.Request)
	result.Failed = result.Failed || result.Findings.Has(failOn)
	if err != nil || result.platform == nil || len(result.Set) == 0 {
		return nil, result, nil, err
	}
	schema, err := values.ReadSchema("values.schema.json", a.Schema)
	if err != nil {
		return nil, result, nil, fmt.Errorf("values.schema.json: %w", err)
	}
	in := overview.Input{
		Platform: result.platform, Values: result.doc, Schema: schema, World: result.world(),
		Findings: result.Findings, Titles: map[diag.Code]string{}, Files: shownNames(req.Files),
		Overlays: req.Overlays,
	}
	for _, e := range Entries() {
		in.Titles[e.Code] = e.Title
	}
	draw := result.iamInput()
	in.Workloads = draw.Workloads
	var problems []iam.Problem
	in.IAM, problems = iam.New(draw)
	for _, problem := range problems {
		in.IAMNotes = append(in.IAMNotes, problem.Message)
	}
	if draw.Method == iam.IRSA && draw.Cluster.OIDCProvider == "" {
		in.IAMNotes = append(in.IAMNotes, "who may take the roles is not known: cluster.oidcProvider is not set")
	}
	var notices []string
	req.Region = cmp.Or(req.Region, result.Region)
	if in.Plan, in.NoPlan, err = a.reportPlan(ctx, req, in.World); err != nil {
		return nil, result, nil, err
	}
	if in.Plan == nil && req.Simulate != nil {
		notices = append(notices, "the nodes and their cost are left out: "+in.NoPlan)
	}
	out := overview.Build(in)
	return &out, result, notices, nil
}

// reportPlan makes the plan of the nodes, or says why there is none: the program that
// has the scheduler may be missing.
func (a *App) reportPlan(
	ctx context.Context, req ReportRequest, world *model.World,
) (plan *capacity.Plan, why string, err error) {
	switch {
	case req.Simulate == nil:
		return nil, "they were not asked for", nil
	case len(world.Kind("NodePool")) == 0:
		return nil, "there is no Karpenter node pool to plan with", nil
	}
	var o VerifyOptions
	if _, err := a.instanceTypes(&o); err != nil {
		return nil, "", err
	}
	w := wanted{world: world, region: req.Region, types: o.Catalogue.Types}
	w.ask()
	var failed error
	simulate := req.Simulate
	req.Simulate = func(ctx context.Context, in Simulation) (Outcome, error) {
		var out Outcome
		out, failed = simulate(ctx, in)
		return out, failed
	}
	plan, err = a.plan(ctx, req.CapacityRequest, w)
	switch {
	case ctx.Err() != nil:
		return nil, "", ctx.Err()
	case failed != nil:
		return nil, failed.Error(), nil
	}
	return plan, "", err
}

func shownNames(names []string) []string {
	var out []string
	for _, name := range names {
		out = append(out, shownName(name))
	}
	return out
}
