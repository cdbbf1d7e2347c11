package values

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// walker finds what JSON Schema cannot: placeholders, numbers that readers
// understand differently, and unknown keys whose value is null.
type walker struct {
	findings diag.List
	shapes   map[expandKey][]*shape
}

type expandKey struct {
	shape *shape
	kind  Kind
}

func (w *walker) expand(sh *shape, kind Kind) []*shape {
	key := expandKey{sh, kind}
	all, ok := w.shapes[key]
	if !ok {
		all = sh.expand(kind)
		w.shapes[key] = all
	}
	return all
}

func (w *walker) add(code diag.Code, pos diag.Position, path []string, message, hint string) {
	f := fail(code, pos, message, hint)
	f.Path = diag.PathString(path)
	w.findings = append(w.findings, f)
}

// walk looks at n, to which the shapes apply. free is true where placeholders
// are allowed.
func (w *walker) walk(n *Node, shapes []*shape, path []string, free bool) {
	var all []*shape
	for i, sh := range shapes {
		if more := w.expand(sh, n.Kind); i == 0 {
			all = slices.Clip(more) // shared with the cache
		} else {
			all = append(all, more...)
		}
	}
	free = free || slices.ContainsFunc(all, func(sh *shape) bool { return sh.free })
	switch n.Kind {
	case Map:
		for i, key := range n.keys {
			w.member(n.nodes[i], key, all, append(path, key), free)
		}
	case List:
		for i, child := range n.nodes {
			w.walk(child, item(all, i), append(path, strconv.Itoa(i)), free)
		}
	case String:
		w.placeholder(n.Text, n.Pos, path, free)
	case Int, Float:
		w.oddNumber(n, all, path)
	default: // null and booleans hide nothing
	}
}

func (w *walker) member(n *Node, key string, shapes []*shape, path []string, free bool) {
	w.placeholder(key, n.KeyPos, path, free)
	below, known := member(shapes, key)
	if n.Kind == Null && !known {
		w.add(diag.CodeUnknownKey, n.KeyPos, path, fmt.Sprintf("unknown key %q", key), keyHint(key, shapes, nil, path[:len(path)-1]))
	}
	w.walk(n, below, path, free)
}

// oddNumber is about a number that is written as no JSON number is, where text
// is not accepted: 017 is 15 in YAML 1.1 and 17 in 1.2.
func (w *walker) oddNumber(n *Node, shapes []*shape, path []string) {
	if !isOdd(n.Text) {
		return
	}
	wanted := false
	for _, sh := range shapes {
		if slices.Contains(sh.types, "string") {
			return
		}
		wanted = wanted || slices.Contains(sh.types, "integer") || slices.Contains(sh.types, "number")
	}
	if wanted {
		value := FromPlain(n.Plain(), n.Pos).Text
		w.add(diag.CodeWrongType, n.Pos, path,
			fmt.Sprintf("want a plain decimal number, got %s, which is read as %s", n.Text, value),
			fmt.Sprintf("write %s, or what is meant", value))
	}
}

// isOdd reports whether a number has a leading zero, a base or underscores.
func isOdd(text string) bool {
	digits := strings.TrimLeft(text, "+-")
	return strings.Contains(text, "_") || len(digits) > 1 && digits[0] == '0' && !strings.ContainsRune(".eE", rune(digits[1]))
}

// placeholder looks for what a person or a shell should have replaced.
func (w *walker) placeholder(text string, pos diag.Position, path []string, free bool) {
	found := ""
	if strings.ContainsRune(text, '<') {
		found = placeholderPattern(`<[A-Z][A-Z0-9_ -]{2,}>`).FindString(text)
	}
	if found == "" && !free && strings.ContainsRune(text, '$') {
		variable := placeholderPattern(`\$\{[A-Za-z_][^}]*\}|(?:^|[^A-Za-z0-9_$])(\$[A-Za-z_][A-Za-z0-9_]*)`)
		if m := variable.FindStringSubmatch(text); m != nil {
			if found = m[1]; found == "" {
				found = m[0]
			}
		}
	}
	if found == "" && strings.Contains(text, "xxxxxxxx") {
		if m := placeholderPattern(`(?:^|[^A-Za-z0-9])(x{8,})(?:[^A-Za-z0-9]|$)`).FindStringSubmatch(text); m != nil {
			found = m[1]
		}
	}
	if found != "" {
		w.add(diag.CodePlaceholder, pos, path, fmt.Sprintf("the placeholder %s is still there", found),
			"write the value that it stands for")
	}
}

// placeholderPattern compiles on use: it is reached for suspicious text alone.
func placeholderPattern(expr string) *regexp.Regexp { return regexp.MustCompile(expr) }

// otherTool reports whether none of the top-level keys is known or near to one
// that is.
func (s *Schema) otherTool(values *Node) (diag.Finding, bool) {
	if s == nil || values.Len() == 0 {
		return diag.Finding{}, false
	}
	shapes := s.root.expand(Map)
	known := knownKeys(shapes)
	for _, key := range values.keys {
		if _, ok := member(shapes, key); ok || diag.Nearest(key, known) != "" {
			return diag.Finding{}, false
		}
	}
	return fail(diag.CodeOtherTool, values.nodes[0].KeyPos,
		"none of the top-level keys is known to helm-flink; this looks like the values file of another chart",
		"the keys here are "+strings.Join(known, ", ")), true
}
