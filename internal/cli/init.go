package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// starters are the examples that init prints for a distribution.
func starters() map[string]string {
	return map[string]string{"apache": "apache", "emr": "emr-blueprint"}
}

func (e *environment) initCommand() *cobra.Command {
	var distribution, example string
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Print a commented values file to start from",
		Long: `Prints a commented, valid values file to stdout. Change the ids under cluster, the
bucket and the roles, and it is yours.`,
		Example: `  helm flink init > flink.yaml
  helm flink init --distribution apache > flink.yaml
  helm flink init --example minimal > flink.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			name := example
			if name != "" && cmd.Flags().Changed("distribution") {
				return usageError{errors.New("--example names the whole file: leave --distribution out")}
			}
			if name == "" {
				name = starters()[distribution]
			}
			if name == "" {
				return usageError{fmt.Errorf("--distribution %q: want emr or apache", distribution)}
			}
			return e.printExample(name)
		},
	}
	cmd.Flags().StringVar(&distribution, "distribution", "emr", "emr or apache")
	cmd.Flags().StringVar(&example, "example", "", "print this example: "+strings.Join(e.exampleNames(), ", "))
	complete(cmd, "distribution", "emr", "apache")
	complete(cmd, "example", e.exampleNames()...)
	return cmd
}

func (e *environment) printExample(name string) error {
	data, err := fs.ReadFile(e.Examples, name+".yaml")
	if errors.Is(err, fs.ErrNotExist) || !slices.Contains(e.exampleNames(), name) {
		return usageError{fmt.Errorf("--example %q: want one of %s", name, strings.Join(e.exampleNames(), ", "))}
	}
	if err != nil {
		return fmt.Errorf("example %s: %w", name, err)
	}
	if _, err := e.Out.Write(data); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}

func (e *environment) exampleNames() []string {
	var names []string
	entries, _ := fs.ReadDir(e.Examples, ".")
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), ".yaml"); ok {
			names = append(names, name)
		}
	}
	return names
}
