package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/app/stack"
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
	// Project is .helm-flink.yaml: a values file among the paths that one of its
	// stacks layers is judged as that stack. Nil if there is none.
	Project *stack.File
	// Resolve gives two names of one file the same path.
	Resolve func(name string) string
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
	if req.Found.Has(diag.Error) { // the stack that should name the files cannot be read
		return Validation{Findings: req.Found}, nil
	}
	if len(req.Files)+len(req.Sets)+len(files) == 0 {
		return out, diag.ErrNoInput
	}
	for _, name := range slices.Concat(req.Files, files) {
		out.Files = append(out.Files, shownName(name))
	}
	err = a.validate(ctx, req, files, &out)
	return out, err
}

// validate judges values and manifests, of which the files are those among the
// paths.
func (a *App) validate(ctx context.Context, req ValidateRequest, files []string, out *Validation) (err error) {
	if req.documents, err = a.readAWS(req.AWS); err != nil {
		return err
	}
	platform := Result{ignores: ignore.New(Entries())}
	if len(req.Files)+len(req.Sets) > 0 {
		if platform, err = a.objects(ctx, req.Request); err != nil {
			return err
		}
		if !platform.Failed {
			req.Options = platform.options(req.Options)
		}
	} else {
		platform.add(req.FailOn, slices.Concat(req.Found, platform.ignores.Add(req.Ignores...)))
	}
	out.Findings = platform.Findings
	verifier, findings, err := a.verifier(&req.VerifyOptions)
	if out.Findings = append(out.Findings, findings...); err != nil || findings.Has(diag.Error) {
		return err
	}
	set, err := a.inspectSet(ctx, verifier, platform.Set)
	if err != nil {
		return err
	}
	in := inspection{verifier: verifier, parts: []inspected{set}}
	if err := in.read(ctx, a, files); err != nil {
		return err
	}
	all := in.all()
	options := req.over(platform, all)
	judged, err := a.verdict(ctx, verifier, all.with(options), platform.ignores, options.judged)
	if err != nil {
		return err
	}
	out.Findings = append(out.Findings, judged...)
	if findings, err = a.validateFiles(ctx, req, in.values); err != nil {
		return err
	}
	out.Findings = append(out.Findings, findings...)
	out.Findings = out.Findings.Sorted()
	return nil
}

// over are the options for objects of a platform, or for manifests alone. Without
// either there is nothing to hold documents of AWS against.
func (o VerifyOptions) over(platform Result, all inspected) VerifyOptions {
	o.platform = platform.platform
	if platform.Failed || o.platform == nil && len(all.units) == 0 {
		o.documents = nil
	}
	return o
}

// validateFiles judges values files among the paths: those that a stack layers
// as that stack, each of the others as a platform by itself.
func (a *App) validateFiles(ctx context.Context, req ValidateRequest, files []values.Source) (diag.List, error) {
	var judged []string
	var lists []diag.List
	byName := map[string]values.Source{}
	var names []string
	for _, f := range files {
		byName[f.Name] = f
		names = append(names, f.Name)
	}
	stacks, alone := req.Project.Group(names, req.Resolve)
	for _, s := range stacks {
		one := req
		one.Request = Request{Sets: req.Sets, FailOn: req.FailOn, Ignores: req.Ignores}.On(s)
		in, err := a.input(one.Request)
		if err != nil {
			return nil, fmt.Errorf("stack %s: %w", s.Name, err)
		}
		findings, _, err := a.validatePlatform(ctx, one, in)
		if err != nil {
			return nil, fmt.Errorf("stack %s: %w", s.Name, err)
		}
		judged = append(judged, s.Name)
		lists = append(lists, findings)
	}
	all := diag.Stacked(judged, lists)
	for _, name := range alone {
		one := req
		one.Request = Request{FailOn: req.FailOn, Ignores: req.Ignores}
		findings, failed, err := a.validatePlatform(ctx, one, values.Input{Files: []values.Source{byName[name]}, ReadFile: a.read})
		if err != nil {
			return nil, err
		}
		if failed {
			findings = passedOver(findings)
		}
		all = append(all, findings...)
	}
	return all, nil
}

// validatePlatform judges values as a platform. failed says that there was
// nothing to render.
func (a *App) validatePlatform(
	ctx context.Context, req ValidateRequest, in values.Input,
) (findings diag.List, failed bool, err error) {
	result, err := a.build(ctx, req.Request, in)
	if err != nil || result.Failed {
		return result.Findings, true, err
	}
	o := req.VerifyOptions
	o.Options, o.platform = result.options(o.Options), result.platform
	judged, err := a.verifySet(ctx, o, result.Set, result.ignores)
	return append(result.Findings, judged...), false, err
}

// passedOver turns the finding that a file is not ours, the values of another
// tool or a Kustomization, into an info.
func passedOver(findings diag.List) diag.List {
	for _, f := range findings {
		if f.Code == diag.CodeOtherTool || f.Code == diag.CodeManifest || f.Code == diag.CodeNotMapping {
			f.Severity = diag.Info
			f.Message = "passed over: this is neither values of helm-flink nor a manifest"
			f.Hint = "name it with -f if it should be values, or with -k if it is an overlay"
			if filepath.Base(f.Pos.File) == "Chart.yaml" {
				f.Message = "passed over: this is a Helm chart"
				f.Hint = "render it first: helm template … | helm flink validate -"
			}
			return diag.List{f}
		}
	}
	return findings
}
