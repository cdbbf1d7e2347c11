package importer_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/importer"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

// corpus reads manifests that are good.
func corpus(t *testing.T, name string) manifest.Set {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), "testdata", "manifests", "good", name))
	if err != nil {
		t.Fatal(err)
	}
	var set manifest.Set
	for doc, err := range stream.Documents(name, bytes.NewReader(data)) {
		if err != nil {
			t.Fatal(err)
		}
		objects, _ := doc.Objects()
		set = append(set, objects...)
	}
	return set
}

func read(t *testing.T, set manifest.Set) *importer.Draft {
	t.Helper()
	draft, findings, err := importer.Read(set, importer.Options{
		ClusterName: "streaming", Region: "us-west-2", Account: "111122223333", Schema: schemas.Values,
	})
	if err != nil || findings.Has(diag.Error) {
		t.Fatalf("%v\n%v", err, findings)
	}
	return draft
}

// leaves are the paths of all scalars of a value.
func leaves(v any, path ...string) [][]string {
	var out [][]string
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			out = append(out, leaves(v[key], append(slices.Clone(path), key)...)...)
		}
	case []any:
		for i, item := range v {
			out = append(out, leaves(item, append(slices.Clone(path), strconv.Itoa(i))...)...)
		}
	default:
		out = append(out, path)
	}
	return out
}

// changed is a deep copy with another value at a path.
func changed(v any, path []string) any {
	if len(path) == 0 {
		switch v := v.(type) {
		case string:
			if quantity := strings.TrimRight(v, "GMKimkg"); quantity != v {
				return "9" + v
			}
			return v + "x"
		case bool:
			return !v
		case int64:
			return v + 3
		case float64:
			return v + 3
		}
		return "x"
	}
	switch v := v.(type) {
	case map[string]any:
		out := maps.Clone(v)
		out[path[0]] = changed(v[path[0]], path[1:])
		return out
	case []any:
		out := slices.Clone(v)
		i, _ := strconv.Atoi(path[0])
		out[i] = changed(v[i], path[1:])
		return out
	}
	return v
}

// indifferent are the fields of which the value does not count.
func indifferent(path string) bool {
	for _, part := range []string{
		"metadata.name", "metadata.namespace", "apiVersion", "kind", // they say which object it is
		".status.", "podTemplate.metadata.name",
		"merge-arrays-by-name", // its effect on the pods counts
		"finalizers", "last-applied-configuration", "generation", "creationTimestamp",
	} {
		if strings.Contains("."+path+".", part) {
			return true
		}
	}
	return false
}

// TestEveryFieldCounts changes every field of objects by itself and wants the comparison to see it, and to say so at a line. Compared
// with themselves the objects are equal.
func TestEveryFieldCounts(t *testing.T) {
	t.Parallel()
	tried := 0
	for _, name := range []string{"emr-monitoring.yaml", "pod-volumes.yaml", "pod-sidecar.yaml", "rocksdb-local-disk.yaml", "autoscaler.yaml",
		"nodes-graviton-spot.yaml", "nodes-blueprint.yaml", "session-cluster.yaml", "blue-green.yaml", "snapshot-restore.yaml",
		"ingress-host.yaml", "exported-with-status.yaml"} {
		set := corpus(t, name)
		draft := read(t, set)
		if !draft.Equal(set) {
			t.Errorf("%s: not equal to itself: %v", name, draft.Judge(set))
			continue
		}
		for i, o := range set {
			if !strings.Contains(o.Key().APIVersion, "flink.apache.org") && !strings.Contains(o.Key().APIVersion, "karpenter") {
				continue
			}
			for _, path := range leaves(o.Data) {
				if indifferent(strings.Join(path, ".")) {
					continue
				}
				other := slices.Clone(set)
				data, _ := changed(o.Data, path).(map[string]any)
				other[i] = manifest.Object{Data: data, Origin: o.Origin}
				tried++
				if draft.Equal(other) && !bound(name, path) {
					t.Errorf("%s: %s: a change of %s is not seen", name, o.Key(), strings.Join(path, "."))
				}
			}
		}
	}
	if tried < 300 {
		t.Errorf("only %d fields were tried", tried)
	}
}

// bound reports whether a field binds pods to a pool in one of several ways: what counts is which pool it is.
func bound(name string, path []string) bool {
	field := strings.Join(path, ".")
	return strings.HasPrefix(name, "nodes-") && (strings.Contains(field, "podTemplate.spec.nodeSelector") ||
		strings.Contains(field, "podTemplate.spec.tolerations"))
}

// TestLostIsSaid wants a finding at the line of a field that the rendered object has otherwise.
func TestLostIsSaid(t *testing.T) {
	t.Parallel()
	set := corpus(t, "pod-sidecar.yaml")
	draft := read(t, set)
	other := slices.Clone(set)
	data, _ := changed(set[0].Data, []string{"spec", "job", "parallelism"}).(map[string]any)
	other[0] = manifest.Object{Data: data}
	findings := draft.Judge(other)
	at := fmt.Sprint(findings)
	if !findings.Has(diag.Warning) || !strings.Contains(at, "FLK081 spec.job.parallelism") || !strings.Contains(at, "pod-sidecar.yaml:") {
		t.Errorf("findings: %v", findings)
	}
}

// TestPlainIsTakenBack wants the values as they were before Plain, whatever was refused and amended since: they are those that
// were rendered and judged.
func TestPlainIsTakenBack(t *testing.T) {
	t.Parallel()
	set := corpus(t, "pod-sidecar.yaml")
	draft := read(t, set)
	text := func() string {
		t.Helper()
		data, err := draft.YAML()
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	before := text()
	other := slices.Clone(set)
	for i, o := range set {
		data := o.Data
		for _, path := range leaves(o.Data) {
			if slices.Contains(path, "podTemplate") && slices.Contains(path, "image") || path[len(path)-1] == "parallelism" {
				data, _ = changed(data, path).(map[string]any)
			}
		}
		other[i] = manifest.Object{Data: data}
	}
	for range 2 { // the second time as well
		draft.Plain(true)
		for range 4 {
			if amended := draft.Amend(other); !amended {
				break
			}
		}
		draft.Refuse([]string{"jobDefaults", "taskManager"})
		if text() == before {
			t.Fatal("nothing was amended")
		}
		if draft.Plain(false); text() != before {
			t.Errorf("values:\n%s\nwant:\n%s", text(), before)
		}
	}
}
