package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
)

func (e *environment) jobSuspendCommand() *cobra.Command {
	o := &jobOptions{}
	modes := map[string]*bool{}
	cmd := &cobra.Command{
		Use:   "suspend JOB",
		Short: "Suspend a job, keeping its state; prints the savepoint's path",
		Long: `Suspends a job as its upgradeMode says: with a savepoint, or with its last
checkpoint. One whose upgradeMode is stateless would lose its state and is refused,
unless --savepoint or --last-state keeps it or --allow-state-loss drops it.

The path of the savepoint, where one was taken, is printed to stdout. After
last-state the state is known by the HA metadata alone.`,
		Example: `  helm flink job suspend orders
  helm flink job suspend team-a/orders --savepoint --write flink.yaml`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			mode := ""
			for name, set := range modes {
				if *set && mode != "" {
					return usageError{errors.New("--savepoint and --last-state: want one of them")}
				}
				if *set {
					mode = name
				}
			}
			return e.changed(cmd, o, args[0], func(req app.JobRequest) (*app.JobResult, error) {
				return e.app.SuspendJob(cmd.Context(), req, mode)
			})
		},
	}
	o.bindChange(cmd)
	o.bindWrite(cmd)
	o.bindLoss(cmd)
	f := cmd.Flags()
	modes["savepoint"] = f.Bool("savepoint", false, "with a savepoint, whatever its upgradeMode is; sets upgradeMode savepoint")
	modes["last-state"] = f.Bool("last-state", false,
		"with its last checkpoint, whatever its upgradeMode is; sets upgradeMode last-state")
	return cmd
}

func (e *environment) jobResumeCommand() *cobra.Command {
	o := &jobOptions{}
	cmd := &cobra.Command{
		Use:   "resume JOB",
		Short: "Start a suspended job again, from the state that was kept",
		Args:  oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.changed(cmd, o, args[0], func(req app.JobRequest) (*app.JobResult, error) {
				return e.app.ResumeJob(cmd.Context(), req)
			})
		},
	}
	o.bindChange(cmd)
	o.bindWrite(cmd)
	o.bindLoss(cmd)
	return cmd
}

func (e *environment) jobRestartCommand() *cobra.Command {
	o := &jobOptions{}
	cmd := &cobra.Command{
		Use:   "restart JOB",
		Short: "Restart a job or a session cluster, with the state that its upgradeMode keeps",
		Long: `Restarts a job, or a session cluster with its jobs, by a new restartNonce, the time in
milliseconds. State is kept as the job's upgradeMode says; a stateless job is refused
without --allow-state-loss.`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.changed(cmd, o, args[0], func(req app.JobRequest) (*app.JobResult, error) {
				return e.app.RestartJob(cmd.Context(), req)
			})
		},
	}
	o.bindChange(cmd)
	o.bindWrite(cmd)
	o.bindLoss(cmd)
	return cmd
}

func (e *environment) jobRescaleCommand() *cobra.Command {
	o := &jobOptions{}
	var parallelism, managers int64
	cmd := &cobra.Command{
		Use:   "rescale JOB {--parallelism N|--task-managers N}",
		Short: "Change the parallelism of a job, or the task managers of a standalone cluster",
		Long: `Changes the parallelism of a job. In native mode and for session jobs this is an
upgrade: the job stops as its upgradeMode says and goes on with the new parallelism;
in standalone mode with the reactive scheduler it goes on without a restart.

--task-managers sets the task managers where spec.taskManager.replicas counts, which
goes before the parallelism.`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if parallelism < 0 || managers < 0 || (parallelism > 0) == (managers > 0) {
				return usageError{errors.New("want one of --parallelism and --task-managers, 1 or more")}
			}
			return e.changed(cmd, o, args[0], func(req app.JobRequest) (*app.JobResult, error) {
				return e.app.RescaleJob(cmd.Context(), app.RescaleRequest{JobRequest: req, Parallelism: parallelism, TaskManagers: managers})
			})
		},
	}
	o.bindChange(cmd)
	o.bindWrite(cmd)
	o.bindLoss(cmd)
	cmd.Flags().Int64Var(&parallelism, "parallelism", 0, "parallelism of the job")
	cmd.Flags().Int64Var(&managers, "task-managers", 0, "number of task managers")
	return cmd
}

