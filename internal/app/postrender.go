package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/app/ignore"
	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/overlay"
	"github.com/helm-flink/helm-flink/internal/spec"
)

// helmFile is the annotation by which Helm 4 finds the template of an object again
// after a post-renderer (helm v4.3.1, pkg/action/action.go, filenameAnnotation).
const helmFile = "postrenderer.helm.sh/postrender-filename"

// PostRenderRequest is what a chart made, and what is to be done with it. Of the
// request Overlays, FailOn, Ignores, Found and SkipVerify count.
type PostRenderRequest struct {
	Request
	// Input has the chart's manifests; "-" is standard input.
	Input string
	VerifyOptions
}

// PostRendered is what came of it. With Failed, the text is not to be used.
type PostRendered struct {
	Findings diag.List
	Failed   bool
	Text     []byte
}

// PostRender judges the manifests of any chart, and applies overlays to them. What
// no overlay changes goes out as it came in, byte for byte, in its order.
func (a *App) PostRender(ctx context.Context, req PostRenderRequest) (PostRendered, error) {
	text, err := a.readWhole(req.Input)
	if err != nil {
		return PostRendered{}, fmt.Errorf("read the chart's manifests: %w", err)
	}
	p := postRender{failOn: req.FailOn, ignores: ignore.New(Entries())}
	p.add(append(p.ignores.Add(req.Ignores...), req.Found...))
	chart, findings, err := readRendered(shownName(req.Input), text)
	if p.add(findings); err != nil || p.Failed {
		return p.PostRendered, err
	}
	set := chart.set()
	if len(req.Overlays) > 0 {
		if set, err = p.overlay(ctx, set, req.Overlays); err != nil || p.Failed {
			return p.PostRendered, err
		}
		if text, err = chart.with(set); err != nil {
			return p.PostRendered, err
		}
	}
	if !req.SkipVerify {
		judged, err := a.verifySet(ctx, req.VerifyOptions, chart.blamed(set), p.ignores)
		if err != nil {
			return p.PostRendered, err
		}
		p.Findings = append(p.Findings, judged...).Sorted()
		p.Failed = p.Failed || judged.Has(req.FailOn)
	}
	p.Text = text
	return p.PostRendered, nil
}

// postRender is one run.
type postRender struct {
	PostRendered
	failOn  diag.Severity
	ignores *ignore.Set
}

// add takes the findings that are not ignored.
func (p *postRender) add(findings diag.List) {
	findings = p.ignores.Filter(findings)
	p.Findings = append(p.Findings, findings...).Sorted()
	p.Failed = p.Failed || findings.Has(p.failOn)
}

// overlay applies the overlays in their order.
func (p *postRender) overlay(ctx context.Context, set manifest.Set, dirs []string) (manifest.Set, error) {
	for _, dir := range dirs {
		out, findings, err := overlay.Apply(ctx, set, dir, overlay.Options{Relocate: spec.Relocate})
		if p.add(findings); err != nil || p.Failed {
			return nil, err
		}
		set = out
	}
	return set, nil
}

// renderedDoc is one document of a chart's output, with the objects in it.
type renderedDoc struct {
	text   []byte
	set    manifest.Set
	source string // the template that it is from, "" if that is not known
}

// rendered is a chart's output.
type rendered []renderedDoc

func readRendered(name string, text []byte) (rendered, diag.List, error) {
	var out rendered
	var findings diag.List
	for doc, err := range stream.Documents(name, bytes.NewReader(text)) {
		if err != nil {
			return nil, nil, fmt.Errorf("read the chart's manifests: %w", err)
		}
		set, found := doc.Objects()
		findings = append(findings, found...)
		out = append(out, renderedDoc{text: doc.Text, set: set, source: sourceOf(doc.Text)})
	}
	return out, findings, nil
}

