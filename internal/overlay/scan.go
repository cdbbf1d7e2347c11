package overlay

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// scanner walks an overlay's tree of kustomizations on disk and finds what
// Kustomize would fetch or execute. It runs before Kustomize, which would
// fetch at once, and is stricter where the two could differ.
type scanner struct {
	base string // not read: it is served from memory
	seen map[string]bool
	// files are the kustomizations that were read, the overlay's own first.
	files []*file
	list  diag.List
}

func (s *scanner) refuse(f *file, scalar, format string, args ...any) {
	s.list = append(s.list, diag.Finding{
		Code: diag.CodeOverlayRemote, Severity: diag.Error, Pos: f.pos(scalar), Message: fmt.Sprintf(format, args...),
		Hint: "an overlay is built from files alone: nothing is fetched or executed",
	})
}

// file checks one kustomization and all below it.
func (s *scanner) file(f *file) {
	if s.seen[f.dir] {
		return
	}
	s.seen[f.dir] = true
	s.files = append(s.files, f)
	k := f.k
	for _, entry := range k.Resources {
		s.tree(f, entry)
	}
	for _, entry := range k.Components {
		s.tree(f, entry)
	}
	for _, path := range f.filePaths() {
		if remoteFile(path) {
			s.refuse(f, path, "%q is a remote address", path)
		}
	}
	for _, c := range k.HelmCharts {
		s.refuse(f, "helmCharts", "helmCharts runs helm (%q)", c.Name)
	}
	for field, entries := range map[string][]string{
		"generators": k.Generators, "transformers": k.Transformers, "validators": k.Validators,
	} {
		for _, entry := range entries {
			s.plugin(f, field, entry)
		}
	}
}

// tree checks an entry that may be a directory, and goes into it.
func (s *scanner) tree(f *file, entry string) {
	if why := remote(entry); why != "" {
		s.refuse(f, entry, "%q is %s", entry, why)
		return
	}
	if filepath.IsAbs(entry) || entry == "" {
		return // Kustomize refuses both
	}
	path := filepath.Join(f.dir, entry)
	abs, err := filepath.EvalSymlinks(path)
	switch {
	case err != nil && path != s.base && hostLike(entry):
		s.refuse(f, entry, "%q is not here, and looks like a remote address", entry)
		return
	case err != nil || within(s.base, abs):
		return
	}
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		return
	}
	if within(f.dir, path) && !within(f.dir, abs) {
		out := f.finding(1, fmt.Sprintf("%q is a link that leads out of the kustomization's directory", entry))
		out.Pos, out.Hint = f.pos(entry), "name the directory that it leads to"
		s.list = append(s.list, out)
		return
	}
	sub, list, err := loadFile(abs, filepath.Join(filepath.Dir(f.shown), entry))
	s.list = append(s.list, list...)
	if err == nil && sub != nil {
		s.file(sub)
	}
}

// plugin checks the configuration of a generator, transformer or validator:
// inline, or in a file.
func (s *scanner) plugin(f *file, field, entry string) {
	text, what := []byte(entry), "an inline entry of "+field
	if !strings.ContainsAny(entry, "\n{:") || remote(entry) != "" {
		what = fmt.Sprintf("%s %q", field, entry)
		if why := remote(entry); why != "" {
			s.refuse(f, entry, "%q is %s", entry, why)
			return
		}
		path := filepath.Join(f.dir, entry)
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			s.refuse(f, entry, "%s %q is a directory: plugin configuration is read from files", field, entry)
			return
		}
		var err error
		if text, err = readFile(path); err != nil {
			return // Kustomize asks for it too
		}
	}
	docs, err := documents(text)
	if err != nil {
		s.refuse(f, entry, "%s cannot be read as configuration of a plugin", what)
	}
	for _, doc := range docs {
		switch kind := doc["kind"]; {
		case doc["apiVersion"] != "builtin" || hasFunction(doc):
			s.refuse(f, entry, "%s runs a program (kind %v): only Kustomize's own are used (apiVersion: builtin)", what, kind)
		case kind == "HelmChartInflationGenerator":
			s.refuse(f, entry, "%s runs helm", what)
		default:
			if path := remotePath(doc); path != "" {
				s.refuse(f, entry, "%s: %q is a remote address", what, path)
			}
		}
	}
}

