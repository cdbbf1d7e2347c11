package app

import (
	"fmt"
	"io"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/overlay"
	"github.com/helm-flink/helm-flink/internal/spec"
)

type (
	// Layout is how a directory is laid out.
	Layout = emit.Layout
	// Written says which files were written, left alone and removed.
	Written = emit.Report
)

// operatorValuesFile holds the values of an operator chart that is not rendered.
const operatorValuesFile = "operator-values.yaml"

// ParseLayout reads the name of a layout.
func ParseLayout(name string) (Layout, error) {
	for _, l := range emit.Layouts() {
		if string(l) == name {
			return l, nil
		}
	}
	return "", fmt.Errorf("layout %q: want one of %q", name, emit.Layouts())
}

// WriteStream writes the objects as YAML documents. Where the operator's chart
// is not rendered, a comment in front says how to install it, with its values.
func WriteStream(w io.Writer, r Result) error {
	if r.Remote != nil {
		note, err := remoteNote(*r.Remote)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, commented(note)); err != nil {
			return fmt.Errorf("write output: %w", err)
		}
	}
	return emit.WriteStream(w, r.Set)
}

// WriteDir writes the objects below a directory. Where the operator's chart is
// not rendered, its values are written beside them.
func WriteDir(dir string, r Result, layout Layout) (Written, error) {
	files := map[string][]byte{}
	if r.Remote != nil {
		note, err := remoteNote(*r.Remote)
		if err != nil {
			return Written{}, err
		}
		head, body, _ := strings.Cut(note, "\n\n")
		files[operatorValuesFile] = []byte(commented(head+"\n") + body)
	}
	return emit.WriteDir(dir, r.Set, layout, files)
}

// WriteValues writes the computed values of each chart, one YAML document a
// chart, with its release in a comment.
func WriteValues(w io.Writer, r Result) error {
	for i, c := range r.Charts {
		doc, err := yaml.Marshal(c.Values)
		if err != nil {
			return fmt.Errorf("values of %s: %w", c.Chart, err)
		}
		name := c.Chart
		if c.Source != spec.SourceBundled {
			name = strings.TrimSpace(c.Source + " " + c.Version)
		}
		separator := ""
		if i > 0 {
			separator = "---\n"
		}
		_, err = fmt.Fprintf(w, "%s# chart %s, release %s, namespace %s\n%s", separator, name, c.Release, c.Namespace, doc)
		if err != nil {
			return fmt.Errorf("write output: %w", err)
		}
	}
	return nil
}

// remoteNote says how to install the operator, and after an empty line its
// values.
func remoteNote(c spec.ChartValues) (string, error) {
	doc, err := yaml.Marshal(c.Values)
	if err != nil {
		return "", fmt.Errorf("values of %s: %w", c.Source, err)
	}
	version := ""
	if c.Version != "" {
		version = " --version " + c.Version
	}
	return fmt.Sprintf(`The Flink operator and its CRDs come from another chart, which is not fetched here. Install it before
the jobs:
  helm upgrade --install %s %s%s \
    --namespace %s --values %s
with these values in %s:

%s`, c.Release, c.Source, version, c.Namespace, operatorValuesFile, operatorValuesFile, doc), nil
}

func commented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight("# "+strings.TrimRight(line, "\n"), " "))
		b.WriteByte('\n')
	}
	return b.String()
}

// KustomizeOpenAPI is the schema for the openapi of a kustomization.
func KustomizeOpenAPI() ([]byte, error) { return overlay.OpenAPI() }
