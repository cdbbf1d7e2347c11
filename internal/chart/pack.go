package chart

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"path"

	"helm.sh/helm/v3/pkg/chart/loader"
)

// Pack gives a source as a packaged chart (.tgz): the archive itself, or the files
// of the directory that Helm would take, byte for byte the same each time.
func Pack(s Source) ([]byte, error) {
	if s.Dir == nil {
		return s.Archive, nil
	}
	files, err := readDir(s.Dir)
	if err != nil {
		return nil, fmt.Errorf("chart %q: %w", s.Name, err)
	}
	c, err := loader.LoadFiles(files)
	if err != nil {
		return nil, fmt.Errorf("chart %q: %w", s.Name, err)
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	archive := tar.NewWriter(zip)
	for _, f := range files {
		header := &tar.Header{Name: path.Join(c.Name(), f.Name), Mode: 0o644, Size: int64(len(f.Data)), Format: tar.FormatPAX}
		if err = archive.WriteHeader(header); err == nil {
			_, err = archive.Write(f.Data)
		}
		if err != nil {
			break
		}
	}
	if err := errors.Join(err, archive.Close(), zip.Close()); err != nil {
		return nil, fmt.Errorf("chart %q: %w", s.Name, err)
	}
	return out.Bytes(), nil
}
