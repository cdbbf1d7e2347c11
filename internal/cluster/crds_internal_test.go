package cluster

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const liveCRD = `
spec:
  versions:
    - name: v1
      schema: {openAPIV3Schema: {properties: {spec: {properties: {a: {type: string}, b: {properties: {c: {}}}, free: {properties: {x: {}}}}}}}}
status: {storedVersions: [v1]}
`

// TestRemoved finds the fields that a new schema does not have.
func TestRemoved(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ next, gone string }{
		"the same":            {"properties: {spec: {properties: {a: {}, b: {properties: {c: {}}}, free: {properties: {x: {}}}}}}", ""},
		"more":                {"properties: {spec: {properties: {a: {}, d: {}, b: {properties: {c: {}}}, free: {properties: {x: {}}}}}}", ""},
		"without one":         {"properties: {spec: {properties: {b: {properties: {c: {}}}, free: {properties: {x: {}}}}}}", "spec.a"},
		"without one below":   {"properties: {spec: {properties: {a: {}, b: {properties: {}}, free: {properties: {x: {}}}}}}", "spec.b.c"},
		"one that takes all":  {"properties: {spec: {properties: {a: {}, b: {properties: {c: {}}}, free: {x-kubernetes-preserve-unknown-fields: true}}}}", ""},
		"one that takes keys": {"properties: {spec: {properties: {a: {}, b: {properties: {c: {}}}, free: {additionalProperties: {}}}}}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var live Object
			var next map[string]any
			if err := yaml.Unmarshal([]byte(liveCRD), &live); err != nil {
				t.Fatal(err)
			}
			if err := yaml.Unmarshal([]byte(c.next), &next); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, path := range removed(Object(versions(live)["v1"]).At("schema", "openAPIV3Schema"), next, nil) {
				got = append(got, strings.Join(path, "."))
			}
			if strings.Join(got, " ") != c.gone {
				t.Errorf("got %q, want %q", got, c.gone)
			}
		})
	}
}

// TestStoredVersion refuses a CRD without the version that objects are stored in.
func TestStoredVersion(t *testing.T) {
	t.Parallel()
	var live, next Object
	if err := yaml.Unmarshal([]byte(liveCRD), &live); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte("spec: {versions: [{name: v2}]}"), &next); err != nil {
		t.Fatal(err)
	}
	if err := new(Client).loses(t.Context(), live, next); err == nil || !strings.Contains(err.Error(), "objects are stored as v1") {
		t.Errorf("got %v", err)
	}
	if err := new(Client).loses(t.Context(), live, live); err != nil {
		t.Errorf("of itself: %v", err)
	}
}
