//go:build unix

package plugin_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// helm is one real Helm with data, cache and configuration of its own.
type helm struct {
	program string
	major   string
	home    string
	env     []string
}

// eachHelm runs the test with both majors, each on a new home.
func eachHelm(t *testing.T, test func(t *testing.T, h *helm)) {
	t.Helper()
	for _, name := range []string{"helm3", "helm4"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newHelm(t, name))
		})
	}
}

func newHelm(t *testing.T, name string) *helm {
	t.Helper()
	home := t.TempDir()
	h := &helm{program: testkit.Tool(t, name), major: strings.TrimPrefix(name, "helm"), home: home}
	h.env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "KUBECONFIG=" + filepath.Join(home, "kubeconfig"),
		"HELM_DATA_HOME=" + filepath.Join(home, "data"), "HELM_CACHE_HOME=" + filepath.Join(home, "cache"),
		"HELM_CONFIG_HOME=" + filepath.Join(home, "config"),
		// no download may leave the machine; a test that wants one names its own host
		"HELM_FLINK_DOWNLOAD_URL=" + deadURL(t)}
	return h
}

// run starts Helm in its home, with more environment first in words of the form NAME=value.
func (h *helm) run(t *testing.T, words ...string) answer {
	t.Helper()
	env := slices.Clone(h.env)
	for len(words) > 0 && strings.Contains(words[0], "=") && !strings.HasPrefix(words[0], "-") {
		env, words = append(env, words[0]), words[1:]
	}
	return execute(t, h.home, env, h.program, words...)
}

// must is run for a command that has to succeed.
func (h *helm) must(t *testing.T, words ...string) answer {
	t.Helper()
	got := h.run(t, words...)
	if got.code != 0 {
		t.Fatalf("helm%s %q: exit code %d\n%s%s", h.major, words, got.code, got.stdout, got.stderr)
	}
	return got
}

// unverified is the flag that Helm 4 needs for a source without a .prov file, and Helm 3 does not know.
func (h *helm) unverified(words ...string) []string {
	if h.major == "4" {
		words = append(words, "--verify=false")
	}
	return words
}

// command is a command of plugin.yaml for one system.
type command struct {
	OS      string   `json:"os"`
	Command string   `json:"command"`
	Args    []string `json:"args"`
}

// manifest has the keys that plugin.yaml may use: less than Helm 3 knows, which refuses any other.
type manifest struct {
	Name            string               `json:"name"`
	Version         string               `json:"version"`
	Usage           string               `json:"usage"`
	Description     string               `json:"description"`
	IgnoreFlags     bool                 `json:"ignoreFlags"`
	PlatformCommand []command            `json:"platformCommand"`
	PlatformHooks   map[string][]command `json:"platformHooks"`
}

// TestManifest checks in plugin.yaml what no Helm on this system would notice.
func TestManifest(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	var m manifest
	if err := yaml.UnmarshalStrict(read(t, filepath.Join(root, "plugin.yaml")), &m); err != nil {
		t.Fatal(err)
	}
	if m.Name != "flink" || m.Version != pluginVersion(t) || m.Usage == "" || m.IgnoreFlags {
		t.Errorf("plugin.yaml: %+v", m)
	}
	lists := map[string][]command{"platformCommand": m.PlatformCommand}
	maps.Copy(lists, m.PlatformHooks)
	if len(lists) != 3 || lists["install"] == nil || lists["update"] == nil {
		t.Errorf("plugin.yaml has other hooks than install and update: %v", m.PlatformHooks)
	}
	for name, list := range lists {
		if len(list) != 2 || list[0].OS != "" || list[1].OS != "windows" {
			t.Errorf("%s is not for windows and the others: %v", name, list)
		}
	}
	for _, file := range []string{"hook.sh", "plugin.complete"} {
		info, err := os.Stat(filepath.Join(root, file))
		if err != nil || info.Mode().Perm()&0o111 != 0o111 {
			t.Errorf("%s is not executable: %v %v", file, info, err)
		}
	}
}

// TestInstallFolder installs an unpacked release, and uses what a plugin can use of Helm.
func TestInstallFolder(t *testing.T) {
	t.Parallel()
	eachHelm(t, func(t *testing.T, h *helm) {
		dir := stage(t, "helm flink")
		write(t, filepath.Join(dir, "bin", "helm-flink"), stub(pluginVersion(t)), 0o755)
		got := h.must(t, "plugin", "install", dir)
		if !strings.Contains(got.stderr, "here already") {
			t.Errorf("the install hook did not say what it did:\n%s", got.stderr)
		}
		checkInstalled(t, h)
		checkArguments(t, h)
		checkCompletion(t, h)
		h.must(t, "plugin", "uninstall", "flink")
		if got := h.must(t, "plugin", "list"); strings.Contains(got.stdout, "flink") {
			t.Errorf("still listed after uninstall:\n%s", got.stdout)
		}
	})
}

