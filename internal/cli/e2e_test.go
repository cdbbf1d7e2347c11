package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// exampleNames are the examples, by name.
func exampleNames(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "examples", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".yaml")
	}
	return files
}

// rendered is what an example renders to, with further arguments.
func rendered(t *testing.T, example string, args ...string) string {
	t.Helper()
	file := filepath.Join(testkit.RepoRoot(t), "examples", example+".yaml")
	stdout, stderr, code := run(t, "", append([]string{"template", "-f", file}, args...)...)
	if code != 0 {
		t.Fatalf("template %s: exit %d\n%s", example, code, stderr)
	}
	return stdout
}

// TestExamplesDecodeStrictly decodes every object of every example into its Go
// type; an unknown field is an error.
func TestExamplesDecodeStrictly(t *testing.T) {
	t.Parallel()
	for _, name := range exampleNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testkit.StrictDecode(t, rendered(t, name))
		})
	}
}

// TestExamplesOnAPIServer sends every example to a real API server: CRDs and
// namespaces for real, every other object as a strict dry run, and then the
// whole stream through kubectl apply.
func TestExamplesOnAPIServer(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts a control plane; left out with -short")
	}
	plane := testkit.ControlPlane(t)
	crds := rendered(t, "minimal", "--include", "crds")
	plane.ApplyCRDs(t, crds)
	plane.PlayCAInjector(t)
	plane.PlayOperatorWebhook(t, "flink-kubernetes-operator")
	for _, name := range exampleNames(t) {
		namespaces := onlyKind(t, rendered(t, name), "Namespace")
		plane.Apply(t, namespaces, "--force-conflicts")
		rest := withoutKind(t, rendered(t, name), "Namespace")
		if complaint := plane.DryRun(t, rest); complaint != "" {
			t.Errorf("%s: %s", name, complaint)
		}
	}
	for _, name := range exampleNames(t) {
		out := plane.Apply(t, rendered(t, name), "--force-conflicts")
		if objects := len(documents(t, rendered(t, name))); strings.Count(out, "serverside-applied") != objects {
			t.Errorf("%s: %d objects, but kubectl says:\n%s", name, objects, out)
		}
	}
	pods := plane.MustKubectl(t, "", "get", "flinkdeployments", "-A", "-o", "name")
	if !strings.Contains(pods, "autoscaler-example") {
		t.Errorf("the jobs are not on the cluster:\n%s", pods)
	}
}

func documents(t *testing.T, stream string) []map[string]any {
	t.Helper()
	var out []map[string]any
	for text := range strings.SplitSeq(stream, "\n---\n") {
		var doc map[string]any
		if err := yaml.UnmarshalStrict([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if doc != nil {
			out = append(out, doc)
		}
	}
	return out
}

func selectKind(t *testing.T, stream string, keep func(kind string) bool) string {
	t.Helper()
	var out []string
	for _, doc := range documents(t, stream) {
		if kind, _ := doc["kind"].(string); keep(kind) {
			text, err := yaml.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, string(text))
		}
	}
	return strings.Join(out, "---\n")
}

func onlyKind(t *testing.T, stream, kind string) string {
	t.Helper()
	return selectKind(t, stream, func(k string) bool { return k == kind })
}

func withoutKind(t *testing.T, stream, kind string) string {
	t.Helper()
	return selectKind(t, stream, func(k string) bool { return k != kind })
}

// TestKustomizeBuildsWhatWeRender builds a written kustomize layout with the
// real kustomize and compares the objects with the stream.
func TestKustomizeBuildsWhatWeRender(t *testing.T) {
	t.Parallel()
	kustomize := testkit.Tool(t, "kustomize")
	for _, name := range exampleNames(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			rendered(t, name, "--output-dir", dir, "--layout", "kustomize")
			stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{Name: kustomize, Args: []string{"build", dir}})
			if err != nil {
				t.Fatalf("kustomize build: %v\n%s", err, stderr)
			}
			all := func(string) bool { return true }
			want, got := selectKind(t, rendered(t, name), all), selectKind(t, stdout, all)
			if want != got {
				t.Errorf("kustomize build gives other objects:\n%s", testkit.Diff(name, want, got))
			}
		})
	}
}

