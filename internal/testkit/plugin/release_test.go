//go:build unix

package plugin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// dist is the folder of a release that `make release-dry-run` has made, and starts these tests with; without it they have
// nothing to do.
func dist(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("HELM_FLINK_DIST")
	if dir == "" {
		t.Skip("tests the files of a release: make release-dry-run makes them, and runs this")
	}
	return dir
}

// keyring is the public key that signed it.
func keyring(t *testing.T) string { return filepath.Join(dist(t), "helm-flink.gpg") }

// nestedName is the archive for Helm 4 and the machine that runs the test.
func nestedName(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("flink-%s-%s-%s.tgz", pluginVersion(t), runtime.GOOS, runtime.GOARCH)
}

// shelf serves the release over HTTP, archives as application/gzip.
func shelf(t *testing.T) string {
	t.Helper()
	files := http.FileServer(http.Dir(dist(t)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".tgz") {
			w.Header().Set("Content-Type", "application/gzip")
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestReleaseSums: sha256sum finds every file as the list says, and every file but the signatures' key is in it.
func TestReleaseSums(t *testing.T) {
	t.Parallel()
	dir := dist(t)
	if got := execute(t, dir, os.Environ(), "sha256sum", "--check", "--strict", "--quiet", checksumsName(t)); got.code != 0 {
		t.Errorf("sha256sum --check:\n%s%s", got.stdout, got.stderr)
	}
	list := string(read(t, filepath.Join(dir, checksumsName(t))))
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if name != checksumsName(t) && !strings.Contains(list, "  "+name+"\n") {
			t.Errorf("%s is not in the list", name)
		}
		if strings.HasSuffix(name, ".tgz") {
			if _, err := os.Stat(filepath.Join(dir, name+".prov")); err != nil {
				t.Errorf("%s is not signed", name)
			}
		}
	}
}

// TestReleaseInstall installs the archives as docs/plugin.md says, and renders an example through each.
func TestReleaseInstall(t *testing.T) {
	t.Parallel()
	address := shelf(t)
	file := filepath.Join(dist(t), nestedName(t))
	sources := map[string]struct {
		majors string
		words  []string
		list   string // what `helm plugin list` of Helm 4 says of the signature
	}{
		"flat over http":        {"3", []string{"plugin", "install", address + "/" + archiveName(t)}, ""},
		"flat over http signed": {"4", []string{"plugin", "install", "--keyring", keyring(t), address + "/" + archiveName(t)}, ""},
		"nested over http":      {"4", []string{"plugin", "install", "--keyring", keyring(t), address + "/" + nestedName(t)}, "signed"},
		"nested from a file":    {"4", []string{"plugin", "install", "--keyring", keyring(t), file}, "signed"},
		"unpacked":              {"34", []string{"plugin", "install", unpacked(t)}, ""},
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachHelm(t, func(t *testing.T, h *helm) {
				if !strings.Contains(source.majors, h.major) {
					t.Skipf("not a way of Helm %s", h.major)
				}
				got := h.must(t, source.words...)
				if signed := strings.Contains(got.stdout+got.stderr, "Signed by:"); signed != strings.Contains(strings.Join(source.words, " "), "--keyring") {
					t.Errorf("signature: %t\n%s%s", signed, got.stdout, got.stderr)
				}
				checkInstalled(t, h)
				if list := h.must(t, "plugin", "list").stdout; !strings.Contains(list, source.list) || strings.Contains(list, "mismatched") {
					t.Errorf("plugin list:\n%s", list)
				}
				minimal := filepath.Join(testkit.RepoRoot(t), "examples", "minimal.yaml")
				for _, words := range [][]string{{"flink", "template", "-f", minimal}, {"flink", "capacity", "-f", minimal}} {
					if got := h.must(t, words...); got.stdout == "" {
						t.Errorf("helm %s writes nothing", strings.Join(words, " "))
					}
				}
			})
		})
	}
}

// unpacked is the flat archive as tar unpacks it.
func unpacked(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "helm-flink")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if got := execute(t, dir, os.Environ(), "tar", "-xzf", filepath.Join(dist(t), archiveName(t))); got.code != 0 {
		t.Fatalf("tar: %s", got.stderr)
	}
	return dir
}

// TestReleaseRefused: Helm 4 takes neither an archive that was changed nor one of another key.
func TestReleaseRefused(t *testing.T) {
	t.Parallel()
	dir := dist(t)
	h := newHelm(t, "helm4")
	place := t.TempDir()
	changed := filepath.Join(place, nestedName(t))
	write(t, changed, append(read(t, filepath.Join(dir, nestedName(t))), 0), 0o644)
	write(t, changed+".prov", read(t, filepath.Join(dir, nestedName(t)+".prov")), 0o644)
	if got := h.run(t, "plugin", "install", "--keyring", keyring(t), changed); got.code == 0 || !strings.Contains(got.stderr, "sha256 sum does not match") {
		t.Errorf("a changed archive: exit code %d\n%s", got.code, got.stderr)
	}
	empty := filepath.Join(place, "empty.gpg")
	write(t, empty, nil, 0o644)
	if got := h.run(t, "plugin", "install", "--keyring", empty, filepath.Join(dir, nestedName(t))); got.code == 0 {
		t.Errorf("without its key: %s", got.stdout)
	}
}

