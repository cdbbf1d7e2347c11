package jsonfit_test

import (
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/helm-flink/helm-flink/internal/manifest/jsonfit"
)

func parse(t testing.TB, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// known are schemas of which Fits is sure, for all of samples.
func known() []string {
	return []string{
		`true`, `false`, `{}`, `{"title": "t", "description": "d", "examples": [1], "default": 1, "$comment": "c", "x-hint": {"type": 1}}`,
		`{"type": "object"}`, `{"type": "array"}`, `{"type": "string"}`, `{"type": "number"}`, `{"type": "integer"}`,
		`{"type": "boolean"}`, `{"type": "null"}`, `{"type": ["string", "integer"]}`, `{"type": ["null", "array"]}`,
		`{"minLength": 2}`, `{"maxLength": 2}`, `{"pattern": "^[a-z]+$"}`, `{"pattern": "b"}`,
		`{"minimum": 1}`, `{"maximum": 1.5}`, `{"minItems": 1}`, `{"maxItems": 1}`, `{"minProperties": 2}`, `{"maxProperties": 1}`,
		`{"items": {"type": "string"}}`, `{"items": false}`, `{"items": {"minimum": 2}}`,
		`{"required": ["a"]}`, `{"required": ["a", "b"]}`, `{"dependentRequired": {"a": ["b"], "b": ["a", "c"]}}`,
		`{"properties": {"a": {"type": "integer"}}}`, `{"properties": {"a": false}}`,
		`{"properties": {"a": true}, "additionalProperties": false}`, `{"additionalProperties": {"type": "integer"}}`,
		`{"propertyNames": {"pattern": "^[a-b]$"}}`, `{"propertyNames": {"maxLength": 1, "type": "string"}}`,
		`{"not": {"type": "string"}}`, `{"not": {"required": ["a", "b"]}}`, `{"not": false}`,
		`{"oneOf": [{"type": "string"}, {"minLength": 2}]}`, `{"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}`,
		`{"anyOf": [{"type": "string"}, {"type": "number"}]}`, `{"anyOf": [{"minimum": 3}, {"maximum": 0}]}`,
		`{"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}`,
		`{"$ref": "#/$defs/a", "description": "d", "minLength": 2, "$defs": {"a": {"type": "string"}}}`,
		`{"$id": "https://example.com/s", "$schema": "https://json-schema.org/draft/2020-12/schema",
		  "properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"properties": {"a": {"$ref": "#/$defs/n"}}, "type": ["object", "integer"]}}}`,
	}
}

func samples() []string {
	return []string{
		`null`, `true`, `false`, `""`, `"a"`, `"ab"`, `"abc"`, `"ä"`, `"äöü"`, `"A"`, `0`, `1`, `1.5`, `2`, `-3`, `4.0`, `1e3`,
		`[]`, `[1]`, `[1, 2]`, `["a"]`, `["a", "b"]`, `["a", "a"]`, `[null]`, `[{}]`, `{}`, `{"a": 1}`, `{"a": "x"}`, `{"b": 1}`,
		`{"a": 1, "b": 2}`, `{"a": null}`, `{"c": 1}`, `{"abc": 1}`, `{"a": {"a": {"a": 1}}}`, `{"a": {"a": {"a": "x"}}}`,
	}
}

// TestFits compares with a whole validator, in both directions where Fits is sure.
func TestFits(t *testing.T) {
	t.Parallel()
	for _, schema := range known() {
		validator, err := jsonschema.CompileString("s.json", schema)
		if err != nil {
			t.Fatal(err)
		}
		for _, value := range samples() {
			v := parse(t, value)
			want := validator.Validate(v) == nil
			if got := jsonfit.Fits(parse(t, schema), v); got != want {
				t.Errorf("%s of %s: %v, want %v", schema, value, got, want)
			}
		}
	}
}

func TestFitsScalars(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		schema, value string
		want          bool
	}{
		{`{"enum": ["a", 1, true, null, {"a": 1}]}`, `"a"`, true},
		{`{"enum": ["a", 1, true, null]}`, `1`, true},
		{`{"enum": ["a", 1, true, null]}`, `null`, true},
		{`{"enum": ["a", 1, true, null]}`, `true`, true},
		{`{"enum": ["a", 1, true, null]}`, `"1"`, false},
		{`{"enum": ["a", 1, true, null]}`, `false`, false},
		{`{"not": {"enum": ["a", 1, true, null]}}`, `["a"]`, true},
		{`{"uniqueItems": true}`, `["a", "b"]`, true},
		{`{"uniqueItems": true}`, `["a", "a"]`, false},
		{`{"uniqueItems": false}`, `["a", "a"]`, true},
	} {
		if got := jsonfit.Fits(parse(t, c.schema), parse(t, c.value)); got != c.want {
			t.Errorf("%s of %s: %v", c.schema, c.value, got)
		}
	}
	for _, n := range []any{1, int64(1), uint64(1), 1.0} {
		if !jsonfit.Fits(parse(t, `{"type": "integer", "enum": [1], "minimum": 1}`), n) {
			t.Errorf("%T does not fit", n)
		}
	}
}

