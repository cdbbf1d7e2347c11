// Package crdschemas writes the schemas of the pinned CRDs for kubeconform. It is for testkit.
package crdschemas

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Write writes KIND_VERSION.json below a folder for every version of the CRDs, crds/*.json in the file system, closed
// where the API server would prune. kubeconform finds them with
// -schema-location DIR/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json.
func Write(crds fs.FS, dir string) error {
	files, err := fs.Glob(crds, "crds/*.json")
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("there are no CRDs")
	}
	for _, file := range files {
		data, err := fs.ReadFile(crds, file)
		if err != nil {
			return err
		}
		if err := write(data, dir); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func write(data []byte, dir string) error {
	var crd struct {
		Spec struct {
			Names    struct{ Kind string }
			Versions []struct {
				Name   string
				Schema struct{ OpenAPIV3Schema map[string]any }
			}
		}
	}
	if err := json.Unmarshal(data, &crd); err != nil {
		return err
	}
	for _, v := range crd.Spec.Versions {
		root := v.Schema.OpenAPIV3Schema
		closed(root)
		delete(root, "additionalProperties") // apiVersion, kind and metadata are not in all of them
		out, err := json.Marshal(root)
		if err != nil {
			return err
		}
		name := strings.ToLower(crd.Spec.Names.Kind) + "_" + v.Name + ".json"
		if err := os.WriteFile(filepath.Join(dir, name), out, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// closed adds additionalProperties: false to every object of a structural schema that would lose unknown fields.
func closed(node map[string]any) {
	properties, _ := node["properties"].(map[string]any)
	if properties != nil && node["additionalProperties"] == nil && node["x-kubernetes-preserve-unknown-fields"] != true {
		node["additionalProperties"] = false
	}
	for _, property := range properties {
		if sub, ok := property.(map[string]any); ok {
			closed(sub)
		}
	}
	for _, key := range []string{"items", "additionalProperties"} {
		if sub, ok := node[key].(map[string]any); ok {
			closed(sub)
		}
	}
}
