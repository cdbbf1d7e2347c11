package promrules_test

import (
	"encoding/json"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
)

// known reports whether a metric is in the table of the product; <Collector> in it stands for any name.
func known(t *testing.T) func(name string) bool {
	t.Helper()
	data, err := os.ReadFile("../../flink/metrics/metrics.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var names []*regexp.Regexp
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") {
			name, _, _ := strings.Cut(line, "\t")
			names = append(names, regexp.MustCompile("^"+strings.ReplaceAll(regexp.QuoteMeta(name), "<Collector>", "[A-Za-z0-9_]+")+"$"))
		}
	}
	return func(name string) bool {
		return slices.ContainsFunc(names, func(r *regexp.Regexp) bool { return r.MatchString(name) })
	}
}

// metricsOf gives the metrics of a query, which must parse.
func metricsOf(t *testing.T, query string) []string {
	t.Helper()
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(query)
	if err != nil {
		t.Errorf("%s: %v", query, err)
		return nil
	}
	var out []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		for _, m := range selector.LabelMatchers {
			if m.Name == labels.MetricName && m.Type == labels.MatchEqual {
				out = append(out, m.Value)
				return nil
			}
		}
		t.Errorf("%s: %s names no metric", query, selector)
		return nil
	})
	if len(out) == 0 {
		t.Errorf("%s: no metrics", query)
	}
	return out
}

// TestRuleQueries asks that each rule is of known metrics, says what it is about and where to read on.
func TestRuleQueries(t *testing.T) {
	isKnown := known(t)
	for name, o := range rendered(t, "PrometheusRule") {
		for _, r := range rulesOf(t, o) {
			for _, metric := range metricsOf(t, r.Expr) {
				if !isKnown(metric) {
					t.Errorf("%s %s: the metric %s is in no table", name, r.Alert, metric)
				}
			}
			if r.Alert == "" || r.For == "" || !slices.Contains([]string{"critical", "warning", "info"}, r.Labels["severity"]) ||
				r.Annotations["summary"] == "" || !strings.HasSuffix(r.Annotations["runbook_url"], "#"+strings.ToLower(r.Alert)) {
				t.Errorf("%s: %+v lacks a part", name, r)
			}
		}
	}
}

// dashboards are the dashboards of all golden cases, as Grafana's own types read them. These are generated from the
// schemas that @grafana/schema is generated from, with options and queries of each panel by its type; an unknown field, a
// missing one and a value out of bounds are errors. Grafana itself refuses less.
func dashboards(t *testing.T) map[string]dashboard.Dashboard {
	t.Helper()
	plugins.RegisterDefaultPlugins()
	out := map[string]dashboard.Dashboard{}
	for name, o := range rendered(t, "ConfigMap") {
		for file, text := range o.Data {
			if !strings.HasSuffix(file, ".json") {
				continue
			}
			// It gives an error of no errors for what is right, and then leaves the panels out: so it judges alone.
			var wrong cog.BuildErrors
			err := new(dashboard.Dashboard).UnmarshalJSONStrict([]byte(text))
			if err != nil && (!errors.As(err, &wrong) || len(wrong) > 0) {
				t.Errorf("%s: %v", name, err)
			}
			var d dashboard.Dashboard
			if err := json.Unmarshal([]byte(text), &d); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if err := d.Validate(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			out[name] = d
		}
	}
	if len(out) < 2 {
		t.Fatalf("%d dashboards", len(out))
	}
	return out
}

// TestDashboards looks at what types cannot tell: ids, places, data sources and variables.
func TestDashboards(t *testing.T) {
	uids := map[string]string{}
	for name, d := range dashboards(t) {
		if d.Uid == nil || len(*d.Uid) < 8 || len(*d.Uid) > 40 || d.Title == nil || *d.Title == "" {
			t.Errorf("%s: uid %v, title %v", name, d.Uid, d.Title)
			continue
		}
		scene := name[:strings.Index(name, " ")] + *d.Uid
		if other, ok := uids[scene]; ok {
			t.Errorf("%s and %s have one uid", name, other)
		}
		uids[scene] = name
		variables := map[string]bool{}
		for _, v := range d.Templating.List {
			variables[v.Name] = true
		}
		for _, want := range []string{"datasource", "namespace"} {
			if !variables[want] {
				t.Errorf("%s: no variable %s", name, want)
			}
		}
		ids, taken := map[uint32]bool{}, map[[2]uint32]string{}
		for _, p := range d.Panels {
			if p.RowPanel != nil {
				continue
			}
			panel := p.Panel
			if panel.Id == nil || ids[*panel.Id] || panel.GridPos == nil || panel.GridPos.X+panel.GridPos.W > 24 {
				t.Errorf("%s: panel %v: id or place", name, *panel.Title)
				continue
			}
			ids[*panel.Id] = true
			for x := range panel.GridPos.W {
				for y := range panel.GridPos.H {
					at := [2]uint32{panel.GridPos.X + x, panel.GridPos.Y + y}
					if other := taken[at]; other != "" {
						t.Fatalf("%s: the panels %s and %s overlap", name, other, *panel.Title)
					}
					taken[at] = *panel.Title
				}
			}
			if panel.Datasource == nil || panel.Datasource.Uid == nil || *panel.Datasource.Uid != "${datasource}" {
				t.Errorf("%s: panel %s does not use the variable datasource", name, *panel.Title)
			}
			for used := range variablesIn(t, panel) {
				if !variables[used] {
					t.Errorf("%s: panel %s uses $%s, which is no variable", name, *panel.Title, used)
				}
			}
		}
	}
}

func variablesIn(t *testing.T, panel any) map[string]bool {
	t.Helper()
	text, err := json.Marshal(panel)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, found := range regexp.MustCompile(`\$\{?([a-z]+)`).FindAllStringSubmatch(string(text), -1) {
		out[found[1]] = true
	}
	return out
}

// TestDashboardQueries asks that the queries of panels and of variables parse, and are of known metrics.
func TestDashboardQueries(t *testing.T) {
	isKnown := known(t)
	check := func(name, query string) {
		for _, metric := range metricsOf(t, query) {
			if !isKnown(metric) {
				t.Errorf("%s: the metric %s is in no table", name, metric)
			}
		}
	}
	queries := 0
	for name, d := range dashboards(t) {
		for _, p := range d.Panels {
			if p.Panel == nil {
				continue
			}
			if len(p.Panel.Targets) == 0 {
				t.Errorf("%s: panel %s asks nothing", name, *p.Panel.Title)
			}
			for _, target := range p.Panel.Targets {
				q, ok := target.(*prometheus.Dataquery)
				if !ok {
					value, isValue := target.(prometheus.Dataquery)
					if !isValue {
						t.Fatalf("%s: panel %s: a query of type %T", name, *p.Panel.Title, target)
					}
					q = &value
				}
				queries++
				check(name+" "+*p.Panel.Title, q.Expr)
			}
		}
		for _, v := range d.Templating.List {
			if v.Type != dashboard.VariableTypeQuery {
				continue
			}
			inner, ok := strings.CutPrefix(*v.Definition, "label_values(")
			at := strings.LastIndex(inner, ",")
			if !ok || at < 0 {
				t.Errorf("%s: variable %s: %q is no label_values(metric, label)", name, v.Name, *v.Definition)
				continue
			}
			check(name+" $"+v.Name, inner[:at])
		}
	}
	if queries < 40 {
		t.Errorf("only %d queries were read", queries)
	}
}
