package difference

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/release/change"
)

// What stands for a value that must not be shown. Neither says how long it is.
const (
	masked        = "<masked>"
	maskedChanged = "<masked, changed>"
)

// shortest is the length of the values of Secret objects that are looked for in other objects: shorter ones, such as
// "true", stand everywhere by chance. They are masked in the Secret itself.
const shortest = 6

// mask hides values.
type mask struct{ values []string }

// hide collects what must not be shown: the values given, and those of all Secret objects, plain and in base64.
func hide(objects []Object, given []string) mask {
	values := map[string]bool{}
	add := func(v string) {
		for _, spelling := range spellings(v) {
			values[spelling] = true
		}
	}
	for _, v := range given {
		if v != "" {
			add(v)
		}
	}
	for _, o := range objects {
		for _, object := range []map[string]any{o.Before, o.After} {
			if !isSecret(object) {
				continue
			}
			for _, v := range secretValues(object) {
				if v = strings.TrimSpace(v); len(v) >= shortest {
					add(v)
				}
			}
		}
	}
	// The longest first, so that no rest of one is left where another is a part of it.
	return mask{slices.SortedFunc(maps.Keys(values), func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})}
}

// spellings gives a value as it may stand in other texts: itself, in JSON, in base64, and its lines where it has many, for
// a text that indents them.
func spellings(v string) []string {
	all := []string{v, strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(v)), "="),
		strings.TrimRight(base64.URLEncoding.EncodeToString([]byte(v)), "=")}
	if quoted, err := json.Marshal(v); err == nil {
		all = append(all, strings.Trim(string(quoted), `"`))
	}
	for line := range strings.Lines(v) {
		if line = strings.TrimSpace(line); len(line) >= 2*shortest {
			all = append(all, line)
		}
	}
	return all
}

// isSecret reports whether an object is a Secret.
func isSecret(object map[string]any) bool {
	return text(object, "kind") == "Secret" && text(object, "apiVersion") == "v1"
}

// secretValues gives the values of a Secret, decoded.
func secretValues(object map[string]any) []string {
	var values []string
	data, _ := object["data"].(map[string]any)
	for _, v := range data {
		if s, ok := v.(string); ok {
			values = append(values, s)
			if plain, err := base64.StdEncoding.DecodeString(s); err == nil {
				values = append(values, string(plain))
			}
		}
	}
	plain, _ := object["stringData"].(map[string]any)
	for _, v := range plain {
		values = append(values, fmt.Sprint(v))
	}
	return values
}

// object masks an object before and after; the arguments are not changed.
func (m mask) object(before, after map[string]any) (x, y map[string]any) {
	secret := isSecret(before) || isSecret(after)
	first, second := m.pair(before, after, before != nil, after != nil)
	x, _ = first.(map[string]any)
	y, _ = second.(map[string]any)
	if secret {
		for _, part := range []string{"data", "stringData"} {
			m.all(before, after, x, y, part)
		}
		for _, path := range []map[string]any{x, y} {
			annotations, _ := at(path, "metadata", "annotations").(map[string]any)
			for key, value := range annotations {
				if s, ok := value.(string); ok && strings.Contains(strings.ToLower(s), `data"`) {
					annotations[key] = masked
				}
			}
		}
	}
	return x, y
}

// all masks every entry under a key of a Secret.
func (m mask) all(before, after, x, y map[string]any, part string) {
	old, isOld := before[part].(map[string]any)
	now, isNew := after[part].(map[string]any)
	if before[part] != nil && !isOld {
		x[part] = masked
	}
	if after[part] != nil && !isNew {
		y[part] = masked
	}
	if isOld {
		entries := map[string]any{}
		for key := range old {
			entries[key] = masked
		}
		x[part] = entries
	}
	if isNew {
		entries := map[string]any{}
		for key, value := range now {
			entries[key] = masked
			if was, ok := old[key]; ok && !same(was, value) {
				entries[key] = maskedChanged
			}
		}
		y[part] = entries
	}
}

