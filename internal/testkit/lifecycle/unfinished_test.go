package lifecycle_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// records are the releases of one namespace, with objects that are a ConfigMap each.
type records struct {
	*site
	client   *cluster.Client
	releases *release.Releases
	how      release.How
}

func newRecords(t *testing.T) *records {
	t.Helper()
	plane := testkit.ControlPlane(t)
	c, err := cluster.Connect(cluster.Options{
		Kubeconfig: plane.Kubeconfig, Now: time.Now, Random: func() float64 { return 0.5 },
		Sleep: func(_ context.Context, d time.Duration) error { time.Sleep(d); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	plane.MustKubectl(t, "", "create", "namespace", "team")
	return &records{
		site: &site{Plane: plane, dir: t.TempDir(), kubeconfig: plane.Kubeconfig}, client: c,
		releases: release.New(c, "streaming"), how: release.How{Run: 1, Timeout: 10 * time.Second},
	}
}

// unit is a release that has ConfigMaps of some names; one that begins with "bad" is a Role that is refused, behind the others.
func (r *records) unit(t *testing.T, name string, objects ...string) release.Unit {
	t.Helper()
	u := release.Unit{Kind: release.Job, Name: name, Namespace: "team", Chart: "flink-jobs", Version: "1.0.0"}
	for _, o := range objects {
		text := "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + o + ", namespace: team}, data: {by: us}}"
		switch {
		case strings.HasPrefix(o, "bad"):
			text = "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: " + o + ", namespace: team, labels: {a: no label}}}"
		case strings.HasPrefix(o, "first-bad"):
			text = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: " + o + ", namespace: team, labels: {a: no label}}}"
		}
		var data map[string]any
		if err := yaml.Unmarshal([]byte(text), &data); err != nil {
			t.Fatal(err)
		}
		u.Set = append(u.Set, manifest.Object{Data: data})
	}
	return u
}

// listed is how a unit is applied whose objects were just listed.
func (r *records) listed(t *testing.T, u release.Unit) release.How {
	t.Helper()
	how := r.how
	how.Listed = time.Now()
	for _, o := range u.Set {
		if live, err := r.client.Live(t.Context(), o.Data, how.Listed); err != nil || live != nil {
			t.Fatalf("%v, %v", live, err)
		}
	}
	return how
}

func (r *records) apply(t *testing.T, u release.Unit) {
	t.Helper()
	if err := r.releases.Apply(t.Context(), u, r.how); err != nil {
		t.Fatal(err)
	}
}

// theirs makes a ConfigMap somebody else's.
func (r *records) theirs(t *testing.T, name string) {
	t.Helper()
	r.MustKubectl(t, "", "delete", "configmap", name, "-n", "team", "--ignore-not-found")
	r.MustKubectl(t, "", "create", "configmap", name, "-n", "team", "--from-literal", "by=them")
}

// by says whose a ConfigMap is; empty for none.
func (r *records) by(t *testing.T, name string) string {
	t.Helper()
	return r.MustKubectl(t, "", "get", "configmap", name, "-n", "team", "--ignore-not-found", "-o", "jsonpath={.data.by}")
}

// cut gives the newest record of a release the status that a killed or a failed run leaves.
func (r *records) cut(t *testing.T, name string, status helmrelease.Status) release.Revision {
	t.Helper()
	store := storage.Init(driver.NewSecrets(r.client.Typed().CoreV1().Secrets("team")))
	last, err := store.Last(name)
	if err == nil {
		last.SetStatus(status, "cut off")
		err = store.Update(last)
	}
	if err != nil {
		t.Fatal(err)
	}
	return r.newest(t, name)
}

func (r *records) newest(t *testing.T, name string) release.Revision {
	t.Helper()
	all, err := r.releases.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, rev := range all {
		if rev.Name == name {
			return rev
		}
	}
	t.Fatalf("no release %s", name)
	return release.Revision{}
}

