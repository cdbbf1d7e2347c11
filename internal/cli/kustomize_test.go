package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// overlaysOfExamples are overlays over a written base, by name: the files of each. NAME and NAMESPACE stand for a
// FlinkDeployment.
func overlaysOfExamples(openapi string) map[string]map[string]string {
	const base = "resources: [../out]\n"
	const flink = "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nmetadata: {name: NAME, namespace: NAMESPACE}\n"
	const target = "  target: {group: flink.apache.org, kind: FlinkDeployment}\n"
	return map[string]map[string]string{
		"by-name": {"kustomization.yaml": base + "patches: [{path: patch.yaml}]\n", "patch.yaml": flink + `spec:
  taskManager: {resource: {cpu: 2}}
  flinkConfiguration: {state.backend: rocksdb, "web.timeout": "1"}
  podTemplate:
    spec:
      containers:
      - name: flink-main-container
        env: [{name: ADDED, value: "yes"}]
        volumeMounts: [{name: scratch, mountPath: /scratch}]
      - {name: sidecar, image: "fluent-bit:3"}
      volumes: [{name: scratch, emptyDir: {}}]
      tolerations: [{key: spot, operator: Exists}]
`},
		"by-target": {"kustomization.yaml": base + "patches:\n- path: patch.yaml\n  target: {kind: FlinkDeployment}\n" +
			"- path: pool.yaml\n  target: {kind: NodePool}\n", "patch.yaml": flink + `spec:
  serviceAccount: null
  podTemplate: {spec: {containers: [{name: flink-main-container, resources: {limits: {ephemeral-storage: 1Gi}}}]}}
`, "pool.yaml": "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: any}\n" +
			"spec: {weight: 7, template: {metadata: {labels: {a: b}}}}\n"},
		"json": {"kustomization.yaml": base +
			"patches:\n- patch: |-\n    - op: replace\n      path: /spec/flinkVersion\n      value: v2_0\n" +
			"    - {op: add, path: /metadata/annotations, value: {a/b: \"1\"}}\n    - {op: remove, path: /spec/flinkConfiguration}\n" +
			"  target: {kind: FlinkDeployment}\n"},
		"images": {"kustomization.yaml": base + "images:\n- {name: flink, newName: registry.example.com/flink, newTag: 2.0.1}\n" +
			"- {name: ghcr.io/apache/flink-kubernetes-operator, digest: \"sha256:" + strings.Repeat("a", 64) + "\"}\n" +
			"- {name: fluent-bit, newTag: \"4\"}\npatches: [{path: patch.yaml}]\n",
			"patch.yaml": flink + "spec: {podTemplate: {spec: {containers: [{name: sidecar, image: \"fluent-bit:3\"}]}}}\n"},
		// Node pools are in no namespace, which the schema says.
		"prefix": {"kustomization.yaml": base + "namePrefix: blue-\nnameSuffix: -x\nopenapi: {path: openapi.json}\n",
			"openapi.json": openapi},
		"labels": {"kustomization.yaml": base + "commonAnnotations: {owner: x}\nlabels:\n" +
			"- {pairs: {tier: gold}, includeTemplates: true}\n" +
			"- {pairs: {all: \"1\"}, includeSelectors: true}\n" +
			"- pairs: {own: field}\n  fields: [{path: spec/labels, kind: FlinkDeployment, create: true}]\n"},
		"replacements": {"kustomization.yaml": base + `replacements:
- source: {kind: FlinkDeployment, name: NAME, fieldPath: metadata.namespace}
  targets:
  - select: {kind: FlinkDeployment}
    fieldPaths:
    - metadata.annotations.from
    - spec.podTemplate.spec.containers.[name=flink-main-container].workingDir
    options: {create: true}
`},
		"components": {"kustomization.yaml": base + "components: [../comp-a, ../comp-b]\n" +
			"patches:\n- patch: '[{\"op\": \"add\", \"path\": \"/spec/podTemplate/spec/hostNetwork\", \"value\": false}]'\n" + target,
			"../comp-a/kustomization.yaml": "kind: Component\nlabels: [{pairs: {comp: a}}]\n" +
				"replicas: [{name: NAME, count: 4}]\n",
			"../comp-b/kustomization.yaml": "kind: Component\nresources: [extra.yaml]\nimages: [{name: extra, newTag: \"2\"}]\n",
			"../comp-b/extra.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: extra, namespace: NAMESPACE}\n" +
				"spec: {template: {spec: {restartPolicy: Never, containers: [{name: x, image: \"extra:1\"}]}}}\n"},
		"generators": {"kustomization.yaml": base + `configMapGenerator:
- {name: settings, namespace: NAMESPACE, literals: [a=b], files: [log.properties]}
secretGenerator:
- {name: token, namespace: NAMESPACE, literals: [a=b], options: {disableNameSuffixHash: true}}
patches: [{path: patch.yaml}]
`, "log.properties": "a: b\n# ü\n", "patch.yaml": flink + `spec:
  podTemplate:
    spec:
      containers:
      - name: flink-main-container
        envFrom: [{configMapRef: {name: settings}}, {secretRef: {name: token}}]
      volumes: [{name: settings, configMap: {name: settings}}]
`},
		"openapi": {"kustomization.yaml": base + "openapi: {path: openapi.json}\npatches:\n- path: patch.yaml\n" +
			"- path: deployment.yaml\n  target: {kind: Deployment}\n", "openapi.json": openapi, "patch.yaml": flink + `spec:
  jobManager: {podTemplate: {spec: {containers: [{name: flink-main-container, env: [{name: JM, value: "1"}]}]}}}
  podTemplate: {spec: {containers: [{name: flink-main-container, args: [x]}]}}
`, "deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: any}\n" +
			"spec: {template: {spec: {containers: [{name: sidecar, image: \"x:1\"}], nodeSelector: {a: b}}}}\n"},
	}
}

