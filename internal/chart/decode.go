package chart

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// decode reads a rendered file: YAML documents, of which those without content
// are skipped, to JSON-shaped objects. Duplicate keys are errors.
func decode(text string) ([]map[string]any, error) {
	var out []map[string]any
	for _, doc := range split(text) {
		data, err := document(doc)
		if err != nil {
			return nil, err
		}
		objects, err := items(data)
		if err != nil {
			return nil, err
		}
		out = append(out, objects...)
	}
	return out, nil
}

// split cuts a stream at its document markers: a line that is "---", or that
// starts with it and a blank.
func split(text string) []string {
	var docs []string
	var b strings.Builder
	for line := range strings.Lines(text) {
		rest, marker := strings.CutPrefix(line, "---")
		if marker && (rest == "" || strings.ContainsAny(rest[:1], " \t\r\n")) {
			docs = append(docs, b.String())
			b.Reset()
			line = rest
		}
		b.WriteString(line)
	}
	return append(docs, b.String())
}

// items checks that data is an object, or takes a list's objects apart.
func items(data any) ([]map[string]any, error) {
	if data == nil {
		return nil, nil
	}
	obj, ok := data.(map[string]any)
	if !ok {
		return nil, errors.New("a document is no object")
	}
	kind, _ := obj["kind"].(string)
	version, _ := obj["apiVersion"].(string)
	if kind == "" || version == "" {
		return nil, errors.New("a document has no apiVersion or no kind")
	}
	if kind == "List" && version == "v1" {
		var out []map[string]any
		list, _ := obj["items"].([]any)
		for _, item := range list {
			objects, err := items(item)
			if err != nil {
				return nil, err
			}
			out = append(out, objects...)
		}
		return out, nil
	}
	meta, _ := obj["metadata"].(map[string]any)
	if name, _ := meta["name"].(string); name == "" {
		return nil, fmt.Errorf("a %s has no metadata.name", kind)
	}
	return []map[string]any{obj}, nil
}

// HookAnnotation makes an object a hook of a chart, and says when it is made: names of
// times with commas between (https://helm.sh/docs/topics/charts_hooks/).
const HookAnnotation = "helm.sh/hook"

// Installs reports whether an installation makes the object: everything but
// hooks that run at other times.
func Installs(obj map[string]any) bool {
	all := hooks(obj)
	return len(all) == 0 || slices.ContainsFunc(all, func(hook string) bool {
		return hook == "pre-install" || hook == "post-install" || hook == "crd-install"
	})
}

// tests reports whether nothing but helm test makes the object.
func tests(obj map[string]any) bool {
	all := hooks(obj)
	return len(all) > 0 && !slices.ContainsFunc(all, func(hook string) bool {
		return hook != "test" && hook != "test-success" && hook != "test-failure"
	})
}

// hooks are the times at which an object is made, none for one of the release.
func hooks(obj map[string]any) []string {
	meta, _ := obj["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	text, ok := annotations[HookAnnotation].(string)
	if !ok {
		return nil
	}
	all := strings.Split(text, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// yamlError keeps what is wrong and where, in one line.
func yamlError(err error) error {
	lines := strings.Split(err.Error(), "\n")
	for i, l := range lines {
		l = strings.TrimSpace(l)
		l = strings.TrimPrefix(l, "error converting YAML to JSON: ")
		lines[i] = strings.TrimPrefix(l, "yaml: ")
	}
	return errors.New("not YAML: " + strings.Join(lines, " "))
}
