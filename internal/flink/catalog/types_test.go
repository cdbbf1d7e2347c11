package catalog_test

import (
	"os"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
)

// TestFlinkValues compares with what Flink's own code says of a text as the
// value of a type. Flink 1.17 to 1.20 say what the first file has, 2.0 the second,
// and 2.1 and 2.2 the third.
func TestFlinkValues(t *testing.T) {
	t.Parallel()
	for file, v := range map[string]flink.Version{"1.17": {Major: 1, Minor: 17}, "2.0": {Major: 2, Minor: 0}, "2.1": {Major: 2, Minor: 1}} {
		data, err := os.ReadFile("testdata/values-" + file + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		cases := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
		if len(cases) < 1500 {
			t.Fatalf("%s: %d cases", file, len(cases))
		}
		for _, line := range cases {
			f := strings.Split(line, "\t")
			err := catalog.ParseType(f[0]).Check(v, f[1])
			if (err == nil) != (f[2] == "ok") {
				t.Errorf("%s: %s %q: got %v, want %s", file, f[0], f[1], err, f[2])
			}
		}
	}
}
