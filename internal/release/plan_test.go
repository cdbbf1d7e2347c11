package release_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

func object(apiVersion, kind, namespace, name, path string, of manifest.Component, spec map[string]any) manifest.Object {
	return manifest.Object{
		Data:   map[string]any{"apiVersion": apiVersion, "kind": kind, "metadata": map[string]any{"name": name, "namespace": namespace}, "spec": spec},
		Origin: manifest.Origin{Component: of, Path: path},
	}
}

// TestMakePlan is which object goes into which release, and in which order they come.
func TestMakePlan(t *testing.T) {
	t.Parallel()
	const flink = "flink.apache.org/v1beta1"
	job := map[string]any{"job": map[string]any{}}
	long := strings.Repeat("a", 60)
	plan := release.MakePlan("p", "home", manifest.Set{
		object(flink, "FlinkStateSnapshot", "team", "orders", "snapshots.orders", manifest.Jobs, nil),
		object(flink, "FlinkSessionJob", "team", "orders", "sessionJobs.orders", manifest.Jobs, nil),
		object(flink, "FlinkDeployment", "team", "orders", "jobs.orders", manifest.Jobs, job),
		object(flink, "FlinkDeployment", "team", "adhoc", "sessionClusters.adhoc", manifest.Jobs, map[string]any{}),
		object(flink, "FlinkDeployment", "other", long, "", "", job),
		object("networking.k8s.io/v1", "Ingress", "team", "orders", "jobs.orders", manifest.Jobs, nil),
		object("networking.k8s.io/v1", "NetworkPolicy", "team", "orders", "jobs.orders", manifest.Namespaces, nil),
		object("apps/v1", "Deployment", "home", "operator", "operator", manifest.Operator, nil),
		object("v1", "Namespace", "", "team", "teams.team", manifest.Namespaces, nil),
		object("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", "x", "", manifest.CRDs, nil),
	}, release.Charts{})
	var got []string
	for _, u := range plan.Units {
		var held []string
		for _, o := range u.Set {
			held = append(held, o.Key().Kind)
		}
		got = append(got, fmt.Sprintf("%s: %s: %s", u.Wave, u, strings.Join(held, " ")))
	}
	want := `platform: platform home/p-platform: Namespace NetworkPolicy
operator: operator home/p-operator: Deployment
clusters: job other/` + strings.Repeat("a", 44) + `-11ee3912: FlinkDeployment
clusters: job team/orders: Ingress FlinkDeployment
clusters: session team/adhoc: FlinkDeployment
session jobs: job team/orders-job: FlinkSessionJob
snapshots: snapshot team/snapshot-orders: FlinkStateSnapshot`
	if text := strings.Join(got, "\n"); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if len(plan.CRDs) != 1 {
		t.Errorf("%d CRDs", len(plan.CRDs))
	}
}
