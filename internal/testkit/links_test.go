package testkit_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestLinks keeps out of the programs what would cost every run its start-up time
// (docs/adr/0016-capacity-program.md), or the build its memory: the EC2 SDK.
func TestLinks(t *testing.T) {
	t.Parallel()
	for program, never := range map[string][]string{
		"./cmd/helm-flink": {"sigs.k8s.io/karpenter/", "github.com/aws/", "sigs.k8s.io/controller-runtime/"},
		"./cmd/helm-flink-capacity": {
			"github.com/aws/", "helm.sh/helm/", "github.com/helm-flink/helm-flink/internal/cli", "github.com/helm-flink/helm-flink/internal/app",
		},
	} {
		out, complaint, err := testkit.Run(t.Context(), testkit.Command{
			Name: "go", Args: []string{"list", "-deps", program}, Dir: testkit.RepoRoot(t),
		})
		if err != nil {
			t.Fatalf("%v\n%s", err, complaint)
		}
		for pkg := range strings.FieldsSeq(out) {
			for _, prefix := range never {
				if strings.HasPrefix(pkg, prefix) {
					t.Errorf("%s links %s", program, pkg)
				}
			}
		}
	}
}
