package verify_test

import (
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// TestInspectHugeQuantities: an object with a number that takes long to read is refused at once, and then judged by its name alone.
func TestInspectHugeQuantities(t *testing.T) {
	t.Parallel()
	const huge = "1e-99999999999"
	resources := map[string]any{"requests": map[string]any{"cpu": huge}}
	pod := map[string]any{"spec": map[string]any{"containers": []any{map[string]any{"name": "a", "resources": resources}}}}
	v, _, err := verify.New(verify.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	metadata := map[string]any{"name": "a", "namespace": "b"}
	var units []verify.Unit
	start := time.Now()
	for _, o := range []map[string]any{
		{
			"apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkDeployment", "metadata": metadata,
			"spec": map[string]any{"podTemplate": pod},
		},
		{"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata, "spec": map[string]any{"hard": map[string]any{"cpu": huge}}},
	} {
		unit, findings := v.Inspect(manifest.Object{Data: o})
		count := 0
		for _, f := range findings {
			if f.Code == diag.CodeAPIQuantity {
				count++
			}
		}
		if count != 1 {
			t.Errorf("%s: %v", o["kind"], findings)
		}
		units = append(units, unit)
	}
	// The rules read these as text.
	spec := map[string]any{
		"flinkVersion": "v1_20", "image": "flink:1.20",
		"flinkConfiguration": map[string]any{"taskmanager.memory.process.size": huge, "jobmanager.memory.process.size": huge},
		"jobManager":         map[string]any{"resource": map[string]any{"memory": huge, "ephemeralStorage": huge}},
		"taskManager":        map[string]any{"resource": map[string]any{"memory": huge, "cpu": 1.0, "ephemeralStorage": huge}},
		"monitoringConfiguration": map[string]any{
			"sideCarResources": map[string]any{"limits": map[string]any{"cpuLimit": huge, "memoryLimit": huge}},
		},
	}
	for _, o := range []map[string]any{
		{"apiVersion": "flink.apache.org/v1beta1", "kind": "FlinkDeployment", "metadata": metadata, "spec": spec},
		{
			"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": map[string]any{"name": "a"},
			"spec": map[string]any{"limits": map[string]any{"cpu": huge}},
		},
	} {
		unit, _ := v.Inspect(manifest.Object{Data: o})
		units = append(units, unit)
	}
	j := v.Judgement(units)
	if j.Members() != 1 {
		t.Errorf("%d Flink resources judged, want that which can be read", j.Members())
	}
	j.See(j.Member(0))
	j.Done()
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}
