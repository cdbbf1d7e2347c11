package capacity

import (
	"maps"
	"math"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/pods"
)

// HoursPerMonth is by which the cost of a month is computed, as in AWS's own
// pricing calculator: 730.
const HoursPerMonth = 730

// Plan is which nodes are started, and what they cost.
type Plan struct {
	Region string   `json:"region,omitempty"`
	Zones  []string `json:"zones"`
	// Prices says where the prices are from and Types where the catalogue is from.
	// Prices is nil if no price is known; then there are no costs.
	Prices *PriceSource       `json:"prices,omitempty"`
	Types  []instances.Source `json:"-"`
	// SpotFactor is the user's own; 0 means that Spot is priced as on-demand, which
	// it never exceeds by much and mostly undercuts: an upper bound.
	SpotFactor float64  `json:"spotFactor,omitempty"`
	Daemons    []Daemon `json:"daemons"`
	// Notes are what a reader must know of how the plan came about.
	Notes []string `json:"notes"`
	// States are start, minimum and maximum, always all three.
	States []State `json:"states"`
	// Jobs, Teams and Pools are in the order of their names.
	Jobs  []Line `json:"jobs"`
	Teams []Line `json:"teams"`
	Pools []Line `json:"pools"`
	Total Line   `json:"total"`
}

// PriceSource says where prices are from.
type PriceSource struct {
	Currency string `json:"currency"`
	Source   string `json:"source"`
	Date     string `json:"date,omitempty"`
}

// State is the platform at one time.
type State struct {
	Name  string `json:"name"`
	Nodes []Node `json:"nodes"`
	// Pending are the pods that no node takes.
	Pending []Pending `json:"pending"`
	// Dropped are pools whose requirements leave no instance type.
	Dropped []string `json:"poolsWithoutTypes,omitempty"`
	Cost    *Cost    `json:"cost,omitempty"`
}

// Cost is an amount in the currency of the plan.
type Cost struct {
	Hour  float64 `json:"hour"`
	Month float64 `json:"month"`
}

// Node is a number of nodes that are alike.
type Node struct {
	Count        int    `json:"count"`
	Pool         string `json:"pool"`
	Type         string `json:"type"`
	CapacityType string `json:"capacityType"`
	// Pods are those of one node.
	Pods   []Pods `json:"pods"`
	CPU    Use    `json:"cpu"`
	Memory Use    `json:"memory"`
	// Candidates are the types that Karpenter would send to EC2, the cheapest first.
	Candidates []string `json:"candidates"`
	// Cost is that of one node. UpperBound: it is a Spot node at its on-demand price.
	Cost       *Cost `json:"cost,omitempty"`
	UpperBound bool  `json:"upperBound,omitempty"`
}

// Pods is a number of pods of a job.
type Pods struct {
	Job   string    `json:"job"`
	Role  pods.Role `json:"role"`
	Count int       `json:"count"`
}

// Use is how much of a node is asked for, daemons included.
type Use struct {
	Requested   resource.Quantity `json:"requested"`
	Allocatable resource.Quantity `json:"allocatable"`
	// Percent is rounded to whole numbers.
	Percent int `json:"percent"`
}

// Pending are pods without a node.
type Pending struct {
	Pods

	Reasons []Reason `json:"reasons"`
}

// Line is what a job, a team or a pool has.
type Line struct {
	Name string `json:"name"`
	// Team is that of a job.
	Team    string `json:"team,omitempty"`
	Start   Share  `json:"start"`
	Minimum Share  `json:"minimum"`
	Maximum Share  `json:"maximum"`
}

// Share is a part of the platform in one state.
type Share struct {
	// Pods counts those asked for, pending ones too.
	Pods int `json:"pods"`
	// Nodes is how many nodes have a pod of it.
	Nodes int   `json:"nodes"`
	Cost  *Cost `json:"cost,omitempty"`
}

// In gives the share in a state.
func (l *Line) In(state string) *Share {
	switch state {
	case Minimum:
		return &l.Minimum
	case Maximum:
		return &l.Maximum
	default:
		return &l.Start
	}
}

// State gives a state by its name.
func (p *Plan) State(name string) *State {
	at := slices.IndexFunc(p.States, func(s State) bool { return s.Name == name })
	if at < 0 {
		return nil
	}
	return &p.States[at]
}

