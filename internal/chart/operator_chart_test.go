package chart_test

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	helmchart "helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// opNamespace is the namespace of every release below.
const opNamespace = "ops"

// opRendered holds the text of each object of the operator chart by "Kind namespace/name", and NOTES.txt under "NOTES".
type opRendered map[string]string

// opChart loads the operator chart from the source tree, as Helm does.
func opChart(t *testing.T) *helmchart.Chart {
	t.Helper()
	ch, err := loader.LoadDir(filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator"))
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

// opTry renders the chart with values in YAML, checked against the chart's schema as Helm checks them.
func opTry(t *testing.T, ch *helmchart.Chart, values string) (opRendered, error) {
	t.Helper()
	user, err := chartutil.ReadValues([]byte(values))
	if err != nil {
		t.Fatal(err)
	}
	options := chartutil.ReleaseOptions{Name: "op", Namespace: opNamespace, IsInstall: true, Revision: 1}
	top, err := chartutil.ToRenderValues(ch, user, options, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(ch, top)
	if err != nil {
		return nil, err
	}
	out := opRendered{}
	for name, text := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			out["NOTES"] = text
			continue
		}
		for doc := range strings.SplitSeq("\n"+text, "\n---") {
			if strings.TrimSpace(doc) == "" {
				continue
			}
			var head struct {
				metav1.TypeMeta   `json:",inline"`
				metav1.ObjectMeta `json:"metadata"`
			}
			if err := yaml.Unmarshal([]byte(doc), &head); err != nil {
				t.Fatalf("%s: %v\n%s", name, err, doc)
			}
			key := head.Kind + " " + head.Namespace + "/" + head.Name
			if _, twice := out[key]; twice {
				t.Errorf("%s: %s is rendered twice", name, key)
			}
			out[key] = doc
		}
	}
	return out, nil
}

func opRender(t *testing.T, values string) opRendered {
	t.Helper()
	out, err := opTry(t, opChart(t), values)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// objects lists the keys of the objects in order.
func (r opRendered) objects() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(r)), func(k string) bool { return k == "NOTES" })
}

// opGet decodes one object strictly: an unknown field or a key that stands twice fails the test.
func opGet[T any](t *testing.T, r opRendered, key string) *T {
	t.Helper()
	text, ok := r[key]
	if !ok {
		t.Fatalf("no object %q among %q", key, r.objects())
	}
	out := new(T)
	if err := yaml.UnmarshalStrict([]byte(text), out); err != nil {
		t.Fatalf("%s: %v\n%s", key, err, text)
	}
	return out
}

func opDeployment(t *testing.T, r opRendered) *appsv1.Deployment {
	t.Helper()
	return opGet[appsv1.Deployment](t, r, "Deployment ops/flink-kubernetes-operator")
}

// opDecodeAll decodes every object strictly into its type.
func opDecodeAll(t *testing.T, r opRendered) {
	t.Helper()
	for _, key := range r.objects() {
		switch kind, _, _ := strings.Cut(key, " "); kind {
		case "ServiceAccount":
			opGet[corev1.ServiceAccount](t, r, key)
		case "ConfigMap":
			opGet[corev1.ConfigMap](t, r, key)
		case "Secret":
			opGet[corev1.Secret](t, r, key)
		case "Service":
			opGet[corev1.Service](t, r, key)
		case "Deployment":
			opGet[appsv1.Deployment](t, r, key)
		case "PodDisruptionBudget":
			opGet[policyv1.PodDisruptionBudget](t, r, key)
		case "Role":
			opGet[rbacv1.Role](t, r, key)
		case "RoleBinding":
			opGet[rbacv1.RoleBinding](t, r, key)
		case "ClusterRole":
			opGet[rbacv1.ClusterRole](t, r, key)
		case "ClusterRoleBinding":
			opGet[rbacv1.ClusterRoleBinding](t, r, key)
		case "MutatingWebhookConfiguration":
			opGet[admissionv1.MutatingWebhookConfiguration](t, r, key)
		case "ValidatingWebhookConfiguration":
			opGet[admissionv1.ValidatingWebhookConfiguration](t, r, key)
		case "Issuer":
			opGet[opIssuer](t, r, key)
		case "Certificate":
			opGet[opCertificate](t, r, key)
		default:
			t.Errorf("%s: a kind that the operator chart should not have", key)
		}
	}
}

// opIssuer and opCertificate are what the chart uses of cert-manager.io/v1, whose types are not in this module.
type opIssuer struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		SelfSigned map[string]any `json:"selfSigned"`
	} `json:"spec"`
}

type opCertificate struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		CommonName string   `json:"commonName"`
		DNSNames   []string `json:"dnsNames"`
		SecretName string   `json:"secretName"`
		IssuerRef  struct {
			Kind string `json:"kind"`
			Name string `json:"name"`
		} `json:"issuerRef"`
		Keystores struct {
			PKCS12 struct {
				Create            bool                     `json:"create"`
				Profile           string                   `json:"profile"`
				PasswordSecretRef corev1.SecretKeySelector `json:"passwordSecretRef"`
			} `json:"pkcs12"`
		} `json:"keystores"`
	} `json:"spec"`
}

