// Package jsonfit says whether a value fits a JSON Schema, and not why.
//
// It reads the schema as it was parsed: nothing is compiled beforehand, and of
// the schema only the parts that concern the value are looked at. That makes it
// many times as fast as a validator for a value that fits, which most do. It
// knows the keywords that our schemas use. At anything else it is not sure, and
// then, as for a value that does not fit, a whole validator has to be asked.
//
// Keywords mean what draft 2020-12 says (https://json-schema.org/draft/2020-12/json-schema-validation).
package jsonfit

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Fits reports whether a value surely fits a schema. The schema is parsed JSON
// that is known to be valid by its draft, numbers are float64; of the value they
// may be int, int64, uint64 or float64. False says nothing: the value may not
// fit, or the schema or the value have something that is not known here.
func Fits(schema, value any) bool {
	f := fitter{root: schema, patterns: map[string]*regexp.Regexp{}}
	return f.fits(schema, value, 0) && !f.unsure
}

// deepest is how many schemas may apply below one another: a schema may refer to itself.
const deepest = 200

// fitter checks one value. Once it is unsure, its answers mean nothing: in not
// and oneOf also a no counts.
type fitter struct {
	root     any
	patterns map[string]*regexp.Regexp
	unsure   bool
}

func (f *fitter) doubt() bool {
	f.unsure = true
	return false
}

func (f *fitter) fits(schema, value any, depth int) bool {
	if f.unsure || depth > deepest {
		return f.doubt()
	}
	keywords, ok := schema.(map[string]any)
	if !ok {
		fits, ok := schema.(bool)
		return ok && fits || !ok && f.doubt()
	}
	// Every keyword is looked at, even after one that does not fit: unknown ones must be seen.
	fits := true
	for keyword, want := range keywords {
		if !f.keyword(keywords, keyword, want, value, depth+1) {
			fits = false
		}
	}
	return fits
}

// keyword holds a value against one keyword of a schema.
func (f *fitter) keyword(schema map[string]any, keyword string, want, value any, depth int) bool {
	switch keyword {
	case "title", "description", "examples", "default", "$comment", "deprecated", "readOnly", "writeOnly", "$defs":
		return true
	case "$id": // further down it would give references another base
		return depth == 1 || f.doubt()
	case "$schema":
		return want == "https://json-schema.org/draft/2020-12/schema" || f.doubt()
	case "type":
		return f.isType(want, value)
	case "enum":
		return f.isOneOf(want, value)
	case "$ref", "not", "oneOf", "anyOf":
		return f.inPlace(keyword, want, value, depth)
	}
	if strings.HasPrefix(keyword, "x-") {
		return true
	}
	switch value := value.(type) {
	case map[string]any:
		return f.object(schema, keyword, want, value, depth)
	case []any:
		return f.list(keyword, want, value, depth)
	case string:
		return f.text(keyword, want, value)
	case nil, bool:
		return about(keyword) != "" || f.doubt()
	}
	return f.bound(keyword, want, value)
}

func (f *fitter) bound(keyword string, want, value any) bool {
	n, ok := number(value)
	if !ok {
		return f.doubt()
	}
	if keyword != "minimum" && keyword != "maximum" {
		return about(keyword) != "" || f.doubt()
	}
	bound, ok := want.(float64)
	if !ok {
		return f.doubt()
	}
	return keyword == "minimum" && n >= bound || keyword == "maximum" && n <= bound
}

// about returns the kind of values that a keyword is about, "" if the keyword is
// not known. Values of other kinds fit it.
func about(keyword string) string {
	switch keyword {
	case "properties", "additionalProperties", "propertyNames", "required", "dependentRequired", "minProperties", "maxProperties":
		return "object"
	case "items", "minItems", "maxItems", "uniqueItems":
		return "array"
	case "pattern", "minLength", "maxLength":
		return "string"
	case "minimum", "maximum":
		return "number"
	}
	return ""
}

func (f *fitter) inPlace(keyword string, want, value any, depth int) bool {
	switch keyword {
	case "$ref":
		return f.fits(f.target(want), value, depth)
	case "not":
		return !f.fits(want, value, depth)
	}
	branches, ok := want.([]any)
	if !ok {
		return f.doubt()
	}
	fitting := 0
	for _, branch := range branches {
		if f.fits(branch, value, depth) {
			fitting++
		}
	}
	return fitting == 1 || fitting > 1 && keyword == "anyOf"
}

// target is the schema that a reference names: a JSON pointer within the whole
// schema, to one of its definitions. Of others it is nil, which leaves doubt.
func (f *fitter) target(ref any) any {
	text, _ := ref.(string)
	name, ok := strings.CutPrefix(text, "#/$defs/")
	top, _ := f.root.(map[string]any)
	definitions, _ := top["$defs"].(map[string]any)
	if !ok || strings.ContainsAny(name, "/~%") {
		return nil
	}
	return definitions[name]
}

