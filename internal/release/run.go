package release

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"helm.sh/helm/v3/pkg/action"
	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// How says how a release is changed.
type How struct {
	// Run numbers the install or upgrade that this is part of.
	Run int
	// Wait waits until everything is ready, for Timeout at most.
	Wait    bool
	Timeout time.Duration
	// Atomic undoes a change that failed: an install is uninstalled, an upgrade
	// rolled back.
	Atomic bool
	// MaxHistory is the number of revisions kept of a release; 0 keeps all.
	MaxHistory int
	// Listed is the time after which lists of live objects may be believed when they
	// do not have an object; zero has Helm look for each. One who makes it meanwhile
	// is found by its creation: see TakenError.
	Listed time.Time
	// Same are live objects of the release that were read a moment ago and would not
	// change: they are not read again.
	Same []cluster.Object
	// See is told what is waited for.
	See func(cluster.Target, cluster.State)
}

// Apply installs a unit, or upgrades it where a release of its name is there. A
// release that a killed run left half done is finished.
func (r *Releases) Apply(ctx context.Context, u Unit, how How) error {
	err := r.apply(ctx, u, how)
	if r.memory != nil && errors.Is(err, driver.ErrReleaseExists) { // somebody made a revision since: it is read anew
		err = r.apply(ctx, u, how)
	}
	return err
}

func (r *Releases) apply(ctx context.Context, u Unit, how How) error {
	cfg := r.configuration(ctx, u.Namespace, how.See)
	has, err := r.content(u, how.Run)
	if err != nil {
		return err
	}
	r.byHelm(cfg, u)
	r.remembering(cfg, u, how)
	last, err := cfg.Releases.Last(u.Name)
	if err != nil && !noRelease(err) {
		return fmt.Errorf("%s: %w", u, err)
	}
	if err := r.mayTake(u, last); err != nil {
		return err
	}
	left, err := r.takeUp(ctx, cfg, u, last)
	if err != nil {
		return fmt.Errorf("%s: %w", u, err)
	}
	made, err := act(ctx, cfg, u, how, has, last)
	if errors.Is(err, driver.ErrReleaseExists) { // the record is another's
		return fmt.Errorf("%s: %w", u, err)
	}
	if err != nil {
		taken, unread := r.failed(ctx, cfg, u)
		if apierrors.IsAlreadyExists(err) && taken == nil && unread == nil && !how.Listed.IsZero() {
			how.Listed, how.Same = time.Time{}, nil // it is the release's own, made since: Helm looks and goes on with it
			return r.apply(ctx, u, how)
		}
		return fmt.Errorf("%s: %w", u, because(err, taken, unread))
	}
	return r.sweep(ctx, cfg, u, left, made.Manifest)
}

// act has Helm install or upgrade.
func act(
	ctx context.Context, cfg *action.Configuration, u Unit, how How, has content, last *helmrelease.Release,
) (*helmrelease.Release, error) {
	if last == nil || last.Info.Status == helmrelease.StatusUninstalled {
		install := action.NewInstall(cfg)
		install.ReleaseName, install.Namespace, install.Labels = u.Name, u.Namespace, has.labels
		install.PostRenderer, install.DisableOpenAPIValidation = has.post, true
		install.Wait, install.Timeout, install.Atomic, install.Replace = how.Wait, how.Timeout, how.Atomic, true
		install.SkipCRDs = true
		install.Description = description(how.Run)
		return install.RunWithContext(ctx, has.chart, has.values)
	}
	upgrade := action.NewUpgrade(cfg)
	upgrade.Namespace, upgrade.Labels, upgrade.ResetValues = u.Namespace, has.labels, true
	upgrade.PostRenderer, upgrade.DisableOpenAPIValidation, upgrade.SkipCRDs = has.post, true, true
	upgrade.Wait, upgrade.Timeout, upgrade.Atomic, upgrade.MaxHistory = how.Wait, how.Timeout, how.Atomic, how.MaxHistory
	upgrade.Description = description(how.Run)
	return upgrade.RunWithContext(ctx, u.Name, has.chart, has.values)
}

// byHelm has Helm ask the cluster for its APIs anew, since CRDs were applied after
// the platform's other charts were rendered, and wait as it does for any chart.
func (r *Releases) byHelm(cfg *action.Configuration, u Unit) {
	if u.Source == nil {
		return
	}
	cfg.Capabilities = nil
	if client, ok := cfg.KubeClient.(*kubeClient); ok {
		client.anyKind = true
	}
}

// mayTake refuses to take over a release that somebody else made.
func (r *Releases) mayTake(u Unit, last *helmrelease.Release) error {
	if last == nil || last.Labels[labelPlatform] == r.platform {
		return nil
	}
	owner := "it was not made by helm-flink"
	if by := last.Labels[labelPlatform]; by != "" {
		owner = "it belongs to the platform " + by
	}
	do := "rename " + cmp.Or(u.Path, u.String())
	if u.Kind == Addon {
		do = "turn " + u.Path + " off"
	}
	return fmt.Errorf("the Helm release %s/%s is there already and %s; %s, or uninstall that release first",
		u.Namespace, u.Name, owner, do)
}

func description(run int) string { return fmt.Sprintf("helm-flink run %d", run) }

// Rollback brings a release back to one of its revisions.
func (r *Releases) Rollback(ctx context.Context, rev Revision, to int, how How) error {
	cfg := r.forgetful().configuration(ctx, rev.Namespace, how.See)
	if last, err := cfg.Releases.Last(rev.Name); err == nil {
		if _, err := r.takeUp(ctx, cfg, rev.unit(), last); err != nil {
			return fmt.Errorf("%s: %w", rev.Key(), err)
		}
	}
	rollback := action.NewRollback(cfg)
	rollback.Version, rollback.Wait, rollback.Timeout, rollback.MaxHistory = to, how.Wait, how.Timeout, how.MaxHistory
	if err := rollback.Run(rev.Name); err != nil {
		return fmt.Errorf("%s %s: roll back to revision %d: %w", rev.Kind, rev.Key(), to, err)
	}
	return nil
}

// Uninstall removes a release with what it holds, but for what has the policy
// keep and what is somebody else's: see Owned. It does not wait for the objects to be
// gone. A release that is gone is no error.
func (r *Releases) Uninstall(ctx context.Context, rev Revision, how How) error {
	if _, err := r.Owned(ctx, rev); err != nil {
		return err
	}
	cfg := r.forgetful().configuration(ctx, rev.Namespace, how.See)
	uninstall := action.NewUninstall(cfg)
	uninstall.IgnoreNotFound, uninstall.Wait, uninstall.Timeout = true, false, how.Timeout
	_, err := uninstall.Run(rev.Name)
	if noRelease(err) {
		return nil
	}
	if client, ok := cfg.KubeClient.(*kubeClient); ok {
		err = client.denied.with(err)
	}
	if err != nil {
		return fmt.Errorf("%s %s: uninstall: %w", rev.Kind, rev.Key(), err)
	}
	return nil
}

// forgetful reads the records from the cluster: what is removed or goes back may
// have been waited for, for long.
func (r *Releases) forgetful() *Releases {
	out := *r
	out.memory = nil
	return &out
}

// Objects are what a revision holds.
func (r Revision) Objects() ([]cluster.Object, error) {
	set, err := objects(r.Manifest)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.Key(), err)
	}
	out := make([]cluster.Object, 0, len(set))
	for _, o := range set {
		out = append(out, o.Data)
	}
	return out, nil
}
