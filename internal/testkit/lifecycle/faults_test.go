package lifecycle_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestBadServer runs install, upgrade, diff and uninstall through a proxy that spoils a share of the requests: all of them
// end right, with the objects that a good server has.
func TestBadServer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	secret := withSecret(t)
	args := func(verb string, more ...string) []string {
		return slices.Concat([]string{verb, "-f", platform, "--timeout", "120s"}, secret, more)
	}
	s.must(t, args("install")...)
	installed := s.objects(t)
	s.must(t, args("uninstall", "--no-savepoint")...)
	gone := s.objects(t)
	kubeconfig, proxy := s.Faults(t, 0, 7)
	s.kubeconfig = kubeconfig
	for _, rate := range []float64{0.05, 0.3} {
		proxy.SetRate(rate)
		s.must(t, args("install")...)
		if got := s.objects(t); !slices.Equal(got, installed) {
			t.Errorf("install at %v:\n%s", rate, testkit.Diff("good, bad", strings.Join(installed, "\n"), strings.Join(got, "\n")))
		}
		if out, said := s.must(t, args("diff")...); out != "" {
			t.Errorf("diff at %v:\n%s%s", rate, out, said)
		}
		s.must(t, args("upgrade", "--set", "jobs.ingest.parallelism=6")...)
		s.must(t, args("uninstall")...)
		if got := s.objects(t); !slices.Equal(got, gone) {
			t.Errorf("uninstall at %v:\n%s", rate, testkit.Diff("good, bad", strings.Join(gone, "\n"), strings.Join(got, "\n")))
		}
		t.Logf("at %v: %d requests, %v", rate, proxy.Total(), proxy.Injected())
		proxy.Reset()
	}
	proxy.SetRate(1)
	out, said, code := s.run(t, args("install")...)
	// Some requests get through all the same, so the end comes now at one object, now at another; each is named.
	named := slices.ContainsFunc([]string{"flink-kubernetes-operator", "read the releases", proxyHost(t, kubeconfig)},
		func(object string) bool { return strings.Contains(said, object) })
	if code != 1 || out != "" || !named {
		t.Errorf("with a server that always fails: exit %d\n%s%s", code, out, said)
	}
}

// proxyHost is the address of the server of a kubeconfig.
func proxyHost(t *testing.T, kubeconfig string) string {
	t.Helper()
	text, err := os.ReadFile(kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "server: ")
	server, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(server)
}

// TestFleet installs a hundred jobs at once through a server that spoils 5 % of the requests.
func TestFleet(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), platform))
	if err != nil {
		t.Fatal(err)
	}
	var fleet strings.Builder
	fleet.WriteString(strings.Replace(string(text), "jobs:\n", "jobs:\n"+jobs(100), 1))
	values := filepath.Join(t.TempDir(), "fleet.yaml")
	if err := os.WriteFile(values, []byte(fleet.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	kubeconfig, proxy := s.Faults(t, 0.05, 11)
	s.kubeconfig = kubeconfig
	s.must(t, "install", "-f", values, "--timeout", "300s")
	list := s.helmList(t, "helm3")
	if len(list) != 100+8 {
		t.Errorf("%d releases", len(list))
	}
	for name, status := range list {
		if status != "deployed" {
			t.Errorf("%s is %s", name, status)
		}
	}
	t.Logf("%d requests, %v", proxy.Total(), proxy.Injected())
}

// jobs are lines of values with so many jobs.
func jobs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  fleet-%03d: { team: orders, parallelism: 2, jarURI: \"local:///opt/flink/examples/streaming/StateMachineExample.jar\" }\n", i)
	}
	return b.String()
}
