package cli

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
	"github.com/helm-flink/helm-flink/internal/spec"
)

func (e *environment) addonsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "addons",
		Short: "What a platform needs around Flink: cert-manager, Karpenter …",
		Long: `Add-ons are charts of others that are installed before everything else, when the
values turn them on: addons.<name>.enabled. See docs/addons.md.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(e.addonsListCommand(), e.addonsPullCommand())
	return cmd
}

func (e *environment) addonsListCommand() *cobra.Command {
	input := &inputOptions{}
	cmd := &cobra.Command{
		Use:   "list [-f FILE…]",
		Short: "List the add-ons with their charts",
		Long: `Lists the add-ons whose values are computed, and with values those that they name:
what is on, the namespace, the chart and its version. Nothing is fetched.`,
		Example: `  helm flink addons list
  helm flink addons list -f flink.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.addonsList(cmd, input) },
	}
	input.bind(cmd)
	return cmd
}

func (e *environment) addonsList(cmd *cobra.Command, input *inputOptions) error {
	req, err := e.requestOf(input)
	if err != nil {
		return err
	}
	addons, result, err := e.app.Addons(cmd.Context(), req)
	if err := e.stopped(req, result, err); err != nil {
		return err
	}
	var out bytes.Buffer
	table := tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tENABLED\tNAMESPACE\tVERSION\tCHART")
	for _, a := range addons {
		fmt.Fprintf(table, "%s\t%v\t%s\t%s\t%s\n", a.Name, a.Enabled, a.Namespace, orDash(a.Version), chartAddress(a))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err = out.WriteTo(e.Out)
	return err
}

func chartAddress(a spec.AddonChart) string {
	return orDash(strings.TrimSuffix(a.Source+"/"+a.Chart, "/"))
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}

func (e *environment) addonsPullCommand() *cobra.Command {
	input, charts := &inputOptions{}, &chartOptions{}
	cmd := &cobra.Command{
		Use:   "pull -f FILE…",
		Short: "Fetch the charts that an installation needs into the cache",
		Long: `Fetches the charts of all add-ons that are on, and of the operator, where they come
from registries or repositories, into the cache or the folder of --cache. For a
cluster without a way out, carry the folder there and install with --offline.

A line a chart goes to stdout: what it is for, its name, version and digest.`,
		Example: `  helm flink addons pull -f flink.yaml --cache charts
  helm flink install -f flink.yaml --cache charts --offline`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.addonsPull(cmd, input, charts) },
	}
	input.bind(cmd)
	charts.bind(cmd)
	return cmd
}

func (e *environment) addonsPull(cmd *cobra.Command, input *inputOptions, charts *chartOptions) error {
	req, err := e.requestOf(input)
	if err != nil {
		return err
	}
	if len(req.Files)+len(req.Sets) == 0 && !req.Found.Has(diag.Error) {
		return diag.ErrNoInput
	}
	req.Fetch = e.fetcher(*charts)
	pulled, result, err := e.app.Pull(cmd.Context(), req)
	if err := e.stopped(req, result, err); err != nil {
		return err
	}
	var out bytes.Buffer
	for _, p := range pulled {
		fmt.Fprintf(&out, "%s\t%s\t%s\t%s\n", p.For, p.Chart.Name, p.Chart.Version, p.Chart.Digest)
	}
	if _, err := out.WriteTo(e.Out); err != nil {
		return err
	}
	fmt.Fprintf(e.Err, "%d charts are in %s\n", len(pulled), e.fetchOptions(*charts).Cache)
	return nil
}

// requestOf is a request of values alone.
func (e *environment) requestOf(input *inputOptions) (app.Request, error) {
	req, err := input.request()
	if err != nil {
		return req, err
	}
	_, err = e.withProject(input, &req)
	return req, err
}

// stopped reports the findings of values that cannot be used.
func (e *environment) stopped(req app.Request, result app.Result, err error) error {
	if err != nil || !result.Failed {
		return err
	}
	reportErr := e.writeReports(&outputOptions{color: colorAuto}, nil, report.Report{
		Findings: result.Findings, Rules: app.Entries(), Files: req.Files, FailOn: req.FailOn,
	})
	return errors.Join(errFindings, reportErr)
}
