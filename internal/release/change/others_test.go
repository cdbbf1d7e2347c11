package change_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/release/change"
)

// expect checks one meaning.
func expect(t *testing.T, m change.Meaning, effect change.Effect, how change.How, loss bool, said string) {
	t.Helper()
	text := fmt.Sprintf("%+v", m.Reasons)
	if m.Effect != effect || m.How != how || m.Loss() != loss || !strings.Contains(text, said) {
		t.Errorf("%s (%s), loss %v, want %s (%s), %v, %q: %s %v", m.Effect, m.How, m.Loss(), effect, how, loss, said, text, m.Lines)
	}
}

// one is a case on any object.
type one struct {
	name          string
	before, after string // YAML of whole objects, "" for none
	effect        change.Effect
	how           change.How
	loss          bool
	said          string
}

func runOnes(t *testing.T, cases []one) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var in change.Input
			if c.before != "" {
				in.Before = decode(t, c.before)
			}
			if c.after != "" {
				in.After = decode(t, c.after)
			}
			expect(t, change.Of(in), c.effect, c.how, c.loss, c.said)
		})
	}
}

// TestComeAndGo has jobs that are created, deleted and renamed.
func TestComeAndGo(t *testing.T) {
	t.Parallel()
	in := func(c job) change.Input { return c.input(t) }
	gone := func(c job) change.Meaning { i := in(c); i.After = nil; return change.Of(i) }
	come := func(c job) change.Meaning { i := in(c); i.Before = nil; return change.Of(i) }
	renamed := func(c job) change.Meaning {
		i := in(c)
		i.After["metadata"].(map[string]any)["name"] = "sales"
		return change.Of(i)
	}
	onDeletion := "{flinkConfiguration: {kubernetes.operator.job.savepoint-on-deletion: 'true'}}"
	stopped := "{jobStatus: {state: FINISHED, upgradeSavepointPath: 's3://b/sp'}}"

	expect(t, come(job{}), change.Created, change.NoHow, false, "")
	expect(t, come(job{change: "{job: {state: suspended}}"}), change.Created, change.NoHow, false, "nothing is deployed until")
	expect(t, come(job{change: "{job: {initialSavepointPath: 's3://x'}}"}), change.Created, change.FromInitial, false, `"s3://x"`)

	expect(t, gone(job{}), change.Deleted, change.NoHow, true, "HA metadata")
	expect(t, gone(job{kind: "FlinkSessionJob"}), change.Deleted, change.NoHow, true, "HA metadata")
	expect(t, gone(job{over: bare}), change.Deleted, change.NoHow, false, "")
	expect(t, gone(job{status: state("FINISHED")}), change.Deleted, change.NoHow, false, "")
	expect(t, gone(job{last: "none"}), change.Deleted, change.NoHow, false, "")
	expect(t, gone(job{over: onDeletion}), change.Deleted, change.FromSavepoint, false, "savepoint-on-deletion")
	expect(t, gone(job{over: onDeletion, status: state("RESTARTING")}), change.Deleted, change.NoHow, true, "")
	expect(t, gone(job{over: "{job: {state: suspended}}", status: stopped}), change.Deleted, change.NoHow, false, `"s3://b/sp", which stays`)
	expect(t, gone(job{over: "{job: {state: suspended, upgradeMode: last-state}}",
		status: "{jobStatus: {state: CANCELED, upgradeSavepointPath: KUBERNETES_OPERATOR_LAST_STATE}}"}), change.Deleted, change.NoHow, true, "")
	expect(t, gone(job{over: "{job: null}"}), change.Deleted, change.NoHow, false, "only after its session jobs")

	expect(t, renamed(job{}), change.Replaced, change.NoHow, true, "team/sales starts from empty state")
	expect(t, renamed(job{over: bare}), change.Replaced, change.NoHow, false, "")
	expect(t, renamed(job{change: "{job: {initialSavepointPath: 's3://x'}}"}), change.Replaced, change.FromInitial, true, "after that savepoint is lost")
}

func TestRenames(t *testing.T) {
	t.Parallel()
	named := func(name, jar string) map[string]any {
		return decode(t, "{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: "+name+", namespace: a},"+
			" spec: {job: {jarURI: "+jar+", args: [x, 1]}}}")
	}
	session := decode(t, "{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: s}, spec: {}}")
	pairs := change.Renames([]map[string]any{named("b", "jar-b"), named("a", "jar-a"), session, named("t1", "twin"), named("t2", "twin")},
		[]map[string]any{named("new-a", "jar-a"), session, named("t3", "twin"), named("new-b", "jar-b"), named("c", "jar-c")})
	got := ""
	for _, p := range pairs {
		got += p.Before["metadata"].(map[string]any)["name"].(string) + ">" + p.After["metadata"].(map[string]any)["name"].(string) + " "
	}
	if got != "a>new-a b>new-b " {
		t.Error(got)
	}
}

