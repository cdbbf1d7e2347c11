package app

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/stack"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// On lays a stack under a request: what the request has by itself goes over it.
func (r Request) On(s stack.Stack) Request {
	r.Files = slices.Concat(s.Values, r.Files)
	r.Overlays = slices.Concat(s.Overlays, r.Overlays)
	r.Ignores = slices.Concat(r.Ignores, s.Ignores)
	r.Stack, r.KubeContext = s.Name, s.Context
	return r
}

// Stacked is what was built of a stack.
type Stacked struct {
	// Name is the stack's.
	Name string
	// Files are its values files.
	Files []string
	Result
}

// BuildStacks is Build for every stack of the file, each laid under the request.
// The findings, which name their stacks, are put together, and not to be taken
// from the results; those of the results that fail by errors alone say so. Whether
// less than an error fails is for the caller to see in all of them.
func (a *App) BuildStacks(ctx context.Context, req Request, file *stack.File) ([]Stacked, diag.List, error) {
	var all []Stacked
	found, err := eachStack(req, file, func(name string, one Request) (diag.List, error) {
		result, err := a.Build(ctx, one)
		all = append(all, Stacked{name, one.Files, result})
		return result.Findings, err
	})
	return all, found, err
}

// ValidateStacks is Validate for every stack of the project, each laid under the
// request. Its findings name their stacks.
func (a *App) ValidateStacks(ctx context.Context, req ValidateRequest) (Validation, error) {
	var out Validation
	found, err := eachStack(req.Request, req.Project, func(_ string, one Request) (diag.List, error) {
		of := req
		of.Request = one
		v, err := a.Validate(ctx, of)
		for _, name := range v.Files {
			if !slices.Contains(out.Files, name) {
				out.Files = append(out.Files, name)
			}
		}
		return v.Findings, err
	})
	out.Findings = found
	return out, err
}

// eachStack does something with the request of every stack, and puts the findings
// together. A shared ignore is of no use when no stack has a use for it, so that
// only errors stop the work on one stack: what else fails is known at the end.
func eachStack(req Request, file *stack.File, do func(name string, req Request) (diag.List, error)) (diag.List, error) {
	found := req.Found
	req.Found, req.Whole, req.FailOn = nil, true, diag.Error
	names := make([]string, 0, len(file.Stacks))
	lists := make([]diag.List, 0, len(file.Stacks))
	unused := map[diag.Position]int{}
	shared := func(f diag.Finding) bool {
		return f.Code == diag.CodeIgnoreUnused && strings.HasPrefix(f.Path, "ignore.") &&
			filepath.Clean(f.Pos.File) == filepath.Clean(file.Name)
	}
	for _, s := range file.Stacks {
		list, err := do(s.Name, req.On(s))
		if err != nil {
			return nil, fmt.Errorf("stack %s: %w", s.Name, err)
		}
		names, lists = append(names, s.Name), append(lists, list)
		for _, f := range list {
			if shared(f) {
				unused[f.Pos]++
			}
		}
	}
	for i, list := range lists {
		lists[i] = slices.DeleteFunc(slices.Clone(list), func(f diag.Finding) bool {
			return shared(f) && unused[f.Pos] < len(lists)
		})
	}
	return append(slices.Clone(found), diag.Stacked(names, lists)...).Sorted(), nil
}
