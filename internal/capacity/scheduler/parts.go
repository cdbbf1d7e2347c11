package scheduler

import (
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// parts puts groups into parts that can be scheduled one after the other with the
// same result: no node pool takes pods of two parts. The scheduler tries every
// node for a pod, so that this saves the most of its work. Where pods are spread
// or have an affinity to pods, which may be those of another pool, there is one
// part. The result is the number of the part by group.
func (s *simulator) parts() []int {
	out := make([]int, len(s.in.Groups))
	pools := make([]karpenter.Pool, 0, len(s.in.Pools))
	for i, data := range s.in.Pools {
		p, err := karpenter.ReadPool(s.names[i], data)
		if err != nil {
			return out
		}
		pools = append(pools, p)
	}
	of := make([]int, len(pools)) // the part of a pool
	for i := range of {
		of[i] = i
	}
	first := make([]int, len(s.in.Groups)) // a pool that takes the group
	for g, template := range s.in.Groups {
		if bound(template.Spec) {
			return out
		}
		first[g] = -1
		for i, p := range pools {
			if len(p.Refusals(template.Spec)) > 0 {
				continue
			}
			if first[g] < 0 {
				first[g] = i
			}
			join(of, of[first[g]], of[i])
		}
	}
	for g := range out {
		out[g] = len(pools) // pods that no pool takes
		if first[g] >= 0 {
			out[g] = of[first[g]]
		}
	}
	return out
}

// join makes two parts one.
func join(of []int, a, b int) {
	for i := range of {
		if of[i] == b {
			of[i] = a
		}
	}
}

// bound reports whether where a pod runs depends on where others run.
func bound(spec corev1.PodSpec) bool {
	a := spec.Affinity
	return len(spec.TopologySpreadConstraints) > 0 || a != nil && (a.PodAffinity != nil || a.PodAntiAffinity != nil)
}

// inParts runs the parts of a run one after the other.
func (s *simulator) inParts(ctx context.Context, in capacity.Run) (capacity.RunOutcome, error) {
	var all capacity.RunOutcome
	for part := range len(s.in.Pools) + 1 {
		one := capacity.Run{Name: in.Name, Phases: make([][]capacity.Batch, len(in.Phases))}
		any := false
		for i, phase := range in.Phases {
			for _, batch := range phase {
				if batch.Group >= 0 && batch.Group < len(s.part) && s.part[batch.Group] != part {
					continue
				}
				one.Phases[i] = append(one.Phases[i], batch)
				any = true
			}
		}
		if !any {
			continue
		}
		out, err := s.run(ctx, one)
		if err != nil {
			return all, err
		}
		all.Nodes = append(all.Nodes, out.Nodes...)
		all.Unplaced = append(all.Unplaced, out.Unplaced...)
		all.Dropped = append(all.Dropped, out.Dropped...)
	}
	slices.Sort(all.Dropped)
	all.Dropped = slices.Compact(all.Dropped)
	return all, nil
}
