package overlay_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/overlay"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

// podTemplate names one object of every kind that a pod can name, in every way, and has an image in every place.
const podTemplate = `
metadata: {labels: {app: x}, annotations: {a: b}}
spec:
  serviceAccountName: account
  priorityClassName: urgent
  imagePullSecrets: [{name: secret}]
  nodeSelector: {karpenter.sh/nodepool: pool}
  containers:
  - &container
    name: flink-main-container
    image: app:1
    env:
    - {name: A, valueFrom: {configMapKeyRef: {name: conf, key: a}}}
    - {name: B, valueFrom: {secretKeyRef: {name: secret, key: a}}}
    envFrom: [{configMapRef: {name: conf}}, {secretRef: {name: secret}}]
  - {name: sidecar, image: other:1}
  initContainers: [*container]
  volumes:
  - {name: a, configMap: {name: conf}}
  - {name: b, secret: {secretName: secret}}
  - {name: c, persistentVolumeClaim: {claimName: claim}}
  - {name: d, projected: {sources: [{configMap: {name: conf}}, {secret: {name: secret}}]}}
  - {name: e, image: {reference: app:1}}
`

const podPatch = `{spec: {containers: [{name: sidecar, env: [{name: S, value: "1"}]}], volumes: [{name: f, emptyDir: {}}]}}`

// flinkTemplates are the places of pod templates in a FlinkDeploymentSpec.
func flinkTemplates(template string) string {
	own := "{podTemplate: " + template + "}"
	return "{podTemplate: " + template + ", jobManager: " + own + ", taskManager: " + own + "}"
}

// renamed is a set with a Deployment and all pod templates of Flink with the same content, and what they name.
func renamed(t *testing.T) manifest.Set {
	t.Helper()
	raw, err := yaml.YAMLToJSON([]byte(podTemplate))
	if err != nil {
		t.Fatal(err)
	}
	pod, text := string(raw), ""
	for _, doc := range [][4]string{
		{"v1", "ServiceAccount", "account", "{}"}, {"v1", "ConfigMap", "conf", "{}"}, {"v1", "Secret", "secret", "{}"},
		{"v1", "PersistentVolumeClaim", "claim", "{}"}, {"scheduling.k8s.io/v1", "PriorityClass", "urgent", "{}"},
		{"networking.k8s.io/v1", "IngressClass", "web", "{}"}, {"karpenter.k8s.aws/v1", "EC2NodeClass", "class", "{}"},
		{"karpenter.sh/v1", "NodePool", "pool", "{template: {spec: {nodeClassRef: {kind: EC2NodeClass, name: class}}}}"},
		{"apps/v1", "Deployment", "plain", "{template: " + pod + "}"},
		{"flink.apache.org/v1beta1", "FlinkDeployment", "orders", `{image: "app:1", serviceAccount: account,
			flinkConfiguration: {kubernetes.service-account: account, kubernetes.container.image.ref: "app:1"},
			ingress: {className: web, tls: [{secretName: secret}]}, templates: ` + flinkTemplates(pod) + "}"},
		{"flink.apache.org/v1beta1", "FlinkBlueGreenDeployment", "bg", `{ingress: {className: web},
			template: {spec: {image: "app:1", serviceAccount: account, templates: ` + flinkTemplates(pod) + "}}}"},
		{"flink.apache.org/v1beta1", "FlinkSessionJob", "adhoc", "{deploymentName: orders}"},
		{"flink.apache.org/v1beta1", "FlinkStateSnapshot", "one", "{jobReference: {kind: FlinkDeployment, name: orders}}"},
		{"flink.apache.org/v1beta1", "FlinkStateSnapshot", "two", "{jobReference: {kind: FlinkSessionJob, name: adhoc}}"},
		{"networking.k8s.io/v1", "NetworkPolicy", "net", `{podSelector: {matchLabels: {app: orders}},
			ingress: [{from: [{podSelector: {matchLabels: {app: orders}}}]}],
			egress: [{to: [{podSelector: {matchLabels: {app: orders}}}]}]}`},
		{"policy/v1", "PodDisruptionBudget", "pdb", "{selector: {matchLabels: {app: orders}}}"},
		{"monitoring.coreos.com/v1", "PodMonitor", "monitor", "{selector: {matchLabels: {app: orders}}}"},
	} {
		namespace := ", namespace: team"
		if slices.Contains([]string{"PriorityClass", "IngressClass", "EC2NodeClass", "NodePool"}, doc[1]) {
			namespace = ""
		}
		text += "---\napiVersion: " + doc[0] + "\nkind: " + doc[1] + "\nmetadata: {name: " + doc[2] + namespace + "}\n" +
			"spec: " + doc[3] + "\n"
	}
	var set manifest.Set
	for _, doc := range strings.Split(text, "---\n")[1:] {
		var o manifest.Object
		if err := yaml.Unmarshal([]byte(doc), &o.Data); err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		spec, _ := o.Data["spec"].(map[string]any)
		if template, ok := spec["template"].(map[string]any); ok && o.Key().Kind == "FlinkBlueGreenDeployment" {
			spec, _ = template["spec"].(map[string]any)
		}
		if templates, ok := spec["templates"].(map[string]any); ok {
			delete(spec, "templates")
			maps.Copy(spec, templates)
		}
		set = append(set, o)
	}
	return set
}

