package cli_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// clusterFlags name a cluster where the manifests do not.
func clusterFlags() []string {
	return []string{"--cluster-name", "streaming", "--region", "us-west-2", "--account", "111122223333"}
}

// readAll reads the objects of a stream by their key.
func readAll(t *testing.T, text string) map[manifest.Key]manifest.Object {
	t.Helper()
	out := map[manifest.Key]manifest.Object{}
	for doc, err := range stream.Documents("stream", strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		objects, findings := doc.Objects()
		for _, f := range findings {
			t.Log(f)
		}
		for _, o := range objects {
			out[o.Key()] = o
		}
	}
	return out
}

// importAgain imports manifests and renders the values.
func importAgain(t *testing.T, manifests string) (rendered, complaints string) {
	t.Helper()
	values, complaints, code := run(t, manifests, append([]string{"import", "-"}, clusterFlags()...)...)
	if code != 0 {
		t.Fatalf("import: code %d\n%s", code, complaints)
	}
	rendered, stderr, code := run(t, values, "template", "--skip-verify", "-f", "-")
	if code != 0 {
		t.Fatalf("template: code %d\n%s\nof the values\n%s", code, stderr, values)
	}
	return rendered, complaints
}

// TestImportExamples renders every example, imports that, and renders the values: the objects are the same, field for field,
// but for the order of lists of named things.
func TestImportExamples(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "examples", "*.yaml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("examples: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			first, stderr, code := run(t, "", "template", "-f", file)
			if code != 0 {
				t.Fatalf("template: code %d\n%s", code, stderr)
			}
			second, complaints := importAgain(t, first)
			for _, code := range []string{"FLK081", "FLK082", "FLK087"} {
				if strings.Contains(complaints, code) {
					t.Errorf("%s is said of our own objects:\n%s", code, complaints)
				}
			}
			want, got := readAll(t, first), readAll(t, second)
			for key, o := range want {
				sortNamed(o.Data)
				sortNamed(got[key].Data)
				a, b := pretty(t, o.Data), pretty(t, got[key].Data)
				if a != b {
					t.Errorf("%s:\n%s", key, testkit.Diff(key.String(), a, b))
				}
			}
			for key := range got {
				if _, ok := want[key]; !ok {
					t.Errorf("%s was not there before", key)
				}
			}
		})
	}
}

func pretty(t *testing.T, v any) string {
	t.Helper()
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// sortNamed orders lists of items that all have a name, or a key.
func sortNamed(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, child := range v {
			sortNamed(child)
		}
	case []any:
		named := func(item any) string {
			m, _ := item.(map[string]any)
			name, _ := m["name"].(string)
			key, _ := m["key"].(string)
			operator, _ := m["operator"].(string)
			return cmp.Or(name, key+operator)
		}
		if !slices.ContainsFunc(v, func(item any) bool { return named(item) == "" }) {
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(named(a), named(b)) })
		}
		for _, child := range v {
			sortNamed(child)
		}
	}
}

// notImported are the manifests of the corpus that cannot become values, and why.
func notImported() map[string]string {
	return map[string]string{
		"canary.yaml":          "its deployments are in the operator's namespace",
		"stream-oddities.yaml": "there is nothing of Flink in it",
	}
}

