package lifecycle_test

import "testing"

func TestInstall(t *testing.T) {
	s := newSite(t)
	_, stderr := s.must(t, "install", "-f", "examples/apache.yaml", "--timeout", "60s")
	t.Log(stderr)
	_, stderr = s.must(t, "install", "-f", "examples/apache.yaml", "--timeout", "60s")
	t.Log(stderr)
	_, stderr = s.must(t, "uninstall", "-f", "examples/apache.yaml", "--timeout", "60s")
	t.Log(stderr)
}
