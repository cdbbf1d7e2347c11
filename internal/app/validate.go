package app

import (
	"context"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// ValidateRequest says what to judge: values, manifests, or both.
type ValidateRequest struct {
	// Request gives the values, judged as one platform with all overlays. Its
	// Include is not used.
	Request
	// Paths are files, directories and patterns of manifests; "-" is standard
	// input. A file in them that holds values is a platform by itself.
	Paths []string
	VerifyOptions
}

// Validate finds everything that is wrong with values and manifests. All
// manifests and the platform of the values are judged together, each values
// file among the paths by itself. An error means that something could not be
// read.
func (a *App) Validate(ctx context.Context, req ValidateRequest) (diag.List, error) {
	files, err := a.expand(req.Paths)
	if err != nil {
		return nil, err
	}
	if len(req.Files)+len(req.Sets)+len(files) == 0 {
		return nil, diag.ErrNoInput
	}
	var all diag.List
	var set inspected
	verifier, findings, err := a.verifier(req.VerifyOptions)
	if err != nil || findings.Has(diag.Error) {
		return findings, err
	}
	all = append(all, findings...)
	if len(req.Files)+len(req.Sets) > 0 {
		result, err := a.objects(ctx, req.Request)
		if err != nil {
			return nil, err
		}
		all = append(all, result.Findings...)
		if !result.Failed {
			req.Options = result.options(req.Options)
			if verifier, _, err = a.verifier(req.VerifyOptions); err != nil {
				return nil, err
			}
			if set, err = inspectSet(ctx, verifier, result.Set); err != nil {
				return nil, err
			}
		}
	}
	in := inspection{verifier: verifier, parts: []inspected{set}}
	if err := in.read(ctx, a, files); err != nil {
		return nil, err
	}
	var units []verify.Unit
	for _, part := range in.parts {
		units = append(units, part.units...)
		all = append(all, part.findings...)
	}
	judged, err := judge(ctx, verifier, units)
	if err != nil {
		return nil, err
	}
	all = append(all, judged...)
	for _, file := range in.values {
		findings, err := a.validateFile(ctx, req, file)
		if err != nil {
			return nil, err
		}
		all = append(all, findings...)
	}
	return all.Sorted(), nil
}

// validateFile judges one values file as a platform by itself. One that is none
// of ours is passed over with an info.
func (a *App) validateFile(ctx context.Context, req ValidateRequest, file values.Source) (diag.List, error) {
	result, err := a.build(ctx, req.Request, values.Input{Files: []values.Source{file}, ReadFile: a.read})
	if err != nil {
		return nil, err
	}
	if result.Failed {
		return passedOver(result.Findings), nil
	}
	o := req.VerifyOptions
	o.Options = result.options(o.Options)
	findings, err := a.verifySet(ctx, o, result.Set)
	return append(result.Findings, findings...), err
}

// passedOver turns the finding that a file is not ours into an info.
func passedOver(findings diag.List) diag.List {
	i := slices.IndexFunc(findings, func(f diag.Finding) bool { return f.Code == diag.CodeOtherTool })
	if i < 0 {
		return findings
	}
	f := findings[i]
	f.Severity = diag.Info
	f.Message, f.Hint = "passed over: none of the top-level keys is known to helm-flink, and it is no manifest", "name it with -f if it should be ours"
	return diag.List{f}
}