// TestImportManifests imports every manifest of the corpus and renders the values. What Flink and the operator get is compared
// here by itself, not by the importer's own comparison.
func TestImportManifests(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "manifests", "good", "*"))
	if err != nil || len(files) < 60 {
		t.Fatalf("manifests: %d, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if why := notImported()[filepath.Base(file)]; why != "" {
				if _, stderr, code := run(t, string(data), append([]string{"import", "-"}, clusterFlags()...)...); code != 3 {
					t.Errorf("code %d, though %s:\n%s", code, why, stderr)
				}
				return
			}
			rendered, complaints := importAgain(t, string(data))
			want, got := readAll(t, string(data)), readAll(t, rendered)
			pools := slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(k manifest.Key) bool { return k.Kind == "NodePool" })
			compared := 0
			for key, o := range want {
				if !strings.HasPrefix(key.APIVersion, "flink.apache.org/") {
					continue
				}
				compared++
				have, ok := got[key]
				switch {
				case !ok && !strings.Contains(complaints, key.String()+"): not carried"):
					t.Errorf("%s is lost without a word:\n%s", key, complaints)
				case ok && key.Kind == "FlinkDeployment":
					compareClusters(t, key, spec(o), spec(have), pools)
				case ok && key.Kind == "FlinkSessionJob":
					compareConfig(t, key, spec(o), spec(have))
					compareJobs(t, key, spec(o), spec(have))
				}
			}
			if compared == 0 && !strings.Contains(filepath.Base(file), "operator-installation") {
				t.Error("nothing was compared")
			}
		})
	}
}

func spec(o manifest.Object) map[string]any {
	s, _ := o.Data["spec"].(map[string]any)
	return s
}

// defaultSettings are the settings that the values write down and that are Flink's or the operator's default.
func defaultSettings() map[string]string {
	return map[string]string{
		"execution.checkpointing.min-pause": "0s", "execution.checkpointing.timeout": "10m",
		"execution.checkpointing.mode": "EXACTLY_ONCE", "taskmanager.numberOfTaskSlots": "1",
		"kubernetes.operator.savepoint.history.max.count": "10",
	}
}

// compareConfig wants every setting of the one in the other, and nothing else but defaults.
func compareConfig(t *testing.T, key manifest.Key, want, got map[string]any) {
	t.Helper()
	a, b := flatSettings(want), flatSettings(got)
	delete(a, pods.MergeByName)
	delete(b, pods.MergeByName)
	for name, value := range a {
		have, ok := find(b, name)
		x, err := flink.ParseDuration(value)
		y, err2 := flink.ParseDuration(have)
		sameTime := err == nil && err2 == nil && x == y
		if (!ok || have != value && !strings.EqualFold(have, value) && !sameTime) && !harmless(name, value) {
			t.Errorf("%s: %s is %q, want %q", key, name, have, value)
		}
	}
	for name, value := range b {
		if _, ok := find(a, name); !ok && defaultSettings()[name] != value {
			t.Errorf("%s: %s: %q is added", key, name, value)
		}
	}
}

// harmless reports whether a setting may go or be said otherwise: it is Flink's default, or a long name for Kubernetes' own high
// availability.
func harmless(name, value string) bool {
	return name == "state.backend" && value == "hashmap" ||
		name == "high-availability" && value == "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"
}

// find looks for a setting under its name in any spelling.
func find(settings map[string]string, name string) (string, bool) {
	names := []string{name, strings.TrimPrefix(name, "kubernetes.operator."), "kubernetes.operator." + name}
	for _, r := range flink.Renames() {
		if r.Old == name {
			names = append(names, r.New[0])
		}
		if slices.Contains(r.New, name) {
			names = append(names, r.Old)
		}
	}
	for _, n := range names {
		if v, ok := settings[n]; ok {
			return v, true
		}
	}
	return "", false
}

func flatSettings(spec map[string]any) map[string]string {
	data, _ := json.Marshal(spec["flinkConfiguration"])
	var free v1beta1.FreeForm
	if json.Unmarshal(data, &free) != nil {
		return map[string]string{}
	}
	flat, err := free.Flat()
	if err != nil {
		return map[string]string{}
	}
	return flat
}

