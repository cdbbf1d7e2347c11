//go:build unix

package overlay_test

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/helm-flink/helm-flink/internal/overlay"
)

// listener counts connections to a port of loopback.
func listener(t *testing.T) (address string, count *atomic.Int32) {
	t.Helper()
	count = new(atomic.Int32)
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // a test's
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			count.Add(1)
			_ = c.Close()
		}
	}()
	return l.Addr().String(), count
}

// bombText is YAML whose aliases stand for ten million nodes.
func bombText() string {
	var b strings.Builder
	b.WriteString("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf, namespace: team}\ndata:\n  a: &a [x,x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c <= 'h'; c++ {
		list := strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 10), ",")
		b.WriteString("  " + string(c) + ": &" + string(c) + " [" + list + "]\n")
	}
	return b.String()
}

// TestHostile: overlays that lead out of their place, have programs run, call home or fill the memory. Each is refused with
// findings that name a line; nothing is run and nobody is called.
func TestHostile(t *testing.T) {
	address, calls := listener(t)
	const outside, link = " is outside the kustomization's directory: files are read only from below it", "link.yaml"
	const over = "resources: [../base]\n"
	huge, bomb := " is larger than 16 MiB", " grows beyond all bounds once its YAML aliases are written out"
	tests := map[string]struct{ text, want string }{
		"patch":            {over + "patches: [{path: ../secret.yaml}]", "FLK901: \"$/secret.yaml\"" + outside},
		"absolute patch":   {over + "patches: [{path: $/secret.yaml}]", "FLK901: \"$/secret.yaml\"" + outside},
		"patch, by a link": {over + "patches: [{path: link.yaml}]", "FLK901: \"$/ov/link.yaml\"" + outside},
		"old patch":        {over + "patchesStrategicMerge: [../secret.yaml]", "FLK901: \"$/secret.yaml\"" + outside},
		"old JSON patch": {over + "patchesJson6902: [{path: ../secret.yaml, target: {kind: Pod, name: a}}]",
			"FLK901: \"$/secret.yaml\"" + outside},
		"generator": {over + "configMapGenerator: [{name: a, files: [../secret.yaml]}]", "FLK901: \"$/secret.yaml\"" + outside},
		"generator's key": {over + "configMapGenerator: [{name: a, files: [k=../secret.yaml]}]",
			"FLK901: \"$/secret.yaml\"" + outside},
		"environment":      {over + "secretGenerator: [{name: a, envs: [../secret.yaml]}]", "FLK901: \"$/secret.yaml\"" + outside},
		"openapi":          {over + "openapi: {path: ../secret.yaml}", "FLK901: \"$/secret.yaml\"" + outside},
		"crds":             {over + "crds: [../secret.yaml]", "FLK901: \"$/secret.yaml\"" + outside},
		"configurations":   {over + "configurations: [../secret.yaml]", "FLK901: \"$/secret.yaml\"" + outside},
		"replacements":     {over + "replacements: [{path: ../secret.yaml}]", "FLK901: \"$/secret.yaml\"" + outside},
		"transformers":     {over + "transformers: [../transformer.yaml]", "FLK901: \"$/transformer.yaml\"" + outside},
		"resource":         {"resources: [../base, ../secret.yaml]", "FLK901: \"$/secret.yaml\"" + outside},
		"resource by link": {"resources: [../base, " + link + "]", "FLK901: \"$/ov/link.yaml\"" + outside},
		"directory by a link": {"resources: [../base, out]",
			`FLK901: "out" is a link that leads out of the kustomization's directory`},
		"component by a link": {over + "components: [out]",
			`FLK901: "out" is a link that leads out of the kustomization's directory`},
		"kustomization by a link": {"resources: [../base, linked]",
			`FLK901: "kustomization.yaml" is a link that leads out of its directory`},
		"absolute directory":  {"resources: [../base, $/other]", "FLK901: "},
		"cycle of two":        {"resources: [../base, ../a]", `FLK901: "$/ov" contains the directory that names it`},
		"cycle below":         {"resources: [../base, ../c]", `FLK901: "$/c" contains the directory that names it`},
		"cycle of components": {over + "components: [../comp]", "FLK901: "},
		"whole disk":          {"resources: [../base, /]", "FLK901: "},
		"generator runs":      {over + "generators: [exec.yaml]", "FLK900: generators \"exec.yaml\" runs a program"},
		"transformer runs":    {over + "transformers: [exec.yaml]", "FLK900: transformers \"exec.yaml\" runs a program"},
		"validator runs":      {over + "validators: [exec.yaml]", "FLK900: validators \"exec.yaml\" runs a program"},
		"container":           {over + "transformers: [container.yaml]", "FLK900: transformers \"container.yaml\" runs a program"},
		"Go plugin":           {over + "generators: [plugin.yaml]", "FLK900: generators \"plugin.yaml\" runs a program"},
		"inline, runs": {over + "generators:\n- |-\n  apiVersion: v1\n  kind: X\n  metadata:\n    name: x\n    annotations:\n" +
			"      config.kubernetes.io/function: |\n        exec: {path: ./run.sh}",
			"FLK900: an inline entry of generators runs a program"},
		"in a component, runs":    {over + "components: [../runs]", "FLK900: generators \"exec.yaml\" runs a program"},
		"chart":                   {over + "helmCharts: [{name: c, repo: http://" + address + "}]", "FLK900: helmCharts runs helm"},
		"calls home":              {"resources: [../base, 'http://" + address + "/x']", "FLK900: "},
		"calls home by git":       {"resources: [../base, 'git::http://" + address + "/x//y?ref=z']", "FLK900: "},
		"calls home by ssh":       {"resources: [../base, ssh://git@" + address + "/x]", "FLK900: "},
		"calls home for a patch":  {over + "patches: [{path: http://" + address + "/x}]", "FLK900: "},
		"calls home for a schema": {over + "openapi: {path: http://" + address + "/x}", "FLK900: "},
		"huge resource":           {"resources: [../base, huge.yaml]", "FLK901: \"$/ov/huge.yaml\"" + huge},
		"huge patch":              {over + "patches: [{path: huge.yaml}]", "FLK901: \"$/ov/huge.yaml\"" + huge},
		"huge data":               {over + "configMapGenerator: [{name: a, files: [huge.yaml]}]", "FLK901: \"$/ov/huge.yaml\"" + huge},
		"huge kustomization":      {"resources: [../base, ../huge]", "FLK901: \"kustomization.yaml\"" + huge},
		"pipe":                    {"resources: [../base, pipe.yaml]", "FLK901: \"$/ov/pipe.yaml\" is no regular file"},
		"bomb":                    {"resources: [../base, bomb.yaml]", "FLK901: \"$/ov/bomb.yaml\"" + bomb},
		"bomb as patch":           {over + "patches: [{path: bomb.yaml}]", "FLK901: \"$/ov/bomb.yaml\"" + bomb},
		"bomb inline": {over + "patches:\n- patch: |-\n    " + strings.ReplaceAll(bombText(), "\n", "\n    "),
			"FLK901: \"kustomization.yaml\"" + bomb},
	}
	platform := base(t)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			dir := hostileTree(t, tt.text)
			set, list, err := overlay.Apply(t.Context(), platform, filepath.Join(dir, "ov"), overlay.Options{})
			if err != nil || set != nil || len(list) == 0 {
				t.Fatalf("%d objects, findings %v, error %v", len(set), list, err)
			}
			got := strings.ReplaceAll(list[0].String(), dir, "$")
			if !strings.Contains(got, " error "+tt.want) || list[0].Pos.Line == 0 || strings.Contains(got, "TOKEN") {
				t.Errorf("finding %q\nwant    %q", got, tt.want)
			}
			if _, err := os.Stat(filepath.Join(dir, "ov", "ran")); err == nil {
				t.Error("a program was run")
			}
		})
	}
	if n := calls.Load(); n > 0 {
		t.Errorf("%d connections", n)
	}
}

