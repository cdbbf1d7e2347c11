// Package promrules_test runs the alerting rules that testdata/golden holds with Prometheus' own evaluator, and reads the
// queries of rules and dashboards with its parser. go test does not see when these files change, since they lie outside this
// Go module: run it with -count=1.
package promrules_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
	"go.yaml.in/yaml/v3"
)

const golden = "../../../testdata/golden"

// object is what is read of a rendered object.
type object struct {
	Kind     string
	Metadata struct{ Name, Namespace string }
	Data     map[string]string
	Spec     struct{ Groups []any }
}

// rendered are the objects of a kind in all golden cases, by case, namespace and name.
func rendered(t *testing.T, kind string) map[string]object {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(golden, "*", "want.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("golden cases %v: %v", files, err)
	}
	out := map[string]object{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decoder := yaml.NewDecoder(bytes.NewReader(data))
		for {
			var o object
			if err := decoder.Decode(&o); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if o.Kind == kind {
				out[filepath.Base(filepath.Dir(file))+" "+o.Metadata.Namespace+"/"+o.Metadata.Name] = o
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no golden case has a %s", kind)
	}
	return out
}

// unit is one case of testdata/alerts.yaml.
type unit struct {
	// Alert is the alert that is meant, Rule the PrometheusRule of the case "monitoring" that has it.
	Alert, Rule string
	// Step is the time between two samples and two evaluations, one minute unless it is given; At is when it is asked.
	Step, At string
	// Series are in the notation of promtool's unit tests.
	Series string
	// Fires are the labels and the summary that it fires with; without them it must not fire.
	Fires *struct {
		Labels  map[string]string
		Summary string
	}
}

// TestAlerts evaluates each case as promtool does: rule by rule at each step, and then asks what fires.
func TestAlerts(t *testing.T) {
	data, err := os.ReadFile("testdata/alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var units []unit
	if err := yaml.Unmarshal(data, &units); err != nil {
		t.Fatal(err)
	}
	all := rendered(t, "PrometheusRule")
	fires, quiet := map[string]bool{}, map[string]bool{}
	for i, u := range units {
		t.Run(fmt.Sprintf("%s-%d", u.Alert, i), func(t *testing.T) {
			o, ok := all["monitoring "+u.Rule]
			if !ok {
				t.Fatalf("there is no PrometheusRule %s", u.Rule)
			}
			alerts := evaluate(t, o, u)
			switch {
			case u.Fires == nil && len(alerts) > 0:
				t.Errorf("fires: %v", alerts)
			case u.Fires != nil && len(alerts) != 1:
				t.Errorf("%d alerts fire, want 1: %v", len(alerts), alerts)
			case u.Fires != nil:
				for key, want := range u.Fires.Labels {
					if got := alerts[0].Labels.Get(key); got != want {
						t.Errorf("label %s is %q, want %q", key, got, want)
					}
				}
				if got := alerts[0].Annotations.Get("summary"); got != u.Fires.Summary {
					t.Errorf("summary %q, want %q", got, u.Fires.Summary)
				}
			}
		})
		if u.Fires != nil {
			fires[u.Alert] = true
		} else {
			quiet[u.Alert] = true
		}
	}
	names := map[string]bool{}
	for _, o := range all {
		for _, r := range rulesOf(t, o) {
			names[r.Alert] = true
		}
	}
	for name := range names {
		if !fires[name] || !quiet[name] {
			t.Errorf("%s: no case in which it fires, or none in which it does not", name)
		}
	}
	if len(names) < 18 {
		t.Errorf("the golden cases have %d alerts alone", len(names))
	}
}

// evaluate gives the alerts of a name that fire at the end of a case.
func evaluate(t *testing.T, o object, u unit) []*rules.Alert {
	t.Helper()
	step, at := time.Minute, parsed(t, u.At)
	if u.Step != "" {
		step = parsed(t, u.Step)
	}
	load := fmt.Sprintf("load %s\n", step)
	for line := range strings.Lines(u.Series) {
		load += "  " + strings.TrimSpace(line) + "\n"
	}
	if u.Series == "" {
		load = ""
	}
	storage := promqltest.LoadedStorage(t, load)
	engine := promqltest.NewTestEngineWithOpts(t, promql.EngineOpts{
		MaxSamples: 1e6, Timeout: time.Minute, LookbackDelta: 5 * time.Minute, EnableAtModifier: true, EnableNegativeOffset: true,
	})
	file := filepath.Join(t.TempDir(), "rules.yaml")
	text, err := yaml.Marshal(map[string]any{"groups": o.Spec.Groups})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc: rules.EngineQueryFunc(engine, storage), AppendableV2: storage, Queryable: storage, Context: t.Context(),
		NotifyFunc: func(context.Context, string, ...*rules.Alert) {},
		Logger:     promslog.NewNopLogger(), Parser: parser.NewParser(parser.Options{}),
	})
	groups, errs := manager.LoadGroups(step, labels.EmptyLabels(), "", nil, false, file)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var firing []*rules.Alert
	for _, g := range groups {
		for ts := time.Unix(0, 0).UTC(); !ts.After(time.Unix(0, 0).Add(at)); ts = ts.Add(step) {
			g.Eval(t.Context(), ts)
		}
		for _, r := range g.Rules() {
			if err := r.LastError(); err != nil {
				t.Errorf("%s: %v", r.Name(), err)
			}
			alert, ok := r.(*rules.AlertingRule)
			if !ok || alert.Name() != u.Alert {
				continue
			}
			for _, a := range alert.ActiveAlerts() {
				if a.State == rules.StateFiring {
					firing = append(firing, a)
				}
			}
		}
	}
	return firing
}

func parsed(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// rule is a rule of a PrometheusRule.
type rule struct {
	Alert, Expr, For    string
	Labels, Annotations map[string]string
}

func rulesOf(t *testing.T, o object) []rule {
	t.Helper()
	text, err := yaml.Marshal(o.Spec.Groups)
	if err != nil {
		t.Fatal(err)
	}
	var groups []struct{ Rules []rule }
	if err := yaml.Unmarshal(text, &groups); err != nil {
		t.Fatal(err)
	}
	var out []rule
	for _, g := range groups {
		out = append(out, g.Rules...)
	}
	return out
}
