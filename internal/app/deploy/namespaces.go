package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// inNamespace is how --prune names a namespace where a release has the same name.
const inNamespace = "namespace/"

// homes are the namespaces of the platform on the cluster that the plan does not
// have: the platform's release made them, and leaves them, since all that is in a
// namespace goes with it. After the time of the last preview they cost no request.
func (d *Deployment) homes(ctx context.Context) (ours []string, all map[string]cluster.Object, err error) {
	all, err = d.Cluster.Listed(ctx, cluster.CoreKind("Namespace"), "", d.listed)
	if err != nil {
		return nil, nil, fmt.Errorf("look for namespaces that are no longer planned: %w", err)
	}
	planned := d.plannedNamespaces()
	for name, o := range all {
		if !planned[name] && d.made(o) {
			ours = append(ours, name)
		}
	}
	slices.Sort(ours)
	return ours, all, nil
}

// plannedNamespaces are those that the plan makes, and those that it puts something
// into: what is in them stays with them. What keepNeeded carries over does not count:
// the release that needs it is in the namespace, and keeps it (vacant).
func (d *Deployment) plannedNamespaces() map[string]bool {
	out := map[string]bool{d.Plan.Namespace: true}
	carried := map[string]bool{}
	for _, rev := range d.unplanned() {
		carried[rev.Namespace] = carried[rev.Namespace] || !d.Prune.covers(rev)
	}
	for _, u := range d.Plan.Units {
		out[u.Namespace] = true
		for _, o := range u.Set {
			k := o.Key()
			out[k.Namespace] = out[k.Namespace] || !carried[k.Namespace]
			if k.Kind == "Namespace" {
				out[k.Name] = true
			}
		}
	}
	return out
}

// made reports whether a namespace was made by the platform's release, or by a part of it.
func (d *Deployment) made(o cluster.Object) bool {
	by := cluster.Release{
		Name:      o.Text("metadata", "annotations", "meta.helm.sh/release-name"),
		Namespace: o.Text("metadata", "annotations", "meta.helm.sh/release-namespace"),
	}
	return by.Owns(o) && d.Plan.IsPart(release.Revision{Kind: release.Platform, Name: by.Name, Namespace: by.Namespace})
}

// unplanned are the releases that the plan does not have.
func (d *Deployment) unplanned() []release.Revision {
	planned := d.planned()
	var out []release.Revision
	for key, rev := range d.newest {
		if !planned[key] && rev.Kind != release.Platform {
			out = append(out, rev)
		}
	}
	return out
}

