package lifecycle_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// as gives a site whose program speaks to the cluster as another user, who has no
// rights but those that are bound.
func (s *site) as(t *testing.T, user string) *site {
	t.Helper()
	text, err := os.ReadFile(s.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	other := *s
	other.kubeconfig = filepath.Join(s.dir, user+".kubeconfig")
	changed := strings.Replace(string(text), "  user:\n    client-certificate-data", "  user:\n    as: "+user+"\n    client-certificate-data", 1)
	if changed == string(text) {
		t.Fatal("the kubeconfig has no user to change")
	}
	if err := os.WriteFile(other.kubeconfig, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	return &other
}

// checked is one check of the JSON report.
type checked struct{ ID, Category, Severity, Message, Hint string }

// checks runs check and reads its report; the exit code is 3 exactly when it is not ready.
func (s *site) checks(t *testing.T, args ...string) []checked {
	t.Helper()
	stdout, stderr, code := s.run(t, append([]string{"check", "-o", "json"}, args...)...)
	var report struct {
		Ready  bool
		Checks []checked
	}
	if decoding := json.Unmarshal([]byte(stdout), &report); decoding != nil {
		t.Fatalf("check %v: exit %d, %v\n%s%s", args, code, decoding, stdout, stderr)
	}
	if code != 0 && code != 3 || (code == 0) != report.Ready {
		t.Errorf("check %v: exit %d, ready %v", args, code, report.Ready)
	}
	return report.Checks
}

// has tells whether a check says something at a severity.
func has(all []checked, id, severity, text string) bool {
	return slices.ContainsFunc(all, func(c checked) bool {
		return c.ID == id && c.Severity == severity && strings.Contains(c.Message, text)
	})
}

// want fails where a check does not say what it must.
func want(t *testing.T, all []checked, id, severity, text string) {
	t.Helper()
	if !has(all, id, severity, text) {
		var said []string
		for _, c := range all {
			if c.ID == id {
				said = append(said, c.Severity+": "+c.Message)
			}
		}
		t.Errorf("%s does not say %s %q, but:\n  %s", id, severity, text, strings.Join(said, "\n  "))
	}
}

// A Deployment as an add-on's controller is found by.
func controller(namespace, name, label, image string) string {
	return `---
apiVersion: v1
kind: Namespace
metadata: {name: ` + namespace + `}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ` + name + `, namespace: ` + namespace + `, labels: {app.kubernetes.io/name: ` + label + `}}
spec:
  selector: {matchLabels: {app: ` + name + `}}
  template:
    metadata: {labels: {app: ` + name + `}}
    spec: {containers: [{name: main, image: "` + image + `"}]}
`
}

// TestCheckEmpty looks at a cluster without anything.
func TestCheckEmpty(t *testing.T) {
	t.Parallel()
	plane := testkit.ControlPlane(t)
	s := &site{Plane: plane, dir: t.TempDir(), kubeconfig: plane.Kubeconfig}
	s.build(t)
	all := s.checks(t)
	want(t, all, "kubernetes-version", "ok", "Kubernetes v1.")
	want(t, all, "oidc-issuer", "ok", "https://kubernetes.default.svc")
	want(t, all, "storage", "info", "no default StorageClass")
	want(t, all, "cert-manager", "info", "is not there")
	want(t, all, "metrics", "info", "no metrics API")
	want(t, all, "crds", "info", "not there yet")

	all = s.checks(t, "-f", "examples/apache.yaml")
	want(t, all, "kubernetes-version", "warning", "cluster.kubernetesVersion is 1.33")
	want(t, all, "cert-manager", "error", "cert-manager is not there")
	want(t, all, "karpenter", "error", "NodePool is not served")
	want(t, all, "karpenter", "error", "EC2NodeClass is not served")
	want(t, all, "crds", "ok", "flinkdeployments.flink.apache.org is not there yet")
	want(t, all, "permissions", "ok", "all ")
	want(t, all, "other-operators", "ok", "no other")
	want(t, all, "quota", "ok", "leave room")
	want(t, all, "releases", "ok", "are free")
	want(t, all, "objects", "ok", "somebody else's")
	want(t, all, "storage", "ok", "no volume")
	want(t, all, "prometheus", "ok", "needs no Prometheus operator")
	watched := []string{"-f", "examples/apache.yaml", "--set", "jobDefaults.monitoring.prometheus.enabled=true"}
	want(t, s.checks(t, watched...), "prometheus", "error", "PodMonitor is not served as monitoring.coreos.com/v1")
	watched = append(watched, "--set", "addons.kube-prometheus-stack.enabled=true", "--cache", s.dir)
	want(t, s.checks(t, watched...), "prometheus", "ok", "install brings it (addons.kube-prometheus-stack)")
	volume := func(class string) []checked {
		return s.checks(t, "-f", "examples/apache.yaml", "--set-json", `jobs.state-machine.volumes={"data": {"mountPath": "/data", "ephemeral":
			{"volumeClaimTemplate": {"spec": {`+class+`"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}}}}}`)
	}
	want(t, volume(`"storageClassName": "fast", `), "storage", "error", "needs the StorageClass fast, which is not there; there are: none")
	want(t, volume(""), "storage", "error", "the cluster has no default one")
	s.Apply(t, "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nprovisioner: ebs.csi.aws.com\n"+
		"metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: \"true\"}}\n")
	want(t, volume(`"storageClassName": "fast", `), "storage", "ok", "are there")
	want(t, volume(""), "storage", "ok", "are there")

	brought := []string{
		"--set", "addons.cert-manager.enabled=true,addons.cert-manager.chart=" + testkit.PackChart(t, "", "cert-manager", "v1.21.2", certManager()),
		"--set", "addons.karpenter.enabled=true,addons.karpenter.chart=" + testkit.PackChart(t, "", "karpenter", "1.13.0", karpenter()),
		"--set", "addons.metrics-server.enabled=true", "--cache", s.dir,
	}
	all = s.checks(t, append([]string{"-f", "examples/apache.yaml"}, brought...)...)
	want(t, all, "cert-manager", "ok", "install brings it (addons.cert-manager)")
	want(t, all, "karpenter", "ok", "install brings it (addons.karpenter)")
	want(t, all, "metrics", "ok", "install brings it (addons.metrics-server)")
	want(t, all, "crds", "ok", "gadgets.example.com is not there yet")
	want(t, all, "addon-chart", "warning", "addons.metrics-server: the chart https://kubernetes-sigs.github.io/metrics-server")
	all = s.checks(t, "-f", "examples/emr-blueprint.yaml", "--cache", s.dir)
	want(t, all, "cert-manager", "warning", "its chart was not read")
	want(t, all, "operator-chart", "warning", "operator: the chart oci://public.ecr.aws/")

	_, stderr, code := s.run(t, "check", "--kubeconfig", filepath.Join(s.dir, "none"))
	if code != 1 {
		t.Errorf("check without a cluster: exit %d\n%s", code, stderr)
	}
}

// TestCheck looks at a cluster that is ready, and at all that can be wrong with one.
func TestCheck(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	values := []string{"-f", "examples/apache.yaml"}
	s.Apply(t, controller("cert-manager", "cert-manager", "cert-manager", "c")+controller("cert-manager", "cainjector", "cainjector", "c")+
		controller("karpenter", "karpenter", "karpenter", "k"))
	s.MustKubectl(t, "", "wait", "deployment", "--all", "-A", "--for=condition=Available", "--timeout=60s")
	taken := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink-operator-config, namespace: " + operatorHome + "}\n"
	s.Apply(t, "apiVersion: v1\nkind: Namespace\nmetadata: {name: "+operatorHome+"}\n")
	s.Apply(t, taken)

	all := s.checks(t, values...)
	want(t, all, "objects", "error", "Namespace "+operatorHome+" is on the cluster already and it was made without Helm")
	want(t, all, "cert-manager", "ok", "cainjector runs")
	want(t, all, "karpenter", "ok", "Karpenter runs")
	s.MustKubectl(t, "", "delete", "namespace", operatorHome)
	s.must(t, "install", "-f", "examples/apache.yaml", "--timeout", "60s")

	begun := time.Now()
	all = s.checks(t, values...)
	t.Logf("check took %s for %d results", time.Since(begun).Round(time.Millisecond), len(all))
	stdout, _, _ := s.run(t, append([]string{"check"}, values...)...)
	t.Log("\n" + stdout)
	for _, c := range all { // the plane signs as another than the values say
		if c.Severity == "error" && c.ID != "oidc-issuer" {
			t.Errorf("on a good cluster %s says %s", c.ID, c.Message)
		}
	}
	want(t, all, "oidc-issuer", "error", "cluster.oidcProvider is oidc.eks.")
	want(t, all, "webhook", "ok", "answers for the namespace "+team)
	want(t, all, "crds", "ok", "flinkdeployments.flink.apache.org is there and up to date")
	want(t, all, "storage", "ok", "no volume")

	t.Run("quota", func(t *testing.T) {
		more := append(slices.Clone(values), "--set", "jobs.more.team=clickstream", "--set", "jobs.more.jarURI=local:///x.jar",
			"--set", "jobs.more.parallelism=2")
		want(t, s.checks(t, more...), "quota", "ok", "leave room")
		s.Apply(t, "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: theirs, namespace: clickstream}\nspec: {hard: {requests.cpu: 1, pods: 900}}\n")
		all := s.checks(t, more...)
		want(t, all, "quota", "error", "clickstream/theirs: requests.cpu: the jobs need 3, and of 1 only ")
		for _, c := range all {
			if c.ID == "quota" && strings.Contains(c.Message, "pods: the jobs") {
				t.Errorf("it has room for pods: %s", c.Message)
			}
		}
		s.MustKubectl(t, "", "delete", "resourcequota", "-n", "clickstream", "theirs")
		over := append(slices.Clone(more), "--set", "jobs.more.parallelism=200")
		want(t, s.checks(t, over...), "values", "error", "the values have errors")
	})
	t.Run("releases of another", func(t *testing.T) {
		other := append(slices.Clone(values), "--set", "platform.name=other")
		all := s.checks(t, other...)
		want(t, all, "releases", "error", "belongs to the platform flink")
		want(t, all, "objects", "error", "it belongs to the Helm release")
	})
	t.Run("other operators", func(t *testing.T) {
		s.Apply(t, controller("elsewhere", "their-operator", "flink-kubernetes-operator", "o"))
		want(t, s.checks(t, values...), "other-operators", "warning", "elsewhere/their-operator is there, and which namespaces it watches is not known")
		config := func(line string) string {
			return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink-operator-config, namespace: elsewhere}\ndata: {config.yaml: \"" + line + "\"}\n"
		}
		s.Apply(t, config("a: b"))
		want(t, s.checks(t, values...), "other-operators", "error", "watches all namespaces, and with it clickstream")
		s.Apply(t, config("kubernetes.operator.watched.namespaces: them"))
		want(t, s.checks(t, values...), "other-operators", "ok", "watches them")
		s.Apply(t, config("kubernetes.operator.watched.namespaces: them,clickstream"))
		want(t, s.checks(t, values...), "other-operators", "error", "and with it clickstream")
		s.MustKubectl(t, "", "delete", "namespace", "elsewhere")
	})
	t.Run("controllers that are down", func(t *testing.T) {
		s.MustKubectl(t, "", "set", "image", "-n", "karpenter", "deployment/karpenter", "main=k")
		s.MustKubectl(t, "", "patch", "-n", "karpenter", "deployment/karpenter", "--type=merge", "-p",
			`{"spec":{"template":{"spec":{"nodeSelector":{"no":"node"}}}}}`)
		s.MustKubectl(t, "", "delete", "pod", "-n", "karpenter", "--all")
		want(t, s.checks(t, values...), "karpenter", "error", "Karpenter is not available (karpenter/karpenter)")
	})
	t.Run("webhook that is down", func(t *testing.T) {
		s.Apply(t, `apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: left-behind}
webhooks:
- name: mutate.flink.apache.org
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Fail
  timeoutSeconds: 2
  clientConfig: {service: {name: nobody, namespace: gone, path: /mutate}}
  rules: [{apiGroups: [flink.apache.org], apiVersions: ["*"], operations: [CREATE], resources: [flinkdeployments]}]
`)
		all := s.checks(t, values...)
		want(t, all, "webhook", "error", "does not answer")
		want(t, all, "other-operators", "warning", "left-behind is asked about Flink resources too")
		s.MustKubectl(t, "", "delete", "mutatingwebhookconfiguration", "left-behind")
	})
	t.Run("crds", func(t *testing.T) {
		s.MustKubectl(t, "", "patch", "crd", "flinkdeployments.flink.apache.org", "--type=json", "-p", `[
			{"op":"remove","path":"/metadata/annotations/helm-flink.dev~1digest"},
			{"op":"add","path":"/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/theirs","value":{"type":"string"}}]`)
		want(t, s.checks(t, values...), "crds", "info", "flinkdeployments.flink.apache.org is there with another schema")
		s.MustKubectl(t, "", "patch", "flinkdeployment", "-n", team, "state-machine", "--type=merge", "-p", `{"spec":{"theirs":"x"}}`)
		want(t, s.checks(t, values...), "crds", "error", "has spec.theirs, which the new one does not know")
	})
	t.Run("namespaces", func(t *testing.T) {
		s.MustKubectl(t, "", "label", "--overwrite", "namespace", team, "pod-security.kubernetes.io/enforce=privileged")
		want(t, s.checks(t, values...), "namespaces", "info", "enforces the pod security standard privileged")
		s.MustKubectl(t, "", "patch", "configmap", "-n", operatorHome, "flink-operator-config", "--type=merge", "-p",
			`{"metadata":{"finalizers":["example.com/held"]}}`)
		s.MustKubectl(t, "", "delete", "namespace", operatorHome, "--wait=false")
		want(t, s.checks(t, values...), "namespaces", "error", "is being deleted")
	})
}
