package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/report"
)

// exitChanges is the code of changes that were asked for.
const exitChanges = 2

// errChanges says that there are changes; diff --detailed-exitcode asks for it.
var errChanges = errors.New("there are changes")

type diffOptions struct {
	clusterOptions
	format   string
	detailed bool
	colour   string
}

func (e *environment) diffCommand() *cobra.Command {
	o := &diffOptions{}
	cmd := &cobra.Command{
		Use:   "diff {-f FILE… | NAME --manifests FILE|DIR|-}",
		Short: "Show what an upgrade would change on the cluster",
		Long: `Shows what an upgrade would change, object by object: what is on the cluster
against what the API server would make of the values, by a dry run on the server, so
that defaults and webhooks are seen and nothing is written. Values of Secrets are
never shown.

For Flink's resources it says what the change does: nothing to what runs, scaled in
place, stopped with a savepoint and started from it, or started from empty state. A
change that loses state is marked as such; upgrade refuses it without
--allow-state-loss.`,
		Example: `  helm flink diff -f flink.yaml
  helm flink diff -f flink.yaml --detailed-exitcode -o json
  kustomize build overlays/prod | helm flink diff streaming --manifests -`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.named(cmd, args); err != nil {
				return err
			}
			return e.diff(cmd, o)
		},
	}
	o.bind(cmd)
	o.bindManifests(cmd)
	o.charts.bind(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.format, "output", "o", report.FormatText, "format of the differences: text or json")
	f.StringVar(&o.colour, "color", colorAuto, "colour: auto (on a terminal, unless NO_COLOR is set), always or never")
	f.BoolVar(&o.detailed, "detailed-exitcode", false, "exit with 2 when there are differences")
	complete(cmd, "output", report.FormatText, report.FormatJSON)
	complete(cmd, "color", colorNames()...)
	return cmd
}

func (e *environment) diff(cmd *cobra.Command, o *diffOptions) error {
	if o.format != report.FormatText && o.format != report.FormatJSON {
		return usageError{fmt.Errorf("-o %q: want text or json", o.format)}
	}
	if !slices.Contains(colorNames(), o.colour) {
		return usageError{fmt.Errorf("--color %q: want one of %s", o.colour, strings.Join(colorNames(), ", "))}
	}
	req, done, err := e.clusterRequest(cmd, &o.clusterOptions)
	if err != nil {
		return err
	}
	defer done()
	result, difference, err := e.app.Diff(cmd.Context(), req)
	done()
	switch {
	case err != nil:
		return err
	case result.Failed:
		return errFindings
	}
	text := []byte(difference.Text(e.colored(o.colour, e.Out)))
	if o.format == report.FormatJSON {
		if text, err = difference.JSON(); err != nil {
			return err
		}
	}
	if _, err := e.Out.Write(text); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	for _, note := range difference.Notes {
		fmt.Fprintln(e.Err, note.Text)
	}
	if o.detailed && difference.Changes() {
		return errChanges
	}
	return nil
}

// findings writes the findings about the values of a verb whose data are something
// else.
func (e *environment) findings(req app.Request, result app.Result) error {
	if len(result.Findings) == 0 {
		return nil
	}
	return e.writeReports(&outputOptions{color: colorAuto}, nil, report.Report{
		Findings: result.Findings, Rules: app.Entries(), Files: req.Files, FailOn: req.FailOn,
	})
}

type rollbackOptions struct {
	clusterOptions
	to             int
	wait           bool
	allowStateLoss bool
	maxConcurrent  int
}

func (e *environment) rollbackCommand() *cobra.Command {
	o := &rollbackOptions{}
	cmd := &cobra.Command{
		Use:   "rollback [NAME]",
		Short: "Bring a platform back to what it was before a run",
		Long: `Brings every release that the last install or upgrade changed back to what it was
before, in the order of the waves. Each install and upgrade is a run with a number,
which helm list shows in the description of its revisions; --to-run goes further
back. Releases that came later are listed and left, and CRDs stay as they are.

The values files are not changed: the next upgrade goes forward again. What would
lose the state of a job is refused unless --allow-state-loss is given.`,
		Example: `  helm flink rollback -f flink.yaml
  helm flink rollback flink --to-run 3`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.platformNamed(cmd, args); err != nil {
				return err
			}
			if o.to < 0 || o.maxConcurrent < 1 {
				return usageError{errors.New("--to-run and --max-concurrent: want numbers above 0")}
			}
			req, done, err := e.clusterRequest(cmd, &o.clusterOptions)
			if err != nil {
				return err
			}
			defer done()
			req.Deploy.Wait, req.Deploy.AllowStateLoss, req.Deploy.MaxConcurrent = o.wait, o.allowStateLoss, o.maxConcurrent
			return e.app.Rollback(cmd.Context(), req, o.to)
		},
	}
	o.bind(cmd)
	f := cmd.Flags()
	o.bindPlatform(cmd)
	f.IntVar(&o.to, "to-run", 0, "the run whose state is brought back (default the one before the last)")
	f.BoolVar(&o.wait, "wait", true, "wait for every release to be ready")
	f.BoolVar(&o.allowStateLoss, "allow-state-loss", false, "go on where a change loses the state of a job")
	f.IntVar(&o.maxConcurrent, "max-concurrent", 1, "how many jobs change at the same time")
	return cmd
}
