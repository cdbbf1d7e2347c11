package app

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/release"
)

func TestSplitPath(t *testing.T) {
	t.Parallel()
	for _, path := range [][]string{{"jobs", "orders"}, {"jobs", "a.b"}, {"jobs", `a"]b`}, {"sessionJobs", "x-1", "spec"}} {
		text := diag.PathString(path)
		if strings.Contains(path[1], "]") {
			continue // no key of the schema has one
		}
		if got := splitPath(text); !slices.Equal(got, path) {
			t.Errorf("%s is read as %q", text, got)
		}
	}
}

func TestScalingHistory(t *testing.T) {
	t.Parallel()
	plain := "v1:\n  \"2026-05-04T03:02:01.5Z\": {currentParallelism: 1, newParallelism: 2, metrics: {LAG: {current: .NaN}}}\n"
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(plain)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	want := []StatusScaling{{Time: "2026-05-04T03:02:01.5Z", Vertex: "v1", From: 1, To: 2}}
	unquoted := strings.ReplaceAll(plain, "\"", "")
	for _, text := range []string{plain, unquoted, base64.StdEncoding.EncodeToString(packed.Bytes())} {
		if got := scalingHistory(text); !slices.Equal(got, want) {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
	for _, text := range []string{"", "[]", "H4sIAAAA", "v1: 3", "{"} {
		if got := scalingHistory(text); len(got) > 0 {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestVertices(t *testing.T) {
	t.Parallel()
	got := vertices("b:3, a:2,c:x,")
	if want := []StatusVertex{{"a", 2}, {"b", 3}}; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

func flinkObject(kind, namespace, name string) cluster.Object {
	return cluster.Object{
		"apiVersion": "flink.apache.org/v1beta1", "kind": kind, "metadata": map[string]any{"namespace": namespace, "name": name},
		"spec": map[string]any{"job": map[string]any{"parallelism": int64(3), "state": "suspended"}},
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	s := &jobScope{survey: &survey{
		deployments: []cluster.Object{flinkObject("FlinkDeployment", "a", "orders"), flinkObject("FlinkDeployment", "b", "orders")},
		sessionJobs: []cluster.Object{flinkObject("FlinkSessionJob", "a", "orders"), flinkObject("FlinkSessionJob", "a", "clicks")},
	}}
	for text, want := range map[string]string{
		"clicks": "FlinkSessionJob a/clicks", "b/orders": "FlinkDeployment b/orders", "FlinkSessionJob/a/orders": "FlinkSessionJob a/orders",
	} {
		if j, err := s.find(text); err != nil || j.target.String() != want {
			t.Errorf("%s: %v, %v", text, j, err)
		}
	}
	for text, want := range map[string]string{
		"orders":   "flinkdeployment/a/orders, flinkdeployment/b/orders, flinksessionjob/a/orders",
		"a/orders": "flinkdeployment/a/orders, flinksessionjob/a/orders", "click": "did you mean clicks?", "a/click": "did you mean a/clicks?",
		"": "there is no job", "x/a/clicks": "there is no job", "q/flinkdeployment/a/orders": "there is no job",
	} {
		if _, err := s.find(text); !errors.Is(err, ErrWhichJob) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestLifetimeAndDrift(t *testing.T) {
	t.Parallel()
	live := flinkObject("FlinkDeployment", "a", "orders")
	j := &job{object: live, target: cluster.TargetOf(live), revision: &release.Revision{Name: "orders", Namespace: "a", Path: "jobs.shop", Manifest: `
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: orders, namespace: a}
spec: {image: secret-registry/x, job: {parallelism: 3, state: running}}
`}}
	result := &JobResult{}
	j.lifetime(result, []jobField{stateField("suspended")})
	j.lifetime(result, []jobField{{"restartNonce", "restartNonce", int64(5)}})
	want := []string{
		"the values stay the truth: helm flink upgrade brings back state: running; to keep it, write it there (--write FILE): jobs.shop.state: suspended",
		"the values say nothing against it, so helm flink upgrade leaves it",
	}
	if !slices.Equal(result.Notes, want) {
		t.Errorf("%q", result.Notes)
	}
	drift := []string{"spec.image is not as its release says", "spec.job.state is suspended, its release says running"}
	if got := j.drift(); !slices.Equal(got, drift) {
		t.Errorf("%q", got)
	}
}
