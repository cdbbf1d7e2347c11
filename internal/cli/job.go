package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

// jobOptions are the flags of the verbs of a job.
type jobOptions struct {
	clusterOptions
	wait, allowStateLoss, yes, noSavepoint bool
	write, format                          string
}

func (e *environment) jobCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "job",
		Short: "The life of one job: suspend, resume, savepoint, restore, logs …",
		Long: `Works on one job of a cluster. JOB is its name, NAMESPACE/NAME where several
namespaces have one of that name, or KIND/NAMESPACE/NAME.

A verb that changes a job waits until the operator is done. The values stay the
truth: each verb says whether the next helm flink upgrade takes its change back, and
--write FILE writes it into the values file as well, whose comments and form stay.

A blue/green deployment is changed by its values alone; savepoint, logs and ui work
on the FlinkDeployment of one of its colours, NAME-blue or NAME-green.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(e.jobListCommand(), e.jobShowCommand(), e.jobSuspendCommand(), e.jobResumeCommand(), e.jobRestartCommand(),
		e.jobRescaleCommand(), e.jobSavepointCommand(), e.jobSavepointsCommand(), e.jobRestoreCommand(), e.jobDeleteCommand(),
		e.jobLogsCommand(), e.jobUICommand())
	return cmd
}

// bindJob binds what every verb of a job takes.
func (o *jobOptions) bindJob(cmd *cobra.Command) {
	cmd.Flags().StringSliceVarP(&o.input.files, "values", "f", nil,
		"values file of the platform that the job is of; repeated, later files win")
	o.bindFind(cmd)
}

// bindFind binds the cluster and the platform; -f is free.
func (o *jobOptions) bindFind(cmd *cobra.Command) {
	o.input.failOn = diag.Error.String()
	o.input.bindStack(cmd, "")
	o.bindCluster(cmd)
	cmd.Flags().StringVar(&o.platform, "platform", "", "look in this platform alone (default the whole cluster)")
}

// bindChange binds what verbs take that change a job.
func (o *jobOptions) bindChange(cmd *cobra.Command) {
	o.bindJob(cmd)
	cmd.Flags().BoolVar(&o.wait, "wait", true, "wait until the operator is done")
}

func (o *jobOptions) bindWrite(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.write, "write", "", "write the change into this values file too, keeping its comments and form")
}

func (o *jobOptions) bindLoss(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.allowStateLoss, "allow-state-loss", false, "go on where the job loses its state")
}

func (o *jobOptions) bindYes(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "do not ask")
}

func (o *jobOptions) bindFormat(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.format, "output", "o", report.FormatTable, "format: "+strings.Join(report.DataFormats(), ", "))
	complete(cmd, "output", report.DataFormats()...)
}

func (o *jobOptions) checkFormat() error {
	if !slices.Contains(report.DataFormats(), o.format) {
		return usageError{fmt.Errorf("-o %q: want one of %s", o.format, strings.Join(report.DataFormats(), ", "))}
	}
	return nil
}

// oneArg wants one argument of a name.
func oneArg(name string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 || args[0] == "" {
			return usageError{fmt.Errorf("%s takes one %s, got %d arguments", cmd.CommandPath(), name, len(args))}
		}
		return nil
	}
}

// jobRequest turns the flags into what app takes, and the function that ends the
// progress.
func (e *environment) jobRequest(cmd *cobra.Command, o *jobOptions, job string) (app.JobRequest, func(), error) {
	base, done, err := e.clusterRequest(cmd, &o.clusterOptions)
	if err != nil {
		return app.JobRequest{}, done, err
	}
	base.Deploy.Wait, base.Deploy.AllowStateLoss, base.Deploy.Savepoint = o.wait, o.allowStateLoss, !o.noSavepoint
	req := app.JobRequest{ClusterRequest: base, Job: job}
	if !o.yes {
		req.Confirm = func(what, name string) error { return e.confirmName("This "+what, name) }
	}
	if o.write != "" {
		req.Write, err = e.valuesFile(o.write)
	}
	return req, done, err
}

// confirmName asks for a name to be typed, since what goes cannot be had back.
func (e *environment) confirmName(what, name string) error {
	fmt.Fprintf(e.Err, "%s. Type %s to go on: ", what, name)
	var typed string
	_, _ = fmt.Fscanln(e.In, &typed) // an empty line and the end of the input are a no
	if typed == "" {
		fmt.Fprintln(e.Err)
		return usageError{errors.New("nothing was changed: the name was not typed; --yes does not ask")}
	}
	if typed != name {
		return usageError{fmt.Errorf("nothing was changed: %q is not %q; --yes does not ask", typed, name)}
	}
	return nil
}

// valuesFile reads the file of --write.
func (e *environment) valuesFile(name string) (*app.ValuesFile, error) {
	if name == "-" {
		return nil, usageError{errors.New("--write -: want a file")}
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("--write: %w", err)
	}
	return &app.ValuesFile{Name: name, Data: data, Save: func(data []byte) error {
		files := newFileSet()
		defer files.discard()
		if err := files.write(name, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		}); err != nil {
			return err
		}
		return files.commit()
	}}, nil
}

// changed runs a verb: what it found out goes to stderr, the path of a savepoint
// alone to stdout.
func (e *environment) changed(
	cmd *cobra.Command, o *jobOptions, job string, do func(app.JobRequest) (*app.JobResult, error),
) error {
	req, done, err := e.jobRequest(cmd, o, job)
	defer func() { done() }()
	if err != nil {
		return err
	}
	result, err := do(req)
	done()
	for _, note := range result.Notes {
		fmt.Fprintln(e.Err, "Note: "+note)
	}
	if err != nil {
		if result.Path != "" {
			fmt.Fprintln(e.Err, "Note: the savepoint is "+result.Path)
		}
		return err
	}
	if result.Path != "" {
		_, err = fmt.Fprintln(e.Out, result.Path)
	}
	return err
}
