package overview

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/spec"
)

// The labels of nodes by which pods choose them (karpenter.sh/docs, v1.14, "well-known
// labels"; EKS user guide, managed node groups).
const (
	labelPool  = "karpenter.sh/nodepool"
	labelGroup = "eks.amazonaws.com/nodegroup"
	// labelShared is on the nodes of a pool and of its fallback (internal/spec).
	labelShared = "helm-flink.dev/node-pool"
)

// Build puts an overview together.
func Build(in Input) Overview {
	p := in.Platform
	b := builder{Input: in, workloads: map[string]iam.Workload{}, settings: newSettings(in)}
	for _, w := range in.Workloads {
		b.workloads[w.ID] = w
	}
	out := Overview{
		Name: p.Platform.Name, Cluster: p.Cluster, Files: in.Files, Overlays: slices.Concat(p.Overlays, in.Overlays),
		Plan: in.Plan, NoPlan: in.NoPlan, IAM: in.IAM, IAMNotes: in.IAMNotes,
		Runtime: Runtime{
			Distribution: p.Runtime.Distribution, Release: cmp.Or(p.Runtime.EMRReleaseLabel, p.Runtime.Image),
			OperatorVersion: p.Operator.Version, OperatorNamespace: p.Operator.Namespace,
		},
		Defaults: b.settings.of([]string{"jobDefaults"}, nil),
	}
	if source, version := p.ChartSource(); spec.IsRemote(source) {
		out.Runtime.OperatorVersion = "of the chart " + version
	}
	role, _, account := p.OperatorIdentity()
	out.Runtime.OperatorRole, out.Runtime.OperatorAccount = aws.RoleName(role), account
	for _, f := range in.Findings {
		out.Findings = append(out.Findings, Finding{f, in.Titles[f.Code]})
	}
	out.Teams = b.teams()
	out.Pools = b.pools(out.Teams)
	out.Topology = topology(out)
	return out
}

type builder struct {
	Input
	workloads map[string]iam.Workload
	settings  settings
}

// teams are those of the values with the jobs of the objects; a namespace that no
// team has, which an overlay may bring, is one of its own.
func (b builder) teams() []Team {
	byName := map[string]*Team{}
	for _, key := range slices.Sorted(maps.Keys(b.Platform.Teams)) {
		t := b.Platform.Teams[key]
		team := &Team{
			Name: key, Namespace: t.Namespace, Quota: pairs(t.Quota), Defaults: b.settings.of([]string{"teams", key, "jobDefaults"}, nil),
		}
		for _, of := range []struct {
			what string
			all  map[string]string
		}{{"group ", t.Groups}, {"user ", t.Users}} {
			for _, name := range slices.Sorted(maps.Keys(of.all)) {
				team.People = append(team.People, Pair{of.what + name, of.all[name]})
			}
		}
		if t.Role != nil {
			team.Role = cmp.Or(t.Role.Name, aws.RoleName(t.Role.ARN))
		}
		byName[key] = team
	}
	for _, j := range b.jobs() {
		team := byName[j.team]
		if team == nil {
			team = &Team{Name: j.team, Namespace: j.namespace}
			byName[j.team] = team
		}
		team.Jobs = append(team.Jobs, j.Job)
	}
	var out []Team
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		team := byName[name]
		slices.SortStableFunc(team.Jobs, func(x, y Job) int { return strings.Compare(x.Name, y.Name) })
		team.Cost = line(b.Plan, name, func(p *capacity.Plan) []capacity.Line { return p.Teams })
		out = append(out, *team)
	}
	return out
}

// line finds a line of the plan; nil for none.
func line(p *capacity.Plan, name string, of func(*capacity.Plan) []capacity.Line) *capacity.Line {
	if p == nil {
		return nil
	}
	all := of(p)
	if at := slices.IndexFunc(all, func(l capacity.Line) bool { return l.Name == name }); at >= 0 {
		return &all[at]
	}
	return nil
}

func pairs(m map[string]string) []Pair {
	var out []Pair
	for _, key := range slices.Sorted(maps.Keys(m)) {
		out = append(out, Pair{key, m[key]})
	}
	return out
}

// pools are the NodePools of the objects, the declared node groups, and what jobs
// name besides.
func (b builder) pools(teams []Team) []Pool {
	used := map[string]int{}
	for _, t := range teams {
		for _, j := range t.Jobs {
			for _, name := range slices.Compact([]string{j.JobManager.Pool, j.TaskManager.Pool}) {
				if name != "" {
					used[name]++
				}
			}
		}
	}
	var out []Pool
	for _, o := range b.World.Kind("NodePool") {
		p, err := karpenter.ReadPool(o.Key.Name, o.Data)
		if err != nil {
			continue // the check of the API says so
		}
		one := Pool{Name: p.Name, Kind: "NodePool", Class: p.NodeClass, Jobs: used[p.Name], Limits: limits(p.Limits)}
		one.Arch = listed(p, corev1.LabelArchStable)
		one.Capacity = listed(p, "karpenter.sh/capacity-type")
		for _, label := range []string{
			corev1.LabelInstanceTypeStable, "karpenter.k8s.aws/instance-family", "karpenter.k8s.aws/instance-category",
		} {
			one.Instances = cmp.Or(one.Instances, listed(p, label))
		}
		one.Cost = line(b.Plan, p.Name, func(p *capacity.Plan) []capacity.Line { return p.Pools })
		out = append(out, one)
	}
	for _, key := range slices.Sorted(maps.Keys(b.Platform.NodeGroups)) {
		g := b.Platform.NodeGroups[key]
		out = append(out, Pool{
			Name: g.Name, Kind: "node group", Jobs: used[g.Name], Instances: strings.Join(g.InstanceTypes, ", "),
		})
	}
	for _, name := range slices.Sorted(maps.Keys(used)) {
		if !slices.ContainsFunc(out, func(p Pool) bool { return p.Name == name }) {
			out = append(out, Pool{Name: name, Jobs: used[name]})
		}
	}
	slices.SortStableFunc(out, func(x, y Pool) int { return strings.Compare(x.Name, y.Name) })
	return out
}

func listed(p karpenter.Pool, label string) string {
	return strings.Join(p.Requirements[label].Listed(), ", ")
}

func limits(l corev1.ResourceList) string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(l)) {
		q := l[name]
		text := q.String()
		if name == corev1.ResourceCPU && q.MilliValue()%1000 == 0 {
			text = strconv.FormatInt(q.Value(), 10) // 1000, not 1k
		}
		out = append(out, string(name)+" "+text)
	}
	return strings.Join(out, ", ")
}

// count adds the findings about an object to its job.
func (j *Job) count(all diag.List, object string) {
	for _, f := range all {
		if f.Object != object && f.Path != j.Path && !strings.HasPrefix(f.Path, j.Path+".") && !strings.HasPrefix(f.Path, j.Path+"[") {
			continue
		}
		switch f.Severity {
		case diag.Error:
			j.Errors++
		case diag.Warning:
			j.Warnings++
		default:
			j.Infos++
		}
	}
}
