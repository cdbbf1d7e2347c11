package app_test

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/schemas"
)

// TestVerbatim renders every example and every golden case's values with what the charts say they print as it is, and
// without their saying so: the objects are the same.
func TestVerbatim(t *testing.T) {
	t.Parallel()
	printing := fstest.MapFS{}
	said := 0
	err := fs.WalkDir(charts.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(charts.FS, name)
		if bytes.Contains(data, []byte("helm-flink.dev/verbatim: ")) {
			data = bytes.ReplaceAll(data, []byte("helm-flink.dev/verbatim: "), []byte("helm-flink.dev/other: "))
			said++
		}
		printing[name] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil || said == 0 {
		t.Fatalf("%d charts say what they print: %v", said, err)
	}
	for _, file := range everyValues(t) {
		render := func(templates fs.FS) app.Result {
			a := app.App{
				Charts: templates, Schema: schemas.Values,
				Open: func(name string) (io.ReadCloser, error) { return os.Open(name) },
				Dir:  os.DirFS,
			}
			result, err := a.Build(t.Context(), app.Request{Files: []string{file}, FailOn: diag.Error, SkipVerify: true})
			if err != nil {
				t.Errorf("%s: %v", file, err)
			}
			return result
		}
		got, want := render(charts.FS), render(printing)
		if len(got.Set) != len(want.Set) || !reflect.DeepEqual(got.Findings, want.Findings) {
			t.Errorf("%s: %d objects, printed %d; findings %v, printed %v", file, len(got.Set), len(want.Set), got.Findings, want.Findings)
			continue
		}
		for i := range got.Set {
			if !reflect.DeepEqual(got.Set[i].Data, want.Set[i].Data) {
				t.Errorf("%s: %s: %v\nprinted %v", file, got.Set[i].Key(), got.Set[i].Data, want.Set[i].Data)
			}
		}
	}
}
