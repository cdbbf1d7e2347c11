package values

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// Edit sets one scalar of a values file.
type Edit struct {
	// Path leads to it by keys: jobs, orders, parallelism.
	Path []string
	// Value is a string, a bool or an int64.
	Value any
}

// ErrCannotEdit says that the text of a file is of a form that is not edited.
var ErrCannotEdit = errors.New("change it by hand")

// EditText sets scalars in the text of a values file, and leaves every other byte
// as it is. The first keys of each path, as many as base says, must be there;
// maps below them are made. What the text holds afterwards is compared with what
// it should hold; where that cannot be had, nothing is edited, and the error wraps
// ErrCannotEdit.
func EditText(data []byte, base int, edits []Edit) ([]byte, error) {
	for _, e := range edits {
		next, err := editOne(data, base, e)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", diag.PathString(e.Path), err)
		}
		if err := checkEdit(data, next, e); err != nil {
			return nil, fmt.Errorf("%s: %w", diag.PathString(e.Path), err)
		}
		data = next
	}
	return data, nil
}

// editOne sets one scalar.
func editOne(data []byte, base int, e Edit) ([]byte, error) {
	root, err := editRoot(data)
	if err != nil {
		return nil, err
	}
	text, err := scalarText(e.Value)
	if err != nil {
		return nil, err
	}
	at, keyNode := root, (*yaml.Node)(nil)
	for i, key := range e.Path {
		if at.Kind == yaml.AliasNode {
			return nil, fmt.Errorf("%s is an alias: %w", diag.PathString(e.Path[:i]), ErrCannotEdit)
		}
		k, v := memberOf(at, key)
		if v == nil {
			if i < base {
				return nil, fmt.Errorf("the file has no %s", diag.PathString(e.Path[:i+1]))
			}
			return insert(data, at, keyNode, e.Path[i:], text)
		}
		keyNode, at = k, v
	}
	return replaceScalar(data, at, keyNode, text)
}

// editRoot is the mapping that holds the values: the top, or spec of a FlinkPlatform.
func editRoot(data []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("the file holds no mapping")
	}
	root := doc.Content[0]
	if _, kind := memberOf(root, "kind"); kind != nil && kind.Value == PlatformKind {
		if _, spec := memberOf(root, "spec"); spec != nil {
			return spec, nil
		}
	}
	return root, nil
}

// memberOf finds a key of a mapping and its value.
func memberOf(n *yaml.Node, key string) (k, v *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i], n.Content[i+1]
		}
	}
	return nil, nil
}

// scalarText writes a scalar as YAML: a string is quoted where it would be
// something else without.
func scalarText(v any) (string, error) {
	switch v := v.(type) {
	case int64:
		return strconv.FormatInt(v, 10), nil
	case bool:
		return strconv.FormatBool(v), nil
	case string:
		plain := v != "" && strings.IndexFunc(v, func(r rune) bool {
			return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:", r)
		}) < 0 && !strings.HasSuffix(v, ":") && !strings.HasPrefix(v, "-")
		var back any
		if plain && yaml.Unmarshal([]byte(v), &back) == nil && back == v {
			return v, nil
		}
		return strconv.Quote(v), nil // Go's escapes are YAML's, for text that people type
	}
	return "", fmt.Errorf("%T is no scalar", v)
}

// offset is the place of a node in the text. Columns count characters.
func offset(data []byte, line, column int) (int, bool) {
	at := 0
	for ; line > 1; line-- {
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 {
			return 0, false
		}
		at += end + 1
	}
	rest := string(data[at:])
	for i := range rest {
		if column == 1 {
			return at + i, true
		}
		column--
	}
	return len(data), column == 1
}

// replaceScalar puts another text in the place of a plain or quoted scalar on one line.
func replaceScalar(data []byte, n, key *yaml.Node, text string) ([]byte, error) {
	if n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || n.Anchor != "" ||
		n.Style&yaml.TaggedStyle != 0 {
		return nil, fmt.Errorf("line %d is no simple value: %w", n.Line, ErrCannotEdit)
	}
	if n.Value == "" && n.Style == 0 { // nothing is written: put it behind the colon
		return afterKey(data, key, " "+text)
	}
	start, ok := offset(data, n.Line, n.Column)
	if !ok {
		return nil, ErrCannotEdit
	}
	length := sourceLength(data[start:], n)
	if length < 0 {
		return nil, fmt.Errorf("line %d is no simple value: %w", n.Line, ErrCannotEdit)
	}
	return splice(data, start, start+length, text), nil
}

