package cli

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/report"
)

func (e *environment) jobListCommand() *cobra.Command {
	o := &jobOptions{}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the jobs of a cluster, or of one platform",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.read(cmd, o, "", func(req app.JobRequest) error {
				jobs, err := e.app.Jobs(cmd.Context(), req.ClusterRequest)
				if err != nil {
					return err
				}
				return report.WriteJobs(o.format, e.Out, jobs, e.Clock.Now())
			})
		},
	}
	o.bindJob(cmd)
	o.bindFormat(cmd)
	return cmd
}

// read runs a verb that changes nothing.
func (e *environment) read(cmd *cobra.Command, o *jobOptions, job string, do func(app.JobRequest) error) error {
	if err := o.checkFormat(); err != nil {
		return err
	}
	req, done, err := e.jobRequest(cmd, o, job)
	defer func() { done() }()
	if err != nil {
		return err
	}
	return do(req)
}

func (e *environment) jobShowCommand() *cobra.Command {
	o := &jobOptions{}
	cmd := &cobra.Command{
		Use:   "show JOB",
		Short: "Show all that is known of one job",
		Long: `Shows the state of a job, its savepoints and checkpoints, the parallelism of its
vertices and what the autoscaler did, the last warnings, what keeps its pods from
running, and what was changed on the cluster and is not as its release says.`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.read(cmd, o, args[0], func(req app.JobRequest) error {
				job, err := e.app.Job(cmd.Context(), req)
				if err != nil {
					return err
				}
				return report.WriteJob(o.format, e.Out, job, e.Clock.Now())
			})
		},
	}
	o.bindJob(cmd)
	o.bindFormat(cmd)
	return cmd
}

func (e *environment) jobSavepointsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "savepoints",
		Short: "List, dispose of and take over savepoints",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(e.savepointsListCommand(), e.savepointsDisposeCommand(), e.savepointsAdoptCommand())
	return cmd
}

func (e *environment) savepointsListCommand() *cobra.Command {
	o := &jobOptions{}
	cmd := &cobra.Command{
		Use:   "list [JOB]",
		Short: "List the FlinkStateSnapshots of a job, or of all",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return oneArg("JOB")(cmd, args)
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			job := ""
			if len(args) > 0 {
				job = args[0]
			}
			return e.read(cmd, o, job, func(req app.JobRequest) error {
				all, err := e.app.Snapshots(cmd.Context(), req)
				if err != nil {
					return err
				}
				return report.WriteSnapshots(o.format, e.Out, all)
			})
		},
	}
	o.bindJob(cmd)
	o.bindFormat(cmd)
	return cmd
}

func (e *environment) savepointsDisposeCommand() *cobra.Command {
	o := &jobOptions{}
	keep := false
	cmd := &cobra.Command{
		Use:   "dispose NAME",
		Short: "Delete a FlinkStateSnapshot with the savepoint's files",
		Long: `Deletes a FlinkStateSnapshot, NAME or NAMESPACE/NAME, and the files of its savepoint.
Flink deletes the files, so the job must run. A savepoint that a job would restore from
is refused. The name must be typed, or --yes given.`,
		Args: oneArg("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.changed(cmd, o, args[0], func(req app.JobRequest) (*app.JobResult, error) {
				return e.app.DisposeSavepoint(cmd.Context(), req, keep)
			})
		},
	}
	o.bindChange(cmd)
	o.bindYes(cmd)
	cmd.Flags().BoolVar(&keep, "keep-files", false, "delete the FlinkStateSnapshot alone")
	return cmd
}

