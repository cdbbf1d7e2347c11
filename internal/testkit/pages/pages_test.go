//go:build unix

package pages_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// site is the program and where pages are written.
type site struct{ program, dir string }

func newSite(t *testing.T) site {
	t.Helper()
	s := site{dir: testkit.CapacityProgram(t)}
	s.program = filepath.Join(s.dir, "helm-flink")
	_, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: "go", Args: []string{"build", "-o", s.program, "./cmd/helm-flink"}, Dir: testkit.RepoRoot(t),
	})
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, complaint)
	}
	return s
}

// report writes a page of values and returns its path.
func (s site) report(t *testing.T, name, values string, more ...string) string {
	t.Helper()
	in, out := filepath.Join(s.dir, name+".yaml"), filepath.Join(s.dir, name+".html")
	if err := os.WriteFile(in, []byte(values), 0o600); err != nil {
		t.Fatal(err)
	}
	_, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: s.program, Args: append([]string{"report", "-f", in, "--output-file", out}, more...),
	})
	if _, missing := os.Stat(out); missing != nil {
		t.Fatalf("report of %s: %v\n%s", name, err, complaint)
	}
	return out
}

func example(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), "examples", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// fleet is a platform of many jobs in a region with prices.
func fleet(jobs, teams int) string {
	var b strings.Builder
	b.WriteString(`cluster: { name: big, region: us-east-1, accountId: "111122223333", nodeRole: big-nodes, oidcProvider: oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF }
storage: { bucket: big-state }
nodeClasses: { d: { amiAlias: al2023@v20260101 } }
nodePools:
  amd64: { nodeClass: d, instanceFamilies: [m6i, c6i, r6i] }
  arm64: { nodeClass: d, arch: [arm64], instanceFamilies: [m7g, c7g] }
  spot: { nodeClass: d, capacityTypes: [spot], instanceFamilies: [m6i, m5, m6a] }
jobDefaults: { nodePool: amd64, checkpoints: { interval: 30s } }
teams:
`)
	for i := range teams {
		fmt.Fprintf(&b, "  team-%02d: { role: { name: big-team-%02d }, groups: { team-%02d-dev: edit } }\n", i, i, i)
	}
	b.WriteString("jobs:\n")
	for i := range jobs {
		fmt.Fprintf(&b, "  job-%04d:\n    team: team-%02d\n    jarURI: local:///opt/flink/usrlib/job-%04d.jar\n    parallelism: %d\n", i, i%teams, i, 1+i%7)
		switch {
		case i%5 == 0:
			b.WriteString("    nodePool: { jobManager: amd64, taskManager: spot }\n")
		case i%9 == 0:
			b.WriteString("    autoscaler: { enabled: true, maxParallelism: 12 }\n")
		case i%4 == 0:
			b.WriteString("    upgradeMode: last-state\n    checkpoints: { interval: 10s }\n    nodePool: arm64\n")
		}
	}
	return b.String()
}

// hostile has long names, and text that HTML, CSS and SVG would take for their own.
func hostile() string {
	long := strings.Repeat("longest-name-x-", 4)
	return `cluster: { name: "</title><script>alert(1)</script>", region: us-east-1, accountId: "111122223333", oidcProvider: oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF }
storage: { bucket: state }
teams:
  ` + long[:41] + `: { role: { name: ` + long + `r }, groups: { "<img src=x onerror=alert(1)>": edit } }
jobs:
  ` + long[:44] + `:
    team: ` + long[:41] + `
    jarURI: "local:///opt/flink/usrlib/<b onclick=\"alert(1)\">.jar"
    annotations: { note: "</style><script>alert(2)</script>" }
    env: { PASSWORD_OF_X: not-to-be-seen }
    args: [--secret, not-to-be-seen]
    flinkConfiguration: { s3.secret-key: not-to-be-seen, "a\"><script>": "${x}'" }
`
}

// TestReport looks at what the real program writes.
func TestReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	t.Run("pages", s.pages)
	t.Run("dot", s.dot)
	t.Run("mermaid", s.mermaid)
}

// pages opens pages in a browser at three widths and in both colour schemes: nothing is loaded, nothing complains, nothing
// runs over the edge, and what must be so for people who use a keyboard or a screen reader is.
func (s site) pages(t *testing.T) {
	testkit.Program(t, "chromium")
	pages := map[string]string{
		"emr-blueprint": s.report(t, "emr-blueprint", example(t, "emr-blueprint")),
		"session":       s.report(t, "session", example(t, "session")),
		"minimal":       s.report(t, "minimal", example(t, "minimal"), "--no-capacity"),
		"few":           s.report(t, "few", fleet(12, 3)),
		"many":          s.report(t, "many", fleet(60, 12)),
		"hostile":       s.report(t, "hostile", hostile()),
	}
	b := newBrowser(t)
	for _, name := range sorted(pages) {
		backs := map[string]string{}
		for _, width := range []int{1280, 980, 390} {
			for _, scheme := range []string{"light", "dark"} {
				b.open(pages[name], width, 900, scheme, "screen")
				at := fmt.Sprintf("%s-%d-%s", name, width, scheme)
				b.quiet(at, pages[name])
				b.shot(at, width)
				b.sound(at)
				var back string
				b.run(`getComputedStyle(document.body).backgroundColor`, &back)
				backs[scheme] = back
			}
		}
		if backs["light"] == backs["dark"] {
			t.Errorf("%s: light and dark are both %s", name, backs["light"])
		}
		b.keyboard(name, pages[name])
		b.paper(name, pages[name])
	}
	text, err := os.ReadFile(pages["hostile"])
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"not-to-be-seen", "<script", "<img", "<b "} {
		if bytes.Contains(text, []byte(bad)) {
			t.Errorf("the page of hostile values has %q", bad)
		}
	}
}

