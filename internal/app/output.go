package app

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/gitops"
	"github.com/helm-flink/helm-flink/internal/emit/layout"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/overlay"
	"github.com/helm-flink/helm-flink/internal/spec"
)

type (
	// Layout is how a directory is laid out.
	Layout = layout.Layout
	// Source says where in which repository a directory will lie.
	Source = gitops.Source
	// Written says which files were written, left alone and removed, or would be.
	Written = emit.Report
)

// Place is a directory to write, and how.
type Place struct {
	Dir    string
	Layout Layout
	// Environments are the names of the samples.
	Environments []string
	// Source is for the layouts of GitOps.
	Source Source
	// Check only says what would be written.
	Check bool
}

// InventoryFile is the file of a written directory that lists what is ours.
const InventoryFile = manifest.InventoryFile

// operatorValuesFile holds the values of an operator chart that is not rendered.
const operatorValuesFile = "operator-values.yaml"

// Layouts are the names of the layouts.
func Layouts() []string {
	var names []string
	for _, l := range layout.Layouts() {
		names = append(names, string(l))
	}
	return names
}

// ParseLayout reads the name of a layout.
func ParseLayout(name string) (Layout, error) {
	if slices.Contains(Layouts(), name) {
		return Layout(name), nil
	}
	return "", fmt.Errorf("layout %q: want one of %q", name, Layouts())
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

// WriteDir writes the objects below a directory, or says what it would write.
// Where the operator's chart is not rendered, its values are written beside them,
// or Argo CD or Flux is told to install it.
func WriteDir(p Place, r Result) (Written, error) {
	o := layout.Options{
		Platform: r.platform.Platform.Name, OperatorNamespace: r.platform.Operator.Namespace, Region: r.Region,
		Teams: map[string]string{}, Environments: p.Environments, Git: p.Source,
	}
	for key, team := range r.platform.Teams {
		o.Teams[team.Namespace] = key
	}
	if r.Remote != nil && p.Layout.GitOps() {
		chart, err := operatorChart(*r.Remote)
		if err != nil {
			return Written{}, err
		}
		o.Git.Chart = &chart
	}
	tree, err := layout.Lay(r.Set, p.Layout, o)
	if err != nil {
		return Written{}, err
	}
	if r.Remote != nil && !p.Layout.GitOps() {
		note, err := remoteNote(*r.Remote)
		if err != nil {
			return Written{}, err
		}
		head, body, _ := strings.Cut(note, "\n\n")
		if err := tree.Add(operatorValuesFile, []byte(commented(head+"\n")+body)); err != nil {
			return Written{}, err
		}
	}
	if p.Check {
		return emit.CheckDir(p.Dir, tree)
	}
	return emit.WriteDir(p.Dir, tree)
}

// operatorChart is the operator's chart for those who fetch it themselves.
func operatorChart(c spec.ChartValues) (gitops.Chart, error) {
	ref := operatorReference(c)
	chart := gitops.Chart{Source: c.Source, Name: ref.Name, Version: c.Version, Release: c.Release, Namespace: c.Namespace}
	data, err := json.Marshal(c.Values)
	if err == nil {
		err = json.Unmarshal(data, &chart.Values)
	}
	if err != nil {
		return chart, fmt.Errorf("values of %s: %w", c.Source, err)
	}
	return chart, nil
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
