package app

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// holding connects to a server that has ConfigMaps and nothing else.
func holding(t *testing.T, maps ...any) *cluster.Client {
	t.Helper()
	kind := func(name, kind string) map[string]any {
		return map[string]any{"name": name, "kind": kind, "namespaced": true, "verbs": []any{"get", "list", "patch", "create"}}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := map[string]any{"kind": "List", "apiVersion": "v1", "metadata": map[string]any{"resourceVersion": "1"}, "items": []any{}}
		switch at := r.URL.Path; {
		case at == "/api":
			answer = map[string]any{"kind": "APIVersions", "versions": []any{"v1"}}
		case at == "/apis":
			answer = map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": []any{}}
		case at == "/api/v1":
			answer = map[string]any{"kind": "APIResourceList", "groupVersion": "v1", "resources": []any{
				kind("configmaps", "ConfigMap"), kind("secrets", "Secret"),
			}}
		case strings.HasSuffix(at, "/configmaps"):
			answer["kind"], answer["items"] = "ConfigMapList", maps
		case strings.HasSuffix(at, "/secrets"):
			answer["kind"] = "SecretList"
		default:
			w.WriteHeader(http.StatusNotFound)
			answer = map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "kubeconfig")
	text := `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],
  users: [{name: u, user: {}}], clusters: [{name: c, cluster: {server: "` + server.URL + `"}}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := cluster.Connect(cluster.Options{Kubeconfig: file, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// noisy is a ConfigMap with text that does not compress.
func noisy(name string, size int) manifest.Object {
	var text []byte
	for i := 0; len(text) < size*3/4; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", name, i))
		text = append(text, sum[:]...)
	}
	return manifest.Object{Data: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": name, "namespace": "home"},
		"data": map[string]any{"text": base64.StdEncoding.EncodeToString(text)},
	}}
}

// TestCheckOfParts: the objects of a parted platform are its own, and one that no part can hold is told.
func TestCheckOfParts(t *testing.T) {
	t.Parallel()
	const large = 600 << 10
	one, two := noisy("one", large), noisy("two", large)
	own := func(o manifest.Object, by string) any {
		return cluster.Release{Name: by, Namespace: "home"}.Own(o.Data)
	}
	for _, c := range []struct {
		name     string
		set      manifest.Set
		second   string
		ok       bool
		severity diag.Severity
		want     string
	}{
		{"parted", manifest.Set{one, two}, "p-platform-2", true, 0, "no object of the platform is somebody else's"},
		{"taken", manifest.Set{one, two}, "other", false, diag.Error, "it belongs to the Helm release home/other"},
		{"too large", manifest.Set{one, two, noisy("three", 1100<<10)}, "p-platform-2", false, diag.Error, "ConfigMap home/three (1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			plan := release.PlanManifests("p", "home", c.set, release.Charts{})
			check := &checker{cluster: holding(t, own(one, "p-platform"), own(two, c.second)), plan: &plan}
			got, err := check.objects(t.Context())
			if err != nil || len(got) != 1 || got[0].OK != c.ok || !strings.Contains(got[0].Message, c.want) ||
				!c.ok && got[0].Severity != c.severity {
				t.Errorf("got %.600v, %v", got, err)
			}
			if len(plan.Units) != 1 {
				t.Error("the plan that the other checks look at was parted")
			}
		})
	}
}