func (e *environment) jobSavepointCommand() *cobra.Command {
	o := &jobOptions{}
	var req app.SavepointRequest
	cmd := &cobra.Command{
		Use:   "savepoint JOB",
		Short: "Take a savepoint of a running job; prints its path",
		Long: `Takes a savepoint of a running job by a FlinkStateSnapshot (operators from 1.10 on),
waits for it and prints its path, and nothing else, to stdout. The files stay when the
FlinkStateSnapshot is deleted.`,
		Example: `  helm flink job savepoint orders
  path=$(helm flink job savepoint team-a/orders --format NATIVE)`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch strings.ToUpper(req.Format) {
			case "", "CANONICAL", "NATIVE":
			default:
				return usageError{fmt.Errorf("--format %q: want CANONICAL or NATIVE", req.Format)}
			}
			return e.changed(cmd, o, args[0], func(r app.JobRequest) (*app.JobResult, error) {
				req.JobRequest = r
				return e.app.Savepoint(cmd.Context(), req)
			})
		},
	}
	o.bindChange(cmd)
	f := cmd.Flags()
	f.StringVar(&req.Path, "path", "", "folder to write it to (default the job's own savepoint directory)")
	f.StringVar(&req.Format, "format", "", "CANONICAL or NATIVE (default CANONICAL)")
	f.StringVar(&req.Name, "name", "", "name of the FlinkStateSnapshot (default JOB-savepoint-MILLISECONDS)")
	complete(cmd, "format", "CANONICAL", "NATIVE")
	return cmd
}

func (e *environment) jobRestoreCommand() *cobra.Command {
	o := &jobOptions{}
	var req app.RestoreRequest
	cmd := &cobra.Command{
		Use:   "restore JOB --from {PATH|latest}",
		Short: "Take a job back to a savepoint; what it has done since is lost",
		Long: `Redeploys a job from a savepoint: initialSavepointPath with a new
savepointRedeployNonce (operators from 1.8 on). The job is cancelled without a
savepoint, so what it has done since is lost; the name must be typed, or --yes given.
The path goes to stdout.

latest is the newest completed savepoint that the cluster knows of: of its
FlinkStateSnapshots, or of the job's status.`,
		Example: `  helm flink job restore orders --from latest
  helm flink job restore orders --from s3://bucket/savepoints/savepoint-ab12-34 --yes --write flink.yaml`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if strings.TrimSpace(req.From) == "" {
				return usageError{errors.New("--from: want the path of a savepoint, or latest")}
			}
			return e.changed(cmd, o, args[0], func(r app.JobRequest) (*app.JobResult, error) {
				req.JobRequest = r
				return e.app.RestoreJob(cmd.Context(), req)
			})
		},
	}
	o.bindChange(cmd)
	o.bindWrite(cmd)
	o.bindYes(cmd)
	f := cmd.Flags()
	f.StringVar(&req.From, "from", "", "path of a savepoint, or latest")
	f.BoolVar(&req.AllowNonRestoredState, "allow-non-restored-state", false, "drop state that no operator of the job takes")
	return cmd
}

func (e *environment) jobDeleteCommand() *cobra.Command {
	o := &jobOptions{wait: true}
	cmd := &cobra.Command{
		Use:   "delete JOB",
		Short: "Delete a job with its Helm release, after a last savepoint; prints its path",
		Long: `Suspends a job with a savepoint, whose path is printed to stdout, deletes it and
uninstalls the Helm release that holds it. The name must be typed, or --yes given. Take
the job out of the values too, or helm flink upgrade brings it back.

A blue/green deployment cannot be suspended: the savepoint is one of its active
colour, and what that does until it is gone is done again from there.`,
		Args: oneArg("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.changed(cmd, o, args[0], func(req app.JobRequest) (*app.JobResult, error) {
				return e.app.DeleteJob(cmd.Context(), req)
			})
		},
	}
	o.bindJob(cmd)
	o.bindYes(cmd)
	cmd.Flags().BoolVar(&o.noSavepoint, "no-savepoint", false, "delete it without a last savepoint")
	return cmd
}