// TestChartsRenderAlikeWithHelm renders every chart of every example with the
// real helm template of both majors, from the values that we computed, and
// compares the objects with ours.
func TestChartsRenderAlikeWithHelm(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	for _, major := range []string{"helm3", "helm4"} {
		helm := testkit.Tool(t, major)
		for _, name := range exampleNames(t) {
			t.Run(major+"/"+name, func(t *testing.T) {
				t.Parallel()
				compareWithHelm(t, root, helm, name)
			})
		}
	}
}

func compareWithHelm(t *testing.T, root, helm, example string) {
	t.Helper()
	ours := map[string]string{}
	for _, doc := range documents(t, rendered(t, example)) {
		ours[identity(doc)] = mustYAML(t, doc)
	}
	seen := map[string]bool{}
	for part := range strings.SplitSeq(rendered(t, example, "--show-values"), "\n---\n") {
		head, _, _ := strings.Cut(part, "\n")
		var chart, release, namespace string
		fields := strings.FieldsFunc(head, func(r rune) bool { return r == ' ' || r == ',' })
		for i, f := range fields {
			switch f {
			case "chart":
				chart = fields[i+1]
			case "release":
				release = fields[i+1]
			case "namespace":
				namespace = fields[i+1]
			}
		}
		if strings.HasPrefix(chart, "oci://") {
			continue
		}
		stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{
			Name: helm, Args: []string{"template", release, filepath.Join(root, "charts", chart), "-n", namespace, "--kube-version", "1.33", "-f", "-"},
			Stdin: part,
		})
		if err != nil {
			t.Fatalf("helm template %s: %v\n%s", chart, err, stderr)
		}
		for _, doc := range documents(t, strings.TrimPrefix(stdout, "---\n")) {
			id := identity(doc)
			seen[id] = true
			if want := mustYAML(t, doc); ours[id] != want {
				t.Errorf("%s of %s differs:\n%s", id, chart, testkit.Diff("helm, ours", want, ours[id]))
			}
		}
	}
	for id := range ours {
		if !seen[id] {
			t.Errorf("%s: rendered by us, not by helm", id)
		}
	}
}

func identity(doc map[string]any) string {
	meta, _ := doc["metadata"].(map[string]any)
	namespace, _ := meta["namespace"].(string)
	return strings.Join([]string{doc["kind"].(string), namespace, meta["name"].(string)}, "/")
}

func mustYAML(t *testing.T, v any) string {
	t.Helper()
	text, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestStartsFasterThanHelm compares CPU time with that of `helm version`, run by turns so that what else the machine does
// slows both: a ratio, never a time.
func TestStartsFasterThanHelm(t *testing.T) {
	if testing.Short() {
		t.Skip("measures; left out with -short")
	}
	helm := testkit.Tool(t, "helm3")
	root := testkit.RepoRoot(t)
	binary := filepath.Join(t.TempDir(), "helm-flink")
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./cmd/helm-flink")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	for _, tt := range []struct {
		args  []string
		ratio float64
	}{
		{[]string{"version"}, 1},
		{[]string{"--help"}, 1},
		{[]string{"template", "-f", filepath.Join(root, "examples", "minimal.yaml")}, 3},
	} {
		var ours, helms []float64
		for range 15 {
			helms = append(helms, cpu(t, helm, "version"))
			ours = append(ours, cpu(t, binary, tt.args...))
		}
		got, reference := median(ours), median(helms)
		t.Logf("%v: %.1f ms, helm version %.1f ms", tt.args[0], got, reference)
		if got > reference*tt.ratio {
			t.Errorf("helm-flink %v: %.1f ms of CPU, more than %g times helm version's %.1f ms", tt.args, got, tt.ratio, reference)
		}
	}
}

// cpu is the CPU time of a run, user and system, in milliseconds.
func cpu(t *testing.T, name string, args ...string) float64 {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = append(os.Environ(), "HELM_PLUGINS="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return float64((cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Microseconds()) / 1000
}

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
