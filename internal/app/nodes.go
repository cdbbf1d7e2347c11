package app

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter/fit"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// instanceTypes sets the instance types that nodes are judged by, those of the
// user or those of the program, which are unpacked once for a whole call and only
// if there are node pools. A file that is no list of types is a finding.
func (a *App) instanceTypes(o *VerifyOptions) (diag.List, error) {
	if o.Catalogue.Types != nil {
		return nil, nil
	}
	o.Catalogue = fit.Catalogue{Types: instances.NewBuiltIn().Types}
	if o.CatalogueFile == "" {
		return nil, nil
	}
	data, err := a.readWhole(o.CatalogueFile)
	if err != nil {
		return nil, fmt.Errorf("--catalogue: %w", err)
	}
	name := shownName(o.CatalogueFile)
	types, err := instances.ReadCatalogue(name, data, o.Catalogue.Types())
	if err != nil {
		return diag.List{wrongCatalogue(name, err)}, nil
	}
	o.Catalogue = fit.Catalogue{Types: func() *instances.Catalogue { return types }, Final: true}
	return nil, nil
}

// wrongCatalogue makes a finding of an error that begins with the file and, mostly,
// the line.
func wrongCatalogue(name string, err error) diag.Finding {
	out := diag.Finding{
		Code: diag.CodeInstanceTypes, Severity: diag.Error, Message: err.Error(), Pos: diag.Position{File: name},
		Hint: "write the file with: aws ec2 describe-instance-types --output json",
	}
	rest, _ := strings.CutPrefix(out.Message, name+":")
	line, rest, more := strings.Cut(rest, ":")
	if n, err := strconv.Atoi(line); err == nil && more {
		out.Pos.Line, out.Pos.Column, out.Message = n, 1, strings.TrimSpace(rest)
		return out
	}
	out.Message = strings.TrimPrefix(out.Message, name+": ")
	return out
}

// nodeGroups are the groups that the values declare, as the rules see them.
func nodeGroups(p *spec.Platform) []verify.NodeGroup {
	var out []verify.NodeGroup
	for _, key := range slices.Sorted(maps.Keys(p.NodeGroups)) {
		g := p.NodeGroups[key]
		one := verify.NodeGroup{Name: key, Labels: map[string][]string{}}
		for label, value := range g.NodeLabels() {
			one.Labels[label] = []string{value}
		}
		for label, values := range map[string][]string{instances.LabelType: g.InstanceTypes, corev1.LabelTopologyZone: g.Zones} {
			if _, set := g.Labels[label]; !set && len(values) > 0 {
				one.Labels[label] = values
			}
		}
		for _, key := range slices.Sorted(maps.Keys(g.Taints)) {
			t := g.Taints[key]
			one.Taints = append(one.Taints, corev1.Taint{Key: key, Value: t.Value, Effect: corev1.TaintEffect(t.Effect)})
		}
		out = append(out, one)
	}
	return out
}
