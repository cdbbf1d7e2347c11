package app

import (
	"cmp"
	"io"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
)

// WriteFunction writes the ResourceList with its results. Of an input that is no
// ResourceList nothing is written.
func WriteFunction(w io.Writer, r FunctionResult) error {
	if r.list == nil {
		return nil
	}
	made := map[string]bool{}
	for _, o := range r.made {
		made[o.Key().String()] = true
	}
	items := map[string]krm.Item{}
	for _, item := range r.list.Items {
		if key := item.Key().String(); !made[key] {
			items[key] = item
		}
	}
	var outcomes []emit.Outcome
	for _, f := range r.Findings {
		outcomes = append(outcomes, r.outcome(f, items))
	}
	return emit.WriteResourceList(w, r.list, outcomes)
}

// outcome is a finding in the protocol's form. One about an item, by the name of its
// object, has the object and the field; one about the values has the functionConfig,
// if it holds them, or the values file.
func (r FunctionResult) outcome(f diag.Finding, items map[string]krm.Item) emit.Outcome {
	o := emit.Outcome{
		Message: strings.TrimSuffix(f.Message+"\n"+f.Hint, "\n"), Severity: f.Severity.String(),
		Tags: map[string]string{"code": string(f.Code)},
	}
	item, about := items[f.Object]
	if inline := r.inline(f); !about && (inline || r.list.Config != nil && f.Pos.File == configName(r.list.Config)) {
		item, about = *r.list.Config, true
		if inline {
			f.Path = strings.TrimSuffix("spec."+f.Path, ".")
		}
	}
	if about {
		key := item.Key()
		o.Resource = &emit.OutcomeResource{APIVersion: key.APIVersion, Kind: key.Kind, Namespace: key.Namespace, Name: key.Name}
	}
	if f.Path != "" {
		o.Field = &emit.OutcomeField{Path: f.Path}
	}
	if f.Pos.Line > 0 {
		o.Tags["line"] = strconv.Itoa(f.Pos.Line)
	}
	if f.Object != "" && !about {
		o.Tags["object"] = f.Object
	}
	if file := cmp.Or(item.File, f.Pos.File); file != "" && !strings.HasPrefix(file, "(") {
		o.File = &emit.OutcomeFile{Path: file, Index: item.Index}
	}
	return o
}

// inline reports whether a finding is about values in the functionConfig itself.
func (r FunctionResult) inline(f diag.Finding) bool {
	return r.source.Name != "" && f.Pos.File == r.source.Name
}
