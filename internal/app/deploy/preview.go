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
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/release/change"
)

// Preview is what would become of a release.
type Preview struct {
	Unit release.Unit
	// Changes are those of its objects, what they mean beside them.
	Changes  []release.Change
	Meanings []change.Meaning
	// Known is whether the release is there, Whole whether its newest revision is
	// one that was finished well.
	Known, Whole bool
}

// Changed reports whether the release has to be applied.
func (p Preview) Changed() bool {
	return !p.Known || !p.Whole || slices.ContainsFunc(p.Changes, release.Change.Changed)
}

// preview finds out what would change, release by release; tryNew sends new
// jobs as dry runs too; there are many of them, and one that is refused stops no other.
func (d *Deployment) preview(ctx context.Context, tryNew bool) ([]Preview, error) {
	at := d.Cluster.Now()
	var all []cluster.Object
	for _, u := range d.Plan.Units {
		for _, o := range u.Set {
			all = append(all, o.Data)
		}
	}
	d.Cluster.Prefetch(ctx, all, at)
	out := make([]Preview, len(d.Plan.Units))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(8)
	for i, u := range d.Plan.Units {
		group.Go(func() error {
			rev, known := d.newest[u.Namespace+"/"+u.Name]
			p := Preview{Unit: u, Known: known, Whole: rev.Status == "deployed"}
			var deployed *release.Revision
			if known {
				deployed = &rev
			}
			var err error
			if p.Changes, err = d.Releases.Preview(ctx, u, deployed, at, tryNew || u.Wave < release.WaveClusters); err != nil {
				return err
			}
			for _, c := range p.Changes {
				p.Meanings = append(p.Meanings, d.meaning(ctx, c))
			}
			out[i] = p
			return nil
		})
	}
	return out, group.Wait()
}

// meaning says what a change means for what runs.
func (d *Deployment) meaning(ctx context.Context, c release.Change) change.Meaning {
	if !c.Changed() {
		return change.Meaning{}
	}
	in := change.Input{Before: c.Before, After: c.After, Operator: d.Operator}
	one := c.Before
	if one == nil {
		one = c.After
	}
	version := one.Text("spec", "flinkVersion")
	switch one.Kind() {
	case "FlinkSessionJob":
		of := cluster.Object{"apiVersion": cluster.FlinkGroup + "/v1beta1", "kind": "FlinkDeployment", "metadata": map[string]any{
			"name": one.Text("spec", "deploymentName"), "namespace": one.Namespace(),
		}}
		if live, err := d.Cluster.Live(ctx, of, d.start); err == nil && live != nil {
			in.Cluster, version = live, live.Text("spec", "flinkVersion")
		}
	case "FlinkDeployment":
		if one.At("spec", "job") == nil && c.Before != nil {
			in.Jobs = d.sessionJobs(ctx, one)
		}
	}
	if d.Defaults != nil {
		in.Defaults = d.Defaults(one.Namespace(), version)
	}
	return change.Of(in)
}

// sessionJobs are the live jobs of a session cluster.
func (d *Deployment) sessionJobs(ctx context.Context, of cluster.Object) []map[string]any {
	all, err := d.Cluster.List(ctx, cluster.FlinkKind("FlinkSessionJob"), of.Namespace())
	if err != nil {
		return nil
	}
	var out []map[string]any
	for _, j := range all {
		if j.Text("spec", "deploymentName") == of.Name() {
			out = append(out, j)
		}
	}
	return out
}

// permit names the releases that must be applied, and refuses all of it where
// state would be lost, or where the new operator would abandon a running job.
func (d *Deployment) permit(ctx context.Context, previews []Preview) (map[string]bool, error) {
	changed := map[string]bool{}
	var losses []string
	for _, p := range previews {
		changed[p.Unit.String()] = p.Changed()
		for i, m := range p.Meanings {
			for _, r := range m.Reasons {
				if r.Loss && m.Loss() {
					losses = append(losses, strings.TrimSuffix(fmt.Sprintf("%s: %s; %s", p.Changes[i].Key, r.Why, r.Hint), "; "))
				}
			}
		}
		if p.Unit.Kind == release.Operator && p.Known && changed[p.Unit.String()] {
			if err := d.supported(ctx); err != nil {
				return nil, err
			}
		}
	}
	renamed, err := d.renamed(previews)
	if err != nil {
		return nil, err
	}
	for _, r := range renamed {
		losses = append(losses, fmt.Sprintf("%s: it looks like %s under another name, would start from empty state, and that one "+
			"would go on; let job.initialSavepointPath name its last savepoint", cluster.TargetOf(r.After), cluster.TargetOf(r.Before)))
	}
	if len(losses) > 0 && !d.AllowStateLoss {
		return nil, &LossError{Losses: losses}
	}
	return changed, nil
}

