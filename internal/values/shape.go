package values

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// expand returns the shapes that apply to the same value as sh, sh first:
// through $ref, allOf, then, else and the alternatives that take a value of
// this kind.
func (sh *shape) expand(kind Kind) []*shape {
	var out []*shape
	var visit func(sh *shape, only bool)
	visit = func(sh *shape, only bool) {
		if slices.Contains(out, sh) || only && !sh.takes(kind) {
			return
		}
		out = append(out, sh)
		for _, next := range sh.inPlace {
			visit(next, false)
		}
		for _, next := range slices.Concat(sh.anyOf, sh.oneOf) {
			visit(next, true)
		}
	}
	visit(sh, false)
	return out
}

// takes reports whether a value of a kind can fit.
func (sh *shape) takes(kind Kind) bool {
	if sh.never {
		return false
	}
	types := sh.accepted(map[*shape]bool{})
	return len(types) == 0 || slices.ContainsFunc(types, func(t string) bool { return fits(kind, t) })
}

// fits reports whether a node's kind is of a JSON Schema type.
func fits(kind Kind, typ string) bool {
	switch typ {
	case "object":
		return kind == Map
	case "array":
		return kind == List
	case "string":
		return kind == String
	case "boolean":
		return kind == Bool
	case "integer":
		return kind == Int
	case "number":
		return kind == Int || kind == Float
	default:
		return kind == Null
	}
}

// accepted returns the types that a shape takes, empty for any. Those of
// alternatives are joined.
func (sh *shape) accepted(seen map[*shape]bool) []string {
	if len(sh.types) > 0 || seen[sh] {
		return sh.types
	}
	seen[sh] = true
	for _, next := range sh.inPlace {
		if types := next.accepted(seen); len(types) > 0 {
			return types
		}
	}
	for _, branches := range [][]*shape{sh.oneOf, sh.anyOf} {
		var all []string
		for _, branch := range branches {
			types := branch.accepted(seen)
			if len(types) == 0 {
				all = nil
				break
			}
			all = append(all, types...)
		}
		if len(all) > 0 {
			return all
		}
	}
	if len(sh.enum) > 0 {
		return enumTypes(sh.enum)
	}
	return nil
}

func enumTypes(enum []any) []string {
	var out []string
	for _, v := range enum {
		typ := jsonType(FromPlain(v, diag.Position{}).Kind)
		if !slices.Contains(out, typ) {
			out = append(out, typ)
		}
	}
	return out
}

func jsonType(kind Kind) string {
	switch kind {
	case Map:
		return "object"
	case List:
		return "array"
	case Bool:
		return "boolean"
	case Int, Float, String:
		return kind.String()
	default:
		return "null"
	}
}

// member returns the shapes of a key's value; known is false if the key is not
// allowed.
func member(shapes []*shape, key string) (found []*shape, known bool) {
	open := true
	for _, sh := range shapes {
		here := len(found)
		if p := sh.props[key]; p != nil {
			found = append(found, p)
		}
		for _, p := range sh.patterns {
			if p.re.MatchString(key) {
				found = append(found, p.shape)
			}
		}
		if len(found) > here || sh.others == nil {
			continue
		}
		if sh.closed {
			open = false
		} else {
			found = append(found, sh.others)
		}
	}
	return found, open || len(found) > 0
}

// item returns the shapes of a list's item.
func item(shapes []*shape, i int) []*shape {
	var found []*shape
	for _, sh := range shapes {
		switch {
		case i < len(sh.prefix):
			found = append(found, sh.prefix[i])
		case sh.items != nil:
			found = append(found, sh.items)
		}
	}
	return found
}

// knownKeys returns the keys that the shapes name, sorted.
func knownKeys(shapes []*shape) []string {
	known := map[string]bool{}
	for _, sh := range shapes {
		for key, p := range sh.props {
			if !p.never {
				known[key] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(known))
}

// text returns a keyword's string, of sh itself or of what it refers to.
func (sh *shape) text(get func(*shape) string) string {
	for _, next := range sh.expand(-1) {
		if s := get(next); s != "" {
			return s
		}
	}
	return ""
}

func (sh *shape) description() string {
	return strings.TrimSuffix(sh.text(func(s *shape) string {
		text, _ := s.keywords["description"].(string)
		return text
	}), ".")
}

// describe says what is wanted: "a string", "true or false", "a mapping with
// jobManager and taskManager".
func (sh *shape) describe() string {
	if s := sh.text(func(s *shape) string { return s.expect }); s != "" {
		return s
	}
	if enum := sh.allowed(); enum != "" {
		return enum
	}
	types := sh.accepted(map[*shape]bool{})
	words := make([]string, 0, len(types))
	for _, t := range types {
		words = append(words, typeWord(t))
	}
	if len(words) == 1 && types[0] == "object" {
		if keys := knownKeys(sh.expand(Map)); len(keys) > 0 && len(keys) <= 4 {
			return "a mapping with " + join(keys, "and")
		}
	}
	return join(words, "or")
}

// allowed lists the values of an enum: "one of a, b, c".
func (sh *shape) allowed() string {
	for _, s := range sh.expand(-1) {
		if len(s.enum) > 0 {
			return oneOf(enumWords(s.enum))
		}
	}
	return ""
}

func enumWords(enum []any) []string {
	words := make([]string, len(enum))
	for i, v := range enum {
		switch v := v.(type) {
		case string:
			words[i] = v
			if v == "" {
				words[i] = `""`
			}
		default:
			words[i] = strings.TrimSpace(fmt.Sprint(v))
		}
	}
	return words
}

func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return "one of " + strings.Join(words, ", ")
}

func typeWord(typ string) string {
	switch typ {
	case "object":
		return "a mapping"
	case "array":
		return "a list"
	case "boolean":
		return "true or false"
	case "integer":
		return "an integer"
	case "null":
		return "null"
	default:
		return "a " + typ
	}
}

// join writes "a, b or c".
func join(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
