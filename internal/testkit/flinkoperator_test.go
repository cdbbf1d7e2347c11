package testkit_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// application is a FlinkDeployment with a job of one task manager.
func application(name, upgradeMode, more string) string {
	return fmt.Sprintf(`---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: %s, namespace: team}
spec:
  image: example.com/%s:1
  flinkVersion: v1_20
  serviceAccount: flink
  jobManager: {resource: {cpu: 0.5, memory: 1024m}}
  taskManager: {resource: {cpu: 1, memory: 2g}}
  job: {jarURI: "local:///opt/job.jar", parallelism: 1, upgradeMode: %s%s}
`, name, name, upgradeMode, more)
}

// await waits until a jsonpath of an object, its parts joined by blanks, is what is wanted.
func await(t *testing.T, p *testkit.Plane, object, path, want string) {
	t.Helper()
	var got string
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		out, complaint, err := p.Kubectl(t, "", "get", object, "-n", "team", "-o", "jsonpath="+path)
		got = strings.TrimSpace(out)
		if got == want {
			return
		}
		if err != nil {
			got = complaint
		}
	}
	t.Fatalf("%s %s is %q, want %q", object, path, got, want)
}

// read returns a jsonpath of an object.
func read(t *testing.T, p *testkit.Plane, object, path string) string {
	t.Helper()
	return p.MustKubectl(t, "", "get", object, "-n", "team", "-o", "jsonpath="+path)
}

const states = `{.status.lifecycleState} {.status.jobManagerDeploymentStatus} {.status.jobStatus.state} {.status.observedGeneration}`

// TestFlinkOperator runs every script to its end on one plane.
func TestFlinkOperator(t *testing.T) {
	t.Parallel()
	p := testkit.ControlPlane(t)
	p.ApplyCRDs(t, flinkCRDs(t))
	p.Apply(t, "{apiVersion: v1, kind: Namespace, metadata: {name: team}}")
	op := p.PlayFlinkOperator(t)
	scripts := playedScripts()
	var stream strings.Builder
	for _, c := range scripts {
		if c.script != "" {
			op.Script("team", c.name, c.script)
		}
		stream.WriteString(application(c.name, "stateless", c.more))
	}
	p.Apply(t, stream.String())
	t.Run("scripts", func(t *testing.T) {
		t.Parallel()
		args := []string{"delete", "flinkdeployment", "-n", "team", "--timeout=60s"}
		for _, c := range scripts {
			await(t, p, "flinkdeployment/"+c.name, states+" {.metadata.finalizers[0]}",
				c.want+" flinkdeployments.flink.apache.org/finalizer")
			if failed := read(t, p, "flinkdeployment/"+c.name, "{.status.error}"); json.Valid([]byte(failed)) != c.fails {
				t.Errorf("%s: status.error is %q", c.name, failed)
			}
			args = append(args, c.name)
		}
		p.MustKubectl(t, "", args...)
	})
	t.Run("events", func(t *testing.T) { t.Parallel(); playedEvents(t, p, op) })
	t.Run("upgrade", func(t *testing.T) { t.Parallel(); playedUpgrade(t, p) })
	t.Run("rolled back", func(t *testing.T) { t.Parallel(); playedRollback(t, p, op) })
	t.Run("session", func(t *testing.T) { t.Parallel(); playedSession(t, p) })
	t.Run("snapshots", func(t *testing.T) { t.Parallel(); playedSnapshots(t, p, op) })
	t.Run("blue green", func(t *testing.T) { t.Parallel(); playedBlueGreen(t, p, op) })
	t.Run("stuck", func(t *testing.T) { t.Parallel(); playedStuck(t, p, op) })
}

type playedScript struct {
	name   string
	script testkit.Script
	more   string // of the job
	want   string // states
	fails  bool   // status.error is set
}

// playedScripts lists each script with where a first deployment by it ends.
func playedScripts() []playedScript {
	return []playedScript{
		{"success", "", "", "STABLE READY RUNNING 1", false},
		{"slow", testkit.Slow(200 * time.Millisecond), "", "STABLE READY RUNNING 1", false},
		{"failing", testkit.Failing, "", "FAILED ERROR FAILED 1", true},
		{"imagepull", testkit.ImagePull, "", "DEPLOYED ERROR RECONCILING 1", true},
		{"finished", testkit.Finished, "", "STABLE READY FINISHED 1", false},
		{"pending", testkit.Pending, "", "DEPLOYED READY CREATED 1", false},
		{"never", testkit.Never, "", "CREATED MISSING  ", false},
		{"invalid", testkit.ValidationError, "", "FAILED MISSING  ", true},
		{"unsupported", testkit.Unsupported, "", "CREATED MISSING  ", false},
		{"asleep", "", ", state: suspended", "CREATED MISSING  ", false},
	}
}

