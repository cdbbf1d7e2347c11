package cli_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/cli"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

var (
	fleetFile = flag.String("fleet", "", "`file` that TestWriteFleet writes, for measuring the program itself")
	fleetSize = flag.Int("fleet.n", 1000, "`number` of documents that TestWriteFleet writes")
)

// TestWriteFleet writes the input of BenchmarkValidate to the file of -fleet, or
// a small one to a folder of its own, and holds it to be free of errors.
func TestWriteFleet(t *testing.T) {
	file, n := *fleetFile, *fleetSize
	if file == "" {
		file, n = filepath.Join(t.TempDir(), "fleet.yaml"), 20
	}
	if err := os.WriteFile(file, testkit.Fleet(t, n), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code := run(t, "", "validate", file)
	if code != 0 {
		t.Errorf("exit %d\n%s%s", code, stdout, stderr)
	}
}

// again runs the command line over and over, each time from the start: schema,
// charts and all are compiled anew, as in a process of its own.
func again(b *testing.B, stdin []byte, args ...string) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		var out, complaint bytes.Buffer
		streams := cli.Streams{In: bytes.NewReader(stdin), Out: &out, Err: &complaint}
		if code := cli.Main(b.Context(), args, streams, nil, assets()); code != 0 {
			b.Fatalf("exit %d\n%s%s", code, out.String(), complaint.String())
		}
	}
}

// BenchmarkTemplate renders each example.
func BenchmarkTemplate(b *testing.B) {
	for _, name := range []string{"minimal", "emr-blueprint"} {
		file := filepath.Join(testkit.RepoRoot(b), "examples", name+".yaml")
		b.Run(name, func(b *testing.B) { again(b, nil, "template", "-f", file) })
	}
}

// BenchmarkValidate judges a thousand FlinkDeployments of about 100 lines, as
// manifests on standard input, and values files of one job and of ten.
func BenchmarkValidate(b *testing.B) {
	b.Run("1000 FlinkDeployments", func(b *testing.B) {
		const documents = 1000
		stdin := testkit.Fleet(b, documents)
		again(b, stdin, "validate", "--fail-on=error", "-")
		b.ReportMetric(float64(documents*b.N)/b.Elapsed().Seconds(), "documents/s")
		b.ReportMetric(float64(bytes.Count(stdin, []byte{'\n'}))/documents, "lines/document")
	})
	for _, name := range []string{"minimal", "emr-blueprint"} {
		file := filepath.Join(testkit.RepoRoot(b), "examples", name+".yaml")
		b.Run(name, func(b *testing.B) { again(b, nil, "validate", "-f", file) })
	}
	b.Run("ten jobs", func(b *testing.B) {
		file := filepath.Join(b.TempDir(), "flink.yaml")
		if err := os.WriteFile(file, tenJobs(b), 0o600); err != nil {
			b.Fatal(err)
		}
		again(b, nil, "validate", "-f", file)
	})
}

// tenJobs is the example minimal with nine more jobs.
func tenJobs(tb testing.TB) []byte {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(tb), "examples", "minimal.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	head, job, found := strings.Cut(string(text), "\n  state-machine:\n")
	if !found {
		tb.Fatal("examples/minimal.yaml has no job state-machine")
	}
	var out strings.Builder
	out.WriteString(head + "\n")
	for i := range 10 {
		fmt.Fprintf(&out, "  state-machine-%d:\n%s", i, job)
	}
	return []byte(out.String())
}