func TestOperatorChartObjects(t *testing.T) {
	t.Parallel()
	always := []string{"Deployment ops/flink-kubernetes-operator"}
	conf := []string{"ConfigMap ops/flink-operator-config"}
	account := []string{"ServiceAccount ops/flink-operator"}
	cluster := []string{"ClusterRole /flink-operator", "ClusterRoleBinding /flink-operator-role-binding"}
	operatorIn := func(ns string) []string {
		return []string{"Role " + ns + "/flink-operator", "RoleBinding " + ns + "/flink-operator-role-binding"}
	}
	jobAccount := func(ns string) []string { return []string{"ServiceAccount " + ns + "/flink"} }
	jobRole := func(ns string) []string {
		return []string{"Role " + ns + "/flink", "RoleBinding " + ns + "/flink-role-binding"}
	}
	needs := []string{
		"Certificate ops/flink-operator-serving-cert", "Issuer ops/flink-operator-selfsigned-issuer",
		"Service ops/flink-operator-webhook-service",
	}
	mutating := []string{"MutatingWebhookConfiguration /flink-operator-ops-webhook-configuration"}
	validating := []string{"ValidatingWebhookConfiguration /flink-operator-ops-webhook-configuration"}
	webhook := slices.Concat(needs, mutating, validating)
	budget := []string{"PodDisruptionBudget ops/flink-kubernetes-operator"}

	for name, c := range map[string]struct {
		values string
		want   [][]string
	}{
		"defaults": {"", [][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops"), webhook}},
		"webhook off": {"webhook: {create: false}",
			[][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops")}},
		"validator alone": {"webhook: {create: false, validator: {create: true}}",
			[][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops"), needs, validating}},
		"no validator": {"webhook: {validator: {create: false}}",
			[][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops"), needs, mutating}},
		"default password": {"webhook: {keystore: {useDefaultPassword: true}}",
			[][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops"), webhook,
				{"Secret ops/flink-operator-webhook-secret"}}},
		"default password without webhook": {"webhook: {create: false, keystore: {useDefaultPassword: true}}",
			[][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops")}},
		"watched, not the release's": {"watchNamespaces: [a, b, a]",
			[][]string{always, conf, account, operatorIn("a"), operatorIn("b"), operatorIn("ops"),
				jobAccount("a"), jobAccount("b"), jobRole("a"), jobRole("b"), webhook}},
		"watched, the release's too": {"watchNamespaces: [a, ops]",
			[][]string{always, conf, account, operatorIn("a"), operatorIn("ops"),
				jobAccount("a"), jobAccount("ops"), jobRole("a"), jobRole("ops"), webhook}},
		"no rbac": {"rbac: {create: false}", [][]string{always, conf, account, jobAccount("ops"), webhook}},
		"no rbac, watched": {"{rbac: {create: false}, watchNamespaces: [a]}",
			[][]string{always, conf, account, jobAccount("a"), webhook}},
		"jobs' objects made elsewhere": {
			"{watchNamespaces: [a], jobServiceAccount: {create: false}, rbac: " +
				"{jobRole: {create: false}, jobRoleBinding: {create: false}}}",
			[][]string{always, conf, account, operatorIn("a"), operatorIn("ops"), webhook}},
		"roles made elsewhere": {"{watchNamespaces: [a], rbac: {operatorRole: {create: false}, jobRole: {create: false}}}",
			[][]string{always, conf, account, jobAccount("a"), webhook, {"RoleBinding a/flink-operator-role-binding",
				"RoleBinding ops/flink-operator-role-binding", "RoleBinding a/flink-role-binding"}}},
		"account and configuration made elsewhere": {
			"{operatorServiceAccount: {create: false}, defaultConfiguration: {create: false}}",
			[][]string{always, cluster, jobAccount("ops"), jobRole("ops"), webhook}},
		"two replicas": {"replicas: 2",
			[][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops"), webhook, budget}},
		"two replicas, no budget": {"{replicas: 2, podDisruptionBudget: {create: false}}",
			[][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops"), webhook}},
		"a budget all the same": {"podDisruptionBudget: {create: true}",
			[][]string{always, conf, account, cluster, jobAccount("ops"), jobRole("ops"), webhook, budget}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := opRender(t, c.values)
			opDecodeAll(t, r)
			want := slices.Concat(c.want...)
			slices.Sort(want)
			if got := r.objects(); !slices.Equal(got, want) {
				t.Errorf("objects:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			for _, key := range r.objects() {
				if !strings.Contains(r[key], "app.kubernetes.io/name: flink-kubernetes-operator") {
					t.Errorf("%s lacks the chart's labels", key)
				}
			}
		})
	}
}

// Golden files carry no version of the chart, and rendering does not depend on the run.
func TestOperatorChartIsStable(t *testing.T) {
	t.Parallel()
	const values = "{replicas: 2, watchNamespaces: [b, a], webhook: {keystore: {useDefaultPassword: true}}}"
	first := opRender(t, values)
	ch := opChart(t)
	ch.Metadata.Version = "99.98.97"
	second, err := opTry(t, ch, values)
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(first, second) {
		t.Error("another chart version gives other objects")
	}
}

func TestOperatorChartRules(t *testing.T) {
	t.Parallel()
	full := []string{"get", "list", "watch", "create", "update", "patch", "delete"}
	kinds := []string{"flinkdeployments", "flinksessionjobs", "flinkstatesnapshots", "flinkbluegreendeployments"}
	var flink, status []string
	for _, k := range kinds {
		flink, status = append(flink, k, k+"/finalizers"), append(status, k+"/status")
	}
	rule := func(group string, verbs []string, resources ...string) rbacv1.PolicyRule {
		return rbacv1.PolicyRule{APIGroups: []string{group}, Resources: resources, Verbs: verbs}
	}
	operator := []rbacv1.PolicyRule{
		rule("", append(slices.Clone(full), "deletecollection"), "pods", "services", "events", "configmaps", "secrets"),
		rule("apps", full, "deployments", "deployments/finalizers", "replicasets"),
		rule("apps", []string{"get", "update", "patch"}, "deployments/scale"),
		rule("extensions", full, "deployments", "ingresses"),
		rule("flink.apache.org", full, flink...),
		rule("flink.apache.org", []string{"get", "update", "patch"}, status...),
		rule("networking.k8s.io", full, "ingresses"),
		rule("coordination.k8s.io", full, "leases"),
	}
	nodes := slices.Insert(slices.Clone(operator), 1, rule("", []string{"list"}, "nodes"))
	lease := []rbacv1.PolicyRule{
		rule("coordination.k8s.io", full, "leases"), rule("flink.apache.org", []string{"list"}, "flinkstatesnapshots"),
	}
	job := []rbacv1.PolicyRule{
		rule("", full, "pods", "configmaps"), rule("apps", full, "deployments", "deployments/finalizers"),
	}
	check := func(name string, got, want []rbacv1.PolicyRule) {
		t.Helper()
		equal := slices.EqualFunc(got, want, func(a, b rbacv1.PolicyRule) bool { return a.String() == b.String() })
		if !equal {
			t.Errorf("%s: rules\n%v\nwant\n%v", name, got, want)
		}
	}
	all := opRender(t, "")
	check("cluster", opGet[rbacv1.ClusterRole](t, all, "ClusterRole /flink-operator").Rules, operator)
	check("jobs", opGet[rbacv1.Role](t, all, "Role ops/flink").Rules, job)
	withNodes := opRender(t, "rbac: {nodesRule: {create: true}}")
	check("nodes", opGet[rbacv1.ClusterRole](t, withNodes, "ClusterRole /flink-operator").Rules, nodes)
	some := opRender(t, "watchNamespaces: [a]")
	check("watched", opGet[rbacv1.Role](t, some, "Role a/flink-operator").Rules, operator)
	check("own", opGet[rbacv1.Role](t, some, "Role ops/flink-operator").Rules, lease)
}

func TestOperatorChartBindings(t *testing.T) {
	t.Parallel()
	r := opRender(t, `
watchNamespaces: [a]
operatorServiceAccount: {name: op-account}
jobServiceAccount: {name: runner, annotations: {eks.amazonaws.com/role-arn: "arn:x"}}
rbac: {jobRole: {create: false, name: "shared:flink"}}`)
	operator := opGet[rbacv1.RoleBinding](t, r, "RoleBinding a/flink-operator-role-binding")
	if s := operator.Subjects[0]; s.Name != "op-account" || s.Namespace != opNamespace || operator.RoleRef.Kind != "Role" {
		t.Errorf("operator's binding: %v → %v", s, operator.RoleRef)
	}
	job := opGet[rbacv1.RoleBinding](t, r, "RoleBinding a/flink-role-binding")
	if s := job.Subjects[0]; s.Name != "runner" || s.Namespace != "a" {
		t.Errorf("jobs' subject: %v", s)
	}
	if job.RoleRef.Kind != "ClusterRole" || job.RoleRef.Name != "shared:flink" {
		t.Errorf("jobs' role: %v", job.RoleRef)
	}
	account := opGet[corev1.ServiceAccount](t, r, "ServiceAccount a/runner")
	want := map[string]string{"helm.sh/resource-policy": "keep", "eks.amazonaws.com/role-arn": "arn:x"}
	if !maps.Equal(account.Annotations, want) {
		t.Errorf("jobs' account: annotations %v, want %v", account.Annotations, want)
	}
	// Upstream takes the name of each from the create of the other.
	swapped := opRender(t, "rbac: {jobRole: {create: true, name: ''}, jobRoleBinding: {create: false}}")
	if _, ok := swapped["Role ops/op-flink-kubernetes-operator"]; !ok {
		t.Errorf("a created role without a name is not named after the release: %q", swapped.objects())
	}
}
