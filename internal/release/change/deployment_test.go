package change_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/release/change"
)

// baseSpec is a job with savepoints, checkpoints and high availability.
const baseSpec = `
image: flink:1.20
flinkVersion: v1_20
serviceAccount: flink
flinkConfiguration:
  execution.checkpointing.interval: 30 s
  execution.checkpointing.dir: s3://b/checkpoints
  execution.checkpointing.savepoint-dir: s3://b/savepoints
  high-availability.type: kubernetes
  high-availability.storageDir: s3://b/ha
jobManager: {resource: {cpu: 1, memory: 2048m}}
taskManager: {resource: {cpu: 2, memory: 4096m}}
job: {jarURI: local:///opt/a.jar, parallelism: 2, upgradeMode: savepoint}
`

// decode reads YAML as JSON.
func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := yaml.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return m
}

// lay lays b over a; null deletes.
func lay(a, b map[string]any) map[string]any {
	out := map[string]any{}
	maps.Copy(out, a)
	for k, v := range b {
		x, isMap := v.(map[string]any)
		y, wasMap := out[k].(map[string]any)
		switch {
		case v == nil:
			delete(out, k)
		case isMap && wasMap:
			out[k] = lay(y, x)
		default:
			out[k] = v
		}
	}
	return out
}

// job is a case on a FlinkDeployment or FlinkSessionJob.
type job struct {
	name string
	// over is laid over the spec before; change over that gives the spec after.
	over, change string
	// last is laid over the spec before, in lastReconciledSpec; "none": never deployed.
	last string
	// status is laid over the status of a job that runs.
	status   string
	kind     string
	cluster  string
	operator flink.Operator
	defaults map[string]string

	effect change.Effect
	how    change.How
	loss   string // a part of the loss; "" for none
	note   string // a part of any reason
	lines  map[string]change.Effect
}

func object(kind string, spec, status map[string]any) map[string]any {
	return map[string]any{
		"apiVersion": "flink.apache.org/v1beta1", "kind": kind,
		"metadata": map[string]any{"namespace": "team", "name": "orders", "generation": float64(3)},
		"spec":     spec, "status": status,
	}
}

// input builds the two objects of a case.
func (c job) input(t *testing.T) change.Input {
	t.Helper()
	kind := c.kind
	if kind == "" {
		kind = "FlinkDeployment"
	}
	before := lay(decode(t, baseSpec), decode(t, c.over))
	status := map[string]any{"jobStatus": map[string]any{"state": "RUNNING"}, "jobManagerDeploymentStatus": "READY",
		"observedGeneration": float64(3), "lifecycleState": "STABLE"}
	if c.last != "none" {
		data, err := json.Marshal(map[string]any{"spec": lay(before, decode(t, c.last)), "resource_metadata": map[string]any{}})
		if err != nil {
			t.Fatal(err)
		}
		status["reconciliationStatus"] = map[string]any{"state": "DEPLOYED", "lastReconciledSpec": string(data)}
	}
	in := change.Input{
		Before:   object(kind, before, lay(status, decode(t, c.status))),
		After:    object(kind, lay(before, decode(t, c.change)), nil),
		Defaults: flink.Config{}.Over(c.defaults, flink.FromOperator),
		Operator: c.operator,
	}
	if c.cluster != "" {
		in.Cluster = object("FlinkDeployment", decode(t, c.cluster), nil)
	}
	return in
}

// check judges a case.
func (c job) check(t *testing.T) {
	t.Helper()
	m := change.Of(c.input(t))
	said := fmt.Sprintf("%+v", m.Reasons)
	if m.Effect != c.effect || m.How != c.how {
		t.Errorf("%s (%s), want %s (%s): %s", m.Effect, m.How, c.effect, c.how, said)
	}
	lost := ""
	for i, r := range m.Reasons {
		if r.Loss {
			lost += r.Why + "\n"
			if r.Hint == "" {
				t.Errorf("a loss without a hint: %s", r.Why)
			}
			if i > 0 && !m.Reasons[i-1].Loss {
				t.Errorf("a loss after a note: %s", said)
			}
		}
		if strings.HasSuffix(r.Why, ".") && m.Effect != change.Refused && !strings.Contains(r.Why, "\"") {
			t.Errorf("ends with a dot: %s", r.Why)
		}
	}
	switch {
	case c.loss == "" && m.Loss():
		t.Errorf("loss: %s", lost)
	case c.loss != "" && !strings.Contains(lost, c.loss):
		t.Errorf("no loss with %q: %s", c.loss, said)
	}
	if c.note != "" && !strings.Contains(said, c.note) {
		t.Errorf("no note with %q: %s", c.note, said)
	}
	for path, effect := range c.lines {
		i := slices.IndexFunc(m.Lines, func(l change.Line) bool { return l.Path == path })
		if i < 0 || m.Lines[i].Effect != effect {
			t.Errorf("%s is not %s: %v", path, effect, m.Lines)
		}
	}
	if c.lines != nil && len(m.Lines) != len(c.lines) {
		t.Errorf("lines: %v", m.Lines)
	}
}