// sourceLength is how many bytes of the text a scalar takes, -1 where it goes over
// more than a line.
func sourceLength(data []byte, n *yaml.Node) int {
	line, _, _ := bytes.Cut(data, []byte("\n"))
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		for i := 1; i < len(line); i++ {
			switch line[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
	case n.Style&yaml.SingleQuotedStyle != 0:
		for i := 1; i < len(line); i++ {
			if line[i] != '\'' {
				continue
			}
			if i+1 < len(line) && line[i+1] == '\'' {
				i++
				continue
			}
			return i + 1
		}
	case bytes.HasPrefix(line, []byte(n.Value)):
		return len(n.Value)
	}
	return -1
}

func splice(data []byte, from, to int, text string) []byte {
	out := make([]byte, 0, len(data)+len(text))
	out = append(out, data[:from]...)
	out = append(out, text...)
	return append(out, data[to:]...)
}

// afterKey puts text behind the colon of a key.
func afterKey(data []byte, key *yaml.Node, text string) ([]byte, error) {
	at, ok := offset(data, key.Line, key.Column)
	if !ok {
		return nil, ErrCannotEdit
	}
	length := sourceLength(data[at:], key)
	if length < 0 {
		return nil, ErrCannotEdit
	}
	colon := bytes.IndexByte(data[at+length:], ':')
	if colon < 0 {
		return nil, ErrCannotEdit
	}
	end := at + length + colon + 1
	return splice(data, end, end, text), nil
}

// insert adds the keys that are missing, with a value, as the first members of a
// mapping, or as the value of a key that has none.
func insert(data []byte, n, key *yaml.Node, path []string, text string) ([]byte, error) {
	member := path[len(path)-1] + ": " + text
	for i := len(path) - 2; i >= 0; i-- {
		member = path[i] + ": { " + member + " }"
	}
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null" && key != nil:
		if n.Value != "" {
			return nil, fmt.Errorf("line %d is null: %w", n.Line, ErrCannotEdit)
		}
		return afterKey(data, key, " { "+member+" }")
	case n.Kind != yaml.MappingNode:
		return nil, fmt.Errorf("line %d is no mapping: %w", n.Line, ErrCannotEdit)
	case n.Style&yaml.FlowStyle != 0:
		at, ok := offset(data, n.Line, n.Column)
		open := bytes.IndexByte(data[min(at, len(data)):], '{')
		if !ok || open < 0 {
			return nil, ErrCannotEdit
		}
		at += open + 1
		if len(n.Content) == 0 {
			return splice(data, at, at, " "+member+" "), nil
		}
		return splice(data, at, at, " "+member+","), nil
	case len(n.Content) == 0:
		return nil, ErrCannotEdit
	}
	return insertLine(data, n, key, member)
}

// insertLine adds a line in front of the members of a block mapping: behind the
// line of its key, so that comments stay with what they stand above.
func insertLine(data []byte, n, key *yaml.Node, member string) ([]byte, error) {
	first := n.Content[0]
	line := first.Line
	if key != nil {
		if key.Line >= first.Line {
			return nil, fmt.Errorf("line %d is of an unusual form: %w", key.Line, ErrCannotEdit)
		}
		line = key.Line + 1
	}
	at, ok := offset(data, line, 1)
	if !ok {
		return nil, ErrCannotEdit
	}
	end := "\n"
	if at > 1 && data[at-2] == '\r' {
		end = "\r\n"
	}
	return splice(data, at, at, strings.Repeat(" ", first.Column-1)+member+end), nil
}

// checkEdit reports whether an edited text holds what it held before, but for the
// edit.
func checkEdit(before, after []byte, e Edit) error {
	var was, is any
	if err := yaml.Unmarshal(before, &was); err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	if err := yaml.Unmarshal(after, &is); err != nil {
		return fmt.Errorf("the text around it is of an unusual form: %w", ErrCannotEdit)
	}
	at, _ := was.(map[string]any)
	if at["kind"] == PlatformKind {
		if spec, ok := at["spec"].(map[string]any); ok {
			at = spec
		}
	}
	for _, key := range e.Path[:len(e.Path)-1] {
		below, ok := at[key].(map[string]any)
		if !ok {
			below = map[string]any{}
			at[key] = below
		}
		at = below
	}
	at[e.Path[len(e.Path)-1]] = e.Value
	if !reflect.DeepEqual(numbers(was), numbers(is)) {
		return fmt.Errorf("the text around it is of an unusual form: %w", ErrCannotEdit)
	}
	return nil
}

// numbers makes all whole numbers int64, so that trees can be compared.
func numbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case int:
		return int64(v)
	}
	return v
}
