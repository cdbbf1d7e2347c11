package access_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
	"github.com/helm-flink/helm-flink/internal/release/access"
)

const stream = `
apiVersion: v1
kind: Namespace
metadata: {name: team}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: team}
rules: [{apiGroups: [""], resources: [pods], resourceNames: [one], verbs: [watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: team}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: b, namespace: team}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: a, namespace: team}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: orders, namespace: team}
spec: {job: {}}
`

func plan(t *testing.T) release.Plan {
	t.Helper()
	var set manifest.Set
	for doc := range strings.SplitSeq(stream, "\n---\n") {
		var data map[string]any
		if err := yaml.Unmarshal([]byte(doc), &data); err != nil {
			t.Fatal(err)
		}
		set = append(set, manifest.Object{Data: data})
	}
	return release.MakePlan("flink", "home", set, release.Charts{})
}

// TestRBAC wants each permission once, in the narrowest place, and not what whoever applies the stream does.
func TestRBAC(t *testing.T) {
	t.Parallel()
	p := plan(t)
	text, err := access.RBAC(p, access.Of(p, "lock"), access.Subject{Kind: "ServiceAccount", Namespace: "ci", Name: "deployer"})
	if err != nil {
		t.Fatal(err)
	}
	got := string(text)
	for _, want := range []string{
		"kind: Namespace\nmetadata:\n  name: home\n",
		"meta.helm.sh/release-name: flink-platform",
		"- apiGroups:\n  - networking.k8s.io\n  resourceNames:\n  - a\n  - b\n  resources:\n  - networkpolicies\n  verbs:\n  - delete\n  - get\n  - patch\n",
		"- apiGroups:\n  - networking.k8s.io\n  resources:\n  - networkpolicies\n  verbs:\n  - create\n  - list\n",
		"- apiGroups:\n  - rbac.authorization.k8s.io\n  resourceNames:\n  - view\n  resources:\n  - clusterroles\n  verbs:\n  - bind\n",
		"- apiGroups:\n  - \"\"\n  resourceNames:\n  - one\n  resources:\n  - pods\n  verbs:\n  - watch\n",
		"- apiGroups:\n  - coordination.k8s.io\n  resourceNames:\n  - lock\n  resources:\n  - leases\n  verbs:\n  - get\n  - update\n",
		"subjects:\n- kind: ServiceAccount\n  name: deployer\n  namespace: ci\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no\n%s\nin\n%s", want, got)
		}
	}
	for _, unwanted := range []string{"'*'", "escalate", "kind: ClusterRole\nmetadata:\n  name: helm-flink-flink\nrules:\n- apiGroups:\n  - \"\"\n  resources:\n  - secrets"} {
		if strings.Contains(got, unwanted) {
			t.Errorf("%s in\n%s", unwanted, got)
		}
	}
	_, after, _ := strings.Cut(got, "kind: ClusterRole\n")
	clusterRole, _, _ := strings.Cut(after, "---")
	if strings.Contains(clusterRole, "create") {
		t.Errorf("the ClusterRole creates something, and the plan has nothing at the cluster scope:\n%s", clusterRole)
	}
}

func TestParseSubject(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]access.Subject{
		"User:ci": {Kind: "User", Name: "ci"}, "Group:a:b": {Kind: "Group", Name: "a:b"},
		"ServiceAccount:ns/x": {Kind: "ServiceAccount", Namespace: "ns", Name: "x"},
	} {
		if got, err := access.ParseSubject(text); got != want || err != nil {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "ci", "User:", "ServiceAccount:x", "Role:x", "ServiceAccount:/x"} {
		if _, err := access.ParseSubject(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
