package cli

import (
	"cmp"
	"context"
	"fmt"
	"regexp"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

type importOptions struct {
	output                                  outputOptions
	clusterName, region, account, namespace string
	failOn                                  string
}

func (e *environment) importCommand() *cobra.Command {
	o := &importOptions{}
	cmd := &cobra.Command{
		Use:   "import FILE|DIR|PATTERN|-…",
		Short: "Turn existing manifests into a values file",
		Long: `Turns manifests into one values file, on stdout: FlinkDeployments, session jobs,
blue/green deployments and snapshots, NodePools, EC2NodeClasses, Namespaces and
ServiceAccounts, as files or as "kubectl get -o yaml" prints them. Each namespace
becomes a team; what all jobs share becomes a default.

The values are rendered again and compared with the input by their meaning. What
has no friendly field stands in flinkConfiguration, podTemplate or spec; what
cannot be carried is a finding at its line, on stderr. Nothing is lost in silence.

The cluster's name, region and account are looked for in discovery tags, role
ARNs, zones and registries; where they are nowhere, the flags must say them.
Secrets are never printed in findings. See docs/import.md.`,
		Example: `  helm flink import deploy/ > flink.yaml
  helm flink import job.yaml --cluster-name streaming --region us-west-2 --account 111122223333
  kubectl get flinkdeployments,flinksessionjobs,serviceaccounts -A -o yaml | helm flink import - > flink.yaml`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return e.runImport(cmd.Context(), o, args) },
	}
	o.output.bind(cmd)
	f := cmd.Flags()
	f.StringVar(&o.clusterName, "cluster-name", "", "name of the EKS cluster (default: seen from the manifests)")
	f.StringVar(&o.region, "region", "", "AWS region of the cluster (default: seen from the manifests)")
	f.StringVar(&o.account, "account", "", "AWS account of the cluster, twelve digits (default: seen from the manifests)")
	f.StringVarP(&o.namespace, "namespace", "n", "",
		"namespace of objects that name none; left out, it is default, and under Helm that of the kube context")
	f.StringVar(&o.failOn, "fail-on", diag.Error.String(), "least severity that fails: error, warning or info")
	complete(cmd, "fail-on", severityNames()...)
	return cmd
}

func (e *environment) runImport(ctx context.Context, o *importOptions, args []string) error {
	req := app.ImportRequest{Paths: args}
	var err error
	if req.FailOn, err = diag.ParseSeverity(o.failOn); err != nil {
		return usageError{fmt.Errorf("--fail-on: %w", err)}
	}
	if o.account != "" && !regexp.MustCompile(`^\d{12}$`).MatchString(o.account) {
		return usageError{fmt.Errorf("--account %q: want twelve digits", o.account)}
	}
	if o.region != "" && !regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`).MatchString(o.region) {
		return usageError{fmt.Errorf("--region %q: want an AWS region, such as us-west-2", o.region)}
	}
	req.ClusterName, req.Region, req.Account = o.clusterName, o.region, o.account
	req.Namespace = cmp.Or(o.namespace, e.getenv("HELM_NAMESPACE")) // Helm takes -n for itself and gives the variable
	outputs, err := o.output.parse()
	if err != nil {
		return err
	}
	imported, err := e.app.Import(ctx, req)
	reportErr := e.writeReports(&o.output, outputs, report.Report{
		Findings: imported.Findings, Rules: app.Entries(), Files: imported.Files, FailOn: req.FailOn,
	})
	if err := cmp.Or(err, reportErr); err != nil {
		return err
	}
	if imported.Failed {
		return errFindings
	}
	if _, err := e.Out.Write(imported.Values); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
