package capacity_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/capacity/scheduler"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/pods"
)

func TestMain(m *testing.M) {
	scheduler.Setup()
	os.Exit(m.Run())
}

const flinkPool = `
metadata: {name: flink}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}
      requirements:
      - {key: karpenter.k8s.aws/instance-family, operator: In, values: [c6i]}
      - {key: karpenter.k8s.aws/instance-cpu, operator: In, values: ["4", "8"]}
      - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
      - {key: kubernetes.io/arch, operator: In, values: [amd64]}
`

const flinkClass = "metadata: {name: flink}\nspec: {amiSelectorTerms: [{alias: al2023@v20260101}]}\n"

// object reads an object.
func object(t *testing.T, text string) capacity.Object {
	t.Helper()
	var data map[string]any
	if err := yaml.Unmarshal([]byte(text), &data); err != nil {
		t.Fatal(err)
	}
	return capacity.Object{Name: data["metadata"].(map[string]any)["name"].(string), Data: data}
}

// role makes pods of a role.
func role(t *testing.T, r pods.Role, count pods.Count, resources string) pods.Group {
	t.Helper()
	g := pods.Group{Role: r, Count: count}
	text := "containers: [{name: main, resources: " + resources + "}]"
	if err := yaml.UnmarshalStrict([]byte(text), &g.Template.Spec); err != nil {
		t.Fatal(err)
	}
	return g
}

func fixed(n int) pods.Count { return pods.Count{Start: n, Min: n, Max: n} }

// demand is a cluster with one JobManager and some TaskManagers.
func demand(t *testing.T, team, name string, taskManagers pods.Count) capacity.Demand {
	t.Helper()
	return capacity.Demand{Job: team + "/" + name, Team: team, Pods: pods.Set{
		Namespace: team, Name: name,
		JobManager:  role(t, pods.JobManager, fixed(1), "{requests: {cpu: 1, memory: 1Gi}}"),
		TaskManager: role(t, pods.TaskManager, taskManagers, "{requests: {cpu: 1, memory: 1Gi}}"),
	}}
}

// input has one pool of c6i.xlarge and c6i.2xlarge in us-east-1.
func input(t *testing.T, demands ...capacity.Demand) capacity.Input {
	t.Helper()
	builtIn := instances.NewBuiltIn()
	prices, ok := builtIn.Prices().Region("us-east-1")
	if !ok {
		t.Fatal("no prices of us-east-1")
	}
	return capacity.Input{
		Pools: []capacity.Object{object(t, flinkPool)}, Classes: []capacity.Object{object(t, flinkClass)},
		Demands: demands, Region: "us-east-1", Types: builtIn.Types(), Prices: &prices, Daemons: capacity.DefaultDaemons(),
	}
}

func planned(t *testing.T, in capacity.Input) *capacity.Plan {
	t.Helper()
	p, err := capacity.Make(t.Context(), in, scheduler.Simulate)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestCostIsSplit gives every pod its part of the node, and all parts add up.
func TestCostIsSplit(t *testing.T) {
	t.Parallel()
	large := demand(t, "b", "large", fixed(1))
	large.Pods.JobManager.Count = fixed(0)
	large.Pods.TaskManager = role(t, pods.TaskManager, fixed(1), "{requests: {cpu: 2, memory: 1Gi}}")
	small := demand(t, "a", "small", fixed(0))
	small.Pods.JobManager.Count = fixed(0)
	small.Pods.TaskManager = role(t, pods.TaskManager, fixed(1), "{requests: {cpu: 1, memory: 3Gi}}")
	p := planned(t, input(t, large, small))
	start := p.State(capacity.Start)
	if len(start.Nodes) != 1 || start.Nodes[0].Type != "c6i.xlarge" || start.Cost.Hour != 0.17 || start.Cost.Month != 124.1 {
		t.Fatalf("%+v, %+v", start.Nodes, start.Cost)
	}
	// small: (1/3 + 3/4)/2 = 0.541667, large: (2/3 + 1/4)/2 = 0.458333.
	if a, b := p.Jobs[0].Start.Cost.Hour, p.Jobs[1].Start.Cost.Hour; a != 0.09208 || b != 0.07792 || p.Jobs[0].Name != "a/small" {
		t.Errorf("%v and %v", a, b)
	}
	if a, b := p.Teams[0].Start.Cost.Month, p.Teams[1].Start.Cost.Month; math.Abs(a+b-p.Total.Start.Cost.Month) > 0.011 {
		t.Errorf("%v and %v", a, b)
	}
	if n := start.Nodes[0]; n.CPU.Percent != 80 || n.CPU.Requested.String() != "3150m" || n.CPU.Allocatable.String() != "3920m" {
		t.Errorf("%+v", n.CPU)
	}
	if p.Pools[0].Name != "flink" || p.Pools[0].Start.Nodes != 1 || p.Pools[0].Start.Pods != 2 {
		t.Errorf("%+v", p.Pools)
	}
}

// TestStates has the range of the autoscaler, and twice the pods of blue/green at
// the maximum.
func TestStates(t *testing.T) {
	t.Parallel()
	scaled := demand(t, "a", "scaled", pods.Count{Start: 2, Min: 1, Max: 6})
	doubled := demand(t, "a", "twins", fixed(2))
	doubled.Doubled = true
	session := demand(t, "b", "session", pods.Count{Start: 1, Unbounded: true})
	suspended := demand(t, "b", "suspended", fixed(4))
	suspended.Pods.Suspended = true
	p := planned(t, input(t, scaled, doubled, session, suspended))
	for name, want := range map[string][3]int{"a/scaled": {3, 2, 7}, "a/twins": {3, 3, 6}, "b/session": {2, 1, 2}, "b/suspended": {0, 0, 0}} {
		for _, l := range p.Jobs {
			if l.Name == name && [3]int{l.Start.Pods, l.Minimum.Pods, l.Maximum.Pods} != want {
				t.Errorf("%s: %+v, want %v", name, l, want)
			}
		}
	}
	notes := strings.Join(p.Notes, "\n")
	for _, want := range []string{"b/suspended is suspended", "b/session is a session cluster without slotmanager.number-of-slots.max"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note %q in %s", want, notes)
		}
	}
	if len(p.Jobs) != 4 || len(p.Teams) != 2 || p.Total.Maximum.Pods != 15 {
		t.Errorf("%+v", p.Total)
	}
}

