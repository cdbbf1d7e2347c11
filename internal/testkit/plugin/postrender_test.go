//go:build unix

package plugin_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// postRenderer is what Helm 4 knows of a plugin of the type postrenderer/v1; it refuses any other key.
type postRenderer struct {
	APIVersion    string `json:"apiVersion"`
	Type          string `json:"type"`
	Name          string `json:"name"`
	Version       string `json:"version"`
	Runtime       string `json:"runtime"`
	RuntimeConfig struct {
		PlatformCommand []command `json:"platformCommand"`
	} `json:"runtimeConfig"`
}

// TestPostRenderer checks the second plugin's file, whose version is that of the first.
func TestPostRenderer(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(testkit.RepoRoot(t), "cmd", "helm-flink", "post-render")
	var p postRenderer
	if err := yaml.UnmarshalStrict(read(t, filepath.Join(dir, "plugin.yaml")), &p); err != nil {
		t.Fatal(err)
	}
	if p.APIVersion != "v1" || p.Type != "postrenderer/v1" || p.Name != "flink-post-render" || p.Runtime != "subprocess" ||
		p.Version != pluginVersion(t) {
		t.Errorf("plugin.yaml: %+v; the version of the other plugin is %s", p, pluginVersion(t))
	}
	if commands := p.RuntimeConfig.PlatformCommand; len(commands) != 2 || commands[0].OS != "" || commands[1].OS != "windows" {
		t.Errorf("the commands are not for windows and the others: %+v", commands)
	}
	if info, err := os.Stat(filepath.Join(dir, "run.sh")); err != nil || info.Mode().Perm()&0o111 != 0o111 {
		t.Errorf("run.sh is not executable: %v %v", info, err)
	}
}

// TestPostRendererInstalled installs both plugins of a release into Helm 4, the second out of the first, and has a
// program in the place of ours say what it got: the words in their order, and Helm's variables.
func TestPostRendererInstalled(t *testing.T) {
	t.Parallel()
	h := newHelm(t, "helm4")
	dir := stage(t, "helm-flink")
	write(t, filepath.Join(dir, "bin", "helm-flink"), []byte(`#!/bin/sh
case ${1:-} in version) echo "helm-flink `+pluginVersion(t)+`"; exit ;; esac
{ printf 'arg=<%s>\n' "$@"; env | grep '^HELM_PLUGIN_' | sort; } > "$HOME/said"
cat
`), 0o755)
	write(t, filepath.Join(dir, "bin", "helm-flink-capacity"), stub(pluginVersion(t)), 0o755)
	write(t, filepath.Join(h.home, "chart", "Chart.yaml"), []byte("apiVersion: v2\nname: shop\nversion: 1.0.0\n"), 0o644)
	write(t, filepath.Join(h.home, "chart", "templates", "a.yaml"),
		[]byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"), 0o644)
	h.must(t, "plugin", "install", dir)
	h.must(t, "plugin", "install", filepath.Join(dir, "cmd", "helm-flink", "post-render"))
	if got := h.must(t, "plugin", "list"); !strings.Contains(got.stdout, "flink-post-render\t") {
		t.Errorf("helm plugin list:\n%s", got.stdout)
	}
	got := h.must(t, "template", "shop", filepath.Join(h.home, "chart"), "--post-renderer", "flink-post-render",
		"--post-renderer-args", "-k", "--post-renderer-args", "a,b c")
	if !strings.Contains(got.stdout, "kind: ConfigMap") {
		t.Errorf("the chart is not in the output:\n%s", got.stdout)
	}
	said := string(read(t, filepath.Join(h.home, "said")))
	if want := "arg=<post-render>\narg=<-k>\narg=<a,b c>\n"; !strings.HasPrefix(said, want) ||
		!strings.Contains(said, "HELM_PLUGIN_NAME=flink-post-render\n") {
		t.Errorf("the program got\n%s\nwant it to start with\n%s", said, want)
	}
}
