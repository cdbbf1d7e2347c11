// Command karpenter runs the controllers of Karpenter's core against an API server, for tests, with a cloud of its own
// that knows the instance types and prices of this repository's catalogue, sized by the EC2NodeClasses of the API server.
//
// It takes the flags and environment variables of Karpenter itself (KUBECONFIG among them), prints the line "ready" on
// stdout when its caches are filled, and ends when stdin closes.
//
// Left out is one controller, disruption: it would take nodes away while a test counts them.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"sigs.k8s.io/karpenter/pkg/controllers"
	"sigs.k8s.io/karpenter/pkg/controllers/disruption"
	"sigs.k8s.io/karpenter/pkg/controllers/state"
	"sigs.k8s.io/karpenter/pkg/operator"

	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "karpenter:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, op := operator.NewOperator()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		cancel()
	}()
	builtIn := instances.NewBuiltIn()
	prices, ok := builtIn.Prices().Region(region)
	if !ok {
		return fmt.Errorf("no prices of %s", region)
	}
	cloud := newCloud(op.GetClient(), builtIn.Types(), prices)
	cluster := state.NewCluster(op.Clock, op.GetClient(), cloud)
	for _, c := range controllers.NewControllers(
		ctx, op.Manager, op.Clock, op.GetClient(), op.EventRecorder, cloud, cloud, cluster, op.InstanceTypeStore,
	) {
		if _, out := c.(*disruption.Controller); out {
			continue
		}
		if err := c.Register(ctx, op.Manager); err != nil {
			return err
		}
	}
	go func() {
		if op.GetCache().WaitForCacheSync(ctx) {
			fmt.Println("ready")
		}
	}()
	return op.Manager.Start(ctx)
}
