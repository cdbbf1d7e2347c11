package values

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/jsonfit"
)

// problem is a finding in the making.
type problem struct {
	diag.Finding
	depth int // length of the path of the value that was checked
}

// checker explains why a tree does not fit a schema.
type checker struct {
	schema *Schema
	whole  *Node // the tree
	root   *Node // the tree without nulls
}

// check returns what is wrong with a tree. If it is not whole, since a file
// could not be read, nothing is said about what is missing.
func (s *Schema) check(root *Node, whole bool) (diag.List, error) {
	c := &checker{schema: s, whole: root, root: root.WithoutNulls()}
	problems, err := c.problems()
	if err != nil {
		return nil, err
	}
	w := walker{shapes: map[expandKey][]*shape{}}
	w.walk(root, []*shape{s.root}, nil, false)
	placeholders := map[string]bool{}
	for _, f := range w.findings {
		if f.Code == diag.CodePlaceholder {
			placeholders[f.Path] = true
		}
	}
	findings := w.findings
	for _, p := range problems {
		switch p.Code {
		case diag.CodeMissingKey, diag.CodeAlternatives:
			if !whole {
				continue
			}
		case diag.CodeFormat, diag.CodeNotAllowed, diag.CodeOutOfRange:
			if placeholders[p.Path] {
				continue // said already, and better
			}
		}
		findings = append(findings, p.Finding)
	}
	return findings, nil
}

// problems asks the library what does not fit, unless it is plain that all does.
func (c *checker) problems() ([]problem, error) {
	plain := c.root.Plain()
	if jsonfit.Fits(c.schema.raw, plain) {
		return nil, nil
	}
	compiled, err := c.schema.compiled()
	if err != nil {
		return nil, err
	}
	err = compiled.Validate(plain)
	var invalid *jsonschema.ValidationError
	switch {
	case err == nil:
		return nil, nil
	case !errors.As(err, &invalid):
		return nil, fmt.Errorf("check values: %w", err)
	}
	return c.visit(invalid), nil
}

// visit turns the library's tree of errors into problems.
func (c *checker) visit(ve *jsonschema.ValidationError) []problem {
	sh, keyword := c.schema.locate(ve.AbsoluteKeywordLocation)
	path := instancePath(ve.InstanceLocation)
	v := verdict{checker: c, shape: sh, keyword: keyword, path: path, node: c.root.At(path...)}
	if v.node == nil {
		v.node = c.root
	}
	switch {
	case keyword == "oneOf" || keyword == "anyOf":
		return v.alternatives(ve.Causes)
	case len(ve.Causes) > 0 && keyword != "minContains":
		var problems []problem
		for _, cause := range ve.Causes {
			problems = append(problems, c.visit(cause)...)
		}
		return problems
	case strings.Contains(ve.KeywordLocation, "/propertyNames") && !strings.HasSuffix(keyword, "propertyNames"):
		return v.badName()
	default:
		return v.explain(ve.Message)
	}
}

// instancePath splits the library's form of a JSON pointer.
func instancePath(location string) []string {
	if location == "" {
		return nil
	}
	steps := strings.Split(location[1:], "/")
	for i, step := range steps {
		if plain, err := url.PathUnescape(step); err == nil {
			step = plain
		}
		steps[i] = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
	}
	return steps
}

// shapesAt returns the shapes of the value at a path, and whether values there
// are not to be shown.
func (c *checker) shapesAt(path []string) (shapes []*shape, concealed bool) {
	n := c.root
	shapes = []*shape{c.schema.root}
	for i := 0; ; i++ {
		kind := Kind(-1)
		if n != nil {
			kind = n.Kind
		}
		var all []*shape
		for _, sh := range shapes {
			all = append(all, sh.expand(kind)...)
		}
		shapes = all
		concealed = concealed || slices.ContainsFunc(shapes, func(sh *shape) bool { return sh.concealed })
		if i == len(path) {
			return shapes, concealed
		}
		if n != nil && n.Kind == List {
			shapes = item(shapes, listIndex(path[i]))
		} else {
			shapes, _ = member(shapes, path[i])
		}
		n = n.child(path[i])
	}
}

func listIndex(step string) int {
	i := 0
	_, _ = fmt.Sscan(step, &i)
	return i
}
