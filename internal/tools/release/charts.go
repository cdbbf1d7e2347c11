package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// charts packages the charts. Helm decides what belongs to each; what it packed is packed again, since it writes the time of day.
func (r *release) charts(ctx context.Context, source, out string) error {
	found, err := filepath.Glob(filepath.Join(source, "charts", "*", "Chart.yaml"))
	if err != nil || len(found) == 0 {
		return fmt.Errorf("no charts: %w", err)
	}
	for _, chart := range found {
		if err := r.chart(ctx, filepath.Dir(chart), out); err != nil {
			return fmt.Errorf("chart %s: %w", filepath.Base(filepath.Dir(chart)), err)
		}
	}
	return nil
}

func (r *release) chart(ctx context.Context, chart, out string) error {
	dir, err := os.MkdirTemp("", "helm-flink-chart-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if _, err := output(ctx, chart, r.helm, "package", chart, "--destination", dir); err != nil {
		return err
	}
	packages, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(packages) != 1 {
		return fmt.Errorf("helm package made %v: %w", packages, err)
	}
	files, err := unpack(packages[0], filepath.Join(dir, "files"))
	if err != nil {
		return err
	}
	return writeArchive(filepath.Join(out, filepath.Base(packages[0])), "", files, r.epoch)
}

// unpack unpacks an archive and returns its files by name, but for Chart.yaml, which comes first as in Helm's own.
func unpack(archive, dir string) ([]file, error) {
	packed, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer func() { _ = packed.Close() }()
	plain, err := gzip.NewReader(packed)
	if err != nil {
		return nil, err
	}
	var files []file
	for entries := tar.NewReader(plain); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if header.Typeflag != tar.TypeReg || !filepath.IsLocal(header.Name) {
			return nil, fmt.Errorf("%s is no file of a chart", header.Name)
		}
		content, err := io.ReadAll(entries)
		if err != nil {
			return nil, err
		}
		one := file{name: header.Name, from: filepath.Join(dir, filepath.FromSlash(header.Name)), mode: 0o644}
		if err := os.MkdirAll(filepath.Dir(one.from), 0o755); err != nil {
			return nil, err
		}
		if err := os.WriteFile(one.from, content, 0o644); err != nil {
			return nil, err
		}
		files = append(files, one)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(rank(a.name), rank(b.name)) })
	return files, nil
}

func rank(name string) string {
	if strings.Count(name, "/") == 1 && strings.HasSuffix(name, "/Chart.yaml") {
		return ""
	}
	return name
}

// push pushes the charts of a release, each with its signature, as OCI artifacts: <to>/<chart>:<version>.
func (r *release) push(ctx context.Context, to string, plain bool) error {
	if !strings.HasPrefix(to, "oci://") {
		return fmt.Errorf("-to %q: oci://HOST/PATH is wanted", to)
	}
	if r.out == "" {
		r.out = filepath.Join(r.root, "dist")
	}
	pushed := 0
	charts, err := filepath.Glob(filepath.Join(r.root, "charts", "*", "Chart.yaml"))
	if err != nil {
		return err
	}
	for _, chart := range charts {
		name := filepath.Base(filepath.Dir(chart))
		archives, err := filepath.Glob(filepath.Join(r.out, name+"-[0-9]*.tgz"))
		if err != nil || len(archives) != 1 {
			return fmt.Errorf("%s: want one archive of %s, found %v: run release build first", r.out, name, archives)
		}
		if _, err := os.Stat(archives[0] + ".prov"); err != nil {
			return fmt.Errorf("%s is not signed: %w", name, err)
		}
		args := []string{"push", archives[0], to}
		if plain {
			args = append(args, "--plain-http")
		}
		if _, err := output(ctx, r.out, r.helm, args...); err != nil {
			return err
		}
		r.say("pushed %s to %s", filepath.Base(archives[0]), to)
		pushed++
	}
	if pushed == 0 {
		return errors.New("no charts to push")
	}
	return nil
}
