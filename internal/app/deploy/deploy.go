// Package deploy changes a platform on a cluster: it installs and upgrades the
// releases of a plan in waves, rolls them back and removes them.
//
// It may import release and cluster, and what they may import.
package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/release"
)

// Event tells how the work goes on. Data of events never are Secret values.
type Event struct {
	// Wave and Unit say where; both are empty for what concerns everything.
	Wave string `json:"wave,omitempty"`
	Unit string `json:"unit,omitempty"`
	// Object is what is waited for: "FlinkDeployment team/orders".
	Object string `json:"object,omitempty"`
	// Phase is begun, waiting, done, unchanged, failed, skipped or note.
	Phase string `json:"phase"`
	// State is the object's own word for its state: STABLE.
	State   string `json:"state,omitempty"`
	Message string `json:"message,omitempty"`
	// Savepoint is the path of a job's last savepoint.
	Savepoint string `json:"savepoint,omitempty"`
	// Elapsed is the time since the work began.
	Elapsed time.Duration `json:"elapsedNanoseconds"`
}

// The phases of events.
const (
	Begun     = "begun"
	Waits     = "waiting"
	Done      = "done"
	Unchanged = "unchanged"
	Failed    = "failed"
	Skipped   = "skipped"
	Note      = "note"
)

// Options say how to go about it.
type Options struct {
	// Wait waits for every release to be ready, Timeout at most for each.
	Wait    bool
	Timeout time.Duration
	// Atomic undoes the change of a release that fails.
	Atomic bool
	// MaxConcurrent bounds the releases of a wave that change at the same time; at least 1.
	MaxConcurrent int
	// AllowStateLoss goes on where a change would lose state.
	AllowStateLoss bool
	// Prune removes releases that are no longer planned.
	Prune Prune
	// MaxHistory is the number of revisions kept of a release; 0 keeps all.
	MaxHistory int
	// Holder is who is said to hold the lock: user@host, process.
	Holder string
	// Savepoint takes a last savepoint of jobs that are removed.
	Savepoint bool
}

// Prune says what of what is no longer planned is removed: with All every job
// and session cluster, each job after a last savepoint, and what is named: releases,
// by their name or namespace/name, and namespaces. Snapshots, whose files may go with
// them, the operator, add-ons and namespaces go by name alone.
type Prune struct {
	All   bool
	Names []string
}

// covers reports whether a release that is no longer planned is to be removed.
func (p Prune) covers(rev release.Revision) bool {
	return slices.Contains(p.Names, rev.Name) || slices.Contains(p.Names, rev.Key()) ||
		p.All && (rev.Kind == release.Job || rev.Kind == release.Session)
}

// Deployment is a plan on its way to a cluster.
type Deployment struct {
	Cluster  *cluster.Client
	Releases *release.Releases
	Plan     release.Plan
	Options
	// Defaults is what the operator lays under the resources of a namespace and a
	// Flink version, and Operator its version: what a change means hangs on them.
	Defaults func(namespace, flinkVersion string) flink.Config
	Operator flink.Operator
	// Wanted are the objects of the values where no plan is made of them: an
	// uninstall that is run again tells by them what AWS still holds.
	Wanted []cluster.Object
	// See takes the events; it may be called from several goroutines.
	See func(Event)

	start  time.Time
	listed time.Time                   // lists of live objects that were begun later were read under the lock
	same   map[string][]cluster.Object // by unit, the live objects that would not change
	run    int
	newest map[string]release.Revision
}

func (d *Deployment) say(e Event) {
	if d.See == nil {
		return
	}
	e.Elapsed = d.Cluster.Now().Sub(d.start)
	d.See(e)
}

func (d *Deployment) unitSays(u release.Unit, phase, message string) {
	d.say(Event{Wave: u.Wave.String(), Unit: u.String(), Phase: phase, Message: message})
}

// LockName is the Lease that says who changes a platform.
func LockName(platform string) string { return "helm-flink-" + platform }

// Apply brings the cluster to the plan. It can be interrupted anywhere and run
// again. Nothing is changed when a change would lose state and that is not
// allowed, or when the cluster holds something of somebody else's.
func (d *Deployment) Apply(ctx context.Context) (err error) {
	d.start = d.Cluster.Now()
	lock := func() (context.Context, func(), error) {
		return d.Cluster.Lock(ctx, d.Plan.Namespace, LockName(d.Plan.Platform), d.Holder, d.note)
	}
	held, unlock, err := lock()
	if cluster.NamespaceEnds(err) { // it is not there yet
		if err := d.home(ctx); err != nil {
			return err
		}
		held, unlock, err = lock()
	}
	if err != nil {
		return err
	}
	ctx = held
	defer unlock()
	defer func() {
		if cause := context.Cause(ctx); err != nil && cause != nil && !errors.Is(err, cause) {
			err = fmt.Errorf("%w: %w", cause, err)
		}
	}()
	all, err := d.Releases.Remember(ctx)
	if err != nil {
		return err
	}
	d.take(all)
	d.keepNeeded()
	d.listed = d.Cluster.Now()
	previews, err := d.preview(ctx, false)
	if err != nil {
		return err
	}
	d.remember(previews)
	changed, err := d.permit(ctx, previews)
	if err != nil {
		return err
	}
	namespaces, err := d.named(ctx)
	if err != nil {
		return err
	}
	if err := d.crds(ctx); err != nil {
		return err
	}
	if err := d.waves(ctx, changed); err != nil {
		return err
	}
	return d.prune(ctx, namespaces)
}

