package api_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify/api"
	"github.com/helm-flink/helm-flink/schemas"
)

// TestAgreement asks a real API server and us about the same objects: good ones
// of every kind, and each of them with one thing changed. The verdicts must be
// the same for all of them. As there are some 20,000, every tenth is taken, and
// all with HELM_FLINK_AGREEMENT=all in the environment (about 3 minutes).
func TestAgreement(t *testing.T) {
	t.Parallel()
	plane := testkit.ControlPlane(t)
	plane.ApplyCRDs(t, definitions(t)...)
	plane.MustKubectl(t, "", "create", "namespace", "agreement")
	all := mutants(t)
	if os.Getenv("HELM_FLINK_AGREEMENT") != "all" {
		all = tenth(all)
	}
	data := make([]map[string]any, len(all))
	for i, m := range all {
		data[i] = m.data
	}
	verdicts := plane.Verdicts(t, data)
	c := checker(t, api.Options{})
	agreed, refused, kinds := 0, 0, map[string]int{}
	for i, m := range all {
		ours := slices.DeleteFunc(c.Check(object(m.data)), func(f diag.Finding) bool {
			return f.Severity != diag.Error || f.Code == diag.CodeAPIKarpenter // the controller's, not the server's
		})
		theirs := verdicts[i]
		if theirs.Status != 201 {
			refused++
		}
		if (theirs.Status == 201) == (len(ours) == 0) && theirs.Status != 0 {
			agreed++
			kinds[fmt.Sprint(m.data["kind"])]++
			continue
		}
		t.Errorf("%s: the server says %d %s\n\twe say %v", m.name, theirs.Status, theirs.Message, ours)
	}
	t.Logf("%d of %d verdicts agree, %d of them refusals, over %d kinds: %v", agreed, len(all), refused, len(kinds), kinds)
	if agreed < 300 {
		t.Errorf("only %d objects", agreed)
	}
}

// tenth keeps the objects as they are, and every tenth change.
func tenth(all []mutant) []mutant {
	var kept []mutant
	for i, m := range all {
		if !m.changed || i%10 == 0 {
			kept = append(kept, m)
		}
	}
	return kept
}

// definitions are the CRDs that the plane does not bring.
func definitions(t *testing.T) []string {
	t.Helper()
	var all []string
	files, err := schemas.CRDs.ReadDir("crds")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		group, _, _ := strings.Cut(file.Name(), ".")
		if slices.Contains([]string{"flink", "monitoring", "gateway"}, group) {
			content, err := schemas.CRDs.ReadFile("crds/" + file.Name())
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(content))
		}
	}
	return all
}

// mutant is an object and what was done to it.
type mutant struct {
	name    string
	data    map[string]any
	changed bool
}

// mutants are the good objects and what becomes of them, in a fixed order.
func mutants(t *testing.T) []mutant {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "good.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	seeds := objects(t, string(content))
	var all []mutant
	seen, done := map[string]bool{}, map[string]bool{}
	for _, o := range append(seeds, golden(t)...) {
		if metadata := o.Data["metadata"].(map[string]any); metadata["namespace"] != nil {
			metadata["namespace"] = "agreement"
		}
		key := o.Key().String()
		if seen[key] {
			continue
		}
		seen[key] = true
		all = append(all, mutant{name: key, data: o.Data})
		m := mutator{root: o.Data, name: key, done: done}
		m.walk(nil, o.Data)
		all = append(all, m.made...)
	}
	return all
}

// mutator makes copies of an object with one thing changed.
type mutator struct {
	root map[string]any
	name string
	done map[string]bool // what was done to objects of any kind
	made []mutant
}

// first reports whether nothing like this was done before to an object of the
// kind: the same change at the same field, whatever its index in a list.
func (m *mutator) first(path []string, how string) bool {
	key := fmt.Sprint(m.root["kind"], " ", how)
	for _, step := range path {
		if _, err := strconv.Atoi(step); err == nil {
			step = "#"
		}
		key += "." + step
	}
	was := m.done[key]
	m.done[key] = true
	return !was
}

// walk visits every field but those that say where to send the object.
func (m *mutator) walk(path []string, x any) {
	switch x := x.(type) {
	case map[string]any:
		if len(path) > 0 {
			m.change(path, "unknown", func(at any) any { at.(map[string]any)["unknownField"] = "x"; return at })
		}
		for _, key := range slices.Sorted(maps.Keys(x)) {
			one := append(slices.Clone(path), key)
			if s := strings.Join(one, "."); s == "apiVersion" || s == "kind" || s == "metadata.namespace" {
				continue
			}
			m.value(one, x[key])
			m.walk(one, x[key])
		}
	case []any:
		for i := range x {
			one := append(slices.Clone(path), strconv.Itoa(i))
			m.value(one, x[i])
			m.walk(one, x[i])
			m.change(path, "twice", func(at any) any { return append(at.([]any), runtime.DeepCopyJSONValue(at.([]any)[i])) })
		}
	}
}

// value changes one field.
func (m *mutator) value(path []string, x any) {
	var others []any
	switch x := x.(type) {
	case string:
		others = []any{"", "Not Valid!", strings.Repeat("a", 300), strings.Repeat("b", 100), "other", "-5", "0", "100%", "99Gi", "1500m", "UPPER", "None", "a.b/c", "1.2.3.4", int64(5), true, map[string]any{"a": "b"}, []any{"a"}}
	case int64, float64:
		others = []any{int64(-1), int64(0), int64(7), int64(1) << 40, 1.5, "x", true, []any{}}
	case bool:
		others = []any{"true", int64(1), !x}
	case map[string]any:
		others = []any{map[string]any{}, "x", []any{}, int64(1)}
	case []any:
		others = []any{[]any{}, "x", map[string]any{}, []any{int64(1)}}
	}
	for _, other := range append(others, nil) {
		m.change(path, fmt.Sprintf("%.20v", other), func(any) any { return runtime.DeepCopyJSONValue(other) })
	}
	m.drop(path)
}

func (m *mutator) change(path []string, how string, f func(any) any) {
	if !m.first(path, how) {
		return
	}
	data := runtime.DeepCopyJSON(m.root)
	m.made = append(m.made, mutant{m.name + " " + strings.Join(path, ".") + " = " + how, set(data, path, f).(map[string]any), true})
}

func (m *mutator) drop(path []string) {
	if !m.first(path, "drop") {
		return
	}
	data := runtime.DeepCopyJSON(m.root)
	set(data, path[:len(path)-1], func(at any) any {
		switch at := at.(type) {
		case map[string]any:
			delete(at, path[len(path)-1])
		case []any:
			i, _ := strconv.Atoi(path[len(path)-1])
			return slices.Delete(at, i, i+1)
		}
		return at
	})
	m.made = append(m.made, mutant{m.name + " without " + strings.Join(path, "."), data, true})
}

// set replaces what is at a path.
func set(at any, path []string, f func(any) any) any {
	if len(path) == 0 {
		return f(at)
	}
	switch at := at.(type) {
	case map[string]any:
		at[path[0]] = set(at[path[0]], path[1:], f)
	case []any:
		i, _ := strconv.Atoi(path[0])
		at[i] = set(at[i], path[1:], f)
	}
	return at
}
