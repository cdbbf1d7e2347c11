//go:build unix

package precommit_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// repo is a throw-away git repository with the environment of its commands.
type repo struct {
	dir string
	env []string
}

// newRepo makes an empty repository that no configuration of the machine reaches.
func newRepo(t *testing.T, env ...string) *repo {
	t.Helper()
	r := &repo{dir: t.TempDir(), env: append([]string{
		"PRE_COMMIT_HOME=" + t.TempDir(), "PRE_COMMIT_COLOR=never", "HOME=" + t.TempDir(),
		"GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=Test", "GIT_AUTHOR_EMAIL=test@example.com",
		"GIT_COMMITTER_NAME=Test", "GIT_COMMITTER_EMAIL=test@example.com",
	}, env...)}
	r.must(t, "git", "init", "-q", "-b", "main")
	return r
}

func (r *repo) run(t *testing.T, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	return testkit.Run(t.Context(), testkit.Command{Name: name, Args: args, Dir: r.dir, Env: r.env})
}

// must is run for a command that has to succeed; it returns all that it wrote.
func (r *repo) must(t *testing.T, name string, args ...string) string {
	t.Helper()
	stdout, stderr, err := r.run(t, name, args...)
	if err != nil {
		t.Fatalf("%s %q: %v\n%s%s", name, args, err, stdout, stderr)
	}
	return stdout + stderr
}

// copySource copies the files of the repository that git knows or would know.
func copySource(t *testing.T, dir string) {
	t.Helper()
	root := testkit.RepoRoot(t)
	command := exec.CommandContext(t.Context(), "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	command.Dir = root
	out, err := command.Output()
	if err != nil {
		t.Skipf("git does not list the files of the repository: %v", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		if info, err := os.Stat(filepath.Join(root, name)); err != nil || !info.Mode().IsRegular() {
			continue // removed in the working copy, or a link
		}
		write(t, filepath.Join(dir, name), read(t, filepath.Join(root, name)))
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
