package cli

import (
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
)

// placeOptions are the flags of a directory to write.
type placeOptions struct {
	dir, layout  string
	check        bool
	environments []string
	source       app.Source
	changed      func(flag string) bool // whether a flag was given
}

func (o *placeOptions) bind(cmd *cobra.Command) {
	flags := cmd.Flags()
	o.changed = flags.Changed
	flags.StringVar(&o.dir, "output-dir", "", "write files below this directory instead of to stdout")
	flags.StringVar(&o.layout, "layout", "flat", "layout of --output-dir: "+strings.Join(app.Layouts(), ", "))
	flags.BoolVar(&o.check, "check", false, "write nothing; exit with 2 when --output-dir is not what would be written")
	flags.StringSliceVar(&o.environments, "environments", []string{"dev", "prod"},
		"environments that get a sample, made once, with the layouts kustomize and helm")
	flags.StringVar(&o.source.RepoURL, "repo-url", "", "argocd, flux: URL of the Git repository that --output-dir is in (required)")
	flags.StringVar(&o.source.Revision, "revision", "",
		"argocd, flux: its branch, commit or full reference as refs/tags/v1 (required)")
	flags.StringVar(&o.source.Path, "repo-path", "", "argocd, flux: path of --output-dir in it; . is its root (required)")
	flags.StringVar(&o.source.Secret, "repo-secret", "", "flux: Secret with the credentials of the repository")
	flags.StringVar(&o.source.Namespace, "gitops-namespace", "",
		"namespace of Argo CD's or Flux's objects (default argocd or flux-system)")
	flags.BoolVar(&o.source.Prune, "prune", false,
		"argocd, flux: delete jobs and parts of the operator that leave the repository; never CRDs, namespaces or nodes")
	complete(cmd, "layout", app.Layouts()...)
}

// parse checks the flags against each other; wrong usage is the only error.
func (o *placeOptions) parse() (app.Place, error) {
	layout, err := app.ParseLayout(o.layout)
	if err != nil {
		return app.Place{}, usageError{fmt.Errorf("--layout: %w", err)}
	}
	if o.check && o.dir == "" {
		return app.Place{}, usageError{errors.New("--check compares a directory: name it with --output-dir")}
	}
	if o.dir == "" {
		if names := o.given(append(gitOpsFlags(), "layout", "environments")); len(names) > 0 {
			return app.Place{}, usageError{fmt.Errorf(
				"--%s is about a directory, and without one does nothing: name it with --output-dir", names[0])}
		}
	}
	for _, name := range o.environments {
		if name == "" || slices.Contains([]string{".", ".."}, name) || strings.ContainsAny(name, `/\`) {
			return app.Place{}, usageError{fmt.Errorf("--environments %q: want names of folders", name)}
		}
	}
	if names := o.given(gitOpsFlags()); len(names) > 0 && !layout.GitOps() {
		return app.Place{}, usageError{fmt.Errorf("--%s is for --layout argocd and flux, and does nothing with %s", names[0], layout)}
	}
	if layout.GitOps() {
		if err := o.repository(string(layout)); err != nil {
			return app.Place{}, err
		}
	}
	return app.Place{
		Dir: o.dir, Layout: layout, Environments: o.environments, Source: o.source, Check: o.check,
	}, nil
}

// given are those of some flags that were given.
func (o *placeOptions) given(names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return !o.changed(name) })
}

// gitOpsFlags are the flags of the layouts argocd and flux alone.
func gitOpsFlags() []string {
	return []string{"repo-url", "revision", "repo-path", "repo-secret", "gitops-namespace", "prune"}
}

// repository checks what the layouts of GitOps need to know.
func (o *placeOptions) repository(layout string) error {
	for _, flag := range []struct{ name, value string }{
		{"--repo-url", o.source.RepoURL}, {"--revision", o.source.Revision}, {"--repo-path", o.source.Path},
	} {
		if flag.value == "" {
			return usageError{fmt.Errorf("--layout %s needs %s: the objects name the repository that the directory is in",
				layout, flag.name)}
		}
	}
	scheme, _, found := strings.Cut(o.source.RepoURL, "://")
	if layout == "flux" && (!found || !slices.Contains([]string{"http", "https", "ssh"}, scheme)) {
		return usageError{fmt.Errorf(
			"--repo-url %q: Flux takes http://, https:// and ssh:// alone; for git@HOST:PATH write ssh://git@HOST/PATH", o.source.RepoURL)}
	}
	clean := path.Clean(o.source.Path)
	if path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../") {
		return usageError{fmt.Errorf("--repo-path %q: want a path below the root of the repository, or . for the root", o.source.Path)}
	}
	o.source.Path = clean
	return nil
}

// writeDir writes a directory, or compares it with what would be written.
func (e *environment) writeDir(place app.Place, result app.Result) error {
	written, err := app.WriteDir(place, result)
	if err != nil {
		return err
	}
	if !place.Check {
		e.sayWritten(place.Dir, written)
		return nil
	}
	return e.sayDifference(place.Dir, written)
}

// sayDifference lists how a directory is not what would be written.
func (e *environment) sayDifference(dir string, w app.Written) error {
	if w.Clean() {
		fmt.Fprintf(e.Err, "%s: %d unchanged, nothing to write\n", dir, len(w.Unchanged))
		return nil
	}
	var out strings.Builder
	list := func(word string, names []string) {
		for _, name := range names {
			out.WriteString(word + " " + name + "\n")
		}
	}
	list("add", slices.DeleteFunc(slices.Clone(w.Written), func(name string) bool { return slices.Contains(w.Changed, name) }))
	list("change", w.Changed)
	list("remove", w.Removed)
	list("refuse", w.Refused)
	if w.Inventory {
		list("change", []string{app.InventoryFile})
	}
	if _, err := io.WriteString(e.Out, out.String()); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	fmt.Fprintf(e.Err, "%s is not what would be written", dir)
	if len(w.Refused) > 0 {
		fmt.Fprintf(e.Err, ", and what is listed as refuse is in the way: it is not ours, or was changed since")
	}
	fmt.Fprintf(e.Err, "; the same command without --check writes it\n")
	return errChanges
}
