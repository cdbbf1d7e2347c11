package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// prune lists the releases that are no longer planned, and removes those that
// were named: jobs with a last savepoint, its path told.
func (d *Deployment) prune(ctx context.Context) error {
	planned := d.planned()
	var left, gone []release.Revision
	for key, rev := range d.newest {
		switch {
		case planned[key] || rev.Kind == release.Platform:
		case slices.Contains(d.Prune.Names, rev.Name), d.Prune.All && rev.Kind != release.Operator && rev.Kind != release.Addon:
			gone = append(gone, rev)
		default:
			left = append(left, rev)
		}
	}
	byKey := func(a, b release.Revision) int { return cmp.Compare(a.Key(), b.Key()) }
	slices.SortFunc(left, byKey)
	slices.SortFunc(gone, byKey)
	for _, rev := range left {
		d.say(Event{Unit: name(rev), Phase: Skipped, Message: fmt.Sprintf(
			"it is no longer planned and left as it is; --prune=%s removes it", rev.Name)})
	}
	return d.remove(ctx, gone)
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
		// Session jobs before application clusters costs nothing, and a session cluster waits for its jobs.
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
	held, err := rev.Objects()
	if err != nil {
		return err
	}
	for _, o := range held {
		if err := d.farewell(ctx, rev, o); err != nil {
			return err
		}
	}
	for _, o := range held { // what must be gone before the release's record is
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
			Unit: name(rev), Object: t.String(), Phase: Note, State: "SAVEPOINT", Message: "its last savepoint is " + stopped.Path,
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

// Remove uninstalls the platform: snapshots and jobs first, then session
// clusters, the operator, the platform with its nodes, and add-ons. What it
// leaves and what costs money is for the caller to tell.
func (d *Deployment) Remove(ctx context.Context, purge Purge) (left []string, err error) {
	d.start = d.Cluster.Now()
	if err := d.read(); err != nil {
		return nil, err
	}
	if len(d.newest) == 0 && !purge.Namespaces && !purge.CRDs {
		return nil, fmt.Errorf("there is no platform %s on %s", d.Plan.Platform, d.Cluster.Server)
	}
	ctx, unlock, err := d.Cluster.Lock(ctx, d.Plan.Namespace, LockName(d.Plan.Platform), d.Holder, d.note)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := d.read(); err != nil {
		return nil, err
	}
	var all []release.Revision
	var everything []cluster.Object
	namespaces := map[string]bool{}
	for _, rev := range d.newest {
		all = append(all, rev)
		held, err := rev.Objects()
		if err != nil {
			return nil, err
		}
		everything = append(everything, held...)
		for _, o := range held {
			if o.Kind() == "Namespace" && rev.Kind == release.Platform {
				namespaces[o.Name()] = true
			}
		}
	}
	slices.SortFunc(all, func(a, b release.Revision) int { return cmp.Compare(a.Key(), b.Key()) })
	if err := d.orphans(ctx, all); err != nil {
		return nil, err
	}
	bills := d.bills(ctx, append(everything, d.Wanted...))
	if err := d.remove(ctx, all); err != nil {
		return nil, err
	}
	if err := d.Cluster.DeleteMade(ctx, d.Plan.Namespace); err != nil {
		return nil, err
	}
	left, err = d.purge(ctx, purge, namespaces)
	return append(left, bills...), err
}

// orphans refuses to take the operator away from Flink resources that no release
// of the platform holds: nobody could stop or delete them any more.
func (d *Deployment) orphans(ctx context.Context, all []release.Revision) error {
	ours, watched, has := map[manifest.Key]bool{}, map[string]bool{}, false
	for _, rev := range all {
		held, err := rev.Objects()
		if err != nil {
			return err
		}
		has = has || rev.Kind == release.Operator
		watched[rev.Namespace] = true
		for _, o := range held {
			ours[manifest.Object{Data: o}.Key()] = true
		}
	}
	if !has {
		return nil
	}
	var found []string
	for _, kind := range []string{"FlinkDeployment", "FlinkSessionJob", "FlinkBlueGreenDeployment"} {
		for _, namespace := range slices.Sorted(maps.Keys(watched)) {
			live, err := d.Cluster.List(ctx, cluster.FlinkKind(kind), namespace)
			if cluster.NoKind(err) {
				continue
			}
			if err != nil {
				return err
			}
			for _, o := range live {
				if owners, _ := o.At("metadata", "ownerReferences").([]any); len(owners) == 0 && !ours[manifest.Object{Data: o}.Key()] {
					found = append(found, kind+" "+namespace+"/"+o.Name())
				}
			}
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("the operator would leave Flink resources behind that no release of this platform holds, and nobody "+
			"could stop or delete them: %s; delete them first", strings.Join(found, ", "))
	}
	return nil
}

// Purge says what of what outlives the releases goes too.
type Purge struct{ CRDs, Namespaces bool }

// purge deletes what was asked for, and lists the rest.
func (d *Deployment) purge(ctx context.Context, p Purge, namespaces map[string]bool) (left []string, err error) {
	names := slices.Sorted(maps.Keys(namespaces))
	for _, n := range names {
		t := cluster.Target{Kind: cluster.CoreKind("Namespace"), Name: n}
		if !p.Namespaces {
			left = append(left, "Namespace "+n+" with what is in it")
			continue
		}
		d.say(Event{Object: t.String(), Phase: Waits, State: "deleting"})
		if err := d.Cluster.DeleteNamespace(ctx, n, d.Timeout); err != nil {
			return left, err
		}
		d.say(Event{Object: t.String(), Phase: Done, State: "removed"})
	}
	crds, err := d.Cluster.FlinkCRDs(ctx)
	if err != nil {
		return left, err
	}
	for _, t := range crds {
		if !p.CRDs {
			left = append(left, t.String())
			continue
		}
		if err := d.Cluster.Delete(ctx, t, d.Timeout); err != nil {
			return left, err
		}
		d.say(Event{Object: t.String(), Phase: Done, State: "removed"})
	}
	return left, nil
}
