package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/report"
)

// watchEvery is how often --watch reads and draws anew.
const watchEvery = 2 * time.Second

type statusOptions struct {
	clusterOptions
	format string
	watch  bool
}

func (e *environment) statusCommand() *cobra.Command {
	o := &statusOptions{}
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show how a platform is doing: releases, jobs, snapshots, pods, nodes",
		Long: `Shows one table of a platform: each release with its revision and Helm's status,
each job and session cluster with its lifecycle, the state of the job, the restarts
of its containers, the age of its last checkpoint and savepoint as far as the
operator knows them, parallelism, pods (ready/total), nodes with their pool, and
versions. Errors follow the table.

The exit code is 0 whatever the state is; helm flink install and upgrade wait.
-o wide adds images, node names and savepoint paths, the parallelism of the job's
vertices and what the autoscaler did.`,
		Example: `  helm flink status -f flink.yaml
  helm flink status --platform flink -o json | jq '.items[] | select(.lifecycle != "STABLE")'
  helm flink status --watch`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.status(cmd, o) },
	}
	o.bind(cmd)
	o.bindPlatform(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.format, "output", "o", report.FormatTable, "format: "+strings.Join(report.StatusFormats(), ", "))
	f.BoolVarP(&o.watch, "watch", "w", false, "read and show it again every 2 seconds, until interrupted")
	complete(cmd, "output", report.StatusFormats()...)
	return cmd
}

// bindPlatform binds --platform.
func (o *clusterOptions) bindPlatform(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.platform, "platform", "",
		"name of the platform (default that of the values, or the only one on the cluster)")
}

func (e *environment) status(cmd *cobra.Command, o *statusOptions) error {
	if !slices.Contains(report.StatusFormats(), o.format) {
		return usageError{fmt.Errorf("-o %q: want one of %s", o.format, strings.Join(report.StatusFormats(), ", "))}
	}
	req, done, err := e.clusterRequest(cmd, &o.clusterOptions)
	if err != nil {
		return err
	}
	defer done()
	read, err := e.app.StatusReader(cmd.Context(), app.StatusRequest{ClusterRequest: req, Wide: o.format == report.FormatWide})
	if err != nil {
		return err
	}
	for first := true; ; first = false {
		if err := e.statusOnce(cmd.Context(), o, read, first); err != nil || !o.watch || e.pipe.gone.Load() {
			return err
		}
		if err := e.Clock.Sleep(cmd.Context(), watchEvery); err != nil {
			if errors.Is(err, context.Canceled) {
				return nil
			}
			return err
		}
	}
}

// statusOnce reads and shows the status. On a terminal a table is drawn over the
// one before (ECMA-48: CUP, ED); elsewhere it follows it.
func (e *environment) statusOnce(
	ctx context.Context, o *statusOptions, read func(context.Context) (app.Status, error), first bool,
) error {
	s, err := read(ctx)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	human := o.format == report.FormatTable || o.format == report.FormatWide
	switch {
	case o.watch && human && e.colored(colorAuto, e.Out):
		b.WriteString("\x1b[H\x1b[J")
	case !first && human:
		b.WriteByte('\n')
	case !first && o.format == report.FormatYAML:
		b.WriteString("---\n")
	}
	if err := report.WriteStatus(o.format, &b, s, e.Clock.Now()); err != nil {
		return err
	}
	_, err = b.WriteTo(e.Out)
	return err
}