// TestSessionClusters has upgrades of a cluster that has jobs, and session jobs in a cluster.
func TestSessionClusters(t *testing.T) {
	t.Parallel()
	in := job{over: "{job: null}", change: "{image: b}"}.input(t)
	expect(t, change.Of(in), change.Upgraded, change.Restart, false, "")
	session := job{kind: "FlinkSessionJob", over: lastState}.input(t).Before
	in.Jobs = []map[string]any{session}
	expect(t, change.Of(in), change.Upgraded, change.Restart, false, "restart from their last checkpoints by the HA metadata: team/orders")
	in = job{over: "{job: null, flinkConfiguration: {high-availability.type: null}}", change: "{image: b}"}.input(t)
	in.Jobs = []map[string]any{session}
	expect(t, change.Of(in), change.Upgraded, change.Restart, true, "forgets its jobs and their state: team/orders")
	in.Jobs = []map[string]any{job{kind: "FlinkSessionJob", over: "{job: {state: suspended}}"}.input(t).Before}
	expect(t, change.Of(in), change.Upgraded, change.Restart, false, "")
	in = job{over: "{job: null, mode: standalone}", change: "{taskManager: {replicas: 4}}"}.input(t)
	expect(t, change.Of(in), change.Scaled, change.NoHow, false, "")

	run(t, []job{
		{name: "session job restarts", kind: "FlinkSessionJob", change: "{restartNonce: 2}", effect: change.Upgraded, how: change.FromSavepoint},
		{name: "cluster says standalone reactive", kind: "FlinkSessionJob", change: "{job: {parallelism: 9}}",
			cluster: reactive, effect: change.Scaled},
		{name: "cluster gives the checkpoints", kind: "FlinkSessionJob", over: bare, change: "{job: {parallelism: 9}}",
			cluster: "{flinkConfiguration: {execution.checkpointing.interval: 1 min}}", effect: change.Upgraded, how: change.Stateless, loss: "empty state"},
		{name: "cluster gives none", kind: "FlinkSessionJob", over: bare, change: "{job: {parallelism: 9}}", effect: change.Upgraded, how: change.Stateless},
		{name: "overrides in place", kind: "FlinkSessionJob", over: adaptive, cluster: "{flinkVersion: v1_20}",
			change: "{flinkConfiguration: {pipeline.jobvertex-parallelism-overrides: 'a:3,b:2'}}", effect: change.Scaled},
		{name: "not running", kind: "FlinkSessionJob", over: lastState, change: "{job: {parallelism: 9}}", status: state("RECONCILING"),
			effect: change.Upgraded, how: change.Waits, note: "waits until it does"},
	})
}

// TestMetadata: labels of the object reach no pod.
func TestMetadata(t *testing.T) {
	t.Parallel()
	in := job{}.input(t)
	in.After["metadata"].(map[string]any)["labels"] = map[string]any{"app.kubernetes.io/managed-by": "Helm"}
	expect(t, change.Of(in), change.None, change.NoHow, false, "")
	in.After["metadata"].(map[string]any)["labels"] = map[string]any{"team": "a"}
	m := change.Of(in)
	expect(t, m, change.Ignored, change.NoHow, false, "")
	if len(m.Lines) != 1 || m.Lines[0] != (change.Line{Path: "metadata.labels.team", Effect: change.Ignored}) {
		t.Error(m.Lines)
	}
}

const (
	snapshotHead = "{apiVersion: flink.apache.org/v1beta1, kind: FlinkStateSnapshot, metadata: {name: s, namespace: a}, "
	poolHead     = "{apiVersion: karpenter.sh/v1, kind: NodePool, metadata: {name: p}, "
	classHead    = "{apiVersion: karpenter.k8s.aws/v1, kind: EC2NodeClass, metadata: {name: c}, "
)

