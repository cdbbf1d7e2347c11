package chart_test

import (
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// platformCharts are all our charts but the operator's.
func platformCharts() []string {
	return []string{"flink-namespaces", "flink-irsa", "flink-karpenter", "flink-jobs"}
}

// pcRendered holds the YAML of each object by "Kind namespace/name".
type pcRendered map[string]string

// pcFull gives the values of a chart's ci/full-values.yaml.
func pcFull(t *testing.T, name string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), "charts", name, "ci", "full-values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return pcValues(t, string(data))
}

func pcValues(t *testing.T, text string) map[string]any {
	t.Helper()
	values, err := chartutil.ReadValues([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// pcTry renders a chart as `helm template rel CHART -n ops` does, its values schema included.
func pcTry(t *testing.T, name string, values map[string]any) (pcRendered, error) {
	t.Helper()
	ch, err := loader.LoadDir(filepath.Join(testkit.RepoRoot(t), "charts", name))
	if err != nil {
		t.Fatal(err)
	}
	options := chartutil.ReleaseOptions{Name: "rel", Namespace: "ops", IsInstall: true, Revision: 1}
	top, err := chartutil.ToRenderValues(ch, values, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(ch, top)
	if err != nil {
		return nil, err
	}
	out := pcRendered{}
	for file, text := range files {
		if path.Base(file) == "NOTES.txt" {
			continue
		}
		for doc := range strings.SplitSeq("\n"+text, "\n---") {
			if strings.TrimSpace(doc) == "" {
				continue
			}
			var head struct {
				Kind     string `json:"kind"`
				Metadata struct{ Name, Namespace string }
			}
			if err := yaml.Unmarshal([]byte(doc), &head); err != nil {
				t.Fatalf("%s: %v\n%s", file, err, doc)
			}
			key := head.Kind + " " + head.Metadata.Namespace + "/" + head.Metadata.Name
			if _, twice := out[key]; twice {
				t.Errorf("%s: %s is rendered twice", file, key)
			}
			out[key] = doc
		}
	}
	return out, nil
}

func pcRender(t *testing.T, name string, values map[string]any) pcRendered {
	t.Helper()
	out, err := pcTry(t, name, values)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// pcDecode reads one object into its Go type; an unknown field is a failure.
func pcDecode[T any](t *testing.T, r pcRendered, key string) T {
	t.Helper()
	var out T
	doc, ok := r[key]
	if !ok {
		t.Fatalf("no %s among %q", key, slices.Sorted(maps.Keys(r)))
	}
	if err := yaml.UnmarshalStrict([]byte(doc), &out); err != nil {
		t.Fatalf("%s: %v\n%s", key, err, doc)
	}
	return out
}

// at walks into a JSON-shaped value.
func at(v any, keys ...string) any {
	for _, key := range keys {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func TestPlatformChartsAreEmptyByDefault(t *testing.T) {
	t.Parallel()
	for _, name := range platformCharts() {
		if got := pcRender(t, name, map[string]any{}); len(got) > 0 {
			t.Errorf("%s renders %q without values", name, slices.Sorted(maps.Keys(got)))
		}
	}
}

// TestPlatformChartsObjects reads every object of the full values into its type, and looks at what all must have.
func TestPlatformChartsObjects(t *testing.T) {
	t.Parallel()
	types := map[string]func() any{
		"Namespace": func() any { return &corev1.Namespace{} }, "ResourceQuota": func() any { return &corev1.ResourceQuota{} },
		"LimitRange": func() any { return &corev1.LimitRange{} }, "ServiceAccount": func() any { return &corev1.ServiceAccount{} },
		"Role": func() any { return &rbacv1.Role{} }, "RoleBinding": func() any { return &rbacv1.RoleBinding{} },
		"NetworkPolicy": func() any { return &networkingv1.NetworkPolicy{} },
		"StorageClass":  func() any { return &storagev1.StorageClass{} },
		"Ingress":       func() any { return &networkingv1.Ingress{} },
	}
	apis := map[string]string{
		"NodePool": "karpenter.sh/v1", "EC2NodeClass": "karpenter.k8s.aws/v1", "HTTPRoute": "gateway.networking.k8s.io/v1",
		"FlinkDeployment": "flink.apache.org/v1beta1", "FlinkSessionJob": "flink.apache.org/v1beta1",
		"FlinkStateSnapshot": "flink.apache.org/v1beta1", "FlinkBlueGreenDeployment": "flink.apache.org/v1beta1",
	}
	want := map[string]int{"flink-namespaces": 49, "flink-irsa": 3, "flink-karpenter": 2, "flink-jobs": 10}
	for _, name := range platformCharts() {
		rendered := pcRender(t, name, pcFull(t, name))
		if len(rendered) != want[name] {
			t.Errorf("%s: %d objects, want %d: %q", name, len(rendered), want[name], slices.Sorted(maps.Keys(rendered)))
		}
		for key, doc := range rendered {
			object := pcDecode[map[string]any](t, rendered, key)
			kind, _ := object["kind"].(string)
			if into := types[kind]; into != nil {
				if err := yaml.UnmarshalStrict([]byte(doc), into()); err != nil {
					t.Errorf("%s: %v", key, err)
				}
			} else if api := apis[kind]; api == "" || api != object["apiVersion"] {
				t.Errorf("%s: apiVersion %v, want %q", key, object["apiVersion"], api)
			}
			labels, _ := at(object, "metadata", "labels").(map[string]any)
			if labels["app.kubernetes.io/managed-by"] != "Helm" || labels["app.kubernetes.io/part-of"] != "flink" {
				t.Errorf("%s: labels %v", key, labels)
			}
			_, chartLabel := labels["helm.sh/chart"]
			_, hasNamespace := at(object, "metadata").(map[string]any)["namespace"]
			clusterWide := slices.Contains([]string{"Namespace", "NodePool", "EC2NodeClass", "StorageClass"}, kind)
			if chartLabel || hasNamespace == clusterWide {
				t.Errorf("%s: chart label %v, namespace %v", key, chartLabel, hasNamespace)
			}
			for _, field := range []string{"labels", "annotations"} {
				values, _ := at(object, "metadata", field).(map[string]any)
				for k, v := range values {
					if _, isString := v.(string); !isString {
						t.Errorf("%s: metadata.%s %q is no string: %v", key, field, k, v)
					}
				}
			}
		}
	}
}

func TestPlatformChartNamespaces(t *testing.T) {
	t.Parallel()
	r := pcRender(t, "flink-namespaces", pcFull(t, "flink-namespaces"))
	const security, team = "pod-security.kubernetes.io/", "flink-team-a-ns"
	levels := map[string][]string{
		"flink-kubernetes-operator": {"restricted", "restricted", "restricted"},
		team:                        {"baseline", "restricted", "restricted"}, "all-in-one": {"restricted", "", ""},
	}
	for name, want := range levels {
		ns := pcDecode[corev1.Namespace](t, r, "Namespace /"+name)
		got := []string{ns.Labels[security+"enforce"], ns.Labels[security+"audit"], ns.Labels[security+"warn"]}
		if !slices.Equal(got, want) || ns.Annotations["helm.sh/resource-policy"] != "keep" {
			t.Errorf("%s: levels %q, want %q; annotations %v", name, got, want, ns.Annotations)
		}
	}
	ns := pcDecode[corev1.Namespace](t, r, "Namespace /"+team)
	if ns.Labels["audited"] != "true" || ns.Labels["since"] != "2024" || ns.Annotations["budget"] != "0123" {
		t.Errorf("labels %v, annotations %v", ns.Labels, ns.Annotations)
	}
	if _, ok := r["Namespace /existing"]; ok {
		t.Error("create: false makes a Namespace")
	}
	for _, quantity := range []string{`requests.cpu: "200"`, `limits.cpu: "1.5"`, `services: "1000000"`} {
		if doc := r["ResourceQuota "+team+"/flink-quota"]; !strings.Contains(doc, quantity) {
			t.Errorf("quota without %s:\n%s", quantity, doc)
		}
	}
	limits := pcDecode[corev1.LimitRange](t, r, "LimitRange "+team+"/flink-limits").Spec.Limits
	if len(limits) != 1 || limits[0].DefaultRequest.Cpu().String() != "100m" {
		t.Errorf("limits %v", limits)
	}
	plain := pcRender(t, "flink-namespaces",
		pcValues(t, "namespaces: {a: {labels: {pod-security.kubernetes.io/enforce: baseline}}}"))
	if got := pcDecode[corev1.Namespace](t, plain, "Namespace /a").Labels; len(plain) != 1 || got[security+"enforce"] != "baseline" {
		t.Errorf("a namespace's own labels go over the rest: %v in %v", got, plain)
	}
}

func TestPlatformChartAccess(t *testing.T) {
	t.Parallel()
	r := pcRender(t, "flink-namespaces", pcFull(t, "flink-namespaces"))
	const team = "flink-team-a-ns/"
	people := map[string][]string{
		"edit":  {"Group oidc:Flink Developers", "User alice@example.com"},
		"admin": {"Group flink-team-a-ops"}, "view": {"User bob"},
	}
	for level, want := range people {
		bindings := map[string]string{"flink-access-" + level: "ClusterRole " + level, "flink-" + level: "Role flink-" + level}
		for name, ref := range bindings {
			b := pcDecode[rbacv1.RoleBinding](t, r, "RoleBinding "+team+name)
			var got []string
			for _, s := range b.Subjects {
				got = append(got, s.Kind+" "+s.Name)
				if s.APIGroup != rbacv1.GroupName {
					t.Errorf("%s: group of %s is %q", name, s.Name, s.APIGroup)
				}
			}
			if b.RoleRef.Kind+" "+b.RoleRef.Name != ref || !slices.Equal(got, want) {
				t.Errorf("%s: %v to %q, want %s to %q", name, b.RoleRef, got, ref, want)
			}
		}
		rules := pcDecode[rbacv1.Role](t, r, "Role "+team+"flink-"+level).Rules
		if mayWrite := slices.Contains(rules[0].Verbs, "patch"); mayWrite != (level != "view") || len(rules[0].Resources) != 4 {
			t.Errorf("%s: %v", level, rules)
		}
		if scale := rules[len(rules)-1]; level != "view" && !slices.Equal(scale.Resources, []string{"flinkdeployments/scale"}) {
			t.Errorf("%s may not scale: %v", level, rules)
		}
	}
	full := []string{"get", "list", "watch", "create", "update", "patch", "delete"}
	want := []rbacv1.PolicyRule{
		{APIGroups: []string{""}, Resources: []string{"pods", "configmaps"}, Verbs: full},
		{APIGroups: []string{"apps"}, Resources: []string{"deployments", "deployments/finalizers"}, Verbs: full},
	}
	accounts := map[string][]rbacv1.Subject{
		"existing": {{Kind: "ServiceAccount", Name: "flink", Namespace: "existing"}},
		"flink-team-a-ns": {
			{Kind: "ServiceAccount", Name: "flink", Namespace: "flink-team-a-ns"},
			{Kind: "ServiceAccount", Name: "flink-orders", Namespace: "flink-team-a-ns"},
		},
	}
	for namespace, subjects := range accounts {
		if got := pcDecode[rbacv1.Role](t, r, "Role "+namespace+"/flink").Rules; !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the jobs' rules are %v", namespace, got)
		}
		b := pcDecode[rbacv1.RoleBinding](t, r, "RoleBinding "+namespace+"/flink-role-binding")
		if !reflect.DeepEqual(b.Subjects, subjects) || b.RoleRef.Kind+b.RoleRef.Name != "Roleflink" {
			t.Errorf("%s: %v bound to %v", namespace, b.Subjects, b.RoleRef)
		}
	}
}

func TestPlatformChartServiceAccounts(t *testing.T) {
	t.Parallel()
	r := pcRender(t, "flink-irsa", pcFull(t, "flink-irsa"))
	sa := pcDecode[corev1.ServiceAccount](t, r, "ServiceAccount flink-team-a/flink")
	if sa.Annotations["eks.amazonaws.com/role-arn"] != "arn:aws:iam::111122223333:role/flink-team-a" ||
		sa.Annotations["eks.amazonaws.com/token-expiration"] != "3600" ||
		!slices.Equal(sa.ImagePullSecrets, []corev1.LocalObjectReference{{Name: "regcred"}, {Name: "mirror"}}) ||
		sa.AutomountServiceAccountToken != nil {
		t.Errorf("account %+v", sa)
	}
	if sa := pcDecode[corev1.ServiceAccount](t, r, "ServiceAccount flink-team-a/plain"); sa.Labels["cost-center"] != "011" {
		t.Errorf("labels %v", sa.Labels)
	}
	pcDecode[corev1.ServiceAccount](t, r, "ServiceAccount 2024/flink")
}

func TestPlatformChartJobs(t *testing.T) {
	t.Parallel()
	r := pcRender(t, "flink-jobs", pcFull(t, "flink-jobs"))
	job := pcDecode[map[string]any](t, r, "FlinkDeployment flink-team-a/basic-example")
	if got := at(job, "spec", "ingress", "template"); got != "{{name}}.{{namespace}}.example.com" {
		t.Errorf("ingress template %q", got)
	}
	if got := at(job, "spec", "job", "args"); !reflect.DeepEqual(got, []any{"--rate", "{{ 5 }}", "yes"}) {
		t.Errorf("args %v", got)
	}
	for _, want := range []string{
		"savepointTriggerNonce: 1790000000000", "cpu: 0.5", "execution.checkpointing.interval: 60000", `"on": "true"`,
	} {
		if doc := r["FlinkDeployment flink-team-a/basic-example"]; !strings.Contains(doc, want) {
			t.Errorf("no %s in:\n%s", want, doc)
		}
	}
	pods := []struct {
		key  string
		path []string
	}{
		{"FlinkDeployment flink-team-a/basic-example", []string{"spec"}},
		{"FlinkDeployment flink-team-a/basic-example", []string{"spec", "jobManager"}},
		{"FlinkDeployment flink-team-a/basic-example", []string{"spec", "taskManager"}},
		{"FlinkDeployment flink-team-a/adhoc", []string{"spec"}},
		{"FlinkBlueGreenDeployment flink-team-a/orders", []string{"spec", "template", "spec"}},
		{"FlinkBlueGreenDeployment flink-team-a/orders", []string{"spec", "template", "spec", "taskManager"}},
	}
	for _, p := range pods {
		pod := at(at(pcDecode[map[string]any](t, r, p.key), p.path...), "podTemplate")
		data, err := yaml.Marshal(pod)
		if err != nil {
			t.Fatal(err)
		}
		var typed corev1.Pod
		if err := yaml.UnmarshalStrict(data, &typed); err != nil || typed.APIVersion != "v1" || typed.Kind != "Pod" {
			t.Errorf("%s %s: %v\n%s", p.key, strings.Join(p.path, "."), err, data)
		}
	}
	for key, parent := range map[string][]string{
		"FlinkDeployment flink-team-b/basic-example": {"spec"}, "FlinkDeployment flink-team-a/adhoc": {"spec", "jobManager"},
	} {
		if got := at(at(pcDecode[map[string]any](t, r, key), parent...), "podTemplate"); got != nil {
			t.Errorf("%s: a pod template that nobody asked for: %v", key, got)
		}
	}
	sc := pcDecode[storagev1.StorageClass](t, r, "StorageClass /ebs-sc")
	if sc.Parameters["encrypted"] != "true" || !*sc.AllowVolumeExpansion || *sc.VolumeBindingMode != "WaitForFirstConsumer" {
		t.Errorf("storage class %+v", sc)
	}
	bare := pcRender(t, "flink-jobs", pcValues(t, "sessionJobs: {a: {spec: {deploymentName: b}}}"))
	pcDecode[map[string]any](t, bare, "FlinkSessionJob ops/a")
}

// TestPlatformChartsMisuse: what a chart refuses, and that it says what to do.
func TestPlatformChartsMisuse(t *testing.T) {
	t.Parallel()
	tests := []struct{ chart, values, want string }{
		{"flink-namespaces", "namespaces: {a: {networkPolicy: {enabled: true}}}", "name the operator's namespace"},
		{"flink-namespaces", "namespaces: {a: {networkPolicy: {enabled: true, kind: operator, allowEgress: {k: {ports: [1]}}}}}",
			"namespaces.a.networkPolicy.allowEgress.k: say with whom"},
		{"flink-namespaces", "namespaces: {a: {networkPolicy: {enabled: true, kind: operator, allowIngress: {k: {cidrs: []}}}}}",
			"namespaces.a.networkPolicy.allowIngress.k: say with whom"},
		{"flink-namespaces", "namespaces: {a: {jobRole: {create: true, name: flink-edit}, access: {users: {bob: edit}}}}",
			"choose another"},
		{"flink-namespaces", "namespaces: {a: {networkpolicy: {}}}", "'networkpolicy' not allowed"},
		{"flink-namespaces", "namespaces: {a: {access: {users: {bob: root}}}}", "/namespaces/a/access/users/bob"},
		{"flink-namespaces", "namespaces: {a: {networkPolicy: {allowEgress: {k: {ports: [70000], cidrs: [1.2.3.4/32]}}}}}", "ports/0"},
		{"flink-namespaces", "namespaces: {a: {networkPolicy: {allowEgress: {k: {protocol: tcp, cidrs: [1.2.3.4/32]}}}}}", "protocol"},
		{"flink-namespaces", "namespaces: {a: {labels: {x: true}}}", "got boolean, want string"},
		{"flink-irsa", "serviceAccounts: {a: {b: {annotations: {x: 1}}}}", "got number, want string"},
		{"flink-karpenter", "nodePools: {a: {template: {}}}", "missing property 'spec'"},
		{"flink-jobs", "deployments: {a: {image: x}}", "missing property 'spec'"},
		{"flink-jobs", "deployments: {team/a: {spec: {image: x}}}", "Set name: beside spec:"},
		{"flink-jobs", "snapshots: {a: {spec: {x: y}}, b: {name: a, spec: {x: y}}}", `"a" and "b" are both FlinkStateSnapshot ops/a`},
		{"flink-jobs", "storageClasses: {a: {provisioner: p, parameters: {encrypted: true}}}", "got boolean, want string"},
	}
	for _, tt := range tests {
		if _, err := pcTry(t, tt.chart, pcValues(t, tt.values)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s with %s: %v, want %q", tt.chart, tt.values, err, tt.want)
		}
	}
}
