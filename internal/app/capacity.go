package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

type (
	// Simulation is what Karpenter's scheduler is asked.
	Simulation = capacity.Simulation
	// Outcome is what it answers.
	Outcome = capacity.Outcome
	// Simulator asks it.
	Simulator = capacity.Simulator
)

// CapacityRequest says what to plan: values, manifests, or both together.
type CapacityRequest struct {
	// Request gives the values.
	Request
	// Paths are files, directories and patterns of manifests; "-" is standard
	// input. One of them may be a values file.
	Paths []string
	// Compare is another values file, or manifests, that the costs are compared
	// with; empty for none. It takes the place of the files, not of --set and the
	// overlays.
	Compare string
	// Daemons are what every node runs: "name=cpu,memory", or files with DaemonSets.
	// Without any they are the ones of every EKS node.
	Daemons []string
	// Region and Zones go before those of the values.
	Region string
	Zones  []string
	// SpotFactor is what Spot costs as a part of the on-demand price; 0 if it is not
	// known.
	SpotFactor float64
	// Catalogue is a file of instance types as aws ec2 describe-instance-types writes
	// it, Prices a CSV file of prices; empty for the built-in ones.
	Catalogue, Prices string
	// Budgets are the most that the plan may cost.
	Budgets []Budget
	// Simulate asks Karpenter's scheduler.
	Simulate capacity.Simulator
}

// Capacity is what came of a request.
type Capacity struct {
	Findings diag.List
	// Plan is nil if the input has errors that leave nothing to plan.
	Plan *capacity.Plan
	// Before is the plan that it is compared with, nil for none.
	Before *capacity.Plan
}

// Capacity plans the nodes of a platform. An error means that the work could not
// be done. Findings are those about the input as such, and about the plan; what is
// wrong with the jobs is for Validate to say.
func (a *App) Capacity(ctx context.Context, req CapacityRequest) (Capacity, error) {
	var out Capacity
	w, err := a.demand(ctx, req)
	if err != nil {
		return out, err
	}
	out.Findings = w.findings
	if w.failed {
		return out, nil
	}
	if !w.values && len(req.Sets)+len(req.Overlays) > 0 {
		return out, errors.New("--set and -k go with values, and the input has none")
	}
	if out.Plan, err = a.plan(ctx, req, w); err != nil {
		return out, err
	}
	found, err := judgePlan(req, w, out.Plan)
	if err != nil {
		return out, err
	}
	out.Findings = append(out.Findings, w.ignores.Filter(found)...).Sorted()
	if req.Compare == "" {
		return out, nil
	}
	before := req
	before.Files, before.Paths = nil, []string{req.Compare}
	other, err := a.demand(ctx, before)
	if err != nil {
		return out, fmt.Errorf("--compare: %w", err)
	}
	if other.failed {
		out.Findings, out.Plan = append(out.Findings, other.findings...).Sorted(), nil
		return out, nil
	}
	if out.Before, err = a.plan(ctx, before, other); err != nil {
		return out, fmt.Errorf("--compare: %w", err)
	}
	return out, nil
}

// wanted is what the input asks for.
type wanted struct {
	world    *model.World
	region   string
	findings diag.List
	failed   bool
	// values says that there were values in the input.
	values  bool
	ignores *ignore.Set
	// types are the instance types that there are.
	types func() *instances.Catalogue
	// clusters are those of the demands, in their order.
	clusters []*model.Cluster
	demands  []capacity.Demand
}

// demand reads the input as Validate does, without the rules.
func (a *App) demand(ctx context.Context, req CapacityRequest) (wanted, error) {
	out := wanted{ignores: ignore.New(Entries())}
	files, err := a.expand(req.Paths)
	if err != nil {
		return out, err
	}
	out.values = len(req.Files) > 0 || len(files) == 0
	if len(req.Files)+len(files)+len(req.Sets) == 0 {
		return out, diag.ErrNoInput
	}
	platform := Result{ignores: out.ignores}
	if out.values {
		if platform, err = a.objects(ctx, req.Request); err != nil {
			return out, err
		}
	} else {
		platform.add(req.FailOn, slices.Concat(req.Found, platform.ignores.Add(req.Ignores...)))
	}
	if platform.Failed {
		return wanted{findings: platform.Findings, failed: true}, nil
	}
	options := VerifyOptions{Options: platform.options(verify.Options{}), CatalogueFile: req.Catalogue}
	verifier, findings, err := a.verifier(&options)
	if err != nil || findings.Has(diag.Error) {
		return wanted{findings: findings, failed: true}, err
	}
	out.types = options.Catalogue.Types
	in := inspection{verifier: verifier}
	if err := in.read(ctx, a, files); err != nil {
		return out, err
	}
	if len(in.values) > 0 {
		out.values = true
		if platform, err = a.valuesAmong(ctx, req, in.values); err != nil {
			return out, err
		}
		if platform.Failed {
			return wanted{findings: platform.Findings, failed: true}, nil
		}
	}
	set, err := a.inspectSet(ctx, verifier, platform.Set)
	if err != nil {
		return out, err
	}
	in.parts = append(in.parts, set)
	all := in.all()
	out.ignores = platform.ignores
	judged := slices.Concat(platform.Findings, findings, out.ignores.Filter(oncePerKind(all.findings)))
	out.findings = judged.Sorted()
	out.failed = all.findings.Has(diag.Error)
	out.world = model.Build(all.units, platform.options(verify.Options{}))
	out.region = cmp.Or(req.Region, platform.Region, regionOf(out.world))
	out.ask()
	return out, nil
}

