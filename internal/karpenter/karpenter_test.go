package karpenter_test

import (
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/karpenter"
)

const nodePool = `
spec:
  weight: 10
  limits: {cpu: 100, memory: 400Gi, nodes: broken}
  template:
    metadata:
      labels: {NodeGroupType: FlinkComputeOptimized}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}
      requirements:
      - {key: kubernetes.io/arch, operator: In, values: [arm64]}
      - {key: karpenter.k8s.aws/instance-cpu, operator: Gt, values: ["3"]}
      - {key: karpenter.k8s.aws/instance-cpu, operator: Lt, values: ["17"]}
      taints:
      - {key: flink, value: tm, effect: NoSchedule}
      - {key: slow, effect: PreferNoSchedule}
      startupTaints:
      - {key: node.cilium.io/agent-not-ready, effect: NoExecute}
`

func pool(t *testing.T) karpenter.Pool {
	t.Helper()
	var data map[string]any
	if err := yaml.Unmarshal([]byte(nodePool), &data); err != nil {
		t.Fatal(err)
	}
	data["spec"].(map[string]any)["weight"] = int64(10)
	data["spec"].(map[string]any)["limits"].(map[string]any)["cpu"] = int64(100)
	p, err := karpenter.ReadPool("fast", data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestReadPool(t *testing.T) {
	t.Parallel()
	p := pool(t)
	cpu, memory := p.Limits[corev1.ResourceCPU], p.Limits[corev1.ResourceMemory]
	if p.Weight != 10 || p.NodeClass != "flink" || cpu.Value() != 100 || memory.Value() != 400<<30 || len(p.Limits) != 2 {
		t.Errorf("%+v", p)
	}
	if _, err := karpenter.ReadPool("bad", map[string]any{"spec": "none"}); err == nil {
		t.Error("a spec that is text must be an error")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pod  string
		want []string
	}{
		"fits": {pod: "nodeSelector: {NodeGroupType: FlinkComputeOptimized}\ntolerations: [{key: flink, operator: Exists}]"},
		"taint": {
			pod:  "nodeSelector: {karpenter.sh/nodepool: fast}\ntolerations: [{key: flink, value: jm}]",
			want: []string{"did not tolerate taint (taint=flink=tm:NoSchedule)"},
		},
		"undefined label": {
			pod:  "nodeSelector: {topology.kubernetes.io/zon: eu-central-1a}\ntolerations: [{operator: Exists}]",
			want: []string{`label "topology.kubernetes.io/zon" does not have known values (typo of "topology.kubernetes.io/zone"?)`},
		},
		"architecture and size": {
			pod: "nodeSelector: {kubernetes.io/arch: amd64, karpenter.k8s.aws/instance-cpu: \"32\"}\ntolerations: [{operator: Exists}]",
			want: []string{
				"key karpenter.k8s.aws/instance-cpu, karpenter.k8s.aws/instance-cpu In [32] not in karpenter.k8s.aws/instance-cpu Exists >=4 <=16",
				"key kubernetes.io/arch, kubernetes.io/arch In [amd64] not in kubernetes.io/arch In [arm64]",
			},
		},
		"the second term fits": {pod: `
tolerations: [{operator: Exists}]
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms:
      - matchExpressions: [{key: NodeGroupType, operator: In, values: [Other]}]
      - matchExpressions: [{key: NodeGroupType, operator: NotIn, values: [Other]}]
`},
		"fields only": {pod: `
tolerations: [{operator: Exists}]
affinity:
  nodeAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      nodeSelectorTerms: [{matchFields: [{key: metadata.name, operator: In, values: [a]}]}]
`, want: []string{"the required node affinity has no term that Karpenter supports"}},
		"a preference asks for nothing": {pod: `
tolerations: [{operator: Exists}]
affinity:
  nodeAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
    - {weight: 1, preference: {matchExpressions: [{key: NodeGroupType, operator: In, values: [Other]}]}}
`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var spec corev1.PodSpec
			if err := yaml.UnmarshalStrict([]byte(c.pod), &spec); err != nil {
				t.Fatal(err)
			}
			if got := pool(t).Refusals(spec); !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestBrokenRequirement(t *testing.T) {
	t.Parallel()
	for _, r := range []karpenter.Requirement{
		karpenter.NewRequirement("a", karpenter.Gt), karpenter.NewRequirement("a", "Sometimes", "x"), karpenter.NewRequirement("a", karpenter.Lte, "many"),
	} {
		if r.String() == "" {
			t.Error("no text")
		}
	}
}
