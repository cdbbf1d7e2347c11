package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/schemas"
)

// The files that `schema --kustomize` prints.
const (
	kustomizeConfiguration = "configuration"
	kustomizeOpenAPI       = "openapi"
)

func (e *environment) schemaCommand() *cobra.Command {
	var kustomize string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the values, or what Kustomize must know",
		Long: `Prints the JSON Schema (2020-12) of the values. Editors use it through a comment in
the values file: # yaml-language-server: $schema=values.schema.json

With --kustomize it prints what a plain kustomize build must know of Flink's and
Karpenter's kinds: where they name other objects, images, labels of pods and replicas,
for the configurations of a kustomization; with --kustomize=openapi the schema by which
lists in their pod templates merge by name, with Kustomize's own, for its openapi.`,
		Example: `  helm flink schema > values.schema.json
  helm flink schema --kustomize > overlay/kustomize-configuration.yaml
  helm flink schema --kustomize=openapi > overlay/kustomize-openapi.json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			switch kustomize {
			case "":
				return e.print(string(e.Schema))
			case kustomizeConfiguration:
				return e.print(string(schemas.KustomizeConfiguration))
			case kustomizeOpenAPI:
				text, err := app.KustomizeOpenAPI()
				if err != nil {
					return err
				}
				return e.print(string(text))
			default:
				return usageError{fmt.Errorf("--kustomize %q: want %s or %s", kustomize, kustomizeConfiguration, kustomizeOpenAPI)}
			}
		},
	}
	cmd.Flags().StringVar(&kustomize, "kustomize", "", "print a file for Kustomize instead: configuration or openapi")
	cmd.Flags().Lookup("kustomize").NoOptDefVal = kustomizeConfiguration
	complete(cmd, "kustomize", kustomizeConfiguration, kustomizeOpenAPI)
	return cmd
}