// named finds the namespaces that are to be removed, and refuses, before anything
// is changed, those that are planned, were not made by this platform, or hold what
// would have to go first.
func (d *Deployment) named(ctx context.Context) ([]string, error) {
	if len(d.Prune.Names) == 0 {
		return nil, nil
	}
	ours, all, err := d.homes(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, name := range d.Prune.Names {
		namespace, told := strings.CutPrefix(name, inNamespace)
		if rev, ok := d.release(name); ok && !told {
			if slices.Contains(ours, namespace) {
				return nil, fmt.Errorf("--prune=%s names both the %s %s and the namespace; write --prune=%s or --prune=%s%s",
					name, rev.Kind, rev.Key(), rev.Key(), inNamespace, namespace)
			}
			continue
		}
		switch {
		case slices.Contains(ours, namespace):
			if err := d.vacant(ctx, namespace); err != nil {
				return nil, err
			}
			out = append(out, namespace)
		case all[namespace] == nil:
			d.note(fmt.Sprintf("--prune=%s: there is nothing of that name that is no longer planned", name))
		case namespace == d.Plan.Namespace:
			return nil, fmt.Errorf("--prune=%s: the namespace holds the platform's own releases; helm flink uninstall --purge namespaces "+
				"removes it with the platform", name)
		case d.plannedNamespaces()[namespace]:
			d.note(fmt.Sprintf("--prune=%s: the namespace is planned and stays", name))
		default:
			return nil, fmt.Errorf("--prune=%s: the namespace was not made by this platform (%s); whoever made it removes it",
				name, maker(all[namespace]))
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// maker says who made a namespace, as far as Helm's marks tell.
func maker(o cluster.Object) string {
	if name := o.Text("metadata", "annotations", "meta.helm.sh/release-name"); name != "" {
		return "it belongs to the Helm release " + o.Text("metadata", "annotations", "meta.helm.sh/release-namespace") + "/" + name
	}
	return "it was made without Helm"
}

// release finds the release that is no longer planned by its name, or namespace and name.
func (d *Deployment) release(name string) (release.Revision, bool) {
	for _, rev := range d.unplanned() {
		if rev.Name == name || rev.Key() == name {
			return rev, true
		}
	}
	return release.Revision{}, false
}

// vacant refuses to remove a namespace in which there is more than what goes now:
// releases of this platform that stay, Helm releases of others, and Flink resources
// that no release of this platform holds.
func (d *Deployment) vacant(ctx context.Context, namespace string) error {
	var stay []string
	ours := map[manifest.Key]bool{}
	planned := d.planned()
	for key, rev := range d.newest {
		if rev.Namespace != namespace {
			continue
		}
		switch {
		case planned[key]:
			stay = append(stay, name(rev)+" is planned there")
		case !d.Prune.covers(rev):
			stay = append(stay, fmt.Sprintf("%s is left there (--prune=%s removes it)", name(rev), rev.Name))
		}
		held, err := rev.Objects()
		if err != nil {
			return err
		}
		for _, o := range held {
			ours[manifest.Object{Data: o}.Key()] = true
		}
	}
	others, err := d.Releases.Others(ctx, namespace)
	if err != nil {
		return err
	}
	for _, o := range others {
		stay = append(stay, "the Helm release "+namespace+"/"+o+" is not this platform's")
	}
	strange, err := d.strange(ctx, ours, []string{namespace})
	if err != nil {
		return err
	}
	for _, o := range strange {
		stay = append(stay, o+" belongs to no release of this platform")
	}
	if len(stay) == 0 {
		return nil
	}
	slices.Sort(stay)
	return fmt.Errorf("the namespace %s is not removed, because there is more in it than what goes:\n  %s",
		namespace, strings.Join(stay, "\n  "))
}

// Remark says in words what would become of something that is no object of a release
// that is planned.
type Remark struct {
	Text string
	// Stays says that it stays as it is.
	Stays bool
}

func leftRemark(what, name string) Remark {
	return Remark{Text: what + " is no longer planned and would be left; upgrade --prune=" + name + " removes it", Stays: true}
}

// leaving says what would become of the releases and namespaces that are no longer
// planned.
func (d *Deployment) leaving(ctx context.Context) ([]Remark, error) {
	var notes []Remark
	planned := d.planned()
	for key, rev := range d.newest {
		switch {
		case planned[key]:
		case d.Plan.IsPart(rev):
			notes = append(notes, Remark{Text: name(rev) + " would be removed: nothing of what it has is planned any more"})
		case d.Prune.covers(rev):
			notes = append(notes, Remark{Text: name(rev) + " is no longer planned and would be removed"})
		default:
			notes = append(notes, leftRemark(name(rev), rev.Name))
		}
	}
	left, _, err := d.homes(ctx)
	if _, lacks := cluster.Lacks(err); err != nil && !lacks {
		return nil, err
	}
	removed, err := d.named(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range left {
		if slices.Contains(removed, n) {
			notes = append(notes, Remark{Text: "Namespace " + n + " is no longer planned and would be removed with all that is in it"})
		} else {
			notes = append(notes, leftRemark("Namespace "+n, n))
		}
	}
	return notes, nil
}

// pruneNamespaces removes the namespaces that were named, behind the releases in
// them, and lists the others that are no longer planned.
func (d *Deployment) pruneNamespaces(ctx context.Context, named []string) error {
	ours, _, err := d.homes(ctx)
	if _, lacks := cluster.Lacks(err); lacks && len(named) == 0 {
		return nil // whoever may not list namespaces is not told of those that are left
	}
	if err != nil {
		return err
	}
	for _, n := range ours {
		if !slices.Contains(named, n) {
			d.say(Event{Object: "Namespace " + n, Phase: Skipped, Message: fmt.Sprintf(
				"it is no longer planned and left with what is in it; upgrade --prune=%s removes it", n)})
		}
	}
	for _, n := range named {
		if err := d.vacant(ctx, n); err != nil { // somebody may have come since
			return err
		}
		if err := d.lastSnapshots(ctx, []string{n}); err != nil {
			return err
		}
		if err := d.end(ctx, n); err != nil {
			return err
		}
	}
	return nil
}
