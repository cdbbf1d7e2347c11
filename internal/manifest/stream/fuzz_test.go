package stream_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// FuzzObjects: whatever a document holds, Objects does not panic and says the
// same twice; what it reads without an error is what kubectl reads; and every
// place is within the document.
func FuzzObjects(f *testing.F) {
	for _, seed := range []string{
		located, head, head + "a: &x [1, *x]\n", head + "a: &x {b: 1}\nc: {d: 1, <<: *x}\n", head + "a: ! 12\nb: !!binary aGk=\nc: 0777\n? 1.10\n: y\n",
		"{\"apiVersion\": \"v1\", \"kind\": \"X\", \"metadata\": {\"name\": \"x\"}, \"a\": 1.0}", "\ufeff" + head, head + "a: |\n  x\n", head + "a: \"\\x00\\ud800\"\n",
		"apiVersion: v1\nkind: List\nitems: [{a: 1}]\n", head + "a: 1e400\nb: .inf\n", "%YAML 1.1\n", "a: @\n", "--- " + head, head + "a:\n\tb: 1\n",
	} {
		f.Add([]byte(seed))
	}
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(f), "testdata/golden/example-*/want.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for doc, err := range stream.Documents(file, bytes.NewReader(data)) {
			if err != nil {
				f.Fatal(err)
			}
			f.Add(doc.Text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for doc, err := range stream.Documents("f.yaml", bytes.NewReader(text)) {
			if err != nil {
				t.Fatal(err)
			}
			doc.IsManifest()
			doc.Objects()
		}
		doc := stream.Document{File: "f.yaml", Line: 1, Text: text}
		set, findings := doc.Objects()
		again, found := doc.Objects()
		if !reflect.DeepEqual(findings, found) || len(set) != len(again) {
			t.Fatalf("two runs differ:\n%s\n%s", lines(findings), lines(found))
		}
		for _, f := range findings {
			if f.Pos.Line < 1 || f.Pos.Line > strings.Count(string(text), "\n")+1+bytes.Count(text, []byte("\r"))+bytes.Count(text, []byte("\u0085"))+
				bytes.Count(text, []byte("\u2028"))+bytes.Count(text, []byte("\u2029")) || f.Pos.Column < 1 {
				t.Errorf("no such place: %s", f)
			}
		}
		for i, o := range set {
			if !reflect.DeepEqual(o.Data, again[i].Data) || o.Data == nil {
				t.Fatal("two runs differ")
			}
			o.Origin.Field("spec", "a.b", "c", "0")
		}
		if want, err := kubectl(text); err == nil && !findings.Has(diag.Error) && len(set) == 1 && set[0].Data["items"] == nil {
			if m, ok := want.(map[string]any); ok && m["items"] == nil && !reflect.DeepEqual(set[0].Data, m) {
				t.Errorf("got  %#v\nwant %#v", set[0].Data, m)
			}
		}
	})
}
