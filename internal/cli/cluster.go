package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/app/deploy"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

// exitTimeout is the code of a wait that took too long.
const exitTimeout = 124

// Clock is what only main may ask: the time, and who is asking.
type Clock struct {
	Now    func() time.Time
	Sleep  func(ctx context.Context, d time.Duration) error
	Random func() float64
	// Linger asks main to wait for the end of the verb when a signal comes.
	Linger func()
	// Holder names the process for others: user@host (process 123). Alive reports
	// whether the process of such a name may still run.
	Holder func() string
	Alive  func(holder string) bool
}

// clusterOptions are the flags of every verb that works on a cluster; names and
// meaning are Helm's.
type clusterOptions struct {
	input                   inputOptions
	kubeconfig, kubeContext string
	namespace, platform     string
	timeout                 time.Duration
	progress                string
	charts                  chartOptions
}

func (o *clusterOptions) bind(cmd *cobra.Command) {
	o.input.bind(cmd)
	o.bindCluster(cmd)
}

func (o *clusterOptions) bindCluster(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.kubeconfig, "kubeconfig", "", "path of the kubeconfig (default $KUBECONFIG, or ~/.kube/config)")
	f.StringVar(&o.kubeContext, "kube-context", "", "context of the kubeconfig")
	f.StringVarP(&o.namespace, "namespace", "n", "", "accepted and ignored: the values say which namespaces there are")
	f.DurationVar(&o.timeout, "timeout", 10*time.Minute, "how long to wait for each release")
	f.StringVar(&o.progress, "progress", report.ProgressAuto,
		"progress on stderr: "+strings.Join(report.ProgressFormats(), ", ")+"; auto is a tree on a terminal, lines elsewhere")
	complete(cmd, "progress", report.ProgressFormats()...)
}

// clusterRequest turns the flags into what app takes, and the function that ends
// the progress that it shows.
func (e *environment) clusterRequest(cmd *cobra.Command, o *clusterOptions) (app.ClusterRequest, func(), error) {
	nothing := func() {}
	req, err := o.input.request()
	if err != nil {
		return app.ClusterRequest{}, nothing, err
	}
	if _, err := e.withProject(&o.input, &req); err != nil {
		return app.ClusterRequest{}, nothing, err
	}
	if o.timeout <= 0 {
		return app.ClusterRequest{}, nothing, usageError{fmt.Errorf("--timeout %s: want a duration above 0, such as 10m", o.timeout)}
	}
	if o.namespace != "" {
		fmt.Fprintln(e.Err, "Notice: -n is ignored: the values say which namespaces there are")
	}
	qps, _ := cmd.Flags().GetFloat32("qps")
	burst, _ := cmd.Flags().GetInt("burst-limit")
	if n, err := strconv.Atoi(e.getenv("HELM_MAX_HISTORY")); err == nil {
		if flag := cmd.Flags().Lookup("history-max"); flag != nil && !flag.Changed {
			_ = cmd.Flags().Set("history-max", strconv.Itoa(n))
		}
	}
	e.Clock.Linger()
	show, done, err := e.progress(o.progress)
	if err != nil {
		return app.ClusterRequest{}, nothing, err
	}
	connect := cluster.Options{
		Kubeconfig: o.kubeconfig, Context: o.kubeContext, QPS: qps, Burst: burst,
		Now: e.Clock.Now, Sleep: e.Clock.Sleep, Random: e.Clock.Random, Alive: e.Clock.Alive,
	}
	e.chooseContext(&connect, req)
	req.Fetch = e.fetcher(o.charts)
	connect.Warn = func(text string) { show(deploy.Event{Phase: deploy.Note, Message: "the API server warns: " + text}) }
	return app.ClusterRequest{
		Request: req, Connect: connect, Platform: o.platform, See: show,
		Report: func(r app.Result) error { return e.findings(req, r) },
		Deploy: deploy.Options{Timeout: o.timeout, Holder: e.Clock.Holder(), Wait: true, MaxConcurrent: 1, Savepoint: true},
	}, done, nil
}

// progress gives what takes events, and what ends it.
func (e *environment) progress(format string) (func(deploy.Event), func(), error) {
	p, err := report.NewProgress(format, e.Err, e.colored(colorAuto, e.Err))
	if err != nil {
		return nil, nil, usageError{fmt.Errorf("--progress %w", err)}
	}
	return p.See, p.End, nil
}

