package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/importer"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/values"
)

// ImportRequest names what becomes values.
type ImportRequest struct {
	// Paths are files, directories and patterns of manifests; "-" is standard input.
	Paths []string
	importer.Options
	// FailOn is the severity of findings that stops the work.
	FailOn diag.Severity
}

// Imported are values, and what there is to know about them. With Failed there are
// none.
type Imported struct {
	Values   []byte
	Findings diag.List
	Files    []string
	Failed   bool
}

// rounds bound how often values are rendered and amended, and how often a field
// that the values refuse is said otherwise.
const (
	rounds   = 6
	refusals = 40
)

// Import turns manifests into values, renders these and compares: what differs is
// said in them where that can be, and is a finding where it cannot.
func (a *App) Import(ctx context.Context, req ImportRequest) (Imported, error) {
	var out Imported
	files, err := a.expand(req.Paths)
	if err != nil {
		return out, err
	}
	if len(files) == 0 {
		return out, diag.ErrNoInput
	}
	for _, name := range files {
		out.Files = append(out.Files, shownName(name))
	}
	objects, findings, err := a.importable(files)
	out.Findings = findings
	if err != nil || out.stop(req.FailOn) {
		return out, err
	}
	req.Schema = a.Schema
	draft, findings, err := importer.Read(objects, req.Options)
	if err != nil {
		return out, err
	}
	out.Findings = append(out.Findings, findings...).Sorted()
	if out.stop(req.FailOn) {
		return out, nil
	}
	set, refused, err := a.settle(ctx, draft)
	if err == nil && refused == nil && !draft.Equal(set) {
		set, err = a.withoutLayers(ctx, draft, set)
	}
	if err != nil {
		return out, err
	}
	if refused == nil {
		refused = draft.Judge(set)
	}
	out.Findings = append(out.Findings, refused...).Sorted()
	if out.stop(req.FailOn) {
		return out, nil
	}
	out.Values, err = draft.YAML()
	return out, err
}

func (i *Imported) stop(failOn diag.Severity) bool {
	i.Failed = i.Failed || i.Findings.Has(min(failOn, diag.Error))
	return i.Failed
}

// withoutLayers tries whether values in which nothing is lifted to defaults are
// nearer to the input.
func (a *App) withoutLayers(ctx context.Context, draft *importer.Draft, before manifest.Set) (manifest.Set, error) {
	draft.Plain(true)
	set, refused, err := a.settle(ctx, draft)
	if err != nil || refused == nil && draft.Equal(set) {
		return set, err
	}
	draft.Plain(false)
	return before, nil
}

// settle renders the draft and amends it until it says no more. Findings mean that
// the values are refused.
func (a *App) settle(ctx context.Context, draft *importer.Draft) (manifest.Set, diag.List, error) {
	tries := 0
	for round := 0; ; round++ {
		set, findings, err := a.rendered(ctx, draft)
		if err != nil {
			return nil, nil, err
		}
		if findings.Has(diag.Error) {
			if tries++; tries > refusals || !refuse(draft, findings) {
				return nil, draft.Refused(findings), nil
			}
			round--
			continue
		}
		if round == rounds || !draft.Amend(set) {
			return set, nil, nil
		}
	}
}

// refuse says otherwise what the values do not take.
func refuse(draft *importer.Draft, findings diag.List) bool {
	done := false
	for _, f := range findings {
		if f.Severity == diag.Error && f.Code != diag.CodePlaceholder {
			done = draft.Refuse(strings.Split(f.Path, ".")) || done
		}
	}
	return done
}

// rendered gives the objects that the draft stands for, unverified.
func (a *App) rendered(ctx context.Context, draft *importer.Draft) (manifest.Set, diag.List, error) {
	data, err := draft.YAML()
	if err != nil {
		return nil, nil, err
	}
	in := values.Input{Files: []values.Source{{Name: "imported values", Data: data}}}
	result, err := a.build(ctx, Request{FailOn: diag.Error, SkipVerify: true}, in)
	if err != nil {
		return nil, nil, fmt.Errorf("render the imported values: %w", err)
	}
	if !result.Failed {
		return result.Set, nil, nil
	}
	return nil, result.Findings, nil
}

// importable reads all objects of the files, in their order; what is no manifest is passed over.
func (a *App) importable(files []string) (manifest.Set, diag.List, error) {
	var set manifest.Set
	var findings diag.List
	for _, name := range files {
		f, err := a.Open(name)
		if err != nil {
			return nil, nil, fmt.Errorf("read manifests: %w", err)
		}
		for doc, err := range stream.Documents(shownName(name), f) {
			if err != nil {
				_ = f.Close()
				return nil, nil, fmt.Errorf("read manifests: %w", err)
			}
			objects, more := doc.Objects()
			if !doc.IsManifest() && !slices.ContainsFunc(more, func(f diag.Finding) bool { return f.Code != diag.CodeManifestIdentity }) {
				more = diag.List{{
					Code: diag.CodeImportForeign, Severity: diag.Info, Pos: diag.Position{File: doc.File, Line: doc.Line, Column: 1},
					Message: "passed over: this is no manifest",
				}}
				objects = nil
			}
			findings = append(findings, more...)
			set = append(set, objects...)
		}
		if err := f.Close(); err != nil {
			return nil, nil, fmt.Errorf("read manifests: %w", err)
		}
	}
	return slices.Clip(set), findings, nil
}
