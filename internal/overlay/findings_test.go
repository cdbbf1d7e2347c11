package overlay_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/overlay"
)

// findings applies an overlay that must not be built, and gives the findings as
// text, with the overlay's parent directory as $.
func findings(t *testing.T, files map[string]string) []string {
	t.Helper()
	dir := tree(t, files)
	set, list, err := overlay.Apply(t.Context(), base(t), filepath.Join(dir, "ov"), overlay.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if set != nil {
		t.Errorf("%d objects beside findings %v", len(set), list)
	}
	var out []string
	for _, f := range list {
		s := strings.ReplaceAll(f.String(), dir, "$")
		if strings.ContainsAny(s, "\n\t") || strings.Contains(s, os.TempDir()) || f.Pos.Line == 0 {
			t.Errorf("finding %q", s)
		}
		out = append(out, s)
	}
	return out
}

func check(t *testing.T, got []string, want ...string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("findings %q\nwant %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("finding %q\nwant    %q", got[i], want[i])
		}
	}
}

const k = "$/ov/kustomization.yaml:"

func TestBuildFindings(t *testing.T) {
	tests := []struct {
		name, text string
		want       string
	}{
		{"patch for nothing", "patches: [{path: p.yaml}]",
			k + `2:18: error FLK901: a patch is for FlinkDeployment team/nope, which is not among the objects`},
		{"inline patch for nothing", "patches:\n- patch: '{apiVersion: v1, kind: Pod, metadata: {name: x.y}}'",
			k + `3:10: error FLK901: a patch is for Pod x.y, which is not among the objects`},
		{"patch file missing", "patches: [{path: nope.yaml}]", k + `2:18: error FLK901: "$/ov/nope.yaml" does not exist`},
		{"resource missing", "resources: [../base, x.yaml]", k + `2:22: error FLK901: "$/ov/x.yaml" does not exist`},
		{"generator's file missing", "configMapGenerator: [{name: a, files: [a=x.txt]}]",
			k + `2:40: error FLK901: "$/ov/x.txt" does not exist`},
		{"no patch", "patches:\n- patch: 'TOKEN: [x'",
			k + `3:10: error FLK901: a patch is neither a strategic merge patch nor a JSON patch`},
		{"JSON patch without a place", "patches:\n- path: json.yaml\n  target: {kind: FlinkDeployment}",
			k + `3:9: error FLK901: a JSON patch does not apply: the object has no /spec/x/y`},
		{"twice", "resources: [../base, cm.yaml]", k + `2:22: error FLK901: ConfigMap team/conf is there twice`},
		{"resource no YAML", "resources: [../base, bad.yaml]",
			"$/ov/bad.yaml:3:1: error FLK901: not YAML: mapping values are not allowed in this context"},
		{"resource no YAML, of another folder", "resources: [../base, ../other]",
			"$/other/bad.yaml:2:1: error FLK901: not YAML: mapping values are not allowed in this context"},
		{"resource no YAML, of a name that is there twice", "resources: [../base, p.yaml, ../third]",
			"$/third/p.yaml:3:1: error FLK901: not YAML: mapping values are not allowed in this context"},
		{"cycle", "resources: [../base, .]", k + `2:22: error FLK901: "$/ov" contains the directory that names it`},
		{"parent", "resources: [../base, ..]", k + `2:22: error FLK901: "$" contains the directory that names it`},
		{"file outside", "resources: [../base, ../outside.yaml]",
			k + `2:22: error FLK901: "$/outside.yaml" is outside the kustomization's directory: files are read only from below it`},
		{"file outside by a link", "resources: [../base, link.yaml]",
			k + `2:22: error FLK901: "$/ov/link.yaml" is outside the kustomization's directory: files are read only from below it`},
		{"schema outside", "openapi: {path: /etc/passwd}",
			k + `2:17: error FLK901: "/etc/passwd" is outside the kustomization's directory: files are read only from below it`},
		{"unknown field", "nope: x", k + `2:1: error FLK901: a kustomization has no field "nope"`},
		{"wrong type", "labels: {x: z}", k + `2:1: error FLK901: labels: a map where a list is expected`},
		{"boolean", "commonLabels: {x: y}", k + `2:1: error FLK901: commonLabels: a bool where a string is expected`},
		{"no YAML", "labels: {x: z}\n a: b", k + `2:1: error FLK901: not a kustomization: did not find expected key`},
		{"kind", "kind: Other", k + `1:1: error FLK901: kind should be Kustomization or Component`},
		{"replicas of nothing", "replicas: [{name: nope, count: 2}]",
			k + `2:19: error FLK901: replicas: there is no nope that has replicas`},
		{"replacement of nothing", "replacements:\n- source: {kind: Secret, name: nope}\n  targets: [{select: {kind: Pod}}]",
			k + `3:3: error FLK901: the source of a replacement, Secret nope, is not among the objects`},
		{"replacement of many", "replacements:\n- source: {version: v1}\n  targets: [{select: {kind: Pod}}]",
			k + `3:3: error FLK901: the source of a replacement, any kind of any name, is more than one object`},
		{"replacement from nowhere",
			"replacements:\n- source: {kind: ServiceAccount, fieldPath: spec.x}\n  targets: [{select: {kind: Pod}}]",
			k + `3:45: error FLK901: the source of a replacement, ServiceAccount of any name, has no spec.x`},
		{"replacement into nowhere", "replacements:\n- source: {kind: ServiceAccount}\n  targets:\n" +
			"  - {select: {kind: Deployment}, fieldPaths: [spec.x.y]}",
			k + `5:47: error FLK901: the target of a replacement has no spec.x.y`},
		{"JSON patch removes nothing", "patches:\n- target: {kind: Deployment}\n" +
			"  patch: '[{\"op\": \"remove\", \"path\": \"/spec/x\"}]'",
			k + `4:10: error FLK901: a JSON patch does not apply: the object has no /spec/x`},
		{"JSON patch's test", "patches:\n- target: {kind: Deployment}\n" +
			"  patch: '[{\"op\": \"test\", \"path\": \"/kind\", \"value\": \"TOKEN\"}]'",
			k + `4:10: error FLK901: a JSON patch does not apply: its test of /kind failed`},
		{"merge into nothing", "secretGenerator: [{name: zz, behavior: merge, literals: [x=TOKEN]}]",
			k + `2:26: error FLK901: a generator is to change Secret zz, which is not among the objects`},
		{"secret's text", "secretGenerator: [{name: zz, literals: [TOKEN]}]",
			k + `1:1: error FLK901: loading KV pairs: a literal is not key=value`},
		{"two patches, one target", "patches:\n- target: {kind: X}\n  patch: |\n" +
			"    {kind: A, apiVersion: v1, metadata: {name: TOKEN}}\n" +
			"    ---\n    {kind: A, apiVersion: v1, metadata: {name: TOKEN}}",
			k + `1:1: error FLK901: Multiple Strategic-Merge Patches in one `},
		{"patch and path", "patches: [{path: p.yaml, patch: TOKEN}]",
			k + `2:18: error FLK901: PatchTransformer: patch and path can't be set at the`},
		{"environment file", "secretGenerator: [{name: zz, envs: [env]}]",
			k + `1:1: error FLK901: loading KV pairs: env source files: [env]: a line is no UTF-8`},
		{"no such plugin", "transformers: [t.yaml]", k + `1:1: error FLK901: unable to load builtin Nope`},
		{"in a component", "components: [../comp]",
			`$/comp/kustomization.yaml:2:18: error FLK901: "$/comp/nope.yaml" does not exist`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := tt.text
			if strings.HasPrefix(text, "resources:") {
				text = "# x\n" + text
			} else {
				text = "resources: [../base]\n" + text
			}
			files := map[string]string{
				"ov/kustomization.yaml":    text,
				"ov/p.yaml":                strings.ReplaceAll(orders, "name: orders", "name: nope"),
				"ov/json.yaml":             "- op: replace\n  path: /spec/x/y\n  value: TOKEN\n",
				"ov/env":                   "TOKEN=\xff",
				"ov/cm.yaml":               "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf, namespace: team}\n",
				"ov/bad.yaml":              "apiVersion: v1\nkind: Pod\n  metadata: {name: a}\n",
				"ov/t.yaml":                "apiVersion: builtin\nkind: Nope\nmetadata: {name: a}\n",
				"other/bad.yaml":           "kind: Pod\n  metadata: {name: a}\n",
				"third/p.yaml":             "apiVersion: v1\nkind: Pod\n  metadata: {name: a}\n",
				"outside.yaml":             "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
				"kustomization.yaml":       "namePrefix: a-\n",
				"other/kustomization.yaml": "resources: [bad.yaml]\n",
				"third/kustomization.yaml": "resources: [./p.yaml]\n",
				"comp/kustomization.yaml": "kind: Component\n" +
					"patches: [{path: nope.yaml}]\n",
			}
			dir := tree(t, files)
			if err := os.Symlink("../outside.yaml", filepath.Join(dir, "ov", "link.yaml")); err != nil {
				t.Skipf("no links here: %v", err)
			}
			set, list, err := overlay.Apply(t.Context(), base(t), filepath.Join(dir, "ov"), overlay.Options{})
			if err != nil || set != nil || len(list) != 1 {
				t.Fatalf("%d objects, findings %v, error %v", len(set), list, err)
			}
			got := strings.ReplaceAll(list[0].String(), dir, "$")
			if !strings.HasPrefix(got, tt.want) || strings.ContainsAny(got, "\n&") || strings.Contains(got, "TOKEN") {
				t.Errorf("finding %q\nwant    %q", got, tt.want)
			}
		})
	}
}

