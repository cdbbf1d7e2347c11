package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

type checkOptions struct {
	clusterOptions
	format, color string
	printRBAC     bool
	subject       string
}

// defaultSubject stands for whoever is to install: a group that is mapped to an
// IAM role by an EKS access entry.
const defaultSubject = "Group:helm-flink"

func (e *environment) checkCommand() *cobra.Command {
	o := &checkOptions{}
	cmd := &cobra.Command{
		Use:   "check [-f FILE…]",
		Short: "Find out whether a cluster is ready for the platform",
		Long: `Looks at the cluster before anything is changed: its version and OIDC issuer, your
permissions for exactly the objects of these values, the CRDs, cert-manager,
Karpenter, StorageClasses, the operator's webhook, other Flink operators, what the
quotas leave, and what is there already and belongs to somebody else. Nothing is
written to the cluster but dry runs. Without values it looks at what any platform
needs. docs/check.md explains each check.

The result goes to stdout; the exit code is 3 when a check fails, 1 when the
cluster cannot be reached.

--print-rbac asks no cluster: it prints the ClusterRole and Roles with exactly the
permissions that install, upgrade, diff, status, rollback, uninstall and the job
verbs need for these values, bound to --rbac-subject.

Charts of others, of EMR's operator and of add-ons, are read from directories,
archives and the cache that helm flink addons pull fills; with --fetch over the
network too. What is said nowhere else is left out where a chart cannot be read,
and that is said.`,
		Example: `  helm flink check -f flink.yaml
  helm flink check -f flink.yaml -o junit > check.xml
  helm flink check -f flink.yaml --print-rbac --rbac-subject User:ci | kubectl apply -f -`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.charts.on, o.charts.offline = true, o.charts.offline || !o.charts.on
			if o.printRBAC {
				return e.printRBAC(cmd, o)
			}
			return e.check(cmd, o)
		},
	}
	o.bind(cmd)
	o.charts.bind(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.charts.on, "fetch", false, "fetch charts that are not in the cache")
	f.StringVarP(&o.format, "output", "o", report.FormatText, "format: "+strings.Join(report.CheckFormats(), ", "))
	f.StringVar(&o.color, "color", colorAuto, "colour text: auto (on a terminal, unless NO_COLOR is set), always or never")
	f.BoolVar(&o.printRBAC, "print-rbac", false, "print the permissions that the values need as YAML, without a cluster")
	f.StringVar(&o.subject, "rbac-subject", defaultSubject, "who gets them: User:NAME, Group:NAME or ServiceAccount:NAMESPACE/NAME")
	complete(cmd, "output", report.CheckFormats()...)
	complete(cmd, "color", colorNames()...)
	return cmd
}

func (e *environment) check(cmd *cobra.Command, o *checkOptions) error {
	if err := o.valid(); err != nil {
		return err
	}
	req, done, err := e.clusterRequest(cmd, &o.clusterOptions)
	if err != nil {
		return err
	}
	defer done()
	found, err := e.app.Check(cmd.Context(), req)
	done()
	if err != nil {
		return err
	}
	if o.format == report.FormatText {
		if err := e.writeFindings(o.color, req.FailOn, found.Findings); err != nil {
			return err
		}
	}
	if err := report.WriteCheck(o.format, e.Out, report.CheckReport{
		Readiness: found, FailOn: req.FailOn, Tool: e.Version, Color: e.colored(o.color, e.Out),
	}); err != nil {
		return err
	}
	fmt.Fprintf(e.Err, "%s (Kubernetes %s): %s\n", found.Server, found.Version, report.CheckSummary(found.Checks))
	if found.Failed(req.FailOn) {
		return errFindings
	}
	return nil
}

// valid refuses flags that do not go together.
func (o *checkOptions) valid() error {
	for _, each := range []struct {
		flag, value string
		want        []string
	}{{"-o", o.format, report.CheckFormats()}, {"--color", o.color, colorNames()}} {
		if !slices.Contains(each.want, each.value) {
			return usageError{fmt.Errorf("%s %q: want one of %s", each.flag, each.value, strings.Join(each.want, ", "))}
		}
	}
	return nil
}

// writeFindings writes what is said about the values to stderr.
func (e *environment) writeFindings(color string, failOn diag.Severity, findings diag.List) error {
	if len(findings) == 0 {
		return nil
	}
	return report.Write(report.FormatText, e.Err, report.Report{
		Findings: findings, Rules: app.Entries(), FailOn: failOn, Color: e.colored(color, e.Err),
	})
}

// sayLacking says in words which permission an error is about.
func sayLacking(w io.Writer, program string, err error) {
	if p, lacks := cluster.Lacks(err); lacks {
		fmt.Fprintf(w, "You may not %s. %s check --print-rbac prints all permissions that the values need.\n", p, program)
	}
}

// printRBAC prints permissions; it needs no cluster.
func (e *environment) printRBAC(cmd *cobra.Command, o *checkOptions) error {
	if cmd.Flags().Changed("output") {
		return usageError{errors.New("--print-rbac prints YAML: -o is for the checks")}
	}
	subject, err := app.ParseSubject(o.subject)
	if err != nil {
		return usageError{fmt.Errorf("--rbac-subject %w", err)}
	}
	req, err := o.input.request()
	if err != nil {
		return err
	}
	if _, err := e.withProject(&o.input, &req); err != nil {
		return err
	}
	req.Fetch = e.fetcher(o.charts)
	result, text, unread, err := e.app.PrintRBAC(cmd.Context(), req, subject)
	if err != nil {
		return err
	}
	if err := e.writeFindings(o.color, req.FailOn, result.Findings); err != nil {
		return err
	}
	if result.Failed {
		return errFindings
	}
	for _, u := range unread {
		fmt.Fprintf(e.Err, "Notice: %s\n", u)
		if hint := u.Hint(); hint != "" {
			fmt.Fprintf(e.Err, "  hint: %s\n", hint)
		}
	}
	if _, err := e.Out.Write(text); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
