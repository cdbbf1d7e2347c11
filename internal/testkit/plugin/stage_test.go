//go:build unix

package plugin_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// pluginFiles are the files that a release archive holds beside the binary.
func pluginFiles() []string {
	return []string{"plugin.yaml", "plugin.complete", "completion.yaml", "hook.sh", "hook.ps1", "LICENSE",
		"cmd/helm-flink/post-render/plugin.yaml", "cmd/helm-flink/post-render/run.sh"}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, name string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, mode); err != nil {
		t.Fatal(err)
	}
}

// pluginVersion is the version in the repository's plugin.yaml.
func pluginVersion(t *testing.T) string {
	t.Helper()
	found := regexp.MustCompile(`(?m)^version: "(.+)"$`).FindSubmatch(read(t, filepath.Join(testkit.RepoRoot(t), "plugin.yaml")))
	if found == nil {
		t.Fatal("plugin.yaml has no quoted version")
	}
	return string(found[1])
}

// stage copies the plugin's files, without a binary, into a new folder of the given name.
func stage(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	for _, file := range pluginFiles() {
		source := filepath.Join(testkit.RepoRoot(t), file)
		info, err := os.Stat(source)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, file), read(t, source), info.Mode().Perm())
	}
	return dir
}

// withSource adds what the hook takes for source code to a staged folder.
func withSource(t *testing.T, dir string) {
	t.Helper()
	write(t, filepath.Join(dir, "go.mod"), []byte("module github.com/helm-flink/helm-flink\n\ngo 1.26.0\n"), 0o644)
	write(t, filepath.Join(dir, "cmd", "helm-flink", "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o644)
}

// stub is a program in the place of helm-flink: `version` answers with the version, `show` prints the words and the
// environment that came, `fail` ends with 3, `__complete` answers as cobra does, its line on stderr included.
func stub(version string) []byte {
	return []byte(`#!/bin/sh
case ${1:-} in
  version) echo "helm-flink ` + version + `" ;;
  show) printf 'arg=<%s>\n' "$@"; env | grep -E '^(HELM_|KUBECONFIG)' | sort ;;
  fail) echo "flink.yaml:1:1: error" >&2; exit 3 ;;
  stdin) cat ;;
  __complete)
    shift
    printf 'words=<%s>\n' "$*"
    printf 'alpha\tfirst\nbeta\n:4\n'
    echo "Completion ended with directive: ShellCompDirectiveNoFileComp" >&2 ;;
  *) echo "stub: $*"; exit 4 ;;
esac
`)
}

// entry is one file of an archive. A link is a symbolic link to its content.
type entry struct {
	name string
	data []byte
	mode int64
	link bool
}

// archive makes a .tgz of the entries in the flat layout, with the folders, which Helm 3 does not make by itself.
func archive(t *testing.T, entries []entry) []byte {
	t.Helper()
	var buffer bytes.Buffer
	packed := gzip.NewWriter(&buffer)
	out := tar.NewWriter(packed)
	folders := []string{}
	put := func(header *tar.Header, data []byte) {
		if err := out.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range entries {
		name := file.name
		for _, folder := range parents(name) {
			if !slices.Contains(folders, folder) {
				folders = append(folders, folder)
				put(&tar.Header{Typeflag: tar.TypeDir, Name: folder + "/", Mode: 0o755}, nil)
			}
		}
		if file.link {
			put(&tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: string(file.data), Mode: 0o777}, nil)
			continue
		}
		put(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(file.data)), Mode: file.mode}, file.data)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

// parents are the folders that a file is in, the outermost first.
func parents(name string) []string {
	folder := path.Dir(name)
	if folder == "." {
		return nil
	}
	return append(parents(folder), folder)
}

// release is the content of a release archive with the given binary, twice.
func release(t *testing.T, binary []byte) []entry {
	t.Helper()
	entries := []entry{}
	for _, file := range pluginFiles() {
		source := filepath.Join(testkit.RepoRoot(t), file)
		info, err := os.Stat(source)
		if err != nil {
			t.Fatal(err)
		}
		entries = append(entries, entry{name: file, data: read(t, source), mode: int64(info.Mode().Perm())})
	}
	return append(entries, entry{name: "bin/helm-flink", data: binary, mode: 0o755},
		entry{name: "bin/helm-flink-capacity", data: binary, mode: 0o755})
}

// archiveName is the name of the release archive for the machine that runs the test.
func archiveName(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("helm-flink_%s_%s_%s.tgz", pluginVersion(t), runtime.GOOS, runtime.GOARCH)
}

func checksumsName(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf("helm-flink_%s_checksums.txt", pluginVersion(t))
}

func sum(data []byte) string {
	digest := sha256.Sum256(data)
	return hex.EncodeToString(digest[:])
}

// host is a server on loopback with files in one folder; it remembers what was asked of it.
type host struct {
	URL   string
	mutex sync.Mutex
	asked []string
}

// serve starts a host. A file's name is its path; whatever else is asked is not found. status, when not 0, is the answer
// to everything.
func serve(t *testing.T, files map[string][]byte, status int) *host {
	t.Helper()
	h := &host{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		h.mutex.Lock()
		h.asked = append(h.asked, name)
		h.mutex.Unlock()
		data, ok := files[name]
		switch {
		case status != 0:
			w.WriteHeader(status)
		case !ok:
			http.NotFound(w, r)
		default:
			w.Header().Set("Content-Type", "application/gzip")
			_, _ = w.Write(data)
		}
	}))
	t.Cleanup(server.Close)
	h.URL = server.URL
	return h
}

// requests are the names that were asked for, in order.
func (h *host) requests() []string {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	return slices.Clone(h.asked)
}

// commands makes a folder for PATH with links to the named programs, and the given scripts.
func commands(t *testing.T, names []string, scripts map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		found, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("%s is not on this machine", name)
		}
		if err := os.Symlink(found, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, script := range scripts {
		write(t, filepath.Join(dir, name), []byte(script), 0o755)
	}
	return dir
}

// answer is what a program gave.
type answer struct {
	stdout, stderr string
	code           int
}

// execute runs a program to its end, with this environment and no other.
func execute(t *testing.T, dir string, env []string, name string, words ...string) answer {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, words...)
	command.Dir, command.Env, command.Stdin = dir, env, strings.NewReader("from stdin\n")
	var out, errs bytes.Buffer
	command.Stdout, command.Stderr = &out, &errs
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return answer{stdout: out.String(), stderr: errs.String(), code: command.ProcessState.ExitCode()}
}
