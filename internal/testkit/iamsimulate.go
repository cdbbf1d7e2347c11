package testkit

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// IAMRequest is one request to AWS, with the policies that it is evaluated against.
type IAMRequest struct {
	// Policies are those of the role that asks. ResourcePolicy is that of the resource: the trust policy of a role, the policy
	// of a key.
	Policies       []json.RawMessage `json:"policies,omitempty"`
	ResourcePolicy json.RawMessage   `json:"resourcePolicy,omitempty"`
	// Principal is the ARN of a role, of an OIDC provider, or the name of a service.
	Principal string `json:"principal"`
	Action    string `json:"action"`
	Resource  string `json:"resource"`
	// Account is that of the resource.
	Account string `json:"account"`
	// Context are condition keys with their values.
	Context map[string]string `json:"context,omitempty"`
	// Issuer is an OIDC provider, whose condition keys start with it.
	Issuer string `json:"issuer,omitempty"`
}

// IAMSimulate evaluates requests with @cloud-copilot/iam-simulate and returns an answer for each: Allowed, ImplicitlyDenied,
// ExplicitlyDenied, or what is wrong with it. Where the tool iamsimulate or node is not there, the test is skipped, or failed in
// CI.
func IAMSimulate(t testing.TB, requests []IAMRequest) []string {
	t.Helper()
	dir := Tool(t, "iamsimulate")
	node := Program(t, "node")
	var input strings.Builder
	for _, r := range requests {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		input.Write(line)
		input.WriteByte('\n')
	}
	script := filepath.Join(dir, "main.mjs")
	out, complaint, err := Run(t.Context(), Command{Name: node, Args: []string{script}, Stdin: input.String()})
	if err != nil {
		t.Fatalf("iamsimulate: %v\n%s", err, complaint)
	}
	answers := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(answers) != len(requests) {
		t.Fatalf("iamsimulate: %d answers to %d requests:\n%s", len(answers), len(requests), complaint)
	}
	return answers
}