// TestNoPrices plans with the smallest types and says nothing of costs.
func TestNoPrices(t *testing.T) {
	t.Parallel()
	in := input(t, demand(t, "a", "job", fixed(1)))
	in.Prices = nil
	p := planned(t, in)
	n := p.State(capacity.Start).Nodes[0]
	if n.Type != "c6i.xlarge" || n.Cost != nil || p.Prices != nil || p.Total.Start.Cost != nil || p.State(capacity.Start).Cost != nil {
		t.Errorf("%+v", p)
	}
}

// TestUnpriced leaves out types without a price where others have one.
func TestUnpriced(t *testing.T) {
	t.Parallel()
	in := input(t, demand(t, "a", "job", fixed(1)))
	list, err := instances.ReadPrices("own.csv", []byte("region,instance_type,currency,price_per_hour\nus-east-1,c6i.2xlarge,EUR,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	own, _ := list.Region("us-east-1")
	in.Prices = &own
	p := planned(t, in)
	if n := p.State(capacity.Start).Nodes[0]; n.Type != "c6i.2xlarge" || n.Cost.Hour != 2 || p.Prices.Currency != "EUR" || p.Prices.Source == "" {
		t.Errorf("%+v", n)
	}
	if notes := strings.Join(p.Notes, "\n"); !strings.Contains(notes, "left out of node pool flink, since no price of them is known: c6i.xlarge") {
		t.Error(notes)
	}
}

// TestSpot has Spot at the on-demand price unless a factor is given.
func TestSpot(t *testing.T) {
	t.Parallel()
	in := input(t, demand(t, "a", "job", fixed(1)))
	in.Pools[0] = object(t, strings.Replace(flinkPool, "[on-demand]", "[spot]", 1))
	if n := planned(t, in).State(capacity.Start).Nodes[0]; !n.UpperBound || n.Cost.Hour != 0.17 || len(n.Candidates) != 2 {
		t.Errorf("%+v", n)
	}
	in.SpotFactor = 0.5
	if n := planned(t, in).State(capacity.Start).Nodes[0]; n.UpperBound || n.Cost.Hour != 0.085 {
		t.Errorf("%+v", n)
	}
}

// TestLimitsAlone counts a container that has limits and no requests with its
// limits, as the API server makes it.
func TestLimitsAlone(t *testing.T) {
	t.Parallel()
	d := demand(t, "a", "job", fixed(1))
	d.Pods.TaskManager = role(t, pods.TaskManager, fixed(1), "{limits: {cpu: 6, memory: 1Gi}}")
	p := planned(t, input(t, d))
	if n := p.State(capacity.Start).Nodes; len(n) != 2 || n[0].Type != "c6i.2xlarge" {
		t.Errorf("%+v", n)
	}
	if len(d.Pods.TaskManager.Template.Spec.Containers[0].Resources.Requests) != 0 {
		t.Error("the input was changed")
	}
}

// TestPending words what stays pending, with the limits of the pool.
func TestPending(t *testing.T) {
	t.Parallel()
	in := input(t, demand(t, "a", "job", fixed(20)))
	in.Pools[0] = object(t, flinkPool+"  limits: {cpu: 8}\n")
	got := planned(t, in).State(capacity.Start).Pending
	if len(got) != 1 || got[0].Role != pods.TaskManager || !strings.Contains(got[0].Reasons[0].Text, "limit") {
		t.Errorf("%+v", got)
	}
}

// TestPools leaves out static and Windows pools, and plans without a node class.
func TestPools(t *testing.T) {
	t.Parallel()
	in := input(t, demand(t, "a", "job", fixed(1)))
	in.Classes = []capacity.Object{object(t, "metadata: {name: win}\nspec: {amiSelectorTerms: [{alias: windows2022@latest}]}\n")}
	in.Pools = append(in.Pools,
		object(t, strings.Replace(flinkPool, "name: flink}\nspec:", "name: static}\nspec:\n  replicas: 2", 1)),
		object(t, strings.NewReplacer("metadata: {name: flink}", "metadata: {name: windows}", "EC2NodeClass, name: flink", "EC2NodeClass, name: win").
			Replace(flinkPool)))
	p := planned(t, in)
	if len(p.Pools) != 1 || p.Pools[0].Name != "flink" {
		t.Errorf("%+v", p.Pools)
	}
	notes := strings.Join(p.Notes, "\n")
	for _, want := range []string{"no EC2NodeClass flink", "node pool static has a fixed number", "node pool windows starts Windows nodes"} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note %q in\n%s", want, notes)
		}
	}
}

