package gitops_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/emit/argocd"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	raw, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	var object map[string]any
	if err := json.Unmarshal(raw, &object); err != nil {
		t.Fatal(err)
	}
	return object
}

// status is a state of an object, and how it is judged.
type status struct {
	name, kind, spec, status string
	want                     string
	says                     string // a part of the message
	// argo is what Argo CD's own check of FlinkDeployments says, and why ours differs.
	argo, why string
}

const (
	tooEarly = "Argo CD's own takes what was submitted for healthy: DEPLOYED says nothing of whether it runs"
	noError  = "Argo CD's own knows no FAILED, nor an error without a JobManager in ERROR"
	noChange = "Argo CD's own does not look whether the change was taken up"
	noEnd    = "Argo CD's own knows no suspended job that is not DEPLOYED"
)

func statuses() []status {
	const (
		running = "{job: {state: running}}"
		asleep  = "{job: {state: suspended}}"
		fd      = "FlinkDeployment"
		stable  = "lifecycleState: STABLE, jobManagerDeploymentStatus: READY, jobStatus: {state: RUNNING}, reconciliationStatus: {state: DEPLOYED}"
		lost    = `error: '{"message":"no HA metadata"}'`
	)
	return []status{
		{"nothing yet", fd, running, "", progressing, "has not taken up", progressing, ""},
		{"created", fd, running, "{lifecycleState: CREATED, jobManagerDeploymentStatus: MISSING, reconciliationStatus: {state: UPGRADING}}",
			progressing, "has not taken up", progressing, ""},
		{"refused at once", fd, running, "{lifecycleState: FAILED, jobManagerDeploymentStatus: MISSING, reconciliationStatus: {state: UPGRADING}, " + lost + "}",
			degraded, "no HA metadata", progressing, noError},
		{"deploying", fd, running,
			"{observedGeneration: 2, lifecycleState: DEPLOYED, jobManagerDeploymentStatus: DEPLOYING, reconciliationStatus: {state: DEPLOYED}}",
			progressing, "the JobManager is DEPLOYING", healthy, tooEarly},
		{"waiting for nodes", fd, running,
			"{observedGeneration: 2, lifecycleState: DEPLOYED, jobManagerDeploymentStatus: READY, jobStatus: {state: CREATED}, " +
				"reconciliationStatus: {state: DEPLOYED}}", progressing, "the job is CREATED", healthy, tooEarly},
		{"no image", fd, running,
			"{observedGeneration: 2, lifecycleState: DEPLOYED, jobManagerDeploymentStatus: ERROR, error: ImagePullBackOff, " +
				"reconciliationStatus: {state: DEPLOYED}}", degraded, "ImagePullBackOff", healthy, tooEarly},
		{"runs", fd, running, "{observedGeneration: 2, " + stable + "}", healthy, "STABLE", healthy, ""},
		{"runs the spec before", fd, running, "{observedGeneration: 1, " + stable + "}", progressing, "has not taken up", healthy, noChange},
		{"a change was refused", fd, running, "{observedGeneration: 1, error: no cpu, " + stable + "}", progressing, "no cpu", healthy, noChange},
		{"runs and complains", fd, running, "{observedGeneration: 2, error: no savepoint, " + stable + "}", progressing, "no savepoint", healthy, noError},
		{"upgrading", fd, running,
			"{observedGeneration: 2, lifecycleState: UPGRADING, jobManagerDeploymentStatus: MISSING, reconciliationStatus: {state: UPGRADING}}",
			progressing, "the JobManager is MISSING", progressing, ""},
		{"upgrading from an error", fd, running,
			"{observedGeneration: 2, lifecycleState: UPGRADING, jobManagerDeploymentStatus: ERROR, reconciliationStatus: {state: UPGRADING}}",
			progressing, "the JobManager is ERROR", degraded, "the error is that of the spec before, which is being replaced"},
		{"failed", fd, running, "{observedGeneration: 2, lifecycleState: FAILED, jobManagerDeploymentStatus: MISSING, reconciliationStatus: {state: DEPLOYED}, " +
			lost + "}", degraded, "no HA metadata", healthy, noError},
		{"failed before the change", fd, running,
			"{observedGeneration: 1, lifecycleState: FAILED, jobManagerDeploymentStatus: MISSING, reconciliationStatus: {state: DEPLOYED}}",
			progressing, "has not taken up", healthy, noChange},
		{"rolled back", fd, running, "{observedGeneration: 2, lifecycleState: ROLLED_BACK, jobManagerDeploymentStatus: READY, reconciliationStatus: {state: ROLLED_BACK}}",
			degraded, "went back to the last stable spec", progressing, "Argo CD's own waits for ever for a spec that was given up"},
		{"finished", fd, running,
			"{observedGeneration: 2, lifecycleState: STABLE, jobManagerDeploymentStatus: READY, jobStatus: {state: FINISHED}, reconciliationStatus: {state: DEPLOYED}}",
			healthy, "STABLE", healthy, ""},
		{"created asleep", fd, asleep, "{lifecycleState: CREATED, jobManagerDeploymentStatus: MISSING, reconciliationStatus: {state: UPGRADING}}",
			healthy, "suspended, as it should be", healthy, ""},
		{"asleep, nothing yet", fd, asleep, "", healthy, "suspended, as it should be", healthy, ""},
		{"falling asleep", fd, asleep,
			"{observedGeneration: 2, lifecycleState: UPGRADING, jobManagerDeploymentStatus: READY, reconciliationStatus: {state: UPGRADING, lastReconciledSpec: '{}'}}",
			progressing, "UPGRADING", progressing, ""},
		{"asleep", fd, asleep,
			"{observedGeneration: 2, lifecycleState: SUSPENDED, jobManagerDeploymentStatus: MISSING, reconciliationStatus: {state: DEPLOYED, lastReconciledSpec: '{}'}}",
			healthy, "suspended, as it should be", healthy, ""},
		{"woken", fd, running,
			"{observedGeneration: 1, lifecycleState: SUSPENDED, jobManagerDeploymentStatus: MISSING, reconciliationStatus: {state: DEPLOYED}}",
			progressing, "has not taken up", healthy, noChange},
		{"session", fd, "{}", "{observedGeneration: 2, lifecycleState: STABLE, jobManagerDeploymentStatus: READY, reconciliationStatus: {state: DEPLOYED}}",
			healthy, "STABLE", healthy, ""},
		{"session job runs", "FlinkSessionJob", running, "{observedGeneration: 2, lifecycleState: STABLE, jobStatus: {state: RUNNING}}", healthy, "STABLE", "", ""},
		{"session job restarts", "FlinkSessionJob", running, "{observedGeneration: 2, lifecycleState: DEPLOYED, jobStatus: {state: RESTARTING}}",
			progressing, "the job is RESTARTING", "", ""},
		{"session job failed", "FlinkSessionJob", running, "{observedGeneration: 2, lifecycleState: FAILED, error: x, jobStatus: {state: FAILED}}", degraded, "x", "", ""},
		{"snapshot, nothing yet", "FlinkStateSnapshot", "{}", "", progressing, "TRIGGER_PENDING", "", ""},
		{"snapshot under way", "FlinkStateSnapshot", "{}", "{state: IN_PROGRESS}", progressing, "IN_PROGRESS", "", ""},
		{"snapshot done", "FlinkStateSnapshot", "{}", "{state: COMPLETED, path: 's3://x'}", healthy, "s3://x", "", ""},
		{"snapshot failed", "FlinkStateSnapshot", "{}", "{state: FAILED, error: x}", degraded, "x", "", ""},
		{"snapshot given up", "FlinkStateSnapshot", "{}", "{state: ABANDONED}", degraded, "ABANDONED", "", ""},
		{"blue and green, nothing yet", "FlinkBlueGreenDeployment", "{}", "", progressing, "INITIALIZING_BLUE", "", ""},
		{"blue", "FlinkBlueGreenDeployment", "{}", "{blueGreenState: ACTIVE_BLUE, jobStatus: {state: RUNNING}}", healthy, "ACTIVE_BLUE", "", ""},
		{"to green", "FlinkBlueGreenDeployment", "{}", "{blueGreenState: TRANSITIONING_TO_GREEN, jobStatus: {state: RECONCILING}}",
			progressing, "TRANSITIONING_TO_GREEN", "", ""},
		{"green given up", "FlinkBlueGreenDeployment", "{}", "{blueGreenState: ACTIVE_BLUE, error: Aborting deployment, jobStatus: {state: FAILING}}",
			degraded, "Aborting deployment", "", ""},
		{"green failed", "FlinkBlueGreenDeployment", "{}", "{blueGreenState: ACTIVE_GREEN, jobStatus: {state: FAILED}}", degraded, "the job is FAILED", "", ""},
		{"green restarts", "FlinkBlueGreenDeployment", "{}", "{blueGreenState: ACTIVE_GREEN, jobStatus: {state: RESTARTING}}", progressing, "ACTIVE_GREEN", "", ""},
	}
}

