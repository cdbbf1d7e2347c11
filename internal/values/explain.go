package values

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// verdict is one keyword that a value does not satisfy.
type verdict struct {
	*checker
	shape   *shape
	keyword string
	path    []string
	node    *Node
}

func (v verdict) problem(code diag.Code, pos diag.Position, path []string, message, hint string) problem {
	f := fail(code, pos, message, hint)
	f.Path = diag.PathString(path)
	return problem{Finding: f, depth: len(v.path)}
}

// here is a problem at the value itself.
func (v verdict) here(code diag.Code, message, hint string) []problem {
	return []problem{v.problem(code, v.node.Where(), v.path, message, hint)}
}

func (v verdict) below(key string) []string { return append(slices.Clip(v.path), key) }

// explain makes problems of a keyword without causes. message is the library's.
func (v verdict) explain(message string) []problem {
	switch keyword, _, _ := strings.Cut(v.keyword, "/"); keyword {
	case "type":
		return []problem{v.wrongType()}
	case "required":
		return v.missing()
	case "dependentRequired", "dependencies": // the one of 2020-12 and that of draft 7
		return v.dependent()
	case "additionalProperties":
		return v.unknownKeys()
	case "enum", "const":
		return v.notAllowed()
	case "pattern", "format":
		return v.wrongForm()
	case "minContains", "maxContains":
		return v.here(diag.CodeOutOfRange, "too few or too many of the items are as wanted", v.shape.hint)
	case "uniqueItems":
		return v.here(diag.CodeOutOfRange, strings.Replace(message, "items at index", "the items", 1), v.shape.hint)
	case "":
		return v.forbidden(message)
	default:
		if limit, ok := v.limit(); ok {
			return v.here(diag.CodeOutOfRange, limit, v.shape.hint)
		}
		return v.here(diag.CodeFormat, message, v.shape.hint)
	}
}

// forbidden is the schema false, or not.
func (v verdict) forbidden(message string) []problem {
	if message == "not failed" {
		required := v.shape.required
		if len(required) > 1 && v.node.Kind == Map {
			return v.exclusive(required)
		}
		return v.here(diag.CodeAlternatives, "this is not allowed", v.shape.hint)
	}
	if len(v.path) == 0 {
		return v.here(diag.CodeAlternatives, "this is not allowed", "")
	}
	key := v.path[len(v.path)-1]
	if strings.HasSuffix(v.shape.pointer, "/unevaluatedProperties") {
		up := v
		up.path = v.path[:len(v.path)-1]
		up.node = v.root.At(up.path...)
		return []problem{up.unknownKey(key)}
	}
	return []problem{v.problem(diag.CodeAlternatives, v.node.KeyPos, v.path, fmt.Sprintf("%q is not allowed here", key), "")}
}

// exclusive says that keys, all of them set, exclude one another, at the last
// of them.
func (v verdict) exclusive(keys []string) []problem {
	last := keys[0]
	for _, key := range keys[1:] {
		if n := v.node.Get(key); n != nil && later(n.KeyPos, v.node.Get(last)) {
			last = key
		}
	}
	pos := v.node.Where()
	if n := v.node.Get(last); n != nil {
		pos = n.KeyPos
	}
	return []problem{v.problem(diag.CodeAlternatives, pos, v.below(last),
		join(keys, "and")+" exclude one another", "keep one of them")}
}

func later(pos diag.Position, than *Node) bool {
	return than == nil || pos.File != than.KeyPos.File || pos.Line > than.KeyPos.Line ||
		pos.Line == than.KeyPos.Line && pos.Column > than.KeyPos.Column
}

func (v verdict) missing() []problem {
	var problems []problem
	for _, key := range v.shape.required {
		if v.node.Get(key) == nil {
			problems = append(problems, v.missingKey(key, ""))
		}
	}
	return problems
}

