package release

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Change is what would become of one object.
type Change struct {
	Key manifest.Key
	// Before is the live object, nil where there is none; After is what the API
	// server would make of it, nil where it would be deleted.
	Before, After cluster.Object
}

// Changed reports whether anything but bookkeeping would change.
func (c Change) Changed() bool {
	if c.Before == nil || c.After == nil {
		return true
	}
	return !reflect.DeepEqual(plain(c.Before), plain(c.After))
}

// plain is an object without what the server keeps for itself.
func plain(o cluster.Object) map[string]any {
	out := make(map[string]any, len(o))
	for k, v := range o {
		if k != "status" && k != "metadata" {
			out[k] = v
		}
	}
	meta, _ := o["metadata"].(map[string]any)
	kept := make(map[string]any, len(meta))
	for k, v := range meta {
		switch k {
		case "managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink":
		default:
			kept[k] = v
		}
	}
	out["metadata"] = kept
	return out
}

// Preview says what applying a unit would change, object by object, in order;
// deployed is the release's newest revision, or nil. What Helm would delete is
// among them. Live objects are read as they were after the given time. What is new
// is sent as a dry run only when asked for, and of objects that are alike one:
// whether it is refused shows anyway when it is created.
func (r *Releases) Preview(ctx context.Context, u Unit, deployed *Revision, after time.Time, tryNew bool) ([]Change, error) {
	u, err := r.resolve(ctx, u, deployed)
	if err != nil {
		return nil, err
	}
	owner := cluster.Release{Name: u.Name, Namespace: u.Namespace}
	old, order, err := r.held(u, owner, deployed)
	if err != nil {
		return nil, err
	}
	var out []Change
	tried := map[string]bool{}
	for _, o := range u.Set {
		key := o.Key()
		live, err := r.cluster.Live(ctx, o.Data, after)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u, err)
		}
		if live != nil && (old[key] == nil || !deployed.whole()) && !owner.Owns(live) {
			return nil, &TakenError{Key: key, Unit: u, By: live}
		}
		if live == nil && (!tryNew || tried[likeness(o.Data)]) {
			out = append(out, Change{Key: key, After: owner.Own(o.Data)})
			delete(old, key)
			continue
		}
		made, err := r.cluster.Preview(ctx, old[key], owner.Own(o.Data), live)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u, err)
		}
		if live == nil {
			tried[likeness(o.Data)] = true
		}
		out = append(out, Change{Key: key, Before: live, After: made})
		delete(old, key)
	}
	dropped, err := r.dropped(ctx, u, old, order, after)
	if !deployed.whole() { // what is somebody else's stays: see takeUp
		dropped = slices.DeleteFunc(dropped, func(c Change) bool { return !owner.Owns(c.Before) })
	}
	return append(out, dropped...), err
}

// whole reports whether a revision was finished well: what it has is the release's
// own, whoever took the marks off since.
func (r *Revision) whole() bool { return r != nil && r.Status == helmrelease.StatusDeployed.String() }

// dropped are the live objects that the unit has no more; those with the policy
// keep are left by Helm.
func (r *Releases) dropped(
	ctx context.Context, u Unit, old map[manifest.Key]cluster.Object, order []manifest.Key, after time.Time,
) ([]Change, error) {
	var out []Change
	for _, key := range order {
		gone := old[key]
		if gone == nil {
			continue
		}
		live, err := r.cluster.Live(ctx, gone, after)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u, err)
		}
		if live != nil && live.Text("metadata", "annotations", "helm.sh/resource-policy") != "keep" {
			out = append(out, Change{Key: key, Before: live})
		}
	}
	return out, nil
}

// held are the objects that the deployed revision of a unit has, by their keys and
// in order.
func (r *Releases) held(
	u Unit, owner cluster.Release, deployed *Revision,
) (map[manifest.Key]cluster.Object, []manifest.Key, error) {
	old := map[manifest.Key]cluster.Object{}
	if deployed == nil {
		return old, nil, nil
	}
	set, err := objects(deployed.Manifest)
	if err == nil && u.Kind == Addon {
		err = r.home(Unit{Namespace: u.Namespace, Set: set})
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: read its revision %d: %w", u, deployed.Number, err)
	}
	order := make([]manifest.Key, 0, len(set))
	for _, o := range set {
		old[o.Key()] = owner.Own(o.Data)
		order = append(order, o.Key())
	}
	return old, order, nil
}

// TakenError says that an object is there already and belongs to somebody else.
type TakenError struct {
	Key  manifest.Key
	Unit Unit
	By   cluster.Object
}

// Error names the object, whose it is, and what to do.
func (e *TakenError) Error() string {
	owner := "it was made without Helm"
	if name := e.By.Text("metadata", "annotations", "meta.helm.sh/release-name"); name != "" {
		owner = "it belongs to the Helm release " + e.By.Text("metadata", "annotations", "meta.helm.sh/release-namespace") + "/" + name
	}
	resource := e.Key.Kind + " " + e.Key.Name
	in := ""
	if e.Key.Namespace != "" {
		in = " -n " + e.Key.Namespace
	}
	return fmt.Sprintf("%s is on the cluster already and %s; to let the release %s take it over: "+
		"kubectl annotate --overwrite%s %s meta.helm.sh/release-name=%s meta.helm.sh/release-namespace=%s && "+
		"kubectl label --overwrite%s %s app.kubernetes.io/managed-by=Helm",
		e.Key, owner, e.Unit.Name, in, resource, e.Unit.Name, e.Unit.Namespace, in, resource)
}
