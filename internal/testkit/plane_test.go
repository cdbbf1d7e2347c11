package testkit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

const restrictedNamespace = `
apiVersion: v1
kind: Namespace
metadata:
  name: flink
  labels: {pod-security.kubernetes.io/enforce: restricted}
`

const webhookConfiguration = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata:
  name: flink-operator-flink-webhook-configuration
  annotations: {cert-manager.io/inject-ca-from: flink/flink-operator-serving-cert}
webhooks:
- name: validationwebhook.flink.apache.org
  admissionReviewVersions: [v1]
  clientConfig: {service: {name: flink-operator-webhook-service, namespace: flink, path: /validate}}
  failurePolicy: Fail
  rules:
  - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [configmaps], scope: Namespaced}
  sideEffects: None
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: flink}}
`

// One plane serves all of this, because each takes seconds to start.
func TestControlPlane(t *testing.T) {
	t.Parallel()
	p := testkit.ControlPlane(t)
	p.ApplyCRDs(t, flinkCRDs(t))
	p.MustKubectl(t, restrictedNamespace, "create", "--validate=strict", "-f", "-")

	t.Run("version", func(t *testing.T) {
		if out := p.MustKubectl(t, "", "version"); !strings.Contains(out, "Server Version: v1.37.2") {
			t.Errorf("kubectl version says:\n%s", out)
		}
	})
	for name, c := range map[string]struct{ object, complaint string }{
		"a good object": {object: nodePool("group: karpenter.k8s.aws", "[spot]")},
		"an unknown field": {
			object:    nodePool("group: karpenter.k8s.aws, colour: red", "[spot]"),
			complaint: `unknown field "spec.template.spec.nodeClassRef.colour"`,
		},
		"a broken CEL rule": {
			object:    nodePool("group: karpenter.k8s.aws", `["1"]}, {key: karpenter.sh/nodepool, operator: In, values: [x]`),
			complaint: `label "karpenter.sh/nodepool" is restricted`,
		},
		"an unknown kind":                {object: "apiVersion: flink.apache.org/v9\nkind: Nothing\nmetadata: {name: x}", complaint: "no matches"},
		"a pod in breach of its profile": {object: pod("{}"), complaint: `violates PodSecurity "restricted:latest"`},
		"a pod without a service account object": {object: pod(`{runAsNonRoot: true, allowPrivilegeEscalation: false,
      capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}`)},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.DryRun(t, c.object)
			if (got == "") != (c.complaint == "") || !strings.Contains(got, c.complaint) {
				t.Errorf("got %q, want %q", got, c.complaint)
			}
		})
	}
	t.Run("webhook", func(t *testing.T) { webhook(t, p) })
}

// webhook checks that a webhook which nobody plays blocks, that the played one answers, and that the bundle is filled in.
func webhook(t *testing.T, p *testkit.Plane) {
	t.Helper()
	p.MustKubectl(t, webhookConfiguration, "create", "--validate=strict", "-f", "-")
	config := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: flink}"
	if got := p.DryRun(t, config); !strings.Contains(got, "nobody plays it") {
		t.Fatalf("without a player: %q", got)
	}
	played := p.PlayOperatorWebhook(t, "flink")
	p.Apply(t, config)
	if calls := played.Calls(); len(calls) == 0 || calls[0] != "CREATE ConfigMap flink/x" {
		t.Errorf("the webhook was asked %q", calls)
	}
	bundle := p.MustKubectl(t, "", "get", "validatingwebhookconfigurations", "-o", "jsonpath={.items[*].webhooks[*].clientConfig.caBundle}")
	if bundle == "" {
		t.Error("no caBundle was injected")
	}
}

// flinkCRDs returns the CRDs of the operator's chart as one stream, or nothing while there is no such chart.
func flinkCRDs(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator", "crds", "*.y*ml"))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(content))
	}
	return strings.Join(all, "\n---\n")
}

func nodePool(ref, capacity string) string {
	return `
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: flink}
spec:
  template:
    spec:
      nodeClassRef: {kind: EC2NodeClass, name: flink, ` + ref + `}
      requirements: [{key: karpenter.sh/capacity-type, operator: In, values: ` + capacity + `}]
`
}

func pod(securityContext string) string {
	return `
apiVersion: v1
kind: Pod
metadata: {name: x, namespace: flink}
spec:
  containers:
  - name: x
    image: flink:1.20
    securityContext: ` + securityContext + "\n"
}