func (f *fitter) object(schema map[string]any, keyword string, want any, value map[string]any, depth int) bool {
	switch keyword {
	case "properties":
		return f.properties(want, value, depth)
	case "additionalProperties":
		known, _ := schema["properties"].(map[string]any)
		return f.each(value, func(key string, member any) bool {
			_, ok := known[key]
			return ok || f.fits(want, member, depth)
		})
	case "propertyNames":
		return f.each(value, func(key string, _ any) bool { return f.fits(want, key, depth) })
	case "required":
		return f.hasAll(want, value)
	case "dependentRequired":
		needs, ok := want.(map[string]any)
		if !ok {
			return f.doubt()
		}
		return f.each(value, func(key string, _ any) bool { return needs[key] == nil || f.hasAll(needs[key], value) })
	case "minProperties":
		return f.count(len(value), want, 1)
	case "maxProperties":
		return f.count(len(value), want, -1)
	}
	return about(keyword) != "" || f.doubt()
}

func (f *fitter) properties(want any, value map[string]any, depth int) bool {
	members, ok := want.(map[string]any)
	if !ok {
		return f.doubt()
	}
	return f.each(value, func(key string, member any) bool {
		schema, ok := members[key]
		return !ok || f.fits(schema, member, depth)
	})
}

// each holds all members against a condition, also those after one that fails:
// any of them may leave doubt.
func (f *fitter) each(value map[string]any, holds func(key string, member any) bool) bool {
	all := true
	for key, member := range value {
		if !holds(key, member) {
			all = false
		}
	}
	return all
}

func (f *fitter) hasAll(keys any, value map[string]any) bool {
	list, ok := keys.([]any)
	if !ok {
		return f.doubt()
	}
	return !slices.ContainsFunc(list, func(key any) bool {
		name, _ := key.(string)
		_, ok := value[name]
		return !ok
	})
}

func (f *fitter) list(keyword string, want any, value []any, depth int) bool {
	switch keyword {
	case "items":
		all := true
		for _, item := range value {
			if !f.fits(want, item, depth) {
				all = false
			}
		}
		return all
	case "minItems":
		return f.count(len(value), want, 1)
	case "maxItems":
		return f.count(len(value), want, -1)
	case "uniqueItems":
		return want == false || f.unique(value)
	}
	return about(keyword) != "" || f.doubt()
}

// unique compares texts; whether other values are equal is left to others.
func (f *fitter) unique(items []any) bool {
	seen := make(map[string]bool, len(items))
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			return f.doubt()
		}
		seen[text] = true
	}
	return len(seen) == len(items)
}

func (f *fitter) text(keyword string, want any, value string) bool {
	switch keyword {
	case "pattern":
		re := f.pattern(want)
		return re != nil && re.MatchString(value)
	case "minLength":
		return f.count(utf8.RuneCountInString(value), want, 1)
	case "maxLength":
		return f.count(utf8.RuneCountInString(value), want, -1)
	}
	return about(keyword) != "" || f.doubt()
}

// pattern compiles a pattern at its first use.
func (f *fitter) pattern(want any) *regexp.Regexp {
	text, ok := want.(string)
	if !ok {
		f.doubt()
		return nil
	}
	re, ok := f.patterns[text]
	if !ok {
		var err error
		if re, err = regexp.Compile(text); err != nil {
			f.doubt()
			return nil
		}
		f.patterns[text] = re
	}
	return re
}

// count compares a length with a bound: sign 1 is for the least, -1 for the most.
func (f *fitter) count(n int, want any, sign float64) bool {
	bound, ok := want.(float64)
	if !ok {
		return f.doubt()
	}
	return sign*float64(n) >= sign*bound
}

func (f *fitter) isType(want, value any) bool {
	switch want := want.(type) {
	case string:
		return f.is(want, value)
	case []any:
		for _, one := range want {
			if name, ok := one.(string); ok && f.is(name, value) {
				return true
			}
		}
		return false
	}
	return f.doubt()
}

func (f *fitter) is(kind string, value any) bool {
	switch value.(type) {
	case nil:
		return kind == "null"
	case bool:
		return kind == "boolean"
	case string:
		return kind == "string"
	case []any:
		return kind == "array"
	case map[string]any:
		return kind == "object"
	}
	n, ok := number(value)
	if !ok {
		return f.doubt()
	}
	return kind == "number" || kind == "integer" && n == math.Trunc(n)
}

// isOneOf compares scalars; whether lists and maps are equal is left to others.
func (f *fitter) isOneOf(want, value any) bool {
	list, ok := want.([]any)
	if !ok {
		return f.doubt()
	}
	switch value.(type) {
	case nil, bool, string:
		return slices.Contains(list, value)
	case map[string]any, []any:
		return slices.ContainsFunc(list, compound) && f.doubt()
	}
	n, ok := number(value)
	return ok && slices.Contains(list, any(n)) || !ok && f.doubt()
}

func compound(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// number reads a number that float64 holds exactly.
func number(value any) (float64, bool) {
	n := 0.0
	switch value := value.(type) {
	case int:
		n = float64(value)
	case int64:
		n = float64(value)
	case uint64:
		n = float64(value)
	case float64:
		n = value
	default:
		return 0, false
	}
	return n, math.Abs(n) < 1<<53
}
