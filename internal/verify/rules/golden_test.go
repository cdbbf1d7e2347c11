package rules_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify/model"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestAdviceOnGolden runs the rules of EMR, of identity and of good practice
// over everything that the golden cases render: nothing of it is an error, and
// of our own examples only what is listed here is advised against.
func TestAdviceOnGolden(t *testing.T) {
	t.Parallel()
	const moves = " is whatever build of EMR 7.12.0 is the newest"
	want := map[string][]string{
		// The blueprint writes the moving label, and so does our copy of it.
		"example-emr-blueprint": {
			"FLK811 FlinkDeployment flink-team-a-ns/autoscaler-example: emr-7.12.0-flink-latest" + moves,
			"FLK811 FlinkDeployment flink-team-a-ns/basic-example: emr-7.12.0-flink-latest" + moves,
			"FLK811 FlinkDeployment flink-team-a-ns/graviton-example: emr-7.12.0-flink-latest" + moves,
		},
		"example-jobs": nil,
	}
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "golden", "*", "want.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no golden cases", err)
	}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range adviceOn(t, file) {
				if f.Severity == diag.Error {
					t.Errorf("%s", f)
				}
				got = append(got, string(f.Code)+" "+f.Object+": "+f.Message)
			}
			slices.Sort(got)
			got = slices.Compact(got)
			if strings.HasPrefix(name, "example-") && !slices.Equal(got, want[name]) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want[name], "\n"))
			}
		})
	}
}

// adviceOn judges a file with the rules that are tested here.
func adviceOn(t *testing.T, file string) diag.List {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var mine []rules.Rule
	for _, r := range rules.All() {
		if c := r.Code; c >= "FLK400" && c < "FLK450" || c >= "FLK600" && c < "FLK620" || c >= "FLK800" && c < "FLK850" {
			mine = append(mine, r)
		}
	}
	var units []model.Unit
	for doc := range strings.SplitSeq("\n"+string(data), "\n---\n") {
		var o manifest.Object
		if err := yaml.Unmarshal([]byte(doc), &o.Data); err != nil {
			t.Fatal(err)
		}
		if o.Data["kind"] != nil {
			units = append(units, model.Read(o))
		}
	}
	return rules.Findings(mine, model.Build(units, model.Options{Complete: true}))
}
