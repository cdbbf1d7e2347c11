// Package scheduler asks Karpenter's own scheduler which nodes it would start. It
// needs no cluster and no API server: a client that knows the pods of earlier
// phases is enough.
//
// It is in a program of its own, helm-flink-capacity, since importing Karpenter
// doubles the start-up time (docs/adr/0016-capacity-program.md). It may import
// capacity and karpenter of this module.
//
// Source, where nothing else is said: sigs.k8s.io/karpenter v1.14.1,
// pkg/controllers/provisioning/scheduling, and karpenter-provider-aws v1.14.1,
// pkg/providers/instance.
package scheduler

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/clock"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/controllers/provisioning/scheduling"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/events"
	"sigs.k8s.io/karpenter/pkg/operator/options"
	nodepoolutils "sigs.k8s.io/karpenter/pkg/utils/nodepool"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// Setup registers the labels of the AWS provider with Karpenter's package, and turns
// its log off. It must have been called before Simulate, once in a process: what it
// sets is global there. The provider's own package, which would register them by
// being imported, links a part of the EC2 SDK.
func Setup() {
	ctrllog.SetLogger(logr.Discard())
	karpv1.WellKnownLabels.Insert(karpenter.WellKnownLabels()...)
}

// Simulate runs a simulation. The same one gives the same outcome. It is an error
// if a pool is no NodePool, if a run names a group that there is not, or without
// Setup. Safe for concurrent use.
func Simulate(ctx context.Context, in capacity.Simulation) (capacity.Outcome, error) {
	return simulate(ctx, in, false)
}

// simulate runs a simulation, with all types of every pool if whole.
func simulate(ctx context.Context, in capacity.Simulation, whole bool) (capacity.Outcome, error) {
	out := capacity.Outcome{Version: capacity.Version}
	if in.Version != capacity.Version {
		return out, fmt.Errorf("version %d of the request: want %d; both programs must be of one release", in.Version, capacity.Version)
	}
	if !karpv1.WellKnownLabels.HasAll(karpenter.WellKnownLabels()...) {
		return out, errors.New("the labels of the AWS provider are not registered: call Setup first")
	}
	gates := options.DefaultFeatureGates()
	gates.ReservedCapacity = false // capacity reservations are AWS's to know: there are none here
	s := &simulator{in: in, types: map[string][]*cloudprovider.InstanceType{}}
	ctx = options.ToContext(ctx, &options.Options{
		IgnoreDRARequests: true, PreferencePolicy: options.PreferencePolicyRespect,
		MinValuesPolicy: options.MinValuesPolicyStrict, FeatureGates: gates,
	})
	if err := s.prepare(); err != nil {
		return out, err
	}
	if !whole {
		s.classify()
	}
	s.slimmed, s.needed = s.forScheduling()
	for _, run := range in.Runs {
		r, err := s.inParts(ctx, run)
		if err != nil {
			return out, fmt.Errorf("run %s: %w", run.Name, err)
		}
		out.Runs = append(out.Runs, r)
	}
	return out, nil
}

// simulator is what the runs have in common.
type simulator struct {
	in    capacity.Simulation
	pools []*karpv1.NodePool
	// names are those of the pools in the order of the simulation, and part is the
	// part that a group is in.
	names []string
	part  []int
	types map[string][]*cloudprovider.InstanceType
	// slimmed and needed are the pools and their types to schedule with, and choices
	// say of which pools they are not the whole.
	slimmed []*karpv1.NodePool
	needed  map[string][]*cloudprovider.InstanceType
	choices map[string]*choice
	daemons []*corev1.Pod
}

// prepare reads the pools and the types. Types are in the order of their names,
// so that equal prices give the same choice on every run.
func (s *simulator) prepare() error {
	for _, data := range s.in.Pools {
		text, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("node pool: %w", err)
		}
		pool := &karpv1.NodePool{}
		if err := json.Unmarshal(text, pool); err != nil {
			return fmt.Errorf("node pool: %w", err)
		}
		s.pools = append(s.pools, pool)
		s.names = append(s.names, pool.Name)
		list := slices.Clone(s.in.Types[pool.Name])
		slices.SortFunc(list, func(a, b capacity.InstanceType) int { return strings.Compare(a.Name, b.Name) })
		for _, t := range list {
			s.types[pool.Name] = append(s.types[pool.Name], s.instanceType(t))
		}
	}
	// The API server gives pools their default weight 0; equal weights go by name, the later one first.
	nodepoolutils.OrderByWeight(s.pools)
	for i := range s.in.Daemons {
		s.daemons = append(s.daemons, &s.in.Daemons[i])
	}
	s.part = s.parts()
	return nil
}

// run is the state of one run while its phases go by.
type run struct {
	*simulator

	client  *boundClient
	cluster *state.Cluster
	out     capacity.RunOutcome
	// members tells the group of a pod by its name.
	members map[string]int
	serial  int
}

