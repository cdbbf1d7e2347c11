package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/report"
)

type iamOptions struct {
	input      inputOptions
	output     app.IAMOutput
	outputDir  string
	skipVerify bool
	color      string
}

func (e *environment) iamCommand() *cobra.Command {
	o := &iamOptions{}
	cmd := &cobra.Command{
		Use:   "iam -f FILE…",
		Short: "Write the AWS roles and policies that the platform needs",
		Long: `Writes the AWS objects of the platform: a role for the operator, if it has one,
and one for each team, or for a job with a role of its own; who may take each
(IRSA or EKS Pod Identity), and what it may do: what its jobs use, as their
rendered manifests say, and what the lists under access name. It calls no AWS.

With -o json, the default, stdout gets one JSON object that holds each document
by the name of its file, and --output-dir gets the files:
roles/ROLE/trust.json and roles/ROLE/policies/POLICY.json. For jq:

  helm flink iam -f flink.yaml | jq '."roles/ROLE/trust.json"'

The other languages have buckets, log groups and the rest besides: cloudformation,
a template; terraform, a module; eksctl, the part of a ClusterConfig that binds
service accounts to roles, or with --cluster one that makes the whole cluster.`,
		Example: `  helm flink iam -f flink.yaml
  helm flink iam -f flink.yaml --output-dir aws
  helm flink iam -f flink.yaml | jq -r 'keys[]'
  helm flink iam -f flink.yaml -o cloudformation > roles.yaml
  helm flink iam -f flink.yaml -o eksctl --cluster | eksctl create cluster -f -`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.iam(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	o.input.bind(cmd)
	flags.StringVarP(&o.output.Format, "output", "o", "json", "language to write: "+strings.Join(app.IAMFormats(), ", "))
	flags.BoolVar(&o.output.Cluster, "cluster", false, "with -o eksctl: a whole ClusterConfig that makes the cluster")
	flags.StringSliceVar(&o.output.Zones, "zones", nil, "with --cluster: availability zones (default the region's a and b)")
	flags.StringVar(&o.outputDir, "output-dir", "", "write files below this directory instead of to stdout")
	flags.BoolVar(&o.skipVerify, "skip-verify", false, "write them without judging the manifests")
	flags.StringVar(&o.color, "color", colorAuto, "colour text: auto (on a terminal, unless NO_COLOR is set), always or never")
	complete(cmd, "output", app.IAMFormats()...)
	complete(cmd, "color", colorNames()...)
	return cmd
}

// check refuses a language that there is not, and flags that go with another.
func (o *iamOptions) check() error {
	switch {
	case !slices.Contains(app.IAMFormats(), o.output.Format):
		return usageError{fmt.Errorf("-o %q: want one of %s", o.output.Format, strings.Join(app.IAMFormats(), ", "))}
	case o.output.Cluster && o.output.Format != "eksctl":
		return usageError{errors.New("--cluster goes with -o eksctl")}
	case len(o.output.Zones) > 0 && !o.output.Cluster:
		return usageError{errors.New("--zones goes with --cluster")}
	default:
		return nil
	}
}

func (e *environment) iam(ctx context.Context, o *iamOptions) error {
	req, err := o.input.request()
	if err != nil {
		return err
	}
	if err := o.check(); err != nil {
		return err
	}
	reports := outputOptions{color: o.color}
	if _, err := reports.parse(); err != nil {
		return err
	}
	req.SkipVerify = o.skipVerify
	if _, err := e.withProject(&o.input, &req); err != nil {
		return err
	}
	plan, result, err := e.app.IAM(ctx, req, o.output)
	reportErr := e.writeReports(&reports, nil, report.Report{
		Findings: result.Findings, Rules: app.Entries(), Files: req.Files, FailOn: req.FailOn,
	})
	if err := cmp.Or(err, reportErr); err != nil {
		return err
	}
	if result.Failed {
		return errFindings
	}
	if o.outputDir != "" {
		written, err := app.WriteIAMDir(o.outputDir, plan, o.output)
		if err != nil {
			return err
		}
		e.sayWritten(o.outputDir, written)
		return nil
	}
	var out bytes.Buffer
	if err := app.WriteIAM(&out, plan, o.output); err != nil {
		return err
	}
	if _, err := out.WriteTo(e.Out); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
