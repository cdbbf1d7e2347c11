package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// inspected is what one document came to.
type inspected struct {
	units    []verify.Unit
	findings diag.List
}

// inspection reads manifests as streams: one goroutine cuts documents, as many
// as there are processors parse and check them, and what they came to is kept
// in the order of the input. A document's text is dropped when its objects are
// checked, but for what the rules need of them.
type inspection struct {
	verifier *verify.Verifier
	// values gets the files that hold values, in order.
	values []values.Source
	parts  []inspected
}

// piece is one document on its way to a part.
type piece struct {
	doc stream.Document
	to  int
}

// all is what the whole input came to.
func (in *inspection) all() inspected {
	var out inspected
	for _, part := range in.parts {
		out.units = append(out.units, part.units...)
		out.findings = append(out.findings, part.findings...)
	}
	return out
}

// read inspects every document of the files; "-" is standard input.
func (in *inspection) read(ctx context.Context, a *App, files []string) error {
	workers := runtime.GOMAXPROCS(0)
	pieces := make(chan piece, 2*workers)
	results := make(chan struct {
		inspected
		to int
	}, 2*workers)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(pieces)
		return in.cut(ctx, a, files, pieces)
	})
	checkers, _ := errgroup.WithContext(ctx)
	for range workers {
		checkers.Go(func() error {
			for p := range pieces {
				results <- struct {
					inspected
					to int
				}{in.inspect(p.doc), p.to}
			}
			return nil
		})
	}
	group.Go(func() error {
		defer close(results)
		return checkers.Wait()
	})
	var parts []inspected
	for r := range results {
		if r.to >= len(parts) {
			parts = append(parts, make([]inspected, r.to+1-len(parts))...)
		}
		parts[r.to] = r.inspected
	}
	in.parts = append(in.parts, parts...)
	return group.Wait()
}

// cut sends the documents of the files on. A file whose first document is no
// manifest holds values and is kept whole.
func (in *inspection) cut(ctx context.Context, a *App, files []string, to chan<- piece) error {
	n := 0
	for _, name := range files {
		if err := in.cutFile(a, name, func(doc stream.Document) error {
			select {
			case to <- piece{doc, n}:
				n++
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}); err != nil {
			return fmt.Errorf("read manifests: %w", err)
		}
	}
	return nil
}

func (in *inspection) cutFile(a *App, name string, send func(stream.Document) error) (err error) {
	f, err := a.Open(name)
	if err != nil {
		return err
	}
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	whole, documents := &recorder{from: f, on: true}, 0
	for doc, err := range stream.Documents(shownName(name), whole) {
		if err != nil {
			return err
		}
		documents++
		if whole.on && !doc.IsManifest() {
			if _, err := io.Copy(io.Discard, io.LimitReader(whole, values.MaxSize+1)); err != nil {
				return err
			}
			in.values = append(in.values, values.Source{Name: shownName(name), Data: whole.text})
			return nil
		}
		whole.on, whole.text = false, nil
		if err := send(doc); err != nil {
			return err
		}
	}
	if documents == 0 && name == "-" {
		return errNothingPiped
	}
	return nil
}

// errNothingPiped is an empty standard input: the program in front of the pipe has
// failed, which a shell without pipefail does not say, and what it should have
// written must not count as good.
var errNothingPiped = errors.New("standard input has no document: what stands in front of the pipe failed, or made nothing")

// recorder keeps what is read through it while it is on.
type recorder struct {
	from io.Reader
	on   bool
	text []byte
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	if r.on {
		r.text = append(r.text, p[:n]...)
	}
	return n, err
}

func (in *inspection) inspect(doc stream.Document) inspected {
	objects, findings := doc.Objects()
	out := inspected{findings: findings}
	for _, o := range objects {
		if key := o.Key(); key.APIVersion == values.APIVersion && key.Kind == ValidationKind {
			continue // it is for fn, and goes to no cluster
		}
		unit, more := in.verifier.InspectAlone(o)
		out.units = append(out.units, unit)
		out.findings = append(out.findings, more...)
	}
	return out
}

// shownName is how messages call an input.
func shownName(name string) string {
	if name == "-" {
		return "(stdin)"
	}
	return name
}

// readCRDs reads the CustomResourceDefinitions in files and directories; other
// objects in them are left out.
func (a *App) readCRDs(names []string) (manifest.Set, diag.List, error) {
	files, err := a.expand(names)
	if err != nil {
		return nil, nil, err
	}
	var crds manifest.Set
	var findings diag.List
	for _, name := range files {
		f, err := a.Open(name)
		if err != nil {
			return nil, nil, fmt.Errorf("read CRDs: %w", err)
		}
		for doc, err := range stream.Documents(name, io.Reader(f)) {
			if err != nil {
				_ = f.Close()
				return nil, nil, fmt.Errorf("read CRDs: %w", err)
			}
			objects, more := doc.Objects()
			findings = append(findings, more...)
			crds = append(crds, slices.DeleteFunc(objects, func(o manifest.Object) bool {
				return o.Key().Kind != "CustomResourceDefinition"
			})...)
		}
		if err := f.Close(); err != nil {
			return nil, nil, fmt.Errorf("read CRDs: %w", err)
		}
	}
	return crds, findings, nil
}

// expand turns names of files, directories and patterns into names of files.
func (a *App) expand(names []string) ([]string, error) {
	var files []string
	for _, name := range names {
		if name == "-" {
			files = append(files, name)
			continue
		}
		found, err := a.Files(name)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	return files, nil
}