// overlaid is an overlay that touches all that the configuration and the schema say.
func overlaid() map[string]string {
	patch := func(apiVersion, kind, name, spec string) string {
		return "- patch: |-\n    {apiVersion: " + apiVersion + ", kind: " + kind + ", metadata: {name: " + name +
			", namespace: team}, spec: " + spec + "}\n"
	}
	return map[string]string{"ov/kustomization.yaml": `resources: [../out]
namePrefix: p-
images: [{name: app, newTag: "2"}]
replicas: [{name: orders, count: 3}, {name: bg, count: 4}]
labels: [{pairs: {tier: gold}, includeTemplates: true}, {pairs: {other: one}}]
commonAnnotations: {note: "x"}
patches:
` + patch("apps/v1", "Deployment", "plain", "{template: "+podPatch+"}") +
		patch("flink.apache.org/v1beta1", "FlinkDeployment", "orders", flinkTemplates(podPatch)) +
		patch("flink.apache.org/v1beta1", "FlinkBlueGreenDeployment", "bg", "{template: {spec: "+flinkTemplates(podPatch)+"}}")}
}

// TestAsInADeployment holds every pod template of Flink against that of a Deployment: the same overlay does the same to both.
// None of them says what it is, by apiVersion and kind: the schema does.
func TestAsInADeployment(t *testing.T) {
	got := apply(t, renamed(t), filepath.Join(tree(t, overlaid()), "ov"))
	want := at(got["Deployment team/p-plain"].Data, "spec", "template")
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{`"p-account"`, `"p-urgent"`, `"p-secret"`, `"p-conf"`, `"p-claim"`, `"p-pool"`, `"app:2"`,
		`"gold"`, `"other:1"`, `"S"`} {
		if !strings.Contains(string(text), name) {
			t.Errorf("the Deployment has no %s: %s", name, text)
		}
	}
	if strings.Contains(string(text), `"app:1"`) {
		t.Errorf("an image was left: %s", text)
	}
	orders := at(got["FlinkDeployment team/p-orders"].Data, "spec")
	bg := at(got["FlinkBlueGreenDeployment team/p-bg"].Data, "spec", "template", "spec")
	for name, spec := range map[string]any{"FlinkDeployment": orders, "FlinkBlueGreenDeployment": bg} {
		for _, path := range [][]string{{"podTemplate"}, {"jobManager", "podTemplate"}, {"taskManager", "podTemplate"}} {
			if have := at(spec, path...); !reflect.DeepEqual(have, want) {
				t.Errorf("%s %v: %v\na Deployment: %v", name, path, have, want)
			}
		}
	}
	app := "p-orders"
	for path, want := range map[string]any{
		"FlinkDeployment team/p-orders spec image":                                             "app:2",
		"FlinkDeployment team/p-orders spec serviceAccount":                                    "p-account",
		"FlinkDeployment team/p-orders spec flinkConfiguration kubernetes.service-account":     "p-account",
		"FlinkDeployment team/p-orders spec flinkConfiguration kubernetes.container.image.ref": "app:2",
		"FlinkDeployment team/p-orders spec taskManager replicas":                              int64(3),
		"FlinkDeployment team/p-orders spec ingress className":                                 "p-web",
		"FlinkBlueGreenDeployment team/p-bg spec template spec image":                          "app:2",
		"FlinkBlueGreenDeployment team/p-bg spec template spec serviceAccount":                 "p-account",
		"FlinkBlueGreenDeployment team/p-bg spec template spec taskManager replicas":           int64(4),
		"FlinkBlueGreenDeployment team/p-bg spec ingress className":                            "p-web",
		"FlinkSessionJob team/p-adhoc spec deploymentName":                                     app,
		"FlinkStateSnapshot team/p-one spec jobReference name":                                 app,
		"FlinkStateSnapshot team/p-two spec jobReference name":                                 "p-adhoc",
		"NodePool p-pool spec template spec nodeClassRef name":                                 "p-class",
		"NetworkPolicy team/p-net spec podSelector matchLabels app":                            app,
		"PodDisruptionBudget team/p-pdb spec selector matchLabels app":                         app,
		"PodMonitor team/p-monitor spec selector matchLabels app":                              app,
	} {
		steps := strings.Fields(path)
		if have := at(got[steps[0]+" "+steps[1]].Data, steps[2:]...); have != want {
			t.Errorf("%s: %v, want %v", path, have, want)
		}
	}
	if tls := at(orders, "ingress", "tls"); !reflect.DeepEqual(tls, []any{map[string]any{"secretName": "p-secret"}}) {
		t.Errorf("ingress: tls %v", tls)
	}
	for _, end := range []string{"ingress", "egress"} {
		text, _ := json.Marshal(at(got["NetworkPolicy team/p-net"].Data, "spec", end))
		if !strings.Contains(string(text), `"app":"p-orders"`) {
			t.Errorf("%s of the network policy: %s", end, text)
		}
	}
}

