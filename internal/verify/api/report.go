package api

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// report collects what is wrong with one object.
type report struct {
	object manifest.Object
	found  diag.List
}

// add reports an error at a field, named by its keys and indexes. A message that
// starts with the field's name loses it where the path of the finding says it.
func (r *report) add(code diag.Code, steps []string, message, hint string) {
	r.say(diag.Error, code, steps, message, hint)
}

func (r *report) say(severity diag.Severity, code diag.Code, steps []string, message, hint string) {
	path, pos := r.object.Origin.Field(steps...)
	message = oneLine(message)
	if rest, ok := strings.CutPrefix(message, path+": "); ok && path != "" {
		message = rest
	}
	if r.object.Origin.Locate == nil && path == "" {
		path = dotted(steps)
		message = strings.TrimPrefix(message, path+": ")
	}
	r.found = append(r.found, diag.Finding{
		Code: code, Severity: severity, Pos: pos, Path: path, Object: r.object.Key().String(),
		Message: lowerFirst(message), Hint: hint,
	})
}

// errors reports the server's own errors.
func (r *report) errors(list field.ErrorList) {
	for _, e := range list {
		r.fieldError(e, codeOf(e))
	}
}

func (r *report) fieldError(e *field.Error, code diag.Code) {
	steps := r.pair(r.steps(e.Field), e.BadValue)
	body := plain(e.ErrorBody())
	if name := dotted(steps); name != "" {
		body = name + ": " + lowerFirst(body)
	}
	r.add(code, steps, body, hintOf(e, code))
}

// codeOf chooses the code by what kind of error it is, and where.
func codeOf(e *field.Error) diag.Code {
	switch e.Type {
	case field.ErrorTypeRequired:
		return diag.CodeAPIMissing
	case field.ErrorTypeTypeInvalid:
		if bad, ok := e.BadValue.(string); ok && !slices.Contains(strings.Fields("array boolean integer null number object string"),
			bad) {
			return diag.CodeAPIValue // a format, not a type
		}
		return diag.CodeAPIType
	case field.ErrorTypeNotSupported:
		return diag.CodeAPIEnum
	case field.ErrorTypeDuplicate:
		return diag.CodeAPIDuplicate
	default:
	}
	for _, part := range []string{"metadata.name", "metadata.generateName", "metadata.labels", "metadata.annotations",
		"metadata.namespace"} {
		if e.Field == part || strings.HasPrefix(e.Field, part+"[") || strings.HasSuffix(e.Field, "."+part) {
			return diag.CodeAPIName
		}
	}
	return diag.CodeAPIValue
}

func hintOf(e *field.Error, code diag.Code) string {
	switch code {
	case diag.CodeAPIType:
		if e.BadValue == "string" {
			return unquoteHint(e.Detail)
		}
		return quoteHint(e.BadValue)
	case diag.CodeAPIMissing:
		return "add the field"
	case diag.CodeAPIDuplicate:
		return "keep one of them"
	case diag.CodeAPIEnum:
		if bad, ok := e.BadValue.(string); ok {
			return didYouMean(bad, quoted(e.Detail))
		}
	case diag.CodeAPICRD:
		return "mend the definition: the API server refuses it, and objects of its kind are not checked against it"
	default:
	}
	return ""
}

// quoted returns the words in double quotes of a text.
func quoted(text string) []string {
	var words []string
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		}
	}
	return words
}

// quoteHint tells who wrote a number or a boolean where text belongs.
// unquoteHint says what to do about a text where the server's message asks for
// another type. What the text says is not in the message.
func unquoteHint(detail string) string {
	switch {
	case strings.Contains(detail, "must be of type array"):
		return "write a list: [first, second]"
	case strings.Contains(detail, "must be of type object"):
		return "write a mapping: {key: value}"
	default:
		return "if it is quoted, write it without quotes"
	}
}

func quoteHint(bad any) string {
	switch v := bad.(type) {
	case bool, int64, float64, int:
		return "if text is meant, quote it"
	case string:
		switch v {
		case "boolean", "integer", "number":
			return "if text is meant, quote it"
		}
	}
	return ""
}

// steps cuts the server's name of a field ("spec.containers[0].image",
// "metadata.labels[a.b/c]") into keys and indexes. Keys of maps may hold dots, so
// it follows the object and takes the longest key that is there.
func (r *report) steps(name string) []string {
	var steps []string
	var at any = r.object.Data
	for name != "" && name != "<nil>" {
		var step string
		name = strings.TrimPrefix(name, ".")
		if inner, ok := strings.CutPrefix(name, "["); ok {
			step, name, _ = strings.Cut(inner, "]")
			step = strings.Trim(step, `"`)
		} else {
			step = longestKey(at, name)
			name = name[len(step):]
		}
		steps = append(steps, step)
		at = child(at, step)
	}
	return steps
}

// pair adds the key of the pair that an error about a map of texts is about: the
// server names labels, annotations and selectors as a whole.
func (r *report) pair(steps []string, bad any) []string {
	word, ok := bad.(string)
	if !ok || len(steps) == 0 {
		return steps
	}
	var at any = r.object.Data
	for _, step := range steps {
		at = child(at, step)
	}
	m, _ := at.(map[string]any)
	if _, isKey := m[word]; isKey {
		return append(steps, word)
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if m[key] == word {
			return append(steps, key)
		}
	}
	return steps
}

// longestKey is the longest key of a map that the name starts with, or all up to
// the next dot or bracket.
func longestKey(at any, name string) string {
	best := ""
	m, _ := at.(map[string]any)
	for key := range m {
		rest, ok := strings.CutPrefix(name, key)
		if ok && len(key) > len(best) && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			best = key
		}
	}
	if best != "" {
		return best
	}
	if end := strings.IndexAny(name, ".["); end > 0 {
		return name[:end]
	}
	return name
}

// child is the value under a key or an index, or nil.
func child(at any, step string) any {
	switch at := at.(type) {
	case map[string]any:
		return at[step]
	case []any:
		if i, err := strconv.Atoi(step); err == nil && i >= 0 && i < len(at) {
			return at[i]
		}
	}
	return nil
}

// dotted writes steps as the server does: spec.containers[0].image.
func dotted(steps []string) string {
	var b strings.Builder
	for i, step := range steps {
		_, err := strconv.Atoi(step)
		switch {
		case err == nil || strings.ContainsAny(step, "./"):
			b.WriteString("[" + step + "]")
		case i == 0:
			b.WriteString(step)
		default:
			b.WriteString("." + step)
		}
	}
	return b.String()
}

// oneLine joins the lines of a text.
func oneLine(s string) string { return strings.TrimSuffix(strings.Join(strings.Fields(s), " "), ".") }

// lowerFirst writes the first letter small, unless the word is an abbreviation.
func lowerFirst(s string) string {
	if len(s) > 1 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' {
		return string(s[0]+'a'-'A') + s[1:]
	}
	return s
}

// typeName is JSON's name for the type of a value.
func typeName(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case int64, int:
		return "a number"
	case float64:
		if v == float64(int64(v)) {
			return "a number"
		}
		return "a number with a fraction"
	case []any:
		return "a list"
	default:
		return "a map"
	}
}
