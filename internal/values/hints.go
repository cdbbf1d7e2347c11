package values

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// keyHint says which key was probably meant: one that the schema says stands
// elsewhere (x-elsewhere: a map from foreign keys to hints), a near miss, one of
// the level below, one of the level above, or else which keys there are.
func keyHint(key string, shapes, above []*shape, path []string) string {
	known := knownKeys(shapes)
	for _, sh := range shapes {
		if elsewhere, ok := sh.keywords["x-elsewhere"].(map[string]any); ok {
			if hint, ok := elsewhere[key].(string); ok {
				return hint
			}
		}
	}
	if near := diag.Nearest(key, known); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	for _, parent := range known {
		found, _ := member(shapes, parent)
		for _, sh := range found {
			if slices.Contains(knownKeys(sh.expand(Map)), key) {
				return fmt.Sprintf("did you mean %s?", diag.PathString([]string{parent, key}))
			}
		}
	}
	if slices.Contains(knownKeys(above), key) {
		if up := diag.PathString(path[:len(path)-1]); up != "" {
			return fmt.Sprintf("it is a key of %s: check the indentation", up)
		}
		return "it is a key of the top level: check the indentation"
	}
	if len(known) == 0 || len(known) > 30 {
		return ""
	}
	return "the keys here are " + strings.Join(known, ", ")
}

// quoteHint says how to make text of a scalar.
func (v verdict) quoteHint() string {
	switch v.node.Pos.Flag {
	case "":
		return "quote it: " + strconv.Quote(v.node.Text)
	case "--set":
		return fmt.Sprintf("use --set-string %s=%s", diag.PathString(v.path), v.node.Text)
	default:
		return "put it in quotes"
	}
}

// typeHint knows how values of a wrong type come about.
func (v verdict) typeHint(types []string) string {
	n := v.node
	_, concealed := v.shapesAt(v.path)
	wants := func(t string) bool { return slices.Contains(types, t) }
	hint := ""
	switch n.Kind {
	case String:
		hint = n.textHint(wants("boolean"), wants("integer") || wants("number"))
	case Bool, Int, Float:
		if wants("string") && !concealed && v.shape.matches(n.Text) {
			hint = v.quoteHint()
		}
	case List:
		if wants("object") {
			hint = "write a mapping, each entry with its name as the key"
		}
	default:
	}
	isScalar := n.Kind > Null && n.Kind < List
	if hint == "" && isScalar && wants("array") && !concealed && n.Pos.Flag == "" {
		hint = fmt.Sprintf("write a list: [%s]", shorten(n.source(), 40))
	}
	return hint
}

// textHint is about text where a boolean or a number is wanted.
func (n *Node) textHint(boolean, number bool) string {
	text := strings.ToLower(n.Text)
	_, notNumber := strconv.ParseFloat(text, 64)
	switch isBool := text == "true" || text == "false"; {
	case boolean && slices.Contains([]string{"yes", "on", "y"}, text):
		return "write true"
	case boolean && slices.Contains([]string{"no", "off", "n"}, text):
		return "write false"
	case (!boolean || !isBool) && (!number || notNumber != nil):
		return ""
	case n.Pos.Flag == "":
		return "remove the quotes"
	case n.Pos.Flag == "--set-string":
		return "use --set"
	}
	return ""
}

// matches reports whether a text fits the shape's pattern, if it has one.
func (sh *shape) matches(text string) bool {
	pattern, ok := sh.keywords["pattern"].(string)
	if !ok {
		return true
	}
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString(text)
}
