package scheduler

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/controllers/provisioning/scheduling"
	sched "sigs.k8s.io/karpenter/pkg/scheduling"
	"sigs.k8s.io/karpenter/pkg/utils/resources"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// maxSent is how many types Karpenter's AWS provider sends to EC2 (instance.go,
// maxInstanceTypes).
const maxSent = 60

// instanceType makes Karpenter's form of a type: offered in every zone, on demand
// and as Spot.
func (s *simulator) instanceType(t capacity.InstanceType) *cloudprovider.InstanceType {
	reqs := sched.NewRequirements(
		sched.NewRequirement(corev1.LabelInstanceTypeStable, corev1.NodeSelectorOpIn, t.Name),
		sched.NewRequirement(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, s.in.Zones...),
		sched.NewRequirement(corev1.LabelTopologyRegion, corev1.NodeSelectorOpIn, s.in.Region),
		sched.NewRequirement(karpv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, t.CapacityTypes...),
		sched.NewRequirement(tenancyLabel, corev1.NodeSelectorOpIn, "default", "dedicated"),
	)
	for key, value := range t.Labels {
		if !reqs.Has(key) {
			reqs.Add(sched.NewRequirement(key, corev1.NodeSelectorOpIn, value))
		}
	}
	for _, key := range karpenter.WellKnownLabels() {
		// The pool gives its own name and that of its class; zone ids are not known.
		if key == karpenter.LabelNodePool || key == karpenter.LabelNodeClass || key == zoneIDLabel || reqs.Has(key) {
			continue
		}
		reqs.Add(sched.NewRequirement(key, corev1.NodeSelectorOpDoesNotExist))
	}
	out := &cloudprovider.InstanceType{
		Name: t.Name, Requirements: reqs, Capacity: t.Capacity,
		Overhead: &cloudprovider.InstanceTypeOverhead{KubeReserved: resources.Subtract(t.Capacity, t.Allocatable)},
	}
	for _, zone := range s.in.Zones {
		for _, kind := range t.CapacityTypes {
			price := t.OnDemand
			if kind == karpv1.CapacityTypeSpot {
				price = t.Spot
			}
			out.Offerings = append(out.Offerings, &cloudprovider.Offering{
				Requirements: sched.NewRequirements(
					sched.NewRequirement(karpv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, kind),
					sched.NewRequirement(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, zone),
					sched.NewRequirement(cloudprovider.ReservationIDLabel, corev1.NodeSelectorOpDoesNotExist),
				),
				Price: price, Available: true,
			})
		}
	}
	return out
}

// Labels that Karpenter's own packages have no name for.
const (
	tenancyLabel = "karpenter.k8s.aws/instance-tenancy"
	zoneIDLabel  = "topology.k8s.aws/zone-id"
	sizeLabel    = "karpenter.k8s.aws/instance-size"
)

// start launches a node for a claim and binds its pods, and one of every daemon
// that may run on it.
func (r *run) start(ctx context.Context, n *scheduling.NodeClaim) error {
	claim := n.ToNodeClaim()
	chosen, err := r.launch(ctx, n, claim)
	if err != nil {
		return err
	}
	index := len(r.out.Nodes)
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: nodeName(index), Labels: chosen.labels(n)},
		Spec:       corev1.NodeSpec{ProviderID: nodeName(index), Taints: n.Spec.Taints},
		Status:     corev1.NodeStatus{Capacity: chosen.Capacity, Allocatable: chosen.Allocatable()},
	}
	node.Labels[corev1.LabelHostname] = node.Name
	started := capacity.StartedNode{
		Pool: n.NodePoolName, Type: chosen.Name, CapacityType: chosen.capacityType, Candidates: chosen.candidates,
	}
	for i, d := range r.daemons {
		if sched.Taints(node.Spec.Taints).ToleratesPod(d) != nil ||
			sched.NewLabelRequirements(node.Labels).Compatible(sched.NewStrictPodRequirements(d)) != nil {
			continue
		}
		started.Daemons = append(started.Daemons, d.Name)
		pod := d.DeepCopy()
		pod.Name = fmt.Sprintf("%s-%d-%s", d.Name, i, node.Name)
		pod.Spec.NodeName = node.Name
		pod.OwnerReferences = []metav1.OwnerReference{{Kind: "DaemonSet", Name: d.Name, APIVersion: "apps/v1"}}
		r.client.add(pod)
	}
	r.out.Nodes = append(r.out.Nodes, started)
	r.bind(index, n.Pods)
	if err := r.cluster.UpdateNode(ctx, node); err != nil {
		return fmt.Errorf("add node: %w", err)
	}
	return nil
}

// launched is the type that a node is made of.
type launched struct {
	*cloudprovider.InstanceType

	capacityType, zone string
	candidates         []string
}

