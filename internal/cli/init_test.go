package cli_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/examples"
	"github.com/helm-flink/helm-flink/internal/app"
)

// TestInitIsValid: every example that init writes is valid as it stands, and with what was read from a cluster in it.
func TestInitIsValid(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(examples.FS, "*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no examples")
	}
	whole := app.StarterFacts{Context: "prod", Server: "https://x.gr7.eu-west-1.eks.amazonaws.com", Values: map[string]any{
		"name": "prod", "region": "eu-west-1", "accountId": "012345678901", "kubernetesVersion": "1.34",
		"oidcProvider": "oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789", "nodeRole": "prod-nodes",
		"subnetSelector": map[string]any{"Name": "prod-*"}, "securityGroupSelector": []any{map[string]any{"id": "sg-1"}},
	}, Notes: []string{"EC2NodeClass x is there"}}
	nothing := app.StarterFacts{Context: "prod", Server: "https://x", Missing: map[string]string{"name": "it was\nforbidden"}}
	for _, file := range names {
		name := strings.TrimSuffix(file, ".yaml")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, stderr, code := run(t, "", "init", "--example", name)
			if code != 0 || stderr != "" {
				t.Fatalf("init: exit %d\n%s", code, stderr)
			}
			valid(t, text)
			for _, facts := range []app.StarterFacts{whole, nothing} {
				written, err := facts.Starter([]byte(text))
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(string(written), "\njobs:") && !strings.Contains(string(written), "\nsessionClusters:") {
					t.Errorf("the rest of the file is gone:\n%s", written)
				}
				valid(t, string(written))
			}
		})
	}
}

func valid(t *testing.T, text string) {
	t.Helper()
	if stdout, stderr, code := run(t, text, "validate", "-"); code != 0 {
		t.Errorf("validate: exit %d\n%s%s\n%s", code, stdout, stderr, text)
	}
}
