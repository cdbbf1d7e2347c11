package app

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/values"
)

// ValidationKind marks a functionConfig that asks for a judgement alone.
const ValidationKind = "FlinkValidation"

// FunctionRequest is a call of `fn`. Of the request FailOn, Ignores and Found count;
// the rest is in the functionConfig.
type FunctionRequest struct {
	Request
	// Input has the ResourceList; "-" is standard input.
	Input string
}

// FunctionResult is what a call came to.
type FunctionResult struct {
	Findings diag.List
	// Failed says that the items are those of the input.
	Failed bool
	// Remote says how to install an operator whose chart is not rendered, "" if
	// there is none.
	Remote string

	list   *krm.List
	made   manifest.Set  // what the values made
	source values.Source // of the values in the functionConfig
}

// Function is a KRM function: the functionConfig of a ResourceList says whether the
// platform's objects are put among the items (FlinkPlatform), or the items are
// judged (FlinkValidation, a ConfigMap of its fields, or nothing). All items that
// go to a cluster are judged together.
func (a *App) Function(ctx context.Context, req FunctionRequest) (FunctionResult, error) {
	f, err := a.Open(req.Input)
	if err != nil {
		return FunctionResult{}, fmt.Errorf("read the ResourceList: %w", err)
	}
	list, findings, err := krm.Read(shownName(req.Input), f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	out := FunctionResult{Findings: slices.Concat(req.Found, findings), list: list}
	if out.Failed = list == nil || out.Findings.Has(req.FailOn); err != nil || out.Failed {
		return out, err
	}
	a.place(list.Items)
	switch role := role(list.Config); role {
	case values.PlatformKind:
		err = a.platformFunction(ctx, req, &out)
	case ValidationKind:
		err = a.validationFunction(ctx, req, &out)
	default:
		hint := fmt.Sprintf("want apiVersion %s and kind %s, which makes objects, or %s, which judges them",
			values.APIVersion, values.PlatformKind, ValidationKind)
		out.add(req.FailOn, diag.List{badConfig(list.Config, "kind", "helm-flink fn knows no functionConfig "+role, hint)})
	}
	return out, err
}

// role is the kind of functionConfig that decides; what is none of them is told as
// "kind of apiVersion".
func role(config *krm.Item) string {
	if config == nil {
		return ValidationKind
	}
	switch key := config.Key(); {
	case key.APIVersion == values.APIVersion && (key.Kind == values.PlatformKind || key.Kind == ValidationKind):
		return key.Kind
	case key.APIVersion == "v1" && key.Kind == "ConfigMap":
		return ValidationKind
	default:
		return fmt.Sprintf("%q of apiVersion %q", key.Kind, key.APIVersion)
	}
}

// add takes findings; one that fails leaves the items as they came.
func (r *FunctionResult) add(failOn diag.Severity, findings diag.List) {
	r.Findings = append(r.Findings, findings...).Sorted()
	r.Failed = r.Failed || findings.Has(failOn)
}

func badConfig(config *krm.Item, path, message, hint string) diag.Finding {
	return diag.Finding{
		Code: diag.CodeFunctionConfig, Severity: diag.Error, Pos: diag.Position{File: configName(config)}, Path: path,
		Message: message, Hint: hint,
	}
}

// configName is how findings call a functionConfig whose file is not known.
func configName(config *krm.Item) string {
	if config == nil {
		return "(functionConfig)"
	}
	if config.File != "" {
		return config.File
	}
	return "(" + strings.TrimSpace(config.Key().Kind+" "+config.Key().Name) + ")"
}

// platformFunction renders the values and puts the objects among the items.
func (a *App) platformFunction(ctx context.Context, req FunctionRequest, out *FunctionResult) error {
	var err error
	if out.source, err = a.configSource(out.list); err != nil {
		return err
	}
	req.Include = components(out.list.Config)
	result, err := a.build(ctx, req.Request, values.Input{Files: []values.Source{out.source}, ReadFile: a.read})
	out.add(req.FailOn, out.told(result.Findings))
	if out.Failed = out.Failed || result.Failed; err != nil || out.Failed {
		return err
	}
	if result.Remote != nil {
		if out.Remote, err = remoteNote(*result.Remote); err != nil {
			return err
		}
	}
	items := merged(out.list, result.Set)
	o := VerifyOptions{Options: result.options(VerifyOptions{}.Options)}
	findings, err := a.verifySet(ctx, o, slices.Concat(result.Set, sent(items, result.Set)), result.ignores)
	if err != nil {
		return err
	}
	out.made = result.Set
	out.add(req.FailOn, out.told(findings))
	if !out.Failed {
		out.list.Items = items
	}
	return nil
}

// components are those that a FlinkPlatform includes; values.Load tells what is wrong
// with them.
func components(config *krm.Item) []manifest.Component {
	spec, _ := config.Set[0].Data["spec"].(map[string]any)
	list, _ := spec[values.IncludeKey].([]any)
	var out []manifest.Component
	for _, item := range list {
		if name, ok := item.(string); ok {
			out = append(out, manifest.Component(name))
		}
	}
	return out
}

// told are findings about values that came in the functionConfig without the lines
// of a text that nobody has.
func (r *FunctionResult) told(findings diag.List) diag.List {
	out := findings.Sorted()
	for i := range out {
		if out[i].Pos.File == configName(r.list.Config) {
			out[i].Pos = diag.Position{File: out[i].Pos.File}
		}
	}
	return out
}

// configSource is the text of the functionConfig: that of the file in the current
// folder that says the same, if there is one, so that findings have its lines. What
// Kustomize hands over is written anew, with numbers read and comments gone.
func (a *App) configSource(list *krm.List) (values.Source, error) {
	text, err := krm.Encode(list.ConfigNode)
	if err != nil {
		return values.Source{}, err
	}
	own := values.Source{Name: configName(list.Config), Data: text}
	dir := a.Dir(".")
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return own, nil //nolint:nilerr // the text is there; only its lines are not known
	}
	for _, entry := range entries {
		if ext := path.Ext(entry.Name()); !entry.Type().IsRegular() || ext != ".yaml" && ext != ".yml" {
			continue
		}
		f, err := dir.Open(entry.Name())
		if err != nil {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(f, values.MaxSize))
		_ = f.Close()
		if err == nil && same(list.Config, data) {
			return values.Source{Name: entry.Name(), Data: data}, nil
		}
	}
	return own, nil
}

// same reports whether a text is one document that has the name and the spec of the
// functionConfig.
func same(config *krm.Item, text []byte) bool {
	if !strings.Contains(string(text), values.PlatformKind) {
		return false
	}
	count := 0
	for doc, err := range stream.Documents("", strings.NewReader(string(text))) {
		if count++; err != nil || count > 1 {
			return false
		}
		set, findings := doc.Objects()
		if len(set) != 1 || findings.Has(diag.Error) || set[0].Key() != config.Key() ||
			!reflect.DeepEqual(set[0].Data["spec"], config.Set[0].Data["spec"]) {
			return false
		}
	}
	return count == 1
}

// validationFunction judges the items.
func (a *App) validationFunction(ctx context.Context, req FunctionRequest, out *FunctionResult) error {
	o := VerifyOptions{}
	failOn, findings := validationOptions(out.list.Config, &o, req.FailOn)
	if out.add(failOn, findings); out.Failed {
		return nil
	}
	ignores := ignore.New(Entries())
	out.add(failOn, ignores.Add(req.Ignores...))
	judged, err := a.verifySet(ctx, o, sent(out.list.Items, nil), ignores)
	out.add(failOn, judged)
	return err
}
