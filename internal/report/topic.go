package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/helm-flink/helm-flink/internal/values"
)

// textWidth is how wide paragraphs are, as kubectl explain has them.
const textWidth = 80

// TopicFormats are the formats of what the schema says of a path.
func TopicFormats() []string { return []string{FormatText, FormatJSON} }

// WriteTopic writes what the schema says of a path, much as kubectl explain does:
// of the keys below one line and their description, or, with tree, the names and
// types alone of all that were asked for.
func WriteTopic(format string, w io.Writer, t values.Topic, tree bool) error {
	var b bytes.Buffer
	switch format {
	case FormatJSON:
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(t); err != nil {
			return fmt.Errorf("write the topic: %w", err)
		}
	default:
		topicText(&b, t, tree)
	}
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}

func topicText(b *bytes.Buffer, t values.Topic, tree bool) {
	for _, line := range [][2]string{
		{"PATH", t.Path}, {"TYPE", t.Type}, {"REQUIRED", need(t)}, {"WANT", t.Want},
		{"DEFAULT", inline(t.Default)}, {"EXAMPLE", inline(t.Example)},
	} {
		if line[1] != "" {
			fmt.Fprintf(b, "%-10s%s\n", line[0]+":", line[1])
		}
	}
	if t.Description != "" {
		fmt.Fprintf(b, "\nDESCRIPTION:\n%s", wrapped(t.Description, "  "))
	}
	if len(t.Keys) == 0 {
		return
	}
	b.WriteString("\nKEYS:\n")
	if tree {
		topicTree(b, t.Keys, "  ")
		return
	}
	for i, key := range t.Keys {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(b, "  %s <%s>%s\n", key.Name, key.Type, notes(key))
		b.WriteString(wrapped(key.Description, "    "))
	}
}

// topicTree writes names and types alone.
func topicTree(b *bytes.Buffer, keys []values.Topic, indent string) {
	for _, key := range keys {
		fmt.Fprintf(b, "%s%s <%s>%s\n", indent, key.Name, key.Type, notes(key))
		topicTree(b, key.Keys, indent+"  ")
	}
}

// notes are what stands behind the type of a key.
func notes(t values.Topic) string {
	out := ""
	if t.Required {
		out += " required"
	}
	if len(t.OneOf) > 0 {
		out += " required: one of " + strings.Join(t.OneOf, ", ")
	}
	if t.Default != nil {
		out += " default: " + inline(t.Default)
	}
	return out
}

// need says whether the mapping above must have a key.
func need(t values.Topic) string {
	switch {
	case t.Required:
		return "yes"
	case len(t.OneOf) > 0:
		return "one of " + strings.Join(t.OneOf, ", ")
	default:
		return ""
	}
}

// inline writes a value in one line as YAML takes it; empty for none.
func inline(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	if v == nil {
		return ""
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// wrapped breaks a paragraph into indented lines.
func wrapped(text, indent string) string {
	var b strings.Builder
	line := indent
	for word := range strings.FieldsSeq(text) {
		if line != indent && len(line)+1+len(word) > textWidth {
			b.WriteString(line + "\n")
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	if line != indent {
		b.WriteString(line + "\n")
	}
	return b.String()
}
