package capacity

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// addPools adds the pools that take pods, with the types that each may start.
func (p *planner) addPools(s *Simulation) error {
	classes := map[string]instances.NodeClass{}
	for _, c := range p.Classes {
		class, err := instances.ReadNodeClass(c.Name, c.Data)
		if err != nil {
			return err
		}
		classes[c.Name] = class
	}
	list := slices.Clone(p.Pools)
	slices.SortFunc(list, func(a, b Object) int { return strings.Compare(a.Name, b.Name) })
	for _, o := range list {
		pool, err := karpenter.ReadPool(o.Name, o.Data)
		if err != nil {
			return fmt.Errorf("node pool %s: %w", o.Name, err)
		}
		if spec, _ := o.Data["spec"].(map[string]any); spec["replicas"] != nil {
			p.note("node pool %s has a fixed number of nodes (spec.replicas): Karpenter starts none for pods", o.Name)
			continue
		}
		class, ok := classes[pool.NodeClass]
		if !ok {
			p.note("the input has no EC2NodeClass %s: node pool %s is planned with AL2023 and its default volume", pool.NodeClass, o.Name)
			class = instances.NodeClass{Name: pool.NodeClass, AMIFamily: instances.FamilyAL2023}
		}
		if class.Windows() {
			p.note("node pool %s starts Windows nodes and is left out", o.Name)
			continue
		}
		p.pools[o.Name] = pool
		s.Pools = append(s.Pools, o.Data)
		s.Types[o.Name] = p.types(pool, class)
	}
	return nil
}

// types are the types that a pool may start. Where prices are known, Karpenter
// starts none that has no price (offering.go of the AWS provider). Where none are,
// the types are put in the order of their sizes, so that the smallest that is
// large enough is planned with.
func (p *planner) types(pool karpenter.Pool, class instances.NodeClass) []InstanceType {
	var out []InstanceType
	var unpriced []string
	left := p.Types.Left(pool.Requirements)
	for i := range left {
		t := &left[i]
		if !class.Takes(*t) {
			continue
		}
		price := float64(t.CPU)*1e6 + float64(t.MemoryMiB)/1e3
		if p.Prices != nil {
			var ok bool
			if price, ok = p.Prices.Hourly(t.Name); !ok {
				unpriced = append(unpriced, t.Name)
				continue
			}
		}
		size := class.Sized(*t, instances.DefaultController())
		p.sized[pool.Name+"/"+t.Name] = size
		one := InstanceType{
			Name: t.Name, Labels: t.Labels(), Capacity: size.Capacity, Allocatable: size.Allocatable(),
			CapacityTypes: t.CapacityTypes, OnDemand: price, Spot: price,
		}
		if one.CapacityTypes == nil {
			one.CapacityTypes = []string{"on-demand", "spot"}
		}
		if allowed, set := pool.Requirements[karpenter.LabelCapacityType]; set {
			one.CapacityTypes = slices.DeleteFunc(slices.Clone(one.CapacityTypes), func(c string) bool { return !allowed.Allows(c) })
		}
		if p.SpotFactor > 0 {
			one.Spot *= p.SpotFactor
		}
		out = append(out, one)
	}
	if len(unpriced) > 0 {
		p.note("left out of node pool %s, since no price of them is known: %s", pool.Name, some(unpriced))
	}
	return out
}

// some names the first of many.
func some(names []string) string {
	if len(names) <= 4 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d others", strings.Join(names[:3], ", "), len(names)-3)
}
