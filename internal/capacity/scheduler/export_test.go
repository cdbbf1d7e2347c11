package scheduler

import (
	"context"

	"github.com/helm-flink/helm-flink/internal/capacity"
)

// SimulateWhole is Simulate with all types of every pool.
func SimulateWhole(ctx context.Context, in capacity.Simulation) (capacity.Outcome, error) {
	return simulate(ctx, in, true)
}
