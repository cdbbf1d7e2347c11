package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestIAMCloudFormation holds the templates of whole platforms against cfn-lint, which knows the limits of names too.
func TestIAMCloudFormation(t *testing.T) {
	t.Parallel()
	lint := testkit.Tool(t, "cfnlint")
	for _, c := range iamCases() {
		t.Run(c[0]+"-"+c[1], func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := run(t, "", append([]string{"iam", "-o", "cloudformation"}, iamArgs(t, c)...)...)
			if code != 0 {
				t.Fatalf("exit %d: %s", code, stderr)
			}
			file := filepath.Join(t.TempDir(), "template.yaml")
			if err := os.WriteFile(file, []byte(stdout), 0o600); err != nil {
				t.Fatal(err)
			}
			out, complaint, err := testkit.Run(t.Context(), testkit.Command{
				Name: lint, Args: []string{"--regions", "us-west-2", "--include-checks", "I", "--", file},
			})
			if err != nil || out != "" {
				t.Errorf("cfn-lint: %v\n%s%s", err, out, complaint)
			}
		})
	}
}

// TestIAMEksctl holds ClusterConfigs of whole platforms against the schema that eksctl publishes.
func TestIAMEksctl(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.Compile(testkit.Tool(t, "eksctl.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range iamCases() {
		for _, flags := range [][]string{nil, {"--cluster"}, {"--cluster", "--zones", "us-west-2b,us-west-2c", "--set", "cluster.oidcProvider=null"}} {
			args := append(append([]string{"iam", "-o", "eksctl"}, iamArgs(t, c)...), flags...)
			stdout, stderr, code := run(t, "", args...)
			if code != 0 {
				t.Fatalf("%v: exit %d: %s", args, code, stderr)
			}
			data, err := yaml.YAMLToJSONStrict([]byte(stdout))
			if err != nil {
				t.Fatal(err)
			}
			var value any
			if err := json.Unmarshal(data, &value); err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%v: %#v", args, err)
			}
		}
	}
}

// TestIAMTerraformSaysAll: the module has every statement of the documents by name.
func TestIAMTerraformSaysAll(t *testing.T) {
	t.Parallel()
	for _, c := range iamCases() {
		stdout, stderr, code := run(t, "", append([]string{"iam", "-o", "terraform"}, iamArgs(t, c)...)...)
		if code != 0 {
			t.Fatalf("exit %d: %s", code, stderr)
		}
		for role, docs := range rolesOf(t, iamArgs(t, c)) {
			for _, doc := range append(docs.policies, docs.trust) {
				var d struct{ Statement []struct{ Sid string } }
				if err := json.Unmarshal(doc, &d); err != nil {
					t.Fatal(err)
				}
				for _, s := range d.Statement {
					if !strings.Contains(stdout, `"`+s.Sid+`"`) {
						t.Errorf("%v: %s has no statement %s", c, role, s.Sid)
					}
				}
			}
		}
	}
}
