package main

import (
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// addNewer adds to a definition of Flink's what operator 1.16 has and 1.15, whose
// definitions are here, has not: the resources of JobManager and TaskManager,
// and two versions of Flink (flink-kubernetes-operator, a snapshot of 1.16). A
// rule says it where the operator is older.
func addNewer(crd *apiextensions.CustomResourceDefinition) {
	var path []string
	switch crd.Spec.Names.Kind {
	case "FlinkDeployment":
		path = []string{"spec"}
	case "FlinkBlueGreenDeployment":
		path = []string{"spec", "template", "spec"}
	default:
		return
	}
	for _, v := range crd.Spec.Versions {
		within(*v.Schema.OpenAPIV3Schema, path, func(spec apiextensions.JSONSchemaProps) apiextensions.JSONSchemaProps {
			for _, component := range []string{"jobManager", "taskManager"} {
				spec.Properties[component].Properties["resources"] = resourceRequirements()
			}
			version := spec.Properties["flinkVersion"]
			for _, name := range []string{"v2_3", "v2_4"} {
				version.Enum = append(version.Enum, apiextensions.JSON{Raw: []byte(`"` + name + `"`)})
			}
			spec.Properties["flinkVersion"] = version
			return spec
		})
	}
}

// within changes the schema at a path of properties.
func within(at apiextensions.JSONSchemaProps, path []string, change func(apiextensions.JSONSchemaProps) apiextensions.JSONSchemaProps) {
	child := at.Properties[path[0]]
	if len(path) == 1 {
		at.Properties[path[0]] = change(child)
		return
	}
	within(child, path[1:], change)
}

// resourceRequirements is the schema of Kubernetes' type of that name.
func resourceRequirements() apiextensions.JSONSchemaProps {
	quantities := apiextensions.JSONSchemaProps{
		Type: "object",
		AdditionalProperties: &apiextensions.JSONSchemaPropsOrBool{Allows: true, Schema: &apiextensions.JSONSchemaProps{
			AnyOf: []apiextensions.JSONSchemaProps{{Type: "integer"}, {Type: "string"}}, XIntOrString: true,
		}},
	}
	text := apiextensions.JSONSchemaProps{Type: "string"}
	return apiextensions.JSONSchemaProps{Type: "object", Properties: map[string]apiextensions.JSONSchemaProps{
		"requests": quantities, "limits": quantities,
		"claims": {Type: "array", Items: &apiextensions.JSONSchemaPropsOrArray{Schema: &apiextensions.JSONSchemaProps{
			Type: "object", Properties: map[string]apiextensions.JSONSchemaProps{"name": text, "request": text},
		}}},
	}}
}
