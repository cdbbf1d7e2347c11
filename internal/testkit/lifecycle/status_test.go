package lifecycle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// statusOut is what is read of status -o json.
type statusOut struct {
	APIVersion, Kind, Platform string
	Items                      []struct {
		Kind, Namespace, Name, Lifecycle, JobState, FlinkVersion, Error string
		Parallelism                                                     int
		Release                                                         *struct {
			Name, Namespace, Kind, Status string
			Revision                      int
		}
		Pods          *struct{ Ready, Total int }
		Nodes         []struct{ Name, Pool string }
		LastSavepoint *struct{ Path string }
		Vertices      []struct {
			ID          string
			Parallelism int
		}
		Scaling []struct {
			Vertex, Report string
			From, To       int
		}
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	s, file := installed(t, testkit.WithPods())
	t.Run("agrees with kubectl and Helm", func(t *testing.T) {
		path, _ := s.must(t, "job", "savepoint", "shop/orders", "--timeout", "30s")
		out := s.status(t, "-f", file)
		s.agrees(t, "-f", file)
		if out.APIVersion != "helm-flink.dev/v1" || out.Kind != "PlatformStatus" || out.Platform != "streams" {
			t.Errorf("%+v", out)
		}
		for _, item := range out.Items {
			if item.Release == nil || item.Release.Status != "deployed" || item.Release.Revision != 1 {
				t.Errorf("%s/%s: release %+v", item.Namespace, item.Name, item.Release)
			}
			if item.Error != "" {
				t.Errorf("%s/%s: %s", item.Namespace, item.Name, item.Error)
			}
			if item.Name != "orders" || item.Namespace != "shop" {
				continue
			}
			if item.LastSavepoint == nil || item.LastSavepoint.Path+"\n" != path || item.Parallelism != 2 || item.FlinkVersion != "v1_20" {
				t.Errorf("%+v, the savepoint is %s", item, path)
			}
			if item.Pods == nil || item.Pods.Ready < 2 || item.Pods.Ready != item.Pods.Total || len(item.Nodes) != 1 ||
				item.Nodes[0].Name != "core" || item.Nodes[0].Pool != "core-pool" {
				t.Errorf("pods %+v, nodes %+v", item.Pods, item.Nodes)
			}
		}
		stdout, _ := s.must(t, "status")
		t.Log(stdout)
		says(t, stdout, "Platform streams on", "session cluster", "session job", "1 core-pool", "deployed")
	})
	t.Run("what the autoscaler did", func(t *testing.T) {
		s.Apply(t, scaled)
		stdout, _ := s.must(t, "status", "-o", "wide")
		t.Log(stdout)
		says(t, stdout, "Vertices of shop/orders", "90bea66de1c231edf33913ecd54406c1", "1 → 4", "Scaling vertices")
		stdout, _ = s.must(t, "job", "show", "shop/orders", "-o", "yaml")
		says(t, stdout, "kind: Job", "vertex: 90bea66de1c231edf33913ecd54406c1", "to: 4")
	})
	t.Run("a job that fails", func(t *testing.T) {
		s.operator.Script("shop", "counts", testkit.Failing)
		_, stderr := s.code(t, 1, "job", "restart", "counts", "--allow-state-loss", "--timeout", "30s")
		says(t, stderr, "FlinkDeployment shop/counts failed: FAILED")
		s.must(t, "job", "list")
		stdout, _ := s.must(t, "status")
		says(t, stdout, "shop/counts: CrashLoopBackOff")
		s.operator.Script("shop", "counts", testkit.Success)
		s.must(t, "job", "restart", "counts", "--allow-state-loss", "--timeout", "30s")
	})
	t.Run("a release that failed, and a blue/green deployment", func(t *testing.T) {
		s.operator.Script("shop", "late", testkit.Never)
		more := filepath.Join(s.dir, "more.yaml")
		if err := os.WriteFile(more, []byte(moreJobs), 0o600); err != nil {
			t.Fatal(err)
		}
		s.code(t, 124, "upgrade", "-f", file, "-f", more, "--timeout", "20s", "--max-concurrent", "4")
		found := false
		for _, item := range s.status(t, "--platform", "streams").Items {
			if item.Name == "late" {
				found = item.Release != nil && item.Release.Status == "failed" && item.Lifecycle == "CREATED" &&
					strings.HasPrefix(item.Error, "its release is failed: ")
			}
		}
		if !found {
			t.Error("the release of late is not shown as failed")
		}
		stdout, _ := s.must(t, "job", "list", "-f", file)
		t.Log(stdout)
		says(t, stdout, "blue/green", "web-blue", "ACTIVE_BLUE")
		_, stderr := s.code(t, 1, "job", "suspend", "web")
		says(t, stderr, "blue/green deployment cannot be asked to suspend")
		_, stderr = s.code(t, 1, "job", "restart", "web-blue")
		says(t, stderr, "a colour of the blue/green deployment web")
		s.must(t, "job", "savepoint", "web-blue", "--timeout", "30s")
		s.Apply(t, `{"apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkBlueGreenDeployment",
			"metadata": {"namespace": "shop", "name": "alone"}, "spec": `+s.kube(t, "flinkbluegreendeployment", "web", "{.spec}")+"}")
		s.MustKubectl(t, "", "wait", "-n", "shop", "flinkbluegreendeployment/alone", "--for=jsonpath={.status.jobStatus.state}=RUNNING")
		for _, name := range []string{"web", "alone"} { // of a release, and of none
			stdout, _ = s.must(t, "job", "delete", name, "--yes", "--timeout", "30s")
			says(t, stdout, "s3://streaming-flink-state/", "/savepoint-")
			s.MustKubectl(t, "", "wait", "-n", "shop", "flinkdeployment/"+name+"-blue", "--for=delete", "--timeout=30s")
		}
	})
	t.Run("watch", func(t *testing.T) {
		out := s.until(t, "\n\nPlatform streams", "status", "--platform", "streams", "--watch")
		if n := strings.Count(out, "Platform streams on"); n != 2 {
			t.Errorf("%d tables:\n%s", n, out)
		}
	})
	t.Run("usage", func(t *testing.T) {
		_, stderr := s.code(t, 4, "status", "-o", "xml")
		says(t, stderr, "want one of table, json, yaml, wide")
		_, stderr = s.code(t, 1, "status", "--platform", "other")
		says(t, stderr, "there is no platform other")
	})
	t.Run("logs and ui", func(t *testing.T) {
		_, stderr := s.code(t, 1, "job", "logs", "shop/orders", "--component", "jobmanager")
		t.Log(stderr)
		says(t, stderr, "read the log of pod shop/orders-")
		_, stderr = s.code(t, 1, "job", "ui", "shop/orders")
		t.Log(stderr)
		says(t, stderr, "forward to pod shop/orders-")
	})
}

// moreJobs are what a second file adds.
const moreJobs = `
jobs:
  late: { team: shop, jarURI: "local:///opt/flink/examples/streaming/StateMachineExample.jar", upgradeMode: savepoint }
blueGreen:
  web: { team: shop, jarURI: "local:///opt/flink/examples/streaming/StateMachineExample.jar", upgradeMode: savepoint }
`

// scaled is what the operator's autoscaler keeps of shop/orders; the history is
// gzipped, in base64:
//
//	90bea66de1c231edf33913ecd54406c1:
//	  "2026-05-04T03:02:01.123456Z": {currentParallelism: 1, newParallelism: 4, metrics: {}}
const scaled = `
apiVersion: v1
kind: ConfigMap
metadata: { namespace: shop, name: autoscaler-orders, labels: { app: orders, component: autoscaler } }
data:
  parallelismOverrides: "90bea66de1c231edf33913ecd54406c1:4,cbc357ccb763df2852fee8c4fc7d55f2:2"
  scalingHistory: "H4sIAAAAAAACA1XLvQqDMBAA4N2nOJy13E9y4D1FB6duaXIFITpES4fiu9u16wffhE9PqsUps5CXl8hE4rnEEFAzWQfQM7KOGEcMM4ohG9KNWELUR2/wze/WfDvuqaVavS77akADbP75ozDA6kdb8v4759ld0qmsV3sAAAA="
---
apiVersion: v1
kind: Event
metadata: { namespace: shop, name: orders.scaling }
involvedObject: { apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, namespace: shop, name: orders }
reason: ScalingReport
message: "Scaling vertices: { Vertex ID 90bea66de1c231edf33913ecd54406c1 | Parallelism 1 -> 4 }"
type: Normal
lastTimestamp: "2026-05-04T03:02:02Z"
source: { component: JobManagerDeployment }
`