func (v verdict) missingKey(key, because string) problem {
	pos := v.node.KeyPos
	if pos.IsZero() {
		pos = v.node.Pos
	}
	hint := ""
	if shapes, _ := v.shapesAt(v.below(key)); len(shapes) > 0 {
		if hint = shapes[0].text(func(s *shape) string { return s.hint }); hint == "" {
			if text := shapes[0].description(); text != "" {
				hint = key + ": " + lowerFirst(text)
			}
		}
	}
	state := "missing"
	if null := v.whole.At(v.below(key)...); null != nil {
		state, pos = "null", null.Pos
	}
	return v.problem(diag.CodeMissingKey, pos, v.below(key), fmt.Sprintf("the key %q is %s", key, state)+because, hint)
}

func (v verdict) dependent() []problem {
	parts := strings.Split(v.keyword, "/") // dependentRequired/key/0
	table, _ := v.shape.keywords["dependentRequired"].(map[string]any)
	if len(parts) != 3 {
		return v.here(diag.CodeMissingKey, "a key is missing", v.shape.hint)
	}
	key := instancePath("/" + parts[1])[0]
	needs, _ := table[key].([]any)
	if i := listIndex(parts[2]); i < len(needs) {
		return []problem{v.missingKey(fmt.Sprint(needs[i]), fmt.Sprintf("; %q needs it", key))}
	}
	return v.here(diag.CodeMissingKey, fmt.Sprintf("a key is missing that %q needs", key), v.shape.hint)
}

func (v verdict) unknownKeys() []problem {
	var problems []problem
	shapes := v.shape.expand(-1)[:1]
	for _, key := range v.node.keys {
		if _, known := member(shapes, key); !known {
			problems = append(problems, v.unknownKey(key))
		}
	}
	return problems
}

func (v verdict) unknownKey(key string) problem {
	pos := v.node.Where()
	if n := v.node.Get(key); n != nil {
		pos = n.KeyPos
	}
	shapes, _ := v.shapesAt(v.path)
	var above []*shape
	if len(v.path) > 0 {
		above, _ = v.shapesAt(v.path[:len(v.path)-1])
	}
	return v.problem(diag.CodeUnknownKey, pos, v.below(key), fmt.Sprintf("unknown key %q", key), keyHint(key, shapes, above, v.path))
}

// wrongType also knows the traps of YAML's types.
func (v verdict) wrongType() problem {
	return v.mistyped(v.shape.types, v.shape.describe())
}

func (v verdict) mistyped(types []string, want string) problem {
	shapes, concealed := v.shapesAt(v.path)
	shapes = append(shapes, v.shape)
	isNumber := v.node.Kind == Int || v.node.Kind == Float
	wantsText := slices.Contains(types, "string")
	if isNumber && wantsText && slices.ContainsFunc(shapes, func(s *shape) bool { return s.quote }) {
		return v.here(diag.CodeQuoteIt, v.node.Text+" is read as a number", v.quoteHint())[0]
	}
	words := make([]string, len(types))
	for i, t := range types {
		words[i] = typeWord(t)
	}
	if want == "" || !slices.ContainsFunc(types, func(t string) bool { return t == "string" || t == "object" }) {
		want = join(words, "or")
	}
	hint := v.typeHint(types)
	if hint == "" {
		hint = v.shape.hint
	}
	return v.here(diag.CodeWrongType, fmt.Sprintf("want %s, got %s", want, v.node.shown(concealed, true)), hint)[0]
}

// shown is a node for a message. Values are cut, and kept back if concealed.
func (n *Node) shown(concealed, withKind bool) string {
	switch {
	case n.Kind == Null:
		return "null"
	case n.Kind == Int && concealed:
		return "an integer"
	case n.Kind >= List || concealed:
		return "a " + n.Kind.String()
	case n.Kind == String && withKind:
		return "string " + strconv.Quote(shorten(n.Text, 60))
	case n.Kind == String:
		return strconv.Quote(shorten(n.Text, 60))
	default:
		return shorten(n.Text, 60)
	}
}

