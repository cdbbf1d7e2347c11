package spec_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

// TestPresets: the schema, the golden cases and the documentation know the same
// presets, and what each stands for passes the schema as a pool's own keys.
func TestPresets(t *testing.T) {
	t.Parallel()
	presets, err := spec.Presets()
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Sorted(maps.Keys(presets))
	enum := at(loadSchema(t), "$defs", "nodePool.spec", "properties", "preset", "enum")
	if got := fmt.Sprint(enum); got != fmt.Sprint(names) {
		t.Errorf("the schema has %s, the presets are %s", got, names)
	}
	root := testkit.RepoRoot(t)
	doc, err := os.ReadFile(filepath.Join(root, "docs", "nodes.md"))
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(root, "internal", "spec", "presets.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(source), "\n\n")
	if !strings.Contains(string(doc), "```yaml\n"+shown+"```\n") {
		t.Error("docs/nodes.md does not show internal/spec/presets.yaml as it is")
	}
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(root, "testdata", "golden", "preset-"+name, "want.yaml")); err != nil {
			t.Error(err)
		}
		pool := maps.Clone(presets[name])
		pool["nodeClass"] = "plain"
		text, err := yaml.Marshal(map[string]any{"nodePools": map[string]any{"own": pool}})
		if err != nil {
			t.Fatal(err)
		}
		own, _ := load(t, string(text))
		under, _ := load(t, "nodePools: { own: { nodeClass: plain, preset: "+name+" } }")
		own.NodePools["own"].Preset = name
		if got, want := fmt.Sprint(chart(t, under, "flink-karpenter")), fmt.Sprint(chart(t, own, "flink-karpenter")); got != want {
			t.Errorf("preset %s is not the same as its keys:\n%s\n%s", name, got, want)
		}
	}
}

// TestPresetPositions: what a preset gives is found at the key that names it,
// and what the pool gives where it stands; so it is in the fallback pool.
func TestPresetPositions(t *testing.T) {
	t.Parallel()
	p, findings := load(t, `nodePools:
  spot:
    preset: spot-first
    nodeClass: plain
    limits:
      cpu: 100
    fallback:
      limits: { memory: 10Gi }
`)
	if findings.Has(diag.Error) {
		t.Fatal(findings)
	}
	locator := p.Locator()
	for _, c := range []struct {
		pool, field string
		line        int
	}{
		{"spot", "limits.cpu", 6}, {"spot", "limits.memory", 3}, {"spot", "weight", 7}, {"spot", "template.spec.requirements.0.key", 3},
		{"spot-fallback", "limits.cpu", 6}, {"spot-fallback", "limits.memory", 8}, {"spot-fallback", "template.spec.requirements.0.key", 3},
	} {
		spec := at(chart(t, p, "flink-karpenter"), "nodePools", c.pool, "spec")
		o := manifest.Object{Data: map[string]any{"apiVersion": "karpenter.sh/v1", "kind": "NodePool",
			"metadata": map[string]any{"name": c.pool}, "spec": spec}}
		path, pos := locator.Locate(o, []string{"nodePools", c.pool})(append([]string{"spec"}, strings.Split(c.field, ".")...))
		if pos.Line != c.line || pos.File != "over.yaml" {
			t.Errorf("%s %s: %s at %s, want line %d", c.pool, c.field, path, pos, c.line)
		}
	}
}

// TestPlacement: where the pods of a job go that names a pool or a group.
func TestPlacement(t *testing.T) {
	t.Parallel()
	const nodes = `
nodePools:
  spot: { preset: spot-first, nodeClass: plain }
  steady: { nodeClass: plain, weight: 5, fallback: { capacityTypes: [reserved], weight: 4 } }
  alone: { preset: spot-first, nodeClass: plain, fallback: null }
nodeGroups:
  managed: { name: g-2026, instanceTypes: [m7i.xlarge], max: 3, taints: { flink: { value: "true" } } }
  own: { managed: false, arch: arm64, instanceTypes: [m7g.xlarge], max: 3, labels: { workload: flink } }
`
	for pool, want := range map[string][2]string{
		"spot": {"map[karpenter.sh/nodepool:spot-fallback kubernetes.io/arch:amd64]", "map[helm-flink.dev/node-pool:spot kubernetes.io/arch:amd64]"},
		"steady": {"map[helm-flink.dev/node-pool:steady kubernetes.io/arch:amd64]",
			"map[helm-flink.dev/node-pool:steady kubernetes.io/arch:amd64]"},
		"alone": {"map[karpenter.sh/nodepool:alone kubernetes.io/arch:amd64]", "map[karpenter.sh/nodepool:alone kubernetes.io/arch:amd64]"},
		"managed": {"map[eks.amazonaws.com/nodegroup:g-2026 kubernetes.io/arch:amd64]",
			"map[eks.amazonaws.com/nodegroup:g-2026 kubernetes.io/arch:amd64]"},
		"own": {"map[kubernetes.io/arch:arm64 workload:flink]", "map[kubernetes.io/arch:arm64 workload:flink]"},
		"spot-fallback": {"map[karpenter.sh/nodepool:spot-fallback kubernetes.io/arch:amd64]",
			"map[karpenter.sh/nodepool:spot-fallback kubernetes.io/arch:amd64]"},
	} {
		p, findings := load(t, nodes+"jobs: { orders: { nodePool: "+pool+" } }")
		if findings.Has(diag.Error) {
			t.Fatal(findings)
		}
		for i, role := range []string{"jobManager", "taskManager"} {
			got := fmt.Sprint(at(chart(t, p, "flink-jobs"), "deployments", "pay/orders", "spec", role, "podTemplate", "spec", "nodeSelector"))
			if got != want[i] {
				t.Errorf("%s: %s selects %s, want %s", pool, role, got, want[i])
			}
		}
	}
}

// TestNodeLabels: what is known of the nodes of a declared group.
func TestNodeLabels(t *testing.T) {
	t.Parallel()
	p, _ := load(t, `nodeGroups: { flink: { instanceTypes: [m7i.xlarge], max: 3, capacityType: on-demand, zones: [us-west-2a], labels: { a: b } } }`)
	want := "map[a:b eks.amazonaws.com/capacityType:ON_DEMAND eks.amazonaws.com/nodegroup:flink kubernetes.io/arch:amd64 " +
		"kubernetes.io/os:linux node.kubernetes.io/instance-type:m7i.xlarge topology.kubernetes.io/zone:us-west-2a]"
	if got := fmt.Sprint(p.NodeGroups["flink"].NodeLabels()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestBoundsStandAlone: the schema takes bounds or an operator, not both.
func TestBoundsStandAlone(t *testing.T) {
	t.Parallel()
	schema, err := values.CompileSchema("values.schema.json", schemas.Values)
	if err != nil {
		t.Fatal(err)
	}
	for text, wrong := range map[string]bool{
		"{ min: 4, max: 8 }": false, "{ operator: Gt, values: [4] }": false, "[4, 8]": false,
		"{ min: 4, operator: Gt }": true, "{ max: 4, values: [4] }": true,
	} {
		_, findings, err := values.Load(values.Input{Files: []values.Source{
			{Name: "base.yaml", Data: []byte(base)},
			{Name: "over.yaml", Data: []byte("nodePools: { amd: { requirements: { karpenter.k8s.aws/instance-cpu: " + text + " } } }")},
		}}, schema)
		if err != nil || findings.Has(diag.Error) != wrong {
			t.Errorf("%s: %v %v", text, err, findings)
		}
	}
}