// plan makes the plan of the outcome.
func (p *planner) plan(s Simulation, out Outcome, place map[string]int) *Plan {
	plan := &Plan{Region: p.Region, Zones: p.Zones, SpotFactor: p.SpotFactor, Types: p.Types.Sources()}
	plan.Daemons = daemonList(p.Daemons)
	if p.Prices != nil {
		plan.Prices = &PriceSource{Currency: p.Prices.Currency, Source: p.Prices.Source.Text, Date: p.Prices.Source.Date}
	}
	b := newBook(p)
	for _, name := range StateNames() {
		var outcome RunOutcome
		if at := place[name]; at < len(out.Runs) {
			outcome = out.Runs[at]
		}
		plan.States = append(plan.States, p.state(name, outcome, b))
		if at := place[name]; at < len(s.Runs) {
			b.asked(name, s.Runs[at])
		}
	}
	plan.Jobs, plan.Teams, plan.Pools, plan.Total = b.lines()
	plan.Notes = p.notes
	if plan.Notes == nil {
		plan.Notes = []string{}
	}
	return plan
}

// state words one run.
func (p *planner) state(name string, out RunOutcome, b *book) State {
	s := State{Name: name, Nodes: []Node{}, Pending: []Pending{}, Dropped: out.Dropped}
	total := 0.0
	for _, started := range out.Nodes {
		n := p.node(started)
		if n.Cost != nil {
			total += n.Cost.Hour
		}
		b.node(name, started, n)
		at := slices.IndexFunc(s.Nodes, func(old Node) bool { return same(old, n) })
		if at >= 0 {
			s.Nodes[at].Count++
			continue
		}
		s.Nodes = append(s.Nodes, n)
	}
	slices.SortStableFunc(s.Nodes, func(a, b Node) int { return strings.Compare(a.Pool, b.Pool) })
	for _, u := range out.Unplaced {
		m := p.groups[u.Group]
		s.Pending = append(s.Pending, Pending{Pods{p.Demands[m.demand].Job, m.role, u.Count}, p.limited(u.Reasons)})
	}
	if p.Prices != nil {
		s.Cost = cost(total)
	}
	return s
}

// limited adds the limits of a pool to why it has no instance type: Karpenter
// leaves out the types that would exceed them, and does not say so.
func (p *planner) limited(all []Reason) []Reason {
	out := slices.Clone(all)
	for i, r := range out {
		limits := p.pools[r.Pool].Limits
		if len(limits) == 0 || !strings.Contains(r.Text, "no instance type") {
			continue
		}
		var texts []string
		for _, name := range slices.Sorted(maps.Keys(limits)) {
			limit := limits[name]
			texts = append(texts, string(name)+" "+limit.String())
		}
		out[i].Text += " (within the limits of the node pool: " + strings.Join(texts, ", ") + ")"
	}
	return out
}

// node words one node.
func (p *planner) node(started StartedNode) Node {
	n := Node{
		Count: 1, Pool: started.Pool, Type: started.Type, CapacityType: started.CapacityType,
		Candidates: started.Candidates, Pods: []Pods{},
	}
	requested := corev1.ResourceList{}
	for _, batch := range started.Pods {
		m := p.groups[batch.Group]
		n.Pods = append(n.Pods, Pods{p.Demands[m.demand].Job, m.role, batch.Count})
		requested = pods.Add(requested, pods.Times(m.requests, batch.Count))
	}
	for _, d := range p.Daemons {
		if slices.Contains(started.Daemons, d.Name) {
			requested = pods.Add(requested, pods.Requests(d.Spec))
		}
	}
	size := p.sized[started.Pool+"/"+started.Type]
	allocatable := size.Allocatable()
	n.CPU, n.Memory = use(corev1.ResourceCPU, requested, allocatable), use(corev1.ResourceMemory, requested, allocatable)
	if p.Prices != nil {
		hour, _ := p.Prices.Hourly(started.Type)
		if started.CapacityType == "spot" {
			n.UpperBound = p.SpotFactor == 0
			if p.SpotFactor > 0 {
				hour *= p.SpotFactor
			}
		}
		n.Cost = cost(hour)
	}
	return n
}

// same reports whether nodes are alike.
func same(a, b Node) bool {
	return a.Pool == b.Pool && a.Type == b.Type && a.CapacityType == b.CapacityType &&
		slices.Equal(a.Pods, b.Pods) && slices.Equal(a.Candidates, b.Candidates)
}

func use(name corev1.ResourceName, requested, allocatable corev1.ResourceList) Use {
	u := Use{Requested: requested[name], Allocatable: allocatable[name]}
	if whole := u.Allocatable.AsApproximateFloat64(); whole > 0 {
		u.Percent = int(math.Round(100 * u.Requested.AsApproximateFloat64() / whole))
	}
	return u
}

// Times is the cost of n times as much; nil for nil.
func (c *Cost) Times(n int) *Cost {
	if c == nil {
		return nil
	}
	return cost(c.Hour * float64(n))
}

// cost rounds an hour to a hundred-thousandth, and a month to a hundredth.
func cost(hour float64) *Cost {
	return &Cost{Hour: math.Round(hour*1e5) / 1e5, Month: math.Round(hour*HoursPerMonth*100) / 100}
}
