package scheduler_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/capacity/scheduler"
)

// Pools that name no families: some 600 types of amd64, and those of both architectures.
const (
	wide = `
metadata: {name: wide}
spec:
  template:
    metadata: {labels: {role: tm}}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}
      taints: [{key: flink, value: tm, effect: NoSchedule}]
      requirements:
      - {key: kubernetes.io/arch, operator: In, values: [amd64]}
      - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
`
	both = `
metadata: {name: both}
spec:
  template:
    metadata: {labels: {role: tm}}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}
      taints: [{key: flink, value: tm, effect: NoSchedule}]
      requirements:
      - {key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}
`
	small = "      - {key: karpenter.k8s.aws/instance-cpu, operator: Lt, values: [\"17\"]}\n"
)

// TestClasses plans varied fleets with the types that the scheduler needs and with
// all types, and gets the same answer to the byte.
func TestClasses(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, c := range fleets() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulation(t, c.pools...)
			s.SpotPriced = c.spotPriced
			mix(t, &s, 15)
			if c.edit != nil {
				c.edit(&s)
			}
			same(t, s)
		})
	}
}

// same compares a simulation with that of all types.
func same(t *testing.T, s capacity.Simulation) {
	t.Helper()
	text := func(simulate func() (capacity.Outcome, error)) string {
		out, err := simulate()
		if err != nil {
			t.Fatal(err)
		}
		nodes, unplaced := 0, 0
		for _, r := range out.Runs {
			nodes, unplaced = nodes+len(r.Nodes), unplaced+len(r.Unplaced)
		}
		t.Logf("%d nodes, %d groups without some", nodes, unplaced)
		data, err := json.MarshalIndent(out, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	got := text(func() (capacity.Outcome, error) { return scheduler.Simulate(t.Context(), s) })
	want := text(func() (capacity.Outcome, error) { return scheduler.SimulateWhole(t.Context(), s) })
	if got != want {
		at := 0
		for at < min(len(got), len(want)) && got[at] == want[at] {
			at++
		}
		t.Errorf("differs from the plan with all types:\n%.300s\nwant\n%.300s", got[max(0, at-150):], want[max(0, at-150):])
	}
}

// mix adds jobs of many sizes, in two phases.
func mix(t *testing.T, s *capacity.Simulation, jobs int) {
	t.Helper()
	run := capacity.Run{Name: capacity.Start, Phases: make([][]capacity.Batch, 2)}
	for i := range jobs {
		cpu, memory := []string{"250m", "1", "2", "3500m", "7"}[i%5], []string{"2Gi", "4Gi", "9Gi", "30Gi"}[i%4]
		jm, tm := group(t, s, "tm", "1", "2Gi", ""), group(t, s, "tm", cpu, memory, "")
		run.Phases[0] = append(run.Phases[0], capacity.Batch{Group: jm, Count: 1 + i%2})
		run.Phases[1] = append(run.Phases[1], capacity.Batch{Group: tm, Count: 1 + i%7})
	}
	s.Runs = []capacity.Run{run}
}

// variant is a fleet of TestClasses.
type variant struct {
	pools      []string
	spotPriced bool
	edit       func(*capacity.Simulation)
}

func fleets() map[string]variant {
	// every changes each third group from the second.
	every := func(change func(i int, p *corev1.PodTemplateSpec)) func(*capacity.Simulation) {
		return func(s *capacity.Simulation) {
			for i := range s.Groups {
				if i%3 == 1 {
					change(i, &s.Groups[i])
				}
			}
		}
	}
	selects := func(pairs ...string) func(*capacity.Simulation) {
		return every(func(i int, p *corev1.PodTemplateSpec) {
			at := i / 3 * 2 % len(pairs)
			p.Spec.NodeSelector[pairs[at]] = pairs[at+1]
		})
	}
	narrow := wide + small
	out := map[string]variant{
		"wide":        {pools: []string{wide}},
		"small nodes": {pools: []string{narrow}},
		"families":    {pools: []string{edit(taskManagers, "name: tm}", "name: named}")}},
		"spot":        {pools: []string{both}},
		"spot priced": {pools: []string{both + small}, spotPriced: true, edit: func(s *capacity.Simulation) {
			for _, list := range s.Types {
				for i := range list {
					list[i].Spot *= 0.3 + 0.1*float64(i%7)
				}
			}
		}},
		"fallback": {pools: []string{
			edit(wide, "name: wide", "name: first", "spec:\n  template", "spec:\n  weight: 10\n  limits: {cpu: \"40\"}\n  template"), both,
		}},
		"limits": {pools: []string{narrow + "  limits: {cpu: \"96\", memory: 600Gi}\n", edit(both+small, "on-demand]", "on-demand]") +
			"  limits: {cpu: \"30\"}\n"}},
		"limit of nodes": {pools: []string{narrow + "  limits: {nodes: \"7\"}\n"}},
		"minValues": {pools: []string{wide +
			"      - {key: karpenter.k8s.aws/instance-family, operator: Exists, minValues: 12}\n", both + small}},
		"one arch or the other": {
			pools: []string{both + small}, edit: selects("kubernetes.io/arch", "arm64", "beta.kubernetes.io/arch", "amd64"),
		},
		"by labels": {pools: []string{both}, edit: selects("karpenter.k8s.aws/instance-family", "m6i",
			"karpenter.k8s.aws/instance-size", "2xlarge", "node.kubernetes.io/instance-type", "c5.4xlarge",
			"karpenter.k8s.aws/instance-category", "r", "topology.kubernetes.io/zone", "us-east-1b",
			"karpenter.sh/capacity-type", "on-demand", "karpenter.k8s.aws/instance-hypervisor", "none", "nothing", "known")},
		"NVMe": {pools: []string{wide}, edit: every(func(i int, p *corev1.PodTemplateSpec) {
			p.Spec.Affinity = affinity(corev1.NodeSelectorRequirement{
				Key: "karpenter.k8s.aws/instance-local-nvme", Operator: corev1.NodeSelectorOpGt, Values: []string{fmt.Sprint(100 * i)},
			})
		})},
		"preferred": {pools: []string{narrow}, edit: every(func(i int, p *corev1.PodTemplateSpec) {
			p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
				PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{Weight: 1, Preference: corev1.NodeSelectorTerm{
					MatchExpressions: []corev1.NodeSelectorRequirement{{
						Key: "karpenter.k8s.aws/instance-cpu", Operator: corev1.NodeSelectorOpIn, Values: []string{fmt.Sprint(2 << (i % 5))},
					}},
				}}},
			}}
		})},
		"larger than any":   {pools: []string{wide, both}, edit: asks("cpu", "900")},
		"ephemeral storage": {pools: []string{narrow}, edit: asks("ephemeral-storage", "15Gi")},
		"too much storage":  {pools: []string{narrow}, edit: asks("ephemeral-storage", "15Ti")},
		"GPU":               {pools: []string{wide}, edit: asks("nvidia.com/gpu", "2")},
		"unknown resource":  {pools: []string{narrow}, edit: asks("example.com/thing", "1")},
		"host ports": {pools: []string{narrow}, edit: func(s *capacity.Simulation) {
			for i := 0; i < len(s.Groups); i += 4 {
				s.Groups[i].Spec.Containers[0].Ports = []corev1.ContainerPort{{ContainerPort: 8081, HostPort: 8081}}
			}
		}},
		"own hosts": {pools: []string{wide}, edit: spread("kubernetes.io/hostname")},
		"daemons of some types": {pools: []string{both + small}, edit: func(s *capacity.Simulation) {
			s.Daemons = append(s.Daemons, daemon("nvme", "1500m", "karpenter.k8s.aws/instance-category", "i", "m"))
		}},
		"a daemon with alternatives": {pools: []string{both + small}, edit: func(s *capacity.Simulation) {
			d := daemon("either", "500m", "karpenter.k8s.aws/instance-category", "c")
			terms := &d.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms
			*terms = append(*terms, daemon("", "1", "kubernetes.io/os", "linux").Spec.Affinity.NodeAffinity.
				RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms...)
			s.Daemons = append(s.Daemons, d)
		}},
	}
	return out
}

