package scheduler

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/controllers/provisioning/scheduling"
	sched "sigs.k8s.io/karpenter/pkg/scheduling"
	podutils "sigs.k8s.io/karpenter/pkg/utils/pod"
	"sigs.k8s.io/karpenter/pkg/utils/resources"
)

// The scheduler compares every pod with every type that a node may still be, only
// to know whether one is left. For that it needs few of them: types are in classes
// that differ in nothing that a pod, a daemon or a limit looks at, and of a class
// only those matter that no other one exceeds in every resource. The others are
// added again to the nodes that come out of it. So it refuses and accepts the same
// pods, in the same words, as with all types (nodeclaim.go,
// filterInstanceTypesByRequirements, asks of each type whether its requirements
// meet those of the node, whether it has the resources, and whether an offering is
// compatible; TestClasses compares).

//
// Likewise a pool is given to the scheduler without the requirements of labels that
// no pod or daemon names: its types meet them, and every node gets them at the end.
// For each pod that it tries on a node, the scheduler copies the requirements of the
// node several times.

// choice is the types of a pool for the scheduler.
type choice struct {
	// pool has only requirements that are in play, and requirements are all of them.
	pool         *karpv1.NodePool
	requirements sched.Requirements
	// needed are those to schedule with, and class tells the class of each.
	needed []*cloudprovider.InstanceType
	class  map[*cloudprovider.InstanceType]*class
	// all are the types that meet the requirements of the pool, in their order.
	all []*cloudprovider.InstanceType
}

// class is types that are alike but for their size.
type class struct {
	members map[*cloudprovider.InstanceType]bool
	// largest are those that no other one exceeds.
	largest []*cloudprovider.InstanceType
	// daemons is what the daemons of a node ask for.
	daemons corev1.ResourceList
}

// classify finds the types that the scheduler needs for each pool. Pools that want
// a number of different values (minValues) count all types, and are left out, as
// all pools are where a daemon has alternatives, of which Karpenter takes the first
// ones away for good while it goes through the types (isDaemonPodCompatible).
func (s *simulator) classify() {
	s.choices = map[string]*choice{}
	if slices.ContainsFunc(s.daemons, hasAlternatives) {
		return
	}
	keys, names := s.inPlay()
	for _, pool := range s.pools {
		template := scheduling.NewNodeClaimTemplate(pool)
		if template.Requirements.HasMinValues() {
			continue
		}
		c := &choice{
			pool: slim(pool, keys), requirements: template.Requirements, class: map[*cloudprovider.InstanceType]*class{},
		}
		classes := map[string]*class{}
		for _, t := range s.types[pool.Name] {
			if !meets(t, template.Requirements) {
				continue
			}
			c.all = append(c.all, t)
			signature := signature(t, keys, pool.Spec.Limits)
			in, ok := classes[signature]
			if !ok {
				in = &class{members: map[*cloudprovider.InstanceType]bool{}, daemons: s.overhead(template, t)}
				classes[signature] = in
			}
			in.add(t, names)
		}
		for _, t := range c.all {
			for _, in := range classes {
				if slices.Contains(in.largest, t) {
					c.needed = append(c.needed, t)
					c.class[t] = in
				}
			}
		}
		s.choices[pool.Name] = c
	}
}

// slim leaves those requirements of a pool that are in play. Offerings are of a zone
// and a capacity type, which all stay.
func slim(pool *karpv1.NodePool, keys []string) *karpv1.NodePool {
	out := pool.DeepCopy()
	reqs := &out.Spec.Template.Spec.Requirements
	*reqs = slices.DeleteFunc(*reqs, func(r karpv1.NodeSelectorRequirementWithMinValues) bool {
		return karpv1.WellKnownLabels.Has(r.Key) && r.Key != corev1.LabelTopologyZone && r.Key != karpv1.CapacityTypeLabelKey &&
			!slices.Contains(keys, r.Key)
	})
	return out
}

// hasAlternatives reports whether a daemon may run on nodes of the one or the other kind.
func hasAlternatives(d *corev1.Pod) bool {
	a := d.Spec.Affinity
	return a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil &&
		len(a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms) > 1
}

// meets is what the scheduler asks of a type before any pod (NewScheduler).
func meets(t *cloudprovider.InstanceType, reqs sched.Requirements) bool {
	return t.Requirements.Intersects(reqs) == nil && resources.Fits(nil, t.Allocatable()) && t.Offerings.HasCompatible(reqs)
}

// inPlay gives the labels by which pods and daemons choose nodes or are spread, and
// the resources that they ask for.
func (s *simulator) inPlay() (keys []string, names []corev1.ResourceName) {
	labels, asked := map[string]bool{}, map[corev1.ResourceName]bool{}
	look := func(p *corev1.Pod) {
		for key := range chosenBy(p.Spec) {
			labels[key] = true
			if current, ok := karpv1.NormalizedLabels[key]; ok {
				labels[current] = true
			}
		}
		for name := range resources.RequestsForPods(p) {
			asked[name] = true
		}
	}
	for i := range s.in.Groups {
		look(&corev1.Pod{Spec: s.in.Groups[i].Spec})
	}
	for _, d := range s.daemons {
		look(d)
	}
	return slices.Sorted(maps.Keys(labels)), slices.Sorted(maps.Keys(asked))
}