// compareJobs compares the jobs, with the operator's defaults.
func compareJobs(t *testing.T, key manifest.Key, want, got map[string]any) {
	t.Helper()
	a, _ := want["job"].(map[string]any)
	b, _ := got["job"].(map[string]any)
	if (a == nil) != (b == nil) {
		t.Errorf("%s: a job %v, want %v", key, b, a)
		return
	}
	a, b = maps.Clone(a), maps.Clone(b)
	if _, said := find(flatSettings(want), "parallelism.default"); !said && a != nil && a["parallelism"] == nil {
		a["parallelism"] = int64(1)
	}
	for _, job := range []map[string]any{a, b} {
		for name, value := range map[string]any{"state": "running", "upgradeMode": "stateless", "allowNonRestoredState": false} {
			if job != nil && job[name] == nil {
				job[name] = value
			}
		}
		if list, ok := job["args"].([]any); ok && len(list) == 0 {
			delete(job, "args")
		}
	}
	if x, y := pretty(t, a), pretty(t, b); x != y {
		t.Errorf("%s: job:\n%s", key, testkit.Diff("job", x, y))
	}
}

// compareClusters compares two FlinkDeploymentSpecs: fields, configuration, job, and the pods of both roles.
func compareClusters(t *testing.T, key manifest.Key, want, got map[string]any, pools bool) {
	t.Helper()
	compareConfig(t, key, want, got)
	compareJobs(t, key, want, got)
	for _, name := range []string{"image", "imagePullPolicy", "flinkVersion", "serviceAccount", "executionRoleArn", "emrReleaseLabel",
		"ingress", "logConfiguration", "restartNonce"} {
		x, y := pretty(t, want[name]), pretty(t, got[name])
		says := func(text string) bool { return text != "null" && text != "{}" }
		if x != y && (says(x) || says(y)) {
			t.Errorf("%s: %s is %s, want %s", key, name, y, x)
		}
	}
	a, b := podSet(t, key, want), podSet(t, key, got)
	for i, group := range a.Groups() {
		other := b.Groups()[i]
		if x, y := podText(t, group, pools), podText(t, other, pools); x != y {
			t.Errorf("%s: pods of the %s:\n%s", key, group.Role, testkit.Diff(string(group.Role), x, y))
		}
		if group.Count != other.Count {
			t.Errorf("%s: %+v pods of the %s, want %+v", key, other.Count, group.Role, group.Count)
		}
	}
}

func podSet(t *testing.T, key manifest.Key, spec map[string]any) pods.Set {
	t.Helper()
	spec = maps.Clone(spec)
	config := flink.Config{}.Over(flatSettings(spec), flink.FromResource)
	delete(spec, "flinkConfiguration")
	delete(spec, "monitoringConfiguration")
	typed := new(v1beta1.FlinkDeploymentSpec)
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(spec, typed); err != nil {
		t.Fatal(err)
	}
	return pods.Make(pods.Input{Namespace: key.Namespace, Name: key.Name, Spec: typed, Config: config, EMR: typed.EMRReleaseLabel != ""})
}

// podText is a pod without the labels that the values add. Where there are node pools, the pod may name one by another label.
func podText(t *testing.T, g pods.Group, pools bool) string {
	t.Helper()
	template := g.Template.DeepCopy()
	delete(template.Labels, "app.kubernetes.io/part-of")
	delete(template.Labels, "helm-flink.dev/team")
	if len(template.Annotations) == 0 {
		template.Annotations = nil
	}
	if pools {
		template.Spec.NodeSelector, template.Spec.Tolerations = nil, nil
	}
	data, err := runtime.DefaultUnstructuredConverter.ToUnstructured(template)
	if err != nil {
		t.Fatal(err)
	}
	v1beta1.DropNulls(data)
	sortNamed(data)
	return pretty(t, data)
}

