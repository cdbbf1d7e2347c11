package api

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// strict compares a value with a Go type as the server's decoder does
// (sigs.k8s.io/json, case sensitive, unknown fields refused), but goes on after
// the first mistake and knows where each one is.
type strict struct {
	*report
	fields *fieldTable
	path   []string
	broken bool
}

// walk reports whether the decoder could read the value; unknown fields do not
// count.
func (s *strict) walk(x any, t reflect.Type) bool {
	s.value(x, t)
	return !s.broken
}

func (s *strict) value(x any, t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if x == nil {
		return
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		if !s.unbounded(x, t) {
			s.foreign(x, t)
		}
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		s.structure(x, t)
	case reflect.Map:
		s.mapping(x, t)
	case reflect.Slice:
		s.list(x, t)
	case reflect.Interface:
	default:
		s.scalar(x, t)
	}
}

// foreign is a type that reads its JSON by itself: a quantity, a port or name, a time.
func (s *strict) foreign(x any, t reflect.Type) {
	text, err := json.Marshal(x)
	if err == nil {
		err = reflect.New(t).Interface().(json.Unmarshaler).UnmarshalJSON(text)
	}
	if err != nil {
		s.broken = true
		s.add(diag.CodeAPIType, slices.Clone(s.path), dotted(s.path)+": "+string(text)+" is no "+foreignName(t)+": "+err.Error(),
			foreignHint(t))
	}
}

func foreignName(t reflect.Type) string {
	switch t.Name() {
	case "Quantity":
		return "quantity"
	case "IntOrString":
		return "number or text"
	case "Time", "MicroTime":
		return "time"
	case "Duration":
		return "duration"
	default:
		return t.Name()
	}
}

func foreignHint(t reflect.Type) string {
	if t.Name() == "Quantity" {
		return "write a number with a unit of Kubernetes: 500m, 2, 4Gi"
	}
	return ""
}

func (s *strict) structure(x any, t reflect.Type) {
	m, ok := x.(map[string]any)
	if !ok {
		s.mismatch("a map", x)
		return
	}
	fields := s.fields.of(t)
	for key, value := range m {
		s.path = append(s.path, key)
		if field, ok := fields[key]; ok {
			s.value(value, field)
		} else {
			s.unknownField(slices.Clone(s.path), slices.Collect(maps.Keys(fields)))
		}
		s.path = s.path[:len(s.path)-1]
	}
}

func (s *strict) mapping(x any, t reflect.Type) {
	m, ok := x.(map[string]any)
	if !ok {
		s.mismatch("a map", x)
		return
	}
	for key, value := range m {
		s.path = append(s.path, key)
		s.value(value, t.Elem())
		s.path = s.path[:len(s.path)-1]
	}
}

func (s *strict) list(x any, t reflect.Type) {
	if t.Elem().Kind() == reflect.Uint8 {
		text, ok := x.(string)
		if !ok {
			s.mismatch("text in base64", x)
			return
		}
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			s.broken = true
			s.add(diag.CodeAPIType, slices.Clone(s.path), dotted(s.path)+": "+err.Error(),
				"write it in base64; stringData of a Secret takes plain text")
		}
		return
	}
	l, ok := x.([]any)
	if !ok {
		s.mismatch("a list", x)
		return
	}
	for i, value := range l {
		s.path = append(s.path, strconv.Itoa(i))
		s.value(value, t.Elem())
		s.path = s.path[:len(s.path)-1]
	}
}

func (s *strict) scalar(x any, t reflect.Type) {
	switch t.Kind() {
	case reflect.String:
		if _, ok := x.(string); !ok {
			s.mismatch("a string", x)
		}
	case reflect.Bool:
		if _, ok := x.(bool); !ok {
			s.mismatch("a boolean", x)
		}
	case reflect.Float32, reflect.Float64:
		switch x.(type) {
		case int64, int, float64:
		default:
			s.mismatch("a number", x)
		}
	default:
		s.integer(x, t)
	}
}

func (s *strict) integer(x any, t reflect.Type) {
	var n int64
	switch x := x.(type) {
	case int:
		n = int64(x)
	case int64:
		n = x
	case float64:
		if x != math.Trunc(x) || math.Abs(x) >= 1<<63 {
			s.mismatch("a whole number", x)
			return
		}
		n = int64(x)
	default:
		s.mismatch("a whole number", x)
		return
	}
	unsigned := t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uint64
	if unsigned && n < 0 || !unsigned && reflect.Zero(t).OverflowInt(n) {
		s.broken = true
		s.add(diag.CodeAPIType, slices.Clone(s.path), fmt.Sprintf("%s: %d does not fit into %s", dotted(s.path), n, t.Kind()), "")
	}
}

func (s *strict) mismatch(want string, got any) {
	s.broken = true
	hint := ""
	if want == "a string" {
		hint = quoteHint(got)
	}
	s.add(diag.CodeAPIType, slices.Clone(s.path), dotted(s.path)+": must be "+want+", not "+typeName(got), hint)
}

// fieldTable knows the JSON fields of Go types.
type fieldTable struct{ known sync.Map }

func (f *fieldTable) of(t reflect.Type) map[string]reflect.Type {
	if found, ok := f.known.Load(t); ok {
		return found.(map[string]reflect.Type)
	}
	fields := map[string]reflect.Type{}
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case name == "" && (field.Anonymous || strings.Contains(options, "inline")):
			maps.Copy(fields, f.of(field.Type))
		case name == "":
			fields[field.Name] = field.Type
		default:
			fields[name] = field.Type
		}
	}
	f.known.Store(t, fields)
	return fields
}