// chosenBy gives the labels of nodes that a pod looks at.
func chosenBy(spec corev1.PodSpec) map[string]bool {
	out := map[string]bool{}
	for key := range spec.NodeSelector {
		out[key] = true
	}
	for _, c := range spec.TopologySpreadConstraints {
		out[c.TopologyKey] = true
	}
	a := spec.Affinity
	if a == nil {
		return out
	}
	if n := a.NodeAffinity; n != nil {
		var terms []corev1.NodeSelectorTerm
		if n.RequiredDuringSchedulingIgnoredDuringExecution != nil {
			terms = append(terms, n.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms...)
		}
		for _, p := range n.PreferredDuringSchedulingIgnoredDuringExecution {
			terms = append(terms, p.Preference)
		}
		for _, t := range terms {
			for _, e := range t.MatchExpressions {
				out[e.Key] = true
			}
		}
	}
	var near []corev1.PodAffinityTerm
	var preferred []corev1.WeightedPodAffinityTerm
	if a.PodAffinity != nil {
		near = append(near, a.PodAffinity.RequiredDuringSchedulingIgnoredDuringExecution...)
		preferred = append(preferred, a.PodAffinity.PreferredDuringSchedulingIgnoredDuringExecution...)
	}
	if a.PodAntiAffinity != nil {
		near = append(near, a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution...)
		preferred = append(preferred, a.PodAntiAffinity.PreferredDuringSchedulingIgnoredDuringExecution...)
	}
	for _, p := range preferred {
		near = append(near, p.PodAffinityTerm)
	}
	for _, t := range near {
		out[t.TopologyKey] = true
	}
	return out
}

// signature is equal for types of one class: what they say to the labels in play,
// where they are offered, and what they take of the limits of the pool, which are
// counted by capacity.
func signature(t *cloudprovider.InstanceType, keys []string, limits karpv1.Limits) string {
	var b strings.Builder
	write := func(parts ...string) {
		for _, p := range parts {
			b.WriteString(p)
			b.WriteByte(0)
		}
		b.WriteByte('\n')
	}
	for _, key := range keys {
		if !t.Requirements.Has(key) {
			write(key)
			continue
		}
		r := t.Requirements.Get(key)
		write(append([]string{key, string(r.Operator())}, slices.Sorted(slices.Values(r.Values()))...)...)
	}
	var offered []string
	for _, o := range t.Offerings.Available() {
		offered = append(offered, o.Zone()+" "+o.CapacityType())
	}
	slices.Sort(offered)
	write(offered...)
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		has := t.Capacity[name]
		write(has.String())
	}
	return b.String()
}

// overhead is what daemons ask for on a node of the pool and type
// (buildDaemonOverheadGroups, isDaemonPodCompatible).
func (s *simulator) overhead(template *scheduling.NodeClaimTemplate, t *cloudprovider.InstanceType) corev1.ResourceList {
	var run []*corev1.Pod
	for _, d := range s.daemons {
		tolerations := append(slices.Clone(d.Spec.Tolerations),
			corev1.Toleration{Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectPreferNoSchedule})
		reqs := sched.NewStrictPodRequirements(d)
		if !podutils.HasDRARequirements(d) && sched.Taints(template.Spec.Taints).Tolerates(tolerations) == nil &&
			template.Requirements.IsCompatible(reqs, sched.AllowUndefinedWellKnownLabels) && t.Requirements.Intersects(reqs) == nil {
			run = append(run, d)
		}
	}
	if len(run) == 0 {
		return nil
	}
	return resources.RequestsForPods(run...)
}

// add puts a type into the class.
func (c *class) add(t *cloudprovider.InstanceType, names []corev1.ResourceName) {
	c.members[t] = true
	for _, other := range c.largest {
		if hasAll(other, t, names) {
			return
		}
	}
	c.largest = slices.DeleteFunc(c.largest, func(other *cloudprovider.InstanceType) bool { return hasAll(t, other, names) })
	c.largest = append(c.largest, t)
}

// hasAll reports whether a has as much as b of every resource.
func hasAll(a, b *cloudprovider.InstanceType, names []corev1.ResourceName) bool {
	has, want := a.Allocatable(), b.Allocatable()
	for _, name := range names {
		if resources.Cmp(has[name], want[name]) < 0 {
			return false
		}
	}
	return true
}

// forScheduling gives the pools and types to schedule with.
func (s *simulator) forScheduling() ([]*karpv1.NodePool, map[string][]*cloudprovider.InstanceType) {
	pools, types := slices.Clone(s.pools), maps.Clone(s.types)
	for i, pool := range pools {
		if c, ok := s.choices[pool.Name]; ok {
			pools[i], types[pool.Name] = c.pool, c.needed
		}
	}
	return pools, types
}

// widen gives a node all the types that it may be, of the classes that it has a type
// of those that its pods and daemons fit on, and all requirements of its pool.
func (s *simulator) widen(n *scheduling.NodeClaim) {
	c, ok := s.choices[n.NodePoolName]
	if !ok {
		return
	}
	of := map[*class]corev1.ResourceList{}
	pods := resources.RequestsForPods(n.Pods...)
	for _, t := range n.InstanceTypeOptions {
		in := c.class[t]
		if of[in] == nil {
			of[in] = resources.Merge(pods, in.daemons)
		}
	}
	var out cloudprovider.InstanceTypes
	for _, t := range c.all {
		for in, requests := range of {
			if in.members[t] && resources.Fits(requests, t.Allocatable()) {
				out = append(out, t)
			}
		}
	}
	n.InstanceTypeOptions = out
	n.Requirements.Add(c.requirements.Values()...)
}