// TestShownPaths: a relative overlay is spoken of relatively.
func TestShownPaths(t *testing.T) {
	dir := tree(t, map[string]string{
		"a/ov/kustomization.yaml":   "resources: [../base]\ncomponents: [../comp]\n",
		"a/comp/kustomization.yaml": "kind: Component\npatches: [{path: ../../nope.yaml}]\n",
	})
	t.Chdir(dir)
	_, list, err := overlay.Apply(t.Context(), base(t), "./a/ov/", overlay.Options{})
	want := `a/comp/kustomization.yaml:2:18: error FLK901: "nope.yaml" does not exist`
	if err != nil || len(list) != 1 || list[0].String() != want {
		t.Errorf("findings %v (error %v), want %s", list, err, want)
	}
}

func TestBaseFindings(t *testing.T) {
	inv := manifest.InventoryFile
	check(t, findings(t, map[string]string{"ov/kustomization.yaml": "namePrefix: a-\nresources:\n- x.yaml\n"}),
		k+"2:1: error FLK902: no entry of resources stands for the generated objects")
	check(t, findings(t, map[string]string{"ov/kustomization.yaml": ""}),
		k+"1:1: error FLK902: no entry of resources stands for the generated objects")
	check(t, findings(t, map[string]string{"ov/kustomization.yaml": "resources:\n- ../a\n- ../b\n"}),
		k+`3:3: error FLK902: "../a" and "../b" could each stand for the generated objects: one entry must`)
	check(t, findings(t, map[string]string{"ov/kustomization.yaml": "resources: [..]", inv: ""}),
		k+`1:13: error FLK902: "..", the generated objects, contains this overlay itself`)
	// A directory written before goes before a path at which nothing is.
	check(t, findings(t, map[string]string{"ov/kustomization.yaml": "resources:\n- ../out\n- ../typo\n", "out/" + inv: ""}),
		k+`3:3: error FLK901: "$/typo" does not exist`)
	two := map[string]string{"ov/kustomization.yaml": "resources: [../b]", "ov/kustomization.yml": "resources: [../b]"}
	check(t, findings(t, two),
		k+`1:1: error FLK901: "kustomization.yaml" and "kustomization.yml" in one directory: Kustomize reads one`)
}

