package overlay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"sigs.k8s.io/kustomize/kyaml/openapi"

	"github.com/helm-flink/helm-flink/schemas"
)

// OpenAPI is a schema for the `openapi.path` of a kustomization, as indented
// JSON: Kustomize's built-in definitions, without their descriptions, and ours. A file that is named there takes the
// place of the built-in schema for the whole build, so that one with ours alone
// would have the lists of a Deployment replaced instead of merged.
//
// Like Apply it uses Kustomize's schemas, which are global to the process.
func OpenAPI() ([]byte, error) {
	openapi.ResetOpenAPI()
	builtin, err := json.Marshal(openapi.Schema())
	openapi.ResetOpenAPI()
	if err != nil {
		return nil, fmt.Errorf("built-in schema of Kustomize: %w", err)
	}
	type swagger struct {
		Swagger     string            `json:"swagger"`
		Info        map[string]string `json:"info"`
		Definitions map[string]any    `json:"definitions"`
		Paths       map[string]any    `json:"paths"`
	}
	var out, ours swagger
	if err := json.Unmarshal(builtin, &out); err != nil {
		return nil, fmt.Errorf("built-in schema of Kustomize: %w", err)
	}
	if err := json.Unmarshal(schemas.KustomizeSchema, &ours); err != nil {
		return nil, fmt.Errorf("schema of Flink's kinds for Kustomize: %w", err)
	}
	maps.Copy(out.Definitions, ours.Definitions)
	undescribe(out.Definitions)
	out.Swagger, out.Paths = "2.0", ours.Paths
	out.Info = map[string]string{"title": "Kubernetes as built into Kustomize, Flink and Karpenter", "version": "v1"}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(out); err != nil {
		return nil, fmt.Errorf("schema for Kustomize: %w", err)
	}
	return text.Bytes(), nil
}

// undescribe takes the descriptions out of a schema, which are half of it: they
// are strings, a property of that name is a map.
func undescribe(v any) {
	switch v := v.(type) {
	case map[string]any:
		if _, text := v["description"].(string); text {
			delete(v, "description")
		}
		for _, item := range v {
			undescribe(item)
		}
	case []any:
		for _, item := range v {
			undescribe(item)
		}
	}
}
