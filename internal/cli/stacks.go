package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/app/stack"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/report"
)

// bindStack binds --stack; more is the end of what it says.
func (o *inputOptions) bindStack(cmd *cobra.Command, more string) {
	cmd.Flags().StringVar(&o.stack, "stack", "",
		"stack of .helm-flink.yaml that gives values files, overlays, ignores and the kube context"+more)
}

// bindAllStacks binds --all-stacks, for verbs that work on one platform after
// another.
func (o *inputOptions) bindAllStacks(cmd *cobra.Command, what string) {
	cmd.Flags().BoolVar(&o.allStacks, "all-stacks", false, what+" every stack of .helm-flink.yaml; -f, -k and --set add to each")
}

// stackFlag is the flag that asks for stacks, as it was given.
func (o *inputOptions) stackFlag() string {
	if o.allStacks {
		return "--all-stacks"
	}
	return "--stack " + o.stack
}

// stacked refuses --all-stacks where there is no stack, beside --stack, and with
// what can be read once only. The file is nil if it has errors.
func (o *inputOptions) stacked(file *stack.File) error {
	switch {
	case !o.allStacks:
		return nil
	case o.stack != "":
		return usageError{errors.New("--stack and --all-stacks: want one of them")}
	case file != nil && len(file.Stacks) == 0:
		return usageError{fmt.Errorf("--all-stacks: %s has no stacks", file.Name)}
	}
	once := slices.ContainsFunc(o.setFile, func(s string) bool { return strings.Contains(s+",", "=-,") })
	if once || slices.Contains(o.files, "-") {
		return usageError{errors.New("--all-stacks: standard input can be read once only; give a file")}
	}
	return nil
}

// completeStacks has the shell offer the stacks behind every --stack.
func (e *environment) completeStacks(cmd *cobra.Command) {
	if cmd.Flags().Lookup("stack") != nil {
		_ = cmd.RegisterFlagCompletionFunc("stack", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if file, _, err := e.project(); err == nil && file != nil {
				for _, s := range file.Stacks {
					names = append(names, s.Name)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		})
	}
	for _, sub := range cmd.Commands() {
		e.completeStacks(sub)
	}
}

// consistent refuses flags that do not go together. Among them is --all-stacks on
// stdout, where the platforms could not be told apart: kubectl would apply one over
// the other.
func (o *templateOptions) consistent(file *stack.File) error {
	if o.showValues && o.place.dir != "" {
		return usageError{errors.New("--show-values prints and --output-dir writes: give one of them")}
	}
	if err := o.input.stacked(file); err != nil {
		return err
	}
	if o.input.allStacks && o.place.dir == "" {
		return usageError{errors.New("--all-stacks writes a folder for each stack: give --output-dir, or choose one with --stack")}
	}
	return nil
}

// builds renders what was asked for: the stacks, or one platform without a name.
// The report has the findings.
func (e *environment) builds(
	ctx context.Context, o *templateOptions, req app.Request, file *stack.File,
) ([]app.Stacked, report.Report, error) {
	found := report.Report{Rules: app.Entries(), FailOn: req.FailOn}
	if !o.input.allStacks || file == nil {
		result, err := e.app.Build(ctx, req)
		found.Findings, found.Files = result.Findings, req.Files
		return []app.Stacked{{Files: req.Files, Result: result}}, found, err
	}
	builds, findings, err := e.app.BuildStacks(ctx, req, file)
	found.Findings = findings
	for _, b := range builds {
		for _, name := range b.Files {
			if !slices.Contains(found.Files, name) {
				found.Files = append(found.Files, name)
			}
		}
	}
	return builds, found, err
}

// writeDirs writes each build below the directory, in a folder of its stack, or
// compares all of them with what would be written. Nothing is written when something
// is in the way of one of them.
func (e *environment) writeDirs(place app.Place, builds []app.Stacked) error {
	if err := unobstructed(place, builds); err != nil {
		return err
	}
	var changes error
	for _, b := range builds {
		if err := e.writeDir(ownPlace(place, b), b.Result); errors.Is(err, errChanges) {
			changes = err
		} else if err != nil {
			return err
		}
	}
	return changes
}

// ownPlace is the folder of a stack.
func ownPlace(place app.Place, b app.Stacked) app.Place {
	place.Dir = filepath.Join(place.Dir, b.Name)
	place.Source.Path = path.Join(place.Source.Path, b.Name)
	return place
}

// unobstructed looks into all folders before the first is written, and says what is in
// the way in any of them. With --check, which writes nothing, that is not asked, nor of
// one folder, which is written whole or not at all.
func unobstructed(place app.Place, builds []app.Stacked) error {
	if place.Check || len(builds) == 1 {
		return nil
	}
	place.Check = true
	var all []error
	for _, b := range builds {
		own := ownPlace(place, b)
		written, err := app.WriteDir(own, b.Result)
		if err != nil {
			all = append(all, err)
		}
		for _, name := range written.Refused {
			all = append(all, fmt.Errorf("%s is in the way: it was not written by us, or was changed since: move it away or delete it",
				filepath.Join(own.Dir, filepath.FromSlash(name))))
		}
	}
	if len(all) > 0 {
		return fmt.Errorf("nothing was written: %w", errors.Join(all...))
	}
	return nil
}

// chooseContext chooses the context of the kubeconfig: the flag, which comes as
// HELM_KUBECONTEXT under Helm, goes before that of the stack.
func (e *environment) chooseContext(connect *cluster.Options, req app.Request) {
	if connect.Context == "" {
		connect.Context = e.getenv("HELM_KUBECONTEXT")
	}
	switch {
	case req.KubeContext == "" || connect.Context == req.KubeContext:
	case connect.Context == "":
		connect.Context, connect.ContextOf = req.KubeContext, "stack "+req.Stack
	default:
		fmt.Fprintf(e.Err, "Notice: the context %s goes before %s, which the stack %s names\n",
			connect.Context, req.KubeContext, req.Stack)
	}
}
