//go:build unix

package pages_test

import (
	"bytes"
	"encoding/json"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/app/overview"
	"github.com/helm-flink/helm-flink/internal/report"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// pictures writes the picture of several platforms in a format.
func (s site) pictures(t *testing.T, format string) map[string]string {
	t.Helper()
	out := map[string]string{"odd": oddPicture(t, format)}
	for name, values := range map[string]string{
		"jobs": example(t, "jobs"), "session": example(t, "session"), "apache": example(t, "apache"), "many": fleet(60, 9),
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

// odd has what both languages would take for their own.
const odd = `a"b#c;<b>%%{x}& [y](z) \ |end| -->`

// oddPicture is one whose names are odd.
func oddPicture(t *testing.T, format string) string {
	t.Helper()
	box := overview.Box{ID: "operator", Name: odd, Lines: []string{odd, "end", "class"}}
	row := overview.Row{ID: "team0job0", Name: odd, Note: odd, Jobs: 1, JobManager: "pool0", TaskManager: overview.AnyNodeID}
	var b bytes.Buffer
	if err := report.WritePage(format, &b, overview.Overview{Topology: overview.Topology{
		Platform: odd, Cluster: odd, Operator: box, AnyNode: true, Pools: []overview.Box{{ID: "pool0", Name: odd}},
		Teams: []overview.TeamBox{{Box: overview.Box{ID: "team0", Name: odd}, Rows: []overview.Row{row}}},
	}}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// dot has Graphviz draw the pictures: nothing is left out and nothing is said against them.
func (s site) dot(t *testing.T) {
	dot := testkit.Program(t, "dot")
	edges := regexp.MustCompile(`(?m)^  \w+ -> \w+`)
	for name, text := range s.pictures(t, "dot") {
		svg, complaint, err := testkit.Run(t.Context(), testkit.Command{Name: dot, Args: []string{"-Tsvg"}, Stdin: text})
		if err != nil || complaint != "" {
			t.Errorf("%s: %v\n%s\n%s", name, err, complaint, text)
		}
		if drawn, written := strings.Count(svg, `class="edge"`), len(edges.FindAllString(text, -1)); drawn != written {
			t.Errorf("%s: %d edges drawn of %d", name, drawn, written)
		}
		if plain := html.UnescapeString(svg); name == "odd" && strings.Count(plain, ">"+odd+"<") != 6 {
			t.Errorf("names are drawn otherwise: %d\n%s", strings.Count(plain, ">"+odd+"<"), text)
		}
	}
}

// mermaid has Mermaid itself, in a browser, read and draw the pictures.
func (s site) mermaid(t *testing.T) {
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
	for name, text := range s.pictures(t, "mermaid") {
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
				document.querySelectorAll("style").forEach(e => e.remove());
				return { Kind: parsed.diagramType, Edges: document.querySelectorAll("path.flowchart-link").length, Words: document.body.textContent };
			} catch (e) { return { Error: String(e) }; }
		})()`, &got)
		if edges := strings.Count(text, "> "); got.Error != "" || !strings.HasPrefix(got.Kind, "flowchart") || got.Edges == 0 {
			t.Errorf("%s: %+v, %d edges\n%s", name, got, edges, text)
		}
		if name == "hostile" && !strings.Contains(got.Words, "longest-name-x") {
			t.Errorf("the name is drawn otherwise: %s", got.Words)
		}
		if name == "odd" && strings.Count(got.Words, odd) != 6 {
			t.Errorf("names are drawn otherwise: %q\n%s", got.Words, text)
		}
	}
}