func sorted(m map[string]string) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// quiet: only the page itself was loaded, and the console is empty.
func (b *browser) quiet(at, file string) {
	b.t.Helper()
	for _, e := range b.taken() {
		var p struct {
			Request struct{ URL string }
		}
		switch e.Method {
		case "Network.requestWillBeSent":
			b.into(e.Params, &p)
			if !strings.HasSuffix(p.Request.URL, filepath.Base(file)) && !strings.HasPrefix(p.Request.URL, "data:") {
				b.t.Errorf("%s loads %s", at, p.Request.URL)
			}
		case "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded", "Page.javascriptDialogOpening":
			b.t.Errorf("%s: %s: %s", at, e.Method, e.Params)
		}
	}
}

// sound: what checks.js finds wrong with the page, as it is opened and with everything unfolded.
func (b *browser) sound(at string) {
	b.t.Helper()
	checks, err := os.ReadFile("checks.js")
	if err != nil {
		b.t.Fatal(err)
	}
	for _, unfold := range []string{"", `document.querySelectorAll("details").forEach(d => d.open = true);`} {
		var wrong []string
		b.run(unfold+"("+string(checks)+")()", &wrong)
		for i, line := range wrong {
			if i < 8 {
				b.t.Errorf("%s: %s", at, line)
			}
		}
	}
}

// shot takes a picture, which has more than one colour, and keeps it where HELM_FLINK_SHOTS names a folder.
func (b *browser) shot(at string, width int) {
	b.t.Helper()
	var got struct{ Data string }
	var height int
	b.run(`Math.min(document.documentElement.scrollHeight, 8000)`, &height)
	b.into(b.do("Page.captureScreenshot", map[string]any{
		"format": "png", "captureBeyondViewport": true, "clip": map[string]any{"x": 0, "y": 0, "width": width, "height": height, "scale": 1},
	}), &got)
	data, err := base64.StdEncoding.DecodeString(got.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	colours := map[any]bool{}
	for x := range picture.Bounds().Dx() {
		for y := 0; y < picture.Bounds().Dy(); y += 7 {
			colours[picture.At(x, y)] = true
		}
	}
	if len(colours) < 20 {
		b.t.Errorf("%s: the page is empty: %d colours", at, len(colours))
	}
	if dir := os.Getenv("HELM_FLINK_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, at+".png"), data, 0o600); err != nil {
			b.t.Fatal(err)
		}
	}
}

// keyboard: the first key goes to the link that skips the head, which is seen then, and leads to the content; what is folded
// opens with the keyboard; a link to the settings of a job unfolds them.
func (b *browser) keyboard(name, file string) {
	b.t.Helper()
	b.open(file, 1280, 900, "light", "screen")
	b.key("Tab", 9, "")
	var first struct {
		Class string
		Left  float64
	}
	b.run(`({Class: document.activeElement.className, Left: document.activeElement.getBoundingClientRect().left})`, &first)
	if first.Class != "skip" || first.Left < 0 {
		b.t.Errorf("%s: the first stop of the keyboard is %+v", name, first)
	}
	b.key("Enter", 13, "\r")
	var active string
	b.run(`document.activeElement.id`, &active)
	if active != "main" {
		b.t.Errorf("%s: the link that skips the head leads to %q", name, active)
	}
	var opened bool
	b.run(`document.querySelector("#jobs ~ details summary, #findings ~ details summary").focus()`, nil)
	b.run(`document.activeElement.parentElement.open = false`, nil)
	b.key("Enter", 13, "\r")
	b.run(`document.activeElement.parentElement.open`, &opened)
	if !opened {
		b.t.Errorf("%s: Enter does not unfold", name)
	}
	var link string
	b.run(`document.querySelector(".cards th a")?.getAttribute("href") ?? ""`, &link)
	if link == "" {
		return
	}
	var seen bool
	b.run(`location.hash = "`+link+`"; new Promise(done => setTimeout(() => done(document.querySelector("`+link+
		`").checkVisibility()), 100))`, &seen)
	if !seen {
		b.t.Errorf("%s: %s stays folded", name, link)
	}
}

// paper: printed, what is folded is there too, nothing runs over the edge, and the colours are those of paper.
func (b *browser) paper(name, file string) {
	b.t.Helper()
	b.open(file, 718, 1100, "dark", "print") // A4 between the usual margins
	var got struct {
		Hidden int
		Over   int
		Back   string
		Text   string
	}
	b.run(`({
		Hidden: [...document.querySelectorAll("details:not(.words) table, details li")].filter(e => e.getBoundingClientRect().height === 0).length,
		Over: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
		Back: getComputedStyle(document.body).backgroundColor, Text: getComputedStyle(document.body).color})`, &got)
	if got.Hidden > 0 || got.Over > 0 || got.Back != "rgb(255, 255, 255)" || got.Text != "rgb(0, 0, 0)" {
		b.t.Errorf("%s on paper: %+v", name, got)
	}
	var pdf struct{ Data string }
	b.into(b.do("Page.printToPDF", map[string]any{"printBackground": true}), &pdf)
	if data, err := base64.StdEncoding.DecodeString(pdf.Data); err != nil || !bytes.HasPrefix(data, []byte("%PDF-")) {
		b.t.Errorf("%s cannot be printed: %v", name, err)
	} else if dir := os.Getenv("HELM_FLINK_SHOTS"); dir != "" {
		_ = os.WriteFile(filepath.Join(dir, name+".pdf"), data, 0o600)
	}
}
