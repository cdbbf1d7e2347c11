package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/overview"
	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// pageHTML is the template of the page, pageCSS its style, which is written into it.
//
//go:embed page.gohtml
var pageHTML string

//go:embed page.css
var pageCSS string

// The formats of the page and of its picture alone.
const (
	FormatHTML    = "html"
	FormatMermaid = "mermaid"
	FormatDot     = "dot"
)

// PageFormats are the names that WritePage takes, html first.
func PageFormats() []string { return []string{FormatHTML, FormatMermaid, FormatDot} }

// The sizes from which on parts of the page are folded, so that it can be read.
const (
	manyJobs     = 30  // teams are folded
	manyFindings = 25  // codes are folded
	shownOfCode  = 100 // findings of one code that are listed
)

// WritePage writes a page about a platform, which needs nothing from elsewhere, or
// the picture of who runs where alone, as text for Mermaid or Graphviz. Nothing is
// written when there is an error before the first byte.
func WritePage(format string, w io.Writer, o overview.Overview) error {
	var b bytes.Buffer
	switch format {
	case FormatHTML:
		page, err := template.New("page").Funcs(template.FuncMap{"steps": steps}).Parse(pageHTML)
		if err != nil {
			return fmt.Errorf("read the page's template: %w", err)
		}
		if err := page.Execute(&b, newPage(o)); err != nil {
			return fmt.Errorf("make the page: %w", err)
		}
	case FormatMermaid:
		writeMermaid(&b, o.Topology)
	case FormatDot:
		writeDot(&b, o.Topology)
	default:
		return fmt.Errorf("format %q: want one of %s", format, strings.Join(PageFormats(), ", "))
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}

// steps takes a path apart behind its dots, where a line may break.
func steps(path string) []string { return strings.SplitAfter(path, ".") }

// page is what the template shows.
type page struct {
	overview.Overview

	Style   template.CSS
	Facts   []overview.Pair
	Tiles   []tile
	Picture picture
	Teams   []teamView
	Jobs    int
	// Priced says that there are costs.
	Priced   bool
	Codes    []codeView
	Capacity []table
	Roles    []roleView
	Places   []table
}

// tile is a number that matters, with what it is and where it is explained.
type tile struct{ Label, Value, Note, Href, Class string }

// table is one with a caption.
type table struct {
	Caption string
	Head    []string
	Rows    [][]cell
	After   []string
	Folded  bool
}

// cell is what stands in a field of a table, in lines.
type cell []string

type teamView struct {
	overview.Team

	ID, Line string
	Open     bool
	Views    []jobView
	// Set are the jobs that set something, whose settings are listed.
	Set []jobView
}

type jobView struct {
	overview.Job

	ID, Where                string
	Runs, Size, Nodes, State []string
	Money                    string
	Said                     []badge
}

// badge is a number of findings of a severity.
type badge struct{ Class, Text string }

type codeView struct {
	Code, Title, Class, Severity string
	Count, More                  int
	Open                         bool
	Items                        []overview.Finding
}

type roleView struct {
	iam.Role

	For, Takers string
	Statements  []statementView
}

type statementView struct {
	Name               string
	Actions, Resources []string
}

// newPage makes the words of the page.
func newPage(o overview.Overview) page {
	p := page{Overview: o, Style: template.CSS(pageCSS), Picture: draw(o.Topology)}
	for _, t := range o.Teams {
		p.Jobs += len(t.Jobs)
	}
	for i, t := range o.Teams {
		p.Teams = append(p.Teams, newTeam(o, t, fmt.Sprintf("team-%d", i), p.Jobs <= manyJobs))
	}
	p.Priced = o.Plan != nil && o.Plan.Prices != nil
	p.Codes = codes(o.Findings)
	p.Facts = facts(o)
	p.Capacity = capacityTables(o)
	for _, r := range o.IAM.Roles {
		p.Roles = append(p.Roles, newRole(r))
	}
	p.Places = places(o.IAM)
	p.Tiles = tiles(o, p)
	return p
}

// facts are what the platform is for and made with.
func facts(o overview.Overview) []overview.Pair {
	operator := o.Runtime.OperatorVersion + ", namespace " + o.Runtime.OperatorNamespace
	all := []overview.Pair{
		{Name: "Cluster", Value: o.Cluster.Name},
		{Name: "Region", Value: o.Cluster.Region},
		{Name: "Account", Value: o.Cluster.AccountID},
		{Name: "Kubernetes", Value: o.Cluster.KubernetesVersion},
		{Name: "Distribution", Value: map[string]string{"emr": "Amazon EMR on EKS", "apache": "Apache Flink"}[o.Runtime.Distribution]},
		{Name: "Release", Value: o.Runtime.Release},
		{Name: "Operator", Value: operator},
		{Name: "Operator's role", Value: o.Runtime.OperatorRole},
		{Name: "Values", Value: strings.Join(o.Files, ", ")},
		{Name: "Overlays", Value: strings.Join(o.Overlays, ", ")},
	}
	return slices.DeleteFunc(all, func(p overview.Pair) bool { return p.Value == "" })
}

// tiles are the numbers at the top.
func tiles(o overview.Overview, p page) []tile {
	count := map[diag.Severity]int{}
	for _, f := range o.Findings {
		count[f.Severity]++
	}
	found := tile{Label: "Findings", Value: strconv.Itoa(len(o.Findings)), Note: "nothing is wrong", Href: "#findings"}
	found.Class = "good"
	switch {
	case count[diag.Error] > 0:
		found.Note, found.Class = "errors among them: "+strconv.Itoa(count[diag.Error]), "error"
	case count[diag.Warning] > 0:
		found.Note, found.Class = "warnings among them: "+strconv.Itoa(count[diag.Warning]), "warning"
	case len(o.Findings) > 0:
		found.Note, found.Class = "for information", "info"
	}
	out := []tile{
		{Label: "Jobs", Value: strconv.Itoa(p.Jobs), Note: "in " + number(len(o.Teams), "team"), Href: "#jobs"},
		{Label: "Node pools", Value: strconv.Itoa(len(o.Pools)), Note: nodesNote(o.Plan), Href: "#capacity"},
		found,
		{Label: "IAM roles", Value: strconv.Itoa(len(o.IAM.Roles)), Note: "and " + number(len(o.IAM.Buckets), "bucket"), Href: "#iam"},
	}
	cost := tile{Label: "Cost a month", Value: "not known", Note: "no plan of the nodes", Href: "#capacity"}
	if o.Plan != nil {
		cost.Note = "no prices for " + cmp.Or(o.Plan.Region, "the region")
	}
	if o.Plan != nil && o.Plan.Total.Start.Cost != nil {
		t := o.Plan.Total
		cost.Value = money(t.Start.Cost.Month, o.Plan.Prices.Currency)
		cost.Note = "of the nodes at the start"
		if t.Maximum.Cost.Month != t.Start.Cost.Month || t.Minimum.Cost.Month != t.Start.Cost.Month {
			cost.Note += fmt.Sprintf("; %s to %s as it scales", whole(t.Minimum.Cost.Month), whole(t.Maximum.Cost.Month))
		}
	}
	return append(out, cost)
}

func nodesNote(p *capacity.Plan) string {
	if p == nil {
		return "nodes not planned"
	}
	return number(p.Total.Start.Nodes, "node") + " at the start"
}

// number words a number of things.
func number(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// whole writes an amount without its cents, in groups of three digits.
func whole(amount float64) string {
	text := strconv.FormatFloat(amount, 'f', 0, 64)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

func money(amount float64, currency string) string { return whole(amount) + " " + currency }

// codes are the findings by their codes, the worst first.
func codes(all []overview.Finding) []codeView {
	var out []codeView
	for _, f := range all {
		at := slices.IndexFunc(out, func(c codeView) bool { return c.Code == string(f.Code) && c.Severity == f.Severity.String() })
		if at < 0 {
			at = len(out)
			out = append(out, codeView{
				Code: string(f.Code), Title: f.Title, Severity: f.Severity.String(), Class: f.Severity.String(),
				Open: len(all) <= manyFindings,
			})
		}
		out[at].Count++
		if len(out[at].Items) < shownOfCode {
			out[at].Items = append(out[at].Items, f)
		} else {
			out[at].More++
		}
	}
	rank := []string{diag.Error.String(), diag.Warning.String(), diag.Info.String()}
	slices.SortStableFunc(out, func(a, b codeView) int {
		return slices.Index(rank, a.Severity) - slices.Index(rank, b.Severity)
	})
	return out
}
