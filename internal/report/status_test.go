package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/report"
)

func status() app.Status {
	restarts := int64(2)
	return app.Status{
		Platform: "flink", Server: "https://eks", Unread: []string{"Nodes: the API server does not let you list them"},
		Items: []app.StatusItem{
			{
				Namespace: "ops", Name: "operator-x", Kind: "Deployment", Lifecycle: "Available", Image: "ghcr.io:443/a/op:1.15@sha256:00",
				Release: &app.StatusRelease{Name: "flink-operator", Namespace: "ops", Kind: "operator", Revision: 3, Status: "deployed"},
				Pods:    &app.StatusPods{Ready: 1, Total: 2},
			},
			{
				Namespace: "shop", Name: "orders", Kind: "FlinkDeployment", Lifecycle: "STABLE", JobState: "RUNNING", FlinkVersion: "v1_20",
				Release:  &app.StatusRelease{Name: "orders", Namespace: "shop", Kind: "job", Revision: 12, Status: "failed"},
				Restarts: &restarts, Parallelism: 4, Pods: &app.StatusPods{Ready: 3, Total: 3}, Error: "no\x1b[31m\nway",
				Savepoint:  &app.StatusSnapshot{Path: "s3://b/sp", Time: "2026-05-04T02:03:04Z"},
				Checkpoint: &app.StatusSnapshot{},
				Nodes:      []app.StatusNode{{Name: "a", Pool: "amd"}, {Name: "b", Pool: "amd"}, {Name: "c", Pool: "nvme"}, {Name: "d"}},
				Vertices:   []app.StatusVertex{{ID: "90be", Parallelism: 4}},
				Scaling:    []app.StatusScaling{{Time: "2026-05-04T01:00:00Z", Vertex: "90be", From: 1, To: 4}},
			},
			{Namespace: "shop", Name: "clicks", Kind: "FlinkSessionJob", Cluster: "shared", Lifecycle: "CREATED"},
		},
	}
}

func writeStatus(t *testing.T, format string) string {
	t.Helper()
	var b bytes.Buffer
	now := time.Date(2026, 5, 4, 5, 3, 4, 0, time.UTC)
	if err := report.WriteStatus(format, &b, status(), now); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestStatusTable(t *testing.T) {
	t.Parallel()
	want := `Platform flink on https://eks
  NAMESPACE  NAME        KIND         RELEASE         REV  STATUS    LIFECYCLE  JOB      RESTARTS  CHECKPOINT  SAVEPOINT  PAR  PODS  NODES       VERSION
  ops        operator-x  operator     flink-operator  3    deployed  Available  -        -         -           -          -    1/2   -           1.15
  shop       orders      application  orders          12   failed    STABLE     RUNNING  2         yes         3h         4    3/3   4 amd,nvme  1.20
  shop       clicks      session job  -               -    -         CREATED    -        -         -           -          -    -     -           -
  shop/orders: no\u001b[31m\nway
  not read: Nodes: the API server does not let you list them
`
	if got := writeStatus(t, report.FormatTable); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestStatusWide(t *testing.T) {
	t.Parallel()
	got := writeStatus(t, report.FormatWide)
	for _, want := range []string{"NODE NAMES", "a,b,c,d", "s3://b/sp", "Vertices of shop/orders", "90be    4", "1 → 4"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestStatusMachine(t *testing.T) {
	t.Parallel()
	got := writeStatus(t, report.FormatJSON)
	for _, want := range []string{
		`"apiVersion": "helm-flink.dev/v1"`, `"kind": "PlatformStatus"`, `"lastSavepoint": {`, `"revision": 12`, `"pool": "nvme"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if got := writeStatus(t, report.FormatYAML); !strings.HasPrefix(got, "apiVersion: helm-flink.dev/v1\nitems:\n") {
		t.Errorf("YAML begins\n%s", got)
	}
}

func TestJobText(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	detail := app.JobDetail{
		StatusItem: status().Items[1], Wants: "running", UpgradeMode: "savepoint", RestoresFrom: "s3://b/sp",
		Snapshots: []app.Snapshot{{Namespace: "shop", Name: "sp", Type: "savepoint", State: "COMPLETED", Path: "s3://b/sp"}},
		Why:       []string{"event SnapshotError: no"}, Drift: []string{"spec.job.parallelism is 4, its release says 2"},
	}
	if err := report.WriteJob(report.FormatTable, &b, detail, time.Time{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"upgrade mode: savepoint", "Savepoints and checkpoints", "COMPLETED", "What is said about it\n  event SnapshotError: no\n",
		"Changed on the cluster\n  spec.job.parallelism is 4, its release says 2\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
}
