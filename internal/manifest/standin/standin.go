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
	// entries are those of maps.
	entries []map[string]any
}

// Add gives the text that stands for a value from now on.
func (v *Values) Add(value any) string {
	v.all = append(v.all, value)
	return mark + strconv.Itoa(len(v.all)-1)
}

// AddEntries gives the key of a map that stands for some of its entries from now on; its value
// is a text of no meaning.
func (v *Values) AddEntries(some map[string]any) string {
	v.entries = append(v.entries, some)
	return mark + mark + strconv.Itoa(len(v.entries)-1)
}

// Restore gives JSON-shaped data with the values in place of the texts, and the entries in place of the
// keys, but for keys that are there by now. Maps and lists of
// data are changed; those of the values are not looked into.
func (v *Values) Restore(data any) any {
	switch d := data.(type) {
	case map[string]any:
		var keys []string
		for key, item := range d {
			if strings.HasPrefix(key, mark+mark) {
				keys = append(keys, key)
			} else if restored, ok := v.restored(item); ok {
				d[key] = restored
			}
		}
		for _, key := range keys {
			v.restoreEntries(d, key)
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
	if i, ok := index(text, mark, len(v.all)); ok {
		return v.all[i], true
	}
	return nil, false
}

// restoreEntries puts what a key stands for into its map.
func (v *Values) restoreEntries(data map[string]any, key string) {
	i, ok := index(key, mark+mark, len(v.entries))
	if !ok {
		return
	}
	delete(data, key)
	for key, value := range v.entries[i] {
		if _, there := data[key]; !there {
			data[key] = value
		}
	}
}

// index is the number behind a prefix, if it is one below n.
func index(text, prefix string, n int) (int, bool) {
	number, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(number)
	return i, err == nil && i >= 0 && i < n && strconv.Itoa(i) == number
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
