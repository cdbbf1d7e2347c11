package testkit

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
)

// Node creates a node that the part Nodes plays: it becomes ready, and so do the pods on it, up to 110. CPU and memory are
// Kubernetes' quantities, a taint is key=value:Effect or key:Effect.
func (p *Plane) Node(t testing.TB, name string, labels map[string]string, cpu, memory string, taints ...string) {
	t.Helper()
	var all []map[string]string
	for _, one := range taints {
		pair, effect, _ := strings.Cut(one, ":")
		key, value, _ := strings.Cut(pair, "=")
		all = append(all, map[string]string{"key": key, "value": value, "effect": effect})
	}
	full := map[string]string{"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}
	maps.Copy(full, labels)
	size := map[string]string{"cpu": cpu, "memory": memory, "pods": "110"}
	node, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Node",
		"metadata": map[string]any{
			"name": name, "labels": full, "annotations": map[string]string{"kwok.x-k8s.io/node": "fake"},
		},
		"spec":   map[string]any{"taints": all},
		"status": map[string]any{"allocatable": size, "capacity": size},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.MustKubectl(t, string(node), "create", "-f", "-")
}
