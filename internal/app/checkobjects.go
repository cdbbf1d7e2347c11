package app

import (
	"context"
	"errors"
	"maps"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/release"
)

// objects finds what is on the cluster already and belongs to somebody else, and
// what the API server would refuse.
func (c *checker) objects(ctx context.Context) ([]Check, error) {
	releases := release.New(c.cluster, c.plan.Platform).Near(c.plan.Near()...)
	all, err := releases.List()
	if err != nil {
		return nil, err
	}
	newest := map[string]release.Revision{}
	for _, rev := range release.Newest(all) {
		newest[rev.Key()] = rev
	}
	plan := *c.plan // as an install would have it; the other checks go on with the whole
	held, err := plan.Arrange(maps.Values(newest))
	if err != nil {
		return nil, err
	}
	if err := plan.Check(held); err != nil {
		return []Check{refusal(err)}, nil
	}
	at := c.cluster.Now()
	found := make([]*Check, len(plan.Units))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, u := range plan.Units {
		group.Go(func() error {
			var deployed *release.Revision
			if rev, there := newest[u.Namespace+"/"+u.Name]; there {
				deployed = &rev
			}
			_, err := releases.Preview(ctx, u, deployed, at, true)
			if err != nil {
				one := refusal(err)
				found[i] = &one
			}
			return nil
		})
	}
	_ = group.Wait()
	var out []Check
	for _, check := range found {
		if check != nil {
			out = append(out, *check)
		}
	}
	if len(out) == 0 {
		out = append(out, ok("no object of the platform is somebody else's, and "+
			"the API server takes all whose namespaces and CRDs are there"))
	}
	return out, nil
}

// refusal is the check of an error of a preview.
func refusal(err error) Check {
	if taken := (*release.TakenError)(nil); errors.As(err, &taken) {
		return wrong(diag.Error, "rename it in the values, or let the release take it over as the message says", "%s", err)
	}
	if _, lacks := cluster.Lacks(err); lacks {
		return unknown(err)
	}
	return wrong(diag.Error, "", "%s", err)
}

// releases finds Helm releases of the same names that others made.
func (c *checker) releases(ctx context.Context) ([]Check, error) {
	taken, err := release.New(c.cluster, c.plan.Platform).Taken(ctx, *c.plan)
	if err != nil {
		return nil, err
	}
	if len(taken) == 0 {
		return []Check{ok("the names of the %d releases are free or the platform's own", len(c.plan.Units))}, nil
	}
	var out []Check
	for _, err := range taken {
		out = append(out, wrong(diag.Error, "", "%s", err))
	}
	return out, nil
}
