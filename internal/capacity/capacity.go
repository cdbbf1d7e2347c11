package capacity

import (
	"context"
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/pods"
)

// Input is what a plan is made from.
type Input struct {
	// Pools are NodePools and Classes EC2NodeClasses, whole, in any order.
	Pools, Classes []Object
	// Demands are the clusters whose pods need nodes.
	Demands []Demand
	// Daemons are pods that every node runs one of; see Daemons.
	Daemons []corev1.Pod
	// Region and Zones are where the nodes are. Without zones there are three.
	Region string
	Zones  []string
	// Types is the catalogue, and Prices those of the region, nil if none are known.
	Types  *instances.Catalogue
	Prices *instances.Prices
	// SpotFactor is what Spot costs as a part of the on-demand price, above 0 and at
	// most 1; 0 if it is not known.
	SpotFactor float64
}

// Object is an object with its name.
type Object struct {
	Name string
	Data map[string]any
}

// Demand is the pods of one cluster.
type Demand struct {
	// Job is how the cluster is called in the plan, and Team to whom it belongs.
	Job, Team string
	Pods      pods.Set
	// Doubled says that an equal cluster runs beside this one while it is upgraded:
	// blue/green.
	Doubled bool
}

// Simulator answers a simulation: in this process (package scheduler), or in
// another one.
type Simulator func(ctx context.Context, in Simulation) (Outcome, error)

// Make makes the plan. The same input gives the same plan. It is an error if the
// simulator fails, or a node class cannot be read.
func Make(ctx context.Context, in Input, simulate Simulator) (*Plan, error) {
	if len(in.Zones) == 0 {
		in.Zones = zonesOf(in.Region)
	}
	p := &planner{Input: in, pools: map[string]karpenter.Pool{}, sized: map[string]instances.Size{}}
	s := Simulation{
		Version: Version, Region: in.Region, Zones: in.Zones, Types: map[string][]InstanceType{},
		Daemons: slices.Clone(in.Daemons), SpotPriced: in.SpotFactor > 0,
	}
	for i := range s.Daemons {
		s.Daemons[i].Spec = defaulted(s.Daemons[i].Spec)
	}
	if err := p.addPools(&s); err != nil {
		return nil, err
	}
	p.addGroups(&s)
	place := p.runs(&s)
	out := Outcome{Version: Version}
	if len(s.Pools) > 0 && len(s.Groups) > 0 {
		var err error
		if out, err = simulate(ctx, s); err != nil {
			return nil, fmt.Errorf("schedule: %w", err)
		}
		if out.Version != Version || len(out.Runs) != len(s.Runs) {
			return nil, fmt.Errorf("schedule: an answer of version %d with %d runs: want version %d with %d; "+
				"both programs must be of one release", out.Version, len(out.Runs), Version, len(s.Runs))
		}
	}
	return p.plan(s, out, place), nil
}

// defaulted gives containers the requests that the API server gives them: what has
// a limit and no request asks for its limit (Kubernetes, pkg/apis/core/v1,
// SetDefaults_Pod). The spec that is given is not changed.
func defaulted(spec corev1.PodSpec) corev1.PodSpec {
	for _, list := range []*[]corev1.Container{&spec.InitContainers, &spec.Containers} {
		*list = slices.Clone(*list)
		for i := range *list {
			r := &(*list)[i].Resources
			requests := maps.Clone(r.Limits)
			if requests == nil {
				requests = corev1.ResourceList{}
			}
			maps.Copy(requests, r.Requests)
			r.Requests = requests
		}
	}
	return spec
}

// zonesOf are three zones, named as those of most regions.
func zonesOf(region string) []string {
	if region == "" {
		region = "zone-"
	}
	return []string{region + "a", region + "b", region + "c"}
}

// planner holds what is known while a plan is made.
type planner struct {
	Input

	pools map[string]karpenter.Pool
	// groups are the pods that are alike, beside Simulation.Groups.
	groups []member
	// sized are the sizes of the types, by pool and type.
	sized map[string]instances.Size
	notes []string
}

// member says whose pods a group is.
type member struct {
	demand   int
	role     pods.Role
	count    pods.Count
	requests corev1.ResourceList
}

func (p *planner) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(p.notes, text) {
		p.notes = append(p.notes, text)
	}
}

// addGroups makes a group of the JobManagers and one of the TaskManagers of every
// cluster that is not suspended.
func (p *planner) addGroups(s *Simulation) {
	for i, d := range p.Demands {
		if d.Pods.Suspended {
			p.note("%s is suspended and has no pods", d.Job)
			continue
		}
		for _, g := range d.Pods.Groups() {
			p.groups = append(p.groups, member{i, g.Role, g.Count, pods.Requests(g.Template.Spec)})
			template := g.Template
			template.Spec = defaulted(template.Spec)
			s.Groups = append(s.Groups, template)
			for _, unknown := range g.Unknown {
				p.note("not known of the pods: %s", unknown)
			}
		}
		if d.Pods.TaskManager.Count.Unbounded {
			p.note("%s is a session cluster without slotmanager.number-of-slots.max: its maximum is what its known jobs need", d.Job)
		}
	}
	if p.SpotFactor > 0 {
		p.note("Spot is priced at %g of the on-demand price, as given", p.SpotFactor)
	}
}

// The states of a platform that are planned.
const (
	Start   = "start"
	Minimum = "minimum"
	Maximum = "maximum"
)

// StateNames are the states in the order of a plan.
func StateNames() []string { return []string{Start, Minimum, Maximum} }

// runs adds a run for every state that differs from those before it, and gives
// for each state the run that shows it.
func (p *planner) runs(s *Simulation) map[string]int {
	place := map[string]int{}
	for _, name := range StateNames() {
		run := Run{Name: name, Phases: p.phases(name)}
		at := slices.IndexFunc(s.Runs, func(r Run) bool {
			return slices.EqualFunc(r.Phases, run.Phases, slices.Equal[[]Batch])
		})
		if at < 0 {
			at = len(s.Runs)
			s.Runs = append(s.Runs, run)
		}
		place[name] = at
	}
	return place
}

// phases puts JobManagers first: in native mode a JobManager asks for its
// TaskManagers when it runs.
func (p *planner) phases(state string) [][]Batch {
	phases := make([][]Batch, 2)
	for i, m := range p.groups {
		n := m.in(state)
		if state == Maximum && p.Demands[m.demand].Doubled {
			n *= 2
		}
		if n == 0 {
			continue
		}
		phase := 0
		if m.role == pods.TaskManager {
			phase = 1
		}
		phases[phase] = append(phases[phase], Batch{i, n})
	}
	return phases
}

// in is how many pods there are in a state.
func (m member) in(state string) int {
	switch {
	case state == Minimum:
		return min(m.count.Min, m.count.Start)
	case state == Maximum && !m.count.Unbounded:
		return max(m.count.Max, m.count.Start)
	default:
		return m.count.Start
	}
}
