// Package schemas holds the JSON Schema of the values, the single source of
// truth for their keys, types, defaults and descriptions, those of the other
// files that are read and written, the CustomResourceDefinitions that objects are
// checked against, and what Kustomize must know of them. It holds no code and imports nothing of this
// module.
package schemas

import "embed"

// Values is values.schema.json, JSON Schema 2020-12.
//
//go:embed values.schema.json
var Values []byte

// CRDs holds crds/GROUP_KIND.json, one CustomResourceDefinition
// (apiextensions.k8s.io/v1) a file; crds/README.md says where each comes from.
//
//go:embed crds/*.json
var CRDs embed.FS

// Report is report.schema.json, JSON Schema 2020-12: what `-o json` writes.
//
//go:embed report.schema.json
var Report []byte

// Project is helm-flink.schema.json, JSON Schema 2020-12: the file
// .helm-flink.yaml.
//
//go:embed helm-flink.schema.json
var Project []byte

// KustomizeConfiguration is what Kustomize must know of Flink's and Karpenter's
// kinds to rename references in them and to set images, labels and replicas: a
// file for the `configurations:` of a kustomization.
//
//go:embed kustomize/configuration.yaml
var KustomizeConfiguration []byte

// KustomizeSchema holds the OpenAPI definitions that tell Kustomize that the pod
// templates in Flink's resources are pod templates, whose lists merge by name
// (fields: Flink operator 1.15), and the paths that tell it which of the kinds
// are in no namespace. They refer to Kustomize's built-in definitions.
//
//go:embed kustomize/openapi.json
var KustomizeSchema []byte