// TestImportOwnOutput imports what the golden cases render, presets and fields of node pools among them, and renders the values:
// everything of Flink and Karpenter is the same.
func TestImportOwnOutput(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "golden", "*", "want.yaml"))
	if err != nil || len(files) < 20 {
		t.Fatalf("golden cases: %d, %v", len(files), err)
	}
	compared := map[string]int{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(data), "kind: FlinkDeployment") && !strings.Contains(string(data), "kind: NodePool") {
			continue
		}
		name := filepath.Base(filepath.Dir(file))
		second, complaints := importAgain(t, string(data))
		want, got := readAll(t, string(data)), readAll(t, second)
		for key, o := range want {
			if !strings.Contains(key.APIVersion, "flink.apache.org") && !strings.Contains(key.APIVersion, "karpenter") {
				continue
			}
			compared[key.Kind]++
			writeDefaults(o)
			sortNamed(o.Data)
			sortNamed(got[key].Data)
			if a, b := pretty(t, o.Data), pretty(t, got[key].Data); a != b {
				t.Errorf("%s: %s:\n%s\n%s", name, key, testkit.Diff(key.String(), a, b), complaints)
			}
		}
	}
	if compared["NodePool"] < 10 || compared["EC2NodeClass"] < 5 || compared["FlinkDeployment"] < 20 {
		t.Errorf("few objects were compared: %v", compared)
	}
}

// writeDefaults writes what the values write down though it is the default: of Karpenter's API, and of Flink.
func writeDefaults(o manifest.Object) {
	if template, _ := spec(o)["template"].(map[string]any); o.Key().Kind == "NodePool" {
		if node, _ := template["spec"].(map[string]any); node["expireAfter"] == nil {
			node["expireAfter"] = "720h"
		}
	}
	const pause = "execution.checkpointing.min-pause"
	if c, _ := spec(o)["flinkConfiguration"].(map[string]any); c["execution.checkpointing.interval"] != nil && c[pause] == nil {
		c[pause] = "0s"
	}
}

// TestImportOddShapes puts values of other types into manifests, one at a time: whatever comes out, it is values or findings, and
// never a panic.
func TestImportOddShapes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testkit.RepoRoot(t), "testdata", "manifests", "good")
	runs := 0
	for _, name := range []string{"emr-monitoring.yaml", "nodes-graviton-spot.yaml", "pod-volumes.yaml", "blue-green.yaml", "session-cluster.yaml",
		"namespace-team.yaml", "snapshot-restore.yaml"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; ; n += 9 {
			var docs []string
			left := n
			objects := readAll(t, string(data))
			keys := slices.SortedFunc(maps.Keys(objects), func(a, b manifest.Key) int { return strings.Compare(a.String(), b.String()) })
			for _, key := range keys {
				o := objects[key]
				if left < 0 {
					docs = append(docs, pretty(t, o.Data))
					continue
				}
				left = disturb(o.Data, left, n)
				docs = append(docs, pretty(t, o.Data))
			}
			if left >= 0 {
				break
			}
			stdout, stderr, code := run(t, strings.Join(docs, "\n---\n"), append([]string{"import", "-"}, clusterFlags()...)...)
			if code != 0 && code != 3 || code == 3 && stdout != "" || code == 0 && stdout == "" {
				t.Errorf("%s, field %d: code %d\n%s", name, n, code, stderr)
			}
			runs++
		}
	}
	if runs < 60 {
		t.Errorf("only %d shapes were tried", runs)
	}
}

// disturb puts something of another type in the place of field number left, in the order of the keys; it returns a negative number
// once that is done, and else how many are left.
func disturb(v any, left, kind int) int {
	odd := []any{"text", int64(7), []any{"a"}, map[string]any{"a": "b"}, nil, true, []any{map[string]any{"x": int64(1)}}}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key == "apiVersion" || key == "kind" || key == "name" && len(v) <= 3 {
				continue
			}
			if left == 0 {
				v[key] = odd[kind/9%len(odd)]
				return -1
			}
			if left = disturb(v[key], left-1, kind); left < 0 {
				return left
			}
		}
	case []any:
		for i := range v {
			if left == 0 {
				v[i] = odd[kind/9%len(odd)]
				return -1
			}
			if left = disturb(v[i], left-1, kind); left < 0 {
				return left
			}
		}
	}
	return left
}