// hostileTree is what the kustomization of ov can name.
func hostileTree(t *testing.T, text string) string {
	t.Helper()
	const exec = "    config.kubernetes.io/function: |\n      "
	dir := tree(t, map[string]string{
		"secret.yaml":      "apiVersion: v1\nkind: Pod\nmetadata: {name: TOKEN}\n",
		"transformer.yaml": "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: a}\nprefix: a-\n",
		"ov/run.sh":        "#!/bin/sh\ntouch ran\n",
		"ov/exec.yaml":     "apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  annotations:\n" + exec + "exec: {path: ./run.sh}\n",
		"ov/container.yaml": "apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  annotations:\n" + exec +
			"container: {image: example.com/x}\n",
		"ov/plugin.yaml":           "apiVersion: example.com/v1\nkind: SomeGenerator\nmetadata: {name: x}\n",
		"ov/bomb.yaml":             bombText(),
		"ov/linked/x":              "",
		"other/kustomization.yaml": "resources: [../secret.yaml]\n",
		"huge/kustomization.yaml":  string(bytes.Repeat([]byte("# x\n"), 5<<20)),
		"ov/huge.yaml":             string(bytes.Repeat([]byte("# x\n"), 5<<20)),
		"a/kustomization.yaml":     "resources: [../ov]\n",
		"c/kustomization.yaml":     "resources: [../d]\n",
		"d/kustomization.yaml":     "resources: [../c]\n",
		"comp/kustomization.yaml":  "kind: Component\ncomponents: [../comp2]\n",
		"comp2/kustomization.yaml": "kind: Component\ncomponents: [../comp]\n",
		"runs/kustomization.yaml":  "kind: Component\ngenerators: [exec.yaml]\n",
		"runs/exec.yaml": "apiVersion: v1\nkind: X\nmetadata:\n  name: x\n  annotations:\n" + exec +
			"exec: {path: ../ov/run.sh}\n",
		"aside/kustomization.yaml":  "resources: []\nnamePrefix: a-\n",
		"ov/kustomization.yaml.tmp": "",
	})
	text = strings.ReplaceAll(text, "$/", dir+"/")
	if err := os.WriteFile(filepath.Join(dir, "ov", "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(dir, "ov", "run.sh"), 0o700); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{
		"ov/link.yaml": "../secret.yaml", "ov/out": "../aside", "ov/linked/kustomization.yaml": "../../secret.yaml",
	} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Skipf("no links here: %v", err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "ov", "pipe.yaml"), 0o600); err != nil {
		t.Skipf("no pipes here: %v", err)
	}
	return dir
}
