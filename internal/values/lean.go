package values

import (
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// compilable returns a schema in the form in which the library compiles it
// fastest, and the draft to compile it by: without what does not decide whether
// a value fits, and by draft 7 where it uses nothing that draft 7 has not under
// the same name and meaning. Compiling by 2020-12 takes twice the time, most of
// it for checking the schema against the draft's own.
func compilable(raw any) (any, *jsonschema.Draft) {
	lean := withoutNotes(raw)
	if top, ok := lean.(map[string]any); ok && inDraft7(lean) {
		delete(top, "$schema")
		return withDependencies(top), jsonschema.Draft7
	}
	return lean, jsonschema.Draft2020
}

// inDraft7 reports whether draft 7 reads a schema as 2020-12 does, but for
// dependentRequired, which it has under another name.
func inDraft7(raw any) bool {
	switch v := raw.(type) {
	case map[string]any:
		for keyword, member := range v {
			switch keyword {
			case "prefixItems", "unevaluatedProperties", "unevaluatedItems", "dependentSchemas", "minContains", "maxContains",
				"$anchor", "$dynamicAnchor", "$dynamicRef", "$vocabulary":
				return false
			case "$ref":
				if _, names := member.(string); names && len(v) > 1 { // draft 7 overlooks what stands beside it
					return false
				}
			}
			if !inDraft7(member) {
				return false
			}
		}
	case []any:
		for _, member := range v {
			if !inDraft7(member) {
				return false
			}
		}
	}
	return true
}

// withDependencies gives dependentRequired the name that it has in draft 7.
func withDependencies(raw any) any {
	switch v := raw.(type) {
	case map[string]any:
		if needs, ok := v["dependentRequired"].(map[string]any); ok {
			delete(v, "dependentRequired")
			v["dependencies"] = needs
		}
		for _, member := range v {
			withDependencies(member)
		}
	case []any:
		for _, member := range v {
			withDependencies(member)
		}
	}
	return raw
}

// withoutNotes returns a schema without what does not decide whether a value
// fits: checking that against the draft takes the library half of its time.
func withoutNotes(raw any) any {
	doc, ok := raw.(map[string]any)
	if !ok {
		return raw
	}
	out := make(map[string]any, len(doc))
	for keyword, v := range doc {
		switch keyword {
		case "title", "description", "examples", "default", "$comment", "deprecated", "readOnly", "writeOnly":
		case "properties", "patternProperties", "$defs", "dependentSchemas":
			members, _ := v.(map[string]any)
			lean := make(map[string]any, len(members))
			for key, member := range members {
				lean[key] = withoutNotes(member)
			}
			out[keyword] = lean
		case "allOf", "anyOf", "oneOf", "prefixItems":
			members, _ := v.([]any)
			lean := make([]any, len(members))
			for i, member := range members {
				lean[i] = withoutNotes(member)
			}
			out[keyword] = lean
		case "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "items", "propertyNames", "contains",
			"not", "if", "then", "else":
			out[keyword] = withoutNotes(v)
		default:
			if !strings.HasPrefix(keyword, "x-") {
				out[keyword] = v
			}
		}
	}
	return out
}
