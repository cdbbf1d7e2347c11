package verify_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// TestFieldsOfANewerOperator: what the definitions here do not have is an error
// up to the operator that they are of, and a warning for a newer one.
func TestFieldsOfANewerOperator(t *testing.T) {
	t.Parallel()
	for operator, want := range map[flink.Operator]diag.Severity{
		{}: diag.Error, {Major: 1, Minor: 15}: diag.Error, {Major: 1, Minor: 16}: diag.Warning,
	} {
		v, _, err := verify.New(verify.Options{Operator: operator}, nil)
		if err != nil {
			t.Fatal(err)
		}
		data := testkit.Example(t, "kind: FlinkDeployment\nspec: {transitionMode: BASIC}\n")[0]
		_, findings := v.Inspect(manifest.Object{Data: data})
		if len(findings) != 1 || findings[0].Code != diag.CodeAPIUnknown || findings[0].Severity != want {
			t.Errorf("operator %s: %v, want one %s", operator, findings, want)
		}
	}
}
