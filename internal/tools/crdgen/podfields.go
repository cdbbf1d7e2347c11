package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"sigs.k8s.io/controller-tools/pkg/crd"
	"sigs.k8s.io/controller-tools/pkg/loader"
)

const corePackage = "k8s.io/api/core/v1"

// newerFields are the fields of a Pod, by Go type, that k8s.io/api knows and
// the upstream CRDs do not: operator 1.15 embeds the Pod of Kubernetes 1.33.
// They are left out, since the operator would drop them without a word.
func newerFields() map[string][]string {
	return map[string][]string{
		"PodSpec":                       {"evictionResponders", "hostnameOverride", "schedulingGroup"},
		"Container":                     {"restartPolicyRules"},
		"EphemeralContainerCommon":      {"restartPolicyRules"},
		"EnvVarSource":                  {"fileKeyRef"},
		"HTTPGetAction":                 {"protocol"},
		"GRPCAction":                    {"mode"},
		"VolumeMount":                   {"bindMountOptions"},
		"KeyToPath":                     {"user"},
		"ConfigMapVolumeSource":         {"defaultUser"},
		"SecretVolumeSource":            {"defaultUser"},
		"DownwardAPIVolumeSource":       {"defaultUser"},
		"DownwardAPIVolumeFile":         {"user"},
		"EmptyDirVolumeSource":          {"mode"},
		"ProjectedVolumeSource":         {"defaultUser"},
		"VolumeProjection":              {"podCertificate"},
		"ClusterTrustBundleProjection":  {"user"},
		"ServiceAccountTokenProjection": {"user"},
		"PodStatus": {
			"allocatedResources", "extendedResourceClaimStatus", "nodeAllocatableResourceClaimStatuses",
			"resources", "volumeHealth",
		},
		"ResourceHealth":    {"message"},
		"VolumeMountStatus": {"volumeStatus"},
	}
}

// dropNewerFields takes newerFields out of the parser's schemas, before they
// are put together. A field that is not there is an error: the list would lie.
func dropNewerFields(parser *crd.Parser, pkg *loader.Package) error {
	core := pkg.Imports()[corePackage]
	if core == nil {
		return fmt.Errorf("package %s: it does not import %s", pkg.PkgPath, corePackage)
	}
	var errs []error
	newer := newerFields()
	for _, name := range slices.Sorted(maps.Keys(newer)) {
		ident := crd.TypeIdent{Package: core, Name: name}
		parser.NeedSchemaFor(ident)
		properties := parser.Schemata[ident].Properties
		for _, field := range newer[name] {
			if _, ok := properties[field]; !ok {
				errs = append(errs, fmt.Errorf("type %s: the newer field %q is not there", name, field))
			}
			delete(properties, field)
		}
	}
	return errors.Join(errs...)
}
