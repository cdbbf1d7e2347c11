// Package api checks objects as the API server does, offline: by the schemas
// and CEL rules of their CustomResourceDefinitions, or, for kinds that are built
// in, by strict decoding and the server's own checks.
//
// What it says is what `kubectl create --dry-run=server --validate=strict` says
// of a cluster on which the object does not exist yet; what depends on the state
// of a cluster, on admission plugins or on an earlier version of the object
// (immutable fields) is left out.
//
// It may import karpenter, flink, aws, manifest and diag of this module, and of
// third parties apiextensions and apiserver.
package api

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/schemas"
)

// Options choose what is checked against.
type Options struct {
	// CRDs are CustomResourceDefinitions of the user's; one replaces a known one
	// of the same group and kind.
	CRDs []manifest.Object
	// KubeVersion is major.minor of the API server.
	KubeVersion string
}

// Checker checks objects. It may be used by many goroutines.
type Checker struct {
	kube     version
	fields   *fieldTable
	custom   map[schema.GroupKind]*definition
	builtins map[schema.GroupVersionKind]builtin
}

// New makes a checker. Schemas are compiled at their first use. Findings are
// about the user's CRDs: one that the API server would refuse is not used.
func New(o Options) (*Checker, diag.List, error) {
	kube, err := parseVersion(o.KubeVersion)
	if err != nil {
		return nil, nil, err
	}
	c := &Checker{
		kube: kube, fields: &fieldTable{}, custom: map[schema.GroupKind]*definition{}, builtins: builtins(kube),
	}
	files, err := schemas.CRDs.ReadDir("crds")
	if err != nil {
		return nil, nil, err
	}
	for _, file := range files {
		group, kind, _ := strings.Cut(strings.TrimSuffix(file.Name(), ".json"), "_")
		c.custom[schema.GroupKind{Group: group, Kind: kind}] = pinned("crds/" + file.Name())
	}
	var found diag.List
	for _, crd := range o.CRDs {
		gk, d, findings := c.userCRD(crd)
		found = append(found, findings...)
		if d != nil {
			c.custom[gk] = d
		}
	}
	return c, found, nil
}

// Check returns what the API server would refuse the object for, every finding
// at its field, in the order of the fields. The object is not changed.
func (c *Checker) Check(o manifest.Object) diag.List {
	r := &report{object: o}
	apiVersion, _ := o.Data["apiVersion"].(string)
	kind, _ := o.Data["kind"].(string)
	gv, err := schema.ParseGroupVersion(apiVersion)
	switch {
	case apiVersion == "" || kind == "" || err != nil:
		c.checkHead(r, err)
	case c.removed(r, gv.WithKind(kind)):
	case c.custom[schema.GroupKind{Group: gv.Group, Kind: kind}] != nil:
		c.quantities(r)
		c.checkCustom(r, c.custom[schema.GroupKind{Group: gv.Group, Kind: kind}], gv.Version)
	default:
		c.checkBuiltin(r, gv.WithKind(kind))
	}
	return r.found.Sorted()
}

// checkHead says what is wrong with apiVersion and kind.
func (c *Checker) checkHead(r *report, err error) {
	for _, name := range []string{"apiVersion", "kind"} {
		switch v := r.object.Data[name].(type) {
		case nil:
			r.add(diag.CodeAPIMissing, []string{name}, name+": required value: every object has one", "")
		case string:
			if v == "" {
				r.add(diag.CodeAPIMissing, []string{name}, name+": required value: every object has one", "")
			}
		default:
			r.add(diag.CodeAPIType, []string{name}, name+": must be a string, not "+typeName(v), quoteHint(v))
		}
	}
	if err != nil {
		r.add(diag.CodeAPIVersion, []string{"apiVersion"}, err.Error(), "write group/version, or v1")
	}
}
