// Command flame draws where the time of a run goes, as the flame graph of docs/performance.md, and measures the floor:
// what reading the values and writing the objects takes by the YAML libraries alone.
//
//	go run ./internal/testkit/flame -o docs/flame.svg -f values.yaml -k overlay
//
// It runs the verb template in its own process, several times, and asks `go tool pprof` for the samples.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/examples"
	"github.com/helm-flink/helm-flink/internal/cli"
	"github.com/helm-flink/helm-flink/schemas"
)

func main() {
	out := flag.String("o", "flame.svg", "`file` to write")
	values := flag.String("f", "", "values `file`")
	overlay := flag.String("k", "", "overlay `directory`")
	times := flag.Int("n", 3, "how many runs")
	flag.Parse()
	if err := run(*out, *values, *overlay, *times); err != nil {
		fmt.Fprintln(os.Stderr, "Error: "+err.Error())
		os.Exit(1)
	}
}

func run(out, values, overlay string, times int) error {
	dir, err := os.MkdirTemp("", "flame")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	profile := filepath.Join(dir, "cpu")
	f, err := os.Create(profile)
	if err != nil {
		return err
	}
	debug.SetGCPercent(400) // about what the program does with a thousand jobs
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	var rendered bytes.Buffer
	for range times {
		rendered.Reset()
		code := cli.Main(context.Background(), []string{"template", "-f", values, "-k", overlay},
			cli.Streams{In: bytes.NewReader(nil), Out: &rendered, Err: io.Discard}, os.Environ(),
			cli.Assets{Version: "0.0.0", Charts: charts.FS, Schema: schemas.Values, Examples: examples.FS})
		if code != 0 {
			return fmt.Errorf("template ended with %d", code)
		}
	}
	pprof.StopCPUProfile()
	if err := f.Close(); err != nil {
		return err
	}
	traces, err := exec.Command("go", "tool", "pprof", "-traces", profile).Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return fmt.Errorf("go tool pprof: %s", exit.Stderr)
		}
		return err
	}
	root := parse(string(traces))
	root.merge()
	title := fmt.Sprintf("helm-flink template -f %s -k %s, CPU time", filepath.Base(values), filepath.Base(overlay))
	if err := os.WriteFile(out, svg(root, title), 0o644); err != nil {
		return err
	}
	return floor(values, rendered.Bytes())
}