// TestRemote: nothing is fetched; a server on loopback would notice.
func TestRemote(t *testing.T) {
	var hits atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	url := server.URL + "/x.yaml"
	const address, repository = " is a remote address", " is a remote repository"
	tests := []struct {
		text string
		pos  string
		want string
	}{
		{"resources:\n- ../base\n- URL", "3:3", `"URL"` + address},
		{"resources:\n- ../base\n- HTTP://127.0.0.1:1/x", "3:3", `"HTTP://127.0.0.1:1/x"` + address},
		{"resources:\n- ../base\n- github.com/x/y", "3:3", `"github.com/x/y"` + repository},
		{"resources:\n- ../base\n- github.com/x/y?ref=v1", "3:3", `"github.com/x/y?ref=v1"` + repository},
		{"resources:\n- ../base\n- git@example.com:x/y.git", "3:3", `"git@example.com:x/y.git"` + repository},
		{"resources:\n- ../base\n- git::https://example.com/x/y", "3:3", `"git::https://example.com/x/y"` + repository},
		{"resources:\n- ../base\n- ssh://git@example.com/x/y", "3:3", `"ssh://git@example.com/x/y"` + address},
		{"resources:\n- ../base\n- file:///srv/repo", "3:3", `"file:///srv/repo"` + address},
		{"resources:\n- ../base\n- gitlab.com/x/y", "3:3", `"gitlab.com/x/y" is not here, and looks like a remote address`},
		{"resources:\n- ../base\n- ../x?ref=main", "3:3", `"../x?ref=main"` + repository},
		{"bases:\n- ../base\n- URL", "3:3", `"URL"` + address},
		{"resources: [../base]\ncomponents:\n- URL", "3:3", `"URL"` + address},
		{"resources: [../base]\ncrds:\n- URL", "3:3", `"URL"` + address},
		{"resources: [../base]\nconfigurations:\n- URL", "3:3", `"URL"` + address},
		{"resources: [../base]\nopenapi:\n  path: URL", "3:9", `"URL"` + address},
		{"resources: [../base]\npatches:\n- path: URL", "3:9", `"URL"` + address},
		{"resources: [../base]\npatchesStrategicMerge:\n- URL", "3:3", `"URL"` + address},
		{"resources: [../base]\npatchesJson6902:\n- path: URL", "3:9", `"URL"` + address},
		{"resources: [../base]\nreplacements:\n- path: URL", "3:9", `"URL"` + address},
		{"resources: [../base]\nconfigMapGenerator:\n- name: a\n  files: [URL]", "4:11", `"URL"` + address},
		{"resources: [../base]\nsecretGenerator:\n- name: a\n  envs: [URL]", "4:10", `"URL"` + address},
		{"resources: [../base]\nsecretGenerator:\n- name: a\n  env: URL", "4:8", `"URL"` + address},
		{"resources: [../base]\ngenerators:\n- URL", "3:3", `"URL"` + address},
		{"resources: [../base]\nhelmCharts:\n- name: c", "2:1", `helmCharts runs helm ("c")`},
		{"resources: [../base]\nhelmChartInflationGenerator:\n- chartName: c", "1:1", `helmCharts runs helm ("c")`},
		{"resources: [../base]\ngenerators:\n- exec.yaml", "3:3",
			`generators "exec.yaml" runs a program (kind X): only Kustomize's own are used (apiVersion: builtin)`},
		{"resources: [../base]\ntransformers:\n- fn.yaml", "3:3",
			`transformers "fn.yaml" runs a program (kind PrefixTransformer): only Kustomize's own are used (apiVersion: builtin)`},
		{"resources: [../base]\nvalidators:\n- exec.yaml", "3:3",
			`validators "exec.yaml" runs a program (kind X): only Kustomize's own are used (apiVersion: builtin)`},
		{"resources: [../base]\ngenerators:\n- dir", "3:3",
			`generators "dir" is a directory: plugin configuration is read from files`},
		{"resources: [../base]\ngenerators:\n- helm.yaml", "3:3", `generators "helm.yaml" runs helm`},
		{"resources: [../base]\ngenerators:\n- cm.yaml", "3:3", `generators "cm.yaml": "URL"` + address},
		{"resources: [../base]\ntransformers:\n- '{apiVersion: builtin, kind: PatchTransformer, path: \"URL\"}'", "3:3",
			`an inline entry of transformers: "URL"` + address},
		{"resources: [../base]\ntransformers:\n- '{apiVersion: builtin, kind: PatchTransformer, path: a, path: \"URL\"}'", "3:3",
			`an inline entry of transformers cannot be read as configuration of a plugin`},
		{"kind: Component\nresources: [URL]", "2:13", `"URL"` + address},
	}
	for _, tt := range tests {
		t.Run(tt.want, func(t *testing.T) {
			got := findings(t, map[string]string{
				"ov/kustomization.yaml": strings.ReplaceAll(tt.text, "URL", url),
				"ov/exec.yaml":          "apiVersion: example.com/v1\nkind: X\nmetadata: {name: x}\n",
				"ov/fn.yaml": "apiVersion: builtin\nkind: PrefixTransformer\nmetadata:\n  name: x\n" +
					"  annotations: {config.kubernetes.io/function: 'exec: {path: ./x}'}\n",
				"ov/helm.yaml":              "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: x}\n",
				"ov/cm.yaml":                "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\nfiles: [a=" + url + "]\n",
				"ov/dir/kustomization.yaml": "resources: []",
			})
			check(t, got, k+tt.pos+": error FLK900: "+strings.ReplaceAll(tt.want, "URL", url))
		})
	}
	// Below the overlay's own kustomization too, all of them, each once.
	check(t, findings(t, map[string]string{
		"ov/kustomization.yaml":  "resources: [../base, ../mid, ../mid2]\ncomponents: [comp]\n",
		"ov/comp/kustomization":  "",
		"mid/kustomization.yaml": "resources: [../low]\n", "mid2/kustomization.yaml": "resources: [../low]\n",
		"low/kustomization.yaml":     "resources:\n- " + url + "\n- github.com/x/y\n",
		"ov/comp/kustomization.yaml": "kind: Component\ncrds: ['" + url + "']\n",
	}),
		`$/low/kustomization.yaml:2:3: error FLK900: "`+url+`" is a remote address`,
		`$/low/kustomization.yaml:3:3: error FLK900: "github.com/x/y" is a remote repository`,
		`$/ov/comp/kustomization.yaml:2:8: error FLK900: "`+url+`" is a remote address`)
	if n := hits.Load(); n != 0 {
		t.Errorf("%d requests were made", n)
	}
}

// TestBuiltinPlugins: what Kustomize does itself stays possible, URLs in
// places where nothing is read included.
func TestBuiltinPlugins(t *testing.T) {
	dir := tree(t, map[string]string{
		"ov/kustomization.yaml": `
resources: [../base]
transformers:
- a.yaml
- |
  apiVersion: builtin
  kind: PrefixTransformer
  metadata: {name: x}
  prefix: p-
  fieldSpecs: [{path: metadata/name}]
patchesStrategicMerge:
- |
  apiVersion: v1
  kind: ConfigMap
  metadata: {name: conf, namespace: team}
  data: {url: "https://example.com/x?ref=main"}
`,
		"ov/a.yaml": "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: x}\n" +
			"annotations: {link: 'https://example.com'}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n",
	})
	o := apply(t, base(t), filepath.Join(dir, "ov"))["ConfigMap team/p-conf"]
	if at(o.Data, "metadata", "annotations", "link") != "https://example.com" || at(o.Data, "data", "url") == nil {
		t.Errorf("got %v", o.Data)
	}
}