// TestHealth judges every state in Lua, in CEL and by our own commands, and FlinkDeployments by Argo CD's own check too.
// The table says where that differs, and why.
func TestHealth(t *testing.T) {
	t.Parallel()
	own, err := os.ReadFile(filepath.Join(testkit.Tool(t, "gitops"), "FlinkDeployment", "health.lua"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range statuses() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			text := "{apiVersion: flink.apache.org/v1beta1, kind: " + s.kind + ", metadata: {name: x, generation: 2}, spec: " + s.spec
			if s.status != "" {
				text += ", status: " + s.status
			}
			object := parse(t, text+"}")
			if word, message := ours(t, object); word != s.want || !strings.Contains(message, s.says) {
				t.Errorf("%s (%s), want %s (%s)", word, message, s.want, s.says)
			}
			if s.kind != "FlinkDeployment" {
				return
			}
			if word, _ := runLua(t, string(own), object, true); word != s.argo {
				t.Errorf("Argo CD's own says %s, the table %s", word, s.argo)
			}
			if (s.argo != s.want) != (s.why != "") {
				t.Errorf("ours says %s, Argo CD's own %s, because %q", s.want, s.argo, s.why)
			}
		})
	}
}

// TestArgoCDsOwnCases judges the objects of Argo CD's own test.
func TestArgoCDsOwnCases(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testkit.Tool(t, "gitops"), "FlinkDeployment")
	data, err := os.ReadFile(filepath.Join(dir, "health_test.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	differences := map[string]struct{ want, why string }{
		"healthy_running_v0.1.x": {progressing, "no observedGeneration, which every operator that we know writes"},
		"healthy_running_v1.x":   {progressing, "no observedGeneration, as above"},
		"progressing_suspending_after_deployment": {healthy, "no lifecycleState, which such an operator sets to UPGRADING; without one " +
			"nothing was deployed"},
	}
	cases, _ := parse(t, string(data))["tests"].([]any)
	if len(cases) < 9 {
		t.Errorf("%d cases, there were 9", len(cases))
	}
	for _, one := range cases {
		one, _ := one.(map[string]any)
		wants, _ := one["healthStatus"].(map[string]any)
		path, _ := one["inputPath"].(string)
		content, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		object := parse(t, string(content))
		if object["metadata"] == nil { // every object on a server has some
			object["metadata"] = map[string]any{"generation": int64(1)}
		}
		word, message := ours(t, object)
		want, _ := wants["status"].(string)
		if d, ok := differences[name]; ok {
			want = d.want
			delete(differences, name)
		}
		if word != want {
			t.Errorf("%s: %s (%s), want %s", name, word, message, want)
		}
	}
	for name := range differences {
		t.Errorf("%s: there is no such case", name)
	}
}

// TestApplicationHealth: an Application is as healthy as Argo CD says it is.
func TestApplicationHealth(t *testing.T) {
	t.Parallel()
	scripts, err := argocd.HealthChecks()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"{}": progressing, "{status: {}}": progressing, "{status: {health: {}}}": progressing,
		"{status: {health: {status: Degraded, message: x}}}": degraded, "{status: {health: {status: Healthy}}}": healthy,
	} {
		if word, _ := runLua(t, scripts["argoproj.io_Application"], parse(t, text), false); word != want {
			t.Errorf("%s: %s, want %s", text, word, want)
		}
	}
}
