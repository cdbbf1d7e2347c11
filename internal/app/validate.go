package app

import (
	"context"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
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

// Validation is what Validate found.
type Validation struct {
	Findings diag.List
	// Files are all inputs that were judged, by the names that findings use.
	Files []string
}

// Validate finds everything that is wrong with values and manifests. All
// manifests and the platform of the values are judged together, each values
// file among the paths by itself. An error means that something could not be
// read.
func (a *App) Validate(ctx context.Context, req ValidateRequest) (Validation, error) {
	var out Validation
	files, err := a.expand(req.Paths)
	if err != nil {
		return out, err
	}
	if len(req.Files)+len(req.Sets)+len(files) == 0 {
		return out, diag.ErrNoInput
	}
	for _, name := range slices.Concat(req.Files, files) {
		out.Files = append(out.Files, shownName(name))
	}
	var platform Result
	if len(req.Files)+len(req.Sets) > 0 {
		if platform, err = a.objects(ctx, req.Request); err != nil {
			return out, err
		}
		out.Findings = platform.Findings
		if !platform.Failed {
			req.Options = platform.options(req.Options)
		}
	}
	verifier, findings, err := a.verifier(req.VerifyOptions)
	if out.Findings = append(out.Findings, findings...); err != nil || findings.Has(diag.Error) {
		return out, err
	}
	set, err := inspectSet(ctx, verifier, platform.Set)
	if err != nil {
		return out, err
	}
	in := inspection{verifier: verifier, parts: []inspected{set}}
	if err := in.read(ctx, a, files); err != nil {
		return out, err
	}
	judged, err := judge(ctx, verifier, in.all(), platform.ignores)
	if err != nil {
		return out, err
	}
	out.Findings = append(out.Findings, judged...)
	for _, file := range in.values {
		findings, err := a.validateFile(ctx, req, file)
		if err != nil {
			return out, err
		}
		out.Findings = append(out.Findings, findings...)
	}
	out.Findings = out.Findings.Sorted()
	return out, nil
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
	findings, err := a.verifySet(ctx, o, result.Set, result.ignores)
	return append(result.Findings, findings...), err
}

// passedOver turns the finding that a file is not ours, the values of another
// tool or a Kustomization, into an info.
func passedOver(findings diag.List) diag.List {
	for _, f := range findings {
		if f.Code == diag.CodeOtherTool || f.Code == diag.CodeManifest {
			f.Severity = diag.Info
			f.Message = "passed over: this is neither values of helm-flink nor a manifest"
			f.Hint = "name it with -f if it should be values, or with -k if it is an overlay"
			return diag.List{f}
		}
	}
	return findings
}
