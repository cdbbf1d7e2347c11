package scheduler_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"runtime"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/capacity/scheduler"
)

// fleet has a number of jobs on two pools, each with a JobManager and, at the start,
// two TaskManagers, which the autoscaler makes one to six.
func fleet(t testing.TB, jobs int) capacity.Simulation {
	t.Helper()
	return fleetOn(t, jobs, jobManagers, taskManagers)
}

// fleetOn is a fleet on other pools.
func fleetOn(t testing.TB, jobs int, pools ...string) capacity.Simulation {
	t.Helper()
	s := simulation(t, pools...)
	runs := []capacity.Run{{Name: capacity.Start}, {Name: capacity.Minimum}, {Name: capacity.Maximum}}
	for i := range runs {
		runs[i].Phases = make([][]capacity.Batch, 2)
	}
	for i := range jobs {
		jm, tm := group(t, &s, "jm", "1", "2Gi", ""), group(t, &s, "tm", fmt.Sprint(1+i%3), "4Gi", "")
		for r, n := range []int{2, 1, 6} {
			runs[r].Phases[0] = append(runs[r].Phases[0], capacity.Batch{Group: jm, Count: 1})
			runs[r].Phases[1] = append(runs[r].Phases[1], capacity.Batch{Group: tm, Count: n})
		}
	}
	s.Runs = runs
	return s
}

// BenchmarkThousandJobs plans all three states of a thousand jobs, as the program
// does.
func BenchmarkThousandJobs(b *testing.B) {
	text, err := json.Marshal(fleet(b, 1000))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		var s capacity.Simulation
		if err := json.Unmarshal(text, &s); err != nil {
			b.Fatal(err)
		}
		if _, err := scheduler.Simulate(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
}

// TestGrowth holds what twice the jobs allocate to a bound: Karpenter looks at every
// node for a pod, so that the work grows faster than the jobs, but not with their
// square. Allocations hardly vary, CPU time on a busy machine does. It does not run in
// parallel with others.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	half, whole := allocated(t, fleet(t, 200)), allocated(t, fleet(t, 400))
	t.Logf("200 jobs: %d MiB, 400 jobs: %d MiB", half>>20, whole>>20)
	if ratio := float64(whole) / float64(half); ratio > 2.8 {
		t.Errorf("twice the jobs allocate %.2f times as much, want at most 2.8", ratio)
	}
}

func allocated(t *testing.T, s capacity.Simulation) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := scheduler.Simulate(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestParts compares pods scheduled in parts with the same pods in one part, which
// an affinity to pods that says nothing makes of them.
func TestParts(t *testing.T) {
	t.Parallel()
	s := fleet(t, 60)
	parts, err := scheduler.Simulate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	s.Groups[7].Spec.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{}}
	whole, err := scheduler.Simulate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	for i := range parts.Runs {
		if a, b := types(parts.Runs[i]), types(whole.Runs[i]); !maps.Equal(a, b) {
			t.Errorf("run %d: in parts %v, in one %v", i, a, b)
		}
	}
}

// TestSpreadIsDeterministic spreads the pods of three jobs over zones, which
// Karpenter takes in any order, and gets the same nodes thirty times.
func TestSpreadIsDeterministic(t *testing.T) {
	t.Parallel()
	s := simulation(t, edit(taskManagers, "[c, m, r]", "[m]"))
	var phase []capacity.Batch
	for i, n := range []int{2, 3, 5} {
		g := group(t, &s, "tm", "2", "8Gi", "topology.kubernetes.io/zone")
		s.Groups[g].Labels["app"] = fmt.Sprint(i)
		s.Groups[g].Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels["app"] = fmt.Sprint(i)
		phase = append(phase, capacity.Batch{Group: g, Count: n})
	}
	seen := map[string]int{}
	for range 30 {
		text, err := json.Marshal(start(t, s, phase))
		if err != nil {
			t.Fatal(err)
		}
		seen[string(text)]++
	}
	if len(seen) != 1 {
		t.Errorf("%d outcomes: %v", len(seen), seen)
	}
}
