package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

type capacityOptions struct {
	input                       inputOptions
	format, file, color         string
	compare, region             string
	catalogue, prices           string
	failOver, daemonsets, zones []string
	spotFactor                  float64
}

func (e *environment) capacityCommand() *cobra.Command {
	o := &capacityOptions{}
	cmd := &cobra.Command{
		Use:   "capacity [-f VALUES…|FILE|DIR|-]",
		Short: "Plan the nodes of the jobs with Karpenter's scheduler, and their cost",
		Long: `Plans which nodes Karpenter would start for the jobs of a platform, with
Karpenter's own scheduler and without a cluster: how many of which pool and type,
how full they are, which pods fit no node and why, and what the nodes cost an hour
and a month, for each job, team and pool, at the start and between the minimum and
the maximum of the autoscaler.

Values are given with -f, or one file among the arguments; the other arguments are
manifests, which need their NodePools and EC2NodeClasses beside the jobs.

What the nodes cost is known for the regions with built-in on-demand prices. Spot
nodes are priced as on-demand ones, an upper bound, unless --spot-factor says what
they cost.

The scheduler is in a program of its own, helm-flink-capacity, which lies beside
this one or in PATH.`,
		Example: `  helm flink capacity -f flink.yaml
  kustomize build overlays/prod | helm flink capacity - --region us-east-1
  helm flink capacity -f flink.yaml --compare main.yaml -o markdown
  helm flink capacity -f flink.yaml --fail-over 500/month --fail-over maximum=2000/month`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return e.capacity(cmd.Context(), o, args) },
	}
	o.input.bind(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.format, "output", "o", report.FormatTable, "format of the plan: "+strings.Join(report.PlanFormats(), ", "))
	f.StringVar(&o.file, "output-file", "", "write the plan to a file instead of to stdout")
	f.StringVar(&o.color, "color", colorAuto, "colour findings: auto (on a terminal, unless NO_COLOR is set), always or never")
	f.StringVar(&o.compare, "compare", "", "another values file, or manifests: show what differs from its plan")
	f.StringArrayVar(&o.failOver, "fail-over", nil,
		"exit with 3 if the nodes cost more: [start=|minimum=|maximum=]AMOUNT/month or AMOUNT/hour; repeatable")
	f.StringArrayVar(&o.daemonsets, "daemonsets", nil,
		"what every node runs: name=cpu,memory, or a file of DaemonSets; repeatable (default aws-node=50m,0 and kube-proxy=100m,0)")
	f.StringSliceVar(&o.zones, "zones", nil, "zones of the nodes (default those of the node pools, or a, b and c of the region)")
	f.StringVar(&o.region, "region", "", "region of the nodes (default that of the values, or the one that the node pools name)")
	f.StringVar(&o.catalogue, "catalogue", "", "JSON of aws ec2 describe-instance-types, in the place of the built-in types")
	f.StringVar(&o.prices, "prices", "",
		"CSV of prices, region,instance_type,currency,price_per_hour: its regions count in the place of the built-in ones")
	f.Float64Var(&o.spotFactor, "spot-factor", 0, "what Spot costs as a part of the on-demand price, 0.4 (default: not known)")
	complete(cmd, "output", report.PlanFormats()...)
	complete(cmd, "color", colorNames()...)
	return cmd
}

func (o *capacityOptions) request(args []string) (app.CapacityRequest, error) {
	req := app.CapacityRequest{
		Paths: args, Compare: o.compare, Daemons: o.daemonsets, Region: o.region, Zones: o.zones, SpotFactor: o.spotFactor,
		Catalogue: o.catalogue, Prices: o.prices,
	}
	var err error
	if req.Request, err = o.input.request(); err != nil {
		return req, err
	}
	if !slices.Contains(report.PlanFormats(), o.format) {
		return req, usageError{fmt.Errorf("-o %q: want one of %s", o.format, strings.Join(report.PlanFormats(), ", "))}
	}
	if !slices.Contains(colorNames(), o.color) {
		return req, usageError{fmt.Errorf("--color %q: want one of %s", o.color, strings.Join(colorNames(), ", "))}
	}
	if o.spotFactor < 0 || o.spotFactor > 1 {
		return req, usageError{fmt.Errorf("--spot-factor %g: want a part of the on-demand price, above 0 and at most 1", o.spotFactor)}
	}
	names := slices.Concat(args, o.input.files, o.daemonsets, []string{o.compare, o.catalogue, o.prices})
	if len(slices.DeleteFunc(names, func(name string) bool { return name != "-" })) > 1 {
		return req, usageError{errors.New("-: standard input can be read once only")}
	}
	for _, text := range o.failOver {
		budget, err := app.ParseBudget(text)
		if err != nil {
			return req, usageError{fmt.Errorf("--fail-over %w", err)}
		}
		req.Budgets = append(req.Budgets, budget)
	}
	return req, nil
}

func (e *environment) capacity(ctx context.Context, o *capacityOptions, args []string) error {
	req, err := o.request(args)
	if err != nil {
		return err
	}
	if _, err := e.withProject(&o.input, &req.Request); err != nil {
		return err
	}
	req.Simulate = e.simulate
	found, err := e.app.Capacity(ctx, req)
	if err != nil {
		return err
	}
	if found.Plan != nil {
		plan := report.Plan{Plan: found.Plan, Before: found.Before, BeforeName: o.compare}
		if err := e.writePlan(o, plan); err != nil {
			return err
		}
	}
	return e.capacityFindings(o, req.FailOn, found.Findings)
}

// writePlan writes the plan to stdout or to its file.
func (e *environment) writePlan(o *capacityOptions, plan report.Plan) error {
	return e.writeFile(o.file, "write the plan", func(w io.Writer) error { return report.WritePlan(o.format, w, plan) })
}

// capacityFindings writes the findings to stderr.
func (e *environment) capacityFindings(o *capacityOptions, failOn diag.Severity, findings diag.List) error {
	if len(findings) > 0 {
		var b bytes.Buffer
		r := report.Report{Findings: findings, Rules: app.Entries(), FailOn: failOn, Color: e.colored(o.color, e.Err)}
		if err := report.Write(report.FormatText, &b, r); err != nil {
			return err
		}
		if _, err := b.WriteTo(e.Err); err != nil {
			return fmt.Errorf("write findings: %w", err)
		}
		fmt.Fprintln(e.Err, report.Summary(findings))
	}
	if findings.Has(failOn) {
		return errFindings
	}
	return nil
}