// launch does what the AWS provider does with a claim before it calls EC2
// (filterInstanceTypes, getCapacityType), and takes the cheapest offering that is
// left: on demand that is EC2's own choice (allocation strategy lowest-price), for
// Spot EC2 chooses by price and capacity among the candidates.
func (r *run) launch(ctx context.Context, n *scheduling.NodeClaim, claim *karpv1.NodeClaim) (launched, error) {
	reqs := sched.NewNodeSelectorRequirementsWithMinValues(claim.Spec.Requirements...)
	types := compatible(n.InstanceTypeOptions, reqs, claim.Spec.Resources.Requests)
	if !reqs.HasMinValues() {
		types = withoutExotic(types)
		if r.in.SpotPriced {
			types = withoutDearSpot(types, reqs)
		}
	}
	types, err := cloudprovider.InstanceTypes(types).Truncate(ctx, reqs, maxSent)
	if err != nil {
		return launched{}, fmt.Errorf("node pool %s: %w", n.NodePoolName, err)
	}
	out := launched{capacityType: karpv1.CapacityTypeOnDemand}
	if reqs.Get(karpv1.CapacityTypeLabelKey).Has(karpv1.CapacityTypeSpot) {
		out.capacityType = karpv1.CapacityTypeSpot
	}
	reqs[karpv1.CapacityTypeLabelKey] = sched.NewRequirement(karpv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, out.capacityType)
	best := math.Inf(1)
	prices := map[string]float64{}
	for _, t := range types {
		prices[t.Name] = math.Inf(1)
		for _, o := range t.Offerings.Compatible(reqs) {
			prices[t.Name] = min(prices[t.Name], o.Price)
			if o.Price < best || o.Price == best && (out.InstanceType == nil || t.Name < out.Name) {
				best, out.InstanceType, out.zone = o.Price, t, o.Zone()
			}
		}
		out.candidates = append(out.candidates, t.Name)
	}
	if out.InstanceType == nil {
		return out, fmt.Errorf("node pool %s: all requested instance types were unavailable during launch", n.NodePoolName)
	}
	slices.SortStableFunc(out.candidates, func(a, b string) int {
		return cmp.Or(cmp.Compare(prices[a], prices[b]), strings.Compare(a, b))
	})
	return out, nil
}

// labels are those that the node would have.
func (l launched) labels(n *scheduling.NodeClaim) map[string]string {
	out := map[string]string{}
	for key, r := range l.Requirements {
		if r.Operator() == corev1.NodeSelectorOpIn && r.Len() == 1 {
			out[key] = r.Any()
		}
	}
	maps.Copy(out, n.Labels)
	out[corev1.LabelTopologyZone] = l.zone
	out[karpv1.CapacityTypeLabelKey] = l.capacityType
	out[karpv1.NodeInitializedLabelKey], out[karpv1.NodeRegisteredLabelKey] = "true", "true"
	return out
}

// compatible is filter.CompatibleAvailableFilter of the provider. The types are
// copies: later filters cut their offerings.
func compatible(
	types []*cloudprovider.InstanceType, reqs sched.Requirements, requests corev1.ResourceList,
) []*cloudprovider.InstanceType {
	var out []*cloudprovider.InstanceType
	for _, t := range types {
		if reqs.IsCompatible(t.Requirements, sched.AllowUndefinedWellKnownLabels) && resources.Fits(requests, t.Allocatable()) &&
			t.Offerings.HasCompatible(reqs) {
			out = append(out, &cloudprovider.InstanceType{
				Name: t.Name, Requirements: t.Requirements, Offerings: slices.Clone(t.Offerings), Capacity: t.Capacity, Overhead: t.Overhead,
			})
		}
	}
	return out
}

// withoutExotic is filter.ExoticInstanceTypeFilter: bare metal and accelerators
// are left out as long as another type is left.
func withoutExotic(types []*cloudprovider.InstanceType) []*cloudprovider.InstanceType {
	var out []*cloudprovider.InstanceType
	for _, t := range types {
		if !strings.Contains(t.Requirements.Get(sizeLabel).Any(), "metal") && !accelerated(t.Capacity) {
			out = append(out, t)
		}
	}
	if len(out) == 0 {
		return types
	}
	return out
}

func accelerated(has corev1.ResourceList) bool {
	for _, name := range []corev1.ResourceName{
		"aws.amazon.com/neuron", "aws.amazon.com/neuroncore", "amd.com/gpu", "nvidia.com/gpu", "habana.ai/gaudi",
	} {
		if !resources.IsZero(has[name]) {
			return true
		}
	}
	return false
}

// withoutDearSpot is filter.SpotOfferingFilter: Spot that costs more than the
// cheapest on-demand offering is left out where both are allowed.
func withoutDearSpot(types []*cloudprovider.InstanceType, reqs sched.Requirements) []*cloudprovider.InstanceType {
	allowed := reqs.Get(karpv1.CapacityTypeLabelKey)
	if !allowed.Has(karpv1.CapacityTypeOnDemand) || !allowed.Has(karpv1.CapacityTypeSpot) {
		return types
	}
	cheapest := math.Inf(1)
	for _, t := range types {
		for _, o := range t.Offerings.Compatible(reqs) {
			if o.CapacityType() == karpv1.CapacityTypeOnDemand {
				cheapest = min(cheapest, o.Price)
			}
		}
	}
	var out []*cloudprovider.InstanceType
	for _, t := range types {
		t.Offerings = slices.DeleteFunc(t.Offerings, func(o *cloudprovider.Offering) bool {
			return o.CapacityType() == karpv1.CapacityTypeSpot && o.Price > cheapest
		})
		if len(t.Offerings) > 0 {
			out = append(out, t)
		}
	}
	return out
}

// nodeName has digits enough to be in order; the scheduler sorts nodes by name.
func nodeName(i int) string { return fmt.Sprintf("node-%06d", i) }

func nodeIndex(name string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(name, "node-"))
	return n
}
