package chart_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/helm-flink/helm-flink/internal/chart"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// files is a chart (or several) as path → content.
type files map[string]string

func (f files) fs() fstest.MapFS {
	out := fstest.MapFS{}
	for name, text := range f {
		out[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
	}
	return out
}

const meta = "apiVersion: v2\nname: demo\nversion: 0.1.0\n"

// demo is a small chart with all that Render must treat apart.
func demo() files {
	return files{
		"demo/Chart.yaml":  meta,
		"demo/values.yaml": "size: 1\nlabels: {a: b}\ndrop: {x: y}\n",
		"demo/values.schema.json": `{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
			"additionalProperties": false, "properties": {"size": {"type": "integer"}, "labels": {"type": "object"},
			"drop": {}, "token": {"type": "string", "pattern": "^[a-z]+$"}, "fail": {}, "tpl": {},
			"nested": {"type": "object", "properties": {"deep": {"type": "integer"}}}}}`,
		"demo/templates/_helpers.tpl": `{{ define "demo.name" }}{{ .Release.Name }}-x{{ end }}`,
		"demo/templates/NOTES.txt":    "not: an object {{ .Values.size }}",
		"demo/templates/empty.yaml":   "{{ if false }}x{{ end }}\n---\n# only a comment\n---\n",
		"demo/templates/b.yaml": `
{{- if .Values.fail }}{{ fail "no: a and b exclude each other" }}{{ end }}
{{- if .Values.tpl }}{{ tpl .Values.tpl . }}{{ end -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "demo.name" . }}
  namespace: {{ .Release.Namespace }}
  labels: {{- toYaml .Values.labels | nindent 4 }}
data:
  kube: {{ .Capabilities.KubeVersion.Version | quote }}
  how: {{ printf "%s/%v/%v/%v" .Release.Service .Release.IsInstall .Release.IsUpgrade .Release.Revision }}
  drop: {{ .Values.drop | toJson | quote }}
  lookup: {{ lookup "v1" "Namespace" "" "" | toJson | quote }}
  text: |
    a
    ---
    b
--- # the next
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: s}}
- {apiVersion: example.com/v1, kind: Thing, metadata: {name: t}, spec: {size: {{ .Values.size }}, big: 9007199254740993, f: 1.5}}
`,
		"demo/templates/a.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: ns}\n",
		"demo/templates/tests/t.yaml": "apiVersion: v1\nkind: Pod\nmetadata:\n  name: t\n" +
			"  annotations: {helm.sh/hook: test}\n",
		"demo/templates/hook.yaml": "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: h\n" +
			"  annotations: {helm.sh/hook: 'post-delete, pre-install'}\n",
		"demo/crds/y.yaml":    "kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\nmetadata: {name: yy}\n",
		"demo/crds/x.yml":     "kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\nmetadata: {name: x}\n",
		"demo/crds/README.md": "no manifest",
	}
}

func render(t *testing.T, f files, u chart.Unit) manifest.Set {
	t.Helper()
	set, list, err := chart.New(f.fs(), chart.Target{KubeVersion: "1.33"}).Render(t.Context(), u)
	if err != nil || len(list) > 0 {
		t.Fatalf("render: %v %v", err, list)
	}
	return set
}

func names(set manifest.Set) []string {
	var out []string
	for _, o := range set {
		out = append(out, o.Key().String())
	}
	return out
}

func TestRender(t *testing.T) {
	t.Parallel()
	pos := diag.Position{File: "flink.yaml", Line: 3, Column: 5}
	values := map[string]any{"labels": map[string]any{"c": "d"}, "drop": nil, "size": int64(7)}
	before := map[string]any{"labels": map[string]any{"c": "d"}, "drop": nil, "size": int64(7)}
	set := render(t, demo(), chart.Unit{
		Chart: "demo", Release: "rel", Namespace: "team", Component: manifest.Jobs, Values: values,
		Blame: func(k manifest.Key) manifest.Origin {
			if k.Kind == "Thing" {
				return manifest.Origin{Path: "jobs.t", Pos: pos}
			}
			return manifest.Origin{}
		},
	})
	want := []string{"Namespace ns", "Secret s", "ConfigMap team/rel-x", "Job h", "Thing t"}
	if got := names(set); !slices.Equal(got, want) {
		t.Fatalf("objects %q, want %q", got, want)
	}
	if !reflect.DeepEqual(values, before) {
		t.Errorf("the caller's values were changed: %v", values)
	}
	data := set[2].Data["data"].(map[string]any)
	for key, want := range map[string]any{
		"kube": "v1.33.0", "how": "Helm/true/false/1", "drop": "null", "lookup": "{}", "text": "a\n---\nb\n",
	} {
		if data[key] != want {
			t.Errorf("data.%s = %#v, want %#v", key, data[key], want)
		}
	}
	labels := set[2].Data["metadata"].(map[string]any)["labels"]
	if want := map[string]any{"a": "b", "c": "d"}; !reflect.DeepEqual(labels, want) {
		t.Errorf("labels %v, want %v", labels, want)
	}
	spec := set[4].Data["spec"]
	if want := map[string]any{"size": int64(7), "big": int64(9007199254740993), "f": 1.5}; !reflect.DeepEqual(spec, want) {
		t.Errorf("spec %#v, want %#v", spec, want)
	}
	if want := (manifest.Origin{Component: manifest.Jobs, Path: "jobs.t", Pos: pos}); !set[4].Origin.Equal(want) {
		t.Errorf("origin %+v, want %+v", set[4].Origin, want)
	}
	if want := (manifest.Origin{Component: manifest.Jobs}); !set[0].Origin.Equal(want) {
		t.Errorf("origin %+v, want %+v", set[0].Origin, want)
	}
}

func TestCRDs(t *testing.T) {
	t.Parallel()
	set, err := chart.New(demo().fs(), chart.Target{}).CRDs(chart.Unit{Chart: "demo"})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"CustomResourceDefinition x", "CustomResourceDefinition yy"}
	if got := names(set); !slices.Equal(got, want) || set[0].Origin.Component != manifest.CRDs {
		t.Errorf("got %q of %+v, want %q", got, set[0].Origin, want)
	}
	if _, err := chart.New(demo().fs(), chart.Target{}).CRDs(chart.Unit{Chart: "nope"}); err == nil {
		t.Error("no error for a chart that is not there")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	owner := manifest.Origin{Path: "operator.values", Pos: diag.Position{File: "flink.yaml", Line: 9, Column: 3}}
	located := func(path string) diag.Position {
		if path == "operator.values.nested.deep" {
			return diag.Position{File: "flink.yaml", Line: 12, Column: 7}
		}
		return diag.Position{}
	}
	tests := []struct {
		name   string
		change files
		values map[string]any
		want   []string
	}{
		{"schema", nil, map[string]any{"nested": map[string]any{"deep": "x"}, "unknown": int64(1)}, []string{
			"flink.yaml:9:3: error FLK290 operator.values: additional properties 'unknown' not allowed",
			"flink.yaml:12:7: error FLK290 operator.values.nested.deep: got string, want integer",
		}},
		{"value is not printed", nil, map[string]any{"token": "S3CRET"},
			[]string{"flink.yaml:9:3: error FLK290 operator.values.token: does not match pattern '^[a-z]+$'"}},
		{"fail", nil, map[string]any{"fail": true},
			[]string{"flink.yaml:9:3: error FLK291 operator.values: demo/templates/b.yaml:2:25: " +
				"no: a and b exclude each other"}},
		{"tpl text is not printed", nil, map[string]any{"tpl": "S3CRET {{"},
			[]string{`flink.yaml:9:3: error FLK291 operator.values: `}},
		{"kube version", files{"demo/Chart.yaml": meta + "kubeVersion: '>=1.40.0'\n"}, nil,
			[]string{"flink.yaml:9:3: error FLK291 operator.values: chart demo wants Kubernetes >=1.40.0, not v1.33.0"}},
		{"no YAML", files{"demo/templates/a.yaml": "a: b: c"}, nil,
			[]string{"flink.yaml:9:3: error FLK291 operator.values: demo/templates/a.yaml: not YAML: "}},
		{"duplicate key", files{"demo/templates/a.yaml": "a: b\na: c"}, nil,
			[]string{"flink.yaml:9:3: error FLK291 operator.values: demo/templates/a.yaml: not YAML: "}},
		{"no name", files{"demo/templates/a.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {generateName: x}"}, nil,
			[]string{"flink.yaml:9:3: error FLK291 operator.values: demo/templates/a.yaml: a Pod has no metadata.name"}},
		{"no object", files{"demo/templates/a.yaml": "- a"}, nil,
			[]string{"flink.yaml:9:3: error FLK291 operator.values: demo/templates/a.yaml: a document is no object"}},
		{"no chart", files{"demo/Chart.yaml": "name: [\n"}, nil,
			[]string{`flink.yaml:9:3: error FLK291 operator.values: chart "demo": `}},
		{"remote schema", files{"demo/values.schema.json": `{"properties": {"a": {"$ref": "http://127.0.0.1:1/x.json"}}}`}, nil,
			[]string{`flink.yaml:9:3: error FLK291 operator.values: the values schema of chart demo refers to "http://127.0.0.1:1/`}},
		{"schema on disk", files{"demo/values.schema.json": `{"allOf": [{"$ref": "/etc/passwd"}]}`}, nil,
			[]string{`flink.yaml:9:3: error FLK291 operator.values: the values schema of chart demo refers to "/etc/passwd"`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := demo()
			maps.Copy(f, tt.change)
			r := chart.New(f.fs(), chart.Target{KubeVersion: "v1.33"})
			u := chart.Unit{Chart: "demo", Values: tt.values, Owner: owner, Locate: located}
			set, list, err := r.Render(t.Context(), u)
			if err != nil || set != nil {
				t.Fatalf("got %d objects, error %v", len(set), err)
			}
			list = list.Sorted()
			if len(list) != len(tt.want) {
				t.Fatalf("findings %v, want %q", list, tt.want)
			}
			for i, f := range list {
				if s := f.String(); !strings.HasPrefix(s, tt.want[i]) || strings.Contains(s, "S3CRET") || strings.Contains(s, "\n") {
					t.Errorf("finding %q, want %q", s, tt.want[i])
				}
			}
			// Computed values have no owner: the same is an error of ours.
			u.Owner = manifest.Origin{}
			if _, list, err := r.Render(t.Context(), u); err == nil || len(list) > 0 || strings.Contains(err.Error(), "S3CRET") {
				t.Errorf("without an owner: findings %v, error %v", list, err)
			}
		})
	}
}

func TestTarget(t *testing.T) {
	t.Parallel()
	_, _, err := chart.New(demo().fs(), chart.Target{KubeVersion: "new"}).Render(t.Context(), chart.Unit{Chart: "demo"})
	if err == nil || !strings.Contains(err.Error(), `"new"`) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := chart.New(demo().fs(), chart.Target{}).Render(ctx, chart.Unit{Chart: "demo"}); err == nil {
		t.Error("no error after the context was cancelled")
	}
}

// vendor is a chart with a subchart that a condition switches.
func vendor() files {
	return files{
		"Chart.yaml": "apiVersion: v2\nname: vendor\nversion: 1.0.0\n" +
			"dependencies: [{name: sub, version: 1.0.0, condition: sub.enabled}]\n",
		"values.yaml":                   "\xEF\xBB\xBFsub: {enabled: false}\nwho: default\n",
		".helmignore":                   "ignored.yaml\n",
		"templates/a.yaml":              "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Values.who }}'}\n",
		"templates/ignored.yaml":        "}{",
		"charts/sub/Chart.yaml":         "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/values.yaml":        "name: sub-default\n",
		"charts/sub/templates/b.yaml":   "apiVersion: v1\nkind: Secret\nmetadata: {name: '{{ .Values.name }}'}\n",
		"charts/sub/templates/_tpl.yml": "}{",
	}
}

func TestSources(t *testing.T) {
	t.Parallel()
	r := chart.New(fstest.MapFS{}, chart.Target{})
	sources := map[string]chart.Source{
		"dir": {Name: "./vendor", Dir: vendor().fs()},
		"tgz": {Name: "vendor.tgz", Archive: archive(t, "vendor", vendor())},
	}
	for name, src := range sources {
		for _, on := range []bool{true, false, true} {
			u := chart.Unit{Chart: "op", Source: src, Values: map[string]any{"sub": map[string]any{"enabled": on}, "who": "me"}}
			set, list, err := r.Render(t.Context(), u)
			if err != nil || len(list) > 0 {
				t.Fatalf("%s: %v %v", name, err, list)
			}
			want := []string{"ConfigMap me"}
			if on {
				want = []string{"Secret sub-default", "ConfigMap me"}
			}
			if got := names(set); !slices.Equal(got, want) {
				t.Errorf("%s, subchart %v: %q, want %q", name, on, got, want)
			}
		}
	}
	broken := chart.Source{Name: "x.tgz", Archive: []byte("no archive")}
	u := chart.Unit{Source: broken, Owner: manifest.Origin{Path: "operator.chart"}}
	if _, list, err := r.Render(t.Context(), u); err != nil || len(list) != 1 || list[0].Code != diag.CodeChartRender {
		t.Errorf("broken archive: findings %v, error %v", list, err)
	}
}

// archive packs a chart as `helm package` does; ignored files are left out.
func archive(t *testing.T, name string, f files) []byte {
	t.Helper()
	var buf bytes.Buffer
	gz := gzip.NewWriter(&buf)
	w := tar.NewWriter(gz)
	for _, n := range slices.Sorted(maps.Keys(f)) {
		if path.Base(n) == "ignored.yaml" {
			continue
		}
		h := &tar.Header{Name: name + "/" + n, Mode: 0o644, Size: int64(len(f[n])), Typeflag: tar.TypeReg}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f[n])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := gz.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	r := chart.New(demo().fs(), chart.Target{})
	u := chart.Unit{Chart: "demo", Release: "r", Namespace: "n", Values: map[string]any{"size": int64(2)}}
	want, _, err := r.Render(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, _, err := r.Render(t.Context(), u)
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("differs (error %v)", err)
			}
		})
	}
	wg.Wait()
}
