package overlay

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// file is a kustomization file that was read.
type file struct {
	dir   string // absolute, without links
	shown string // the file as the user would name it
	k     types.Kustomization
	node  *yaml.Node // for positions; nil where the text gives none
	text  []byte
	// deprecated says that Kustomize has words for people about one of its fields.
	deprecated bool
}

// loadFile reads the kustomization file in a directory: shown is the directory
// as the user names it. Content that Kustomize would refuse is a finding.
func loadFile(dir, shown string) (*file, diag.List, error) {
	var found []string
	var text []byte
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		path := filepath.Join(dir, name)
		data, err := readFile(path)
		if real, linkErr := filepath.EvalSymlinks(path); linkErr == nil && !within(dir, real) {
			err = fileError{"is a link that leads out of its directory"}
		}
		var why fileError
		switch {
		case err == nil:
			found, text = append(found, name), data
		case errors.As(err, &why):
			f := &file{dir: dir, shown: filepath.Join(shown, name)}
			return nil, diag.List{f.finding(1, fmt.Sprintf("%q %s", name, why.why))}, nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, nil, err
		}
	}
	if len(found) == 0 {
		return nil, nil, errors.New("no kustomization.yaml in it")
	}
	f := &file{dir: dir, shown: filepath.Join(shown, found[0]), text: text}
	if len(found) > 1 {
		return nil, diag.List{f.finding(1, fmt.Sprintf("%s in one directory: Kustomize reads one", quoted(found)))}, nil
	}
	node, parseErr := yaml.Parse(string(text))
	if parseErr == nil {
		f.node = node.YNode()
	}
	if err := f.k.Unmarshal(text); err != nil {
		if parseErr != nil { // it counts lines better
			err = parseErr
		}
		return nil, diag.List{f.malformed(err)}, nil
	}
	f.deprecated = len(*f.k.CheckDeprecatedFields()) > 0
	f.k.FixKustomization()
	var list diag.List
	for _, problem := range f.k.EnforceFields() {
		list = append(list, f.finding(1, problem))
	}
	return f, list, nil
}

// finding makes a build finding in this file.
func (f *file) finding(line int, message string) diag.Finding {
	return diag.Finding{
		Code: diag.CodeOverlayBuild, Severity: diag.Error,
		Pos: diag.Position{File: f.shown, Line: line, Column: 1}, Message: message,
	}
}

// patches are all patches, in the fields of today and of before. An entry of
// patchesStrategicMerge is a file's path or a patch itself, and is given as both.
func (f *file) patches() []types.Patch {
	out := slices.Concat(f.k.Patches, f.k.PatchesJson6902) //nolint:staticcheck // deprecated, and still built
	for _, p := range f.k.PatchesStrategicMerge {          //nolint:staticcheck // deprecated, and still built
		out = append(out, types.Patch{Path: string(p), Patch: string(p)})
	}
	return out
}

// pos is the place of the first scalar, key or value, that reads so; the start
// of the file if there is none.
func (f *file) pos(scalar string) diag.Position {
	if n := findScalar(f.node, scalar); n != nil {
		return diag.Position{File: f.shown, Line: n.Line, Column: n.Column}
	}
	return diag.Position{File: f.shown, Line: 1, Column: 1}
}

func findScalar(n *yaml.Node, s string) *yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind == yaml.ScalarNode && n.Value == s {
		return n
	}
	for _, c := range n.Content {
		if hit := findScalar(c, s); hit != nil {
			return hit
		}
	}
	return nil
}

// malformed turns Kustomize's error about a file that it cannot decode into a
// finding, without Go's words for types.
func (f *file) malformed(err error) diag.Finding {
	text := err.Error()
	if m := regexp.MustCompile(`unknown field "(.*)"`).FindStringSubmatch(text); m != nil {
		out := f.finding(1, fmt.Sprintf("a kustomization has no field %q", m[1]))
		out.Pos = f.pos(m[1])
		return out
	}
	m := regexp.MustCompile(`cannot unmarshal (\w+).* into Go struct field [^.]+\.(\S+) of type (\S+)`).FindStringSubmatch(text)
	if m != nil {
		out := f.finding(1, fmt.Sprintf("%s: %s where %s is expected", m[2], typeName(m[1]), typeName(m[3])))
		out.Pos = f.pos(m[2][strings.LastIndex(m[2], ".")+1:])
		return out
	}
	line, message := yamlMessage(text)
	return f.finding(line, "not a kustomization: "+message)
}

// typeName says what encoding/json or Go means by a type.
func typeName(s string) string {
	switch {
	case s == "string", s == "number", s == "bool":
		return "a " + s
	case s == "array", strings.HasPrefix(s, "[]"):
		return "a list"
	case strings.Contains(s, "int"):
		return "a number"
	default:
		return "a map"
	}
}

// yamlMessage takes the line, 1 if unknown, and the bare complaint out of an
// error of a YAML parser.
func yamlMessage(text string) (line int, message string) {
	line = 1
	if m := regexp.MustCompile(`line (\d+): `).FindStringSubmatchIndex(text); m != nil {
		if n, err := strconv.Atoi(text[m[2]:m[3]]); err == nil {
			line = n
		}
		text = text[m[1]:]
	}
	if i := strings.LastIndex(text, "yaml: "); i >= 0 {
		text = text[i+len("yaml: "):]
	}
	return line, strings.Join(strings.Fields(text), " ")
}
