package scheduler_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/capacity/scheduler"
	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// Pools of the measurements: Graviton of generation 6 and up, on demand; the
// TaskManagers' with local disks.
const (
	jobManagers = `
metadata: {name: jm}
spec:
  template:
    metadata: {labels: {role: jm}}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}
      taints: [{key: flink, value: jm, effect: NoSchedule}]
      requirements:
      - {key: kubernetes.io/arch, operator: In, values: [arm64]}
      - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
      - {key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r]}
      - {key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["5"]}
`
	taskManagers = `
metadata: {name: tm}
spec:
  template:
    metadata: {labels: {role: tm}}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}
      taints: [{key: flink, value: tm, effect: NoSchedule}]
      requirements:
      - {key: kubernetes.io/arch, operator: In, values: [arm64]}
      - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
      - {key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r]}
      - {key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["5"]}
      - {key: karpenter.k8s.aws/instance-local-nvme, operator: Gt, values: ["100"]}
`
)

func TestMain(m *testing.M) {
	scheduler.Setup()
	os.Exit(m.Run())
}

// builtIn unpacks the catalogue once for all tests.
var builtIn = instances.NewBuiltIn()

// edit changes a pool: alternating old and new texts.
func edit(pool string, pairs ...string) string { return strings.NewReplacer(pairs...).Replace(pool) }

// simulation has pools, with every type of the catalogue that their requirements
// leave and that has a price in us-east-1.
func simulation(t testing.TB, pools ...string) capacity.Simulation {
	t.Helper()
	s := capacity.Simulation{
		Version: capacity.Version, Region: "us-east-1", Zones: []string{"us-east-1a", "us-east-1b", "us-east-1c"},
		Types: map[string][]capacity.InstanceType{}, Daemons: capacity.DefaultDaemons(),
	}
	prices, ok := builtIn.Prices().Region("us-east-1")
	if !ok {
		t.Fatal("no prices of us-east-1")
	}
	for _, text := range pools {
		var data map[string]any
		if err := yaml.Unmarshal([]byte(text), &data); err != nil {
			t.Fatal(err)
		}
		name := data["metadata"].(map[string]any)["name"].(string)
		pool, err := karpenter.ReadPool(name, data)
		if err != nil {
			t.Fatal(err)
		}
		s.Pools = append(s.Pools, data)
		capacityTypes := slices.DeleteFunc([]string{"on-demand", "spot"}, func(c string) bool {
			return !pool.Requirements[karpenter.LabelCapacityType].Allows(c)
		})
		left := builtIn.Types().Left(pool.Requirements)
		for i := range left {
			price, ok := prices.Hourly(left[i].Name)
			if !ok {
				continue
			}
			size := instances.NodeClass{AMIFamily: instances.FamilyAL2023}.Sized(left[i], instances.DefaultController())
			s.Types[name] = append(s.Types[name], capacity.InstanceType{
				Name: left[i].Name, Labels: left[i].Labels(), Capacity: size.Capacity, Allocatable: size.Allocatable(),
				CapacityTypes: capacityTypes, OnDemand: price, Spot: price,
			})
		}
	}
	return s
}

// group adds pods of a role to the simulation.
func group(t testing.TB, s *capacity.Simulation, role, cpu, memory, spread string) int {
	t.Helper()
	text := fmt.Sprintf("containers: [{name: main, resources: {requests: {cpu: %q, memory: %q}}}]\n"+
		"tolerations: [{key: flink, value: %s}]\nnodeSelector: {role: %s}\n", cpu, memory, role, role)
	if spread != "" {
		text += "topologySpreadConstraints: [{maxSkew: 1, topologyKey: " + spread +
			", whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {role: " + role + "}}}]\n"
	}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Labels: map[string]string{"role": role}}}
	if err := yaml.UnmarshalStrict([]byte(text), &template.Spec); err != nil {
		t.Fatal(err)
	}
	s.Groups = append(s.Groups, template)
	return len(s.Groups) - 1
}

// start runs the simulation with one run of these phases.
func start(t testing.TB, s capacity.Simulation, phases ...[]capacity.Batch) capacity.RunOutcome {
	t.Helper()
	s.Runs = []capacity.Run{{Name: "start", Phases: phases}}
	out, err := scheduler.Simulate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return out.Runs[0]
}

// types counts the nodes by pool and type.
func types(out capacity.RunOutcome) map[string]int {
	count := map[string]int{}
	for _, n := range out.Nodes {
		count[n.Pool+" "+n.Type]++
	}
	return count
}

