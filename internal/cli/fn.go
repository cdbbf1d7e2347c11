package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

type fnOptions struct {
	output outputOptions
	failOn string
}

func (e *environment) fnCommand() *cobra.Command {
	o := &fnOptions{}
	cmd := &cobra.Command{
		Use:   "fn",
		Short: "KRM function for Kustomize and kpt",
		Long: `A KRM function: a ResourceList comes on stdin and goes out on stdout. Its
functionConfig says what is done.

A FlinkPlatform (helm-flink.dev/v1) has values as its spec, or names values files
with spec.valuesFiles, as seen from its folder; spec.include chooses components.
Its objects are put among the items: as a generator, and as a transformer, which
replaces what an earlier run made.

A FlinkValidation (helm-flink.dev/v1) judges the items like validate and leaves
them as they are. Its spec may have complete, crds, distribution, failOn,
karpenterVersion, kubeVersion and operatorVersion; so may the data of a ConfigMap.
Without a functionConfig the items are judged with the defaults.

What is found is in the results of the ResourceList, and on stderr, since Kustomize
drops results. With errors the items go out as they came, and the exit code is 3.
See docs/functions.md.`,
		Example: `  kustomize build --enable-alpha-plugins --enable-exec overlays/prod
  kpt fn source flink | helm-flink fn | kpt fn sink out`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.fn(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.failOn, "fail-on", diag.Error.String(), "least severity that fails: error, warning or info")
	complete(cmd, "fail-on", severityNames()...)
	o.output.bind(cmd)
	return cmd
}

func (e *environment) fn(ctx context.Context, o *fnOptions) error {
	input := inputOptions{failOn: o.failOn}
	request, err := input.request()
	if err != nil {
		return err
	}
	outputs, err := o.output.parse()
	if err != nil {
		return err
	}
	if _, err := e.withProject(&input, &request); err != nil {
		return err
	}
	result, err := e.app.Function(ctx, app.FunctionRequest{Request: request, Input: "-"})
	reportErr := e.writeReports(&o.output, outputs, report.Report{
		Findings: result.Findings, Rules: app.Entries(), FailOn: request.FailOn,
	})
	if err := cmp.Or(err, reportErr); err != nil {
		return err
	}
	if note, _, _ := strings.Cut(result.Remote, "\nwith these values"); note != "" {
		fmt.Fprintf(e.Err, "%s\nwith the values that template prints in front of the objects\n", note)
	}
	var out bytes.Buffer
	if err := app.WriteFunction(&out, result); err != nil {
		return err
	}
	if _, err := out.WriteTo(e.Out); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	if result.Failed {
		return errFindings
	}
	return nil
}