// valuesAmong builds the values file that stands among the paths.
func (a *App) valuesAmong(ctx context.Context, req CapacityRequest, files []values.Source) (Result, error) {
	if len(files) > 1 || len(req.Files) > 0 {
		return Result{}, diag.ErrSeveralValues
	}
	return a.build(ctx, req.Request, values.Input{Files: files, Sets: req.Sets, ReadFile: a.read})
}

// ask makes the demands of the world's clusters.
func (w *wanted) ask() {
	for i := range w.world.Members() {
		m := w.world.Member(i)
		c := m.Cluster
		if m.BlueGreen != nil {
			c = m.BlueGreen.Template
		}
		if c == nil || c.Canary() {
			continue
		}
		w.clusters = append(w.clusters, c)
		w.demands = append(w.demands, capacity.Demand{
			Job: cmp.Or(c.Key.Namespace, "default") + "/" + c.Key.Name, Team: team(c.Subject), Pods: c.Pods(), Doubled: c.BlueGreen,
		})
	}
}

// team is the one that an object is labelled with, or else its namespace.
func team(s *model.Subject) string {
	return cmp.Or(s.Labels["helm-flink.dev/team"], s.Key.Namespace, "default")
}

// regionOf is the region that the node pools name, or the zone of one, in
// manifests; "" if none does.
func regionOf(w *model.World) string {
	for _, o := range w.Kind("NodePool") {
		p, err := karpenter.ReadPool(o.Key.Name, o.Data)
		if err != nil {
			continue
		}
		if values := p.Requirements["topology.kubernetes.io/region"].Listed(); len(values) == 1 {
			return values[0]
		}
		for _, zone := range p.Requirements["topology.kubernetes.io/zone"].Listed() {
			if region := strings.TrimRight(zone, "abcdefgh"); region != zone && strings.Contains(region, "-") {
				return region
			}
		}
	}
	return ""
}

// plan makes the plan.
func (a *App) plan(ctx context.Context, req CapacityRequest, w wanted) (*capacity.Plan, error) {
	in := capacity.Input{
		Demands: w.demands, Region: w.region, Zones: req.Zones, SpotFactor: req.SpotFactor, Daemons: capacity.DefaultDaemons(),
	}
	in.Types = w.types()
	if err := a.prices(req, &in); err != nil {
		return nil, err
	}
	for _, kind := range []struct {
		name, group string
		to          *[]capacity.Object
	}{{"NodePool", "karpenter.sh/v1", &in.Pools}, {"EC2NodeClass", "karpenter.k8s.aws/v1", &in.Classes}} {
		for _, o := range w.world.Kind(kind.name) {
			if o.Key.APIVersion == kind.group {
				*kind.to = append(*kind.to, capacity.Object{Name: o.Key.Name, Data: o.Data})
			}
		}
	}
	if len(in.Zones) == 0 {
		in.Zones = zones(in.Pools)
	}
	if len(req.Daemons) > 0 {
		var err error
		if in.Daemons, err = a.daemons(req.Daemons); err != nil {
			return nil, err
		}
	}
	return capacity.Make(ctx, in, req.Simulate)
}

// prices sets the prices: the built-in ones, or those of the user.
func (a *App) prices(req CapacityRequest, in *capacity.Input) error {
	prices := instances.NewBuiltIn().Prices()
	if req.Prices != "" {
		data, err := a.readWhole(req.Prices)
		if err != nil {
			return fmt.Errorf("--prices: %w", err)
		}
		own, err := instances.ReadPrices(shownName(req.Prices), data)
		if err != nil {
			return fmt.Errorf("--prices: %w", err)
		}
		prices = prices.With(own)
	}
	if region, ok := prices.Region(in.Region); ok {
		in.Prices = &region
	}
	return nil
}

// zones are those that node pools name.
func zones(pools []capacity.Object) []string {
	var out []string
	for _, o := range pools {
		if p, err := karpenter.ReadPool(o.Name, o.Data); err == nil {
			out = append(out, p.Requirements["topology.kubernetes.io/zone"].Listed()...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// daemons reads what every node runs: texts, and files with DaemonSets.
func (a *App) daemons(from []string) ([]corev1.Pod, error) {
	var out []corev1.Pod
	for _, text := range from {
		if strings.Contains(text, "=") {
			pod, err := capacity.ParseDaemon(text)
			if err != nil {
				return nil, fmt.Errorf("--daemonsets: %w", err)
			}
			out = append(out, pod)
			continue
		}
		set, err := a.readObjects([]string{text})
		if err != nil {
			return nil, fmt.Errorf("--daemonsets: %w", err)
		}
		n := len(out)
		for _, o := range set {
			if o.Key().Kind != "DaemonSet" {
				continue
			}
			pod, err := capacity.ReadDaemonSet(o.Key().Name, o.Data)
			if err != nil {
				return nil, fmt.Errorf("--daemonsets: %s: %w", text, err)
			}
			out = append(out, pod)
		}
		if len(out) == n {
			return nil, fmt.Errorf("--daemonsets: %s has no DaemonSet; want a file of DaemonSets, or name=cpu,memory", text)
		}
	}
	return out, nil
}

// roleField is the field of a FlinkDeployment's spec that is about a role.
func roleField(r pods.Role) string {
	if r == pods.JobManager {
		return "jobManager"
	}
	return "taskManager"
}
