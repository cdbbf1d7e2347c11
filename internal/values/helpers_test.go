package values_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
)

// testSchema has one key for each thing that the engine explains.
const testSchema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object", "additionalProperties": false,
  "$defs": {
    "job": {
      "type": "object", "additionalProperties": false, "required": ["team"],
      "properties": {
        "team": {"type": "string", "description": "The team that owns the job."},
        "jarURI": {"type": "string"}, "python": {"type": "string"}, "sql": {"type": "string"},
        "parallelism": {"type": "integer", "minimum": 1, "maximum": 100},
        "taskManager": {"type": "object", "additionalProperties": false, "properties": {"slots": {"type": "integer"}}},
        "pool": {"oneOf": [
          {"title": "the name of a pool", "type": "string"},
          {"title": "a pool each", "type": "object", "additionalProperties": false,
           "properties": {"jobManager": {"type": "string"}, "taskManager": {"type": "string"}}}]},
        "args": {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "x-placeholders": "allowed"},
        "env": {"type": "object", "additionalProperties": {"type": "string"}, "x-placeholders": "allowed"},
        "backend": {"oneOf": [
          {"type": "object", "additionalProperties": false, "required": ["type"],
           "properties": {"type": {"const": "rocksdb"}, "dir": {"type": "string"}}},
          {"type": "object", "additionalProperties": false, "required": ["type"],
           "properties": {"type": {"const": "heap"}, "size": {"type": "integer"}}}]}
      },
      "oneOf": [{"required": ["jarURI"]}, {"required": ["python"]}, {"required": ["sql"]}]
    }
  },
  "properties": {
    "name": {"type": "string", "pattern": "^[a-z-]+$", "minLength": 2, "maxLength": 10,
             "x-expect": "lower-case letters", "x-hint": "names become labels"},
    "plain": {"type": "string", "pattern": "^[a-z]+$"},
    "accountId": {"type": "string", "x-quote": true},
    "version": {"type": "string", "x-quote": true},
    "enabled": {"type": "boolean"},
    "ratio": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
    "step": {"type": "integer", "multipleOf": 5},
    "mode": {"enum": ["exactly-once", "at-least-once"], "x-hint": "see the guide"},
    "quantity": {"type": ["string", "number"]},
    "zones": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 2, "uniqueItems": true},
    "tags": {"type": "object", "minProperties": 1, "maxProperties": 2, "additionalProperties": {"type": "string"},
             "propertyNames": {"pattern": "^[a-z]+$", "x-expect": "a lower-case word"}},
    "url": {"type": "string", "format": "uri"},
    "secret": {"type": "string", "pattern": "^s-", "writeOnly": true},
    "pair": {"type": "object", "properties": {"a": {}, "b": {}}, "dependentRequired": {"a": ["b"]}},
    "notBoth": {"type": "object", "not": {"required": ["x", "y"]}},
    "never": false,
    "when": {"type": "object", "properties": {"kind": {"type": "string"}, "size": {"type": "integer"}},
             "if": {"properties": {"kind": {"const": "big"}}, "required": ["kind"]}, "then": {"required": ["size"]}},
    "sealed": {"allOf": [{"properties": {"a": {"type": "string"}}}], "properties": {"b": {}}, "unevaluatedProperties": false},
    "any": {"anyOf": [{"type": "string", "pattern": "^a", "x-expect": "a word with a"},
                      {"type": "string", "pattern": "^b", "x-expect": "a word with b"}]},
    "has": {"type": "array", "contains": {"const": 1}},
    "free": {},
    "jobs": {"type": "object", "additionalProperties": {"$ref": "#/$defs/job"}}
  }
}`

func compile(t testing.TB) *values.Schema {
	t.Helper()
	schema, err := values.CompileSchema("test.json", []byte(testSchema))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func load(t testing.TB, schema *values.Schema, in values.Input) (*values.Document, diag.List) {
	t.Helper()
	doc, findings, err := values.Load(in, schema)
	if err != nil {
		t.Fatal(err)
	}
	return doc, findings
}

func file(text string) values.Source { return values.Source{Name: "f.yaml", Data: []byte(text)} }

// text prints findings with their hints, as a user sees them.
func text(l diag.List) string {
	var b strings.Builder
	for _, f := range l {
		b.WriteString(f.String() + "\n")
		if f.Hint != "" {
			b.WriteString("    " + f.Hint + "\n")
		}
	}
	return b.String()
}

// check compares findings with what is wanted, line by line without indentation.
func check(t *testing.T, got diag.List, want string) {
	t.Helper()
	var lines []string
	for line := range strings.Lines(want) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	var gotLines []string
	for line := range strings.Lines(text(got)) {
		gotLines = append(gotLines, strings.TrimSpace(line))
	}
	if g, w := strings.Join(gotLines, "\n"), strings.Join(lines, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}