func playedEvents(t *testing.T, p *testkit.Plane, op *testkit.FlinkOperator) {
	t.Helper()
	for name, c := range map[string]struct {
		script testkit.Script
		reason string
	}{
		"crash": {testkit.Failing, "CrashLoopBackOff"}, "wrong": {testkit.ValidationError, "ValidationError"},
		"old": {testkit.Unsupported, "UnsupportedFlinkVersion"},
	} {
		op.Script("team", name, c.script)
		p.Apply(t, application(name, "stateless", ""))
		selector := "--field-selector=type=Warning,involvedObject.kind=FlinkDeployment,involvedObject.name=" + name
		var reasons string
		for end := time.Now().Add(60 * time.Second); reasons != c.reason && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			reasons = p.MustKubectl(t, "", "get", "events", "-n", "team", selector, "-o", "jsonpath={.items[*].reason}")
		}
		if reasons != c.reason {
			t.Errorf("%s has events %q, want one %s", name, reasons, c.reason)
		}
	}
}

// playedUpgrade takes one job through changes of each kind.
func playedUpgrade(t *testing.T, p *testkit.Plane) {
	t.Helper()
	const it = "flinkdeployment/orders"
	p.Apply(t, application("orders", "savepoint", ""))
	await(t, p, it, states, "STABLE READY RUNNING 1")
	id := read(t, p, it, "{.status.jobStatus.jobId}")
	if read(t, p, it, "{.status.reconciliationStatus.lastReconciledSpec}") != read(t, p, it, "{.status.reconciliationStatus.lastStableSpec}") {
		t.Error("the reconciled spec is not the stable one")
	}
	if got := read(t, p, it, `{.status.conditions[?(@.type=="Running")].status}`); got != "True" {
		t.Errorf("condition Running is %q", got)
	}
	// Ignored: the job goes on.
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p",
		`{"spec":{"job":{"allowNonRestoredState":true},"flinkConfiguration":{"kubernetes.operator.x":"1"}}}`)
	await(t, p, it, states, "STABLE READY RUNNING 2")
	// Upgraded with a savepoint.
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p", `{"spec":{"image":"example.com/orders:2"}}`)
	await(t, p, it, states, "STABLE READY RUNNING 3")
	path := read(t, p, it, "{.status.jobStatus.upgradeSavepointPath}")
	if !strings.HasPrefix(path, "s3://played/savepoints/savepoint-"+id[:6]) {
		t.Errorf("the savepoint's path is %q", path)
	}
	// Suspended and resumed.
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p", `{"spec":{"job":{"state":"suspended"}}}`)
	await(t, p, it, states, "SUSPENDED MISSING FINISHED 4")
	last := read(t, p, it, "{.status.jobStatus.upgradeSavepointPath}")
	paths := p.MustKubectl(t, "", "get", "flinkstatesnapshots", "-n", "team", "-l", "snapshot.trigger-type=UPGRADE,job-reference.name=orders",
		"-o", "jsonpath={.items[*].spec.savepoint.path}")
	if !strings.Contains(paths, last) || strings.Count(paths, "s3://") != 2 {
		t.Errorf("the snapshots %q do not hold %q", paths, last)
	}
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p", `{"spec":{"job":{"state":"running","upgradeMode":"last-state"}}}`)
	await(t, p, it, states, "STABLE READY RUNNING 5")
	if read(t, p, it, "{.status.jobStatus.jobId}") != id {
		t.Error("a stateful upgrade changed the job's id")
	}
	// Restarted with HA metadata, then redeployed, then without state.
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p", `{"spec":{"restartNonce":7}}`)
	await(t, p, it, states+" {.status.jobStatus.upgradeSavepointPath}", "STABLE READY RUNNING 6 KUBERNETES_OPERATOR_LAST_STATE")
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p",
		`{"spec":{"job":{"savepointRedeployNonce":1,"initialSavepointPath":"s3://mine/savepoint-1"}}}`)
	await(t, p, it, states+" {.status.jobStatus.upgradeSavepointPath}", "STABLE READY RUNNING 7 s3://mine/savepoint-1")
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p", `{"spec":{"restartNonce":8,"job":{"upgradeMode":"stateless"}}}`)
	await(t, p, it, states+" {.status.jobStatus.upgradeSavepointPath}", "STABLE READY RUNNING 8")
	if read(t, p, it, "{.status.jobStatus.jobId}") == id {
		t.Error("a stateless upgrade kept the job's id")
	}
}

func playedRollback(t *testing.T, p *testkit.Plane, op *testkit.FlinkOperator) {
	t.Helper()
	const it = "flinkdeployment/back"
	op.Script("team", "back", testkit.RolledBack)
	p.Apply(t, application("back", "last-state", ""))
	await(t, p, it, states, "STABLE READY RUNNING 1")
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p", `{"spec":{"image":"example.com/back:2"}}`)
	await(t, p, it, states, "ROLLED_BACK READY RUNNING 2")
	if read(t, p, it, "{.spec.image}") != "example.com/back:2" {
		t.Error("the spec was changed")
	}
	op.Script("team", "back", testkit.Success)
	p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p", `{"spec":{"image":"example.com/back:3"}}`)
	await(t, p, it, states, "STABLE READY RUNNING 3")
}

