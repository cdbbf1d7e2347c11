package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/report"
	"github.com/helm-flink/helm-flink/internal/values"
)

// deepest is how many levels explain --recursive goes down.
const deepest = 20

func (e *environment) explainCommand() *cobra.Command {
	var format string
	var recursive bool
	cmd := &cobra.Command{
		Use:   "explain [PATH]",
		Short: "Say what a key of the values means: type, default, example, keys below",
		Long: `Says what the schema of the values has at a path, as kubectl explain does for the
fields of an API: what the key means, its type, default and an example, and the keys
below it. Steps are parted by dots; a * stands for a name that is yours, and so does
any name, and it may be left out: 'jobs.*.autoscaler', jobs.orders.autoscaler and
jobs.autoscaler are one. Without a path it lists the keys at the top.

A path that is not there ends with 4, and says what was probably meant, or where a
key of that name is.`,
		Example: `  helm flink explain
  helm flink explain jobs.autoscaler
  helm flink explain 'nodePools.*' --recursive
  helm flink explain jobs.orders.checkpoints -o json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("explain takes one path, got %d; quote a * that the shell expands", len(args))}
			}
			return nil
		},
		ValidArgsFunction: e.completePath,
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains(report.TopicFormats(), format) {
				return usageError{fmt.Errorf("-o %q: want one of %s", format, strings.Join(report.TopicFormats(), ", "))}
			}
			levels := 1
			if recursive {
				levels = deepest
			}
			topic, err := e.app.Explain(strings.Join(args, ""), levels)
			if errors.Is(err, values.ErrNoTopic) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			if topic.Asked != "" {
				fmt.Fprintf(e.Err, "Notice: %s is taken for %s\n", topic.Asked, topic.Path)
			}
			if topic.Near != "" {
				fmt.Fprintf(e.Err, "Notice: %s is taken for a name of yours; did you mean %s?\n", topic.Path, topic.Near)
			}
			return report.WriteTopic(format, e.Out, topic, recursive)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", report.FormatText, "format: "+strings.Join(report.TopicFormats(), ", "))
	cmd.Flags().BoolVar(&recursive, "recursive", false, "names and types of all keys below, not only of the next level")
	complete(cmd, "output", report.TopicFormats()...)
	return cmd
}
