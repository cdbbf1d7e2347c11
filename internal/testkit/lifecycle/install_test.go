package lifecycle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestApache takes examples/apache.yaml through its life: install, nothing to do, a change that is shown and made, one
// that would lose state and is refused, the way back, and the end.
func TestApache(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	values := []string{"-f", "examples/apache.yaml", "--timeout", "60s"}
	_, said := s.must(t, append([]string{"install"}, values...)...)
	t.Log(said)
	_, said = s.must(t, append([]string{"install"}, values...)...)
	if strings.Contains(said, "begun") {
		t.Errorf("the second install did something:\n%s", said)
	}
	if out, _ := s.must(t, append([]string{"diff", "--detailed-exitcode"}, values...)...); out != "" {
		t.Errorf("a difference after install:\n%s", out)
	}
	changed := append(values, "--set", "jobs.state-machine.parallelism=6")
	out, said, err := s.run(t, append([]string{"diff", "--detailed-exitcode"}, changed...)...)
	t.Log(out, said, err)
	_, said = s.must(t, append([]string{"upgrade"}, changed...)...)
	t.Log(said)
	loss := append(values, "--set", "jobs.state-machine.upgradeMode=stateless,jobs.state-machine.parallelism=7")
	out, said, err = s.run(t, append([]string{"diff"}, loss...)...)
	t.Log(out, said, err)
	_, said, err = s.run(t, append([]string{"upgrade"}, loss...)...)
	t.Log(said, err)
	_, said = s.must(t, append([]string{"rollback"}, values...)...)
	t.Log(said)
	out, said = s.must(t, append([]string{"diff"}, values...)...)
	t.Log(out, said)
	t.Log(s.MustKubectl(t, "", "get", "flinkdeployments,secrets", "-A"))
	_, said = s.must(t, append([]string{"uninstall", "--purge", "namespaces,crds", "--yes"}, values...)...)
	t.Log(said)
	_ = os.Remove(filepath.Join(s.dir, "nothing"))
}
