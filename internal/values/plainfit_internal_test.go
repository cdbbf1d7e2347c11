package values

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest/jsonfit"
	"github.com/helm-flink/helm-flink/schemas"
)

// odd are values that stand in turn for every value of a file.
func odd() []any {
	return []any{nil, true, "", "a", "A b", "a_b", "10Gi", "$x", "123456789012", int64(0), int64(-1), int64(1 << 40), 1.5, []any{}, []any{"a", "a"},
		map[string]any{}, map[string]any{"a": "b"}}
}

// TestPlainFit: what is taken to fit the real schemas without asking the library, the library takes too, and it is
// asked about no valid values. Every value of the examples is replaced by odd ones in turn, left out, and given a
// neighbour.
func TestPlainFit(t *testing.T) {
	t.Parallel()
	schema, err := CompileSchema("values.schema.json", schemas.Values)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := schema.compiled()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../examples/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		doc, findings, err := Load(Input{Files: []Source{{Name: name, Data: data}}}, schema)
		if err != nil || len(findings) > 0 {
			t.Fatalf("%s: %v %v", name, findings, err)
		}
		root := doc.Root.WithoutNulls().Plain()
		tried, valid := 0, 0
		odd, turn := odd(), 0
		next := func() any {
			turn++
			return odd[turn%len(odd)]
		}
		variants(root, next, func(what string) {
			tried++
			fits := jsonfit.Fits(schema.raw, root)
			invalid := compiled.Validate(root)
			if fits != (invalid == nil) {
				t.Errorf("%s: %s: fits %v, but the library says %v", name, what, fits, invalid)
			}
			if fits {
				valid++
			}
		})
		if tried < 30 || valid < 2 {
			t.Errorf("%s: %d variants, %d of them valid", name, tried, valid)
		}
	}
}

// variants calls try for a tree as it is and with each of its values changed.
func variants(root any, odd func() any, try func(what string)) {
	try("as it is")
	switch at := root.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(at)) {
			value := at[key]
			variants(value, odd, func(what string) { try(key + "." + what) })
			for range 3 {
				at[key] = odd()
				try(key)
			}
			delete(at, key)
			try("without " + key)
			at[key] = value
		}
		at["neighbour"] = "x"
		try("neighbour")
		delete(at, "neighbour")
	case []any:
		for i, value := range at {
			variants(value, odd, func(what string) { try("[]." + what) })
			for range 3 {
				at[i] = odd()
				try("[]")
			}
			at[i] = value
		}
	}
}

// TestOwnSchemas: the schemas that are read as known to be valid are valid.
func TestOwnSchemas(t *testing.T) {
	t.Parallel()
	for name, data := range map[string][]byte{"values.schema.json": schemas.Values, "helm-flink.schema.json": schemas.Project} {
		if _, err := CompileSchema(name, data); err != nil {
			t.Error(err)
		}
	}
}
