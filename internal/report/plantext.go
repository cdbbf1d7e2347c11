package report

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/capacity"
)

// sheet is a table with what is said before and after it.
type sheet struct {
	title  string
	header []string
	rows   [][]string
	after  []string
}

func writeTable(b *bytes.Buffer, p Plan) error {
	for i, s := range p.sheets() {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintln(b, s.title)
		w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
		if len(s.rows) > 0 {
			fmt.Fprintln(w, "  "+strings.ToUpper(strings.Join(s.header, "\t")))
		}
		for _, row := range s.rows {
			fmt.Fprintln(w, "  "+strings.Join(row, "\t"))
		}
		if err := w.Flush(); err != nil {
			return err
		}
		for _, line := range s.after {
			fmt.Fprintln(b, "  "+line)
		}
	}
	trimmed := trimLines(b.String())
	b.Reset()
	b.WriteString(trimmed)
	return nil
}

// trimLines takes the blanks from the ends of lines.
func trimLines(text string) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func writeMarkdown(b *bytes.Buffer, p Plan) {
	escape := strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;")
	row := func(cells []string) {
		b.WriteByte('|')
		for _, c := range cells {
			b.WriteString(" " + escape.Replace(c) + " |")
		}
		b.WriteByte('\n')
	}
	for i, s := range p.sheets() {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(b, "### %s\n", escape.Replace(s.title))
		if len(s.rows) > 0 {
			b.WriteByte('\n')
			row(s.header)
			row(strings.Split(strings.Repeat("---\n", len(s.header)-1)+"---", "\n"))
			for _, cells := range s.rows {
				row(cells)
			}
		}
		if len(s.after) > 0 {
			b.WriteByte('\n')
		}
		for _, line := range s.after {
			fmt.Fprintf(b, "- %s\n", escape.Replace(line))
		}
	}
}

// sheets are the parts of a plan for people.
func (p Plan) sheets() []sheet {
	start := p.State(capacity.Start)
	out := []sheet{p.nodes(*start)}
	maximum := p.State(capacity.Maximum)
	if !equalShare(p.Total.Maximum, p.Total.Start) {
		out = append(out, p.nodes(*maximum))
	}
	out = append(out, waiting(capacity.Start, start.Pending)...)
	out = append(out, waiting(capacity.Maximum, only(maximum.Pending, start.Pending))...)
	names := map[string]string{"job": "Jobs", "team": "Teams", "pool": "Node pools", "total": "Total"}
	for _, k := range p.kinds() {
		if len(k.lines) > 0 {
			out = append(out, p.lines(names[k.name], k))
		}
	}
	if p.Before != nil {
		out = append(out, p.compared())
	}
	return append(out, p.basis())
}

func equalShare(a, b capacity.Share) bool {
	return a.Pods == b.Pods && a.Nodes == b.Nodes && (a.Cost == nil) == (b.Cost == nil) && (a.Cost == nil || *a.Cost == *b.Cost)
}

// nodes is the table of a state's nodes.
func (p Plan) nodes(s capacity.State) sheet {
	count := 0
	for _, n := range s.Nodes {
		count += n.Count
	}
	out := sheet{
		title:  fmt.Sprintf("Nodes at the %s: %d%s", s.Name, count, p.money(s.Cost)),
		header: []string{"nodes", "pool", "type", "capacity", "cpu", "memory", "pods of each"},
	}
	if s.Name != capacity.Start {
		out.title = fmt.Sprintf("Nodes at the autoscaler's %s: %d%s", s.Name, count, p.money(s.Cost))
	}
	if p.Prices != nil {
		out.header = append(out.header[:6:6], p.Prices.Currency+"/h each", "pods of each")
	}
	for _, n := range s.Nodes {
		row := []string{strconv.Itoa(n.Count), n.Pool, n.Type, n.CapacityType, usage(n.CPU, cores), usage(n.Memory, gibi)}
		if p.Prices != nil {
			price := strconv.FormatFloat(n.Cost.Hour, 'f', 4, 64)
			if n.UpperBound {
				price = "at most " + price
			}
			row = append(row, price)
		}
		out.rows = append(out.rows, append(row, podList(n.Pods)))
	}
	seen := map[string]bool{}
	for _, n := range s.Nodes {
		line := fmt.Sprintf("%s %s: %s", n.Pool, n.Type, candidates(n.Candidates))
		if !seen[line] {
			out.after = append(out.after, line)
		}
		seen[line] = true
	}
	return out
}

// candidates words what is sent to EC2.
func candidates(names []string) string {
	if len(names) == 1 {
		return "the only type that fits"
	}
	first := names[:min(len(names), 6)]
	text := fmt.Sprintf("first of %d types that go to EC2: %s", len(names), strings.Join(first, ", "))
	if len(names) > len(first) {
		text += " …"
	}
	return text
}

// only leaves out the pods of jobs and roles that are pending already.
func only(all, already []capacity.Pending) []capacity.Pending {
	return slices.DeleteFunc(slices.Clone(all), func(u capacity.Pending) bool {
		return slices.ContainsFunc(already, func(a capacity.Pending) bool { return a.Job == u.Job && a.Role == u.Role })
	})
}

// waiting is the table of pending pods, if there are any.
func waiting(state string, all []capacity.Pending) []sheet {
	if len(all) == 0 {
		return nil
	}
	out := sheet{title: "Pods without a node at the " + state, header: []string{"pods", "job", "role", "why"}}
	for _, u := range all {
		for i, r := range u.Reasons {
			text := r.Text
			if r.Pool != "" {
				text = r.Pool + ": " + text
			}
			row := []string{strconv.Itoa(u.Count), u.Job, string(u.Role), text}
			if i > 0 {
				row = []string{"", "", "", text}
			}
			out.rows = append(out.rows, row)
		}
	}
	return []sheet{out}
}