func run(t *testing.T, cases []job) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}

const (
	standalone = "{mode: standalone}"
	reactive   = "{mode: standalone, flinkConfiguration: {scheduler-mode: REACTIVE}}"
	adaptive   = "{flinkConfiguration: {jobmanager.scheduler: adaptive, pipeline.jobvertex-parallelism-overrides: 'a:1,b:2'}}"
)

// TestFields has a case for each row of facts §1.1, column D. The ReflectiveDiffBuilder of operator 1.16.1 was asked about
// each of them: it answers UPGRADE for what is upgraded here, SCALE for what is scaled or would be in another mode, and
// IGNORE for the rest.
func TestFields(t *testing.T) {
	t.Parallel()
	up := func(name, over, edit string, path string) job {
		return job{name: name, over: over, change: edit, effect: change.Upgraded, how: change.FromSavepoint,
			lines: map[string]change.Effect{path: change.Upgraded}}
	}
	ign := func(name, over, edit string, path string) job {
		return job{name: name, over: over, change: edit, effect: change.Ignored, lines: map[string]change.Effect{path: change.Ignored}}
	}
	same := func(name, over, edit string) job {
		return job{name: name, over: over, change: edit, effect: change.Ignored, lines: map[string]change.Effect{}, note: "reads the same"}
	}
	run(t, []job{
		{name: "nothing", effect: change.None, lines: map[string]change.Effect{}},
		up("image", "", "{image: flink:1.20.1}", "spec.image"),
		up("imagePullPolicy", "", "{imagePullPolicy: Always}", "spec.imagePullPolicy"),
		up("serviceAccount", "", "{serviceAccount: other}", "spec.serviceAccount"),
		up("flinkVersion", "", "{flinkVersion: v2_0}", "spec.flinkVersion"),
		up("mode null to native", "", "{mode: native}", "spec.mode"),
		up("ingress", "", "{ingress: {template: 'a.b'}}", "spec.ingress"),
		up("ingress part", "{ingress: {template: 'a.b'}}", "{ingress: {className: nginx}}", "spec.ingress.className"),
		up("podTemplate", "", "{podTemplate: {metadata: {labels: {a: b}}}}", "spec.podTemplate"),
		up("podTemplate empty part", "{podTemplate: {spec: {volumes: [{name: a}]}}}",
			"{podTemplate: {spec: {volumes: [{name: a, emptyDir: {}}]}}}", "spec.podTemplate.spec.volumes[0].emptyDir"),
		up("jobManager.resource", "", "{jobManager: {resource: {memory: 4096m}}}", "spec.jobManager.resource.memory"),
		up("jobManager.resources", "", "{jobManager: {resources: {requests: {cpu: 1}}}}", "spec.jobManager.resources"),
		up("jobManager.replicas", "", "{jobManager: {replicas: 2}}", "spec.jobManager.replicas"),
		up("jobManager.podTemplate", "", "{jobManager: {podTemplate: {spec: {}}}}", "spec.jobManager.podTemplate"),
		up("taskManager.resource", "", "{taskManager: {resource: {cpu: 3}}}", "spec.taskManager.resource.cpu"),
		up("taskManager.resources", "", "{taskManager: {resources: {limits: {memory: 1Gi}}}}", "spec.taskManager.resources"),
		up("taskManager.podTemplate", "", "{taskManager: {podTemplate: {spec: {}}}}", "spec.taskManager.podTemplate"),
		up("taskManager gone", "", "{taskManager: null}", "spec.taskManager"),
		up("taskManager.replicas native", "", "{taskManager: {replicas: 3}}", "spec.taskManager.replicas"),
		up("taskManager.replicas standalone not reactive", standalone, "{taskManager: {replicas: 3}}", "spec.taskManager.replicas"),
		{name: "taskManager.replicas standalone reactive", over: reactive, change: "{taskManager: {replicas: 3}}",
			effect: change.Scaled, lines: map[string]change.Effect{"spec.taskManager.replicas": change.Scaled}},
		up("logConfiguration", "", "{logConfiguration: {log4j-console.properties: a}}", "spec.logConfiguration"),
		up("flinkConfiguration other key", "", "{flinkConfiguration: {a.b: c}}", "spec.flinkConfiguration.a.b"),
		up("flinkConfiguration nested key", "", "{flinkConfiguration: {a: {b: 2}}}", "spec.flinkConfiguration.a.b"),
		ign("job.autoscaler*", "", "{flinkConfiguration: {job.autoscaler.enabled: 'true'}}", "spec.flinkConfiguration.job.autoscaler.enabled"),
		ign("parallelism.default*", "", "{flinkConfiguration: {parallelism.default: '4'}}", "spec.flinkConfiguration.parallelism.default"),
		ign("kubernetes.operator*", "", "{flinkConfiguration: {kubernetes.operator.savepoint.history.max.count: '4'}}",
			"spec.flinkConfiguration.kubernetes.operator.savepoint.history.max.count"),
		{name: "overrides native adaptive", over: adaptive,
			change: "{flinkConfiguration: {pipeline.jobvertex-parallelism-overrides: 'a:3,b:2'}}", effect: change.Scaled,
			lines: map[string]change.Effect{"spec.flinkConfiguration.pipeline.jobvertex-parallelism-overrides": change.Scaled}},
		up("overrides native, one taken away", adaptive, "{flinkConfiguration: {pipeline.jobvertex-parallelism-overrides: 'a:3'}}",
			"spec.flinkConfiguration.pipeline.jobvertex-parallelism-overrides"),
		up("overrides native, not adaptive", "", "{flinkConfiguration: {pipeline.jobvertex-parallelism-overrides: 'a:3'}}",
			"spec.flinkConfiguration.pipeline.jobvertex-parallelism-overrides"),
		up("overrides standalone", standalone, "{flinkConfiguration: {pipeline.jobvertex-parallelism-overrides: 'a:3'}}",
			"spec.flinkConfiguration.pipeline.jobvertex-parallelism-overrides"),
		up("restartNonce", "", "{restartNonce: 5}", "spec.restartNonce"),
		ign("restartNonce gone", "{restartNonce: 5}", "{restartNonce: null}", "spec.restartNonce"),
		up("jarURI", "", "{job: {jarURI: local:///opt/b.jar}}", "spec.job.jarURI"),
		up("entryClass", "", "{job: {entryClass: a.B}}", "spec.job.entryClass"),
		up("args", "", "{job: {args: [a]}}", "spec.job.args"),
		up("one arg", "{job: {args: [a, b]}}", "{job: {args: [a, c]}}", "spec.job.args[1]"),
		up("parallelism native", "", "{job: {parallelism: 4}}", "spec.job.parallelism"),
		up("parallelism standalone not reactive", standalone, "{job: {parallelism: 4}}", "spec.job.parallelism"),
		{name: "parallelism standalone reactive", over: reactive, change: "{job: {parallelism: 4}}",
			effect: change.Scaled, lines: map[string]change.Effect{"spec.job.parallelism": change.Scaled}},
		{name: "state", change: "{job: {state: suspended}}", effect: change.Suspended, how: change.FromSavepoint,
			lines: map[string]change.Effect{"spec.job.state": change.Suspended}},
		ign("upgradeMode", "", "{job: {upgradeMode: last-state}}", "spec.job.upgradeMode"),
		ign("upgradeMode to stateless alone", "", "{job: {upgradeMode: stateless}}", "spec.job.upgradeMode"),
		ign("allowNonRestoredState", "", "{job: {allowNonRestoredState: true}}", "spec.job.allowNonRestoredState"),
		ign("initialSavepointPath", "", "{job: {initialSavepointPath: s3://b/sp}}", "spec.job.initialSavepointPath"),
		ign("savepointTriggerNonce", "", "{job: {savepointTriggerNonce: 2}}", "spec.job.savepointTriggerNonce"),
		ign("checkpointTriggerNonce", "", "{job: {checkpointTriggerNonce: 2}}", "spec.job.checkpointTriggerNonce"),
		ign("autoscalerResetNonce", "", "{job: {autoscalerResetNonce: 2}}", "spec.job.autoscalerResetNonce"),
		{name: "savepointRedeployNonce", over: "{job: {initialSavepointPath: s3://b/sp}}", change: "{job: {savepointRedeployNonce: 2}}",
			effect: change.Redeployed, how: change.FromInitial, loss: `starts from "s3://b/sp"`,
			lines: map[string]change.Effect{"spec.job.savepointRedeployNonce": change.Redeployed}},
		ign("savepointRedeployNonce gone", "{job: {savepointRedeployNonce: 2}}", "{job: {savepointRedeployNonce: null}}",
			"spec.job.savepointRedeployNonce"),
		// Java's defaults are no changes to what runs.
		{name: "state written", change: "{job: {state: running}}", effect: change.Ignored, lines: map[string]change.Effect{}},
		{name: "args written", change: "{job: {args: []}}", effect: change.Ignored, lines: map[string]change.Effect{}},
		{name: "replicas written", change: "{jobManager: {replicas: 1}}", effect: change.Ignored, lines: map[string]change.Effect{}},
		{name: "nested for dotted", over: "{flinkConfiguration: {a.b: '2'}}", change: "{flinkConfiguration: {a.b: null, a: {b: 2}}}",
			effect: change.Ignored, lines: map[string]change.Effect{}},
		// Further answers of the operator's ReflectiveDiffBuilder.
		same("quantities of resources", "{jobManager: {resources: {requests: {memory: 1Gi, cpu: 1}}}}", "{jobManager: {resources: {requests: {memory: 1024Mi, cpu: 1000m}}}}"),
		same("quantities of a pod", "{podTemplate: {spec: {containers: [{name: a, resources: {limits: {cpu: 1}}}]}}}",
			"{podTemplate: {spec: {containers: [{name: a, resources: {limits: {cpu: 1000m}}}]}}}"),
		same("empty labels", "{podTemplate: {metadata: {}}}", "{podTemplate: {metadata: {labels: {}}}}"),
		same("empty list", "{podTemplate: {spec: {}}}", "{podTemplate: {spec: {volumes: []}}}"),
		same("number for text", "{flinkConfiguration: {a: '1.5'}}", "{flinkConfiguration: {a: 1.5}}"),
		same("list for text", "{flinkConfiguration: {a: 'x;z'}}", "{flinkConfiguration: {a: [x, z]}}"),
		up("other quantities", "{jobManager: {resources: {requests: {memory: 1Gi}}}}", "{jobManager: {resources: {requests: {memory: 2Gi}}}}",
			"spec.jobManager.resources.requests.memory"),
		up("text of memory", "{jobManager: {resource: {memory: 1Gi}}}", "{jobManager: {resource: {memory: 1024Mi}}}", "spec.jobManager.resource.memory"),
		up("empty object", "{podTemplate: {spec: {}}}", "{podTemplate: {spec: {affinity: {}}}}", "spec.podTemplate.spec.affinity"),
		up("empty ingress", "", "{ingress: {}}", "spec.ingress"),
		up("empty template", "", "{podTemplate: {}}", "spec.podTemplate"),
		up("port as text", "{podTemplate: {spec: {containers: [{name: a, livenessProbe: {httpGet: {port: 80}}}]}}}",
			"{podTemplate: {spec: {containers: [{name: a, livenessProbe: {httpGet: {port: '80'}}}]}}}",
			"spec.podTemplate.spec.containers[0].livenessProbe.httpGet.port"),
		ign("allowNonRestoredState false", "", "{job: {allowNonRestoredState: false}}", "spec.job.allowNonRestoredState"),
		// The largest wins.
		{name: "ignored with upgrade", change: "{image: b, job: {upgradeMode: savepoint, savepointTriggerNonce: 1}}",
			effect: change.Upgraded, how: change.FromSavepoint,
			lines: map[string]change.Effect{"spec.image": change.Upgraded, "spec.job.savepointTriggerNonce": change.Ignored}},
		{name: "scale with upgrade", over: reactive, change: "{image: b, job: {parallelism: 5}}", effect: change.Upgraded,
			how:   change.FromSavepoint,
			lines: map[string]change.Effect{"spec.image": change.Upgraded, "spec.job.parallelism": change.Upgraded}},
	})
}
