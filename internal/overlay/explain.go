package overlay

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// explain turns Kustomize's error into a finding: said in the words of the user's
// files, at the entry that caused it where that can be told, and without
// the configuration that Kustomize repeats, which may hold secrets. files are
// the kustomizations of the tree, the overlay's own first.
//
// The texts are those of kustomize api v0.21.2; one that is not known stays as
// it is but for paths.
func explain(err error, m mount, files []*file) diag.Finding {
	e := explainer{raw: err.Error(), text: plain(err.Error()), mount: m, files: files, out: files[0].finding(1, "")}
	for _, r := range append(rules(), entryRules()...) {
		if sub := regexp.MustCompile(r.pattern).FindStringSubmatch(e.text); sub != nil {
			r.say(&e, sub)
			return e.out
		}
	}
	e.out.Message = shown(e.text, m, files)
	e.at(configPosition(files, e.raw))
	return e.out
}

// refusals are the findings about files that were not read.
func refusals(refused map[string]string, m mount, files []*file) diag.List {
	var out diag.List
	for path, why := range refused {
		e := explainer{mount: m, files: files, out: files[0].finding(1, "")}
		e.path(path, "%q "+why)
		out = append(out, e.out)
	}
	return out.Sorted()
}

// explainer is one error on its way to become a finding.
type explainer struct {
	raw, text string // Kustomize's words, and without what plain drops
	mount     mount
	files     []*file
	out       diag.Finding
}

// at puts the finding at a position, if that is known.
func (e *explainer) at(pos diag.Position) {
	if pos.Line > 0 {
		e.out.Pos = pos
	}
}

// path speaks of a file or directory, at the entry that names it.
func (e *explainer) path(abs, format string) {
	e.out.Message = fmt.Sprintf(format, shown(abs, e.mount, e.files))
	e.at(pathPosition(e.files, abs))
}

// broken is the file that is no YAML, of a name as a kustomization has it: beside the one
// that names it, and if several do, the first that does not parse.
func (e *explainer) broken(name string) string {
	beside := e.files[0]
	named := false
	for _, f := range e.files {
		path := filepath.Join(f.dir, name)
		if pathPosition([]*file{f}, path) == (diag.Position{}) {
			continue
		}
		if !named {
			beside, named = f, true
		}
		if text, err := readFile(path); err == nil {
			if _, err := documents(text); err != nil {
				beside = f
				break
			}
		}
	}
	return filepath.Join(filepath.Dir(beside.shown), name)
}

// rule is a text of Kustomize and what to say instead.
type rule struct {
	pattern string
	say     func(e *explainer, sub []string)
}

func rules() []rule {
	return []rule{
		{`MalformedYAMLError: (.*) in File: (\S+)`, func(e *explainer, sub []string) {
			line, message := yamlMessage(sub[1])
			e.out.Message = "not YAML: " + message
			e.out.Pos = diag.Position{File: e.broken(sub[2]), Line: line, Column: 1}
		}},
		{`(?:no|multiple) matches for Id (\S+?);? `, func(e *explainer, sub []string) {
			key := parseID(sub[1])
			e.out.Message = fmt.Sprintf("a patch is for %s, which is not among the objects", key)
			e.out.Hint = "a patch without target must give the kind, name and namespace of one object"
			e.at(patchPosition(e.files, patches(key)))
		}},
		{`merging resources from '(.*?)'.*already registered id: (\S+)'`, func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("%s is there twice", parseID(sub[2]))
			e.out.Hint = "take one of the two out; to change an object, patch it"
			e.at(entryPosition(e.files, sub[1]))
		}},
		{`candidate root '(.*?)' contains visited root`, func(e *explainer, sub []string) {
			e.path(sub[1], "%q contains the directory that names it")
		}},
		{`security; file '(.*?)' is not in or below`, func(e *explainer, sub []string) {
			e.path(sub[1], "%q is outside the kustomization's directory: files are read only from below it")
		}},
		{`lstat (.*?): no such file`, func(e *explainer, sub []string) {
			e.path(sub[1], "%q does not exist")
		}},
		{`unable to parse SM or JSON patch`, func(e *explainer, _ []string) {
			e.out.Message = "a patch is neither a strategic merge patch nor a JSON patch"
			e.out.Hint = "a strategic merge patch needs apiVersion, kind and metadata.name; a JSON patch is a list in block YAML, or JSON"
			e.at(configPosition(e.files, e.raw))
		}},
		{`doc is missing path: (\S+?):? `, func(e *explainer, sub []string) {
			e.out.Message = fmt.Sprintf("a JSON patch does not apply: the object has no %s", sub[1])
			e.at(patchPosition(e.files, func(text string) bool { return strings.Contains(text, sub[1]) }))
		}},
	}
}

