package chart

import (
	"fmt"
	"slices"
	"unicode/utf8"

	yamlv2 "go.yaml.in/yaml/v2"
	"helm.sh/helm/v3/pkg/chart"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest/yamltext"
)

// document reads one YAML document as yaml.YAMLToJSONStrict and json.Unmarshal
// do, one after the other, but without the JSON text between them, which is
// a quarter of the work. Scalars that JSON may change go through it.
func document(text string) (any, error) {
	var data any
	if err := yamlv2.UnmarshalStrict([]byte(text), &data); err != nil {
		return nil, yamlError(err)
	}
	if out, ok := shaped(data); ok {
		return out, nil
	}
	if key, found := twice(data); found {
		return nil, fmt.Errorf("not YAML: key %q is in one map twice, as text and as another type: quote it or take one out", key)
	}
	raw, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return nil, yamlError(err)
	}
	return throughJSON(raw)
}

// shaped gives data of the YAML package the shape of JSON. It is false for what is left
// to the long way: keys that are no strings, and values that JSON cannot hold.
func shaped(data any) (any, bool) {
	switch v := data.(type) {
	case nil, bool:
		return v, true
	case int:
		return int64(v), true
	case string:
		if utf8.ValidString(v) {
			return v, true
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var ok bool
			if out[i], ok = shaped(v[i]); !ok {
				return nil, false
			}
		}
		return out, true
	case map[any]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			name, ok := key.(string)
			if !ok || !utf8.ValidString(name) {
				return nil, false
			}
			if out[name], ok = shaped(value); !ok {
				return nil, false
			}
		}
		return out, true
	}
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, false
	}
	out, err := throughJSON(raw)
	return out, err == nil
}

// twice finds two keys of one map that are different in YAML and the same in JSON:
// 1 and "1". The library would keep either, by chance. It refuses
// keys that are neither texts, numbers nor booleans.
func twice(data any) (key string, found bool) {
	switch v := data.(type) {
	case []any:
		for _, item := range v {
			if key, found = twice(item); found {
				return key, found
			}
		}
	case map[any]any:
		texts := make(map[string]bool, len(v))
		for k, value := range v {
			text, ok := yamltext.Key(k)
			if ok && texts[text] {
				return text, true
			}
			texts[text] = true
			if key, found = twice(value); found {
				return key, found
			}
		}
	}
	return "", false
}

// throughJSON reads JSON: whole numbers are int64, others float64.
func throughJSON(raw []byte) (any, error) {
	var data any
	err := json.Unmarshal(raw, &data)
	return data, err
}

// aside takes those maps out of values that the chart has no values for, and leaves
// empty ones: merging would not change them (chartutil, coalesceTablesFullKey), but
// Helm copies all that it merges, by reflection, which takes a tenth of the time of
// a large platform. large is what is taken out, not copied.
func aside(c *chart.Chart, values map[string]any) (small, large map[string]any) {
	if len(c.Dependencies()) > 0 {
		return values, nil
	}
	small, large = make(map[string]any, len(values)), map[string]any{}
	for key, value := range values {
		small[key] = value
		from, isMap := value.(map[string]any)
		own, ok := c.Values[key].(map[string]any)
		if isMap && from != nil && ok && len(own) == 0 && jsonShaped(value) {
			small[key], large[key] = map[string]any{}, value
		}
	}
	return small, large
}

// jsonShaped reports whether data is of maps, lists, texts, numbers, booleans and null.
func jsonShaped(data any) bool {
	switch v := data.(type) {
	case nil, bool, string, int, int64, float64:
		return true
	case []any:
		return !slices.ContainsFunc(v, func(item any) bool { return !jsonShaped(item) })
	case map[string]any:
		for _, item := range v {
			if !jsonShaped(item) {
				return false
			}
		}
		return true
	default:
		return false
	}
}