// TestNothing makes a plan of nothing, without asking the scheduler.
func TestNothing(t *testing.T) {
	t.Parallel()
	in := input(t)
	p, err := capacity.Make(t.Context(), in, func(context.Context, capacity.Simulation) (capacity.Outcome, error) {
		return capacity.Outcome{}, errors.New("asked")
	})
	if err != nil || len(p.States) != 3 || p.Total.Start.Cost.Hour != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	in.Demands = []capacity.Demand{demand(t, "a", "job", fixed(1))}
	if _, err := capacity.Make(t.Context(), in, func(context.Context, capacity.Simulation) (capacity.Outcome, error) {
		return capacity.Outcome{Version: 3}, nil
	}); err == nil || !strings.Contains(err.Error(), "version 3") {
		t.Error(err)
	}
	in.Classes = []capacity.Object{object(t, "metadata: {name: flink}\nspec: {kubelet: {kubeReserved: {cpu: many}}}\n")}
	if _, err := capacity.Make(t.Context(), in, scheduler.Simulate); err == nil || !strings.Contains(err.Error(), "many") {
		t.Error(err)
	}
}

// TestJSON carries a simulation from one program to the other without loss.
func TestJSON(t *testing.T) {
	t.Parallel()
	in := input(t, demand(t, "a", "job", fixed(3)))
	var direct, carried string
	for _, through := range []bool{false, true} {
		p, err := capacity.Make(t.Context(), in, func(ctx context.Context, s capacity.Simulation) (capacity.Outcome, error) {
			if through {
				text, err := json.Marshal(s)
				if err != nil {
					return capacity.Outcome{}, err
				}
				s = capacity.Simulation{}
				if err := json.Unmarshal(text, &s); err != nil {
					return capacity.Outcome{}, err
				}
			}
			return scheduler.Simulate(ctx, s)
		})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		direct, carried = carried, string(text)
	}
	if direct != carried {
		t.Errorf("%s\n%s", direct, carried)
	}
}

func TestDaemons(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"name", "name=1", "=1,1", "name=x,1", "name=1,-1"} {
		if _, err := capacity.ParseDaemon(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	p, err := capacity.ParseDaemon("ebs-csi-node=30m,120Mi")
	if err != nil {
		t.Fatal(err)
	}
	if r := pods.Requests(p.Spec); r.Cpu().String() != "30m" || r.Memory().String() != "120Mi" {
		t.Errorf("%v", r)
	}
	set := object(t, "metadata: {name: agent}\nspec: {template: {spec: {nodeSelector: {a: b}, "+
		"containers: [{name: a, resources: {limits: {cpu: 200m}}}]}}}\n")
	pod, err := capacity.ReadDaemonSet(set.Name, set.Data)
	if err != nil || pod.Name != "agent" || pod.Spec.NodeSelector["a"] != "b" {
		t.Errorf("%+v, %v", pod, err)
	}
	if _, err := capacity.ReadDaemonSet("bad", map[string]any{"spec": "text"}); err == nil {
		t.Error("a spec that is text is taken")
	}
	in := input(t, demand(t, "a", "job", fixed(1)))
	in.Daemons = []corev1.Pod{p, pod}
	plan := planned(t, in)
	if n := plan.State(capacity.Start).Nodes[0]; n.CPU.Requested.String() != "2030m" { // the agent's label is not on the node
		t.Errorf("%s", n.CPU.Requested.String())
	}
	if len(plan.Daemons) != 2 || plan.Daemons[0].CPU != "200m" {
		t.Errorf("%+v", plan.Daemons)
	}
}
