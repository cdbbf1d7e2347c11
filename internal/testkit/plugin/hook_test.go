//go:build unix

package plugin_test

import (
	"bytes"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// basics are the programs that hook.sh uses on every way.
func basics() []string {
	return []string{"sh", "sed", "tr", "grep", "uname", "mkdir", "mktemp", "chmod", "mv", "rm", "rmdir", "dirname",
		"tar", "gzip", "cut", "awk", "tail", "cat"}
}

// fakeGo is a `go` that writes down how it was called, and builds the stub of the version in its -ldflags.
const fakeGo = `#!/bin/sh
[ "$1" = build ] || { echo "go version go9.9 test/test"; exit 0; }
echo "GOWORK=$GOWORK PWD=$(pwd) go $*" >>"$GO_LOG"
[ -z "${GO_FAILS:-}" ] || { echo "main.go:1: broken"; exit 1; }
while [ $# -gt 0 ]; do
  case $1 in
    -o) out=$2; shift ;;
    -ldflags) version=${2##*=}; shift ;;
  esac
  shift
done
for name in helm-flink helm-flink-capacity; do
  printf '#!/bin/sh\necho "helm-flink %s"\n' "$version" >"$out/$name"
  chmod 755 "$out/$name"
done
`

// hookCase is one run of hook.sh install in a staged folder, against a host.
type hookCase struct {
	event    string            // default: install
	files    map[string][]byte // what the host has
	status   int               // the host's answer to everything, when not 0
	dead     bool              // no host at all
	tools    []string          // beside basics; nil: curl and sha256sum
	scripts  map[string]string // programs on PATH, played
	noGo     bool
	noSource bool
	present  []byte // bin/helm-flink before
	env      []string

	fails     bool
	says      []string // on stderr
	installed []byte   // bin/helm-flink afterwards; nil: none
	builds    bool
	asks      int // requests
}

// hookCases has every way that the hook can take, with the archive that is right and ones that are not.
func hookCases(t *testing.T) map[string]hookCase {
	version, name, list := pluginVersion(t), archiveName(t), checksumsName(t)
	fresh, old := stub(version), stub("0.0.1")
	good := archive(t, release(t, fresh))
	line := sum(good) + "  " + name + "\n"
	built := []byte("#!/bin/sh\necho \"helm-flink " + version + "\"\n")
	with := func(sums string) map[string][]byte { return map[string][]byte{name: good, list: []byte(sums)} }
	packed := func(entries ...entry) map[string][]byte {
		data := archive(t, entries)
		return map[string][]byte{name: data, list: []byte(sum(data) + "  " + name + "\n")}
	}
	uname := map[string]string{"uname": "#!/bin/sh\n[ \"$1\" = -s ] && echo Linux || echo sparc64\n"}
	return map[string]hookCase{
		"archive":          {files: with(line), says: []string{"release archive", "sha256 is right"}, installed: fresh, asks: 2},
		"archive, wget":    {files: with(line), tools: []string{"wget", "sha256sum"}, installed: fresh, asks: 2},
		"archive, shasum":  {files: with(line), tools: []string{"curl", "shasum"}, installed: fresh, asks: 2},
		"binary-mode sums": {files: with("0000 *x.tgz\r\n" + sum(good) + " *" + name + "\r\n"), installed: fresh, asks: 2},
		"update, old binary": {event: "update", files: with(line), present: old, says: []string{"replacing"},
			installed: fresh, asks: 2},

		"wrong sum": {files: with(sum(fresh) + "  " + name + "\n"), fails: true, asks: 2,
			says: []string{name + " does not have the sha256", "not installed"}},
		"wrong sum, old binary stays": {files: with(sum(fresh) + "  " + name + "\n"), present: old, fails: true,
			installed: old, asks: 2, says: []string{"not installed"}},
		"no list of sums":   {files: map[string][]byte{name: good}, fails: true, asks: 2, says: []string{"no checksum for " + name}},
		"not in the list":   {files: with(sum(good) + "  other.tgz\n"), fails: true, asks: 2, says: []string{"no single sha256"}},
		"twice in the list": {files: with(line + line), fails: true, asks: 2, says: []string{"no single sha256"}},
		"short sum":         {files: with("abc123  " + name + "\n"), fails: true, asks: 2, says: []string{"has no sha256"}},
		"no tool for sums": {files: with(line), tools: []string{"curl"}, fails: true, asks: 2,
			says: []string{"neither sha256sum nor shasum"}},
		"archive without binary": {files: packed(entry{name: "plugin.yaml", data: []byte("name: x"), mode: 0o644}), fails: true,
			asks: 2, says: []string{"holds no bin/helm-flink"}},
		"archive without scheduler": {files: packed(entry{name: "bin/helm-flink", data: fresh, mode: 0o755}), fails: true,
			asks: 2, says: []string{"holds no bin/helm-flink-capacity"}},
		"binary of another version": {files: packed(entry{name: "bin/helm-flink", data: old, mode: 0o755},
			entry{name: "bin/helm-flink-capacity", data: old, mode: 0o755}), fails: true,
			asks: 2, says: []string{"its version is not " + version}},
		"binary is a link": {files: packed(entry{name: "bin/helm-flink", data: []byte("/bin/sh"), link: true}), fails: true,
			asks: 2, says: []string{"is a link"}},
		"server error": {status: http.StatusInternalServerError, fails: true, asks: 1,
			says: []string{"HTTP 500", "HELM_FLINK_BUILD=1"}},
		"server error, wget": {status: http.StatusForbidden, tools: []string{"wget", "sha256sum"}, fails: true, asks: 1,
			says: []string{"403", "HELM_FLINK_BUILD=1"}},

		"no archive": {says: []string{"HTTP 404", "built from source"}, installed: built, builds: true, asks: 1},
		"no archive, wget": {tools: []string{"wget"}, says: []string{"404", "built from source"}, installed: built, builds: true,
			asks: 1},
		"no host": {dead: true, says: []string{"built from source"}, installed: built, builds: true},
		"no host, wget": {dead: true, tools: []string{"wget"}, says: []string{"built from source"}, installed: built,
			builds: true},
		"neither curl nor wget": {tools: []string{}, says: []string{"neither curl nor wget"}, installed: built, builds: true},
		"no archive for the chip": {scripts: uname, says: []string{"no release archive for Linux on sparc64"}, installed: built,
			builds: true},
		"no archive, no go":     {noGo: true, fails: true, asks: 1, says: []string{"needs Go 1.26.0 or newer", "https://go.dev/dl"}},
		"no archive, no source": {noSource: true, fails: true, asks: 1, says: []string{"holds no source"}},
		"build fails": {env: []string{"GO_FAILS=1"}, builds: true, fails: true, asks: 1,
			says: []string{"main.go:1: broken", "go build did not succeed"}},
		"asked to build":     {files: with(line), env: []string{"HELM_FLINK_BUILD=1"}, installed: built, builds: true},
		"asked not to build": {files: with(line), env: []string{"HELM_FLINK_BUILD=0"}, installed: fresh, asks: 2},
		"asked to build, no go": {files: with(line), env: []string{"HELM_FLINK_BUILD=1"}, noGo: true, fails: true,
			says: []string{"needs Go"}},
		"asked to build on update": {event: "update", present: fresh, env: []string{"HELM_FLINK_BUILD=1"}, installed: built,
			builds: true},
		"binary is here": {files: with(line), present: fresh, installed: fresh, says: []string{"here already"}},
		"binary is here, asked": {present: fresh, env: []string{"HELM_FLINK_BUILD=1"}, installed: fresh,
			says: []string{"here already"}},
		"binary is here, on update": {event: "update", present: fresh, installed: fresh, says: []string{"here already"}},
		"unknown event":             {event: "delete", fails: true, says: []string{"usage: hook.sh install|update"}},
		"windows shell": {scripts: map[string]string{"uname": "#!/bin/sh\necho MINGW64_NT-10.0\n"}, fails: true,
			says: []string{"pwsh -File hook.ps1 install"}},
	}
}

func TestHook(t *testing.T) {
	t.Parallel()
	for name, c := range hookCases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runHookCase(t, c)
		})
	}
}