// set has all objects but the hooks of a name that is there again, as an object of the
// release, such as the ServiceAccount of a hook, or as another hook, such as a Job before
// an install and one before an upgrade: Helm makes one after the other, and they go
// through untouched.
func (r rendered) set() manifest.Set {
	var all, out manifest.Set
	count := map[manifest.Key]int{}
	for _, doc := range r {
		all = append(all, doc.set...)
	}
	for _, o := range all {
		count[o.Key()]++
	}
	for _, o := range all {
		if krm.Annotation(o, chart.HookAnnotation) == "" || count[o.Key()] == 1 {
			out = append(out, o)
		}
	}
	return out
}

// blamed are objects with their templates as their place, without lines, which would
// be those of the output; where the template is not known the output is their place.
func (r rendered) blamed(set manifest.Set) manifest.Set {
	sources := map[diag.Position]string{}
	for _, doc := range r {
		for _, o := range doc.set {
			sources[o.Origin.Pos] = doc.source
			if doc.source == "" {
				sources[o.Origin.Pos] = krm.Annotation(o, helmFile)
			}
		}
	}
	out := slices.Clone(set)
	for i, o := range out {
		source, locate := sources[o.Origin.Pos], o.Origin.Locate
		if source == "" {
			continue
		}
		at := diag.Position{File: source}
		out[i].Origin.Pos = at
		out[i].Origin.Locate = func(field []string) (string, diag.Position) {
			path, pos := locate(field)
			if pos.Overlay != "" {
				return path, pos
			}
			return path, at
		}
	}
	return out
}

// with writes the objects as they are now: a document of which nothing changed as it
// came, the others anew below the comments that they start with, what was added at
// the end, and namespaces and definitions among it at the beginning.
func (r rendered) with(set manifest.Set) ([]byte, error) {
	now := map[diag.Position]manifest.Object{}
	var first, last manifest.Set
	known := map[diag.Position]bool{}
	for _, o := range r.set() {
		known[o.Origin.Pos] = true
	}
	for _, o := range set {
		switch {
		case known[o.Origin.Pos]:
			now[o.Origin.Pos] = o
		case slices.Contains([]string{"Namespace", "CustomResourceDefinition"}, o.Key().Kind):
			first = append(first, o)
		default:
			last = append(last, o)
		}
	}
	var b bytes.Buffer
	if err := writeDocuments(&b, "", first); err != nil {
		return nil, err
	}
	for _, doc := range r {
		var changed manifest.Set
		same := true
		for _, before := range doc.set {
			after, ok := now[before.Origin.Pos]
			if !known[before.Origin.Pos] {
				after, ok = before, true
			}
			if ok {
				changed = append(changed, after)
			}
			same = same && ok && reflect.DeepEqual(before.Data, after.Data)
		}
		if same {
			b.WriteString("---\n")
			b.Write(doc.text)
			if !bytes.HasSuffix(doc.text, []byte("\n")) {
				b.WriteByte('\n')
			}
			continue
		}
		if err := writeDocuments(&b, leadingComments(doc.text), changed); err != nil {
			return nil, err
		}
	}
	err := writeDocuments(&b, "", last)
	return b.Bytes(), err
}

func writeDocuments(w io.Writer, comments string, set manifest.Set) error {
	for i := range set {
		if _, err := io.WriteString(w, "---\n"+comments); err != nil {
			return fmt.Errorf("write objects: %w", err)
		}
		if err := emit.WriteStream(w, set[i:i+1]); err != nil {
			return err
		}
	}
	return nil
}

// leadingComments are the lines of comments that a document starts with.
func leadingComments(text []byte) string {
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			break
		}
		b.WriteString(line)
	}
	return b.String()
}

// sourceOf is the template that Helm 3 names in the comment above an object.
func sourceOf(text []byte) string {
	found := regexp.MustCompile(`(?m)^# Source: (\S.*?)\s*$`).FindStringSubmatch(leadingComments(text))
	if found == nil {
		return ""
	}
	return found[1]
}
