package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/examples"
	"github.com/helm-flink/helm-flink/internal/cli"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"helm-flink": func() {
		os.Exit(cli.Main(context.Background(), os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Environ(), program()))
	}})
}

func assets() cli.Assets {
	return cli.Assets{Version: "0.0.0-test", Charts: charts.FS, Schema: schemas.Values, Examples: examples.FS}
}

// program is assets with a clock, for verbs that speak to a cluster.
func program() cli.Assets {
	a := assets()
	a.Clock = cli.Clock{
		Now: time.Now, Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		Random: func() float64 { return 0 }, Linger: func() {},
		Holder: func() string { return "test" }, Alive: func(string) bool { return true },
	}
	return a
}

// run runs the command line in process.
func run(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, complaint bytes.Buffer
	code = cli.Main(t.Context(), args, cli.Streams{In: strings.NewReader(stdin), Out: &out, Err: &complaint}, nil, assets())
	return out.String(), complaint.String(), code
}

// TestScripts runs testdata/script/<verb>/*.txtar: the command line as its
// users meet it.
func TestScripts(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	verbs, err := filepath.Glob(filepath.Join(root, "testdata", "script", "*"))
	if err != nil || len(verbs) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	capacityProgram := testkit.CapacityProgram(t)
	for _, dir := range verbs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			testscript.Run(t, testscript.Params{
				Dir: dir, RequireExplicitExec: true, RequireUniqueNames: true, UpdateScripts: testkit.Updating(),
				Setup: func(e *testscript.Env) error {
					e.Setenv("EXAMPLES", filepath.Join(root, "examples"))
					e.Setenv("PATH_WITHOUT_CAPACITY", e.Getenv("PATH"))
					e.Setenv("PATH", capacityProgram+string(filepath.ListSeparator)+e.Getenv("PATH"))
					return nil
				},
			})
		})
	}
}

// TestGolden renders every case of testdata/golden: want.yaml is stdout,
// want.txt the exit code and stderr. A case is values.yaml, or args: one
// argument a line, $CASE and $EXAMPLES being folders.
func TestGolden(t *testing.T) {
	root := testkit.RepoRoot(t)
	dir := filepath.Join(root, "testdata", "golden")
	cases := testkit.Cases(t, dir)
	parallel := map[string]string{}
	results := make(chan [2]string, len(cases))
	t.Run("case", func(t *testing.T) {
		for _, name := range cases {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				stdout, report := goldenRun(t, root, name)
				results <- [2]string{name, stdout + report}
				testkit.Golden(t, filepath.Join(dir, name, "want.yaml"), orNil(stdout))
				testkit.Golden(t, filepath.Join(dir, name, "want.txt"), []byte(report))
			})
		}
	})
	close(results)
	for r := range results {
		parallel[r[0]] = r[1]
	}
	// Once more, alone and with one processor: the same bytes.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, name := range cases {
		stdout, report := goldenRun(t, root, name)
		if before, ok := parallel[name]; ok && stdout+report != before {
			t.Errorf("%s: another output with GOMAXPROCS=1:\n%s", name, testkit.Diff(name, before, stdout+report))
		}
	}
}

func orNil(s string) []byte {
	if s == "" {
		return nil
	}
	return []byte(s)
}

func goldenRun(t *testing.T, root, name string) (stdout, report string) {
	t.Helper()
	here := filepath.Join(root, "testdata", "golden", name)
	args := []string{"-f", filepath.Join(here, "values.yaml")}
	if data, err := os.ReadFile(filepath.Join(here, "args")); err == nil {
		expand := strings.NewReplacer("$CASE", here, "$EXAMPLES", filepath.Join(root, "examples"))
		args = strings.Split(strings.TrimSpace(expand.Replace(string(data))), "\n")
	}
	stdout, stderr, code := run(t, "", append([]string{"template"}, args...)...)
	stderr = strings.NewReplacer(here+string(filepath.Separator), "", root+string(filepath.Separator), "").Replace(stderr)
	return stdout, "exit " + string(rune('0'+code)) + "\n" + stderr
}

// TestExamplesAreCases asks for a golden case for every example.
func TestExamplesAreCases(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	files, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range files {
		name := "example-" + strings.TrimSuffix(filepath.Base(file), ".yaml")
		if _, err := os.Stat(filepath.Join(root, "testdata", "golden", name, "want.yaml")); err != nil {
			t.Errorf("%s has no golden case: %v", filepath.Base(file), err)
		}
	}
}
