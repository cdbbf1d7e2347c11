package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/app/stack"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
)

// inputOptions are the flags by which every verb takes values; their names and
// meaning are Helm's.
type inputOptions struct {
	files, set, setString, setFile, setJSON []string
	overlays                                []string
	failOn, stack                           string
	allStacks                               bool
}

func (o *inputOptions) bind(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVarP(&o.files, "values", "f", nil, "values file, - for standard input; repeated, later files win")
	f.StringArrayVar(&o.set, "set", nil, "set a value: key1=val1,key2=val2")
	f.StringArrayVar(&o.setString, "set-string", nil, "set a string value: key1=val1,key2=val2")
	f.StringArrayVar(&o.setFile, "set-file", nil, "set a value from a file: key1=path1,key2=path2")
	f.StringArrayVar(&o.setJSON, "set-json", nil, "set a JSON value: key1=json1,key2=json2")
	f.StringArrayVarP(&o.overlays, "overlay", "k", nil, "Kustomize directory applied over the rendered objects; repeatable")
	f.StringVar(&o.failOn, "fail-on", diag.Error.String(), "least severity that fails: error, warning or info")
	o.bindStack(cmd, "; -f and -k add to them")
	complete(cmd, "fail-on", severityNames()...)
}

// request turns the flags into what app takes. The order of --set kinds is
// Helm's: JSON, plain, string, file.
func (o *inputOptions) request() (app.Request, error) {
	failOn, err := diag.ParseSeverity(o.failOn)
	if err != nil {
		return app.Request{}, usageError{fmt.Errorf("--fail-on: %w", err)}
	}
	stdin := 0
	for _, name := range o.files {
		if name == "-" {
			stdin++
		}
	}
	if stdin > 1 {
		return app.Request{}, usageError{fmt.Errorf("-f -: standard input can be read once only")}
	}
	req := app.Request{Files: o.files, Overlays: o.overlays, FailOn: failOn}
	for _, kind := range []struct {
		flag  string
		texts []string
	}{{"--set-json", o.setJSON}, {"--set", o.set}, {"--set-string", o.setString}, {"--set-file", o.setFile}} {
		for _, text := range kind.texts {
			req.Sets = append(req.Sets, values.Set{Flag: kind.flag, Value: strings.TrimSpace(text)})
		}
	}
	return req, nil
}

// withProject lays what .helm-flink.yaml says under a request: its ignores, and the
// values and overlays of the stack that was asked for.
func (e *environment) withProject(o *inputOptions, req *app.Request) (*stack.File, error) {
	file, findings, err := e.project()
	if err != nil {
		return nil, err
	}
	req.Found = findings
	switch {
	case file == nil && (o.stack != "" || o.allStacks) && findings.Has(diag.Error): // said by the findings
		return nil, nil
	case file == nil && (o.stack != "" || o.allStacks):
		return nil, usageError{fmt.Errorf("%s: there is no %s from here up to the root of the git repository",
			o.stackFlag(), stack.FileName)}
	case file == nil:
		return nil, nil
	}
	req.Ignores = file.Ignores
	if o.stack == "" {
		return file, nil
	}
	s, err := file.Stack(o.stack)
	if err != nil {
		return nil, usageError{fmt.Errorf("--stack: %w", err)}
	}
	*req = req.On(s)
	return file, nil
}
