package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/report"
)

type postRenderOptions struct {
	output                                  outputOptions
	overlays                                []string
	failOn, stack, findingsFile             string
	skipVerify, complete                    bool
	crds                                    []string
	operator, kube, karpenter, distribution string
}

func (e *environment) postRenderCommand() *cobra.Command {
	o := &postRenderOptions{}
	cmd := &cobra.Command{
		Use:   "post-render [-k OVERLAY]…",
		Short: "Helm post-renderer: judge what a chart made, and apply overlays to it",
		Long: `A post-renderer for helm install, upgrade and template with any chart: the
chart's manifests come on stdin and go out on stdout. They are judged like validate
judges manifests, and Kustomize overlays are applied to them. What no overlay
changes goes out as it came in. With errors nothing goes out, and Helm stops.

Helm 3 takes the program itself. Helm 4 takes a plugin of the type postrenderer/v1,
which is flink-post-render; it drops what the program says on stderr, so have it in
a file with --findings-file.
See docs/post-render.md.`,
		Example: `  helm install shop ./chart --post-renderer helm-flink \
    --post-renderer-args post-render --post-renderer-args -k --post-renderer-args overlay   # Helm 3
  helm install shop ./chart --post-renderer flink-post-render \
    --post-renderer-args -k --post-renderer-args overlay \
    --post-renderer-args --findings-file=findings.txt                                       # Helm 4`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.postRender(cmd.Context(), o) },
	}
	f := cmd.Flags()
	f.StringArrayVarP(&o.overlays, "overlay", "k", nil, "Kustomize directory applied over the chart's objects; repeatable")
	f.StringVar(&o.findingsFile, "findings-file", "",
		"file for all that goes to stderr, findings and errors; empty if there is nothing to say (default: none)")
	f.StringVar(&o.failOn, "fail-on", diag.Error.String(), "least severity that fails: error, warning or info")
	f.StringVar(&o.stack, "stack", "", "stack of .helm-flink.yaml that gives overlays and ignores; -k adds to them")
	f.BoolVar(&o.skipVerify, "skip-verify", false, "apply overlays without judging the manifests")
	f.BoolVar(&o.complete, "complete", false, "the chart is the whole platform: what it lacks does not exist")
	f.StringArrayVar(&o.crds, "crds", nil, "file or directory of CustomResourceDefinitions for further kinds; repeatable")
	f.StringVar(&o.operator, "operator-version", "", "version of the Flink operator, such as 1.15 (default: seen from the objects)")
	f.StringVar(&o.kube, "kube-version", "", "version of Kubernetes, such as 1.33: APIs that it has removed are errors")
	f.StringVar(&o.karpenter, "karpenter-version", "", "version of Karpenter, such as 1.14: what came later is an error")
	f.StringVar(&o.distribution, "distribution", "", "emr or apache (default: seen from the objects)")
	complete(cmd, "fail-on", severityNames()...)
	complete(cmd, "distribution", "emr", "apache")
	o.output.bind(cmd)
	return cmd
}

// postRender writes what came of the manifests, and keeps what is said in the file
// that was asked for.
func (e *environment) postRender(ctx context.Context, o *postRenderOptions) error {
	var said bytes.Buffer
	stderr := e.Err
	if o.findingsFile != "" {
		e.Err = io.MultiWriter(stderr, &said)
	}
	text, err := e.postRendered(ctx, o)
	e.Err = stderr
	if o.findingsFile != "" {
		if err != nil && !errors.Is(err, errFindings) {
			fmt.Fprintf(&said, "Error: %s\n", err)
		}
		fileErr := writeFile(o.findingsFile, said.Bytes())
		if fileErr != nil && (err == nil || errors.Is(err, errFindings)) {
			return fmt.Errorf("--findings-file: %w", fileErr)
		}
	}
	if err != nil {
		return err
	}
	if _, err := e.Out.Write(text); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}

// writeFile replaces a file as a whole.
func writeFile(name string, text []byte) error {
	files := newFileSet()
	defer files.discard()
	err := files.write(name, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
	if err != nil {
		return err
	}
	return files.commit()
}

func (e *environment) postRendered(ctx context.Context, o *postRenderOptions) ([]byte, error) {
	input := inputOptions{failOn: o.failOn, overlays: o.overlays, stack: o.stack}
	request, err := input.request()
	if err != nil {
		return nil, err
	}
	req := app.PostRenderRequest{Request: request, Input: "-"}
	req.SkipVerify, req.Complete, req.CRDs = o.skipVerify, o.complete, o.crds
	if err := req.Choose(o.operator, o.kube, o.karpenter, o.distribution); err != nil {
		return nil, usageError{err}
	}
	outputs, err := o.output.parse()
	if err != nil {
		return nil, err
	}
	if _, err := e.withProject(&input, &req.Request); err != nil {
		return nil, err
	}
	result, err := e.app.PostRender(ctx, req)
	reportErr := e.writeReports(&o.output, outputs, report.Report{
		Findings: result.Findings, Rules: app.Entries(), FailOn: req.FailOn,
	})
	if err := cmp.Or(err, reportErr); err != nil {
		return nil, err
	}
	if result.Failed {
		return nil, errFindings
	}
	return result.Text, nil
}
