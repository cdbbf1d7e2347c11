package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestPull fills a cache from a registry, and renders the operator from the cache
// when there is no registry any more.
func TestPull(t *testing.T) {
	t.Parallel()
	host := testkit.Registry(t)
	root := testkit.RepoRoot(t)
	operator := testkit.PackChart(t, filepath.Join(root, "charts", "flink-operator"), "flink-kubernetes-operator", "7.12.0",
		map[string]string{"values.schema.json": ""})
	testkit.PushChart(t, operator, "oci://"+host+"/emr")
	testkit.PushChart(t, testkit.PackChart(t, "", "karpenter", "1.13.0", nil), "oci://"+host+"/addons")
	cache := t.TempDir()
	flags := []string{
		"-f", filepath.Join(root, "examples", "emr-blueprint.yaml"), "--cache", cache,
		"--set", "operator.chart.source=oci://" + host + "/emr/flink-kubernetes-operator,operator.chart.version=7.12.0",
		"--set", "addons.karpenter.enabled=true,addons.karpenter.chart=oci://" + host + "/addons/karpenter",
	}
	with := func(args ...string) []string { return append(args, flags...) }

	_, stderr, code := run(t, "", with("template", "--fetch", "--offline")...)
	if code != 1 || !strings.Contains(stderr, "helm flink addons pull") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	stdout, stderr, code := run(t, "", with("addons", "pull", "--plain-http")...)
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	if code != 0 || len(lines) != 2 || !strings.HasPrefix(lines[0], "addons.karpenter\tkarpenter\t1.13.0\tsha256:") ||
		!strings.HasPrefix(lines[1], "operator\tflink-kubernetes-operator\t7.12.0\tsha256:") {
		t.Fatalf("exit %d: %s%s", code, stdout, stderr)
	}
	stdout, stderr, code = run(t, "", with("template", "--fetch", "--offline", "--include-crds")...)
	if code != 0 || !strings.Contains(stdout, "name: flink-kubernetes-operator\n") ||
		!strings.Contains(stdout, "name: flinkdeployments.flink.apache.org\n") || strings.Contains(stderr, "FLK040") {
		t.Errorf("exit %d: %s", code, stderr)
	}
	digest := lines[1][strings.LastIndex(lines[1], "\t")+1:]
	_, stderr, code = run(t, "", with("template", "--fetch", "--plain-http", "--set", "operator.chart.digest="+digest)...)
	if code != 0 {
		t.Errorf("exit %d: %s", code, stderr)
	}
	other := "sha256:" + strings.Repeat("0", 64)
	_, stderr, code = run(t, "", with("template", "--fetch", "--plain-http", "--set", "operator.chart.digest="+other)...)
	if code != 1 || !strings.Contains(stderr, digest) || !strings.Contains(stderr, other) {
		t.Errorf("exit %d: %s", code, stderr)
	}
}

// TestAddonsList lists what is known, and what the values make of it.
func TestAddonsList(t *testing.T) {
	t.Parallel()
	stdout, stderr, code := run(t, "", "addons", "list")
	if code != 0 || !strings.Contains(stdout, "cert-manager            false") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	file := filepath.Join(t.TempDir(), "flink.yaml")
	text := `
cluster: { name: streaming, region: us-west-2, accountId: "111122223333" }
addons:
  cert-manager: { enabled: true, namespace: security }
  ingress: { enabled: true, chart: ./charts/ingress }
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code = run(t, "", "addons", "list", "-f", file)
	for _, want := range []string{"cert-manager            true     security", "ingress                 true     ingress"} {
		if code != 0 || !strings.Contains(stdout, want) {
			t.Errorf("exit %d, without %q: %s%s", code, want, stdout, stderr)
		}
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(text, "chart: ./charts/ingress", "version: \"1\"")), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code = run(t, "", "addons", "list", "-f", file)
	if code != 3 || stdout != "" || !strings.Contains(stderr, "flink.yaml:5:12: error FLK035 addons.ingress") {
		t.Errorf("exit %d: %s%s", code, stdout, stderr)
	}
	if _, _, code := run(t, "", "addons", "pull"); code != 4 {
		t.Errorf("pull without values: exit %d", code)
	}
}
