package provisioning_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/examples"
	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/capacity/scheduler"
	"github.com/helm-flink/helm-flink/internal/cli"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

func TestMain(m *testing.M) {
	scheduler.Setup()
	os.Exit(m.Run())
}

// TestAgreement plans scenarios and has Karpenter's controllers start nodes for the same pods: those that kube-scheduler
// finds no node for, JobManagers first. Both must start as many nodes in each pool, of the same types out of the same candidates,
// and leave as many pods of each job without one.
func TestAgreement(t *testing.T) {
	t.Parallel()
	all := scenarios(t)
	c := cluster{testkit.ControlPlane(t, testkit.Scheduler)}
	c.ApplyCRDs(t)
	for _, name := range []string{"flink-team-a-ns", "team-a", "team-b", "team-c"} {
		c.MustKubectl(t, "", "create", "namespace", name)
	}
	for _, s := range all {
		t.Run(s.name, func(t *testing.T) {
			plan, simulation := planned(t, s)
			stop := c.Karpenter(t)
			defer c.clear(t)
			defer stop()
			c.daemons(t, simulation.Daemons)
			c.nodes(t, s.nodes(t))
			for _, phase := range simulation.Runs[0].Phases {
				c.phase(t, simulation, phase)
			}
			want, pending := foretold(plan)
			got := c.started(t)
			t.Logf("%d nodes, pending %v", len(got), pending)
			if !slices.Equal(got, want) {
				t.Errorf("Karpenter starts\n%s\nand the plan has\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if left := c.pending(t, simulation); !slices.Equal(left, pending) {
				t.Errorf("without a node are %v, and in the plan %v", left, pending)
			}
			if len(got) != s.count || len(pending) > 0 != s.pending {
				t.Errorf("%d nodes, pending %v: the scenario is not what it is meant to be", len(got), pending)
			}
		})
	}
}

// planned makes the plan, and gives what the scheduler was asked for it.
func planned(t *testing.T, s scenario) (*capacity.Plan, capacity.Simulation) {
	t.Helper()
	a := app.App{
		Charts: charts.FS, Schema: schemas.Values,
		Open:  func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s.manifests)), nil },
		Files: func(name string) ([]string, error) { return []string{name}, nil },
	}
	var asked capacity.Simulation
	got, err := a.Capacity(t.Context(), app.CapacityRequest{
		Paths: []string{"-"}, Region: "us-east-1", Zones: []string{"us-east-1a", "us-east-1b", "us-east-1c"},
		SpotFactor: 0.4, Daemons: s.daemons,
		Simulate: func(ctx context.Context, in capacity.Simulation) (capacity.Outcome, error) {
			asked = in
			return scheduler.Simulate(ctx, in)
		},
	})
	if err != nil || got.Plan == nil {
		t.Fatalf("%v: %v", err, got.Findings)
	}
	return got.Plan, asked
}

// foretold words the nodes of a plan's start, and how many pods of each job are left.
func foretold(p *capacity.Plan) (nodes, pending []string) {
	start := p.State(capacity.Start)
	for _, n := range start.Nodes {
		for range n.Count {
			nodes = append(nodes, word(n.Pool, n.CapacityType, n.Type, n.Candidates))
		}
	}
	left := map[string]int{}
	for _, u := range start.Pending {
		left[u.Job+" "+string(u.Role)] += u.Count
	}
	slices.Sort(nodes)
	return nodes, worded(left)
}

// started words the NodeClaims. The types that the AWS provider's filters leave of those in the claim are in an annotation.
func (c cluster) started(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, n := range get[karpv1.NodeClaim](t, c, "nodeclaims") {
		sent := strings.Split(n.Annotations["testkit.helm-flink.dev/sent"], ",")
		for _, r := range n.Spec.Requirements {
			if r.Key != corev1.LabelInstanceTypeStable {
				continue
			}
			if slices.ContainsFunc(sent, func(name string) bool { return !slices.Contains(r.Values, name) }) {
				t.Errorf("%s: sent are %v, and the claim has only %v", n.Name, sent, r.Values)
			}
		}
		out = append(out, word(n.Labels[karpv1.NodePoolLabelKey], n.Labels[karpv1.CapacityTypeLabelKey],
			n.Labels[corev1.LabelInstanceTypeStable], sent))
	}
	slices.Sort(out)
	return out
}

func word(pool, capacityType, name string, candidates []string) string {
	return fmt.Sprintf("%s %s %s of %d: %s", pool, capacityType, name, len(candidates), strings.Join(slices.Sorted(slices.Values(candidates)), " "))
}

// pending counts the pods without a node by job and role.
func (c cluster) pending(t *testing.T, s capacity.Simulation) []string {
	t.Helper()
	left := map[string]int{}
	for _, p := range get[corev1.Pod](t, c, "pods", "-A", "-l", groupLabel) {
		if p.Spec.NodeName != "" {
			continue
		}
		group, err := strconv.Atoi(p.Labels[groupLabel])
		if err != nil {
			t.Fatal(err)
		}
		labels := s.Groups[group].Labels
		left[p.Namespace+"/"+labels["app"]+" "+labels["component"]]++
	}
	return worded(left)
}

func worded(count map[string]int) []string {
	var out []string
	for name, n := range count {
		out = append(out, fmt.Sprintf("%d of %s", n, name))
	}
	slices.Sort(out)
	return out
}

// nodes are the EC2NodeClasses and NodePools of a scenario.
func (s scenario) nodes(t *testing.T) []map[string]any {
	t.Helper()
	var out []map[string]any
	for doc := range strings.SplitSeq(s.manifests, "---\n") {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
			t.Fatal(err)
		}
		if kind := o["kind"]; kind == "EC2NodeClass" || kind == "NodePool" {
			out = append(out, o)
		}
	}
	return out
}

// blueprint renders the example.
func blueprint(t *testing.T) string {
	t.Helper()
	var out, complaint bytes.Buffer
	code := cli.Main(t.Context(), []string{"template", "-f", filepath.Join(testkit.RepoRoot(t), "examples", "emr-blueprint.yaml")},
		cli.Streams{In: strings.NewReader(""), Out: &out, Err: &complaint}, nil, cli.Assets{Version: "0.0.0-test", Charts: charts.FS, Schema: schemas.Values, Examples: examples.FS})
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, complaint.String())
	}
	return out.String()
}
