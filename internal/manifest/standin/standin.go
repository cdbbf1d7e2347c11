// Package standin puts short texts in the place of values while a machine works on what
// they are a part of, and the values back afterwards: a machine that prints, parses or
// copies all it is given then has less to do. The caller knows that it looks into none of them.
//
// It imports nothing.
package standin

import (
	"slices"
	"strconv"
	"strings"
)

// mark begins the texts that stand for values. It is of Unicode's private use; see Marked.
const mark = "\uE0F1"

// Values are those that texts stand for. The zero value has none.
type Values struct {
	all []any
}

// Add gives the text that stands for a value from now on.
func (v *Values) Add(value any) string {
	v.all = append(v.all, value)
	return mark + strconv.Itoa(len(v.all)-1)
}

// Restore gives JSON-shaped data with the values in place of the texts. Maps and lists of
// data are changed; those of the values are not looked into.
func (v *Values) Restore(data any) any {
	switch d := data.(type) {
	case map[string]any:
		for key, item := range d {
			if restored, ok := v.restored(item); ok {
				d[key] = restored
			}
		}
	case []any:
		for i, item := range d {
			if restored, ok := v.restored(item); ok {
				d[i] = restored
			}
		}
	case string:
		if value, ok := v.restored(d); ok {
			return value
		}
	}
	return data
}

// restored is the value for an item, if it is a text that stands for one.
func (v *Values) restored(item any) (any, bool) {
	text, ok := item.(string)
	if !ok {
		v.Restore(item)
		return nil, false
	}
	number, ok := strings.CutPrefix(text, mark)
	if !ok {
		return nil, false
	}
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(v.all) || strconv.Itoa(i) != number {
		return nil, false
	}
	return v.all[i], true
}

// Marked reports whether a key or a text of JSON-shaped data could be taken for one that
// stands for a value: such data is to be left as it is.
func Marked(data any) bool {
	switch v := data.(type) {
	case map[string]any:
		for key, item := range v {
			if strings.Contains(key, mark) || Marked(item) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(v, Marked)
	case string:
		return strings.Contains(v, mark)
	}
	return false
}
