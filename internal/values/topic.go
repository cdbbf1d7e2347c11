package values

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// AnyName stands in a path for the name of a member of a map, or for an item of a
// list: jobs.*.parallelism.
const AnyName = "*"

// Topic is what a schema says of one path.
type Topic struct {
	Path        string `json:"path"`
	Type        string `json:"type"`
	Description string `json:"description,omitempty"`
	// Required says that the mapping above must have it.
	Required bool `json:"required,omitempty"`
	// OneOf are the keys of which the mapping above must have one; this is one of them.
	OneOf []string `json:"oneOf,omitempty"`
	// Want is what fits, in words, where the type does not say it: "one of a, b".
	Want string `json:"want,omitempty"`
	// Words are all that fit, where they are few.
	Words   []string `json:"words,omitempty"`
	Default any      `json:"default,omitempty"`
	Example any      `json:"example,omitempty"`
	// Free says that its keys, or the items of a list, are the user's own: "*" goes
	// on from here.
	Free bool `json:"free,omitempty"`
	// Keys are those below it, with AnyName where they are the user's own; of the
	// topics below only as many levels as were asked for.
	Keys []Topic `json:"keys,omitempty"`
	// Hidden says that values from here are not for messages: they may be secrets.
	Hidden bool `json:"-"`
	// Below says that there are keys below, whether or not they are among Keys.
	Below bool `json:"-"`
	// Name is the last step of the path.
	Name string `json:"-"`
	// Asked is what was asked for where another path was meant: jobs.autoscaler for
	// jobs.*.autoscaler. Empty where it is the path.
	Asked string `json:"asked,omitempty"`
	// Near is a path that was perhaps meant, where a name of the user's is almost a key
	// of such members: jobs.*.autoscaler for a job jobs.autoscaller.
	Near string `json:"near,omitempty"`
}

// ErrNoTopic says that a schema has no such path.
var ErrNoTopic = errors.New("no such key")

// Explain says what the schema has at a path, with the keys below it to a depth of
// levels: 1 for those right below. Steps are parted by dots; AnyName, any name, a
// number and [] stand for a member whose name is the user's; a name that is a key of
// such members is taken for that: jobs.autoscaler. The error wraps ErrNoTopic and
// says what there is in its place.
func (s *Schema) Explain(path string, levels int) (Topic, error) {
	steps := splitPath(path)
	shapes := []*shape{s.root}
	var at []string
	above := shapes
	for i := 0; i < len(steps); i++ {
		known := knownKeys(whole(shapes))
		step, more := longest(known, steps[i:])
		rest := strings.Join(steps[i:], ".")
		switch {
		case slices.Contains(known, step):
		case lastFree(shapes): // flinkConfiguration.state.backend.type: a key with dots
			return s.topic(freeMember(shapes), append(at, rest), levels), nil
		case !isOpen(shapes) && takesAll(shapes):
			above, _ := s.Explain(strings.Join(at, "."), 0)
			return Topic{
				Path: above.Path + "." + rest, Name: step, Type: typeName(nil),
				Description: "A part of " + above.Path + ", which the schema does not look into. " + above.Description,
			}, nil
		}
		next, name := below(shapes, step)
		if next == nil {
			return Topic{}, s.noTopic(shapes, at, step)
		}
		if free := freeMember(shapes); free != nil && name != AnyName && step == name {
			if other := meant(free, at, steps[i:]); other != "" {
				topic, err := s.Explain(other, levels)
				topic.Asked = path
				return topic, err
			}
		}
		above, shapes, at = shapes, next, append(slices.Clip(at), name)
		i += more
	}
	topic := s.topic(shapes, at, levels)
	topic.Required, topic.OneOf = needed(above, topic.Name)
	topic.Near = almost(above, at)
	return topic, nil
}

// longest is the longest known key that steps begin with, which has dots in it where
// it takes more steps than one: log4j-console.properties. Otherwise it is the first
// step.
func longest(known, steps []string) (key string, more int) {
	for n := len(steps); n > 1; n-- {
		if key := strings.Join(steps[:n], "."); slices.Contains(known, key) {
			return key, n - 1
		}
	}
	return steps[0], 0
}