func TestSnapshots(t *testing.T) {
	t.Parallel()
	done := " status: {state: COMPLETED, path: 's3://b/sp'}}"
	runOnes(t, []one{
		{name: "created", after: snapshotHead + "spec: {savepoint: {}}}", effect: change.Created},
		{name: "deleted with its file", before: snapshotHead + "spec: {savepoint: {}}," + done, effect: change.Deleted, loss: true, said: `"s3://b/sp" is deleted`},
		{name: "deleted, disposeOnDelete true", before: snapshotHead + "spec: {savepoint: {disposeOnDelete: true}}," + done, effect: change.Deleted, loss: true},
		{name: "deleted, file stays", before: snapshotHead + "spec: {savepoint: {disposeOnDelete: false}}," + done, effect: change.Deleted},
		{name: "checkpoint deleted", before: snapshotHead + "spec: {checkpoint: {}}," + done, effect: change.Deleted},
		{name: "failed one deleted", before: snapshotHead + "spec: {savepoint: {}}, status: {state: FAILED}}", effect: change.Deleted},
		{name: "path changed later", before: snapshotHead + "spec: {savepoint: {path: a}}," + done, after: snapshotHead + "spec: {savepoint: {path: b}}}",
			effect: change.Ignored, said: "taken already"},
		{name: "disposeOnDelete changed later", before: snapshotHead + "spec: {savepoint: {disposeOnDelete: true}}," + done,
			after: snapshotHead + "spec: {savepoint: {disposeOnDelete: false}}}", effect: change.Changed},
		{name: "changed in time", before: snapshotHead + "spec: {savepoint: {path: a}}, status: {state: TRIGGER_PENDING}}",
			after: snapshotHead + "spec: {savepoint: {path: b}}}", effect: change.Changed},
		{name: "nothing", before: snapshotHead + "spec: {savepoint: {path: a}}," + done, after: snapshotHead + "spec: {savepoint: {path: a}}}"},
	})
}

func TestNodes(t *testing.T) {
	t.Parallel()
	spec := "spec: {limits: {cpu: %s}, template: {metadata: {labels: {a: %s}}, spec: {nodeClassRef: {group: g, kind: k, name: %s}}}}}"
	pool := func(cpu, label, class string) string { return poolHead + fmt.Sprintf(spec, cpu, label, class) }
	runOnes(t, []one{
		{name: "template", before: pool("1", "x", "n"), after: pool("1", "y", "n"), effect: change.Drifted, said: "are replaced"},
		{name: "class name", before: pool("1", "x", "n"), after: pool("1", "x", "m"), effect: change.Drifted},
		{name: "limits", before: pool("1", "x", "n"), after: pool("2", "x", "n"), effect: change.Changed},
		{name: "class kind", before: pool("1", "x", "n"), after: strings.Replace(pool("1", "x", "n"), "kind: k", "kind: other", 1),
			effect: change.Refused, said: "nodeClassRef.kind cannot be changed"},
		{name: "label of the pool", before: pool("1", "x", "n"), after: strings.Replace(pool("1", "x", "n"), "{name: p}", "{name: p, labels: {a: b}}", 1),
			effect: change.Ignored},
		{name: "deleted", before: pool("1", "x", "n"), effect: change.Deleted, said: "drained"},
		{name: "created", after: pool("1", "x", "n"), effect: change.Created},
		{name: "class", before: classHead + "spec: {amiFamily: a}}", after: classHead + "spec: {amiFamily: b}}", effect: change.Drifted},
		{name: "class deleted", before: classHead + "spec: {}}", effect: change.Deleted},
	})
}

func TestPlainObjects(t *testing.T) {
	t.Parallel()
	head := func(group, kind string) string {
		return "{apiVersion: " + group + ", kind: " + kind + ", metadata: {name: data, namespace: a, labels: {configmap-type: high-availability}}"
	}
	runOnes(t, []one{
		{name: "namespace", before: head("v1", "Namespace") + "}", effect: change.Deleted, loss: true, said: "everything in the namespace data"},
		{name: "claim", before: head("v1", "PersistentVolumeClaim") + "}", effect: change.Deleted, loss: true},
		{name: "definition", before: head("apiextensions.k8s.io/v1", "CustomResourceDefinition") + "}", effect: change.Deleted, loss: true},
		{name: "HA ConfigMap", before: head("v1", "ConfigMap") + "}", effect: change.Deleted, loss: true},
		{name: "other Namespace kind", before: head("x.io/v1", "Namespace") + "}", effect: change.Deleted},
		{name: "class", before: head("storage.k8s.io/v1", "StorageClass") + "}", effect: change.Deleted, said: "volumes of the class data stay"},
		{name: "role", before: head("rbac.authorization.k8s.io/v1", "Role") + "}", effect: change.Deleted},
		{name: "changed", before: head("v1", "ConfigMap") + ", data: {a: b}}", after: head("v1", "ConfigMap") + ", data: {a: c}, status: {x: 1}}", effect: change.Changed},
		{name: "the same", before: head("v1", "ConfigMap") + ", data: {a: b}}", after: head("v1", "ConfigMap") + ", data: {a: b}, status: {x: 1}}"},
		{name: "created", after: head("v1", "Namespace") + "}", effect: change.Created},
	})
}

