package main

import (
	"crypto/sha1"
	"debug/buildinfo"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	cyclonedx "github.com/CycloneDX/cyclonedx-go"
)

// sbom writes the bill of materials of a platform's programs as CycloneDX: the modules that are linked into them, as the programs
// themselves say (debug/buildinfo), and Go's standard library. The same programs give the same bytes.
func (r *release) sbom(target, bin string, p platform) (err error) {
	modules := map[string]string{} // purl by itself, with the sum of the module
	var module string
	for _, name := range programs() {
		info, err := buildinfo.ReadFile(filepath.Join(bin, p.program(name)))
		if err != nil {
			return err
		}
		module = info.Main.Path
		modules["pkg:golang/std@"+strings.TrimPrefix(info.GoVersion, "go")] = ""
		for _, dep := range info.Deps {
			if dep.Replace != nil {
				dep = dep.Replace
			}
			modules["pkg:golang/"+dep.Path+"@"+dep.Version] = dep.Sum
		}
	}
	bom := r.bom(module, modules, p)
	out, err := os.Create(target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	return cyclonedx.NewBOMEncoder(out, cyclonedx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cyclonedx.SpecVersion1_6)
}

func (r *release) bom(module string, modules map[string]string, p platform) *cyclonedx.BOM {
	root := "pkg:golang/" + module + "@v" + r.version
	bom := cyclonedx.NewBOM()
	bom.SerialNumber = "urn:uuid:" + uuid(root+" "+p.String())
	properties := []cyclonedx.Property{{Name: "go:os", Value: p.os}, {Name: "go:arch", Value: p.arch}}
	bom.Metadata = &cyclonedx.Metadata{
		Timestamp: r.epoch.Format(time.RFC3339),
		Component: &cyclonedx.Component{
			BOMRef: root, Type: cyclonedx.ComponentTypeApplication, Name: "helm-flink", Version: r.version, PackageURL: root,
			Licenses: &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "Apache-2.0"}}}, Properties: &properties,
		},
	}
	refs := slices.Sorted(maps.Keys(modules))
	components := []cyclonedx.Component{}
	for _, ref := range refs {
		name, version, _ := strings.Cut(strings.TrimPrefix(ref, "pkg:golang/"), "@")
		component := cyclonedx.Component{
			BOMRef: ref, Type: cyclonedx.ComponentTypeLibrary, Name: name, Version: version, PackageURL: ref,
			Scope: cyclonedx.ScopeRequired,
		}
		if sum := modules[ref]; sum != "" {
			component.Properties = &[]cyclonedx.Property{{Name: "go:sum", Value: sum}}
		}
		components = append(components, component)
	}
	bom.Components = &components
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: root, Dependencies: &refs}}
	return bom
}

// uuid is a version 5 UUID of a text.
func uuid(text string) string {
	sum := sha1.Sum([]byte("https://github.com/helm-flink/helm-flink " + text))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
