package lifecycle_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestSomebodyWasFaster is what happens when, between the reading under the lock and the change, somebody who knows of no
// lock makes an object or a release of the same name: it is not touched, and the error says whose it is.
func TestSomebodyWasFaster(t *testing.T) {
	t.Parallel()
	plane := testkit.ControlPlane(t)
	s := &site{Plane: plane, dir: t.TempDir(), kubeconfig: plane.Kubeconfig}
	c, err := cluster.Connect(cluster.Options{
		Kubeconfig: plane.Kubeconfig, Now: time.Now, Random: func() float64 { return 0.5 },
		Sleep: func(_ context.Context, d time.Duration) error { time.Sleep(d); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.MustKubectl(t, "", "create", "namespace", "team")
	releases := release.New(c, "streaming")
	if _, err := releases.Remember(t.Context()); err != nil {
		t.Fatal(err)
	}
	unit := func(name string, documents ...string) release.Unit {
		u := release.Unit{Kind: release.Job, Name: name, Namespace: "team", Chart: "flink-jobs", Version: "1.0.0"}
		for _, text := range documents {
			var data map[string]any
			if err := yaml.Unmarshal([]byte(text), &data); err != nil {
				t.Fatal(err)
			}
			u.Set = append(u.Set, manifest.Object{Data: data})
		}
		return u
	}
	const (
		account = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: orders, namespace: team}}"
		config  = "{apiVersion: v1, kind: ConfigMap, metadata: {name: orders, namespace: team}, data: {by: us}}"
	)
	u := unit("orders", account, config)
	how := release.How{Run: 1, Timeout: 10 * time.Second, Listed: time.Now()}
	for _, o := range u.Set {
		if live, err := c.Live(t.Context(), o.Data, how.Listed); err != nil || live != nil {
			t.Fatalf("%v, %v", live, err)
		}
	}

	s.Apply(t, strings.Replace(config, "by: us", "by: them", 1))
	taken := (*release.TakenError)(nil)
	if err := releases.Apply(t.Context(), u, how); !errors.As(err, &taken) || taken.Key.Kind != "ConfigMap" {
		t.Fatalf("an object that somebody made: %v", err)
	}
	all, err := release.New(c, "streaming").List()
	if err != nil || len(all) != 1 || all[0].Status != "failed" || strings.Contains(all[0].Manifest, "ConfigMap") ||
		!strings.Contains(all[0].Manifest, "ServiceAccount") {
		t.Fatalf("the record: %+v, %v", all, err)
	}
	if _, err := releases.Preview(t.Context(), u, &all[0], time.Now(), false); !errors.As(err, &taken) {
		t.Errorf("the next run does not refuse: %v", err)
	}
	if err := releases.Uninstall(t.Context(), all[0], how); err != nil {
		t.Fatal(err)
	}
	if by := s.MustKubectl(t, "", "get", "configmap", "orders", "-n", "team", "-o", "jsonpath={.data.by}"); by != "them" {
		t.Errorf("the object of somebody else has %q", by)
	}
	if left := s.MustKubectl(t, "", "get", "serviceaccounts", "-n", "team", "-o", "name"); strings.Contains(left, "orders") {
		t.Errorf("the release's own object is left: %s", left)
	}

	chart := filepath.Join(s.dir, "chart")
	write(t, filepath.Join(chart, "Chart.yaml"), "apiVersion: v2\nname: theirs\nversion: 1.0.0\n")
	write(t, filepath.Join(chart, "templates", "a.yaml"), "{apiVersion: v1, kind: ConfigMap, metadata: {name: theirs}}\n")
	s.peer(t, "", testkit.Tool(t, "helm3"), "install", "shared", chart, "-n", "team")
	err = releases.Apply(t.Context(), unit("shared", account), how)
	if err == nil || !strings.Contains(err.Error(), "it was not made by helm-flink") {
		t.Errorf("a release that somebody made: %v", err)
	}
	if status := s.helmList(t, "helm3")["team/shared"]; status != "deployed" {
		t.Errorf("the release of somebody else is %q", status)
	}
}
