package testkit_test

import (
	"os"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

func TestStrictDecode(t *testing.T) {
	t.Parallel()
	program := testkit.Tool(t, "strictdecode")
	for name, c := range map[string]struct{ stream, complaint string }{
		"built in":       {stream: "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: x}\n"},
		"two documents":  {stream: "# a comment\n---\napiVersion: v1\nkind: Pod\n---\napiVersion: v1\nkind: Pod\nspec: {x: 1}\n", complaint: `unknown field "spec.x"`},
		"ours":           {stream: "apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nspec: {imagee: x}", complaint: `"spec.imagee"`},
		"Karpenter's":    {stream: "apiVersion: karpenter.sh/v1\nkind: NodePool\nspec: {x: 1}", complaint: `"spec.x"`},
		"its provider's": {stream: "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nspec: {x: 1}", complaint: `"spec.x"`},
		"cert-manager's": {stream: "apiVersion: cert-manager.io/v1\nkind: Issuer\nspec: {x: 1}", complaint: `"spec.x"`},
		"case":           {stream: "apiVersion: v1\nkind: Pod\nSpec: {}", complaint: `unknown field "Spec"`},
		"wrong type":     {stream: "apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: '1'}", complaint: "cannot unmarshal string"},
		"duplicate key":  {stream: "apiVersion: v1\nkind: ConfigMap\ndata: {a: b, a: c}", complaint: `key "a" already set`},
		"unknown kind":   {stream: "apiVersion: x/v1\nkind: Why\nmetadata: {name: one, namespace: some}", complaint: "Why some/one: unknown kind"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, stderr, err := testkit.Run(t.Context(), testkit.Command{Name: program, Stdin: c.stream})
			if (err == nil) != (c.complaint == "") || !strings.Contains(stderr, c.complaint) {
				t.Errorf("got %v and %q, want %q", err, stderr, c.complaint)
			}
		})
	}
	crds, err := os.ReadFile(testkit.Tool(t, "crds.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	testkit.StrictDecode(t, string(crds))
}

// The peers must be what they are pinned to, because facts about them are version by version.
func TestToolVersions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"helm3":     {args: []string{"version", "--short"}, want: "v3.22.0"},
		"helm4":     {args: []string{"version", "--short"}, want: "v4.3.1"},
		"kustomize": {args: []string{"version"}, want: ""},
		"kubectl":   {args: []string{"version", "--client"}, want: "v1.37.2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, stderr, err := testkit.Run(t.Context(), testkit.Command{Name: testkit.Tool(t, name), Args: c.args})
			if err != nil || !strings.Contains(out, c.want) {
				t.Errorf("%v, %q, %q; want %q", err, out, stderr, c.want)
			}
		})
	}
}