// TestUnsure: what is not known never fits, however it is negated.
func TestUnsure(t *testing.T) {
	t.Parallel()
	for schema, value := range map[string]string{
		`{"const": 1}`:                            `1`,
		`{"format": "uri"}`:                       `"https://example.com"`,
		`{"patternProperties": {"a": {}}}`:        `{"a": 1}`,
		`{"allOf": [{}]}`:                         `1`,
		`{"if": {}, "then": {}}`:                  `null`,
		`{"multipleOf": 1}`:                       `2`,
		`{"prefixItems": [{}]}`:                   `[1]`,
		`{"not": {"const": 2}}`:                   `1`,
		`{"not": {"type": "string", "const": 2}}`: `1`,
		`{"oneOf": [{"const": 2}, {}]}`:           `1`,
		`{"anyOf": [{}, {"const": 2}]}`:           `1`,
		`{"$ref": "other.json"}`:                  `1`,
		`{"$ref": "#/$defs/x"}`:                   `1`,
		`{"$ref": "#"}`:                           `1`,
		`{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}`:                   `1`,
		`{"not": {"$ref": "#/$defs/a"}, "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}`: `1`,
		`{"$schema": "http://json-schema.org/draft-07/schema#"}`:                         `1`,
		`{"properties": {"a": {"$id": "https://example.com/b", "type": "integer"}}}`:     `{"a": 1}`,
		`{"items": [{"type": "integer"}]}`:                                               `[1]`,
		`{"pattern": "("}`:                                                               `"a"`,
		`{"uniqueItems": true}`:                                                          `[1, 2]`,
		`{"enum": [[1]]}`:                                                                `[1]`,
		`{"minimum": 1}`:                                                                 `9007199254740993`,
		`{"type": "integer"}`:                                                            `1e300`,
	} {
		if jsonfit.Fits(parse(t, schema), parse(t, value)) {
			t.Errorf("%s of %s: sure", schema, value)
		}
	}
	if jsonfit.Fits(true, 1) == jsonfit.Fits(map[string]any{"type": "object"}, map[string]string{}) {
		t.Error("a map of Go's is taken for JSON")
	}
}

// FuzzFits: what fits here, fits the validator.
func FuzzFits(f *testing.F) {
	for _, schema := range known() {
		f.Add(schema, `{"a": 1}`)
	}
	f.Fuzz(func(t *testing.T, schema, value string) {
		var s, v any
		if json.Unmarshal([]byte(schema), &s) != nil || json.Unmarshal([]byte(value), &v) != nil {
			t.Skip()
		}
		validator, err := jsonschema.CompileString("s.json", schema)
		if err != nil {
			t.Skip()
		}
		if jsonfit.Fits(s, v) && validator.Validate(v) != nil {
			t.Errorf("%s of %s fits, but %v", schema, value, validator.Validate(v))
		}
	})
}