// pair masks two values that stand at the same place.
func (m mask) pair(a, b any, inA, inB bool) (x, y any) {
	first, isMap := a.(map[string]any)
	second, isMapToo := b.(map[string]any)
	if isMap || isMapToo {
		return m.maps(a, b, first, second, isMap, isMapToo, inA, inB)
	}
	list, isList := a.([]any)
	listToo, isListToo := b.([]any)
	if isList || isListToo {
		return m.lists(a, b, list, listToo, isList, isListToo, inA, inB)
	}
	x, y = a, b
	if inA && m.hides(a) {
		x = masked
	}
	if inB && m.hides(b) {
		y = masked
		if inA && m.hides(a) && !same(a, b) {
			y = maskedChanged
		}
	}
	return x, y
}

// maps masks two values of which at least one is a map. Keys are masked too.
func (m mask) maps(a, b any, first, second map[string]any, isMap, isMapToo, inA, inB bool) (x, y any) {
	x, y = m.alone(a, inA && !isMap), m.alone(b, inB && !isMapToo)
	one, two := make(map[string]any, len(first)), make(map[string]any, len(second))
	for key, value := range first {
		other, ok := second[key]
		one[m.replace(key)], _ = m.pair(value, other, true, ok)
	}
	for key, value := range second {
		other, ok := first[key]
		_, two[m.replace(key)] = m.pair(other, value, ok, true)
	}
	if isMap {
		x = orNil(one, first == nil)
	}
	if isMapToo {
		y = orNil(two, second == nil)
	}
	return x, y
}

// orNil keeps an absent object absent.
func orNil(m map[string]any, absent bool) any {
	if absent {
		return nil
	}
	return m
}

// lists masks two values of which at least one is a list, item by item.
func (m mask) lists(a, b any, first, second []any, isList, isListToo, inA, inB bool) (x, y any) {
	x, y = m.alone(a, inA && !isList), m.alone(b, inB && !isListToo)
	one, two := make([]any, len(first)), make([]any, len(second))
	for i := range max(len(first), len(second)) {
		var v, w any
		if i < len(first) {
			v = first[i]
		}
		if i < len(second) {
			w = second[i]
		}
		v, w = m.pair(v, w, i < len(first), i < len(second))
		if i < len(first) {
			one[i] = v
		}
		if i < len(second) {
			two[i] = w
		}
	}
	if isList {
		x = one
	}
	if isListToo {
		y = two
	}
	return x, y
}

// alone masks a value whose counterpart is of another shape.
func (m mask) alone(v any, scalar bool) any {
	if scalar && m.hides(v) {
		return masked
	}
	return v
}

// hides reports whether a scalar holds a value that must not be shown, in its text or in what it is base64 of.
func (m mask) hides(v any) bool {
	if v == nil {
		return false
	}
	s := fmt.Sprint(v)
	if m.has(s) {
		return true
	}
	plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
	return err == nil && m.has(string(plain))
}

func (m mask) has(s string) bool {
	return slices.ContainsFunc(m.values, func(v string) bool { return strings.Contains(s, v) })
}

// replace masks the values in a text.
func (m mask) replace(s string) string {
	for _, v := range m.values {
		s = strings.ReplaceAll(s, v, masked)
	}
	return s
}

// meaning masks the texts of a meaning.
func (m mask) meaning(in change.Meaning) *change.Meaning {
	in.Reasons, in.Lines = slices.Clone(in.Reasons), slices.Clone(in.Lines)
	for i, r := range in.Reasons {
		in.Reasons[i].Path, in.Reasons[i].Why, in.Reasons[i].Hint = m.replace(r.Path), m.replace(r.Why), m.replace(r.Hint)
	}
	for i, l := range in.Lines {
		in.Lines[i].Path = m.replace(l.Path)
	}
	return &in
}
