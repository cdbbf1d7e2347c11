package rules_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify/model"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestRendered judges what values are rendered to by the rules across objects: our own examples, as whole platforms, get no
// finding at all, and the other cases no error and no warning. A case that renders some components is a part of a platform.
func TestRendered(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "testdata", "golden", "*", "want.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no rendered files: %v", err)
	}
	all, examples := rules.All(), 0
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file))
		example := strings.HasPrefix(name, "example-")
		if example {
			examples++
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args, err := os.ReadFile(filepath.Join(filepath.Dir(file), "args"))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Fatal(err)
			}
			w := world(t, file, !strings.Contains(string(args), "--include\n"))
			for _, f := range rules.Findings(all, w) {
				if across(f.Code) && (example || f.Severity != diag.Info) {
					t.Errorf("%s", f)
				}
			}
		})
	}
	if examples < 5 {
		t.Errorf("%d examples, want those of examples/", examples)
	}
}

// TestRenderedWithout takes one object away from our Apache example: what is missed must be said, and nothing else.
func TestRenderedWithout(t *testing.T) {
	t.Parallel()
	all := rules.All()
	file := filepath.Join(testkit.RepoRoot(t), "testdata", "golden", "example-apache", "want.yaml")
	for gone, want := range map[string]string{
		"EC2NodeClass nvme":                                                  "error FLK702",
		"NodePool flink-arm64":                                               "error FLK700",
		"NodePool flink-nvme":                                                "error FLK700",
		"ServiceAccount clickstream/flink":                                   "error FLK500",
		"Role clickstream/flink":                                             "error FLK501",
		"RoleBinding clickstream/flink-role-binding":                         "error FLK501",
		"Namespace clickstream":                                              "info FLK514",
		"NetworkPolicy clickstream/flink-allow-aws":                          "error FLK505",
		"NetworkPolicy clickstream/flink-allow-dns":                          "error FLK505",
		"NetworkPolicy clickstream/flink-cluster-state-machine":              "error FLK505",
		"NetworkPolicy clickstream/flink-operator-rest":                      "error FLK505",
		"NetworkPolicy clickstream/flink-egress-kafka":                       "",
		"NetworkPolicy flink-kubernetes-operator/flink-operator-jobmanagers": "error FLK505",
		"NetworkPolicy flink-kubernetes-operator/flink-operator-webhook":     "",
		"FlinkDeployment clickstream/state-machine-graviton":                 "info FLK703",
	} {
		t.Run(gone, func(t *testing.T) {
			t.Parallel()
			var got []string
			found := false
			for _, f := range rules.Findings(all, world(t, file, true, gone)) {
				if across(f.Code) {
					found = found || f.Severity.String()+" "+string(f.Code) == want
					got = append(got, f.String())
					if f.Severity.String()+" "+string(f.Code) != want {
						t.Errorf("%s", f)
					}
				}
			}
			if !found && want != "" {
				t.Errorf("want %s, found %q", want, got)
			}
		})
	}
}

func across(c diag.Code) bool { return c >= "FLK500" && c < "FLK560" || c >= "FLK700" && c < "FLK750" }

func world(t *testing.T, file string, complete bool, without ...string) *model.World {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var units []model.Unit
	for doc := range strings.SplitSeq("\n"+string(data), "\n---\n") {
		if strings.TrimSpace(doc) == "" {
			continue
		}
		if o := (manifest.Object{Data: testkit.ParseObject(t, doc)}); !slices.Contains(without, o.Key().String()) {
			units = append(units, model.Read(o))
		}
	}
	return model.Build(units, model.Options{Complete: complete})
}
