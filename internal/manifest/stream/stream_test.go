package stream_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
)

// documents cuts a text that cannot fail to be read.
func documents(t testing.TB, text string) []stream.Document {
	t.Helper()
	var docs []stream.Document
	for doc, err := range stream.Documents("f.yaml", strings.NewReader(text)) {
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	return docs
}

// read returns the objects of all documents of a text, and the findings.
func read(t testing.TB, text string) (manifest.Set, diag.List) {
	t.Helper()
	var set manifest.Set
	var findings diag.List
	for _, doc := range documents(t, text) {
		objects, found := doc.Objects()
		set, findings = append(set, objects...), append(findings, found...)
	}
	return set, findings
}

func lines(findings diag.List) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string // line and text of each
	}{
		{"nothing", "", nil},
		{"comments", "# a\n\n  # b\n---\n---\n# c", nil},
		{"one", "a: 1\n", []string{"1 a: 1\n"}},
		{"without newline", "a: 1", []string{"1 a: 1"}},
		{"two", "a: 1\n---\nb: 2\n", []string{"1 a: 1\n", "3 b: 2\n"}},
		{"empty between", "---\n---\n# x\n---\na: 1\n---\n", []string{"5 a: 1\n"}},
		{"comments stay", "\n\n# helm\n\na: 1\n", []string{"3 # helm\n\na: 1\n"}},
		{"comment behind the marker", "--- # Source: x.yaml\na: 1\n", []string{"2 a: 1\n"}},
		{"text behind the marker", "a: 1\n--- {b: 2}\n", []string{"1 a: 1\n", "2 --- {b: 2}\n"}},
		{"tab behind the marker", "---\t\na: 1\n", []string{"2 a: 1\n"}},
		{"not a marker", "---a: 1\n ---\n", []string{"1 ---a: 1\n ---\n"}},
		{"in a block scalar", "a: |\n  ---\n---\nb: 1\n", []string{"1 a: |\n  ---\n", "4 b: 1\n"}},
		{"CRLF", "a: 1\r\n---\r\nb: 2\r\n", []string{"1 a: 1\r\n", "3 b: 2\r\n"}},
		{"end", "a: 1\n...\n---\nb: 2\n...\n", []string{"1 a: 1\n", "4 b: 2\n"}},
		{"end and more", "a: 1\n...\nb: 2\n", []string{"1 a: 1\n", "3 b: 2\n"}},
		{"byte order mark", "\ufeff---\na: 1\n---\n\ufeffb: 2\n", []string{"2 a: 1\n", "4 b: 2\n"}},
		{"JSON", "{\"a\": 1}\n", []string{"1 {\"a\": 1}\n"}},
		{"JSON values", "{\"a\": \"}{\\\"\"}\n{\"b\": [{}]}{\"c\": 1}", []string{"1 {\"a\": \"}{\\\"\"}\n", "2 {\"b\": [{}]}", "2 {\"c\": 1}"}},
		{"JSON and a marker", "{\"a\": 1}\n---\n{\"b\": 1}\n", []string{"1 {\"a\": 1}\n", "3 {\"b\": 1}\n"}},
		{"flow, not JSON", "{a: 1}\n{b: 1}\n", []string{"1 {a: 1}\n{b: 1}\n"}},
		{"long comment", "# " + strings.Repeat("x", 100_000) + "\n", nil},
		{"long separator", "---" + strings.Repeat(" ", 100_000) + "# c " + strings.Repeat("x", 100_000) + "\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []io.Reader{strings.NewReader(c.text), iotest.OneByteReader(strings.NewReader(c.text))} {
				var got []string
				for doc, err := range stream.Documents("f.yaml", in) {
					if err != nil || doc.File != "f.yaml" {
						t.Fatal(doc.File, err)
					}
					got = append(got, fmt.Sprintf("%d %s", doc.Line, doc.Text))
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("got %q, want %q", got, c.want)
				}
			}
		})
	}
}

func TestDocumentsStop(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"a: 1\n---\nb: 1\n...\n{}\n", "{}{}{}", "a: 1\n...\nb: 1\n", "a: 1"} {
		for doc, err := range stream.Documents("f", strings.NewReader(text)) {
			if doc.Line != 1 || err != nil {
				t.Errorf("%q: got %v, %v", text, doc, err)
			}
			break
		}
	}
	broken := errors.New("broken pipe")
	var last error
	count := 0
	for _, err := range stream.Documents("f", io.MultiReader(strings.NewReader("a: 1\n---\nb: 1\n"), iotest.ErrReader(broken))) {
		count, last = count+1, err
	}
	if count != 2 || !errors.Is(last, broken) || !strings.Contains(fmt.Sprint(last), "read f: ") {
		t.Errorf("got %d, %v", count, last)
	}
}

func TestIsManifest(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"apiVersion: v1\nkind: Pod\n":                     true,
		"# c\n\n  kind: Pod\n  apiVersion: v1\n":          true,
		"\"apiVersion\": v1 # c\n'kind' : \"Pod\"\r\n":    true,
		"{\"apiVersion\": \"v1\", \"kind\": \"Pod\"}":     true,
		"{apiVersion: v1, kind: Pod}":                     true,
		"{\"apiVersion\": \"v1\", \"kind\": \"Pod\"":      true,
		"--- {apiVersion: v1, kind: Pod}\n":               true,
		"apiVersion: v1\nkind: Pod\nmetadata: {name: [\n": true,
		"kind: Pod\n":                                                                 false,
		"apiVersion: v2\nname: chart\n":                                               false,
		"apiVersion: v1\nkind:\n":                                                     false,
		"a:\n  apiVersion: v1\n  kind: Pod\n":                                         false,
		"apiVersion: helm-flink.dev/v1\nkind: FlinkPlatform\n":                        false,
		"{\"kind\": \"FlinkPlatform\", \"apiVersion\": \"helm-flink.dev/v1\"}":        false,
		"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n":          false,
		"platform: {name: flink}\n":                                                   false,
		"- apiVersion: v1\n  kind: Pod\n":                                             false,
		"kind: FlinkDeployment\nmetadata: {name: x}\nspec: {}\n":                      true,
		"{\"kind\": \"Pod\", \"metadata\": {}}":                                       true,
		"apiVersion: v1\nmetadata:\n  name: x\n":                                      true,
		"kind: Kustomization\nmetadata: {name: x}\n":                                  false,
		"kind: FlinkPlatform\nmetadata: {name: x}\n":                                  false,
		"metadata: {name: x}\n":                                                       false,
		"text":                                                                        false,
		"apiVersion: flink.apache.org/v1beta1\nkind: FlinkDeployment\nspec: {a: {b\n": true,
	} {
		if got := (stream.Document{Text: []byte(text)}).IsManifest(); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
