// Package emit writes objects: as a stream of YAML documents, or as a
// directory of files. How a directory is laid out is said in the packages below.
//
// It may import manifest and diag of this module.
package emit

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"go.yaml.in/yaml/v2"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// WriteStream writes the set in its own order as YAML documents, "---" between
// two of them and nowhere else; an empty set writes nothing. Keys are sorted,
// so that equal sets give equal bytes. The error is w's, or says which object
// cannot be written.
func WriteStream(w io.Writer, set manifest.Set) error {
	var fast writer
	for i, o := range set {
		doc, err := fast.object(o)
		if err != nil {
			return err
		}
		if i > 0 {
			if _, err := io.WriteString(w, "---\n"); err != nil {
				return fmt.Errorf("write objects: %w", err)
			}
		}
		if _, err := w.Write(doc); err != nil {
			return fmt.Errorf("write objects: %w", err)
		}
	}
	return nil
}

// Document is one object as YAML, ending with a line break. It is written from
// the data itself: a detour over JSON, as sigs.k8s.io/yaml takes, cannot carry
// every string (control characters), and takes twice the time.
func Document(o manifest.Object) ([]byte, error) {
	return new(writer).object(o)
}

// object is Document, whose bytes are good until the next call.
func (w *writer) object(o manifest.Object) ([]byte, error) {
	if doc, ok := w.document(o.Data); ok {
		return doc, nil
	}
	data, err := ordered(o.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Key(), err)
	}
	doc, err := yaml.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Key(), err)
	}
	return doc, nil
}

// ordered gives every map its keys in byte order: the writer's own order for
// maps ("a2" before "a10") is not total, so that rare keys would change places
// from run to run. What is not JSON-shaped is refused; the writer would panic.
func ordered(v any) (any, error) {
	switch v := v.(type) {
	case nil, string, bool, int, int64, float64:
		return v, nil
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			var err error
			if out[i], err = ordered(item); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(yaml.MapSlice, 0, len(v))
		for _, key := range slices.Sorted(maps.Keys(v)) {
			item, err := ordered(v[key])
			if err != nil {
				return nil, err
			}
			if key == "<<" {
				return nil, fmt.Errorf("a key %q: YAML reads it as a merge", key)
			}
			out = append(out, yaml.MapItem{Key: key, Value: item})
		}
		return out, nil
	default:
		return nil, fmt.Errorf("a value of type %T", v)
	}
}
