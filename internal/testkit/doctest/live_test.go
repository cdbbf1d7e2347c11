//go:build unix

package doctest_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/testkit/doctest"
)

// core is the node that the operator runs on.
const core = `
apiVersion: v1
kind: Node
metadata:
  name: core
  annotations: {kwok.x-k8s.io/node: fake}
status:
  allocatable: {cpu: "64", memory: 256Gi, pods: "250"}
  capacity: {cpu: "64", memory: 256Gi, pods: "250"}
`

// TestLive runs the pages that have blocks for a cluster once more, each on a control plane of its own, one after the other. Only
// the Flink operator, cert-manager and the nodes are played.
func TestLive(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts control planes; left out with -short")
	}
	programs := program(t)
	for _, name := range pages(t) {
		page := parse(t, name)
		if !slices.ContainsFunc(page.Blocks, func(b doctest.Block) bool { return b.Marker.Kind == "live" }) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			plane := testkit.ControlPlane(t, testkit.Scheduler, testkit.Controllers, testkit.Nodes)
			plane.ApplyCRDs(t)
			plane.Apply(t, core)
			plane.PlayOperatorWebhook(t, "flink-kubernetes-operator")
			plane.PlayFlinkOperator(t)
			b := newBench(t, programs, "helm4")
			if err := os.Symlink(testkit.Tool(t, "kubectl"), filepath.Join(b.bin, "kubectl")); err != nil {
				t.Fatal(err)
			}
			p := b.newPlace(t, name)
			p.env, p.live = append(p.env, "KUBECONFIG="+plane.Kubeconfig), true
			for _, block := range page.Blocks {
				p.block(t, name, block)
			}
		})
	}
}
