package gitops_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/emit/argocd"
	"github.com/helm-flink/helm-flink/internal/emit/flux"
)

// The words of Argo CD for the health of an object.
const (
	healthy     = "Healthy"
	progressing = "Progressing"
	degraded    = "Degraded"
)

// ours gives our judgement of an object of Flink's by the Lua for Argo CD, after it was compared with that by the CEL for
// Flux and with that of our own commands (cluster.StateOf).
func ours(t *testing.T, object map[string]any) (word, message string) {
	t.Helper()
	scripts, err := argocd.HealthChecks()
	if err != nil {
		t.Fatal(err)
	}
	kind, _ := object["kind"].(string)
	word, message = runLua(t, scripts["flink.apache.org_"+kind], object, false)
	// Without a status Flux cannot judge, and waits: also for a job that is to sleep, which ours takes for asleep.
	if got := runCEL(t, kind, object); got != word && (object["status"] != nil || got != progressing) {
		t.Errorf("%s %v: the CEL for Flux says %s, the Lua for Argo CD %s", kind, object["status"], got, word)
	}
	if got := state(object); got != word {
		t.Errorf("%s %v: our own commands say %s, the Lua for Argo CD %s", kind, object["status"], got, word)
	}
	return word, message
}

// state is how our commands judge an object, in Argo CD's words. What is stale is waited for.
func state(object map[string]any) string {
	switch s := cluster.StateOf(cluster.Object(object)); {
	case s.Phase == cluster.Ready:
		return healthy
	case s.Phase == cluster.Failed && !s.Stale:
		return degraded
	}
	return progressing
}

// runLua runs a health check as Argo CD v3.5.7 does (util/lua/lua.go): for those in its ConfigMap with the libraries
// package, base and table alone (and os, which none of ours uses), for its own with all.
func runLua(t *testing.T, script string, object map[string]any, libraries bool) (word, message string) {
	t.Helper()
	l := lua.NewState(lua.Options{SkipOpenLibs: !libraries})
	defer l.Close()
	for name, open := range map[string]lua.LGFunction{
		lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable,
	} {
		if err := l.CallByParam(lua.P{Fn: l.NewFunction(open), Protect: true}, lua.LString(name)); err != nil {
			t.Fatal(err)
		}
	}
	l.SetGlobal("obj", toLua(l, object))
	if err := l.DoString(script); err != nil {
		t.Fatalf("%v: %v\n%s", object["status"], err, script)
	}
	table, ok := l.Get(-1).(*lua.LTable)
	if !ok {
		t.Fatalf("%v: it returned %v", object["status"], l.Get(-1))
	}
	return lua.LVAsString(table.RawGetString("status")), lua.LVAsString(table.RawGetString("message"))
}

// toLua is a JSON value in Lua.
func toLua(l *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case map[string]any:
		table := l.NewTable()
		for _, key := range slices.Sorted(maps.Keys(value)) {
			table.RawSetString(key, toLua(l, value[key]))
		}
		return table
	case []any:
		table := l.NewTable()
		for _, item := range value {
			table.Append(toLua(l, item))
		}
		return table
	case string:
		return lua.LString(value)
	case bool:
		return lua.LBool(value)
	case int64:
		return lua.LNumber(value)
	case float64:
		return lua.LNumber(value)
	}
	return lua.LNil
}

// runCEL runs the health check of a kind by Flux's own code. An object without a status cannot be judged, and Flux goes on
// waiting.
func runCEL(t *testing.T, kind string, object map[string]any) string {
	t.Helper()
	checks := flux.HealthChecks()
	i := slices.IndexFunc(checks, func(c flux.HealthCheck) bool { return c.Kind == kind })
	if i < 0 {
		t.Fatalf("no health check of %s", kind)
	}
	e, err := cel.NewStatusEvaluator(&kustomize.HealthCheckExpressions{Failed: checks[i].Failed, Current: checks[i].Current})
	if err != nil {
		t.Fatal(err)
	}
	result, err := e.Evaluate(t.Context(), &unstructured.Unstructured{Object: object})
	if err != nil {
		if object["status"] == nil && strings.Contains(err.Error(), "no such attribute(s): status") {
			return progressing
		}
		t.Fatalf("%v: %v", object["status"], err)
	}
	word := map[string]string{"Current": healthy, "InProgress": progressing, "Failed": degraded}[string(result.Status)]
	if word == "" {
		t.Fatalf("%v: status %s", object["status"], result.Status)
	}
	return word
}
