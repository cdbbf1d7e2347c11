package scheduler_test

import (
	"context"
	"math"
	"syscall"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/capacity/scheduler"
)

// TestWidePools plans the same jobs on pools that name no families with the types that
// the scheduler needs and with all of them, which takes several times the CPU time. It
// does not run in parallel with others.
func TestWidePools(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	s := fleetOn(t, 150, edit(wide, "name: wide", "name: jm", "role: tm", "role: jm", "value: tm", "value: jm"), wide)
	needed, whole := cpuTime(t, s, scheduler.Simulate), cpuTime(t, s, scheduler.SimulateWhole)
	t.Logf("with the types that are needed %v, with all %v", needed, whole)
	if needed > whole/2 {
		t.Errorf("with the types that are needed %v, with all %v: want at most half of it", needed, whole)
	}
}

// cpuTime is the least CPU time of three plans.
func cpuTime(
	t *testing.T, s capacity.Simulation, simulate func(context.Context, capacity.Simulation) (capacity.Outcome, error),
) time.Duration {
	t.Helper()
	used := func() time.Duration {
		var r syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
			t.Fatal(err)
		}
		return time.Duration(r.Utime.Nano() + r.Stime.Nano())
	}
	least := time.Duration(math.MaxInt64)
	for range 3 {
		before := used()
		if _, err := simulate(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		least = min(least, used()-before)
	}
	return least
}
