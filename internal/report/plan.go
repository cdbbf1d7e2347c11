package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/capacity"
)

// Plan is a capacity plan that is written.
type Plan struct {
	*capacity.Plan

	// Before is the plan that it is compared with, nil for none, and BeforeName how
	// that is called.
	Before     *capacity.Plan
	BeforeName string
}

// The names of the formats of plans.
const (
	FormatTable    = "table"
	FormatYAML     = "yaml"
	FormatCSV      = "csv"
	FormatMarkdown = "markdown"
)

// PlanFormats are the names that WritePlan takes, table first.
func PlanFormats() []string {
	return []string{FormatTable, FormatJSON, FormatYAML, FormatCSV, FormatMarkdown}
}

// WritePlan writes a plan in a format. Nothing is written when there is an error
// before the first byte.
func WritePlan(format string, w io.Writer, p Plan) error {
	var b bytes.Buffer
	var err error
	switch format {
	case FormatTable:
		err = writeTable(&b, p)
	case FormatJSON:
		err = planJSON(&b, p)
	case FormatYAML:
		err = planYAML(&b, p)
	case FormatCSV:
		err = planCSV(&b, p)
	case FormatMarkdown:
		writeMarkdown(&b, p)
	default:
		return fmt.Errorf("format %q: want one of %s", format, strings.Join(PlanFormats(), ", "))
	}
	if err != nil {
		return fmt.Errorf("make the plan as %s: %w", format, err)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	return nil
}

// jsonPlan is the form of json and yaml. A change that a reader could stumble
// over gets another version.
type jsonPlan struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	*capacity.Plan

	Compared *jsonCompared `json:"compared,omitempty"`
}

type jsonCompared struct {
	With    string   `json:"with"`
	Changes []change `json:"changes"`
}

func planJSON(b *bytes.Buffer, p Plan) error {
	out := jsonPlan{APIVersion: jsonVersion, Kind: "CapacityPlan", Plan: p.Plan}
	if p.Before != nil {
		out.Compared = &jsonCompared{p.BeforeName, p.changes()}
	}
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func planYAML(b *bytes.Buffer, p Plan) error {
	var text bytes.Buffer
	if err := planJSON(&text, p); err != nil {
		return err
	}
	out, err := yaml.JSONToYAML(text.Bytes())
	b.Write(out)
	return err
}

// planCSV writes one table: nodes, pending pods, and what jobs, teams and pools
// have, told apart by the first column. Pods and costs are those of all nodes of a
// row, the columns node_… those of one.
func planCSV(b *bytes.Buffer, p Plan) error {
	w := csv.NewWriter(b)
	currency := ""
	if p.Prices != nil {
		currency = p.Prices.Currency
	}
	rows := [][]string{{
		"record", "state", "name", "team", "pool", "instance_type", "capacity_type", "nodes", "pods",
		"node_cpu_requested", "node_cpu_allocatable", "node_memory_requested", "node_memory_allocatable",
		"currency", "cost_per_hour", "cost_per_month",
	}}
	for _, s := range p.States {
		for _, n := range s.Nodes {
			count := 0
			for _, g := range n.Pods {
				count += g.Count
			}
			hour, month := amounts(n.Cost.Times(n.Count))
			rows = append(rows, []string{
				"node", s.Name, podList(n.Pods), "", n.Pool, n.Type, n.CapacityType, strconv.Itoa(n.Count), strconv.Itoa(n.Count * count),
				n.CPU.Requested.String(), n.CPU.Allocatable.String(), n.Memory.Requested.String(), n.Memory.Allocatable.String(),
				currency, hour, month,
			})
		}
		for _, u := range s.Pending {
			rows = append(rows, []string{
				"pending", s.Name, u.Job + " " + string(u.Role), "", "", "", "", "0", strconv.Itoa(u.Count), "", "", "", "", "", "", "",
			})
		}
	}
	for _, kind := range p.kinds() {
		for _, l := range kind.lines {
			for _, state := range capacity.StateNames() {
				share := l.In(state)
				hour, month := amounts(share.Cost)
				rows = append(rows, []string{
					kind.name, state, l.Name, l.Team, "", "", "", strconv.Itoa(share.Nodes), strconv.Itoa(share.Pods),
					"", "", "", "", currency, hour, month,
				})
			}
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return w.Error()
}

// amounts words a cost for machines; empty if it is not known.
func amounts(c *capacity.Cost) (hour, month string) {
	if c == nil {
		return "", ""
	}
	return strconv.FormatFloat(c.Hour, 'f', -1, 64), strconv.FormatFloat(c.Month, 'f', 2, 64)
}

// kind is the lines of one kind.
type kind struct {
	name  string
	lines []capacity.Line
}

func (p Plan) kinds() []kind { return kindsOf(p.Plan) }

func kindsOf(p *capacity.Plan) []kind {
	return []kind{{"job", p.Jobs}, {"team", p.Teams}, {"pool", p.Pools}, {"total", []capacity.Line{p.Total}}}
}

// change is what became of a line against another plan.
type change struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Before and After are nil where the plan has no such line.
	Before *capacity.Line `json:"before,omitempty"`
	After  *capacity.Line `json:"after,omitempty"`
}

// changes are the lines that differ, and the total always.
func (p Plan) changes() []change {
	out := []change{}
	before := kindsOf(p.Before)
	for i, now := range p.kinds() {
		old := map[string]*capacity.Line{}
		for n := range before[i].lines {
			old[before[i].lines[n].Name] = &before[i].lines[n]
		}
		for n := range now.lines {
			l := &now.lines[n]
			was := old[l.Name]
			delete(old, l.Name)
			if was == nil || !equal(was, l) || now.name == "total" {
				out = append(out, change{now.name, l.Name, was, l})
			}
		}
		for n := range before[i].lines {
			if l := &before[i].lines[n]; old[l.Name] != nil {
				out = append(out, change{now.name, l.Name, l, nil})
			}
		}
	}
	return out
}

// equal reports whether two lines say the same.
func equal(a, b *capacity.Line) bool {
	for _, state := range capacity.StateNames() {
		x, y := a.In(state), b.In(state)
		if x.Pods != y.Pods || x.Nodes != y.Nodes || (x.Cost == nil) != (y.Cost == nil) || x.Cost != nil && *x.Cost != *y.Cost {
			return false
		}
	}
	return true
}