// TestPlainKustomize: the kustomize of the command line does the same with the two files that are printed for it.
func TestPlainKustomize(t *testing.T) {
	kustomize := testkit.Tool(t, "kustomize")
	set, files := renamed(t), overlaid()
	want := apply(t, set, filepath.Join(tree(t, overlaid()), "ov"))
	schema, err := overlay.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	files["ov/kustomization.yaml"] += "configurations: [configuration.yaml]\nopenapi: {path: openapi.json}\n"
	files["ov/configuration.yaml"], files["ov/openapi.json"] = string(schemas.KustomizeConfiguration), string(schema)
	var all []string
	for _, o := range set {
		text, err := yaml.Marshal(o.Data)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	files["out/all.yaml"], files["out/kustomization.yaml"] = strings.Join(all, "---\n"), "resources: [all.yaml]\n"
	dir := filepath.Join(tree(t, files), "ov")
	out, complaint, err := testkit.Run(t.Context(), testkit.Command{Name: kustomize, Args: []string{"build", dir}})
	if err != nil {
		t.Fatalf("kustomize build: %v\n%s", err, complaint)
	}
	compare(t, out, want)

	// The same overlay, files listed, in process: what is said twice is said once.
	delete(files, "out/all.yaml")
	delete(files, "out/kustomization.yaml")
	if got := apply(t, set, filepath.Join(tree(t, files), "ov")); !reflect.DeepEqual(data(got), data(want)) {
		t.Errorf("with the files listed: %v\nwithout: %v", got, want)
	}
}
