package api_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify/api"
)

// objects reads a YAML stream as the product does: JSON-shaped data.
func objects(t testing.TB, stream string) []manifest.Object {
	t.Helper()
	var all []manifest.Object
	for doc := range strings.SplitSeq("\n"+stream, "\n---\n") {
		text, err := yaml.YAMLToJSONStrict([]byte(doc))
		if err != nil {
			t.Fatalf("%v in:\n%s", err, doc)
		}
		if string(text) == "null" {
			continue
		}
		data := map[string]any{}
		if err := utiljson.Unmarshal(text, &data); err != nil {
			t.Fatal(err)
		}
		all = append(all, object(data))
	}
	return all
}

// object gives data an origin that names fields as the server does.
func object(data map[string]any) manifest.Object {
	o := manifest.Object{Data: data}
	o.Origin.Locate = func(steps []string) (string, diag.Position) {
		return strings.Join(steps, "."), diag.Position{File: fmt.Sprint(data["kind"])}
	}
	return o
}

// golden returns the objects of every golden case.
func golden(t testing.TB) []manifest.Object {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "golden", "*", "want.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	var all []manifest.Object
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, objects(t, string(content))...)
	}
	return all
}

func checker(t testing.TB, o api.Options) *api.Checker {
	t.Helper()
	c, findings, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f)
	}
	return c
}
