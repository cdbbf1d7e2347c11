package lifecycle_test

import (
	"context"
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// canary is the value of a Secret. No run of the program may show it.
const canary = "canary-8d1f0a6e2b"

// shows reports whether a text has the canary, as it is or in base64, wherever that begins in it.
func shows(text string) bool {
	if strings.Contains(text, canary) {
		return true
	}
	for shift := range 3 { // what the bytes before it are decides the first letters, those behind it the last
		coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + canary))
		if strings.Contains(text, coded[shift+1:len(coded)-3]) {
			return true
		}
	}
	return false
}

func TestShows(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false, "canary": false, "a " + canary + "2": true,
		base64.StdEncoding.EncodeToString([]byte(canary)):             true,
		base64.StdEncoding.EncodeToString([]byte("a: " + canary)):     true,
		base64.StdEncoding.EncodeToString([]byte("ab: " + canary)):    true,
		base64.StdEncoding.EncodeToString([]byte(canary + "2\nmore")): true,
		base64.StdEncoding.EncodeToString([]byte("another")):          false,
	} {
		if got := shows(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// hides fails where something that a run of the program left shows the canary.
func hides(t testing.TB, what string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if shows(text) {
			t.Errorf("%s shows the value of a Secret:\n%s", what, text)
		}
	}
}

// withSecret gives the flags of an overlay that adds a Secret with the canary.
func withSecret(t testing.TB) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [secret.yaml]\n",
		"secret.yaml":        "apiVersion: v1\nkind: Secret\nmetadata: {name: token, namespace: orders}\nstringData: {token: " + canary + "}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return []string{"-k", dir}
}

// searched looks for the canary, when the test is over, in what its runs wrote: files below the program's home, events, and
// every object but Secrets.
func (s *site) searched(tb testing.TB) {
	tb.Helper()
	kubectl := testkit.Tool(tb, "kubectl")
	tb.Cleanup(func() {
		err := filepath.WalkDir(s.dir, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path == s.binary {
				return err
			}
			text, err := os.ReadFile(path)
			hides(tb, path, string(text))
			return err
		})
		if err != nil {
			tb.Error(err)
		}
		kinds := "events,configmaps,namespaces,leases,deployments,flinkdeployments,flinksessionjobs,flinkstatesnapshots,flinkbluegreendeployments"
		for kind := range strings.SplitSeq(kinds, ",") {
			stdout, stderr, err := testkit.Run(context.Background(), testkit.Command{ // the test's context has ended
				Name: kubectl, Args: []string{"get", kind, "-A", "-o", "yaml", "--kubeconfig", s.Kubeconfig}, Env: s.env(),
			})
			if err != nil && !strings.Contains(stderr, "doesn't have a resource type") {
				tb.Errorf("kubectl get %s: %v\n%s", kind, err, stderr)
			}
			hides(tb, "kubectl get "+kind, stdout)
		}
	})
}
