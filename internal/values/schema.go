package values

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// Schema is a compiled JSON Schema, draft 2020-12. Besides the draft's keywords
// it understands these:
//
//   - x-expect, beside pattern and the like: what is wanted, in words that
//     follow "want": "a lower-case DNS label".
//   - x-hint: what to do about a value that does not fit.
//   - x-quote: true on a string that looks like a number (an account id): a
//     number there is a finding of its own, with the hint to quote it.
//   - x-placeholders: "allowed" on a part in which `$` has a meaning of its own
//     or text is free; it holds for all below. Values from there are not shown
//     in messages, nor are those of writeOnly: true.
//   - title, on an alternative of oneOf and anyOf: its name in messages.
type Schema struct {
	raw      any // as it was parsed
	compiled func() (*jsonschema.Schema, error)
	root     *shape
	shapes   map[string]*shape // by JSON pointer
}

// shape is a schema as findings need it: what the library's compiled form has
// under no stable name, or not at all.
type shape struct {
	pointer   string
	never     bool // the schema false
	types     []string
	required  []string
	enum      []any // of enum, or the one of const
	keywords  map[string]any
	props     map[string]*shape
	patterns  []patternShape
	others    *shape // additionalProperties or unevaluatedProperties
	closed    bool   // others are not allowed
	items     *shape
	prefix    []*shape
	anyOf     []*shape
	oneOf     []*shape
	inPlace   []*shape // allOf, then, else, dependentSchemas and what ref names
	ref       string
	expect    string
	hint      string
	title     string
	quote     bool
	free      bool
	concealed bool
}

type patternShape struct {
	re    *regexp.Regexp
	shape *shape
}

// CompileSchema compiles a schema. Its name is for error messages; references
// are resolved within it alone, nothing is loaded from elsewhere.
func CompileSchema(name string, data []byte) (*Schema, error) {
	s, err := ReadSchema(name, data)
	if err != nil {
		return nil, err
	}
	if _, err := s.compiled(); err != nil {
		return nil, err
	}
	return s, nil
}

// ReadSchema is CompileSchema for a schema that is known to be valid by its
// draft. It is compiled when the first values come of which it is not plain
// that they fit: that takes many times as long as it takes to see it.
func ReadSchema(name string, data []byte) (*Schema, error) {
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s := &Schema{raw: raw, shapes: map[string]*shape{}}
	s.compiled = sync.OnceValues(func() (*jsonschema.Schema, error) { return compileRaw(name, raw) })
	s.root = s.build(raw, "")
	for _, sh := range s.shapes {
		if sh.ref == "" {
			continue
		}
		target := s.shapes[pointerKey(strings.TrimPrefix(sh.ref, "#"))]
		if target == nil {
			_, err := s.compiled() // the library says more about some
			return nil, cmp.Or(err, fmt.Errorf("%s: %s: $ref %q: want a JSON pointer to a schema of this file", name, sh.pointer, sh.ref))
		}
		sh.inPlace = append(sh.inPlace, target)
	}
	return s, nil
}