// source is a scalar as one would write it.
func (n *Node) source() string {
	if n.Quoted {
		return strconv.Quote(n.Text)
	}
	return n.Text
}

func (v verdict) notAllowed() []problem {
	words := enumWords(v.shape.enum)
	_, concealed := v.shapesAt(v.path)
	hint := v.shape.hint
	if near := diag.Nearest(v.node.Text, words); near != "" && v.node.Kind < List {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return v.here(diag.CodeNotAllowed, fmt.Sprintf("want %s; got %s", oneOf(words), v.node.shown(concealed, false)), hint)
}

func (v verdict) wrongForm() []problem {
	_, concealed := v.shapesAt(v.path)
	return v.here(diag.CodeFormat, fmt.Sprintf("want %s, got %s", v.form(), v.node.shown(concealed, false)), v.shape.hint)
}

func (v verdict) form() string {
	switch text := fmt.Sprint(v.shape.keywords[v.keyword]); {
	case v.shape.expect != "":
		return v.shape.expect
	case v.keyword == "format":
		return "a " + text
	default:
		return "text of the form " + text
	}
}

// badName is a key that does not have the form of a name.
func (v verdict) badName() []problem {
	key := v.path[len(v.path)-1]
	want := v.shape.expect
	hint := v.shape.hint
	if limit, ok := (verdict{shape: v.shape, keyword: v.keyword, node: &Node{Kind: String, Text: key}}).limit(); ok && want == "" {
		want = strings.TrimPrefix(limit, "want ")
	}
	switch {
	case len(v.shape.enum) > 0:
		words := enumWords(v.shape.enum)
		want = oneOf(words)
		if near := diag.Nearest(key, words); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
	case want == "":
		want = v.form()
	}
	return []problem{v.problem(diag.CodeFormat, v.node.KeyPos, v.path,
		fmt.Sprintf("want as the key %s, got %q", want, shorten(key, 80)), hint)}
}

// limit words the keywords that bound a number, a length or a count.
func (v verdict) limit() (string, bool) {
	bound, _ := v.shape.keywords[v.keyword].(float64)
	n, number := int(bound), strconv.FormatFloat(bound, 'f', -1, 64)
	switch v.keyword {
	case "minimum":
		return fmt.Sprintf("want at least %s, got %s", number, v.node.Text), true
	case "maximum":
		return fmt.Sprintf("want at most %s, got %s", number, v.node.Text), true
	case "exclusiveMinimum":
		return fmt.Sprintf("want more than %s, got %s", number, v.node.Text), true
	case "exclusiveMaximum":
		return fmt.Sprintf("want less than %s, got %s", number, v.node.Text), true
	case "multipleOf":
		return fmt.Sprintf("want a multiple of %s, got %s", number, v.node.Text), true
	case "minLength":
		if n == 1 {
			return "want a text that is not empty", true
		}
		return fmt.Sprintf("want at least %s, got %d", count(n, "character"), len([]rune(v.node.Text))), true
	case "maxLength":
		return fmt.Sprintf("want at most %s, got %d", count(n, "character"), len([]rune(v.node.Text))), true
	case "minItems":
		return fmt.Sprintf("want at least %s, got %d", count(n, "item"), v.node.Len()), true
	case "maxItems":
		return fmt.Sprintf("want at most %s, got %d", count(n, "item"), v.node.Len()), true
	case "minProperties":
		return fmt.Sprintf("want at least %s, got %d", count(n, "key"), v.node.Len()), true
	case "maxProperties":
		return fmt.Sprintf("want at most %s, got %d", count(n, "key"), v.node.Len()), true
	}
	return "", false
}

// lowerFirst starts a sentence in lower case, an abbreviation (AWS) excepted.
func lowerFirst(text string) string {
	if len(text) > 1 && text[1] >= 'A' && text[1] <= 'Z' {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}
