package testkit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// fleetLines is how many lines a document of Fleet has at least.
const fleetLines = 95

// Fleet is a stream of n FlinkDeployments, as large ones of testdata/golden are
// rendered, 95 to 138 lines each. Each has a name of its own, and paths and
// labels by it, so that none shares its state with another.
func Fleet(tb testing.TB, n int) []byte {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(RepoRoot(tb), "testdata", "golden", "*", "want.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	var documents, names []string
	name := regexp.MustCompile(`(?m)^  name: (.*)$`)
	for _, file := range files {
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			tb.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "---\n") {
			if strings.Contains(document, "\nkind: FlinkDeployment\n") && strings.Count(document, "\n") >= fleetLines {
				documents = append(documents, document)
				names = append(names, name.FindStringSubmatch(document)[1])
			}
		}
	}
	if len(documents) == 0 {
		tb.Fatal("testdata/golden has no large FlinkDeployment")
	}
	var out bytes.Buffer
	for i := range n {
		k := i % len(documents)
		out.WriteString("---\n")
		out.WriteString(strings.ReplaceAll(documents[k], names[k], fmt.Sprintf("%s-%05d", names[k], i)))
	}
	return out.Bytes()
}
