package release

import (
	"errors"
	"slices"
	"testing"

	helmrelease "helm.sh/helm/v3/pkg/release"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// TestUnfinishedRevisions is which revisions may have made what Helm does not know of.
func TestUnfinishedRevisions(t *testing.T) {
	t.Parallel()
	const (
		deployed, superseded, failed = helmrelease.StatusDeployed, helmrelease.StatusSuperseded, helmrelease.StatusFailed
		pending, uninstalled         = helmrelease.StatusPendingUpgrade, helmrelease.StatusUninstalled
	)
	for name, c := range map[string]struct {
		history []helmrelease.Status
		want    []string
	}{
		"all was finished":             {[]helmrelease.Status{superseded, failed, deployed}, nil},
		"failed and pending since":     {[]helmrelease.Status{superseded, deployed, failed, pending}, []string{"3", "4"}},
		"none was ever finished":       {[]helmrelease.Status{failed, failed}, []string{"1", "2"}},
		"what was before the last end": {[]helmrelease.Status{failed, uninstalled, failed}, []string{"3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var all []*helmrelease.Release
			for i, s := range c.history {
				all = append(all, &helmrelease.Release{
					Version: i + 1, Manifest: string(rune('1' + i)), Info: &helmrelease.Info{Status: s},
				})
			}
			if got := unfinished(all); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}

// TestBecause is which of two errors a failed unit ends with.
func TestBecause(t *testing.T) {
	t.Parallel()
	exists, other, unread := apierrors.NewAlreadyExists(secretResource(), "orders"), errors.New("too slow"), errors.New("no answer")
	taken := &TakenError{Key: manifest.Key{Kind: "ConfigMap", Name: "orders"}, By: cluster.Object{}}
	for name, c := range map[string]struct {
		failure, taken, unread error
		want, not              []error
	}{
		"nothing is taken":         {exists, nil, nil, []error{exists}, nil},
		"it cannot be said":        {other, nil, unread, []error{other}, []error{unread}},
		"what exists is taken":     {exists, taken, nil, []error{taken}, []error{exists}},
		"another error, and taken": {other, taken, nil, []error{other, taken}, nil},
		"the record stays":         {other, taken, unread, []error{other, taken, unread}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := because(c.failure, c.taken, c.unread)
			for _, err := range c.want {
				if !errors.Is(got, err) {
					t.Errorf("%v is not %v", got, err)
				}
			}
			for _, err := range c.not {
				if errors.Is(got, err) {
					t.Errorf("%v is %v", got, err)
				}
			}
		})
	}
}
