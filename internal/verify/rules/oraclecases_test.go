package rules_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// oracleCase is one question to the operator's own validator. The first object
// is judged; the second is the session cluster or the job that it names.
type oracleCase struct {
	Name string `json:"case"`
	// Fault is the rule that a case with a single fault breaks, "" for good cases
	// and for several faults at once.
	Fault string `json:"fault,omitempty"`
	// Beyond are codes of ours that are errors although the validator accepts: the
	// resource fails later for certain.
	Beyond []string `json:"beyond,omitempty"`
	// Operator is the operator's configuration over its defaults.
	Operator map[string]string `json:"operator,omitempty"`
	Objects  []map[string]any  `json:"objects"`
}

// change is an edit of an object: dotted path under the root, keys of
// flinkConfiguration behind a colon; nil takes away.
type change struct {
	path  string
	value any
}

func set(path string, value any) change { return change{path, value} }
func del(path string) change            { return change{path, nil} }

func conf(key string, value any) change { return change{"spec.flinkConfiguration:" + key, value} }

func (c change) apply(o map[string]any) {
	path, last, flat := strings.Cut(c.path, ":")
	keys := strings.Split(path, ".")
	if !flat {
		keys, last = keys[:len(keys)-1], keys[len(keys)-1]
	}
	for _, key := range keys {
		next, ok := o[key].(map[string]any)
		if !ok {
			if c.value == nil {
				return
			}
			next = map[string]any{}
			o[key] = next
		}
		o = next
	}
	if c.value == nil {
		delete(o, last)
		return
	}
	o[last] = c.value
}

// fault is a way to break one rule, on top of any good object of a kind.
type fault struct {
	rule    string
	name    string
	changes []change
}

// object makes an object out of YAML and edits.
func object(t *testing.T, text string, changes ...change) map[string]any {
	t.Helper()
	o := testkit.ParseObject(t, text)
	for _, c := range changes {
		c.apply(o)
	}
	return o
}

const (
	applicationYAML = `apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: orders, namespace: team-a}
spec:
  image: flink:1.17.2
  flinkVersion: v1_17
  serviceAccount: flink
  flinkConfiguration:
    taskmanager.numberOfTaskSlots: "2"
    high-availability.type: kubernetes
    high-availability.storageDir: s3://flink-data/orders/ha
    state.checkpoints.dir: s3://flink-data/orders/checkpoints
    state.savepoints.dir: s3://flink-data/orders/savepoints
  jobManager:
    resource: {cpu: 1, memory: 2048m}
  taskManager:
    resource: {cpu: 1, memory: 2048m}
  job:
    jarURI: local:///opt/flink/usrlib/orders.jar
    parallelism: 2
    upgradeMode: last-state
`
	sessionJobYAML = `apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: report, namespace: team-a}
spec:
  deploymentName: adhoc
  job:
    jarURI: https://artifacts.example.com/flink/report.jar
    parallelism: 2
    upgradeMode: stateless
`
	snapshotYAML = `apiVersion: flink.apache.org/v1beta1
kind: FlinkStateSnapshot
metadata: {name: before-release, namespace: team-a}
spec:
  jobReference: {kind: FlinkDeployment, name: orders}
  savepoint: {}
`
)

// variants are good deployments of every style, by name.
func variants() map[string][]change {
	stateless := []change{set("spec.job.upgradeMode", "stateless"), conf("state.checkpoints.dir", nil), conf("state.savepoints.dir", nil)}
	return map[string][]change{
		"last-state": nil,
		"savepoint":  {set("spec.job.upgradeMode", "savepoint")},
		"stateless":  stateless,
		"no-mode":    append(slices.Clone(stateless), del("spec.job.upgradeMode")),
		"no-ha":      append(slices.Clone(stateless), conf("high-availability.type", nil), conf("high-availability.storageDir", nil)),
		"standalone": {set("spec.mode", "standalone")},
		"replicas":   {set("spec.taskManager.replicas", int64(3)), del("spec.job.parallelism")},
		"session":    {del("spec.job"), set("metadata.name", "adhoc")},
		"suspended":  {set("spec.job.state", "suspended")},
	}
}