func (s *simulator) run(ctx context.Context, in capacity.Run) (capacity.RunOutcome, error) {
	r := &run{simulator: s, client: &boundClient{}, members: map[string]int{}}
	r.cluster = state.NewCluster(clock.RealClock{}, r.client, noProvider{})
	for _, phase := range in.Phases {
		pods, err := r.pods(phase)
		if err != nil {
			return r.out, err
		}
		if err := r.phase(ctx, pods); err != nil {
			return r.out, err
		}
	}
	// With a spread over zones the order in which nodes are started varies.
	slices.SortStableFunc(r.out.Nodes, func(a, b capacity.StartedNode) int {
		return cmp.Or(strings.Compare(a.Pool, b.Pool), cmp.Compare(len(a.Candidates), len(b.Candidates)),
			strings.Compare(a.Type, b.Type),
			slices.CompareFunc(a.Pods, b.Pods, func(a, b capacity.Batch) int {
				return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(b.Count, a.Count))
			}))
	})
	return r.out, nil
}

// pods makes the pods of a phase. Volumes are left out: what claims they have is
// known to no one here, and Karpenter counts them only against the number of
// volumes that a machine takes.
func (r *run) pods(phase []capacity.Batch) ([]*corev1.Pod, error) {
	var out []*corev1.Pod
	for _, batch := range phase {
		if batch.Group < 0 || batch.Group >= len(r.in.Groups) {
			return nil, fmt.Errorf("there is no group %d", batch.Group)
		}
		template := r.in.Groups[batch.Group]
		for range batch.Count {
			p := &corev1.Pod{ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: *template.Spec.DeepCopy()}
			p.Name = fmt.Sprintf("pod-%06d", r.serial)
			r.serial++
			p.UID = uid(p.Name) // the scheduler's key
			p.Spec.Volumes = nil
			r.members[p.Name] = batch.Group
			out = append(out, p)
		}
	}
	return out, nil
}

// topology counts pods by domain. Domains are those of whole pools; where no pod asks for
// them, the pools to schedule with will do.
func (r *run) topology(ctx context.Context, nodes state.StateNodes, pods []*corev1.Pod) (*scheduling.Topology, error) {
	pools, types := r.slimmed, r.needed
	if slices.ContainsFunc(pods, func(p *corev1.Pod) bool { return bound(p.Spec) }) {
		pools, types = r.pools, r.types
	}
	return scheduling.NewTopology(ctx, r.client, r.cluster, nodes, pools, types, pods)
}

// phase schedules pods onto the nodes there are and onto new ones.
func (r *run) phase(ctx context.Context, pods []*corev1.Pod) error {
	if len(pods) == 0 {
		return nil
	}
	nodes := r.cluster.DeepCopyNodes()
	topology, err := r.topology(ctx, nodes, pods)
	if err != nil {
		return fmt.Errorf("topology: %w", err)
	}
	recorder := &dropped{}
	s := scheduling.NewScheduler(ctx, r.client, r.slimmed, r.cluster, nodes, topology, r.needed, r.daemons, recorder,
		clock.RealClock{}, nil, nil, scheduling.NumConcurrentReconciles(1))
	// Solve sorts the slice that it is given.
	result, err := s.Solve(ctx, slices.Clone(pods))
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	r.out.Dropped = recorder.in(r.out.Dropped)
	for _, claim := range result.NewNodeClaims {
		r.widen(claim)
		// Types with other daemons come in any order, and of equal prices the first ones are sent.
		slices.SortFunc(claim.InstanceTypeOptions, func(a, b *cloudprovider.InstanceType) int {
			return strings.Compare(a.Name, b.Name)
		})
	}
	result = result.TruncateInstanceTypes(ctx, scheduling.MaxInstanceTypes)
	r.refused(pods, result.PodErrors)
	for _, node := range result.ExistingNodes {
		if len(node.Pods) == 0 {
			continue
		}
		index := nodeIndex(node.Name())
		r.bind(index, node.Pods)
		if err := r.cluster.UpdateNode(ctx, node.Node); err != nil {
			return fmt.Errorf("update node: %w", err)
		}
	}
	for _, claim := range result.NewNodeClaims {
		if err := r.start(ctx, claim); err != nil {
			return err
		}
	}
	return nil
}

// bind puts pods on a node.
func (r *run) bind(node int, pods []*corev1.Pod) {
	for _, p := range pods {
		bound := p.DeepCopy()
		bound.Spec.NodeName = nodeName(node)
		bound.Status.Phase = corev1.PodRunning
		r.client.add(bound)
	}
	n := &r.out.Nodes[node]
	for _, p := range pods {
		group := r.members[p.Name]
		at := slices.IndexFunc(n.Pods, func(b capacity.Batch) bool { return b.Group == group })
		if at < 0 {
			n.Pods = append(n.Pods, capacity.Batch{Group: group})
			at = len(n.Pods) - 1
		}
		n.Pods[at].Count++
	}
	slices.SortFunc(n.Pods, func(a, b capacity.Batch) int { return a.Group - b.Group })
}

// dropped records the pools that Karpenter leaves out because no instance type
// meets their requirements; it says so by an event alone.
type dropped struct{ pools []string }

// Publish takes an event.
func (d *dropped) Publish(all ...events.Event) {
	for _, e := range all {
		if pool, ok := e.InvolvedObject.(*karpv1.NodePool); ok && e.Reason == events.NoCompatibleInstanceTypes {
			d.pools = append(d.pools, pool.Name)
		}
	}
}

// in adds the pools to a list that has each once, in the order of their names.
func (d *dropped) in(list []string) []string {
	list = append(list, d.pools...)
	slices.Sort(list)
	return slices.Compact(list)
}
