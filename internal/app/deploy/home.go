package deploy

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// home makes the namespace that holds the lock and the platform's releases,
// before there is a release that could: with the metadata by which Helm takes it
// over, as the plan has it.
func (d *Deployment) home(ctx context.Context) error {
	return d.Cluster.Ensure(ctx, d.namespace(d.Plan.Namespace))
}

// namespace is a Namespace as the plan has it, bare where it has none.
func (d *Deployment) namespace(name string) cluster.Object {
	for _, u := range d.Plan.Units {
		for _, o := range u.Set {
			if k := o.Key(); k.Kind == "Namespace" && k.Name == name {
				return cluster.Release{Name: u.Name, Namespace: u.Namespace}.Own(o.Data)
			}
		}
	}
	return cluster.Object{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name}}
}

// arrange fits the plan to the releases that are there: the platform's is parted where
// it is too large for one, and what others still need stays in it. A release that
// would be too large all the same is refused.
func (d *Deployment) arrange() error {
	held, err := d.Plan.Arrange(maps.Values(d.newest))
	if err != nil {
		return err
	}
	d.keepNeeded()
	first := true
	d.Plan.Units = slices.DeleteFunc(d.Plan.Units, func(u release.Unit) bool {
		empty := u.Kind == release.Platform && len(u.Set) == 0 && !first
		first = first && u.Kind != release.Platform
		return empty
	})
	return d.Plan.Check(held)
}

// keepNeeded carries over what a release that is left behind needs: the service
// account of a job that is no longer in the values goes when the job does.
func (d *Deployment) keepNeeded() {
	planned := d.planned()
	needed := map[string][]string{}
	for key, rev := range d.newest {
		if !planned[key] && rev.Kind != release.Platform && !d.Prune.covers(rev) {
			needed[rev.Namespace] = append(needed[rev.Namespace], rev.Name)
		}
	}
	for i := range d.Plan.Units {
		u := &d.Plan.Units[i]
		rev, ok := d.newest[u.Namespace+"/"+u.Name]
		if !ok || len(needed) == 0 || u.Source != nil {
			continue
		}
		old, err := rev.Objects()
		if err != nil {
			continue // said by the preview
		}
		have := map[manifest.Key]bool{}
		for _, o := range u.Set {
			have[o.Key()] = true
		}
		kept := 0
		for _, o := range old {
			object := manifest.Object{Data: o}
			if k := object.Key(); needed[k.Namespace] != nil && !have[k] {
				u.Set = append(u.Set, object)
				kept++
			}
		}
		if kept > 0 {
			u.Set = u.Set.Sorted()
			d.unitSays(*u, Note, fmt.Sprintf("%d objects stay, because releases that are no longer planned need them", kept))
		}
	}
}

// planned are the keys of the releases that the plan has.
func (d *Deployment) planned() map[string]bool {
	out := map[string]bool{}
	for _, u := range d.Plan.Units {
		out[u.Namespace+"/"+u.Name] = true
	}
	return out
}

// prepare makes what a unit refers to and no release may hold: the namespace of an
// add-on, which Helm would try to make even where it is there and making namespaces
// is not allowed, and the password of the webhook's keystore, which is drawn here
// where the Secret is named and absent.
func (d *Deployment) prepare(ctx context.Context, u release.Unit) error {
	if u.Kind == release.Addon {
		if err := d.Cluster.Ensure(ctx, d.namespace(u.Namespace)); err != nil {
			return err
		}
	}
	for _, o := range u.Set {
		if o.Key().Kind != "Certificate" {
			continue
		}
		at := cluster.Object(o.Data)
		name, key := at.Text("spec", "keystores", "pkcs12", "passwordSecretRef", "name"),
			at.Text("spec", "keystores", "pkcs12", "passwordSecretRef", "key")
		own := slices.ContainsFunc(u.Set, func(s manifest.Object) bool {
			return s.Key().Kind == "Secret" && s.Key().Name == name && s.Key().Namespace == o.Key().Namespace
		})
		if name == "" || key == "" || own {
			continue
		}
		made, err := d.Cluster.EnsureSecret(ctx, o.Key().Namespace, name, key, rand.Text())
		if err != nil {
			return err
		}
		if made {
			d.unitSays(u, Note, fmt.Sprintf("Secret %s/%s with a drawn keystore password was made; it is no part of the release",
				o.Key().Namespace, name))
		}
	}
	return nil
}

// after does what a wave must have brought before the next one begins: behind the
// operator its webhook must answer, or the first job would be refused.
func (d *Deployment) after(ctx context.Context, wave []release.Unit, changed map[string]bool) error {
	if wave[0].Wave != release.WaveOperator || !d.Wait {
		return nil
	}
	for _, u := range wave {
		if !changed[u.String()] {
			continue
		}
		d.say(Event{Wave: u.Wave.String(), Unit: u.String(), Object: "webhook", Phase: Waits})
		if err := d.Cluster.WebhookAnswers(ctx, d.Plan.Probe(), d.Timeout); err != nil {
			d.unitSays(u, Failed, err.Error())
			return fmt.Errorf("%s: %w", u, err)
		}
	}
	return nil
}