// renamed are the jobs that come where one with the same program is no longer
// planned, and that lose its state.
func (d *Deployment) renamed(previews []Preview) ([]change.Pair, error) {
	var gone, come []map[string]any
	planned := d.planned()
	for key, rev := range d.newest {
		if planned[key] || rev.Kind != release.Job {
			continue
		}
		held, err := rev.Objects()
		if err != nil {
			return nil, err
		}
		for _, o := range held {
			gone = append(gone, o)
		}
	}
	for _, p := range previews {
		for _, c := range p.Changes {
			if c.Before == nil && p.Unit.Kind == release.Job {
				come = append(come, c.After)
			}
		}
	}
	return slices.DeleteFunc(change.Renames(gone, come), func(p change.Pair) bool {
		return !change.Of(change.Input{Before: p.Before, After: p.After, Operator: d.Operator}).Loss()
	}), nil
}

// supported refuses an operator that does not support the Flink version of a job
// that is there: from 1.7 on it would ignore the job, and not even delete it
// (facts: flink-operator §0, flink.Operator).
func (d *Deployment) supported(ctx context.Context) error {
	if d.Operator.IsZero() {
		return nil
	}
	var errs []error
	seen := map[string]bool{}
	for _, rev := range d.newest {
		if seen[rev.Namespace] {
			continue
		}
		seen[rev.Namespace] = true
		all, err := d.Cluster.List(ctx, cluster.FlinkKind("FlinkDeployment"), rev.Namespace)
		if cluster.NoKind(err) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, o := range all {
			version, err := flink.ParseVersion(o.Text("spec", "flinkVersion"))
			if err != nil || d.Operator.Runs(version) || d.moves(o) {
				continue
			}
			errs = append(errs, fmt.Errorf("%s runs Flink %s, which the operator %s does not support: it would ignore it, and not even "+
				"delete it; upgrade the job first", cluster.TargetOf(o), o.Text("spec", "flinkVersion"), d.Operator))
		}
	}
	return errors.Join(errs...)
}

// moves reports whether the plan gives a job another Flink version.
func (d *Deployment) moves(o cluster.Object) bool {
	for _, u := range d.Plan.Units {
		for _, planned := range u.Set {
			p := cluster.Object(planned.Data)
			if p.Kind() == o.Kind() && p.Namespace() == o.Namespace() && p.Name() == o.Name() {
				return p.Text("spec", "flinkVersion") != o.Text("spec", "flinkVersion")
			}
		}
	}
	return false
}

// Diff says what Apply would do, and changes nothing: the releases with what
// would become of their objects, jobs that only got another name, and in words
// the CRDs that would change and the releases that are no longer planned.
func (d *Deployment) Diff(ctx context.Context) (previews []Preview, renamed []change.Pair, notes []Remark, err error) {
	d.start = d.Cluster.Now()
	if err := d.read(); err != nil {
		return nil, nil, nil, err
	}
	if err := d.arrange(); err != nil {
		return nil, nil, nil, err
	}
	for _, o := range d.Plan.CRDs {
		became, err := d.Cluster.ApplyCRD(ctx, o.Data, true)
		if err != nil {
			return nil, nil, nil, err
		}
		if became != cluster.CRDUnchanged {
			notes = append(notes, Remark{Text: fmt.Sprintf("CustomResourceDefinition %s would be %s", o.Key().Name, became)})
		}
	}
	d.listed = d.start
	leaving, err := d.leaving(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	notes = append(notes, leaving...)
	slices.SortFunc(notes, func(a, b Remark) int { return cmp.Compare(a.Text, b.Text) })
	if previews, err = d.preview(ctx, true); err != nil {
		return nil, nil, nil, err
	}
	renamed, err = d.renamed(previews)
	return previews, renamed, notes, err
}
