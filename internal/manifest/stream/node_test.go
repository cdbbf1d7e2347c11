package stream_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
)

// TestResourceList: its items are of any kinds, and lend none to an item without one, as typed lists do.
func TestResourceList(t *testing.T) {
	t.Parallel()
	const text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n" +
		"- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {metadata: {name: b}}\n"
	set, findings := documents(t, text)[0].Objects()
	if len(set) != 1 || len(findings) != 2 || findings[0].Code != diag.CodeManifestIdentity || findings[0].Pos.Line != 5 {
		t.Errorf("%v, %v", set, findings)
	}
}

// TestNode: a document's nodes have their comments; what cannot be parsed is a finding.
func TestNode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"# why\na: b # here\n": "", "a: [\n": "FLK022", "a: \x00\n": "FLK023", "{a: *b}\n": "FLK022",
	} {
		for doc, err := range stream.Documents("f.yaml", strings.NewReader(text)) {
			if err != nil {
				t.Fatal(err)
			}
			top, findings := doc.Node()
			if want == "" && (top == nil || top.Content[1].LineComment != "# here" || len(findings) > 0) {
				t.Errorf("%q: %v, %v", text, top, findings)
			}
			if want != "" && (top != nil || len(findings) != 1 || string(findings[0].Code) != want) {
				t.Errorf("%q: %v, %v", text, top, findings)
			}
		}
	}
}