// TestOracleCases compares the committed cases with those that this file makes,
// or writes them anew with HELM_FLINK_UPDATE=1, after which `make oracle` asks
// the operator about them.
func TestOracleCases(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Made by oraclecases_test.go.\n")
	doc := func(v any) {
		data, err := yaml.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("---\n")
		b.Write(data)
	}
	doc(map[string]any{"defaults": chartDefaults()})
	cases := oracleCases(t)
	for _, c := range cases {
		doc(c)
	}
	file := filepath.Join("testdata", "oracle", "cases.yaml")
	if os.Getenv("HELM_FLINK_UPDATE") == "1" {
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(old, b.Bytes()) {
		t.Errorf("%s is not what the generator makes: run make oracle", file)
	}
	seen := map[string]bool{}
	for _, c := range cases {
		if seen[c.Name] {
			t.Errorf("case %s comes twice", c.Name)
		}
		seen[c.Name] = true
	}
}

// chartDefaults is the operator's configuration as its chart has it.
func chartDefaults() map[string]string {
	return map[string]string{
		"taskmanager.numberOfTaskSlots":                        "1",
		"parallelism.default":                                  "1",
		"kubernetes.operator.reconcile.interval":               "15 s",
		"kubernetes.operator.observer.progress-check.interval": "5 s",
	}
}

func oracleCases(t *testing.T) []oracleCase {
	t.Helper()
	return slices.Concat(deploymentCases(t), combinedCases(t), operatorCases(t), sessionCases(t), snapshotCases(t))
}

func sortedVariants() []string {
	var names []string
	for name := range variants() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func deploymentCases(t *testing.T) []oracleCase {
	t.Helper()
	var out []oracleCase
	for _, v := range sortedVariants() {
		out = append(out, oracleCase{Name: "good/" + v, Objects: []map[string]any{object(t, applicationYAML, variants()[v]...)}})
	}
	for _, g := range goodDeployments() {
		one := oracleCase{Name: g.name, Objects: []map[string]any{object(t, applicationYAML, g.changes...)}}
		if g.name == "odd/container" {
			one.Beyond = []string{"FLK115"} // a container without an image
		}
		out = append(out, one)
	}
	for _, f := range clusterFaults() {
		for _, v := range []string{"last-state", "session"} {
			out = append(out, single(t, f, v))
		}
	}
	for _, f := range jobFaults() {
		for _, v := range []string{"last-state", "savepoint", "suspended"} {
			out = append(out, single(t, f, v))
		}
	}
	for _, f := range autoscalerFaults() {
		out = append(out, single(t, f, "last-state"))
	}
	return out
}

func single(t *testing.T, f fault, variant string) oracleCase {
	t.Helper()
	name := strings.TrimSuffix(strings.Join([]string{f.rule, variant, f.name}, "/"), "/")
	return oracleCase{Name: name, Fault: f.rule, Objects: []map[string]any{object(t, applicationYAML, append(slices.Clone(variants()[variant]), f.changes...)...)}}
}

// combinedCases have two faults each: every pair of neighbours that are one,
// two, three and five places apart in the list.
func combinedCases(t *testing.T) []oracleCase {
	t.Helper()
	faults := slices.Concat(clusterFaults(), jobFaults())
	var out []oracleCase
	for i, f := range faults {
		for _, step := range []int{1, 7, 19} {
			g := faults[(i+step)%len(faults)]
			changes := slices.Concat(f.changes, g.changes)
			name := fmt.Sprintf("two/%d-%d/%s-%s", i, step, f.rule, g.rule)
			out = append(out, oracleCase{Name: name, Objects: []map[string]any{object(t, applicationYAML, changes...)}})
		}
	}
	return out
}
