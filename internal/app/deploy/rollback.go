package deploy

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// step is one release on its way back.
type step struct {
	rev release.Revision // the newest
	to  release.Revision
}

// Rollback brings every release back to its newest revision of a run, or of one
// before it; run 0 is the one before the last. Releases that came later are
// listed and left. What would lose state is refused as by Apply.
func (d *Deployment) Rollback(ctx context.Context, run int) error {
	d.start = d.Cluster.Now()
	ctx, unlock, err := d.Cluster.Lock(ctx, d.Plan.Namespace, lockName(d.Plan.Platform), d.Holder, d.note)
	if err != nil {
		return err
	}
	defer unlock()
	all, err := d.Releases.List()
	if err != nil {
		return err
	}
	steps, err := d.steps(all, run)
	if err != nil {
		return err
	}
	if err := d.permitBack(ctx, steps); err != nil {
		return err
	}
	for len(steps) > 0 {
		n := slices.IndexFunc(steps, func(s step) bool { return s.rev.Kind != steps[0].rev.Kind })
		if n < 0 {
			n = len(steps)
		}
		errs := make([]error, n)
		group := errgroup.Group{}
		group.SetLimit(max(1, d.MaxConcurrent))
		for i, s := range steps[:n] {
			group.Go(func() error {
				if errs[i] = context.Cause(ctx); errs[i] == nil {
					errs[i] = d.back(ctx, s)
				}
				return nil
			})
		}
		_ = group.Wait()
		if err := sum(string(steps[0].rev.Kind)+" releases", errs); err != nil {
			return err
		}
		steps = steps[n:]
	}
	return nil
}

// steps finds which releases go back to which revision, in the order of waves.
func (d *Deployment) steps(all []release.Revision, run int) ([]step, error) {
	run, err := d.target(all, run)
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, rev := range release.Newest(all) {
		i := slices.IndexFunc(all, func(r release.Revision) bool {
			return r.Key() == rev.Key() && r.Run <= run && (r.Status == "deployed" || r.Status == "superseded")
		})
		switch {
		case i < 0:
			d.say(Event{Unit: name(rev), Phase: Skipped, Message: fmt.Sprintf("it came after run %d and is left as it is", run)})
		case all[i].Number == rev.Number, all[i].Manifest == rev.Manifest && rev.Status == "deployed":
			d.say(Event{Unit: name(rev), Phase: Unchanged})
		default:
			steps = append(steps, step{rev, all[i]})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return cmp.Compare(order(a.rev.Kind), order(b.rev.Kind)) })
	return steps, nil
}

// target is the run that is gone back to; 0 stands for the one before the last.
func (d *Deployment) target(all []release.Revision, run int) (int, error) {
	last, runs := 0, map[int]bool{}
	for _, rev := range release.Newest(all) {
		last = max(last, rev.Run)
	}
	for _, rev := range all {
		runs[rev.Run] = true
	}
	known := slices.Sorted(maps.Keys(runs))
	if run == 0 {
		for _, r := range known {
			if r < last {
				run = r
			}
		}
		if run == 0 {
			return 0, fmt.Errorf("%s was changed by one run alone: there is nothing to go back to", d.Plan.Platform)
		}
	}
	if !runs[run] {
		return 0, fmt.Errorf("there is no revision of run %d any more; there are those of %v", run, known)
	}
	return run, nil
}

// order is the order in which kinds are installed.
func order(k release.Kind) int {
	return slices.Index([]release.Kind{
		release.Addon, release.Platform, release.Operator, release.Session, release.Job, release.Snapshot,
	}, k)
}

// permitBack refuses a way back that would lose state.
func (d *Deployment) permitBack(ctx context.Context, steps []step) error {
	var previews []Preview
	for _, s := range steps {
		held, err := s.to.Objects()
		if err != nil {
			return err
		}
		u := release.Unit{Kind: s.rev.Kind, Name: s.rev.Name, Namespace: s.rev.Namespace}
		for _, o := range held {
			u.Set = append(u.Set, manifest.Object{Data: o})
		}
		p := Preview{Unit: u, Known: true}
		if p.Changes, err = d.Releases.Preview(ctx, u, &s.rev, d.start); err != nil {
			return err
		}
		for _, c := range p.Changes {
			p.Meanings = append(p.Meanings, d.meaning(ctx, c))
		}
		previews = append(previews, p)
	}
	_, err := d.permit(ctx, previews)
	return err
}

func (d *Deployment) back(ctx context.Context, s step) error {
	d.say(Event{Unit: name(s.rev), Phase: Begun, Message: fmt.Sprintf("back to revision %d of run %d", s.to.Number, s.to.Run)})
	err := d.Releases.Rollback(ctx, s.rev, s.to.Number, release.How{
		Wait: d.Wait, Timeout: d.Timeout, MaxHistory: d.MaxHistory,
		See: func(t cluster.Target, st cluster.State) {
			d.say(Event{Unit: name(s.rev), Object: t.String(), Phase: Waits, State: st.Word, Message: st.Message})
		},
	})
	if err != nil {
		d.say(Event{Unit: name(s.rev), Phase: Failed, Message: err.Error()})
		return err
	}
	d.say(Event{Unit: name(s.rev), Phase: Done})
	return nil
}
