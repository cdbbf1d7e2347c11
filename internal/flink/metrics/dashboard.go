package metrics

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// dashboard is a dashboard of Grafana in its JSON model, schema version 39 (Grafana 11; later ones migrate it when they load
// it): the parts of it that are used here (grafana.com/docs, dashboards/build-dashboards/view-dashboard-json-model).
type dashboard struct {
	UID           string     `json:"uid"`
	Title         string     `json:"title"`
	Description   string     `json:"description"`
	Tags          []string   `json:"tags"`
	Editable      bool       `json:"editable"`
	SchemaVersion int        `json:"schemaVersion"`
	Version       int        `json:"version"`
	Refresh       string     `json:"refresh"`
	Timezone      string     `json:"timezone"`
	GraphTooltip  int        `json:"graphTooltip"`
	Time          timeRange  `json:"time"`
	Templating    templating `json:"templating"`
	Annotations   listOf     `json:"annotations"`
	Links         []link     `json:"links"`
	Panels        []panel    `json:"panels"`
}

type timeRange struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type listOf struct {
	List []any `json:"list"`
}

type templating struct {
	List []variable `json:"list"`
}

type link struct {
	Title       string   `json:"title"`
	Type        string   `json:"type"`
	Icon        string   `json:"icon"`
	Tooltip     string   `json:"tooltip"`
	Tags        []string `json:"tags"`
	AsDropdown  bool     `json:"asDropdown"`
	TargetBlank bool     `json:"targetBlank"`
	IncludeVars bool     `json:"includeVars"`
	KeepTime    bool     `json:"keepTime"`
}

// source names a data source; the variable of that name lets the reader choose it.
type source struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

type variable struct {
	Name       string   `json:"name"`
	Label      string   `json:"label"`
	Type       string   `json:"type"`
	Datasource *source  `json:"datasource,omitempty"`
	Query      any      `json:"query"`
	Definition string   `json:"definition,omitempty"`
	Refresh    int      `json:"refresh"`
	Sort       int      `json:"sort"`
	Hide       int      `json:"hide"`
	Multi      bool     `json:"multi"`
	IncludeAll bool     `json:"includeAll"`
	AllValue   string   `json:"allValue,omitempty"`
	Regex      string   `json:"regex"`
	Options    []string `json:"options"`
	Current    current  `json:"current"`
}

// current is what a variable has at first; Grafana takes the first of its values for one that is empty.
type current struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

type query struct {
	Query string `json:"query"`
	RefID string `json:"refId"`
}

type panel struct {
	ID              int          `json:"id"`
	Type            string       `json:"type"`
	Title           string       `json:"title"`
	Description     string       `json:"description,omitempty"`
	GridPos         grid         `json:"gridPos"`
	Datasource      *source      `json:"datasource,omitempty"`
	Targets         []target     `json:"targets,omitempty"`
	FieldConfig     *fieldConfig `json:"fieldConfig,omitempty"`
	Options         any          `json:"options,omitempty"`
	Transformations []transform  `json:"transformations,omitempty"`
	Collapsed       *bool        `json:"collapsed,omitempty"`
	Panels          *[]panel     `json:"panels,omitempty"`
}

type grid struct {
	H int `json:"h"`
	W int `json:"w"`
	X int `json:"x"`
	Y int `json:"y"`
}

type target struct {
	RefID        string `json:"refId"`
	Expr         string `json:"expr"`
	LegendFormat string `json:"legendFormat"`
	Instant      bool   `json:"instant"`
	Range        bool   `json:"range"`
	Format       string `json:"format"`
	Datasource   source `json:"datasource"`
}

type transform struct {
	ID      string `json:"id"`
	Options any    `json:"options"`
}

type fieldConfig struct {
	Defaults  defaults `json:"defaults"`
	Overrides []any    `json:"overrides"`
}

type defaults struct {
	Unit       string         `json:"unit"`
	Min        *float64       `json:"min,omitempty"`
	Max        *float64       `json:"max,omitempty"`
	Thresholds *thresholds    `json:"thresholds,omitempty"`
	Custom     map[string]any `json:"custom,omitempty"`
}

type thresholds struct {
	Mode  string `json:"mode"`
	Steps []step `json:"steps"`
}

type step struct {
	Color string   `json:"color"`
	Value *float64 `json:"value"`
}

// builder lays panels out from left to right, in rows of 24 columns.
type builder struct {
	panels  []panel
	x, y, h int
}

func prometheus() *source { return &source{"prometheus", "${datasource}"} }

// row begins a row of panels with a heading.
func (b *builder) row(title string) {
	b.newline()
	b.panels = append(b.panels, panel{
		ID: len(b.panels) + 1, Type: "row", Title: title, GridPos: grid{1, 24, 0, b.y}, Collapsed: new(false), Panels: &[]panel{},
	})
	b.y++
}

func (b *builder) newline() {
	b.y += b.h
	b.x, b.h = 0, 0
}

