package app

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// do runs one unit of work of several that run at once.
func (a *App) do(work func()) {
	if a.Unit == nil {
		work()
		return
	}
	a.Unit(work)
}

// parallel calls do for 0 to n-1, on as many goroutines as there are processors,
// each call a unit of work, and stops early when the context ends.
func (a *App) parallel(ctx context.Context, n int, do func(i int)) error {
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				a.do(func() { do(i) })
			}
		})
	}
	return group.Wait()
}

// inOrder calls do for 0 to n-1, on as many goroutines as there are processors, each
// call a unit of work, and then takes what they came to one by one in their order. No more than a few
// wait to be taken at a time.
func inOrder[T any](ctx context.Context, a *App, n int, do func(i int) T, take func(T)) error {
	workers := min(n, runtime.GOMAXPROCS(0))
	waiting := make([]chan T, 4*workers) // do(i) goes into the one of i modulo their number
	for i := range waiting {
		waiting[i] = make(chan T, 1)
	}
	var next atomic.Int64
	free := make(chan struct{}, len(waiting))
	group, running := errgroup.WithContext(ctx)
	for range workers {
		group.Go(func() error {
			for {
				select {
				case free <- struct{}{}:
				case <-running.Done():
					return running.Err()
				}
				i := int(next.Add(1)) - 1
				if i >= n {
					return nil
				}
				var one T
				a.do(func() { one = do(i) })
				waiting[i%len(waiting)] <- one
			}
		})
	}
	for i := range n {
		select {
		case one := <-waiting[i%len(waiting)]:
			take(one)
			<-free
		case <-ctx.Done():
			return errors.Join(ctx.Err(), group.Wait())
		}
	}
	return group.Wait()
}