// TestKnownPlans compares with plans that Karpenter's scheduler gave with the
// types as the AWS provider itself computes them: one JobManager of 1 CPU and 2 GiB
// and a number of TaskManagers of 2 CPUs and 8 GiB.
func TestKnownPlans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		taskManagers int
		spread       string
		small        bool
		nodes        int
	}{
		{10, "", false, 2}, {100, "", false, 3}, {1000, "", false, 12},
		{10, "topology.kubernetes.io/zone", false, 4}, {100, "topology.kubernetes.io/zone", false, 4},
		{1000, "topology.kubernetes.io/zone", false, 13},
		{10, "topology.kubernetes.io/zone", true, 5}, {100, "topology.kubernetes.io/zone", true, 35},
	} {
		t.Run(fmt.Sprintf("%d %s %v", c.taskManagers, c.spread, c.small), func(t *testing.T) {
			t.Parallel()
			pool := taskManagers
			if c.small {
				pool += "      - {key: karpenter.k8s.aws/instance-cpu, operator: Lt, values: [\"9\"]}\n"
			}
			s := simulation(t, jobManagers, pool)
			jm, tm := group(t, &s, "jm", "1", "2Gi", ""), group(t, &s, "tm", "2", "8Gi", c.spread)
			out := start(t, s, []capacity.Batch{{Group: jm, Count: 1}}, []capacity.Batch{{Group: tm, Count: c.taskManagers}})
			if len(out.Nodes) != c.nodes || len(out.Unplaced) > 0 {
				t.Errorf("%d nodes, want %d: %v, unplaced %v", len(out.Nodes), c.nodes, types(out), out.Unplaced)
			}
			if first := out.Nodes[0]; first.Type != "c6g.large" || len(first.Candidates) != 60 || first.Candidates[0] != "c6g.large" {
				t.Errorf("the JobManager's node: %+v", first)
			}
		})
	}
}

// TestSixTaskManagers packs on one machine unless they are spread.
func TestSixTaskManagers(t *testing.T) {
	t.Parallel()
	for spread, want := range map[string]map[string]int{
		"": {"tm m6gd.4xlarge": 1}, "topology.kubernetes.io/zone": {"tm m6gd.2xlarge": 3},
	} {
		s := simulation(t, taskManagers)
		out := start(t, s, []capacity.Batch{{Group: group(t, &s, "tm", "2", "8Gi", spread), Count: 6}})
		if got := types(out); !maps.Equal(got, want) {
			t.Errorf("spread %q: %v, want %v", spread, got, want)
		}
		if got := out.Nodes[0].Daemons; !slices.Equal(got, []string{"aws-node", "kube-proxy"}) {
			t.Errorf("daemons %v", got)
		}
	}
}

// TestPhases shows why JobManagers come first: their node is chosen before the
// TaskManagers are known, and the TaskManagers fill it up.
func TestPhases(t *testing.T) {
	t.Parallel()
	shared := edit(taskManagers, "      taints: [{key: flink, value: tm, effect: NoSchedule}]\n", "")
	s := simulation(t, shared)
	jm, tm := group(t, &s, "tm", "1", "2Gi", ""), group(t, &s, "tm", "2", "8Gi", "")
	together := start(t, s, []capacity.Batch{{Group: jm, Count: 1}, {Group: tm, Count: 6}})
	if len(together.Nodes) != 1 {
		t.Errorf("in one phase: %v", types(together))
	}
	phased := start(t, s, []capacity.Batch{{Group: jm, Count: 1}}, []capacity.Batch{{Group: tm, Count: 6}})
	if len(phased.Nodes) != 2 {
		t.Errorf("in two phases: %v", types(phased))
	}
	fits := start(t, s, []capacity.Batch{{Group: tm, Count: 1}}, []capacity.Batch{{Group: jm, Count: 1}})
	if len(fits.Nodes) != 1 || len(fits.Nodes[0].Pods) != 2 {
		t.Errorf("a pod of the second phase on the first one's node: %+v", fits.Nodes)
	}
}

// TestRefusals has Karpenter's words, by pool.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pools []string
		edit  func(*corev1.PodSpec)
		want  []capacity.Reason
	}{
		"taint": {
			[]string{taskManagers}, func(p *corev1.PodSpec) { p.Tolerations = nil },
			[]capacity.Reason{{Pool: "tm", Text: "did not tolerate taint (taint=flink=tm:NoSchedule)"}},
		},
		"label": {
			[]string{taskManagers}, func(p *corev1.PodSpec) { p.NodeSelector = map[string]string{"NodeGroupType": "X"} },
			[]capacity.Reason{{Pool: "tm", Text: `incompatible requirements, label "NodeGroupType" does not have known values`}},
		},
		"pools in the order of their weights": {
			[]string{jobManagers, edit(taskManagers, "spec:\n  template:", "spec:\n  weight: 10\n  template:")},
			func(p *corev1.PodSpec) { p.NodeSelector = map[string]string{"topology.kubernetes.io/zon": "a"} },
			[]capacity.Reason{
				{Pool: "tm", Text: `incompatible requirements, label "topology.kubernetes.io/zon" does not have known values ` +
					`(typo of "topology.kubernetes.io/zone"?)`},
				{Pool: "jm", Text: `did not tolerate taint (taint=flink=jm:NoSchedule)`},
			},
		},
		"two labels, in order": {
			[]string{taskManagers},
			func(p *corev1.PodSpec) {
				p.NodeSelector = map[string]string{"kubernetes.io/arch": "amd64", "karpenter.sh/capacity-type": "spot"}
			},
			[]capacity.Reason{{Pool: "tm", Text: "incompatible requirements, key karpenter.sh/capacity-type, karpenter.sh/capacity-type " +
				"In [spot] not in karpenter.sh/capacity-type In [on-demand]; key kubernetes.io/arch, kubernetes.io/arch In [amd64] not in " +
				"kubernetes.io/arch In [arm64]"}},
		},
		"size": {
			[]string{taskManagers},
			func(p *corev1.PodSpec) { p.Containers[0].Resources.Requests["cpu"] = resource.MustParse("900") },
			[]capacity.Reason{{Pool: "tm", Text: `no instance type has enough resources, resources={"cpu":"900150m","memory":"8Gi","pods":"3"}`}},
		},
		"no pool with types": {
			[]string{edit(taskManagers, `values: ["5"]`, `values: ["99"]`)}, func(*corev1.PodSpec) {},
			[]capacity.Reason{{Text: "nodepool requirements filtered out all available instance types"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := simulation(t, c.pools...)
			g := group(t, &s, "tm", "2", "8Gi", "")
			c.edit(&s.Groups[g].Spec)
			out := start(t, s, []capacity.Batch{{Group: g, Count: 2}})
			if len(out.Unplaced) != 1 || out.Unplaced[0].Count != 2 || !slices.Equal(out.Unplaced[0].Reasons, c.want) {
				t.Errorf("got  %+v\nwant %+v", out.Unplaced, c.want)
			}
		})
	}
}