// takesAll reports whether a value may be a mapping with any keys at all, which the
// schema says nothing of: a pod template.
func takesAll(shapes []*shape) bool {
	for _, sh := range whole(shapes) {
		if sh.closed || len(sh.types) > 0 && !slices.Contains(sh.types, "object") {
			return false
		}
	}
	return true
}

// splitPath takes a path apart; brackets are steps of their own.
func splitPath(path string) []string {
	path = strings.NewReplacer("[]", "."+AnyName, "[*]", "."+AnyName, "[", ".", "]", "").Replace(path)
	return slices.DeleteFunc(strings.Split(path, "."), func(step string) bool { return step == "" })
}

// whole are the shapes of a value, and those that they refer to, whatever its kind.
func whole(shapes []*shape) []*shape {
	var out []*shape
	for _, kind := range []Kind{Map, List, String, Bool, Int} {
		for _, sh := range shapes {
			for _, each := range sh.expand(kind) {
				if !slices.Contains(out, each) {
					out = append(out, each)
				}
			}
		}
	}
	return out
}

// below goes one step down; nil means that there is nothing. The name is the step
// as paths have it: AnyName for [] and numbers.
func below(shapes []*shape, step string) (found []*shape, name string) {
	all := whole(shapes)
	for _, sh := range all {
		if p := sh.props[step]; p != nil && !p.never {
			found = append(found, p)
		}
	}
	if found != nil {
		return found, step
	}
	if items := item(all, 0); items != nil && (step == AnyName || strings.Trim(step, "0123456789") == "") {
		return items, AnyName
	}
	return freeMember(shapes), step
}

// freeMember are the shapes of members whose names are the user's, nil for none.
func freeMember(shapes []*shape) []*shape {
	var out []*shape
	for _, sh := range whole(shapes) {
		for _, p := range sh.patterns {
			out = append(out, p.shape)
		}
		if sh.others != nil && !sh.closed {
			out = append(out, sh.others)
		}
	}
	return out
}

// lastFree reports whether members have names of the user's and nothing below them.
func lastFree(shapes []*shape) bool {
	free := freeMember(shapes)
	return free != nil && !isOpen(free)
}

// isOpen reports whether there are keys or items below.
func isOpen(shapes []*shape) bool {
	all := whole(shapes)
	return len(knownKeys(all)) > 0 || freeMember(shapes) != nil || item(all, 0) != nil
}

// topic words what is at a place.
func (s *Schema) topic(shapes []*shape, at []string, levels int) Topic {
	out := Topic{Path: strings.Join(at, "."), Type: typeName(shapes), Below: isOpen(shapes)}
	if len(at) > 0 {
		out.Name = at[len(at)-1]
	}
	for _, sh := range shapes {
		for _, each := range sh.expand(-1) {
			out.describe(sh, each)
		}
	}
	all := whole(shapes)
	free := freeMember(shapes)
	if free == nil {
		free = item(all, 0)
	}
	out.Free = free != nil
	if levels == 0 {
		return out
	}
	for _, key := range knownKeys(all) {
		next, _ := below(shapes, key)
		child := s.topic(next, append(slices.Clip(at), key), levels-1)
		child.Required, child.OneOf = needed(shapes, key)
		out.Keys = append(out.Keys, child)
	}
	if free != nil && isOpen(free) {
		out.Keys = append(out.Keys, s.topic(free, append(slices.Clip(at), AnyName), levels-1))
	}
	return out
}

