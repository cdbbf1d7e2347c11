package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/report"
)

type validateOptions struct {
	output                                  outputOptions
	input                                   inputOptions
	complete                                bool
	crds, iam                               []string
	catalogue                               string
	daemons                                 []string
	operator, kube, karpenter, distribution string
}

func (e *environment) validateCommand() *cobra.Command {
	o := &validateOptions{output: outputOptions{verdict: true}}
	cmd := &cobra.Command{
		Use:   "validate [FILE|DIR|PATTERN|-]… [-f VALUES]… [-k OVERLAY]…",
		Short: "Find everything that is wrong, offline",
		Long: `Finds everything that is wrong with values, manifests, or both, without a
cluster: what the API server would refuse (schemas, CEL rules), what the Flink
operator would refuse, what Flink could not start with, what does not fit
together, and what is not good practice. Each code is explained by
"helm flink rules CODE".

Values files given with -f are layered as in template and judged with the
manifests beside them. Among the other arguments a document with apiVersion and
kind is a manifest, and all manifests of one call are judged together; a values
file is a platform by itself. Of a directory the files *.yaml, *.yml and *.json
count; hidden ones, and the templates and values of Helm charts, do not.

The first document of a file says what the file is. If it has no apiVersion and
kind, the file holds values and is read whole: a manifest behind it is not
judged, but is the error FLK005, so keep the two in files of their own. A file
of one document that is no values of helm-flink is passed over with a note.

Manifests may be a part of what is deployed: what they lack is no error unless
--complete is given.

With --iam, policies that are in AWS are held against what the jobs need: do
they let the service accounts in, do they cover the paths, and what is wider
than needed. See docs/identity.md.`,
		Example: `  helm flink validate -f flink.yaml
  helm flink validate deploy/
  kustomize build overlays/prod | helm flink validate -
  helm flink validate -f flink.yaml --iam flink-payments=trust.json
  helm flink validate flink-a.yaml flink-b.yaml -o sarif=findings.sarif
  helm flink validate --all-stacks`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return e.validate(cmd.Context(), o, args) },
	}
	o.input.bind(cmd)
	o.input.bindAllStacks(cmd, "judge")
	o.output.bind(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.complete, "complete", false, "the manifests are the whole platform: what they lack does not exist")
	f.StringArrayVar(&o.crds, "crds", nil, "file or directory of CustomResourceDefinitions for further kinds; repeatable")
	f.StringVar(&o.catalogue, "catalogue", "",
		"JSON of aws ec2 describe-instance-types, in the place of the built-in instance types")
	f.StringArrayVar(&o.daemons, "daemonsets", nil,
		"what every node runs beside: name=cpu,memory, or a file of DaemonSets; repeatable (default: nothing)")
	f.StringVar(&o.operator, "operator-version", "", "version of the Flink operator, such as 1.15 (default: seen from the objects)")
	f.StringVar(&o.kube, "kube-version", "", "version of Kubernetes, such as 1.33: APIs that it has removed are errors")
	f.StringVar(&o.karpenter, "karpenter-version", "", "version of Karpenter, such as 1.14: what came later is an error")
	f.StringVar(&o.distribution, "distribution", "", "emr or apache (default: seen from the objects)")
	f.StringArrayVar(&o.iam, "iam", nil, "[ROLE=]FILE of JSON: trust or permission policies of roles that are in AWS, or what "+
		"aws iam get-… prints of them; repeatable")
	complete(cmd, "distribution", "emr", "apache")
	return cmd
}

func (o *validateOptions) request(args []string) (app.ValidateRequest, error) {
	var req app.ValidateRequest
	var err error
	if req.Request, err = o.input.request(); err != nil {
		return req, err
	}
	req.Paths, req.CRDs = args, o.crds
	req.Complete, req.CatalogueFile, req.DaemonSets = o.complete, o.catalogue, o.daemons
	for _, text := range o.iam {
		req.AWS = append(req.AWS, app.ParseAWSDocument(text))
	}
	if err := req.Choose(o.operator, o.kube, o.karpenter, o.distribution); err != nil {
		return req, usageError{err}
	}
	return req, nil
}

// goesNowhere refuses flags about the values of -f where there are none: a values
// file among the arguments is judged as it stands.
func goesNowhere(o *inputOptions, req app.ValidateRequest) error {
	if o.allStacks && len(req.Paths) > 0 {
		return usageError{fmt.Errorf("%s: manifests are judged beside one platform: give --stack, not --all-stacks", req.Paths[0])}
	}
	if len(req.Files) > 0 || len(req.Paths) == 0 || o.stack != "" {
		return nil
	}
	if len(req.Sets) > 0 {
		return usageError{fmt.Errorf("%s goes with values files named with -f, or with --stack", req.Sets[0].Flag)}
	}
	if len(req.Overlays) > 0 {
		return usageError{errors.New("-k goes with values files named with -f, or with --stack; " +
			"of other manifests: kustomize build OVERLAY | helm flink validate -")}
	}
	return nil
}

func (e *environment) validate(ctx context.Context, o *validateOptions, args []string) error {
	req, err := o.request(args)
	if err != nil {
		return err
	}
	outputs, err := o.output.parse()
	if err != nil {
		return err
	}
	if req.Project, err = e.withProject(&o.input, &req.Request); err != nil {
		return err
	}
	if err := cmp.Or(goesNowhere(&o.input, req), o.input.stacked(req.Project)); err != nil {
		return err
	}
	req.Resolve = canonical
	judge := e.app.Validate
	if o.input.allStacks && req.Project != nil {
		judge = e.app.ValidateStacks
	}
	found, err := judge(ctx, req)
	if err != nil {
		return err
	}
	err = e.writeReports(&o.output, outputs, report.Report{
		Findings: found.Findings, Rules: app.Entries(), Files: found.Files, FailOn: req.FailOn,
	})
	if err == nil && found.Findings.Has(req.FailOn) {
		err = errFindings
	}
	return err
}
