package stream

import (
	"bytes"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v3"
)

// IsManifest reports whether a document that parses has apiVersion and kind at
// its top level; FlinkPlatform is not a manifest but values, and what
// kustomize.config.k8s.io has is read by Kustomize and never sent to a cluster.
// With metadata one of the two will do: that is a manifest whose other one was
// forgotten. Of text that does not parse, the keys that can be seen count.
func (d Document) IsManifest() bool {
	version, kind, metadata := d.identify()
	group, _, _ := strings.Cut(version, "/")
	switch group {
	case "":
		return metadata && kind != "" && !slices.Contains([]string{"FlinkPlatform", "Kustomization", "Component"}, kind)
	case "helm-flink.dev":
		return kind != "" && kind != "FlinkPlatform"
	case "kustomize.config.k8s.io":
		return false
	default:
		return kind != "" || metadata
	}
}

// identify finds apiVersion, kind, and whether there is metadata, without parsing block mappings: their
// lines start where the first line does.
func (d Document) identify() (version, kind string, metadata bool) {
	indent := -1
	for line := range bytes.Lines(d.Text) {
		code := bytes.TrimLeft(line, " ")
		if content := bytes.TrimSpace(code); len(content) == 0 || content[0] == '#' {
			continue
		}
		if indent < 0 {
			indent = len(line) - len(code)
			if strings.IndexByte("{&!?", code[0]) >= 0 || isMarker(line, "---") {
				return d.identifyFlow()
			}
		}
		if len(line)-len(code) != indent {
			continue
		}
		if v, ok := valueOf(code, "apiVersion"); ok {
			version = v
		}
		if v, ok := valueOf(code, "kind"); ok {
			kind = v
		}
		if _, ok := valueOf(code, "metadata"); ok {
			metadata = true
		}
	}
	return version, kind, metadata
}

// valueOf returns the value of a key that a line starts with.
func valueOf(line []byte, key string) (string, bool) {
	text := strings.TrimRight(string(line), "\r\n")
	var rest string
	found := false
	for _, quote := range []string{"", `"`, "'"} {
		if rest, found = strings.CutPrefix(text, quote+key+quote); found {
			break
		}
	}
	rest = strings.TrimLeft(rest, " \t")
	if !found || !strings.HasPrefix(rest, ":") {
		return "", false
	}
	rest, _, _ = strings.Cut(rest[1:], " #")
	return strings.Trim(rest, " \t\"'"), true
}

// identifyFlow is about documents that are not block mappings: JSON mostly.
func (d Document) identifyFlow() (version, kind string, metadata bool) {
	top, err := d.parse()
	if err != nil {
		return seen(d.Text, "apiVersion"), seen(d.Text, "kind"), false
	}
	_, value := member(target(top), "metadata")
	return scalarOf(top, "apiVersion"), scalarOf(top, "kind"), value != nil
}

func scalarOf(n *yaml.Node, key string) string {
	_, value := member(target(n), key)
	if value = target(value); value == nil || value.Kind != yaml.ScalarNode {
		return ""
	}
	return value.Value
}

// seen returns the text behind a key in broken JSON, or "".
func seen(text []byte, key string) string {
	_, rest, found := bytes.Cut(text, []byte(key))
	rest = bytes.TrimLeft(rest, "\"' \t\r\n")
	if !found || !bytes.HasPrefix(rest, []byte(":")) {
		return ""
	}
	rest = bytes.TrimLeft(rest[1:], "\"' \t\r\n")
	if end := bytes.IndexAny(rest, "\"',} \t\r\n"); end >= 0 {
		rest = rest[:end]
	}
	return string(rest)
}