func (e *environment) savepointsAdoptCommand() *cobra.Command {
	o := &jobOptions{}
	req := app.SavepointRequest{Adopt: true}
	cmd := &cobra.Command{
		Use:   "adopt JOB --path PATH",
		Short: "Record a savepoint that is there already, so that list and restore know it",
		Args:  oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if req.Path == "" {
				return usageError{errors.New("--path: want the path of the savepoint")}
			}
			return e.changed(cmd, o, args[0], func(r app.JobRequest) (*app.JobResult, error) {
				req.JobRequest = r
				return e.app.Savepoint(cmd.Context(), req)
			})
		},
	}
	o.bindChange(cmd)
	cmd.Flags().StringVar(&req.Path, "path", "", "path of the savepoint")
	cmd.Flags().StringVar(&req.Name, "name", "", "name of the FlinkStateSnapshot (default JOB-savepoint-MILLISECONDS)")
	return cmd
}

func (e *environment) jobLogsCommand() *cobra.Command {
	o := &jobOptions{}
	var req app.LogsRequest
	cmd := &cobra.Command{
		Use:   "logs JOB [-f]",
		Short: "Print the logs of the pods that run a job",
		Long: `Prints the logs of all pods that run a job, each line behind the name of its pod; a
session job runs in the pods of its cluster. -f follows them; pods that start later
are not followed.`,
		Example: `  helm flink job logs orders --component jobmanager --tail 100
  helm flink job logs orders -f --since 10m`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case req.Component != "" && req.Component != "jobmanager" && req.Component != "taskmanager":
				return usageError{fmt.Errorf("--component %q: want jobmanager or taskmanager", req.Component)}
			case req.Since < 0:
				return usageError{fmt.Errorf("--since %s: want a duration above 0, such as 10m", req.Since)}
			}
			base, done, err := e.jobRequest(cmd, o, args[0])
			defer func() { done() }()
			if err != nil {
				return err
			}
			req.JobRequest = base
			var failed error
			ctx, stop := context.WithCancel(cmd.Context())
			defer stop()
			err = e.app.Logs(ctx, req, func(pod, text string) {
				if failed == nil {
					_, failed = fmt.Fprintf(e.Out, "[%s] %s\n", pod, text)
				}
				if failed != nil || e.pipe.gone.Load() {
					stop()
				}
			})
			if e.pipe.gone.Load() {
				return nil
			}
			return errors.Join(err, failed)
		},
	}
	o.bindFind(cmd)
	f := cmd.Flags()
	f.BoolVarP(&req.Follow, "follow", "f", false, "go on until interrupted")
	f.StringVar(&req.Component, "component", "", "jobmanager or taskmanager (default both)")
	f.Int64Var(&req.Tail, "tail", -1, "last lines of each pod; -1 is all")
	f.DurationVar(&req.Since, "since", 0, "leave out what is older, such as 10m")
	f.StringVar(&req.Container, "container", "", "container (default Flink's own, flink-main-container)")
	complete(cmd, "component", "jobmanager", "taskmanager")
	return cmd
}

func (e *environment) jobUICommand() *cobra.Command {
	o := &jobOptions{}
	var req app.UIRequest
	cmd := &cobra.Command{
		Use:   "ui JOB",
		Short: "Forward a port to Flink's web interface, and print its URL",
		Long: `Forwards a port of this machine to the REST port of the job's JobManager until
interrupted, and prints the URL to stdout.`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if req.Port < 0 || req.Port > 65535 {
				return usageError{fmt.Errorf("--port %d: want a port, or 0 for a free one", req.Port)}
			}
			if req.Address != "localhost" && net.ParseIP(req.Address) == nil {
				return usageError{fmt.Errorf("--address %q: want an IP address of this machine, or localhost", req.Address)}
			}
			base, done, err := e.jobRequest(cmd, o, args[0])
			defer func() { done() }()
			if err != nil {
				return err
			}
			req.JobRequest = base
			return e.app.UI(cmd.Context(), req, func(url string) {
				fmt.Fprintln(e.Out, url)
				fmt.Fprintln(e.Err, "Forwarding until interrupted.")
			})
		},
	}
	o.bindFind(cmd)
	cmd.Flags().IntVar(&req.Port, "port", 0, "port on this machine (default a free one)")
	cmd.Flags().StringVar(&req.Address, "address", "localhost", "IP address of this machine to listen on, or localhost")
	return cmd
}
