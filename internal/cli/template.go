package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

type templateOptions struct {
	output      outputOptions
	input       inputOptions
	include     []string
	includeCRDs bool
	showValues  bool
	place       placeOptions
	skipVerify  bool
	charts      chartOptions
}

func (e *environment) templateCommand() *cobra.Command {
	o := &templateOptions{}
	cmd := &cobra.Command{
		Use:   "template -f FILE…",
		Short: "Render the platform's manifests",
		Long: `Renders the platform's manifests to stdout, one YAML document an object, in the
order in which they can be applied. Nothing is printed when the input has errors,
or when the manifests would be refused or could not work: what validate finds.

CRDs are left out unless asked for with --include crds,… or --include-crds.
With the distribution emr the operator's objects come from the vendor's chart:
its computed values are printed as a comment in front. With --fetch the chart is
fetched, from the cache or over the network, and its objects are rendered; nothing
else that template does asks a network.

With --output-dir files are written, in one of the layouts flat (a file an object),
kustomize (a base for each component and team, and overlays), helm (a chart),
argocd and flux (bases, and the objects of Argo CD or Flux that apply them in waves).
Only files that we wrote are replaced or removed, and only those that changed. With
--check nothing is written: exit code 2 says that the directory is not what would be.

With --all-stacks every stack goes to a folder of its own name below --output-dir;
nothing is written when one of them has errors.`,
		Example: `  helm flink template -f flink.yaml | kubectl apply --server-side -f -
  helm flink template -f base.yaml -f prod.yaml --set jobs.orders.parallelism=8
  helm flink template -f flink.yaml -k overlays/prod
  helm flink template -f flink.yaml --output-dir deploy --layout kustomize
  helm flink template -f flink.yaml --output-dir deploy --layout kustomize --check
  helm flink template -f flink.yaml --output-dir deploy --layout argocd \
    --repo-url https://git.example.com/platform.git --revision main --repo-path deploy
  helm flink template --all-stacks --output-dir deploy`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.template(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	o.input.bind(cmd)
	o.input.bindAllStacks(cmd, "render")
	o.output.bind(cmd)
	flags.StringSliceVar(&o.include, "include", nil,
		"components to render: "+strings.Join(componentNames(), ", ")+" (default all but crds)")
	flags.BoolVar(&o.includeCRDs, "include-crds", false, "render the CRDs as well")
	flags.BoolVar(&o.showValues, "show-values", false, "print the computed values of each chart instead of manifests")
	o.place.bind(cmd)
	flags.BoolVar(&o.skipVerify, "skip-verify", false, "render without judging the manifests")
	o.charts.bind(cmd)
	flags.BoolVar(&o.charts.on, "fetch", false, "render the operator's chart where it comes from a repository too")
	completeList(cmd, "include", componentNames()...)
	return cmd
}

func (e *environment) template(ctx context.Context, o *templateOptions) error {
	req, err := o.input.request()
	if err != nil {
		return err
	}
	for _, name := range o.include {
		if !slices.Contains(componentNames(), name) {
			return usageError{fmt.Errorf("--include %q: want one of %s", name, strings.Join(componentNames(), ", "))}
		}
		req.Include = append(req.Include, manifest.Component(name))
	}
	req.IncludeCRDs, req.SkipVerify = o.includeCRDs, o.skipVerify
	req.Fetch = e.fetcher(o.charts)
	place, err := o.place.parse()
	if err != nil {
		return err
	}
	file, err := e.withProject(&o.input, &req)
	if err != nil {
		return err
	}
	if err := o.consistent(file); err != nil {
		return err
	}
	outputs, err := o.output.parse()
	if err != nil {
		return err
	}
	builds, found, err := e.builds(ctx, o, req, file)
	reportErr := e.writeReports(&o.output, outputs, found)
	if err := cmp.Or(err, reportErr); err != nil {
		return err
	}
	if found.Findings.Has(req.FailOn) || slices.ContainsFunc(builds, func(b app.Stacked) bool { return b.Failed }) {
		return errFindings
	}
	if place.Dir != "" {
		return e.writeDirs(place, builds)
	}
	result := builds[0].Result
	var out bytes.Buffer
	write := app.WriteStream
	if o.showValues {
		write = app.WriteValues
	}
	if err := write(&out, result); err != nil {
		return err
	}
	if _, err := out.WriteTo(e.Out); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}

// sayWritten tells what became of the files of a directory.
func (e *environment) sayWritten(dir string, written app.Written) {
	fmt.Fprintf(e.Err, "%s: %d written, %d unchanged, %d removed\n",
		dir, len(written.Written), len(written.Unchanged), len(written.Removed))
}

func componentNames() []string {
	var names []string
	for _, c := range manifest.Components() {
		names = append(names, string(c))
	}
	return names
}

// complete gives a flag fixed completions.
func complete(cmd *cobra.Command, flag string, words ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// completeList gives a flag that takes a list, parted by commas, fixed completions.
func completeList(cmd *cobra.Command, flag string, words ...string) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		return inList(words, typed), cobra.ShellCompDirectiveNoFileComp
	})
}

// severityNames are the words that --fail-on takes.
func severityNames() []string {
	return []string{diag.Error.String(), diag.Warning.String(), diag.Info.String()}
}