func affinity(r ...corev1.NodeSelectorRequirement) *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: r}},
	}}}
}

// asks has a third of the pods ask for something.
func asks(name corev1.ResourceName, amount string) func(*capacity.Simulation) {
	return func(s *capacity.Simulation) {
		for i := 0; i < len(s.Groups); i += 3 {
			s.Groups[i].Spec.Containers[0].Resources.Requests[name] = resource.MustParse(amount)
		}
	}
}

// spread puts the pods of a third of the groups apart.
func spread(key string) func(*capacity.Simulation) {
	return func(s *capacity.Simulation) {
		for i := 1; i < len(s.Groups); i += 3 {
			app := map[string]string{"app": fmt.Sprint(i)}
			s.Groups[i].Labels["app"] = app["app"]
			s.Groups[i].Spec.TopologySpreadConstraints = []corev1.TopologySpreadConstraint{{
				MaxSkew: 1, TopologyKey: key, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: &metav1.LabelSelector{MatchLabels: app},
			}}
		}
	}
}

// daemon runs on nodes with a label of these values.
func daemon(name, cpu, key string, values ...string) corev1.Pod {
	return corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "kube-system"}, Spec: corev1.PodSpec{
		Tolerations: []corev1.Toleration{{Operator: corev1.TolerationOpExists}},
		Affinity: affinity(corev1.NodeSelectorRequirement{
			Key: key, Operator: corev1.NodeSelectorOpIn, Values: slices.Clone(values),
		}),
		Containers: []corev1.Container{{Name: name, Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu)},
		}}},
	}}
}