// checkInstalled: the plugin is listed with its version, answers, and neither Helm has anything to say about it.
func checkInstalled(t *testing.T, h *helm) {
	t.Helper()
	list := h.must(t, "plugin", "list")
	if !strings.Contains(list.stdout, "flink") || !strings.Contains(list.stdout, pluginVersion(t)) || list.stderr != "" {
		t.Errorf("plugin list:\n%s%s", list.stdout, list.stderr)
	}
	got := h.must(t, "flink", "version")
	if !strings.Contains(got.stdout, pluginVersion(t)) || got.stderr != "" {
		t.Errorf("helm%s flink version: stdout %q, stderr %q", h.major, got.stdout, got.stderr)
	}
}

// checkArguments: exit code, streams, and which flags Helm keeps to itself (docs/plugin.md lists them).
func checkArguments(t *testing.T, h *helm) {
	t.Helper()
	if got := h.run(t, "flink", "fail"); got.code != 3 || got.stdout != "" {
		t.Errorf("exit code 3 became %d, stdout %q", got.code, got.stdout)
	}
	if got := h.must(t, "flink", "stdin"); got.stdout != "from stdin\n" {
		t.Errorf("stdin became %q", got.stdout)
	}
	shown := h.must(t, "flink", "show", "-f", "a b.yaml", "--set", "x=$HOME", "-n", "team", "--kube-context=blue", "--debug",
		"--kubeconfig", "/k", "--", "-n", "other", "-njoined").stdout
	for _, want := range []string{"arg=<-f>\narg=<a b.yaml>\narg=<--set>\narg=<x=$HOME>\narg=<-->\narg=<-njoined>\n",
		"HELM_NAMESPACE=other\n", "HELM_KUBECONTEXT=blue\n", "HELM_DEBUG=true\n", "KUBECONFIG=/k\n", "HELM_PLUGIN_NAME=flink\n"} {
		if !strings.Contains(shown, want) {
			t.Errorf("the plugin was not given %q:\n%s", want, shown)
		}
	}
	if shown := h.must(t, "flink", "show").stdout; !strings.Contains(shown, "HELM_NAMESPACE=default\n") {
		t.Errorf("without -n the namespace is not default:\n%s", shown)
	}
	if got := h.run(t, "--qps", "7", "flink", "version"); !strings.Contains(got.stdout, "stub: --qps 7 version") {
		t.Errorf("helm --qps 7 flink version gave %q", got.stdout)
	}
}

// checkCompletion: commands come from completion.yaml, arguments from plugin.complete, and nothing else is a candidate.
func checkCompletion(t *testing.T, h *helm) {
	t.Helper()
	if got := h.must(t, "__complete", "flink", "te").stdout; !strings.HasPrefix(got, "template\n:") {
		t.Errorf("helm flink te<TAB>:\n%s", got)
	}
	want := "words=<template -f x.yaml --include a>\nalpha\tfirst\nbeta\n:4\n"
	if got := h.must(t, "__complete", "flink", "template", "-n", "x", "-f", "x.yaml", "--include", "a").stdout; got != want {
		t.Errorf("helm flink template -f x.yaml --include a<TAB>:\n%q, not\n%q", got, want)
	}
}

// TestPluginsFolder uses the plugin without installing it.
func TestPluginsFolder(t *testing.T) {
	t.Parallel()
	eachHelm(t, func(t *testing.T, h *helm) {
		dir := stage(t, "flink")
		write(t, filepath.Join(dir, "bin", "helm-flink"), stub(pluginVersion(t)), 0o755)
		h.env = append(h.env, "HELM_PLUGINS="+filepath.Dir(dir))
		checkInstalled(t, h)
	})
}

