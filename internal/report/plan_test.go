package report_test

import (
	"bytes"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/report"
)

func planCost(hour float64) *capacity.Cost {
	return &capacity.Cost{Hour: hour, Month: hour * capacity.HoursPerMonth}
}

// share is a pod on a node, which costs as much an hour.
func share(hour float64) capacity.Share {
	return capacity.Share{Pods: 1, Nodes: 1, Cost: planCost(hour)}
}

// plan is one of jobs that each have a Spot node for one dollar an hour, and one pod
// that is pending.
func plan(jobs ...string) *capacity.Plan {
	use := capacity.Use{Requested: resource.MustParse("1"), Allocatable: resource.MustParse("2"), Percent: 50}
	state := capacity.State{Nodes: []capacity.Node{}, Cost: planCost(float64(len(jobs)))}
	p := &capacity.Plan{Region: "us-east-1", Prices: &capacity.PriceSource{Currency: "USD", Source: "a list", Date: "2026-07-06"}}
	for _, job := range jobs {
		state.Nodes = append(state.Nodes, capacity.Node{
			Count: 2, Pool: "spot", Type: "c6i.large", CapacityType: "spot", Candidates: []string{"c6i.large"}, UpperBound: true,
			Cost: planCost(1), CPU: use, Memory: use, Pods: []capacity.Pods{{Job: job, Role: pods.TaskManager, Count: 3}},
		})
		p.Jobs = append(p.Jobs, capacity.Line{Name: job, Team: "a|b", Start: share(1), Minimum: share(1), Maximum: share(1)})
	}
	state.Pending = []capacity.Pending{{
		Pods:    capacity.Pods{Job: "t/pending", Role: pods.JobManager, Count: 1},
		Reasons: []capacity.Reason{{Pool: "spot", Text: "too <large>"}, {Text: "no | pool"}},
	}}
	for _, name := range capacity.StateNames() {
		state.Name = name
		p.States = append(p.States, state)
	}
	n := float64(len(jobs))
	p.Total = capacity.Line{Name: "all", Start: share(n), Minimum: share(n), Maximum: share(n)}
	return p
}

func written(t *testing.T, format string, p report.Plan) string {
	t.Helper()
	var b bytes.Buffer
	if err := report.WritePlan(format, &b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestPlanFormats looks for what the scripts in testdata/script/capacity do not
// show: Spot, several equal nodes, pending pods.
func TestPlanFormats(t *testing.T) {
	t.Parallel()
	p := report.Plan{Plan: plan("t/one"), Before: plan("t/two"), BeforeName: "old.yaml"}
	for format, want := range map[string][]string{
		report.FormatTable: {
			"  2      spot  c6i.large  spot      1.00 of 2.00 (50 %)", "at most 1.0000", "the only type that fits", "spot: too <large>",
			"  job    t/one  0 → 1  0 → 1  0.00 → 730.00    +730.00  +730.00",
			"  job    t/two  1 → 0  1 → 0  730.00 → 0.00    -730.00  -730.00",
			"  total  all    1 → 1  1 → 1  730.00 → 730.00  0.00     0.00",
		},
		report.FormatMarkdown: {`| t/one | a\|b |`, `no \| pool`, "too &lt;large>", "### Against old.yaml"},
		report.FormatCSV: {
			"node,start,3 t/one taskmanager,,spot,c6i.large,spot,2,6,1,2,1,2,USD,2,1460.00\n",
			"pending,start,t/pending jobmanager,,,,,0,1,,,,,,,\n",
		},
		report.FormatJSON: {`"kind": "CapacityPlan"`, `"upperBound": true`, `"text": "too <large>"`, `"with": "old.yaml"`},
		report.FormatYAML: {"kind: CapacityPlan\n", "upperBound: true\n"},
	} {
		got := written(t, format, p)
		for _, text := range want {
			if !strings.Contains(got, text) {
				t.Errorf("%s lacks %q:\n%s", format, text, got)
			}
		}
	}
}

func TestPlanFormatUnknown(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := report.WritePlan("xml", &b, report.Plan{Plan: plan()}); err == nil || b.Len() > 0 {
		t.Errorf("%v, %q", err, b.String())
	}
}

// TestPlanWithoutPrices has no amounts anywhere.
func TestPlanWithoutPrices(t *testing.T) {
	t.Parallel()
	p := plan("t/one")
	p.Prices = nil
	for _, format := range []string{report.FormatTable, report.FormatMarkdown} {
		if got := written(t, format, report.Plan{Plan: p, Before: p, BeforeName: "same"}); strings.Contains(got, "USD") || !strings.Contains(got, "no prices") {
			t.Errorf("%s:\n%s", format, got)
		}
	}
}
