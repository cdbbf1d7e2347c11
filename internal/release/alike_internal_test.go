package release

import (
	"testing"

	"sigs.k8s.io/yaml"
)

// TestLikeness is which objects are tried for others.
func TestLikeness(t *testing.T) {
	t.Parallel()
	const policy = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: flink-orders, namespace: a}, spec: {of: [orders]}}"
	for name, c := range map[string]struct {
		a, b  string
		alike bool
	}{
		"another name, and its end": {
			policy, "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: flink-bills, namespace: a}, spec: {of: [bills]}}", true,
		},
		"another namespace": {
			policy, "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: flink-bills, namespace: b}, spec: {of: [bills]}}", false,
		},
		"another content": {
			policy, "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: flink-bills, namespace: a}, spec: {of: [orders]}}", false,
		},
		"another form of name": {
			policy, "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: pods-of-bills, namespace: a}, spec: {of: [bills]}}", false,
		},
		"an end that is no word": {
			policy, "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: flink-orders, namespace: a}, spec: {of: [ders]}}", false,
		},
		"roles": {
			"{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a, namespace: a}}",
			"{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: b, namespace: a}}", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var a, b map[string]any
			if err := yaml.Unmarshal([]byte(c.a), &a); err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal([]byte(c.b), &b); err != nil {
				t.Fatal(err)
			}
			if got := likeness(a) == likeness(b); got != c.alike {
				t.Errorf("alike: %v, want %v\n%q\n%q", got, c.alike, likeness(a), likeness(b))
			}
		})
	}
}
