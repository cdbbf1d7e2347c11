package deploy

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// Remove uninstalls the platform: snapshots and jobs first, then session
// clusters, the operator, the platform with its nodes, and add-ons. What it
// leaves and what costs money is for the caller to tell.
func (d *Deployment) Remove(ctx context.Context, purge Purge) (left []string, err error) {
	d.start = d.Cluster.Now()
	outer := ctx
	if err := d.read(); err != nil {
		return nil, err
	}
	if len(d.newest) == 0 && !purge.Namespaces && !purge.CRDs {
		return nil, fmt.Errorf("there is no platform %s on %s", d.Plan.Platform, d.Cluster.Server)
	}
	ctx, unlock, err := d.Cluster.Lock(ctx, d.Plan.Namespace, LockName(d.Plan.Platform), d.Holder, d.note)
	if cluster.NamespaceEnds(err) && len(d.newest) == 0 { // a purge that was interrupted: its lock is gone already
		ctx, unlock, err = outer, func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	defer unlock()
	all, everything, err := d.everything(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.orphans(ctx, all); err != nil {
		return nil, err
	}
	bills := d.bills(ctx, everything)
	if err := d.remove(ctx, all); err != nil {
		return nil, err
	}
	if err := d.Cluster.DeleteMade(ctx, d.Plan.Namespace); err != nil {
		return nil, err
	}
	if left, err = d.purge(ctx, purge, everything); err != nil {
		return nil, err
	}
	left = append(left, bills...)
	if !purge.Namespaces || !slices.Contains(namespacesOf(everything), d.Plan.Namespace) {
		return left, nil
	}
	unlock() // the lock goes with its namespace
	return left, d.end(outer, d.Plan.Namespace)
}

// everything is what there is to remove: the newest revision of each release, in
// order, and what they hold, with the objects that the values have.
func (d *Deployment) everything(ctx context.Context) (all []release.Revision, objects []cluster.Object, err error) {
	if err := d.read(); err != nil {
		return nil, nil, err
	}
	objects = slices.Clone(d.Wanted)
	for _, rev := range d.newest {
		rev, err := d.Releases.Owned(ctx, rev)
		if err != nil {
			return nil, nil, err
		}
		held, err := rev.Objects()
		if err != nil {
			return nil, nil, err
		}
		all, objects = append(all, rev), append(objects, held...)
	}
	slices.SortFunc(all, func(a, b release.Revision) int { return cmp.Compare(a.Key(), b.Key()) })
	return all, objects, nil
}

// namespaces are those in which releases are, or which they made, in order.
func (d *Deployment) namespaces(all []release.Revision) []string {
	found := map[string]bool{}
	for _, rev := range all {
		found[rev.Namespace] = true
		held, err := rev.Objects()
		if err != nil {
			continue // said where it is removed
		}
		for _, name := range namespacesOf(held) {
			found[name] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// namespacesOf names the Namespaces among objects, in order.
func namespacesOf(all []cluster.Object) []string {
	found := map[string]bool{}
	for _, o := range all {
		if o.Kind() == "Namespace" {
			found[o.Name()] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// orphans refuses to take the operator away from Flink resources that no release
// of the platform holds: nobody could stop or delete them any more.
func (d *Deployment) orphans(ctx context.Context, all []release.Revision) error {
	ours, has := map[manifest.Key]bool{}, false
	for _, rev := range all {
		held, err := rev.Objects()
		if err != nil {
			return err
		}
		has = has || rev.Kind == release.Operator
		for _, o := range held {
			ours[manifest.Object{Data: o}.Key()] = true
		}
	}
	if !has {
		return nil
	}
	found, err := d.strange(ctx, ours, d.namespaces(all))
	if err != nil {
		return err
	}
	if len(found) > 0 {
		return fmt.Errorf("the operator would leave Flink resources behind that no release of this platform holds, and nobody "+
			"could stop or delete them: %s; delete them first", strings.Join(found, ", "))
	}
	return nil
}

// strange names the Flink resources in namespaces that nothing owns and that are not ours.
func (d *Deployment) strange(ctx context.Context, ours map[manifest.Key]bool, namespaces []string) ([]string, error) {
	var found []string
	for _, kind := range []string{"FlinkDeployment", "FlinkSessionJob", "FlinkBlueGreenDeployment"} {
		for _, namespace := range namespaces {
			live, err := d.Cluster.List(ctx, cluster.FlinkKind(kind), namespace)
			if cluster.NoKind(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			for _, o := range live {
				if owners, _ := o.At("metadata", "ownerReferences").([]any); len(owners) == 0 && !ours[manifest.Object{Data: o}.Key()] {
					found = append(found, kind+" "+namespace+"/"+o.Name())
				}
			}
		}
	}
	return found, nil
}

// Purge says what of what outlives the releases goes too.
type Purge struct{ CRDs, Namespaces bool }

// purge deletes what was asked for, but for the namespace of the lock, and lists
// the rest.
func (d *Deployment) purge(ctx context.Context, p Purge, all []cluster.Object) (left []string, err error) {
	for _, n := range namespacesOf(all) {
		switch {
		case !p.Namespaces:
			left = append(left, "Namespace "+n+" with what is in it")
		case n != d.Plan.Namespace:
			if err := d.end(ctx, n); err != nil {
				return left, err
			}
		}
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

// end deletes a namespace and waits until it is gone.
func (d *Deployment) end(ctx context.Context, namespace string) error {
	object := "Namespace " + namespace
	d.say(Event{Object: object, Phase: Waits, State: "deleting"})
	if err := d.Cluster.DeleteNamespace(ctx, namespace, d.Timeout); err != nil {
		return err
	}
	d.say(Event{Object: object, Phase: Done, State: "removed"})
	return nil
}
