package verify_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/stream"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify"
)

// document is one YAML document of a good manifest with its objects.
type document struct {
	text    string
	objects manifest.Set
}

// goodManifest is a file of testdata/manifests/good: what a platform team would really have, and nothing wrong in it.
type goodManifest struct {
	name      string
	flags     []string
	documents []document
}

// goodManifests reads all of them. A line "# flags:" holds the flags that validate is to be called with.
func goodManifests(t *testing.T) []goodManifest {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "manifests", "good", "*.*"))
	if err != nil || len(files) < 40 {
		t.Fatalf("%d good manifests: %v", len(files), err)
	}
	var out []goodManifest
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		g := goodManifest{name: filepath.Base(file)}
		if filepath.Ext(file) == ".yaml" && !bytes.HasPrefix(data, []byte("# ")) {
			t.Errorf("%s: the first line does not say what it shows", g.name)
		}
		for line := range strings.Lines(string(data)) {
			if flags, ok := strings.CutPrefix(line, "# flags:"); ok {
				g.flags = strings.Fields(flags)
			}
		}
		for d, err := range stream.Documents(g.name, bytes.NewReader(data)) {
			if err != nil {
				t.Fatal(err)
			}
			objects, findings := d.Objects()
			if len(objects) == 0 || findings.Has(diag.Error) {
				t.Errorf("%s: %d objects, %v", g.name, len(objects), findings)
			}
			g.documents = append(g.documents, document{string(d.Text), objects})
		}
		out = append(out, g)
	}
	return out
}

// withoutCRD lists the kinds of good manifests whose CustomResourceDefinition the control plane of the tests does not
// have.
func withoutCRD() []string { return []string{"PodMonitor"} }

// TestGoodManifestsOnAPIServer lets a real API server judge the good manifests, with strict field validation: it takes
// them all.
func TestGoodManifestsOnAPIServer(t *testing.T) {
	t.Parallel()
	plane := testkit.ControlPlane(t)
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator", "crds", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("CRDs of the operator: %q %v", files, err)
	}
	var crds []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		crds = append(crds, string(text))
	}
	plane.ApplyCRDs(t, crds...)
	good := goodManifests(t)
	plane.Apply(t, namespacesOf(good), "--validate=strict")
	var all []string
	for _, g := range good {
		all = append(all, g.withoutNamespaces())
	}
	if plane.DryRun(t, strings.Join(all, "\n---\n")) == "" {
		return
	}
	for i, g := range good { // one by one, to say whose complaint it is
		if complaint := plane.DryRun(t, all[i]); complaint != "" {
			t.Errorf("%s: %s", g.name, complaint)
		}
	}
}

// withoutNamespaces is the text without namespaces and without what the control plane has no definition of.
func (g goodManifest) withoutNamespaces() string {
	var rest []string
	for _, d := range g.documents {
		skipped := slices.ContainsFunc(d.objects, func(o manifest.Object) bool {
			return o.Key().Kind == "Namespace" || slices.Contains(withoutCRD(), o.Key().Kind)
		})
		if !skipped {
			rest = append(rest, d.text)
		}
	}
	return strings.Join(rest, "\n---\n")
}

// namespacesOf is a YAML stream of all namespaces that the manifests define or live in.
func namespacesOf(good []goodManifest) string {
	docs := map[string]string{}
	for _, g := range good {
		for _, d := range g.documents {
			for _, o := range d.objects {
				key := o.Key()
				if key.Kind == "Namespace" {
					docs[key.Name] = d.text
				} else if key.Namespace != "" && docs[key.Namespace] == "" {
					docs[key.Namespace] = "apiVersion: v1\nkind: Namespace\nmetadata: { name: \"" + key.Namespace + "\" }\n"
				}
			}
		}
	}
	var all []string
	for _, doc := range docs {
		all = append(all, doc)
	}
	return strings.Join(all, "\n---\n")
}

// TestGoodManifestsHaveNoErrors is the promise that what the real operator and API server accept is never an error.
func TestGoodManifestsHaveNoErrors(t *testing.T) {
	t.Parallel()
	for _, g := range goodManifests(t) {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			v, findings, err := verify.New(corpusOptions(t, g.flags), nil)
			if err != nil {
				t.Fatal(err)
			}
			var units []verify.Unit
			for _, d := range g.documents {
				for _, o := range d.objects {
					unit, found := v.Inspect(o)
					units, findings = append(units, unit), append(findings, found...)
				}
			}
			j := v.Judgement(units)
			for i := range j.Members() {
				m := j.Member(i)
				findings = append(append(findings, m.Findings...), j.See(m)...)
			}
			findings = append(findings, j.Done()...)
			for _, f := range findings {
				if f.Severity == diag.Error {
					t.Errorf("%s", f)
				}
			}
		})
	}
}

// corpusOptions reads the flags of a good manifest as validate does.
func corpusOptions(t *testing.T, flags []string) verify.Options {
	t.Helper()
	var o verify.Options
	for _, flag := range flags {
		switch name, value, _ := strings.Cut(flag, "="); name {
		case "--complete":
			o.Complete = true
		case "--operator-version":
			var err error
			if o.Operator, err = flink.ParseOperator(value); err != nil {
				t.Fatal(err)
			}
		case "--kube-version":
			o.KubeVersion = value
		case "--karpenter-version":
			o.KarpenterVersion = value
		default:
			t.Fatalf("flag %s: unknown here", flag)
		}
	}
	return o
}