// TestBlueGreen has the kinds of FlinkBlueGreenDeploymentSpecDiff.
func TestBlueGreen(t *testing.T) {
	t.Parallel()
	whole := func(spec map[string]any, extra map[string]any) map[string]any {
		o := object("FlinkBlueGreenDeployment", map[string]any{"template": map[string]any{"spec": spec}}, nil)
		return lay(o, extra)
	}
	active := map[string]any{"status": map[string]any{"blueGreenState": "ACTIVE_BLUE", "jobStatus": map[string]any{"state": "RUNNING"}}}
	base := decode(t, baseSpec)
	judge := func(over, edit string) change.Meaning {
		before := lay(base, decode(t, over))
		return change.Of(change.Input{Before: whole(before, active), After: whole(lay(before, decode(t, edit)), nil)})
	}
	expect(t, judge("", ""), change.None, change.NoHow, false, "")
	expect(t, judge("", image), change.Upgraded, change.Transition, false, "a savepoint is taken")
	expect(t, judge(lastState, image), change.Upgraded, change.Transition, false, "a savepoint is taken")
	expect(t, judge(stateless, image), change.Upgraded, change.Transition, true, "second deployment starts from empty state")
	expect(t, judge(bare, image), change.Upgraded, change.Transition, false, "")
	expect(t, judge("", "{flinkConfiguration: {execution.checkpointing.dir: s3://c}}"), change.Upgraded, change.Transition, true,
		"spec.template.spec.flinkConfiguration.execution.checkpointing.dir")
	expect(t, judge("", "{job: {upgradeMode: last-state}}"), change.Ignored, change.NoHow, false, "")
	expect(t, judge("", "{job: {initialSavepointPath: 's3://x', savepointRedeployNonce: 2}}"), change.Redeployed, change.Transition, true, `"s3://x"`)
	expect(t, judge("", "{job: {state: suspended}}"), change.Suspended, change.NoHow, false, "")
	expect(t, judge(stateless, "{job: {state: suspended}}"), change.Suspended, change.NoHow, true, "empty state")
	expect(t, judge("{job: {state: suspended}}", "{job: {state: running}}"), change.Resumed, change.NoHow, false, "")
	expect(t, change.Of(change.Input{Before: whole(base, active)}), change.Deleted, change.NoHow, true, "both colours")
	expect(t, change.Of(change.Input{Before: whole(base, nil)}), change.Deleted, change.NoHow, false, "")
	configured := whole(base, map[string]any{"spec": map[string]any{"configuration": map[string]any{"a": "b"}}})
	expect(t, change.Of(change.Input{Before: whole(base, active), After: configured}), change.Changed, change.NoHow, false, "")
}

// TestGarbage: objects that no API server gives are judged without a panic.
func TestGarbage(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"FlinkDeployment", "FlinkSessionJob", "FlinkStateSnapshot", "FlinkBlueGreenDeployment"} {
		for _, spec := range []string{"", "spec: 1", "spec: {job: [], flinkConfiguration: 3, jobManager: x}", "spec: {job: {args: x}}"} {
			for _, status := range []string{"", "status: 1", "status: {reconciliationStatus: {lastReconciledSpec: '{'}}",
				`status: {reconciliationStatus: {lastReconciledSpec: '{"spec":{"job":{}}}'}}`} {
				object := decode(t, "apiVersion: flink.apache.org/v1beta1\nkind: "+kind+"\n"+spec+"\n"+status+"\n")
				other := decode(t, "apiVersion: flink.apache.org/v1beta1\nkind: "+kind+"\nspec: {job: {parallelism: 2}}\n")
				for _, in := range []change.Input{{Before: object, After: other}, {Before: other, After: object}, {Before: object}, {After: object}} {
					change.Of(in)
				}
			}
		}
	}
	change.Of(change.Input{Operator: flink.Operator{}})
}
