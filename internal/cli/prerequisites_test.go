package cli_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/app"
	platforms "github.com/helm-flink/helm-flink/internal/spec"
)

// generatedParts are what stands between "<!-- generated: NAME -->" and "<!-- end of NAME -->" in docs/prerequisites.md.
func generatedParts() map[string]string {
	return map[string]string{"prerequisites": prerequisitesTable(), "add-ons": addonCommands()}
}

// prerequisitesDoc is the page with its generated parts made anew.
func prerequisitesDoc(t *testing.T, docs string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(docs, "prerequisites.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(page)
	for name, part := range generatedParts() {
		begin, end := "<!-- generated: "+name+" -->\n", "<!-- end of "+name+" -->\n"
		before, rest, found := strings.Cut(text, begin)
		_, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("docs/prerequisites.md has no part %q", name)
		}
		text = before + begin + "\n" + part + "\n" + end + after
	}
	return text
}

func prerequisitesTable() string {
	var b strings.Builder
	b.WriteString("| wanted | for | check | what to do |\n| --- | --- | --- | --- |\n")
	for _, p := range app.Prerequisites() {
		fmt.Fprintf(&b, "| %s | %s | `%s` | %s |\n", p.What, p.For, p.Check, cell(p.Hint))
	}
	return b.String()
}

// addonCommands are Helm's commands for the add-ons, at the versions and with the values that helm-flink installs them with on
// the cluster "streaming".
func addonCommands() string {
	platform := &platforms.Platform{Cluster: platforms.Cluster{Name: "streaming", Region: "us-west-2"}}
	var b strings.Builder
	b.WriteString("<!-- doctest: cluster -->\n\n```sh\n")
	for _, a := range platform.AddonCharts() {
		if !slices.Contains([]string{"cert-manager", "karpenter", "metrics-server", "aws-ebs-csi-driver"}, a.Name) {
			continue
		}
		chart := a.Source
		if a.Chart != "" {
			chart = a.Chart + " --repo " + a.Source
		}
		fmt.Fprintf(&b, "helm upgrade --install %s %s --version %s \\\n  --namespace %s --create-namespace%s\n", a.Name, chart, a.Version, a.Namespace, setFlags("", a.Values))
	}
	b.WriteString("```\n")
	return b.String()
}

// setFlags writes values as flags of Helm.
func setFlags(prefix string, values map[string]any) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(values)) {
		switch value := values[key].(type) {
		case map[string]any:
			b.WriteString(setFlags(prefix+key+".", value))
		case []any, nil:
		default:
			if fmt.Sprint(value) != "" {
				fmt.Fprintf(&b, " --set %s%s=%v", prefix, key, value)
			}
		}
	}
	return b.String()
}
