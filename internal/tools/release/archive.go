package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"time"
)

// file is a file of an archive: its name there, where its content is, and its mode.
type file struct {
	name, from string
	mode       int64
}

// writeArchive writes a .tgz that hangs on nothing but its files: in their order, of one time, of nobody, below a folder if one
// is named. Folders are entries too, since Helm 3 makes none by itself.
func writeArchive(target, folder string, files []file, epoch time.Time) (err error) {
	out, err := os.Create(target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	packed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(packed)
	made := []string{}
	for _, one := range files {
		name := path.Join(folder, one.name)
		for _, parent := range parents(name) {
			if slices.Contains(made, parent) {
				continue
			}
			made = append(made, parent)
			header := &tar.Header{Typeflag: tar.TypeDir, Name: parent + "/", Mode: 0o755, ModTime: epoch, Format: tar.FormatUSTAR}
			if err := archive.WriteHeader(header); err != nil {
				return err
			}
		}
		if err := add(archive, name, one, epoch); err != nil {
			return err
		}
	}
	return errors.Join(archive.Close(), packed.Close())
}

func add(archive *tar.Writer, name string, one file, epoch time.Time) error {
	content, err := os.Open(one.from)
	if err != nil {
		return err
	}
	defer func() { _ = content.Close() }()
	info, err := content.Stat()
	if err != nil {
		return err
	}
	header := &tar.Header{
		Typeflag: tar.TypeReg, Name: name, Size: info.Size(), Mode: one.mode, ModTime: epoch, Format: tar.FormatUSTAR,
	}
	if err := archive.WriteHeader(header); err != nil {
		return err
	}
	_, err = io.Copy(archive, content)
	return err
}

// parents are the folders that a file is in, the outermost first.
func parents(name string) []string {
	folder := path.Dir(name)
	if folder == "." {
		return nil
	}
	return append(parents(folder), folder)
}