// compileRaw has the library compile a parsed schema.
func compileRaw(name string, raw any) (*jsonschema.Schema, error) {
	lean, draft := compilable(raw)
	text, err := json.Marshal(lean)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	base := "mem:///" + name
	c := jsonschema.NewCompiler()
	c.Draft = draft
	c.AssertFormat = true
	c.LoadURL = func(u string) (io.ReadCloser, error) {
		return nil, fmt.Errorf("%s: a schema cannot refer to another one", u)
	}
	if err := c.AddResource(base, bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	compiled, err := c.Compile(base)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return compiled, nil
}

// pointerKey is the form in which pointers are compared: not URL-escaped.
func pointerKey(pointer string) string {
	if plain, err := url.PathUnescape(pointer); err == nil {
		return plain
	}
	return pointer
}

// build makes the shape of a schema and of those below it.
func (s *Schema) build(raw any, pointer string) *shape {
	sh := &shape{pointer: pointer}
	s.shapes[pointer] = sh
	doc, ok := raw.(map[string]any)
	if !ok {
		sh.never = raw == false
		return sh
	}
	sh.keywords = doc
	sh.types = stringList(doc["type"])
	if one, ok := doc["type"].(string); ok {
		sh.types = []string{one}
	}
	sh.required = stringList(doc["required"])
	sh.enum, _ = doc["enum"].([]any)
	if one, ok := doc["const"]; ok {
		sh.enum = []any{one}
	}
	sh.ref, _ = doc["$ref"].(string)
	sh.expect, _ = doc["x-expect"].(string)
	sh.hint, _ = doc["x-hint"].(string)
	sh.title, _ = doc["title"].(string)
	sh.quote = doc["x-quote"] == true
	sh.free = doc["x-placeholders"] == "allowed"
	sh.concealed = sh.free || doc["writeOnly"] == true
	s.buildMembers(sh, doc)
	s.buildInPlace(sh, doc)
	return sh
}

func (s *Schema) buildMembers(sh *shape, doc map[string]any) {
	sh.props = s.buildMap(doc, "properties", sh.pointer)
	for pattern, member := range s.buildMap(doc, "patternProperties", sh.pointer) {
		if re, err := regexp.Compile(pattern); err == nil { // the library has compiled it
			sh.patterns = append(sh.patterns, patternShape{re, member})
		}
	}
	slices.SortFunc(sh.patterns, func(a, b patternShape) int { return strings.Compare(a.re.String(), b.re.String()) })
	for _, keyword := range []string{"unevaluatedProperties", "additionalProperties"} {
		if others, ok := doc[keyword]; ok {
			sh.others = s.build(others, sh.pointer+"/"+keyword)
			if sh.closed = sh.others.never; sh.closed && keyword == "additionalProperties" {
				delete(s.shapes, sh.others.pointer) // the library takes false for a keyword's value, not for a schema
			}
		}
	}
	s.buildMap(doc, "$defs", sh.pointer)
	for _, keyword := range []string{"propertyNames", "contains", "not", "if", "unevaluatedItems"} {
		if below, ok := doc[keyword]; ok {
			s.build(below, sh.pointer+"/"+keyword)
		}
	}
	if items, ok := doc["items"]; ok {
		sh.items = s.build(items, sh.pointer+"/items")
	}
	sh.prefix = s.buildList(doc, "prefixItems", sh.pointer)
}

func (s *Schema) buildInPlace(sh *shape, doc map[string]any) {
	sh.anyOf = s.buildList(doc, "anyOf", sh.pointer)
	sh.oneOf = s.buildList(doc, "oneOf", sh.pointer)
	sh.inPlace = s.buildList(doc, "allOf", sh.pointer)
	for _, keyword := range []string{"then", "else"} {
		if below, ok := doc[keyword]; ok {
			sh.inPlace = append(sh.inPlace, s.build(below, sh.pointer+"/"+keyword))
		}
	}
	dependent := s.buildMap(doc, "dependentSchemas", sh.pointer)
	for _, key := range sortedKeys(dependent) {
		sh.inPlace = append(sh.inPlace, dependent[key])
	}
}

func (s *Schema) buildMap(doc map[string]any, keyword, pointer string) map[string]*shape {
	members, _ := doc[keyword].(map[string]any)
	out := make(map[string]*shape, len(members))
	for key, member := range members {
		escaped := strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
		out[key] = s.build(member, pointer+"/"+keyword+"/"+escaped)
	}
	return out
}

func (s *Schema) buildList(doc map[string]any, keyword, pointer string) []*shape {
	members, _ := doc[keyword].([]any)
	out := make([]*shape, len(members))
	for i, member := range members {
		out[i] = s.build(member, pointer+"/"+keyword+"/"+strconv.Itoa(i))
	}
	return out
}

// locate splits an absolute keyword location of the library into the schema and
// the keyword within it: "oneOf", "dependentRequired/a/0", "" for the schema
// itself.
func (s *Schema) locate(location string) (*shape, string) {
	_, pointer, _ := strings.Cut(location, "#")
	keyword := ""
	for {
		if sh := s.shapes[pointerKey(pointer)]; sh != nil {
			return sh, keyword
		}
		cut := strings.LastIndexByte(pointer, '/')
		if cut < 0 {
			return s.root, keyword
		}
		keyword = strings.TrimSuffix(pointer[cut+1:]+"/"+keyword, "/")
		pointer = pointer[:cut]
	}
}

func stringList(v any) []string {
	list, _ := v.([]any)
	out := make([]string, 0, len(list))
	for _, item := range list {
		if s, ok := item.(string); ok {
			out = append(out, s)
		}
	}
	return out
}
