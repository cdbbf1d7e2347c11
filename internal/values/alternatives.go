package values

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// branch is one alternative of oneOf or anyOf that does not fit.
type branch struct {
	shape    *shape
	problems []problem
	// How near it comes: discriminating values (enum, const) that do not fit
	// and that do, required keys that are there, unknown keys.
	clashing, matching, present, unknown int
	clash                                string // the key of the first that does not fit
}

// alternatives explains a failed oneOf or anyOf by the branch that was meant.
// The causes are one for each branch, or none if several branches of a oneOf
// fit.
func (v verdict) alternatives(causes []*jsonschema.ValidationError) []problem {
	shapes := v.shape.oneOf
	if v.keyword == "anyOf" {
		shapes = v.shape.anyOf
	}
	if len(causes) != len(shapes) {
		return v.severalFit(shapes)
	}
	var branches []branch
	for i, sh := range shapes {
		if sh.takes(v.node.Kind) {
			branches = append(branches, v.judge(sh, v.visit(causes[i])))
		}
	}
	switch len(branches) {
	case 0:
		return v.noneTakes(shapes)
	case 1:
		return branches[0].problems
	}
	if keys, ok := v.noneChosen(branches); ok {
		return v.here(diag.CodeAlternatives, "want "+oneOfKeys(keys), v.shape.hint)
	}
	slices.SortStableFunc(branches, func(a, b branch) int {
		return cmp.Or(
			cmp.Compare(a.clashing, b.clashing), cmp.Compare(b.matching, a.matching), cmp.Compare(b.present, a.present),
			cmp.Compare(a.unknown, b.unknown), cmp.Compare(len(a.problems), len(b.problems)), cmp.Compare(b.deepest(), a.deepest()),
		)
	})
	best := branches[0]
	if best.clashing > 0 {
		if problems := v.clash(branches); problems != nil {
			return problems
		}
	}
	if v.node.Kind < List {
		return v.scalarTie(branches)
	}
	return best.problems
}

func (b branch) deepest() int {
	depth := 0
	for _, p := range b.problems {
		depth = max(depth, p.depth)
	}
	return depth
}

// judge measures how near a branch comes to the value.
func (v verdict) judge(sh *shape, problems []problem) branch {
	b := branch{shape: sh, problems: problems}
	for _, p := range problems {
		if p.Code == diag.CodeUnknownKey && p.depth == len(v.path) {
			b.unknown++
		}
	}
	for _, s := range sh.expand(v.node.Kind) {
		for _, key := range s.required {
			if v.node.Get(key) != nil {
				b.present++
			}
		}
		for _, key := range sortedKeys(s.props) {
			n, enum := v.node.Get(key), s.props[key].enum
			switch {
			case n == nil || len(enum) == 0:
			case slices.Contains(enumWords(enum), n.Text):
				b.matching++
			default:
				if b.clashing++; b.clash == "" {
					b.clash = key
				}
			}
		}
	}
	return b
}

// noneTakes says that no branch takes a value of this kind.
func (v verdict) noneTakes(shapes []*shape) []problem {
	var types, words []string
	for _, sh := range shapes {
		accepted := sh.accepted(map[*shape]bool{})
		types = append(types, accepted...)
		words = append(words, sh.named())
		if sh.quote {
			quoted := v
			quoted.shape = sh
			v = quoted
		}
	}
	p := v.mistyped(types, join(words, "or"))
	if p.Code == diag.CodeWrongType {
		_, concealed := v.shapesAt(v.path)
		p.Message = fmt.Sprintf("want %s; got %s", join(words, "or"), v.node.shown(concealed, true))
		p.Hint = v.shape.hint
	}
	return []problem{p}
}

// named is a branch's title with what it is: "the name of a pool (a string)".
func (sh *shape) named() string {
	title, is := sh.text(func(s *shape) string { return s.title }), sh.describe()
	switch {
	case title == "":
		return is
	case is == "" || strings.HasPrefix(title, is+" "):
		return title
	default:
		return title + " (" + is + ")"
	}
}

// noneChosen returns the keys of each branch if the branches differ in what
// they require and nothing of it is there.
func (v verdict) noneChosen(branches []branch) ([]string, bool) {
	var keys []string
	for _, b := range branches {
		if v.node.Kind != Map || b.present+b.matching+b.clashing > 0 || len(b.problems) == 0 {
			return nil, false
		}
		var required []string
		for _, p := range b.problems {
			if p.Code != diag.CodeMissingKey || p.depth != len(v.path) {
				return nil, false
			}
		}
		for _, s := range b.shape.expand(Map) {
			required = append(required, s.required...)
		}
		keys = append(keys, join(required, "and"))
	}
	return keys, true
}

func oneOfKeys(keys []string) string {
	if len(keys) == 1 {
		return "the key " + keys[0]
	}
	return "one of the keys " + join(keys, "or")
}

// clash joins what the branches allow for the key that tells them apart.
func (v verdict) clash(branches []branch) []problem {
	key := branches[0].clash
	all := &shape{}
	for _, b := range branches {
		if b.clash != key {
			return nil
		}
		for _, s := range b.shape.expand(Map) {
			if p := s.props[key]; p != nil {
				all.enum = append(all.enum, p.enum...)
				all.hint = p.hint
			}
		}
	}
	at := v
	at.shape, at.path, at.node = all, v.below(key), v.node.Get(key)
	return at.notAllowed()
}

// scalarTie joins the wishes of branches that take the same kind of scalar.
func (v verdict) scalarTie(branches []branch) []problem {
	var words []string
	code := branches[0].problems[0].Code
	for _, b := range branches {
		words = append(words, b.shape.namedShort())
		if b.problems[0].Code != code {
			code = diag.CodeAlternatives
		}
	}
	if slices.Contains(words, "") {
		return branches[0].problems
	}
	_, concealed := v.shapesAt(v.path)
	hint := v.shape.hint
	for _, b := range branches {
		if hint == "" {
			hint = b.problems[0].Hint
		}
	}
	return v.here(code, fmt.Sprintf("want %s; got %s", join(words, "or"), v.node.shown(concealed, false)), hint)
}

func (sh *shape) namedShort() string {
	if enum := sh.allowed(); enum != "" {
		return enum
	}
	if expect := sh.text(func(s *shape) string { return s.expect }); expect != "" {
		return expect
	}
	return cmp.Or(sh.text(func(s *shape) string { return s.title }), sh.describe())
}

// severalFit says which keys exclude one another: those that the branches
// require.
func (v verdict) severalFit(shapes []*shape) []problem {
	var keys, titles []string
	for _, sh := range shapes {
		var required []string
		all := true
		for _, s := range sh.expand(v.node.Kind) {
			for _, key := range s.required {
				required = append(required, key)
				all = all && v.node.Get(key) != nil
			}
		}
		if all && len(required) > 0 {
			keys = append(keys, required[0])
		}
		titles = append(titles, sh.named())
	}
	if len(keys) > 1 {
		return v.exclusive(keys)
	}
	return v.here(diag.CodeAlternatives, "more than one of these fits: "+strings.Join(titles, "; "), v.shape.hint)
}