// lines is the table of jobs, teams or pools.
func (p Plan) lines(title string, k kind) sheet {
	out := sheet{title: title, header: []string{k.name, "pods", "nodes"}}
	if k.name == "job" {
		out.header = []string{k.name, "team", "pods", "nodes"}
	}
	if p.Prices != nil {
		out.header = append(out.header, p.Prices.Currency+"/h", p.Prices.Currency+"/month", "range a month")
	}
	for _, l := range k.lines {
		row := []string{l.Name}
		if k.name == "job" {
			row = append(row, l.Team)
		}
		row = append(row, numbers(l, func(s *capacity.Share) int { return s.Pods }),
			numbers(l, func(s *capacity.Share) int { return s.Nodes }))
		if p.Prices != nil {
			row = append(row, strconv.FormatFloat(l.Start.Cost.Hour, 'f', 4, 64), cents(l.Start.Cost.Month),
				cents(l.Minimum.Cost.Month)+" – "+cents(l.Maximum.Cost.Month))
		}
		out.rows = append(out.rows, row)
	}
	return out
}

// numbers words a number at the start, and its range where there is one.
func numbers(l capacity.Line, of func(*capacity.Share) int) string {
	start, least, most := of(&l.Start), of(&l.Minimum), of(&l.Maximum)
	if least == start && most == start {
		return strconv.Itoa(start)
	}
	return fmt.Sprintf("%d (%d – %d)", start, least, most)
}

// compared is the table of what differs from another plan.
func (p Plan) compared() sheet {
	out := sheet{title: "Against " + p.BeforeName, header: []string{"", "name", "pods", "nodes"}}
	priced := p.Prices != nil && p.Before.Prices != nil && p.Prices.Currency == p.Before.Prices.Currency
	if priced {
		out.header = append(out.header, p.Prices.Currency+"/month", "change", "at the maximum")
	}
	for _, c := range p.changes() {
		before, after := c.Before, c.After
		if before == nil {
			before = &capacity.Line{}
		}
		if after == nil {
			after = &capacity.Line{}
		}
		row := []string{
			c.Kind, c.Name, fmt.Sprintf("%d → %d", before.Start.Pods, after.Start.Pods),
			fmt.Sprintf("%d → %d", before.Start.Nodes, after.Start.Nodes),
		}
		if priced {
			row = append(row, cents(month(before.Start))+" → "+cents(month(after.Start)), signed(month(after.Start)-month(before.Start)),
				signed(month(after.Maximum)-month(before.Maximum)))
		}
		out.rows = append(out.rows, row)
	}
	return out
}

func month(s capacity.Share) float64 {
	if s.Cost == nil {
		return 0
	}
	return s.Cost.Month
}

// basis says what the plan stands on.
func (p Plan) basis() sheet {
	out := sheet{title: "Basis"}
	add := func(format string, args ...any) { out.after = append(out.after, fmt.Sprintf(format, args...)) }
	if p.Prices != nil {
		from := p.Prices.Source
		if p.Prices.Date != "" {
			from = p.Prices.Date + ", " + from
		}
		add("prices: on demand, Linux, %s, %s, %s; a month has %d hours", p.Region, p.Prices.Currency, from, capacity.HoursPerMonth)
		add("a node's cost is split among the Flink pods on it by the mean of their shares of CPU and memory, idle part included")
	} else {
		add("no prices: of the types that fit, the smallest is planned with")
	}
	add("scheduler: Karpenter 1.14.1, all JobManagers first, then all TaskManagers, in zones %s", strings.Join(p.Zones, ", "))
	var daemons []string
	for _, d := range p.Daemons {
		daemons = append(daemons, fmt.Sprintf("%s (%s CPU, %s memory)", d.Name, d.CPU, d.Memory))
	}
	add("every node runs %s", strings.Join(daemons, ", "))
	out.after = append(out.after, p.Notes...)
	return out
}

func (p Plan) money(c *capacity.Cost) string {
	if c == nil || p.Prices == nil {
		return ""
	}
	return fmt.Sprintf(", %.4f %s an hour, %s a month", c.Hour, p.Prices.Currency, cents(c.Month))
}

func cents(n float64) string { return strconv.FormatFloat(n, 'f', 2, 64) }

func signed(n float64) string {
	if math.Abs(n) < 0.005 {
		return "0.00"
	}
	return fmt.Sprintf("%+.2f", n)
}

// usage words how much of a node is asked for.
func usage(u capacity.Use, of func(resource.Quantity) string) string {
	return fmt.Sprintf("%s of %s (%d %%)", of(u.Requested), of(u.Allocatable), u.Percent)
}

func cores(q resource.Quantity) string {
	return strconv.FormatFloat(q.AsApproximateFloat64(), 'f', 2, 64)
}

func gibi(q resource.Quantity) string {
	return strconv.FormatFloat(q.AsApproximateFloat64()/(1<<30), 'f', 1, 64) + " Gi"
}

// podList words the pods of a node.
func podList(all []capacity.Pods) string {
	var out []string
	for _, g := range all {
		out = append(out, fmt.Sprintf("%d %s %s", g.Count, g.Job, g.Role))
	}
	return strings.Join(out, ", ")
}