// TestInstallDownloads installs from a folder and from a git repository without a binary: the hook fetches it.
func TestInstallDownloads(t *testing.T) {
	t.Parallel()
	data := archive(t, release(t, stub(pluginVersion(t))))
	server := serve(t, map[string][]byte{archiveName(t): data,
		checksumsName(t): []byte(sum(data) + "  " + archiveName(t) + "\n")}, 0)
	sources := map[string]func(t *testing.T, h *helm) []string{
		"folder": func(t *testing.T, _ *helm) []string { return []string{stage(t, "helm-flink")} },
		"git":    func(t *testing.T, h *helm) []string { return h.unverified("file://" + gitRepository(t)) },
		"tag": func(t *testing.T, h *helm) []string {
			return h.unverified("file://"+gitRepository(t), "--version", pluginVersion(t))
		},
	}
	for name, source := range sources {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			eachHelm(t, func(t *testing.T, h *helm) {
				words := append([]string{"HELM_FLINK_DOWNLOAD_URL=" + server.URL, "plugin", "install"}, source(t, h)...)
				if got := h.must(t, words...); !strings.Contains(got.stderr, "from the release archive, its sha256 is right") {
					t.Errorf("the hook said:\n%s", got.stderr)
				}
				checkInstalled(t, h)
				if name == "git" {
					// an update cleans the clone, so that the hook has to fetch the binary again
					h.must(t, "HELM_FLINK_DOWNLOAD_URL="+server.URL, "plugin", "update", "flink")
					checkInstalled(t, h)
				}
			})
		})
	}
}

// TestInstallRefused: a hook that fails makes `helm plugin install` fail, and there is no binary.
func TestInstallRefused(t *testing.T) {
	t.Parallel()
	eachHelm(t, func(t *testing.T, h *helm) {
		dir := stage(t, "helm-flink")
		server := serve(t, map[string][]byte{archiveName(t): []byte("not an archive")}, 0)
		got := h.run(t, "HELM_FLINK_DOWNLOAD_URL="+server.URL, "plugin", "install", dir)
		if got.code == 0 || !strings.Contains(got.stderr, "no checksum for") {
			t.Errorf("exit code %d:\n%s%s", got.code, got.stdout, got.stderr)
		}
		if _, err := os.Stat(filepath.Join(dir, "bin")); err == nil {
			t.Error("something was installed")
		}
	})
}

// gitRepository makes a repository of the plugin's files, as a clone from the forge has them: without bin.
func gitRepository(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on this machine")
	}
	dir := stage(t, "helm-flink")
	write(t, filepath.Join(dir, ".gitignore"), []byte("/bin/\n"), 0o644)
	for _, words := range [][]string{{"init", "-q", "-b", "main"}, {"add", "."},
		{"-c", "user.name=test", "-c", "user.email=test@example.com", "commit", "-q", "-m", "plugin"}, {"tag", "v" + pluginVersion(t)}} {
		command := exec.CommandContext(t.Context(), "git", words...)
		command.Dir = dir
		command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", words, err, out)
		}
	}
	return dir
}

// TestInstallArchive installs release archives: the flat one over http on both, and one that Helm 4 packed from a file.
func TestInstallArchive(t *testing.T) {
	t.Parallel()
	data := archive(t, release(t, stub(pluginVersion(t))))
	server := serve(t, map[string][]byte{archiveName(t): data}, 0)
	eachHelm(t, func(t *testing.T, h *helm) {
		words := append([]string{"plugin", "install"}, h.unverified(server.URL+"/"+archiveName(t))...)
		if got := h.must(t, words...); !strings.Contains(got.stderr, "here already") {
			t.Errorf("the hook said:\n%s", got.stderr)
		}
		checkInstalled(t, h)
		h.must(t, "plugin", "uninstall", "flink")
		if h.major == "3" {
			return // Helm 3 installs no archive from a file
		}
		dir := stage(t, "helm-flink")
		write(t, filepath.Join(dir, "bin", "helm-flink"), stub(pluginVersion(t)), 0o755)
		place := t.TempDir()
		h.must(t, "plugin", "package", "--sign=false", "--destination", place, dir)
		file := filepath.Join(place, "flink-"+pluginVersion(t)+".tgz")
		if got := h.run(t, "plugin", "install", file); got.code == 0 || !strings.Contains(got.stderr, "no provenance file") {
			t.Errorf("an unsigned archive was not refused (exit code %d):\n%s", got.code, got.stderr)
		}
		h.must(t, append([]string{"plugin", "install"}, h.unverified(file)...)...)
		checkInstalled(t, h)
	})
}

// TestShellcheck reads the scripts with shellcheck, where it is installed.
func TestShellcheck(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("shellcheck")
	if err != nil {
		t.Skip("shellcheck is not on this machine")
	}
	command := exec.CommandContext(t.Context(), program, "hook.sh", "plugin.complete", "cmd/helm-flink/post-render/run.sh")
	command.Dir = testkit.RepoRoot(t)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("shellcheck: %v\n%s", err, out)
	}
}