// applyOptions are the flags of install and upgrade.
type applyOptions struct {
	clusterOptions
	wait, atomic   bool
	allowStateLoss bool
	install        bool
	prune          []string
	noSavepoint    bool
	maxConcurrent  int
	historyMax     int
}

func (o *applyOptions) bindApply(cmd *cobra.Command) {
	o.bind(cmd)
	f := cmd.Flags()
	o.charts.bind(cmd)
	f.BoolVar(&o.wait, "wait", true, "wait for every release to be ready before the next wave begins")
	f.BoolVar(&o.atomic, "atomic", false, "undo the change of a release that fails; sets --wait")
	f.IntVar(&o.maxConcurrent, "max-concurrent", o.maxConcurrent, "how many jobs change at the same time")
	f.IntVar(&o.historyMax, "history-max", 10, "revisions kept of each release; 0 keeps all")
}

func (e *environment) installCommand() *cobra.Command {
	o := &applyOptions{maxConcurrent: 100}
	cmd := &cobra.Command{
		Use:   "install -f FILE…",
		Short: "Install the platform on a cluster",
		Long: `Brings a cluster from nothing to running jobs, in waves: the CRDs, the platform
(namespaces, identity, node pools), the operator until its webhook answers, then
session clusters and jobs, session jobs and snapshots. Each is an ordinary Helm
release: helm list, helm history and helm rollback work on it.

It can be interrupted anywhere and run again: what is there and as it should be is
left alone. Nothing is changed when the values have errors.`,
		Example: `  helm flink install -f flink.yaml
  helm flink install -f base.yaml -f prod.yaml --kube-context prod --timeout 20m`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.apply(cmd, o, false) },
	}
	o.bindApply(cmd)
	return cmd
}

func (e *environment) upgradeCommand() *cobra.Command {
	o := &applyOptions{maxConcurrent: 1}
	cmd := &cobra.Command{
		Use:   "upgrade -f FILE…",
		Short: "Bring a platform to what the values say now",
		Long: `Changes the releases whose objects would change, and no other, wave by wave. What
was changed on the cluster by hand goes back to what the values say.

A change that would lose the state of a job is refused, before anything is changed,
unless --allow-state-loss is given: see helm flink diff. Releases and namespaces that
are no longer in the values are listed and left; --prune removes jobs and session
clusters of them, after a last savepoint whose path is printed, and --prune=NAME one
of them. A namespace goes by its name alone, with all that is in it, and only when
nothing of others is: --prune --prune=NAMESPACE removes what is left of a team.`,
		Example: `  helm flink diff -f flink.yaml && helm flink upgrade -f flink.yaml
  helm flink upgrade -f flink.yaml --prune=old-job
  helm flink upgrade -f flink.yaml --prune --prune=old-team`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.apply(cmd, o, !o.install) },
	}
	o.bindApply(cmd)
	f := cmd.Flags()
	f.BoolVarP(&o.install, "install", "i", false, "install the platform where it is not there")
	f.BoolVar(&o.allowStateLoss, "allow-state-loss", false, "go on where a change loses the state of a job")
	f.StringSliceVar(&o.prune, "prune", nil,
		"remove what is no longer in the values: all jobs and session clusters, or the releases and namespaces named")
	f.Lookup("prune").NoOptDefVal = "*"
	f.BoolVar(&o.noSavepoint, "no-savepoint", false, "remove jobs without a last savepoint")
	return cmd
}

func (e *environment) apply(cmd *cobra.Command, o *applyOptions, existing bool) error {
	if o.maxConcurrent < 1 {
		return usageError{fmt.Errorf("--max-concurrent %d: want 1 or more", o.maxConcurrent)}
	}
	req, done, err := e.clusterRequest(cmd, &o.clusterOptions)
	if err != nil {
		return err
	}
	defer done()
	req.Deploy.Wait, req.Deploy.Atomic = o.wait || o.atomic, o.atomic
	req.Deploy.MaxConcurrent, req.Deploy.MaxHistory = o.maxConcurrent, o.historyMax
	req.Deploy.AllowStateLoss, req.Deploy.Savepoint = o.allowStateLoss, !o.noSavepoint
	for _, name := range o.prune {
		if name == "*" {
			req.Deploy.Prune.All = true
			continue
		}
		req.Deploy.Prune.Names = append(req.Deploy.Prune.Names, name)
	}
	result, err := e.app.Apply(cmd.Context(), req, existing)
	if err == nil && result.Failed {
		return errFindings
	}
	return err
}