// TestReleaseHook: the install hook of a clone finds its archive and the sum of it in the release.
func TestReleaseHook(t *testing.T) {
	t.Parallel()
	address := shelf(t)
	eachHelm(t, func(t *testing.T, h *helm) {
		got := h.must(t, "HELM_FLINK_DOWNLOAD_URL="+address, "plugin", "install", stage(t, "helm-flink"))
		if !strings.Contains(got.stderr, "from the release archive, its sha256 is right") {
			t.Errorf("the hook said:\n%s", got.stderr)
		}
		checkInstalled(t, h)
	})
}

// TestReleasePostRenderer: the second plugin is signed too, and starts the first.
func TestReleasePostRenderer(t *testing.T) {
	t.Parallel()
	dir, h := dist(t), newHelm(t, "helm4")
	h.must(t, "plugin", "install", "--keyring", keyring(t), filepath.Join(dir, nestedName(t)))
	h.must(t, "plugin", "install", "--keyring", keyring(t), filepath.Join(dir, "flink-post-render-"+pluginVersion(t)+".tgz"))
	chart := filepath.Join(testkit.RepoRoot(t), "charts", "flink-irsa")
	if got := h.must(t, "template", "x", chart, "-f", filepath.Join(chart, "ci", irsaValues(t)), "--post-renderer", "flink-post-render"); got.stdout == "" {
		t.Error("nothing came through the post-renderer")
	}
}

// irsaValues is a file of values of the chart.
func irsaValues(t *testing.T) string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(testkit.RepoRoot(t), "charts", "flink-irsa", "ci"))
	if err != nil || len(entries) == 0 {
		t.Fatalf("no values: %v", err)
	}
	return entries[0].Name()
}

// TestReleaseCharts pushes the charts to a registry, and pulls them with both majors, verified; what comes is what was pushed.
func TestReleaseCharts(t *testing.T) {
	t.Parallel()
	dir, root := dist(t), testkit.RepoRoot(t)
	to := "oci://" + testkit.Registry(t) + "/charts"
	_, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: "go", Dir: filepath.Join(root, "internal", "tools", "release"),
		Args: []string{"run", ".", "push", "-to", to, "-plain-http", "-out", dir, "-helm", testkit.Tool(t, "helm3")},
	})
	if err != nil {
		t.Fatalf("release push: %v\n%s", err, complaint)
	}
	charts, err := filepath.Glob(filepath.Join(root, "charts", "*", "Chart.yaml"))
	if err != nil || len(charts) != 6 {
		t.Fatalf("charts: %v %v", charts, err)
	}
	eachHelm(t, func(t *testing.T, h *helm) {
		for _, chart := range charts {
			name := filepath.Base(filepath.Dir(chart))
			place := t.TempDir()
			h.must(t, "pull", to+"/"+name, "--plain-http", "--verify", "--keyring", keyring(t), "--destination", place)
			pulled, err := filepath.Glob(filepath.Join(place, name+"-*.tgz"))
			if err != nil || len(pulled) != 1 {
				t.Fatalf("pulled %v: %v", pulled, err)
			}
			if !bytes.Equal(read(t, pulled[0]), read(t, filepath.Join(dir, filepath.Base(pulled[0])))) {
				t.Errorf("%s is not what was pushed", pulled[0])
			}
			h.must(t, "show", "chart", pulled[0])
		}
	})
}

// TestReleaseSBOM: the bill of materials names the modules that the program itself names.
func TestReleaseSBOM(t *testing.T) {
	t.Parallel()
	var bom struct {
		BOMFormat   string `json:"bomFormat"`
		SpecVersion string `json:"specVersion"`
		Components  []struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			PURL    string `json:"purl"`
		} `json:"components"`
	}
	name := strings.TrimSuffix(archiveName(t), ".tgz") + ".cdx.json"
	if err := json.Unmarshal(read(t, filepath.Join(dist(t), name)), &bom); err != nil {
		t.Fatal(err)
	}
	if bom.BOMFormat != "CycloneDX" || bom.SpecVersion != "1.6" {
		t.Errorf("%s %s", bom.BOMFormat, bom.SpecVersion)
	}
	listed := map[string]bool{}
	for _, component := range bom.Components {
		if component.PURL != "pkg:golang/"+component.Name+"@"+component.Version {
			t.Errorf("component %+v", component)
		}
		listed[component.Name+" "+component.Version] = true
	}
	got := execute(t, t.TempDir(), os.Environ(), "go", "version", "-m", filepath.Join(unpacked(t), "bin"))
	found := 0
	for line := range strings.Lines(got.stdout) {
		if words := strings.Fields(line); len(words) > 2 && words[0] == "dep" {
			found++
			if !listed[words[1]+" "+words[2]] {
				t.Errorf("%s %s is not listed", words[1], words[2])
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d modules in the programs:\n%s%s", found, got.stdout, got.stderr)
	}
}