// TestLikeKustomize: what is rendered with an overlay is, up to the order, to the byte what the real kustomize builds of the same
// overlay over the written layout, for every example and without an overlay too.
func TestLikeKustomize(t *testing.T) {
	kustomize := testkit.Tool(t, "kustomize")
	openapi, _, code := run(t, "", "schema", "--kustomize=openapi")
	if code != 0 {
		t.Fatalf("schema: exit %d", code)
	}
	examples, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "examples", "*.yaml"))
	if err != nil || len(examples) < 5 {
		t.Fatalf("%d examples, error %v", len(examples), err)
	}
	for _, example := range examples {
		t.Run(strings.TrimSuffix(filepath.Base(example), ".yaml"), func(t *testing.T) {
			dir := t.TempDir()
			args := []string{"template", "-f", example, "--skip-verify"}
			plain, stderr, code := run(t, "", args...)
			if code != 0 {
				t.Fatalf("exit %d\n%s", code, stderr)
			}
			out := filepath.Join(dir, "out")
			if _, stderr, code = run(t, "", append(args, "--output-dir", out, "--layout", "kustomize")...); code != 0 {
				t.Fatalf("exit %d\n%s", code, stderr)
			}
			sameDocuments(t, plain, build(t, kustomize, out))
			for name, files := range overlaysOfExamples(openapi) {
				t.Run(name, func(t *testing.T) {
					ov := filepath.Join(dir, name)
					writeOverlay(t, ov, files, plain)
					rendered, stderr, code := run(t, "", append(args, "-k", ov)...)
					if code != 0 {
						t.Fatalf("exit %d\n%s", code, stderr)
					}
					if rendered == plain {
						t.Error("the overlay changed nothing")
					}
					sameDocuments(t, rendered, build(t, kustomize, ov))
				})
			}
		})
	}
}

func build(t *testing.T, kustomize, dir string) string {
	t.Helper()
	out, complaint, err := testkit.Run(t.Context(), testkit.Command{Name: kustomize, Args: []string{"build", dir}})
	if err != nil {
		t.Fatalf("kustomize build: %v\n%s", err, complaint)
	}
	return out
}

// writeOverlay writes the files of an overlay for the first FlinkDeployment of a stream.
func writeOverlay(t *testing.T, dir string, files map[string]string, stream string) {
	t.Helper()
	var name, namespace string
	for doc := range strings.SplitSeq(stream, "\n---\n") {
		var o struct {
			Kind     string
			Metadata struct{ Name, Namespace string }
		}
		if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
			t.Fatal(err)
		}
		if o.Kind == "FlinkDeployment" {
			name, namespace = o.Metadata.Name, o.Metadata.Namespace
			break
		}
	}
	for file, text := range files {
		path := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		text = strings.NewReplacer("NAMESPACE", namespace, "NAME", name).Replace(text)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// sameDocuments compares the documents of two streams as text, in any order, without the comments in front.
func sameDocuments(t *testing.T, got, want string) {
	t.Helper()
	documents := func(stream string) []string {
		for strings.HasPrefix(stream, "#") {
			_, stream, _ = strings.Cut(stream, "\n")
		}
		docs := strings.Split(strings.TrimPrefix(strings.TrimSuffix(stream, "\n"), "---\n"), "\n---\n")
		slices.Sort(docs)
		return docs
	}
	a, b := documents(got), documents(want)
	if !slices.Equal(a, b) {
		t.Errorf("kustomize builds something else:\n%s", testkit.Diff("stream", strings.Join(b, "\n---\n"), strings.Join(a, "\n---\n")))
	}
}
