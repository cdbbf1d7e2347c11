// Command helm-flink turns one values file into a running Flink platform on
// Amazon EKS. As a Helm plugin it is `helm flink`.
package main

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/examples"
	"github.com/helm-flink/helm-flink/internal/cli"
	"github.com/helm-flink/helm-flink/schemas"
)

// version is set by the build, from plugin.yaml.
var version = "dev"

func main() { os.Exit(run()) }

// patience is how long a verb that holds a lock may take to give it back.
const patience = 10 * time.Second

// run returns the exit code; a signal ends it with 128 and its number.
func run() int {
	garbage := collectLess()
	// Helm says of a plugin that SIGPIPE ends that it failed. `helm flink … | head`
	// is to end without a word: cli sees the error of the write.
	if os.Getenv("HELM_PLUGIN_NAME") != "" {
		signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan int, 1)
	var linger atomic.Bool
	go func() {
		done <- cli.Main(ctx, os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Environ(), cli.Assets{
			Version: version, Charts: charts.FS, Schema: schemas.Values, Examples: examples.FS, Clock: clock(&linger),
			Unit: garbage.unit,
		})
	}()
	select {
	case code := <-done:
		return code
	case s := <-signals:
		cancel()
		if linger.Load() { // it gives back what others wait for; a second signal ends it at once
			select {
			case <-done:
			case <-signals:
			case <-time.After(patience):
			}
		}
		if s == syscall.SIGTERM {
			return 143
		}
		return 130
	}
}