// TestDropped names a pool without types.
func TestDropped(t *testing.T) {
	t.Parallel()
	s := simulation(t, taskManagers, edit(jobManagers, `values: ["5"]`, `values: ["99"]`))
	out := start(t, s, []capacity.Batch{{Group: group(t, &s, "tm", "2", "8Gi", ""), Count: 1}})
	if !slices.Equal(out.Dropped, []string{"jm"}) || len(out.Nodes) != 1 {
		t.Errorf("%+v", out)
	}
}

// TestSpot starts Spot where it is allowed, and keeps all types as candidates
// unless prices of Spot are known.
func TestSpot(t *testing.T) {
	t.Parallel()
	s := simulation(t, edit(taskManagers, "[on-demand]", "[spot, on-demand]"))
	g := group(t, &s, "tm", "2", "8Gi", "")
	unpriced := start(t, s, []capacity.Batch{{Group: g, Count: 1}})
	s.SpotPriced = true
	priced := start(t, s, []capacity.Batch{{Group: g, Count: 1}})
	if n := unpriced.Nodes[0]; n.CapacityType != "spot" || len(n.Candidates) != 60 {
		t.Errorf("%s with %d candidates", n.CapacityType, len(n.Candidates))
	}
	// Karpenter sends no Spot offering that costs more than the cheapest on-demand one.
	if n := priced.Nodes[0]; n.CapacityType != "spot" || n.Type != unpriced.Nodes[0].Type {
		t.Errorf("%+v", n)
	}
}

// TestLimits stops at the limits of a pool.
func TestLimits(t *testing.T) {
	t.Parallel()
	s := simulation(t, taskManagers+"  limits: {cpu: \"8\"}\n")
	out := start(t, s, []capacity.Batch{{Group: group(t, &s, "tm", "2", "8Gi", "kubernetes.io/hostname"), Count: 6}})
	if len(out.Nodes) == 0 || len(out.Unplaced) != 1 || out.Unplaced[0].Count+len(out.Nodes) != 6 {
		t.Errorf("%v, unplaced %+v", types(out), out.Unplaced)
	}
}

// TestDeterministic gives the same answer thirty times, with the types in another
// order each time.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	s := simulation(t, jobManagers, edit(taskManagers, "[on-demand]", "[spot, on-demand]"))
	jm, tm, big := group(t, &s, "jm", "1", "2Gi", ""), group(t, &s, "tm", "2", "8Gi", ""), group(t, &s, "tm", "900", "8Gi", "")
	s.Runs = []capacity.Run{{Name: "start", Phases: [][]capacity.Batch{{{Group: jm, Count: 3}}, {{Group: tm, Count: 40}, {Group: big, Count: 2}}}}}
	var first string
	for i := range 30 {
		for _, list := range s.Types {
			slices.Reverse(list[:len(list)-i])
		}
		out, err := scheduler.Simulate(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(text)
		}
		if string(text) != first {
			t.Fatalf("run %d differs:\n%s\n%s", i, text, first)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*capacity.Simulation){
		"version 7":            func(s *capacity.Simulation) { s.Version = 7 },
		"there is no group 5":  func(s *capacity.Simulation) { s.Runs[0].Phases[0][0].Group = 5 },
		"there is no group -1": func(s *capacity.Simulation) { s.Runs[0].Phases[0][0].Group = -1 },
		"node pool":            func(s *capacity.Simulation) { s.Pools[0]["spec"] = "text" },
	} {
		s := simulation(t, taskManagers)
		s.Runs = []capacity.Run{{Name: "start", Phases: [][]capacity.Batch{{{Group: group(t, &s, "tm", "1", "1Gi", ""), Count: 1}}}}}
		change(&s)
		if _, err := scheduler.Simulate(t.Context(), s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}
