package capacity

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/pods"
)

// book keeps who has what. A node's cost is split among the Flink pods on it: each
// gets as much of it as the mean of its shares of the CPU and the memory that
// they ask for together. So the idle part of a node and its daemons are paid
// for by those who are on it, and the parts add up to the node.
type book struct {
	*planner

	accounts map[string]map[string]map[string]*account // job, team, pool or total; name; state
}

// account is what one has in one state.
type account struct {
	pods, nodes int
	hour        float64
}

// The kinds of accounts.
const (
	byJob  = "job"
	byTeam = "team"
	byPool = "pool"
	total  = "total"
)

func newBook(p *planner) *book {
	b := &book{planner: p, accounts: map[string]map[string]map[string]*account{}}
	for _, d := range p.Demands {
		b.of(byJob, d.Job, Start)
		b.of(byTeam, d.Team, Start)
	}
	for name := range p.pools {
		b.of(byPool, name, Start)
	}
	return b
}

// of opens an account when it is first asked for.
func (b *book) of(kind, name, state string) *account {
	if b.accounts[kind] == nil {
		b.accounts[kind] = map[string]map[string]*account{}
	}
	if b.accounts[kind][name] == nil {
		b.accounts[kind][name] = map[string]*account{}
	}
	if b.accounts[kind][name][state] == nil {
		b.accounts[kind][name][state] = &account{}
	}
	return b.accounts[kind][name][state]
}

// asked counts the pods of a run.
func (b *book) asked(state string, r Run) {
	for _, phase := range r.Phases {
		for _, batch := range phase {
			d := b.Demands[b.groups[batch.Group].demand]
			b.of(byJob, d.Job, state).pods += batch.Count
			b.of(byTeam, d.Team, state).pods += batch.Count
			b.of(total, total, state).pods += batch.Count
		}
	}
}

// node books one node.
func (b *book) node(state string, started StartedNode, n Node) {
	hour := 0.0
	if n.Cost != nil {
		hour = n.Cost.Hour
	}
	pool, all := b.of(byPool, started.Pool, state), b.of(total, total, state)
	pool.nodes++
	all.nodes++
	pool.hour += hour
	all.hour += hour
	sum := corev1.ResourceList{}
	for _, batch := range started.Pods {
		sum = pods.Add(sum, pods.Times(b.groups[batch.Group].requests, batch.Count))
		pool.pods += batch.Count
	}
	jobs, teams := map[string]bool{}, map[string]bool{}
	for _, batch := range started.Pods {
		m := b.groups[batch.Group]
		d := b.Demands[m.demand]
		part := hour * weight(pods.Times(m.requests, batch.Count), sum)
		b.of(byJob, d.Job, state).hour += part
		b.of(byTeam, d.Team, state).hour += part
		jobs[d.Job], teams[d.Team] = true, true
	}
	for job := range jobs {
		b.of(byJob, job, state).nodes++
	}
	for team := range teams {
		b.of(byTeam, team, state).nodes++
	}
}

// weight is the mean of the shares of CPU and memory.
func weight(part, whole corev1.ResourceList) float64 {
	sum, n := 0.0, 0
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		mine, all := part[name], whole[name]
		if f := all.AsApproximateFloat64(); f > 0 {
			sum += mine.AsApproximateFloat64() / f
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// lines words the accounts.
func (b *book) lines() (jobs, teams, pools []Line, all Line) {
	teamOf := map[string]string{}
	for _, d := range b.Demands {
		teamOf[d.Job] = d.Team
	}
	jobs = b.kind(byJob)
	for i := range jobs {
		jobs[i].Team = teamOf[jobs[i].Name]
	}
	return jobs, b.kind(byTeam), b.kind(byPool), b.line(total, total)
}

func (b *book) kind(kind string) []Line {
	out := []Line{}
	for _, name := range slices.Sorted(maps.Keys(b.accounts[kind])) {
		out = append(out, b.line(kind, name))
	}
	return out
}

func (b *book) line(kind, name string) Line {
	l := Line{Name: name}
	for _, state := range StateNames() {
		a, share := b.of(kind, name, state), l.In(state)
		share.Pods, share.Nodes = a.pods, a.nodes
		if b.Prices != nil {
			share.Cost = cost(a.hour)
		}
	}
	return l
}
