package krm_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/krm"
)

const head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n"

func read(t *testing.T, text string) *krm.List {
	t.Helper()
	l, findings, err := krm.Read("(stdin)", strings.NewReader(text))
	if err != nil || findings.Has(diag.Error) || l == nil {
		t.Fatalf("%v, %v, %v", l, findings, err)
	}
	return l
}

// TestSource says where items are from, by the annotations of kpt, of older kyaml and of Kustomize, whose paths are made up.
func TestSource(t *testing.T) {
	t.Parallel()
	for annotations, want := range map[string]struct {
		file  string
		index int
		kept  bool
	}{
		"{}":                                  {},
		"{config.kubernetes.io/path: a.yaml}": {"a.yaml", 0, true},
		"{config.kubernetes.io/path: a.yaml, config.kubernetes.io/index: '2'}":                                                          {"a.yaml", 2, true},
		"{internal.config.kubernetes.io/path: b/a.yaml, internal.config.kubernetes.io/index: '1'}":                                      {"b/a.yaml", 1, true},
		"{config.kubernetes.io/path: a.yaml, config.kubernetes.io/index: '-1'}":                                                         {"a.yaml", 0, true},
		"{config.kubernetes.io/path: made-up.yaml, kustomize.config.k8s.io/id: 'kind: ConfigMap'}":                                      {},
		"{config.kubernetes.io/path: made-up.yaml, kustomize.config.k8s.io/id: x, config.kubernetes.io/origin: 'path: ../base/a.yaml'}": {"../base/a.yaml", 0, false},
		"{config.kubernetes.io/origin: \"path: a.yaml\\nrepo: https://example.com/x\\n\"}":                                              {},
	} {
		l := read(t, head+"items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a, annotations: "+annotations+"}}]\n")
		item := l.Items[0]
		if item.File != want.file || item.Index != want.index || item.Kept() != want.kept {
			t.Errorf("%s: file %q, index %d, kept %v; want %v", annotations, item.File, item.Index, item.Kept(), want)
		}
		path, pos := item.Set[0].Origin.Field("data", "a")
		if path != "data.a" || pos != (diag.Position{File: want.file}) || item.Set[0].Origin.Pos.File != want.file {
			t.Errorf("%s: a field is %s at %v", annotations, path, pos)
		}
	}
}

// TestLocal tells what goes to a cluster from what is for tools.
func TestLocal(t *testing.T) {
	t.Parallel()
	for object, want := range map[string]bool{
		"{apiVersion: v1, kind: Service, metadata: {name: a}}":                                                            false,
		"{apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, metadata: {name: a}}":                              false,
		"{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {config.kubernetes.io/local-config: 'true'}}}":  true,
		"{apiVersion: kpt.dev/v1, kind: Kptfile, metadata: {name: a}}":                                                    true,
		"{apiVersion: helm-flink.dev/v1, kind: FlinkPlatform, metadata: {name: a}}":                                       true,
		"{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, metadata: {name: a}}":                         true,
		"{apiVersion: v1, kind: Service, metadata: {name: a, annotations: {config.kubernetes.io/local-config: 'false'}}}": false,
	} {
		if got := read(t, head+"items: ["+object+"]\n").Items[0].Local(); got != want {
			t.Errorf("%s: %v, want %v", object, got, want)
		}
	}
}

func TestTool(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{
		"config.kubernetes.io/index": true, "internal.config.kubernetes.io/id": true, "config.k8s.io/id": true,
		"kustomize.config.k8s.io/id": true, "internal.kpt.dev/upstream-identifier": true,
		"helm-flink.dev/generated-by": false, "kubernetes.io/description": false, "plain": false,
	} {
		if krm.Tool(key) != want {
			t.Errorf("%s: %v, want %v", key, !want, want)
		}
	}
}

// FuzzRead: any input gives a list whose items have objects, or a finding of severity error.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"", "a", "[]", head, head + "items: []\n", head + "items: {}\n", head + "items: [a]\nfunctionConfig: 1\n",
		head + "items: [{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}]}]\n",
		head + "items: [&a {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}, *a]\n",
		head + "items: [{apiVersion: v1, kind: ConfigMap, metadata: &m {name: a}}, {apiVersion: v1, kind: Service, metadata: *m}]\n",
		head + "items: &i [*i]\n", head + "functionConfig: ~\nitems: ~\n", head + "---\n" + head,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l, findings, err := krm.Read("(stdin)", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if l == nil {
			if !findings.Has(diag.Error) {
				t.Fatalf("no list and no error: %v", findings)
			}
			return
		}
		for _, item := range l.Items {
			if len(item.Set) == 0 {
				t.Fatal("an item without an object")
			}
		}
	})
}
