package api_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify/api"
)

// definition is a CustomResourceDefinition with the schema of a thing's spec.
func definition(t *testing.T, spec string) manifest.Object {
	t.Helper()
	return objects(t, `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Cluster
  names: {kind: Thing, plural: things}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}, scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size}}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          status: {type: object, properties: {size: {type: integer}}, required: [size]}
          spec: `+spec)[0]
}

const thingSpec = `{type: object, required: [size], x-kubernetes-validations: [{rule: "self.size <= self.most", message: "size is more than most"}],
            properties: {size: {type: integer, minimum: 1}, most: {type: integer, default: 3}, mode: {type: string, enum: [fast, slow]},
              when: {type: string, format: date-time}, note: {type: string, nullable: true},
              parts: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name], items: {type: object, required: [name], properties: {name: {type: string}}}},
              template: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}}}`

// TestUserCRD: schema, defaults, formats, lists, embedded objects, rules and
// subresources of a definition of the user's.
func TestUserCRD(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{CRDs: []manifest.Object{definition(t, thingSpec)}})
	for text, want := range map[string]string{
		`{size: 2, mode: fast, note: null, when: "2026-01-01T00:00:00Z"}`: "",
		`{size: 4}`:               "FLK106 spec: invalid value: size is more than most",
		`{size: 4, most: 5}`:      "",
		`{size: 0}`:               "FLK104 spec.size: invalid value: 0: spec.size in body should be greater than or equal to 1",
		`{}`:                      "FLK102 spec.size: required value",
		`{size: 1, mode: fats}`:   `FLK103 spec.mode: unsupported value: "fats": supported values: "fast", "slow"`,
		`{size: 1, moed: fast}`:   `FLK100 spec.moed: unknown field "moed"`,
		`{size: 1, mode: null}`:   "",
		`{size: "1"}`:             `FLK101 spec.size: invalid value: "string": spec.size in body must be of type integer: "string"`,
		`{size: 1, when: monday}`: `FLK104 spec.when: invalid value: "monday": spec.when in body must be of type date-time: "monday"`,
		`{size: 1, parts: [{name: a}, {name: a}]}`:                                     `FLK105 spec.parts.1: spec.parts[1]: duplicate value: {"name":"a"}`,
		`{size: 1, template: {kind: Pod}}`:                                             "FLK102 spec.template.apiVersion: required value",
		`{size: 1, template: {kind: Pod, apiVersion: v1, metadata: {labels: {a: 1}}}}`: "FLK104 spec.template.metadata",
		`{size: 5000000000, most: 5000000000}`:                                         "FLK104 spec.size: invalid value: 5000000000: should be less than or equal to 2147483647",
	} {
		var found []string
		for _, o := range objects(t, "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nstatus: {}\nspec: "+text) {
			for _, f := range c.Check(o) {
				found = append(found, strings.TrimPrefix(f.String(), "Thing: error "))
			}
		}
		if want == "" && len(found) > 0 || want != "" && !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("%s: got %q, want %q", text, found, want)
		}
	}
}

// TestBrokenCRD: what is wrong with a definition is said once, and its kind has
// no schema.
func TestBrokenCRD(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		`{}`: "required value: must not be empty for specified object fields",
		`{type: object, x-kubernetes-validations: [{rule: "self.nothing > 1"}]}`:                             "compilation failed",
		`{type: object, properties: {a: {type: string, default: 1}}}`:                                        `must be of type string: "integer"`,
		`{type: object, properties: {a: {type: string, pattern: "("}}}`:                                      "error parsing regexp",
		`{type: object, properties: {a: {type: object, properties: {b: {type: text}}}}}`:                     `unsupported value: "text"`,
		`{type: object, propertees: {}}`:                                                                     `unknown field "propertees"`,
		`{type: object, properties: {a: {type: array, items: {type: string}, uniqueItems: true}}}`:           "uniqueItems cannot be set to true",
		`{type: object, properties: {l: {type: array, x-kubernetes-list-type: map, items: {type: object}}}}`: "x-kubernetes-list-map-keys",
	} {
		crd := definition(t, spec)
		c, found, err := api.New(api.Options{CRDs: []manifest.Object{crd}})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(found, func(f diag.Finding) bool { return f.Severity == diag.Error && strings.Contains(f.Message, want) }) {
			t.Errorf("%s: got %v, want %q", spec, found, want)
		}
		if again := checker(t, api.Options{}).Check(crd); len(again) != len(found) {
			t.Errorf("%s: in the input it gives %v", spec, again)
		}
		thing := objects(t, "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n")[0]
		if got := c.Check(thing); len(got) != 1 || got[0].Code != diag.CodeAPINoSchema {
			t.Errorf("%s: an object of the kind gives %v", spec, got)
		}
	}
	if _, found, _ := api.New(api.Options{CRDs: objects(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")}); len(found) != 1 {
		t.Errorf("what is no definition gives %v", found)
	}
}

// TestReplacedCRD: a definition of the user's goes before a pinned one.
func TestReplacedCRD(t *testing.T) {
	t.Parallel()
	crd := definition(t, "{type: object, properties: {mine: {type: string}}}")
	spec := crd.Data["spec"].(map[string]any)
	spec["group"], spec["names"] = "karpenter.sh", map[string]any{"kind": "NodePool", "plural": "nodepools"}
	crd.Data["metadata"] = map[string]any{
		"name": "nodepools.karpenter.sh", "annotations": map[string]any{"api-approved.kubernetes.io": "unapproved"},
	}
	c := checker(t, api.Options{CRDs: []manifest.Object{crd}})
	pool := objects(t, "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\nspec: {mine: x}\n")[0]
	if found := c.Check(pool); len(found) > 0 {
		t.Errorf("got %v", found)
	}
}

// TestOwnCRDs: nothing is wrong with the definitions that we render or check
// against.
func TestOwnCRDs(t *testing.T) {
	t.Parallel()
	c := checker(t, api.Options{})
	rendered, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator", "crds", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	checked, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "schemas", "crds", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	if len(rendered) != 4 || len(checked) != 15 {
		t.Errorf("%d and %d definitions, want 4 and 15", len(rendered), len(checked))
	}
	for _, file := range append(rendered, checked...) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		crd := objects(t, string(content))[0]
		for _, f := range c.Check(crd) {
			t.Errorf("%s: %s", filepath.Base(file), f)
		}
	}
}