// filePaths lists all strings by which a kustomization has files read.
func (f *file) filePaths() []string {
	var out []string
	k := f.k
	out = append(out, k.Crds...)
	out = append(out, k.Configurations...)
	out = append(out, k.OpenAPI["path"])
	for _, p := range f.patches() {
		out = append(out, p.Path)
	}
	for _, r := range k.Replacements {
		out = append(out, r.Path)
	}
	for _, c := range k.ConfigMapGenerator {
		out = append(out, sources(c.KvPairSources)...)
	}
	for _, c := range k.SecretGenerator {
		out = append(out, sources(c.KvPairSources)...)
	}
	return out
}

func sources(kv types.KvPairSources) []string {
	out := append([]string{kv.EnvSource}, kv.EnvSources...)
	for _, f := range kv.FileSources {
		out = append(out, f)
		if _, path, ok := strings.Cut(f, "="); ok {
			out = append(out, path)
		}
	}
	return out
}

// remoteFile reports whether Kustomize would fetch the file (api v0.21.2,
// internal/loader/fileloader.go, IsRemoteFile).
func remoteFile(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

// remote says what Kustomize would take the string for, if it would not take
// it for a local path (api v0.21.2, internal/git/repospec.go and
// internal/loader/fileloader.go). It says so of a few more strings, such as
// file:// and user@host forms that are incomplete.
func remote(s string) string {
	if remoteFile(s) {
		return "a remote address"
	}
	lower := strings.ToLower(s)
	switch {
	case strings.HasPrefix(lower, "git::"), strings.HasPrefix(lower, "github.com/"), strings.HasPrefix(lower, "github.com:"):
		return "a remote repository"
	case regexp.MustCompile(`^[a-z][a-z0-9+.-]*://`).MatchString(lower):
		return "a remote address"
	case regexp.MustCompile(`(?s)^[a-z][a-z0-9-]*@.*[:/]`).MatchString(lower):
		return "a remote repository"
	case strings.Contains(lower, "?ref=") || strings.Contains(lower, "?version="):
		return "a remote repository"
	}
	return ""
}

// remotePath finds a remote address under the keys by which built-in plugins
// have files read.
func remotePath(v any) string {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if path := remotePath(item); path != "" {
				return path
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			var path string
			switch key {
			case "path", "paths", "files", "envs", "env":
				path = remoteString(v[key])
			}
			if path = cmp.Or(path, remotePath(v[key])); path != "" {
				return path
			}
		}
	}
	return ""
}

func remoteString(v any) string {
	switch v := v.(type) {
	case string:
		if _, path, ok := strings.Cut(v, "="); ok && remoteFile(path) {
			return path
		}
		if remoteFile(v) {
			return v
		}
	case []any:
		for _, item := range v {
			if path := remoteString(item); path != "" {
				return path
			}
		}
	}
	return ""
}

// documents reads text as YAML objects; anything else is an error.
func documents(text []byte) ([]map[string]any, error) {
	var out []map[string]any
	dec := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var doc map[string]any
		switch err := dec.Decode(&doc); {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return nil, err
		case doc != nil:
			out = append(out, doc)
		}
	}
}

// hasFunction reports whether an object asks for a KRM function.
func hasFunction(doc map[string]any) bool {
	meta, _ := doc["metadata"].(map[string]any)
	annotations, _ := meta["annotations"].(map[string]any)
	for key := range annotations {
		if strings.HasSuffix(key, "/function") {
			return true
		}
	}
	return false
}