// TestUnfinished is what becomes of the objects of a revision that was not finished: those of somebody else stay whatever its
// record says, and those of the release go when the values have them no more.
func TestUnfinished(t *testing.T) {
	t.Parallel()
	r := newRecords(t)
	for _, status := range []helmrelease.Status{helmrelease.StatusPendingInstall, helmrelease.StatusFailed} {
		name := status.String()
		theirs, ours := "theirs-"+name, "ours-"+name
		begin := func(t *testing.T) release.Revision {
			t.Helper()
			r.MustKubectl(t, "", "delete", "configmap", theirs, "-n", "team", "--ignore-not-found")
			r.apply(t, r.unit(t, name, "kept-"+name, ours, theirs))
			r.theirs(t, theirs)
			return r.cut(t, name, status)
		}
		t.Run("apply after "+name, func(t *testing.T) {
			rev := begin(t)
			changes, err := r.releases.Preview(t.Context(), r.unit(t, name, "kept-"+name), &rev, time.Now(), false)
			if err != nil || len(changes) != 2 || changes[1].Key.Name != ours || changes[1].After != nil {
				t.Errorf("the preview: %+v, %v", changes, err)
			}
			r.apply(t, r.unit(t, name, "kept-"+name))
			if by := r.by(t, theirs); by != "them" {
				t.Errorf("the object of somebody else has %q", by)
			}
			if r.by(t, ours) != "" || r.by(t, "kept-"+name) != "us" {
				t.Error("what the values have no more is there, or what they have is not")
			}
		})
		t.Run("uninstall after "+name, func(t *testing.T) {
			rev := begin(t)
			if err := r.releases.Uninstall(t.Context(), rev, r.how); err != nil {
				t.Fatal(err)
			}
			if by := r.by(t, theirs); by != "them" || r.by(t, ours) != "" {
				t.Errorf("the object of somebody else has %q, the release's own %q", by, r.by(t, ours))
			}
		})
	}
	t.Run("roll back", func(t *testing.T) {
		r.apply(t, r.unit(t, "back", "back-a"))
		r.apply(t, r.unit(t, "back", "back-a", "back-x"))
		r.theirs(t, "back-x")
		rev := r.cut(t, "back", helmrelease.StatusFailed)
		if err := r.releases.Rollback(t.Context(), rev, 1, r.how); err != nil || r.by(t, "back-x") != "them" {
			t.Errorf("the object of somebody else has %q, %v", r.by(t, "back-x"), err)
		}
	})
	t.Run("taken behind another error", func(t *testing.T) {
		u := r.unit(t, "both", "first-bad", "both-x")
		how := r.listed(t, u)
		r.theirs(t, "both-x")
		taken := (*release.TakenError)(nil)
		err := r.releases.Apply(t.Context(), u, how)
		if !errors.As(err, &taken) || taken.Key.Name != "both-x" || !strings.Contains(err.Error(), "no label") {
			t.Errorf("%v", err)
		}
		if text := r.newest(t, "both").Manifest; strings.Contains(text, "both-x") || !strings.Contains(text, "first-bad") {
			t.Errorf("the record:\n%s", text)
		}
	})
	t.Run("made by the release since the list", func(t *testing.T) {
		u := r.unit(t, "since", "since-a", "since-b")
		how := r.listed(t, u)
		own := cluster.Release{Name: "since", Namespace: "team"}.Own(u.Set[1].Data)
		text, err := yaml.Marshal(own)
		if err != nil {
			t.Fatal(err)
		}
		r.Apply(t, string(text))
		if err := r.releases.Apply(t.Context(), u, how); err != nil || r.newest(t, "since").Status != "deployed" {
			t.Errorf("%+v, %v", r.newest(t, "since"), err)
		}
	})
	t.Run("failed twice", func(t *testing.T) {
		r.apply(t, r.unit(t, "twice", "twice-a"))
		for _, objects := range [][]string{{"twice-a", "twice-x", "twice-y", "bad"}, {"twice-a", "bad"}} {
			if err := r.releases.Apply(t.Context(), r.unit(t, "twice", objects...), r.how); err == nil {
				t.Fatal("it does not fail")
			}
		}
		if r.by(t, "twice-x") != "us" {
			t.Fatal("the run that failed made nothing")
		}
		r.theirs(t, "twice-y")
		r.apply(t, r.unit(t, "twice", "twice-a"))
		if x, y, a := r.by(t, "twice-x"), r.by(t, "twice-y"), r.by(t, "twice-a"); x != "" || y != "them" || a != "us" {
			t.Errorf("what the run made that failed has %q, the object of somebody else %q, what stays %q", x, y, a)
		}
	})
}
