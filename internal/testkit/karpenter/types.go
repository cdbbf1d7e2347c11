package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	awsv1 "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"github.com/aws/karpenter-provider-aws/pkg/providers/instance/filter"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
	"sigs.k8s.io/karpenter/pkg/scheduling"

	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// instanceType is a type of the catalogue in Karpenter's form: its labels as requirements, those that it might have and
// has not as such that must not be there, and an offering for every zone and capacity type.
func (c *cloud) instanceType(i instances.Instance, class instances.NodeClass) *cloudprovider.InstanceType {
	size := class.Sized(i, instances.DefaultController())
	out := &cloudprovider.InstanceType{
		Name: i.Name, Capacity: size.Capacity,
		Overhead: &cloudprovider.InstanceTypeOverhead{KubeReserved: size.KubeReserved, SystemReserved: size.SystemReserved, EvictionThreshold: size.EvictionThreshold},
	}
	requirements := []*scheduling.Requirement{
		scheduling.NewRequirement(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, zones()...),
		scheduling.NewRequirement(corev1.LabelTopologyRegion, corev1.NodeSelectorOpIn, region),
		scheduling.NewRequirement(karpv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, capacityTypes(i)...),
	}
	for _, key := range instances.Keys() {
		values, known := i.Values(key)
		switch {
		case !known || key == karpv1.CapacityTypeLabelKey:
		case len(values) == 0:
			requirements = append(requirements, scheduling.NewRequirement(key, corev1.NodeSelectorOpDoesNotExist))
		default:
			requirements = append(requirements, scheduling.NewRequirement(key, corev1.NodeSelectorOpIn, values...))
		}
	}
	out.Requirements = scheduling.NewRequirements(requirements...)
	for _, zone := range zones() {
		for _, kind := range capacityTypes(i) {
			price, priced := c.offered(i, kind)
			out.Offerings = append(out.Offerings, &cloudprovider.Offering{
				Requirements: scheduling.NewRequirements(
					scheduling.NewRequirement(karpv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, kind),
					scheduling.NewRequirement(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, zone),
					scheduling.NewRequirement(awsv1.LabelCapacityReservationID, corev1.NodeSelectorOpDoesNotExist),
					scheduling.NewRequirement(awsv1.LabelCapacityReservationType, corev1.NodeSelectorOpDoesNotExist),
				),
				Price: price, Available: priced,
			})
		}
	}
	return out
}

// maxSent is how many types the AWS provider sends to EC2 (pkg/providers/instance/instance.go, maxInstanceTypes).
const maxSent = 60

// chosen is the type and offering that a node is started with.
type chosen struct {
	*cloudprovider.InstanceType

	offering *cloudprovider.Offering
	sent     []string
}

// choose does what the AWS provider does before it calls EC2 (instance.go, filterInstanceTypes and getCapacityType) with
// the provider's own filters, and then takes the cheapest offering, as EC2 does on demand.
func choose(ctx context.Context, claim *karpv1.NodeClaim, all []*cloudprovider.InstanceType) (chosen, error) {
	none := cloudprovider.NewInsufficientCapacityError(errors.New("all requested instance types were unavailable during launch"))
	reqs := scheduling.NewNodeSelectorRequirementsWithMinValues(claim.Spec.Requirements...)
	left := make([]*cloudprovider.InstanceType, 0, len(all))
	for _, t := range all { // the filters cut the list of offerings
		left = append(left, &cloudprovider.InstanceType{
			Name: t.Name, Requirements: t.Requirements, Offerings: slices.Clone(t.Offerings), Capacity: t.Capacity, Overhead: t.Overhead,
		})
	}
	for _, f := range []filter.Filter{
		filter.CompatibleAvailableFilter(reqs, claim.Spec.Resources.Requests), filter.CapacityReservationTypeFilter(reqs),
		filter.CapacityBlockFilter(reqs), filter.ReservedOfferingFilter(reqs), filter.ExoticInstanceTypeFilter(reqs),
		filter.SpotOfferingFilter(reqs),
	} {
		if left, _ = f.FilterReject(left); len(left) == 0 {
			return chosen{}, none
		}
	}
	left, err := cloudprovider.InstanceTypes(left).Truncate(ctx, reqs, maxSent)
	if err != nil {
		return chosen{}, cloudprovider.NewInsufficientCapacityError(err)
	}
	var sent []string
	for _, t := range left {
		sent = append(sent, t.Name)
	}
	for _, kind := range []string{karpv1.CapacityTypeSpot, karpv1.CapacityTypeOnDemand} {
		if !reqs.Get(karpv1.CapacityTypeLabelKey).Has(kind) {
			continue
		}
		only := maps.Clone(reqs)
		only[karpv1.CapacityTypeLabelKey] = scheduling.NewRequirement(karpv1.CapacityTypeLabelKey, corev1.NodeSelectorOpIn, kind)
		var best chosen
		for _, t := range left {
			for _, o := range t.Offerings.Available().Compatible(only) {
				if best.offering == nil || o.Price < best.offering.Price || o.Price == best.offering.Price && t.Name < best.Name {
					best = chosen{t, o, sent}
				}
			}
		}
		if best.offering != nil {
			return best, nil
		}
	}
	return chosen{}, none
}

// claim is what the cloud says of a node that it has started.
func (c chosen) claim(asked *karpv1.NodeClaim) *karpv1.NodeClaim {
	out := &karpv1.NodeClaim{ObjectMeta: metav1.ObjectMeta{
		Name: asked.Name, Labels: map[string]string{}, Annotations: map[string]string{sentAnnotation: strings.Join(c.sent, ",")},
	}}
	for _, list := range []scheduling.Requirements{c.Requirements, c.offering.Requirements} {
		for key, r := range list {
			if r.Operator() == corev1.NodeSelectorOpIn && r.Len() == 1 {
				out.Labels[key] = r.Any()
			}
		}
	}
	out.Status.ProviderID = "aws:///" + c.offering.Zone() + "/" + asked.Name
	out.Status.Capacity, out.Status.Allocatable = c.Capacity, c.Allocatable()
	return out
}
