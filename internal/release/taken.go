package release

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Taken finds the releases of a plan whose names are those of releases that
// somebody else made, an error each.
func (r *Releases) Taken(ctx context.Context, p Plan) ([]error, error) {
	var mu sync.Mutex
	taken := map[string]error{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for _, u := range p.Units {
		group.Go(func() error {
			cfg := r.configuration(ctx, u.Namespace, nil)
			last, err := cfg.Releases.Last(u.Name)
			if err != nil && !noRelease(err) {
				return fmt.Errorf("%s: %w", u, err)
			}
			if err := r.mayTake(u, last); err != nil {
				mu.Lock()
				defer mu.Unlock()
				taken[u.String()] = err
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var out []error
	for _, u := range p.Units {
		if err := taken[u.String()]; err != nil {
			out = append(out, err)
		}
	}
	return out, nil
}
