package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/release"
)

// prune lists the releases and namespaces that are no longer planned, and removes
// those that were named: jobs with a last savepoint, its path told.
func (d *Deployment) prune(ctx context.Context, namespaces []string) error {
	var left, gone []release.Revision
	planned := d.planned()
	for key, rev := range d.newest {
		if !planned[key] && d.Plan.IsPart(rev) { // what it had is in the plan no more
			gone = append(gone, rev)
		}
	}
	for _, rev := range d.unplanned() {
		if d.Prune.covers(rev) {
			gone = append(gone, rev)
		} else {
			left = append(left, rev)
		}
	}
	byKey := func(a, b release.Revision) int { return cmp.Compare(a.Key(), b.Key()) }
	slices.SortFunc(left, byKey)
	slices.SortFunc(gone, byKey)
	for _, rev := range left {
		d.say(Event{Unit: name(rev), Phase: Skipped, Message: fmt.Sprintf(
			"it is no longer planned and left as it is; upgrade --prune=%s removes it", rev.Name)})
	}
	if err := d.remove(ctx, gone); err != nil {
		return err
	}
	for _, rev := range gone {
		delete(d.newest, rev.Key())
	}
	return d.pruneNamespaces(ctx, namespaces)
}

func name(rev release.Revision) string { return string(rev.Kind) + " " + rev.Key() }

// remove uninstalls releases against the order of their waves, those of a kind at
// the same time.
func (d *Deployment) remove(ctx context.Context, all []release.Revision) error {
	for _, kind := range []release.Kind{
		release.Snapshot, release.Job, release.Session, release.Operator, release.Platform, release.Addon,
	} {
		var of []release.Revision
		for _, rev := range all {
			if rev.Kind == kind {
				of = append(of, rev)
			}
		}
		if kind == release.Operator && len(of) > 0 {
			if err := d.lastSnapshots(ctx, d.namespaces(all)); err != nil {
				return err
			}
		}
		errs := make([]error, len(of))
		group := errgroup.Group{}
		group.SetLimit(max(1, d.MaxConcurrent))
		for i, rev := range of {
			group.Go(func() error {
				if errs[i] = context.Cause(ctx); errs[i] == nil {
					errs[i] = d.removeOne(ctx, rev)
				}
				if errs[i] != nil {
					d.say(Event{Unit: name(rev), Phase: Failed, Message: errs[i].Error()})
				}
				return nil
			})
		}
		_ = group.Wait()
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

// removeOne uninstalls a release and waits until what it held is gone: a job
// after its last savepoint, nodes before the release that names them.
func (d *Deployment) removeOne(ctx context.Context, rev release.Revision) error {
	d.say(Event{Unit: name(rev), Phase: Begun})
	rev, err := d.Releases.Owned(ctx, rev)
	if err != nil {
		return err
	}
	held, err := rev.Objects()
	if err != nil {
		return err
	}
	for _, o := range held {
		if err := d.farewell(ctx, rev, o); err != nil {
			return err
		}
	}
	if err := d.removeFirst(ctx, rev, held); err != nil {
		return err
	}
	if err := d.Releases.Uninstall(ctx, rev, release.How{Timeout: d.Timeout}); err != nil {
		return err
	}
	for _, o := range held {
		if o.Kind() == "Deployment" { // an operator that still runs would act on what comes next
			t := cluster.TargetOf(o)
			t.Namespace = cmp.Or(t.Namespace, rev.Namespace) // charts of others may leave it out
			if err := d.Cluster.Gone(ctx, t, d.Timeout); err != nil {
				return err
			}
		}
	}
	d.say(Event{Unit: name(rev), Phase: Done, State: "removed"})
	return nil
}

// removeFirst deletes what must be gone before the release's record is: what the
// operator and Karpenter still have to do something for.
func (d *Deployment) removeFirst(ctx context.Context, rev release.Revision, held []cluster.Object) error {
	for _, o := range held {
		if o.Group() != cluster.FlinkGroup && o.Group() != cluster.KarpenterGroup {
			continue
		}
		if o.Text("metadata", "annotations", "helm.sh/resource-policy") == "keep" {
			continue
		}
		t := cluster.TargetOf(o)
		d.say(Event{Unit: name(rev), Object: t.String(), Phase: Waits, State: "deleting"})
		if err := d.Cluster.Delete(ctx, t, d.Timeout); err != nil && !cluster.NoKind(err) {
			return d.stuck(err, t)
		}
		if err := d.follow(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// farewell takes the last savepoint of a job and tells its path.
func (d *Deployment) farewell(ctx context.Context, rev release.Revision, o cluster.Object) error {
	if o.Group() != cluster.FlinkGroup || !d.Savepoint {
		return nil
	}
	stop := d.Cluster.StopWithSavepoint
	switch o.Kind() {
	case "FlinkDeployment", "FlinkSessionJob":
	case "FlinkBlueGreenDeployment":
		stop = d.Cluster.SaveBlueGreen
	default:
		return nil
	}
	t := cluster.TargetOf(o)
	stopped, err := stop(ctx, t, d.Timeout, func(s cluster.State) {
		d.say(Event{Unit: name(rev), Object: t.String(), Phase: Waits, State: s.Word, Message: s.Message})
	})
	switch {
	case cluster.NoKind(err):
		return nil
	case err != nil:
		return err
	case stopped.Path != "":
		d.say(Event{
			Unit: name(rev), Object: t.String(), Phase: Note, Message: "its last savepoint is " + stopped.Path,
			Savepoint: stopped.Path,
		})
	default:
		d.say(Event{Unit: name(rev), Object: t.String(), Phase: Note, Message: "no savepoint was taken: " + stopped.Why})
	}
	return nil
}

// follow waits for what ends after an object: the colours of a blue/green
// deployment, and the nodes of a pool, which cost money until they are gone.
func (d *Deployment) follow(ctx context.Context, t cluster.Target) error {
	switch t.Kind.Kind {
	case "FlinkBlueGreenDeployment":
		return d.children(ctx, t)
	case "NodePool":
		err := d.Cluster.NodesGone(ctx, t.Name, d.Timeout, func(s cluster.State) {
			d.say(Event{Object: t.String(), Phase: Waits, State: s.Word, Message: s.Message})
		})
		if cluster.NoKind(err) {
			return nil
		}
		return err
	}
	return nil
}

// children deletes the two colours of a blue/green deployment that is gone, and
// waits for them: behind the operator nobody could end them.
func (d *Deployment) children(ctx context.Context, of cluster.Target) error {
	all, err := d.Cluster.List(ctx, cluster.FlinkKind("FlinkDeployment"), of.Namespace)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.OwnedBy(of.Kind.Kind, of.Name) {
			if err := d.Cluster.Delete(ctx, cluster.TargetOf(o), d.Timeout); err != nil {
				return d.stuck(err, cluster.TargetOf(o))
			}
		}
	}
	return nil
}

// stuck says what to do about an object that does not go.
func (d *Deployment) stuck(err error, t cluster.Target) error {
	if !cluster.IsTimeout(err) {
		return err
	}
	return fmt.Errorf("%w\n  the operator takes its finalizer off when the job has ended; where there is no operator any more: "+
		"kubectl patch %s %s -n %s --type=merge -p '{\"metadata\":{\"finalizers\":null}}' removes the object and leaves what it made",
		err, strings.ToLower(t.Kind.Kind), t.Name, t.Namespace)
}
