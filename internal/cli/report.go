package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/report"
)

type reportOptions struct {
	input      inputOptions
	format     string
	file       string
	color      string
	prices     string
	spotFactor float64
	noCapacity bool
}

func (e *environment) reportCommand() *cobra.Command {
	o := &reportOptions{}
	cmd := &cobra.Command{
		Use:   "report -f FILE…",
		Short: "Write a page about the platform, or a picture of it",
		Long: `Writes one self-contained HTML page about a platform: who runs where and as whom,
the jobs with their settings against the defaults, what is wrong, the nodes with their
cost, and the IAM roles. It needs no network, can be printed, and has a light and a
dark form. No cluster is asked, and values that may be secrets are not shown.

The page is written where the values have findings too, and shows them; the exit code
is 3 then, as that of validate. Values that cannot be rendered give no page.

With -o mermaid or dot it writes the picture of who runs where alone, as text for
Mermaid or Graphviz. The nodes and their cost come from the program
helm-flink-capacity; where it is missing, the page says so.`,
		Example: `  helm flink report -f flink.yaml --output-file report.html
  helm flink report --stack prod --output-file prod.html
  helm flink report -f flink.yaml -o mermaid
  helm flink report -f flink.yaml -o dot | dot -Tsvg > platform.svg`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.report(cmd.Context(), o) },
	}
	o.input.bind(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.format, "output", "o", report.FormatHTML, "format: "+strings.Join(report.PageFormats(), ", "))
	f.StringVar(&o.file, "output-file", "", "write to a file instead of to stdout")
	f.StringVar(&o.color, "color", colorAuto, "colour findings: auto (on a terminal, unless NO_COLOR is set), always or never")
	f.BoolVar(&o.noCapacity, "no-capacity", false, "leave out which nodes would be started and what they cost")
	f.StringVar(&o.prices, "prices", "", "CSV of prices, as for helm flink capacity")
	f.Float64Var(&o.spotFactor, "spot-factor", 0, "what Spot costs as a part of the on-demand price, 0.4 (default: not known)")
	complete(cmd, "output", report.PageFormats()...)
	complete(cmd, "color", colorNames()...)
	return cmd
}

func (o *reportOptions) request(simulate app.Simulator) (app.ReportRequest, error) {
	var out app.ReportRequest
	var err error
	if out.Request, err = o.input.request(); err != nil {
		return out, err
	}
	if !slices.Contains(report.PageFormats(), o.format) {
		return out, usageError{fmt.Errorf("-o %q: want one of %s", o.format, strings.Join(report.PageFormats(), ", "))}
	}
	if !slices.Contains(colorNames(), o.color) {
		return out, usageError{fmt.Errorf("--color %q: want one of %s", o.color, strings.Join(colorNames(), ", "))}
	}
	if o.spotFactor < 0 || o.spotFactor > 1 {
		return out, usageError{fmt.Errorf("--spot-factor %g: want a part of the on-demand price, above 0 and at most 1", o.spotFactor)}
	}
	out.Prices, out.SpotFactor = o.prices, o.spotFactor
	if !o.noCapacity && o.format == report.FormatHTML { // a picture has no nodes in it
		out.Simulate = simulate
	}
	return out, nil
}

func (e *environment) report(ctx context.Context, o *reportOptions) error {
	req, err := o.request(e.simulate)
	if err != nil {
		return err
	}
	if _, err := e.withProject(&o.input, &req.Request); err != nil {
		return err
	}
	page, result, notices, err := e.app.Report(ctx, req)
	reports := outputOptions{color: o.color}
	reportErr := e.writeReports(&reports, nil, report.Report{
		Findings: result.Findings, Rules: app.Entries(), Files: req.Files, FailOn: req.FailOn,
	})
	if err := cmp.Or(err, reportErr); err != nil {
		return err
	}
	for _, notice := range notices {
		fmt.Fprintln(e.Err, "Notice: "+notice)
	}
	if page != nil {
		fill := func(w io.Writer) error { return report.WritePage(o.format, w, *page) }
		if err := e.writeFile(o.file, "write the page", fill); err != nil {
			return err
		}
	}
	if result.Failed {
		return errFindings
	}
	return nil
}