func runHookCase(t *testing.T, c hookCase) {
	t.Helper()
	dir := stage(t, "helm flink") // a blank in the path, as in "Program Files" and "Application Support"
	if !c.noSource {
		withSource(t, dir)
	}
	binary := filepath.Join(dir, "bin", "helm-flink")
	if c.present != nil {
		write(t, binary, c.present, 0o755)
	}
	server := serve(t, c.files, c.status)
	url := server.URL
	if c.dead {
		url = deadURL(t)
	}
	log := filepath.Join(t.TempDir(), "go.log")
	env := append([]string{"PATH=" + hookPath(t, c), "HELM_PLUGIN_DIR=" + dir, "HELM_FLINK_DOWNLOAD_URL=" + url,
		"GO_LOG=" + log}, c.env...)
	event := c.event
	if event == "" {
		event = "install"
	}
	before := listing(t, dir)
	got := execute(t, t.TempDir(), env, "sh", filepath.Join(dir, "hook.sh"), event)

	if got.stdout != "" {
		t.Errorf("stdout is not empty: %q", got.stdout)
	}
	if (got.code != 0) != c.fails {
		t.Errorf("exit code %d, fails should be %v; stderr:\n%s", got.code, c.fails, got.stderr)
	}
	for _, want := range c.says {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("stderr lacks %q:\n%s", want, got.stderr)
		}
	}
	checkFolder(t, dir, before, c)
	checkBuild(t, dir, log, c.builds)
	if asked := server.requests(); len(asked) != c.asks {
		t.Errorf("the host was asked %d times, not %d: %v", len(asked), c.asks, asked)
	}
}

