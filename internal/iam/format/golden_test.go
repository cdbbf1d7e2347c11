package format_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/helm-flink/helm-flink/internal/iam/format"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// goldenFile is the name of a format's golden file.
func goldenFile(f format.Format) string {
	return map[format.Format]string{
		format.JSON: "documents.json", format.CloudFormation: "cloudformation.yaml", format.Terraform: "helm-flink.tf",
		format.Eksctl: "cluster-config.yaml",
	}[f]
}

// write writes a plan in a format.
func write(t *testing.T, plan string, f format.Format, o format.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := format.Write(&out, plans()[plan], f, o); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestGolden compares each format of each plan with its file, and holds that the
// same plan gives the same bytes.
func TestGolden(t *testing.T) {
	t.Parallel()
	for plan := range plans() {
		for _, f := range format.Formats() {
			got := write(t, plan, f, format.Options{})
			testkit.Golden(t, filepath.Join("testdata", plan, goldenFile(f)), got)
			for range 5 {
				if !bytes.Equal(write(t, plan, f, format.Options{}), got) {
					t.Fatalf("%s of %s: not the same bytes again", f, plan)
				}
			}
		}
		testkit.Golden(t, filepath.Join("testdata", plan, "new-cluster.yaml"), write(t, plan, format.Eksctl, format.Options{Cluster: true}))
	}
	entries, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(plans()) {
		t.Errorf("testdata has %d folders for %d plans", len(entries), len(plans()))
	}
}
