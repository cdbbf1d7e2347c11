// Command helm-flink-capacity runs Karpenter's scheduler for `helm-flink
// capacity`, which starts it: one request as JSON on standard input, the answer
// as JSON on standard output.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/capacity/scheduler"
)

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(800) // short and full of garbage
	}
	scheduler.Setup()
	if err := run(context.Background(), os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run answers one request.
func run(ctx context.Context, in io.Reader, out io.Writer) error {
	var request capacity.Simulation
	if err := json.NewDecoder(in).Decode(&request); err != nil {
		return fmt.Errorf("read the request: %w; this program is started by helm-flink capacity", err)
	}
	outcome, err := scheduler.Simulate(ctx, request)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(outcome); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}
