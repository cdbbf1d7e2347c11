package cluster

import (
	"context"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// NodesGone waits until a NodePool has no NodeClaims: Karpenter drains the nodes
// of a pool that is deleted and ends their instances, which go on costing money
// until then (karpenter.sh/docs/concepts/disruption, v1.14: NodeClaims are owned
// by their NodePool).
func (c *Client) NodesGone(ctx context.Context, pool string, timeout time.Duration, see func(State)) error {
	kind := schema.GroupVersionKind{Group: KarpenterGroup, Version: "v1", Kind: "NodeClaim"}
	start, last := c.Now(), ""
	for {
		all, err := c.List(ctx, kind, "")
		if err != nil {
			return err
		}
		var names []string
		for _, o := range all {
			if labels, _ := o.At("metadata", "labels").(map[string]any); labels["karpenter.sh/nodepool"] == pool {
				names = append(names, o.Name())
			}
		}
		if len(names) == 0 {
			return nil
		}
		state := State{Word: "draining", Message: fmt.Sprintf("%d nodes are left: %s", len(names), strings.Join(names, ", "))}
		if see != nil && last != state.Message {
			see(state)
		}
		last = state.Message
		if c.Now().Sub(start) >= timeout {
			return &TimeoutError{
				Target: Target{Kind: schema.GroupVersionKind{Kind: "the nodes of NodePool"}, Name: pool}, After: timeout, State: state,
				Why: []string{"Karpenter must run to end them; kubectl describe nodeclaims says what keeps them"},
			}
		}
		if err := c.Sleep(ctx, pollEvery); err != nil {
			return err
		}
	}
}