// checkFolder: the binary is the one wanted, and nothing else came or went.
func checkFolder(t *testing.T, dir string, before []string, c hookCase) {
	t.Helper()
	want := slices.DeleteFunc(slices.Clone(before), func(name string) bool { return strings.HasPrefix(name, "bin") })
	if c.installed != nil {
		want = append(want, "bin", "bin/helm-flink")
		if !bytes.Equal(c.installed, c.present) {
			want = append(want, "bin/helm-flink-capacity")
		}
		got, err := os.ReadFile(filepath.Join(dir, "bin", "helm-flink"))
		if err != nil || !bytes.Equal(got, c.installed) {
			t.Errorf("bin/helm-flink is not the one wanted (%v):\n%s", err, got)
		}
	}
	slices.Sort(want)
	if after := listing(t, dir); !slices.Equal(after, want) {
		t.Errorf("the folder holds\n%q\nnot\n%q", after, want)
	}
	for _, file := range pluginFiles() {
		if !bytes.Equal(read(t, filepath.Join(dir, file)), read(t, filepath.Join(testkit.RepoRoot(t), file))) {
			t.Errorf("%s was changed", file)
		}
	}
}

// checkBuild: go was called once, in the plugin's folder, with the version, or not at all.
func checkBuild(t *testing.T, dir, log string, want bool) {
	t.Helper()
	data, err := os.ReadFile(log)
	if errors.Is(err, fs.ErrNotExist) != !want {
		t.Errorf("go build ran: %v, want %v: %s", err == nil, want, data)
	}
	if !want || err != nil {
		return
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{"GOWORK=off PWD=" + real + " go build", "-trimpath", "-X main.version=" + pluginVersion(t),
		"./cmd/helm-flink ./cmd/helm-flink-capacity"} {
		if strings.Count(string(data), part) != 1 {
			t.Errorf("go was called as\n%swithout one %q", data, part)
		}
	}
}

func hookPath(t *testing.T, c hookCase) string {
	t.Helper()
	tools := c.tools
	if tools == nil {
		tools = []string{"curl", "sha256sum"}
	}
	scripts := map[string]string{}
	names := append(basics(), tools...)
	for name, script := range c.scripts {
		scripts[name] = script
		names = slices.DeleteFunc(names, func(other string) bool { return other == name })
	}
	if !c.noGo {
		scripts["go"] = fakeGo
	}
	return commands(t, names, scripts)
}

// deadURL is an address on loopback on which nothing listens.
func deadURL(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return "http://" + address
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	names := []string{}
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		relative, err := filepath.Rel(dir, name)
		names = append(names, relative)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(names)
	return names
}

// TestHookInterrupted ends the hook while it downloads: nothing stays behind.
func TestHookInterrupted(t *testing.T) {
	t.Parallel()
	dir := stage(t, "flink")
	before := listing(t, dir)
	asked := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	command := exec.CommandContext(t.Context(), "sh", filepath.Join(dir, "hook.sh"), "install")
	command.Env = []string{"PATH=" + hookPath(t, hookCase{noGo: true}), "HELM_FLINK_DOWNLOAD_URL=" + server.URL}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-asked:
	case <-time.After(30 * time.Second):
		t.Error("the hook asked for nothing in 30 s")
	}
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != 143 {
		t.Errorf("exit code %d, not 143", code)
	}
	if after := listing(t, dir); !slices.Equal(after, before) {
		t.Errorf("left behind: %q, before: %q", after, before)
	}
}