// describe adds what a shape says: one of those that apply to a value of sh.
func (t *Topic) describe(sh, each *shape) {
	text, _ := each.keywords["description"].(string)
	t.Description = firstOf(t.Description, text)
	if each.expect != "" || len(each.enum) > 0 {
		t.Want = firstOf(t.Want, sh.describe())
	}
	t.Hidden = t.Hidden || each.concealed
	if len(t.Words) == 0 {
		t.Words = enumWords(each.enum)
	}
	if t.Default == nil {
		t.Default = each.keywords["default"]
	}
	if list, _ := each.keywords["examples"].([]any); t.Example == nil && len(list) > 0 {
		t.Example = list[0]
	}
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// typeName names a type in YAML's words: "list of strings", "string or mapping".
func typeName(shapes []*shape) string {
	var words []string
	for _, sh := range shapes {
		for _, t := range sh.accepted(map[*shape]bool{}) {
			if word := typeNoun(t); !slices.Contains(words, word) && word != "null" {
				words = append(words, word)
			}
		}
	}
	if len(words) == 0 {
		return "any"
	}
	all := whole(shapes)
	for i, word := range words {
		of := freeMember(shapes)
		if word == "list" {
			of = item(all, 0)
		}
		if (word == "list" || word == "mapping" && len(knownKeys(all)) == 0) && of != nil {
			words[i] = word + " of " + plurals(typeName(of))
		}
	}
	return join(words, "or")
}

// typeNoun is a type of JSON Schema as YAML calls it.
func typeNoun(typ string) string {
	switch typ {
	case "object":
		return "mapping"
	case "array":
		return "list"
	default:
		return typ
	}
}

// plurals puts the words of a type in the plural: "strings or mappings".
func plurals(text string) string {
	if text == "any" {
		return "anything"
	}
	words := strings.Fields(text)
	for i, word := range words {
		bare, comma := strings.CutSuffix(word, ",")
		if slices.Contains([]string{"string", "number", "integer", "boolean", "mapping", "list"}, bare) {
			bare += "s"
		}
		if words[i] = bare; comma {
			words[i] += ","
		}
	}
	return strings.Join(words, " ")
}

// meant is the path in which the next step is a key of the members of a map, not the
// name of one. Empty where it is no such key.
func meant(free []*shape, at, rest []string) string {
	if !slices.Contains(knownKeys(whole(free)), rest[0]) {
		return ""
	}
	return strings.Join(slices.Concat(at, []string{AnyName}, rest), ".")
}

// noTopic says that there is no such key, and which there are.
func (s *Schema) noTopic(shapes []*shape, at []string, step string) error {
	where := "at the top"
	if len(at) > 0 {
		where = "below " + strings.Join(at, ".")
	}
	keys := knownKeys(whole(shapes))
	text := fmt.Sprintf("there is no %q %s", step, where)
	if near := diag.Nearest(step, keys); near != "" {
		return fmt.Errorf("%w: %s; did you mean %s?", ErrNoTopic, text, strings.Join(slices.Concat(at, []string{near}), "."))
	}
	if places := s.places(step, 5); len(places) > 0 {
		return fmt.Errorf("%w: %s; there is %s", ErrNoTopic, text, strings.Join(places, ", "))
	}
	if len(keys) == 0 {
		return fmt.Errorf("%w: %s, which is a %s", ErrNoTopic, text, typeName(shapes))
	}
	return fmt.Errorf("%w: %s; there are %s", ErrNoTopic, text, strings.Join(keys, ", "))
}

// deepest is how far down Paths and places look.
const deepest = 6

// shortest is how long a name must be for one that is near it to be looked for
// everywhere: a short one is near to much.
const shortest = 5

// places are the paths, as many as most, that end in a name, or in one that is
// near: the short ones first.
func (s *Schema) places(name string, most int) []string {
	var exact, near []string
	for _, path := range s.Paths() {
		last := path[strings.LastIndexByte(path, '.')+1:]
		switch {
		case strings.EqualFold(last, name):
			exact = append(exact, path)
		case len(name) >= shortest && diag.Nearest(name, []string{last}) != "":
			near = append(near, path)
		}
	}
	if len(exact) == 0 {
		exact = near
	}
	slices.SortStableFunc(exact, func(a, b string) int { return strings.Count(a, ".") - strings.Count(b, ".") })
	return exact[:min(most, len(exact))]
}

// Paths are all paths that a schema has, each before those below it.
func (s *Schema) Paths() []string {
	var out []string
	var visit func(t Topic)
	visit = func(t Topic) {
		if t.Path != "" {
			out = append(out, t.Path)
		}
		for _, key := range t.Keys {
			visit(key)
		}
	}
	visit(s.topic([]*shape{s.root}, nil, deepest))
	return out
}
