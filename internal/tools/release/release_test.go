package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/clearsign"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

const root = "../../.."

// TestArchive: the order is the files', folders come before what is in them, and nothing is taken from the machine.
func TestArchive(t *testing.T) {
	t.Parallel()
	epoch := time.Unix(1700000000, 0)
	files, err := pluginFiles(root)
	if err != nil {
		t.Fatal(err)
	}
	var sums []string
	for i := range 2 {
		dir := t.TempDir()
		if i == 1 { // other times and modes
			for n := range files {
				content, err := os.ReadFile(files[n].from)
				if err != nil {
					t.Fatal(err)
				}
				files[n].from = filepath.Join(dir, fmt.Sprint(n))
				if err := os.WriteFile(files[n].from, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := writeArchive(filepath.Join(dir, "a.tgz"), "flink", files, epoch); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(filepath.Join(dir, "a.tgz"))
		if err != nil {
			t.Fatal(err)
		}
		sums = append(sums, string(content))
	}
	if sums[0] != sums[1] {
		t.Error("the same files gave other bytes")
	}
	plain, err := gzip.NewReader(strings.NewReader(sums[0]))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for entries := tar.NewReader(plain); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		names = append(names, header.Name)
		if !header.ModTime.Equal(epoch) || header.Uid != 0 || header.Uname != "" {
			t.Errorf("%s: %v of %d %q", header.Name, header.ModTime, header.Uid, header.Uname)
		}
		if program := strings.HasSuffix(header.Name, ".sh") || strings.HasSuffix(header.Name, ".complete"); program && header.Mode != 0o755 {
			t.Errorf("%s has mode %o", header.Name, header.Mode)
		}
	}
	want := []string{"flink/", "flink/plugin.yaml", "flink/LICENSE", "flink/cmd/", "flink/cmd/helm-flink/"}
	if len(names) < len(want) || !slices.Equal(names[:len(want)], want) {
		t.Errorf("order: %q", names)
	}
}

// TestProvenance signs an archive, and reads the signature as Helm does.
func TestProvenance(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files, err := pluginFiles(root)
	if err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(dir, "flink-0.1.0-linux-amd64.tgz")
	if err := writeArchive(archive, "flink", files, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	s, err := newSigner("", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.provenance(archive, "0.1.0"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(archive + ".prov")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := clearsign.Decode(text)
	if block == nil {
		t.Fatalf("no signed text:\n%s", text)
	}
	if _, err := openpgp.CheckDetachedSignature(openpgp.EntityList{s.entity}, bytes.NewReader(block.Bytes), block.ArmoredSignature.Body, nil); err != nil {
		t.Error(err)
	}
	metadata, sums, ok := strings.Cut(string(block.Plaintext), "\n...\n")
	if !ok || !strings.Contains(metadata, "name: flink\n") || !strings.Contains(sums, "flink-0.1.0-linux-amd64.tgz: sha256:") ||
		!strings.Contains(sums, "flink-0.1.0.tgz: sha256:") {
		t.Errorf("signed:\n%s", block.Plaintext)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{}, {"publish"}, {"build", "-platforms", "plan9/amd64"}, {"build", "-tag", "v9.9.9"}, {"build", "-epoch", "today"},
		{"build", "-platforms", "linux/amd64", "-key", "no-such-file"}, {"push", "-to", "https://example.com"},
		{"push", "-to", "oci://127.0.0.1:1/charts", "-out", t.TempDir()},
	} {
		if len(args) > 1 {
			args = append(args, "-root", root)
		}
		if err := run(context.Background(), args, io.Discard, func(string) string { return "" }); err == nil {
			t.Errorf("taken: %q", args)
		}
	}
}

func TestDiffering(t *testing.T) {
	t.Parallel()
	got := differing(map[string]string{"a": "1", "b": "2", "c": "3"}, map[string]string{"a": "1", "b": "x", "d": "4"})
	if !slices.Equal(got, []string{"b", "c", "d"}) {
		t.Errorf("differing: %q", got)
	}
}

// TestDockerfile reads the definition of the images with BuildKit's own parser and linter. No image is built here.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := parser.Parse(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	lint := linter.New(&linter.Config{Warn: func(rule, description, _, text string, place []parser.Range) {
		t.Errorf("line %v: %s: %s (%s)", place, rule, text, description)
	}})
	stages, arguments, err := instructions.Parse(tree.AST, lint)
	if err != nil {
		t.Fatal(err)
	}
	if len(stages) != 2 || stages[0].Name != "fn" || stages[1].Name != "ci" {
		t.Fatalf("stages: %+v", stages)
	}
	if len(arguments) != 2 {
		t.Errorf("arguments: %v", arguments)
	}
	for _, warning := range tree.Warnings {
		t.Errorf("line %v: %s", warning.Location, warning.Short)
	}
	for _, stage := range stages {
		checkStage(t, stage)
	}
}

// checkStage: nobody's user, an entry point without a shell, and the archive under the name that it has.
func checkStage(t *testing.T, stage instructions.Stage) {
	t.Helper()
	seen := map[string]bool{}
	for _, command := range stage.Commands {
		seen[command.Name()] = true
		switch c := command.(type) {
		case *instructions.AddCommand:
			want := "helm-flink_${VERSION}_${TARGETOS}_${TARGETARCH}.tgz"
			if !slices.Equal(c.SourcePaths, []string{want}) || c.DestPath != "/opt/helm-plugins/flink/" {
				t.Errorf("%s adds %v to %s", stage.Name, c.SourcePaths, c.DestPath)
			}
		case *instructions.UserCommand:
			if c.User != "65532:65532" {
				t.Errorf("%s runs as %s", stage.Name, c.User)
			}
		case *instructions.EntrypointCommand:
			if c.PrependShell || c.CmdLine[0] != "/opt/helm-plugins/flink/bin/helm-flink" {
				t.Errorf("%s starts %q", stage.Name, c.CmdLine)
			}
		}
	}
	for _, name := range []string{"ADD", "USER", "ENTRYPOINT"} {
		if !seen[name] && !seen[strings.ToLower(name)] {
			t.Errorf("%s has no %s: %v", stage.Name, name, seen)
		}
	}
}