// plain takes out of an error what wraps the cause or repeats the user's
// configuration, and makes it one line.
func plain(text string) string {
	if i := strings.Index(text, `accumulateDirectory: "`); i >= 0 { // a Component's error is quoted
		if s, err := strconv.Unquote(text[i+len("accumulateDirectory: "):]); err == nil {
			return plain(s)
		}
	}
	for _, r := range [][2]string{
		{"(?s)trouble configuring builtin (\\w+) with config: `.*`: ", "$1: "},
		{`(?s)\[patch: ".*"\]`, "given inline"},
		{`(?s)(must specify one of patch and path) in\n.*`, "$1"},
		{`(?s)(patch and path can't be set at the same time)\n.*`, "$1"},
		{`(?s)(must specify a target for patch|decoding) .*`, "$1"},
		{`(?s)(out of bounds) for value .*`, "$1"},
		{`(?s)line \[[\d ]*\] has invalid utf8 bytes : .*`, "a line is no UTF-8"},
		{`literal sources \[.*\]: .*`, "a literal is not key=value"},
		{`merging from generator &\{.*?\}: `, ""},
		{`id resid\.ResId\{.*?Kind:"(.*?)".*?Name:"(.*?)".*?\}`, "$1 $2"},
		{`recursed (accumulation|merging) (of|from) path '.*?': `, ""},
		{`accumulating (resources|components): `, ""},
	} {
		text = regexp.MustCompile(r[0]).ReplaceAllString(text, r[1])
	}
	return strings.Join(strings.Fields(text), " ")
}

// parseID reads Kustomize's way to write an object: Kind.version.group/name.namespace.
func parseID(id string) manifest.Key {
	gvk, name, _ := strings.Cut(id, "/")
	k := manifest.Key{Name: name}
	k.Kind, _, _ = strings.Cut(gvk, ".")
	if i := strings.LastIndex(name, "."); i >= 0 {
		k.Name, k.Namespace = name[:i], name[i+1:]
	}
	if k.Namespace == "[noNs]" {
		k.Namespace = ""
	}
	return k
}

// shown puts the user's names in place of absolute paths.
func shown(text string, m mount, files []*file) string {
	type name struct{ abs, shown string }
	names := []name{{m.base, "the generated objects"}}
	if m.component != "" {
		names = append(names, name{m.root, "the generated objects"})
	}
	for _, f := range files {
		names = append(names, name{f.dir, filepath.Dir(f.shown)})
	}
	// A path outside all of them is told from the overlay's own directory.
	if top := files[0].dir; filepath.IsAbs(text) && !slices.ContainsFunc(names, func(n name) bool { return within(n.abs, text) }) {
		if rel, err := filepath.Rel(top, text); err == nil {
			return filepath.Join(filepath.Dir(files[0].shown), rel)
		}
	}
	slices.SortStableFunc(names, func(a, b name) int { return cmp.Compare(len(b.abs), len(a.abs)) })
	for _, n := range names {
		text = strings.ReplaceAll(text, n.abs, n.shown)
	}
	return text
}

// pathPosition finds the scalar that stands for an absolute path.
func pathPosition(files []*file, path string) diag.Position {
	return scalarPosition(files, func(f *file, s string) bool {
		_, value, _ := strings.Cut(s, "=")
		return filepath.Join(f.dir, s) == path || s == path || value != "" && filepath.Join(f.dir, value) == path
	})
}

// entryPosition finds the scalar that reads so.
func entryPosition(files []*file, entry string) diag.Position {
	return scalarPosition(files, func(_ *file, s string) bool { return s == entry })
}

func scalarPosition(files []*file, is func(*file, string) bool) diag.Position {
	for _, f := range files {
		var hit *yaml.Node
		var visit func(n *yaml.Node)
		visit = func(n *yaml.Node) {
			if n == nil || hit != nil {
				return
			}
			if n.Kind == yaml.ScalarNode && n.Value != "" && is(f, n.Value) {
				hit = n
			}
			for _, c := range n.Content {
				visit(c)
			}
		}
		visit(f.node)
		if hit != nil {
			return diag.Position{File: f.shown, Line: hit.Line, Column: hit.Column}
		}
	}
	return diag.Position{}
}

// configPosition finds the entry whose configuration Kustomize repeats in an error.
func configPosition(files []*file, text string) diag.Position {
	sub := regexp.MustCompile("(?s)with config: `(.*)`: ").FindStringSubmatch(text)
	if sub == nil {
		return diag.Position{}
	}
	var p types.Patch
	if yaml.Unmarshal([]byte(sub[1]), &p) != nil || p.Path == "" && p.Patch == "" {
		return diag.Position{}
	}
	return entryPosition(files, cmp.Or(p.Path, p.Patch))
}

// patches says of a patch's text whether it is for the object.
func patches(key manifest.Key) func(string) bool {
	return func(text string) bool {
		docs, _ := documents([]byte(text))
		return slices.ContainsFunc(docs, func(doc map[string]any) bool {
			k := manifest.Object{Data: doc}.Key()
			return k.Kind == key.Kind && k.Name == key.Name && k.Namespace == key.Namespace
		})
	}
}

// patchPosition finds the first patch, inline or in a file, whose text is the one.
func patchPosition(files []*file, is func(text string) bool) diag.Position {
	for _, f := range files {
		for _, p := range f.patches() {
			if p.Patch != "" && is(p.Patch) {
				return f.pos(p.Patch)
			}
			if p.Path == "" {
				continue
			}
			if text, err := readFile(filepath.Join(f.dir, p.Path)); err == nil && is(string(text)) {
				return f.pos(p.Path)
			}
		}
	}
	return diag.Position{}
}