func playedSession(t *testing.T, p *testkit.Plane) {
	t.Helper()
	p.Apply(t, `
apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: report, namespace: team}
spec: {deploymentName: shared, job: {jarURI: "https://example.com/x.jar", parallelism: 1}}`)
	await(t, p, "flinksessionjob/report", "{.status.lifecycleState}", "CREATED")
	p.Apply(t, `
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: shared, namespace: team}
spec: {image: "example.com/flink:1", flinkVersion: v1_20, serviceAccount: flink}`)
	await(t, p, "flinkdeployment/shared", states, "STABLE READY  1")
	await(t, p, "flinksessionjob/report", "{.status.lifecycleState} {.status.jobStatus.state}", "STABLE RUNNING")
	p.MustKubectl(t, "", "delete", "flinkdeployment", "shared", "-n", "team", "--wait=false")
	await(t, p, "flinkdeployment/shared", "{.status.lifecycleState}", "DELETING")
	p.MustKubectl(t, "", "delete", "flinksessionjob", "report", "-n", "team", "--timeout=60s")
	p.MustKubectl(t, "", "wait", "--for=delete", "flinkdeployment/shared", "-n", "team", "--timeout=60s")
}

func playedSnapshots(t *testing.T, p *testkit.Plane, op *testkit.FlinkOperator) {
	t.Helper()
	snapshot := func(name, job string) string {
		return fmt.Sprintf(`---
apiVersion: flink.apache.org/v1beta1
kind: FlinkStateSnapshot
metadata: {name: %s, namespace: team}
spec: {jobReference: {kind: FlinkDeployment, name: %s}, savepoint: {disposeOnDelete: false}, backoffLimit: 0}
`, name, job)
	}
	p.Apply(t, application("source", "savepoint", ""))
	await(t, p, "flinkdeployment/source", states, "STABLE READY RUNNING 1")
	op.Script("team", "bad", testkit.Failing)
	p.Apply(t, snapshot("good", "source")+snapshot("bad", "source")+snapshot("lost", "nobody"))
	await(t, p, "flinkstatesnapshot/good", "{.status.state}", "COMPLETED")
	if path := read(t, p, "flinkstatesnapshot/good", "{.status.path}"); !strings.HasPrefix(path, "s3://played/savepoints/savepoint-") {
		t.Errorf("the path is %q", path)
	}
	await(t, p, "flinkstatesnapshot/good", `{.metadata.labels.snapshot\.state} {.metadata.labels.snapshot\.trigger-type}`, "COMPLETED MANUAL")
	await(t, p, "flinkstatesnapshot/bad", "{.status.state}", "FAILED")
	await(t, p, "flinkstatesnapshot/lost", "{.status.state}", "ABANDONED")
	p.MustKubectl(t, "", "delete", "flinkstatesnapshot", "good", "bad", "lost", "-n", "team", "--timeout=60s")
}

func playedBlueGreen(t *testing.T, p *testkit.Plane, op *testkit.FlinkOperator) {
	t.Helper()
	p.Apply(t, `
apiVersion: flink.apache.org/v1beta1
kind: FlinkBlueGreenDeployment
metadata: {name: twin, namespace: team}
spec:
  template:
    spec:
      image: example.com/twin:1
      flinkVersion: v1_20
      serviceAccount: flink
      job: {jarURI: "local:///opt/job.jar", parallelism: 1, upgradeMode: savepoint}`)
	const it, bg = "flinkbluegreendeployment/twin", "{.status.blueGreenState} {.status.jobStatus.state}"
	await(t, p, it, bg, "ACTIVE_BLUE RUNNING")
	patch := func(image string) {
		p.MustKubectl(t, "", "patch", it, "-n", "team", "--type=merge", "-p", `{"spec":{"template":{"spec":{"image":"`+image+`"}}}}`)
	}
	patch("example.com/twin:2")
	await(t, p, it, bg, "ACTIVE_GREEN RUNNING")
	p.MustKubectl(t, "", "wait", "--for=delete", "flinkdeployment/twin-blue", "-n", "team", "--timeout=60s")
	op.Script("team", "twin-blue", testkit.Failing)
	patch("example.com/twin:3")
	await(t, p, it, bg, "ACTIVE_GREEN FAILING")
}

func playedStuck(t *testing.T, p *testkit.Plane, op *testkit.FlinkOperator) {
	t.Helper()
	p.Apply(t, strings.Replace(application("glued", "stateless", ""), "namespace: team",
		"namespace: team, annotations: {"+testkit.ScriptAnnotation+": stuck}", 1))
	await(t, p, "flinkdeployment/glued", states, "STABLE READY RUNNING 1")
	p.MustKubectl(t, "", "delete", "flinkdeployment", "glued", "-n", "team", "--wait=false")
	await(t, p, "flinkdeployment/glued", "{.status.lifecycleState}", "DELETING")
	time.Sleep(300 * time.Millisecond)
	await(t, p, "flinkdeployment/glued", "{.status.lifecycleState}", "DELETING")
	op.Script("team", "glued", testkit.Success)
	p.MustKubectl(t, "", "wait", "--for=delete", "flinkdeployment/glued", "-n", "team", "--timeout=60s")
}
