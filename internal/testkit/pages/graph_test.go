//go:build unix

package pages_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// pictures writes the picture of several platforms in a format.
func pictures(t *testing.T, format string) map[string]string {
	t.Helper()
	s := newSite(t)
	odd := strings.NewReplacer("streaming", `a"b#c;<b>%%{&amp;\n`, "clickstream-developers", "x").Replace(example(t, "apache"))
	out := map[string]string{}
	for name, values := range map[string]string{
		"jobs": example(t, "jobs"), "session": example(t, "session"), "apache": example(t, "apache"), "minimal": example(t, "minimal"),
		"many": fleet(200, 9), "odd": strings.Replace(odd, "role: { name: flink-clickstream }", `role: { arn: "arn:aws:iam::111122223333:role/a+b=c,d.e@f" }`, 1),
		"hostile": hostile(),
	} {
		text, err := os.ReadFile(s.report(t, name, values, "-o", format))
		if err != nil {
			t.Fatal(err)
		}
		out[name] = string(text)
	}
	return out
}

// TestDot has Graphviz draw the pictures: nothing is left out and nothing is said against them.
func TestDot(t *testing.T) {
	t.Parallel()
	dot := testkit.Program(t, "dot")
	for name, text := range pictures(t, "dot") {
		svg, complaint, err := testkit.Run(t.Context(), testkit.Command{Name: dot, Args: []string{"-Tsvg"}, Stdin: text})
		if err != nil || complaint != "" {
			t.Errorf("%s: %v\n%s\n%s", name, err, complaint, text)
		}
		if nodes := strings.Count(text, "[label=") - strings.Count(text, "-> "); strings.Count(svg, `class="edge"`) != strings.Count(text, " -> ") {
			t.Errorf("%s: %d nodes, %d edges drawn of %d", name, nodes, strings.Count(svg, `class="edge"`), strings.Count(text, " -> "))
		}
		if name == "odd" && !strings.Contains(svg, `a&quot;b#c;&lt;b&gt;%%{&amp;amp;\n`) {
			t.Errorf("a name is drawn otherwise:\n%s\n%s", text, svg)
		}
	}
}

// TestMermaid has Mermaid itself, in a browser, read and draw the pictures.
func TestMermaid(t *testing.T) {
	t.Parallel()
	testkit.Program(t, "chromium")
	library, err := os.ReadFile(testkit.Tool(t, "mermaid.js"))
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t)
	empty := filepath.Join(t.TempDir(), "empty.html")
	if err := os.WriteFile(empty, []byte("<!doctype html><title>x</title><body></body>"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.open(empty, 1280, 900, "light", "screen")
	b.run(string(library)+"; mermaid.initialize({ startOnLoad: false }); 0", nil)
	for name, text := range pictures(t, "mermaid") {
		quoted, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Kind, Error, Words string
			Edges              int
		}
		b.run(`(async () => {
			const text = `+string(quoted)+`;
			try {
				const parsed = await mermaid.parse(text);
				const { svg } = await mermaid.render("x", text);
				document.body.innerHTML = svg;
				return { Kind: parsed.diagramType, Edges: document.querySelectorAll("path.flowchart-link").length, Words: document.body.textContent };
			} catch (e) { return { Error: String(e) }; }
		})()`, &got)
		if edges := strings.Count(text, "> "); got.Error != "" || !strings.HasPrefix(got.Kind, "flowchart") || got.Edges == 0 {
			t.Errorf("%s: %+v, %d edges\n%s", name, got, edges, text)
		}
		if name == "hostile" && !strings.Contains(got.Words, "longest-name-x") {
			t.Errorf("the name is drawn otherwise: %s", got.Words)
		}
		if name == "odd" && !strings.Contains(got.Words, "state-machine-rocksdb") {
			t.Errorf("a job is not drawn: %s", got.Words)
		}
	}
}
