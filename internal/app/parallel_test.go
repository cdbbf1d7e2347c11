package app

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

// TestInOrder takes every answer once, in order, and makes few more than are taken.
func TestInOrder(t *testing.T) {
	t.Parallel()
	const n = 500
	var made, most atomic.Int64
	taken := 0
	err := inOrder(t.Context(), &App{}, n, func(i int) int {
		most.Store(max(most.Load(), made.Add(1)))
		return i
	}, func(i int) {
		if i != taken {
			t.Errorf("got %d, want %d", i, taken)
		}
		taken++
		made.Add(-1)
	})
	if err != nil || taken != n {
		t.Errorf("%d of %d taken: %v", taken, n, err)
	}
	if most.Load() > 200 { // 4 for each processor, and not all of them
		t.Errorf("%d were waiting at a time", most.Load())
	}
	if err := inOrder(t.Context(), &App{}, 0, func(i int) int { return i }, func(int) { t.Error("nothing to take") }); err != nil {
		t.Error(err)
	}
}

// TestInOrderStops ends when the context does, even if all answers are made.
func TestInOrderStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	taken := 0
	err := inOrder(ctx, &App{}, 100, func(i int) int { return i }, func(int) {
		if taken++; taken == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) && taken < 100 {
		t.Errorf("%d taken: %v", taken, err)
	}
}
