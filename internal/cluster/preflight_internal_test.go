package cluster

import (
	"errors"
	"slices"
	"testing"
)

// TestLacks reads what client-go's messages say, as kubectl shows them.
func TestLacks(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Permission{
		`secrets is forbidden: User "ci" cannot list resource "secrets" in API group "" at the cluster scope`: {Verb: "list", Resource: "secrets"},
		`query: failed: roles.rbac.authorization.k8s.io "x" is forbidden: User "system:serviceaccount:a:b" cannot patch resource "roles" ` +
			`in API group "rbac.authorization.k8s.io" in the namespace "team"`: {
			Verb: "patch", Resource: "roles", Group: "rbac.authorization.k8s.io", Namespace: "team",
		},
		`pods "x" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1`:                      {},
		`admission webhook "validationwebhook.flink.apache.org" denied the request: Cannot switch resource from one mode`: {},
	} {
		got, lacks := Lacks(errors.New(text))
		if got != want || lacks != (want != Permission{}) {
			t.Errorf("Lacks(%s) = %v, %v", text, got, lacks)
		}
	}
	if _, lacks := Lacks(nil); lacks {
		t.Error("no error lacks something")
	}
}

func TestPermissionString(t *testing.T) {
	t.Parallel()
	got := Permission{Group: "apps", Resource: "deployments", Verb: "patch", Name: "x", Namespace: "team"}.String()
	if got != "patch deployments.apps x in the namespace team" {
		t.Error(got)
	}
}

func TestUnserved(t *testing.T) {
	t.Parallel()
	open := map[string]any{"type": "object", "x-kubernetes-preserve-unknown-fields": true}
	crd := Object{"spec": map[string]any{"versions": []any{map[string]any{"name": "v1", "schema": map[string]any{
		"openAPIV3Schema": map[string]any{"properties": map[string]any{"spec": map[string]any{"properties": map[string]any{
			"known": map[string]any{"type": "string"}, "open": open, "job": map[string]any{"properties": map[string]any{}},
		}}}},
	}}}}}
	o := Object{"apiVersion": "g/v1", "spec": map[string]any{
		"known": "x", "open": map[string]any{"any": "thing"}, "job": map[string]any{"state": "running"}, "newer": 1,
	}}
	if got := Unserved(crd, o); !slices.Equal(got, []string{"spec.job.state", "spec.newer"}) {
		t.Error(got)
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	if got := split("a, b"); !slices.Equal(got, []string{"a", "b"}) {
		t.Error(got)
	}
	if got := split("JOSDK_ALL_NAMESPACES"); got != nil {
		t.Error(got)
	}
}
