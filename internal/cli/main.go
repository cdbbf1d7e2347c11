// Package cli is the command line: one file a verb, flags and exit codes, no
// logic.
//
// It may import app, report, values, manifest and diag, and of third parties
// cobra.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// The exit codes, the same for every verb.
const (
	exitOK      = 0
	exitFailure = 1 // it could not be done
	exitInput   = 3 // the input has errors
	exitUsage   = 4 // wrong usage
)

// Streams are the three standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Assets are what the binary carries with it.
type Assets struct {
	Version  string
	Charts   fs.FS
	Schema   []byte
	Examples fs.FS
	// Clock is for the verbs that work on a cluster.
	Clock Clock
	// Unit is App's.
	Unit func(work func())
}

// environment is what every verb works with.
type environment struct {
	Streams
	Assets
	pipe *pipe // Out
	app  *app.App
	env  []string // KEY=value
}

// errFindings stops a verb after its findings were written.
var errFindings = errors.New("the input has errors")

// usageError is wrong usage of the command line.
type usageError struct{ error }

// Main runs the command line and returns the exit code. env are the process's
// environment variables, KEY=value: under Helm (HELM_PLUGIN_NAME) the help
// speaks of "helm flink".
func Main(ctx context.Context, args []string, s Streams, env []string, a Assets) int {
	out := &pipe{to: s.Out}
	s.Out = out
	e := &environment{Streams: s, pipe: out, Assets: a, env: env}
	e.app = &app.App{Charts: a.Charts, Schema: a.Schema, Open: e.open, Dir: os.DirFS, Files: files, Unit: a.Unit}
	root := e.root(env)
	root.SetArgs(args)
	root.SetIn(s.In)
	root.SetOut(s.Out)
	root.SetErr(s.Err)
	verb, err := root.ExecuteContextC(ctx)
	if err != nil && !errors.Is(err, errFindings) && !errors.Is(err, errChanges) {
		fmt.Fprintf(s.Err, "Error: %s\n", err)
		if usage := (usageError{}); errors.As(err, &usage) {
			fmt.Fprintf(s.Err, "Run '%s --help' for usage.\n", verb.CommandPath())
		}
		sayLacking(s.Err, displayName(env), err)
	}
	return exitCode(err)
}

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	usage := usageError{}
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFindings):
		return exitInput
	case errors.Is(err, errChanges):
		return exitChanges
	case errors.As(err, &usage), errors.Is(err, diag.ErrNoInput), errors.Is(err, diag.ErrSeveralValues):
		return exitUsage
	case clusterExit(err) != 0:
		return clusterExit(err)
	default:
		return exitFailure
	}
}

// open opens a file that the user names, "-" being standard input. A directory
// is refused: a file is meant.
func (e *environment) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(e.In), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &fs.PathError{Op: "open", Path: name, Err: errors.New("is a directory, a file is meant")}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func displayName(env []string) string {
	for _, kv := range env {
		if strings.HasPrefix(kv, "HELM_PLUGIN_NAME=") {
			return "helm flink"
		}
	}
	return "helm-flink"
}

func (e *environment) root(env []string) *cobra.Command {
	root := &cobra.Command{
		Use:   "helm-flink",
		Short: "Apache Flink platforms on Amazon EKS from one values file",
		Long: `helm-flink turns one values file into a whole Apache Flink platform on Amazon
EKS: the Flink operator, namespaces, identity, Karpenter node pools and jobs. What
is wrong is said at its line before anything is deployed.

  helm flink init > flink.yaml         a commented values file to start from
  helm flink validate -f flink.yaml    everything that is wrong with it
  helm flink template -f flink.yaml    the manifests, to stdout
  helm flink iam -f flink.yaml         the AWS roles and policies that it needs
  helm flink install -f flink.yaml     on a cluster, until the jobs run
  helm flink status                    how it is doing there

Data goes to stdout, everything for people to stderr.

Exit codes:
  0  done and nothing wrong        3  the input has errors
  1  it could not be done          4  wrong usage
  2  changes were found
  124  waiting timed out           130, 143  ended by a signal`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Annotations:   map[string]string{cobra.CommandDisplayNameAnnotation: displayName(env)},
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return e.print(firstWords(cmd.DisplayName())) },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	// Helm puts these in front of the verb when they stand before the plugin's name.
	root.PersistentFlags().Int("burst-limit", 0, "requests at once to a cluster, at most (default 400)")
	root.PersistentFlags().Float32("qps", 0, "requests a second to a cluster, at most (default 200)")
	_ = root.PersistentFlags().MarkHidden("burst-limit")
	_ = root.PersistentFlags().MarkHidden("qps")
	root.AddCommand(e.initCommand(), e.validateCommand(), e.templateCommand(), e.importCommand(),
		e.capacityCommand(), e.iamCommand(), e.reportCommand(),
		e.checkCommand(), e.installCommand(), e.upgradeCommand(), e.diffCommand(), e.rollbackCommand(), e.uninstallCommand(),
		e.statusCommand(), e.jobCommand(), e.addonsCommand(),
		e.fnCommand(), e.postRenderCommand(),
		e.schemaCommand(), e.explainCommand(), e.rulesCommand(), e.versionCommand())
	e.completeStacks(root)
	e.completeNames(root)
	return root
}

// firstWords are what the program says where no verb was given: the four that
// matter.
func firstWords(name string) string {
	return strings.ReplaceAll(`Apache Flink platforms on Amazon EKS from one values file.

  NAME init --output-file flink.yaml   a commented values file to start from
  NAME validate -f flink.yaml          everything that is wrong with it, at its line
  NAME template -f flink.yaml          the manifests, for kubectl, Kustomize or GitOps
  NAME install -f flink.yaml           all of it on a cluster, until the jobs run

NAME explain jobs.autoscaler says what a key means, NAME rules CODE what a
finding means. NAME --help lists all commands.
`, "NAME", name)
}

// noArgs refuses positional arguments, and unknown verbs, as wrong usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		message := fmt.Sprintf("unknown command %q for %q", args[0], cmd.CommandPath())
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			message += fmt.Sprintf("; did you mean %q?", near[0])
		}
		return usageError{errors.New(message)}
	}
	return usageError{fmt.Errorf("%s takes no arguments, got %q; values files are named with -f", cmd.CommandPath(), args[0])}
}