func (b *builder) add(p panel, width, height int, targets ...target) {
	if b.x+width > 24 {
		b.newline()
	}
	p.ID, p.GridPos, p.Datasource, p.Targets = len(b.panels)+1, grid{height, width, b.x, b.y}, prometheus(), targets
	for i := range p.Targets {
		p.Targets[i].RefID = string(rune('A' + i))
		p.Targets[i].Datasource = *prometheus()
	}
	b.panels = append(b.panels, p)
	b.x, b.h = b.x+width, max(b.h, height)
}

// show is a query whose series are drawn over time.
func show(expr, legend string) target {
	return target{Expr: expr, LegendFormat: legend, Range: true, Format: "time_series"}
}

// now is a query of the present.
func now(expr string) target { return target{Expr: expr, Instant: true, Format: "time_series"} }

// graph adds a panel of lines.
func (b *builder) graph(title, help, unit string, width int, targets ...target) {
	b.add(panel{
		Type: "timeseries", Title: title, Description: help,
		FieldConfig: &fieldConfig{Overrides: []any{}, Defaults: defaults{Unit: unit, Min: new(0.0), Custom: map[string]any{
			"drawStyle": "line", "lineWidth": 1, "fillOpacity": 8, "showPoints": "never", "spanNulls": false,
		}}},
		Options: map[string]any{
			"legend":  map[string]any{"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []any{}},
			"tooltip": map[string]any{"mode": "multi", "sort": "desc"},
		},
	}, width, 8, targets...)
}

// stat adds one number, what expr is now; it turns red from bad on, green below it, and stays neutral where bad is 0.
func (b *builder) stat(title, help, unit string, bad float64, expr string) {
	marks := &thresholds{Mode: "absolute", Steps: []step{{Color: "blue"}}}
	if bad != 0 {
		marks.Steps = []step{{Color: "green"}, {Color: "red", Value: new(bad)}}
	}
	b.add(panel{
		Type: "stat", Title: title, Description: help,
		FieldConfig: &fieldConfig{Overrides: []any{}, Defaults: defaults{Unit: unit, Thresholds: marks}},
		Options: map[string]any{
			"reduceOptions": map[string]any{"calcs": []any{"lastNotNull"}, "fields": "", "values": false},
			"colorMode":     "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto", "textMode": "auto",
			"wideLayout": true, "showPercentChange": false, "percentChangeColorMode": "standard",
		},
	}, 4, 4, now(expr))
}

// table adds a table that joins the present values of several queries by their labels; columns name them in turn.
func (b *builder) table(title, help string, columns []string, targets ...target) {
	rename := map[string]any{}
	for i := range targets {
		targets[i].Format = "table"
		rename["Value #"+string(rune('A'+i))] = columns[i]
	}
	b.add(panel{
		Type: "table", Title: title, Description: help,
		FieldConfig: &fieldConfig{Overrides: []any{}, Defaults: defaults{Unit: "short", Custom: map[string]any{
			"filterable": true, "align": "auto", "inspect": false,
		}}},
		Options: map[string]any{"showHeader": true, "cellHeight": "sm", "frameIndex": 0},
		Transformations: []transform{
			{"merge", map[string]any{}},
			{"organize", map[string]any{
				"excludeByName": map[string]any{"Time": true}, "indexByName": map[string]any{}, "renameByName": rename,
			}},
		},
	}, 24, 9, targets...)
}

// variables are the data source and what filters by its labels, each by a metric that has the label.
func variables(filters ...variable) templating {
	out := templating{List: []variable{{
		Name: "datasource", Label: "Data source", Type: "datasource", Query: "prometheus", Refresh: 1, Options: []string{},
	}}}
	for _, v := range filters {
		text, _ := v.Query.(string)
		v.Type, v.Datasource, v.Definition, v.Query = "query", prometheus(), text, query{text, v.Name}
		v.Refresh, v.Sort, v.Options = 2, 1, []string{}
		out.List = append(out.List, v)
	}
	return out
}

// encode writes a dashboard as Grafana reads it, the same at every call.
func (d dashboard) encode() (string, error) {
	d.Editable, d.SchemaVersion, d.Version, d.Refresh, d.Timezone, d.GraphTooltip = true, 39, 1, "1m", "browser", 1
	d.Time, d.Annotations = timeRange{"now-6h", "now"}, listOf{[]any{}}
	d.Links = []link{{
		Title: "Flink", Type: "dashboards", Icon: "external link", Tags: []string{"flink"}, IncludeVars: true, KeepTime: true,
	}}
	var out bytes.Buffer
	to := json.NewEncoder(&out)
	to.SetEscapeHTML(false)
	to.SetIndent("", "  ")
	if err := to.Encode(d); err != nil {
		return "", fmt.Errorf("dashboard %s: %w", d.UID, err)
	}
	return strings.TrimSuffix(out.String(), "\n") + "\n", nil
}
