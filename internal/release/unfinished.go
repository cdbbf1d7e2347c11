package release

import (
	"context"
	"fmt"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/action"
	helmrelease "helm.sh/helm/v3/pkg/release"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// patience bounds what is still read and written of a release after its run was
// ended.
const patience = 10 * time.Second

// takeUp readies a release whose newest revision was not finished, for Helm: what of
// its record is somebody else's is taken out, and it is pending no more. Out go the
// manifests of all revisions since the last one that was finished: what they made is
// there, maybe, and Helm compares with that one alone. nil where the newest was.
func (r *Releases) takeUp(ctx context.Context, cfg *action.Configuration, u Unit, last *helmrelease.Release) ([]string, error) {
	if last == nil || finished(last.Info.Status) {
		return nil, nil
	}
	if _, err := r.disown(ctx, cfg, u, last); err != nil {
		return nil, err
	}
	if last.Info.Status.IsPending() || last.Info.Status == helmrelease.StatusUninstalling {
		last.SetStatus(helmrelease.StatusFailed, "interrupted, taken up again")
		if err := cfg.Releases.Update(last); err != nil {
			return nil, fmt.Errorf("take up an interrupted release: %w", err)
		}
	}
	all, err := cfg.Releases.History(u.Name)
	if err != nil {
		return nil, err
	}
	return unfinished(all), nil
}

// finished reports whether Helm had all done that a revision says.
func finished(s helmrelease.Status) bool {
	return s == helmrelease.StatusDeployed || s == helmrelease.StatusUninstalled
}

// unfinished gives the manifests of the revisions since the last one that was finished.
func unfinished(all []*helmrelease.Release) []string {
	since := 0
	for _, rel := range all {
		if finished(rel.Info.Status) {
			since = max(since, rel.Version)
		}
	}
	var out []string
	for _, rel := range all {
		if rel.Version > since {
			out = append(out, rel.Manifest)
		}
	}
	return out
}

// failed takes out of the record of a release that failed what somebody else made
// since the objects were listed, also when the run has been ended: the record has
// every object before the first of them is created. taken says whose the first such
// object is; where err is not nil, whoever takes the release up reads it again.
func (r *Releases) failed(ctx context.Context, cfg *action.Configuration, u Unit) (taken, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	last, err := cfg.Releases.Last(u.Name)
	if noRelease(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return r.disown(ctx, cfg, u, last)
}

// because is why a unit failed: that an object exists is said by whose it is, all else
// comes before that.
func because(failure, taken, unread error) error {
	switch {
	case taken == nil:
		return failure
	case unread != nil:
		taken = fmt.Errorf("%w; and it could not be taken out of the record: %w", taken, unread)
	}
	if apierrors.IsAlreadyExists(failure) {
		return taken
	}
	return fmt.Errorf("%w; %w", failure, taken)
}

// disown takes out of the record of a revision that was not finished what is live and
// somebody else's, so that nobody deletes it with the release. taken says whose the
// first such object is, nil where there is none.
func (r *Releases) disown(
	ctx context.Context, cfg *action.Configuration, u Unit, rel *helmrelease.Release,
) (taken, err error) {
	if finished(rel.Info.Status) {
		return nil, nil
	}
	own, taken, err := r.own(ctx, u, rel.Manifest)
	if err != nil || taken == nil {
		return taken, err
	}
	rel.Manifest = own
	return taken, cfg.Releases.Update(rel)
}

// own gives a manifest without the live objects that are not the release's, and the
// error that says whose the first of those is.
func (r *Releases) own(ctx context.Context, u Unit, text string) (own string, taken, err error) {
	set, err := r.read(u, text)
	if err != nil {
		return "", nil, err
	}
	owner := cluster.Release{Name: u.Name, Namespace: u.Namespace}
	out := u
	out.Set = nil
	for _, o := range set {
		live, err := r.cluster.Get(ctx, cluster.TargetOf(o.Data))
		if err != nil && !cluster.NoKind(err) {
			return "", taken, err
		}
		if live == nil || owner.Owns(live) {
			out.Set = append(out.Set, o)
		} else if taken == nil {
			taken = &TakenError{Key: o.Key(), Unit: u, By: live}
		}
	}
	own, err = out.Manifest()
	return own, taken, err
}

// read parses a manifest of a release; what says no namespace is in the release's.
func (r *Releases) read(u Unit, text string) (manifest.Set, error) {
	set, err := objects(text)
	if err == nil {
		err = r.home(Unit{Namespace: u.Namespace, Set: set})
	}
	return set, err
}

// Owned gives a revision without what is live and somebody else's, and takes that out
// of its record too. A revision that was finished is given as it is: what it has is
// the release's own.
func (r *Releases) Owned(ctx context.Context, rev Revision) (Revision, error) {
	if finished(helmrelease.Status(rev.Status)) {
		return rev, nil
	}
	fail := func(err error) (Revision, error) {
		return rev, fmt.Errorf("%s %s: take what is somebody else's out of the record: %w", rev.Kind, rev.Key(), err)
	}
	own, taken, err := r.own(ctx, rev.unit(), rev.Manifest)
	if err != nil {
		return fail(err)
	}
	if taken == nil {
		return rev, nil
	}
	rev.Manifest = own
	cfg := r.forgetful().configuration(ctx, rev.Namespace, nil)
	last, err := cfg.Releases.Last(rev.Name)
	if noRelease(err) {
		return rev, nil
	}
	if err == nil {
		_, err = r.disown(ctx, cfg, rev.unit(), last)
	}
	if err != nil {
		return fail(err)
	}
	return rev, nil
}

// unit is the revision as the errors of units say it.
func (r Revision) unit() Unit {
	return Unit{Kind: r.Kind, Name: r.Name, Namespace: r.Namespace, Path: r.Path}
}

// sweep deletes what is the release's own and in one of the manifests that were left
// unfinished, but not in the one that is deployed now.
func (r *Releases) sweep(ctx context.Context, cfg *action.Configuration, u Unit, left []string, now string) error {
	if len(left) == 0 {
		return nil
	}
	gone, err := r.gone(context.WithoutCancel(ctx), u, left, now)
	if err != nil {
		return fmt.Errorf("%s: read what an interrupted run made: %w", u, err)
	}
	if len(gone.Set) == 0 {
		return nil
	}
	text, err := gone.Manifest()
	if err != nil {
		return err
	}
	list, err := cfg.KubeClient.Build(strings.NewReader(text), false)
	if err != nil {
		return fmt.Errorf("%s: %w", u, err)
	}
	client, _ := cfg.KubeClient.(*kubeClient)
	_, err = client.UpdateThreeWayMerge(list, nil, false) // leaves what has the policy keep
	return client.denied.with(err)
}

// gone are the live objects of a release that left has and now has not.
func (r *Releases) gone(ctx context.Context, u Unit, left []string, now string) (Unit, error) {
	out := u
	out.Set = nil
	stays, err := r.read(u, now)
	if err != nil {
		return out, err
	}
	owner := cluster.Release{Name: u.Name, Namespace: u.Namespace}
	seen := map[manifest.Key]bool{}
	for _, o := range stays {
		seen[unversioned(o)] = true
	}
	for _, text := range left {
		set, err := r.read(u, text)
		if err != nil {
			return out, err
		}
		for _, o := range set {
			if seen[unversioned(o)] {
				continue
			}
			seen[unversioned(o)] = true
			live, err := r.cluster.Get(ctx, cluster.TargetOf(o.Data))
			if err != nil && !cluster.NoKind(err) {
				return out, err
			}
			if live != nil && owner.Owns(live) {
				out.Set = append(out.Set, o)
			}
		}
	}
	return out, nil
}

// unversioned is the key of an object with the group of its kind alone: in another
// version it is the same object.
func unversioned(o manifest.Object) manifest.Key {
	key := o.Key()
	key.APIVersion = cluster.TargetOf(o.Data).Kind.Group
	return key
}