func (d *Deployment) note(text string) { d.say(Event{Phase: Note, Message: text}) }

// read finds out which releases are there.
func (d *Deployment) read() error {
	all, err := d.Releases.List()
	if err != nil {
		return err
	}
	d.take(all)
	return nil
}

// take learns from all revisions which releases are there.
func (d *Deployment) take(all []release.Revision) {
	d.newest = map[string]release.Revision{}
	for _, rev := range all {
		d.run = max(d.run, rev.Run)
	}
	for _, rev := range release.Newest(all) {
		d.newest[rev.Key()] = rev
	}
	d.run++
}

// LossError refuses a change that would lose state.
type LossError struct{ Losses []string }

// Error lists what would be lost, a line each.
func (e *LossError) Error() string {
	return "nothing was changed, because state would be lost (upgrade --allow-state-loss does it all the same):\n  " +
		strings.Join(e.Losses, "\n  ")
}

// crds applies the CRDs that are not as they are to be, at the same time.
func (d *Deployment) crds(ctx context.Context) error {
	crds := make([]cluster.Object, len(d.Plan.CRDs))
	for i, o := range d.Plan.CRDs {
		crds[i] = o.Data
	}
	unchanged, err := d.Cluster.Unchanged(ctx, crds)
	if err != nil {
		return err
	}
	group, each := errgroup.WithContext(ctx)
	for _, o := range d.Plan.CRDs {
		group.Go(func() error {
			name := o.Key().Name
			change, err := cluster.CRDUnchanged, error(nil)
			if !unchanged[name] {
				change, err = d.Cluster.ApplyCRD(each, o.Data, false)
			}
			if err != nil {
				d.say(Event{Wave: "crds", Unit: name, Phase: Failed, Message: err.Error()})
				return err
			}
			phase := Done
			if change == cluster.CRDUnchanged {
				phase = Unchanged
			}
			d.say(Event{Wave: "crds", Unit: name, Phase: phase, State: string(change)})
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return d.Cluster.Served(ctx, crds)
}

// waves applies the units that changed, a wave after the other.
func (d *Deployment) waves(ctx context.Context, changed map[string]bool) error {
	for _, wave := range byWave(d.Plan.Units) {
		errs := make([]error, len(wave))
		group := errgroup.Group{}
		group.SetLimit(d.limit(wave[0].Wave))
		for i, u := range wave {
			if !changed[u.String()] {
				d.unitSays(u, Unchanged, "")
				continue
			}
			group.Go(func() error {
				if errs[i] = context.Cause(ctx); errs[i] == nil {
					errs[i] = d.apply(ctx, u)
				}
				return nil // one that fails stops no other of its wave
			})
		}
		_ = group.Wait()
		if err := sum("releases of the wave "+wave[0].Wave.String(), errs); err != nil {
			return err
		}
		if err := d.after(ctx, wave, changed); err != nil {
			return err
		}
	}
	return nil
}

// limit is how many releases of a wave change at once.
func (d *Deployment) limit(w release.Wave) int {
	if w < release.WaveClusters {
		return 4
	}
	return max(1, d.MaxConcurrent)
}

// byWave cuts the units, which are in order, into waves.
func byWave(units []release.Unit) [][]release.Unit {
	var out [][]release.Unit
	for i, u := range units {
		if i == 0 || u.Wave != units[i-1].Wave {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], u)
	}
	return out
}

// apply applies one unit.
func (d *Deployment) apply(ctx context.Context, u release.Unit) error {
	d.unitSays(u, Begun, "")
	err := d.prepare(ctx, u)
	if err == nil {
		err = d.Releases.Apply(ctx, u, release.How{
			Run: d.run, Wait: d.Wait, Timeout: d.Timeout, Atomic: d.Atomic, MaxHistory: d.MaxHistory,
			Listed: d.listed, Same: d.unchanged(u),
			See: func(t cluster.Target, s cluster.State) {
				d.say(Event{Wave: u.Wave.String(), Unit: u.String(), Object: t.String(), Phase: Waits, State: s.Word, Message: s.Message})
			},
		})
	}
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n") // the rest is told at the end
		d.unitSays(u, Failed, first)
		return err
	}
	d.unitSays(u, Done, "")
	return nil
}

// remember keeps the live objects that would not change.
func (d *Deployment) remember(previews []Preview) {
	d.same = map[string][]cluster.Object{}
	for _, p := range previews {
		for _, c := range p.Changes {
			if !c.Changed() {
				d.same[p.Unit.String()] = append(d.same[p.Unit.String()], c.Before)
			}
		}
	}
}

// moment is how long what was read counts as what is there: an object that is
// changed by hand in that time is as one that is changed behind the run.
const moment = 10 * time.Second

// unchanged are the live objects of a unit that would not change, where they were
// read a moment ago.
func (d *Deployment) unchanged(u release.Unit) []cluster.Object {
	if d.Cluster.Now().Sub(d.listed) > moment {
		return nil
	}
	return d.same[u.String()]
}

// sum makes one error of several: a time-out counts only when nothing
// failed outright.
func sum(what string, errs []error) error {
	var failed []error
	for _, err := range errs {
		if err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) == 0 {
		return nil
	}
	slices.SortStableFunc(failed, func(a, b error) int { return cmp.Compare(rank(a), rank(b)) })
	if len(failed) == 1 {
		return failed[0]
	}
	return fmt.Errorf("%w\n%d of %d %s failed", failed[0], len(failed), len(errs), what)
}

func rank(err error) int {
	if cluster.IsTimeout(err) {
		return 1
	}
	return 0
}