type uninstallOptions struct {
	clusterOptions
	noSavepoint, yes bool
	purge            []string
	maxConcurrent    int
}

func (e *environment) uninstallCommand() *cobra.Command {
	o := &uninstallOptions{}
	cmd := &cobra.Command{
		Use:   "uninstall",
		Short: "Remove a platform from a cluster",
		Long: `Removes the releases of a platform: jobs first, each after a last savepoint whose
path is printed, then session clusters, the operator, and the platform with its
nodes, which are waited for, or they would go on costing money.

Namespaces and CRDs stay, with what is in them, unless --purge names them; then the
name of the platform must be typed, or --yes given. The last lines say what is left
on the cluster and what AWS still holds and bills.`,
		Example: `  helm flink uninstall -f flink.yaml
  helm flink uninstall --platform flink --purge namespaces,crds --yes`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.uninstall(cmd, o) },
	}
	o.bind(cmd)
	f := cmd.Flags()
	f.StringVar(&o.platform, "platform", "", "name of the platform (default that of the values, or the only one on the cluster)")
	f.BoolVar(&o.noSavepoint, "no-savepoint", false, "remove jobs without a last savepoint")
	f.StringSliceVar(&o.purge, "purge", nil, "remove these too: namespaces, crds")
	f.BoolVarP(&o.yes, "yes", "y", false, "do not ask")
	f.IntVar(&o.maxConcurrent, "max-concurrent", 10, "how many jobs are stopped at the same time")
	complete(cmd, "purge", "namespaces", "crds")
	return cmd
}

func (e *environment) uninstall(cmd *cobra.Command, o *uninstallOptions) error {
	var purge deploy.Purge
	for _, what := range o.purge {
		switch what {
		case "namespaces":
			purge.Namespaces = true
		case "crds":
			purge.CRDs = true
		default:
			return usageError{fmt.Errorf("--purge %q: want namespaces or crds", what)}
		}
	}
	req, done, err := e.clusterRequest(cmd, &o.clusterOptions)
	if err != nil {
		return err
	}
	defer done()
	req.Deploy.Savepoint, req.Deploy.MaxConcurrent = !o.noSavepoint, max(1, o.maxConcurrent)
	if len(o.purge) > 0 && !o.yes {
		if err := e.confirm(cmd.Context(), req, o.purge); err != nil {
			return err
		}
	}
	left, err := e.app.Uninstall(cmd.Context(), req, purge)
	done()
	if err != nil {
		return err
	}
	if len(left) > 0 {
		fmt.Fprintln(e.Err, "What is left:")
	}
	for _, line := range left {
		fmt.Fprintf(e.Err, "  %s\n", line)
	}
	return nil
}

// confirm asks for the name of the platform, since what goes cannot be had back.
func (e *environment) confirm(ctx context.Context, req app.ClusterRequest, what []string) error {
	name, err := e.app.PlatformName(ctx, req)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.Err, "This deletes the %s of the platform and everything in them. Type %s to go on: ",
		strings.Join(what, " and "), name)
	var typed string
	if _, err := fmt.Fscanln(e.In, &typed); err != nil && !errors.Is(err, io.EOF) && typed == "" {
		return usageError{errors.New("nothing was removed: the name was not typed; --yes does not ask")}
	}
	if typed != name {
		return usageError{fmt.Errorf("nothing was removed: %q is not %q", typed, name)}
	}
	return nil
}

// clusterExit is the exit code of an error of a cluster, or 0 where it has none
// of its own.
func clusterExit(err error) int {
	switch {
	case cluster.IsTimeout(err):
		return exitTimeout
	case errors.Is(err, app.ErrSeveralPlatforms), errors.Is(err, diag.ErrNoInput), errors.Is(err, app.ErrWhichJob),
		errors.Is(err, app.ErrWhichSnapshot):
		return exitUsage
	}
	return 0
}
