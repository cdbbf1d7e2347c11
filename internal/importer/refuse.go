package importer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Refuse takes away what the values do not take, so that spec says it instead. It
// returns false if nothing of the draft is at the path, or it cannot be said
// otherwise.
func (d *Draft) Refuse(path []string) bool {
	done := false
	for _, e := range d.entries {
		rest := e.within(path)
		if rest == nil || slices.Contains([]string{"team", "name", "cluster", "spec", "flinkConfiguration"}, rest[0]) {
			continue
		}
		for n := len(rest); n > 0; n-- {
			if said(e.values, rest[:n]...) {
				remove(e.values, rest[:n]...)
				done = true
				break
			}
		}
	}
	return done
}

// within is a path of the values as one below the entry; nil if it is not about the
// entry. What is in a layer is of all.
func (e *entry) within(path []string) []string {
	switch {
	case len(path) > 2 && path[0] == e.section && path[1] == e.key:
		return path[2:]
	case len(path) > 1 && (path[0] == "jobDefaults" || path[0] == "runtime"):
		return path[1:]
	case len(path) > 3 && path[0] == "teams" && path[2] == "jobDefaults":
		return path[3:]
	}
	return nil
}

// place is where an object stands that a path of the values is about.
func (d *Draft) place(path []string) (manifest.Object, bool) {
	for _, e := range d.entries {
		if len(path) > 1 && path[0] == e.section && path[1] == e.key {
			return e.from, true
		}
	}
	for namespace, key := range d.teamOf {
		if len(path) < 2 || path[0] != "teams" || path[1] != key {
			continue
		}
		if o, ok := d.find("Namespace", "", namespace); ok {
			return o, true
		}
		for _, e := range d.entries {
			if e.id.Namespace == namespace {
				return e.from, true
			}
		}
	}
	return manifest.Object{}, false
}

// Refused turns findings about the values into findings about what they came from.
func (d *Draft) Refused(findings diag.List) diag.List {
	var out diag.List
	for _, f := range findings {
		if f.Severity < diag.Error {
			continue
		}
		if f.Code == diag.CodePlaceholder {
			out = append(out, d.unfilled(f))
			continue
		}
		g := diag.Finding{
			Code: diag.CodeImportRefused, Severity: diag.Error, Path: f.Path, Hint: f.Hint,
			Message: fmt.Sprintf("the values made of this are refused: %s %s", f.Code, f.Message),
		}
		if o, ok := d.place(strings.Split(f.Path, ".")); ok {
			g.Pos, g.Object = o.Origin.Pos, o.Key().String()
		}
		out = append(out, g)
	}
	return out.Sorted()
}

// unfilled turns a finding about a placeholder in the values into one about the
// field that it came from.
func (d *Draft) unfilled(f diag.Finding) diag.Finding {
	g := diag.Finding{
		Code: diag.CodeImportPlaceholder, Severity: diag.Error, Path: f.Path, Message: f.Message,
		Hint: "fill the manifest in first, for example with envsubst",
	}
	word := placeholder(f.Message)
	from := manifest.Set{}
	if o, ok := d.place(strings.Split(f.Path, ".")); ok {
		from = append(from, o)
	}
	for _, o := range append(from, d.objects...) {
		if field := holding(o.Data, word); field != nil && owned(o.Key()) {
			_, g.Pos = o.Origin.Field(field...)
			g.Path, g.Object = diag.PathString(field), o.Key().String()
			return g
		}
	}
	return g
}

// placeholder is the word that a message about one names.
func placeholder(message string) string {
	_, word, _ := strings.Cut(message, "the placeholder ")
	word, _, _ = strings.Cut(word, " is still there")
	return word
}

// holding is the path of the first text that has a word in it.
func holding(v any, word string) []string {
	switch v := v.(type) {
	case object:
		for _, key := range sortedKeys(v) {
			if path := holding(v[key], word); path != nil {
				return append([]string{key}, path...)
			}
		}
	case []any:
		for i, item := range v {
			if path := holding(item, word); path != nil {
				return append([]string{strconv.Itoa(i)}, path...)
			}
		}
	case string:
		if strings.Contains(v, word) {
			return []string{}
		}
	}
	return nil
}
