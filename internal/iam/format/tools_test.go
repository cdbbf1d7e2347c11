package format_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/iam/format"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestCloudFormationLints holds every template against cfn-lint, with its informational rules, in the template's region.
func TestCloudFormationLints(t *testing.T) {
	t.Parallel()
	lint := testkit.Tool(t, "cfnlint")
	for plan, p := range plans() {
		t.Run(plan, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "template.yaml")
			if err := os.WriteFile(file, write(t, plan, format.CloudFormation, format.Options{}), 0o600); err != nil {
				t.Fatal(err)
			}
			out, complaint, err := testkit.Run(t.Context(), testkit.Command{
				Name: lint, Args: []string{"--regions", p.Region, "--include-checks", "I", "--", file},
			})
			if err != nil || out != "" {
				t.Errorf("cfn-lint: %v\n%s%s", err, out, complaint)
			}
		})
	}
}

// TestCloudFormationLintSeesErrors shows that the test above would fail on a property that does not exist.
func TestCloudFormationLintSeesErrors(t *testing.T) {
	t.Parallel()
	lint := testkit.Tool(t, "cfnlint")
	broken := strings.Replace(string(write(t, "apache-irsa", format.CloudFormation, format.Options{})), "LogGroupName:", "LogGroup:", 1)
	file := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, err := testkit.Run(t.Context(), testkit.Command{Name: lint, Args: []string{"--", file}})
	if err == nil || !strings.Contains(out, "'LogGroup' was unexpected") {
		t.Errorf("cfn-lint: %v\n%s", err, out)
	}
}

// TestEksctlSchema holds every ClusterConfig against the schema that eksctl publishes.
func TestEksctlSchema(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.Compile(testkit.Tool(t, "eksctl.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	validate := func(name string, config []byte) error {
		var value any
		data, err := yaml.YAMLToJSONStrict(config)
		if err == nil {
			err = json.Unmarshal(data, &value)
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return schema.Validate(value)
	}
	for plan := range plans() {
		for _, o := range []format.Options{{}, {Cluster: true}} {
			if err := validate(plan, write(t, plan, format.Eksctl, o)); err != nil {
				t.Errorf("%s: %#v", plan, err)
			}
		}
	}
	broken := strings.Replace(string(write(t, "apache-irsa", format.Eksctl, format.Options{})), "roleOnly:", "roleAlone:", 1)
	if err := validate("broken", []byte(broken)); err == nil {
		t.Error("the schema accepts an unknown key")
	}
}
