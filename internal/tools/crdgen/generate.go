package main

import (
	"errors"
	"fmt"

	"golang.org/x/tools/go/packages"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-tools/pkg/crd"
	crdmarkers "sigs.k8s.io/controller-tools/pkg/crd/markers"
	"sigs.k8s.io/controller-tools/pkg/loader"
	"sigs.k8s.io/controller-tools/pkg/markers"
)

const (
	typesPackage = "./internal/flink/v1beta1"
	metaPackage  = "k8s.io/apimachinery/pkg/apis/meta/v1"
	group        = "flink.apache.org"
)

// kinds are the types that become a CRD. controller-gen's own search would
// also find PodTemplate, which looks like a kind.
func kinds() []string {
	return []string{"FlinkBlueGreenDeployment", "FlinkDeployment", "FlinkSessionJob", "FlinkStateSnapshot"}
}

// generate parses the types below root and returns one CRD per kind.
func generate(root string) ([]apiextensionsv1.CustomResourceDefinition, error) {
	pkgs, err := loader.LoadRootsWithConfig(&packages.Config{Dir: root}, typesPackage)
	if err != nil {
		return nil, err
	}
	registry := &markers.Registry{}
	if err := crdmarkers.Register(registry); err != nil {
		return nil, err
	}
	parser := &crd.Parser{
		Collector:           &markers.Collector{Registry: registry},
		Checker:             &loader.TypeChecker{NodeFilters: []loader.NodeFilter{crd.Generator{}.CheckFilter()}},
		AllowDangerousTypes: true, // Resource.CPU is a number with a fraction, as it is upstream
	}
	crd.AddKnownTypes(parser)
	parser.PackageOverrides[metaPackage] = wholeObjectMeta
	for _, pkg := range pkgs {
		parser.NeedPackage(pkg)
		if err := dropNewerFields(parser, pkg); err != nil {
			return nil, err
		}
	}
	var crds []apiextensionsv1.CustomResourceDefinition
	for _, kind := range kinds() {
		gk := schema.GroupKind{Group: group, Kind: kind}
		parser.NeedCRDFor(gk, nil)
		def, ok := parser.CustomResourceDefinitions[gk]
		if !ok {
			return nil, fmt.Errorf("kind %s: no such type in %s", kind, typesPackage)
		}
		crds = append(crds, def)
	}
	return crds, packageErrors(pkgs)
}

// packageErrors collects what the parser found wrong with the types, in their
// package and in those that it imports. Type errors do not count: the loader
// leaves most imports of imports out, as controller-gen does.
func packageErrors(pkgs []*loader.Package) error {
	var roots []*packages.Package
	for _, pkg := range pkgs {
		roots = append(roots, pkg.Package)
	}
	var errs []error
	packages.Visit(roots, nil, func(pkg *packages.Package) {
		for _, e := range pkg.Errors {
			if e.Kind != packages.TypeError {
				errs = append(errs, e)
			}
		}
	})
	return errors.Join(errs...)
}

// wholeObjectMeta tells the parser about apimachinery's metav1. Unlike
// controller-gen's own override it lets ObjectMeta be parsed field by field:
// the metadata of a podTemplate has all of them upstream.
func wholeObjectMeta(p *crd.Parser, pkg *loader.Package) {
	for name, typ := range map[string]string{
		"Time": "string", "MicroTime": "string", "Duration": "string", "FieldsV1": "object",
	} {
		p.Schemata[crd.TypeIdent{Name: name, Package: pkg}] = apiextensionsv1.JSONSchemaProps{Type: typ}
	}
	p.AddPackage(pkg)
}
