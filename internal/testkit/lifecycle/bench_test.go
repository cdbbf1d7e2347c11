package lifecycle_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// BenchmarkFleet puts the objects of a hundred jobs on a cluster by turns: with helm-flink, a release a job; with
// `helm install`, one chart; and with `kubectl apply --server-side`. None of them waits for the jobs. It reports requests
// an object and seconds for the hundred.
func BenchmarkFleet(b *testing.B) {
	s := newSite(b)
	kubeconfig, proxy := s.Faults(b, 0, 1)
	s.kubeconfig = kubeconfig
	text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(b), platform))
	if err != nil {
		b.Fatal(err)
	}
	s.must(b, "install", "-f", platform)
	fleet := filepath.Join(s.dir, "fleet.yaml")
	write(b, fleet, strings.Replace(string(text), "jobs:\n", "jobs:\n"+jobs(100), 1))
	stdout, _ := s.must(b, "template", "-f", fleet)
	var objects []string
	for doc := range strings.SplitSeq(stdout, "\n---\n") {
		if strings.Contains(doc, "-fleet-") || strings.Contains(doc, "name: fleet-") {
			objects = append(objects, doc)
		}
	}
	if len(objects) != 200 { // a FlinkDeployment and a NetworkPolicy each
		b.Fatalf("%d objects", len(objects))
	}
	chart := filepath.Join(s.dir, "chart")
	write(b, filepath.Join(chart, "Chart.yaml"), "apiVersion: v2\nname: fleet\nversion: 1.0.0\n")
	for i, o := range objects {
		write(b, filepath.Join(chart, "templates", fmt.Sprintf("%03d.yaml", i)), strings.ReplaceAll(o, "{{", `{{ "{{" }}`))
	}
	clean := func() {
		for _, kind := range []string{"flinkdeployments", "networkpolicies", "secrets"} {
			all := strings.Fields(s.MustKubectl(b, "", "get", kind, "-n", "orders", "-o", "name"))
			all = slices.DeleteFunc(all, func(name string) bool { return !strings.Contains(name, "fleet") })
			if len(all) > 0 {
				s.MustKubectl(b, "", append([]string{"delete", "-n", "orders", "--timeout=180s"}, all...)...)
			}
		}
	}
	for _, peer := range []struct {
		name string
		run  func()
	}{
		{"helm-flink", func() { s.must(b, "upgrade", "-f", fleet, "--wait=false", "--max-concurrent", "100") }},
		{"helm", func() { s.peer(b, "", testkit.Tool(b, "helm3"), "install", "fleet", chart, "-n", "orders") }},
		{"kubectl", func() {
			s.peer(b, strings.Join(objects, "\n---\n"), testkit.Tool(b, "kubectl"), "apply", "--server-side", "--validate=false", "-f", "-")
		}},
	} {
		b.Run(peer.name, func(b *testing.B) {
			var requests int
			var took time.Duration
			for range b.N {
				clean()
				s.must(b, "upgrade", "-f", platform)
				proxy.Reset()
				began := time.Now()
				peer.run()
				took += time.Since(began)
				requests += proxy.Total()
			}
			b.ReportMetric(float64(requests)/float64(b.N)/200, "requests/object")
			b.ReportMetric(took.Seconds()/float64(b.N), "s/100-jobs")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func write(tb testing.TB, path, text string) {
	tb.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
}

// peer runs another program against the cluster.
func (s *site) peer(tb testing.TB, stdin, program string, args ...string) {
	tb.Helper()
	_, stderr, err := testkit.Run(tb.Context(), testkit.Command{Name: program, Args: args, Stdin: stdin, Env: s.env()})
	if err != nil {
		tb.Fatalf("%s: %v\n%s", filepath.Base(program), err, stderr)
	}
}
