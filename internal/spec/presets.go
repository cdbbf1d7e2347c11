package spec

import (
	_ "embed"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
)

// presetsYAML holds the presets of node pools by name.
//
//go:embed presets.yaml
var presetsYAML []byte

// The second pool that `fallback` stands for.
const (
	fallbackSuffix = "-fallback"
	// poolLabel is on the nodes of a pool and of its fallback; pods that name the
	// pool select it.
	poolLabel = "helm-flink.dev/node-pool"
	// fallbackWeight is the weight of a pool with a fallback; that has none, which
	// counts as 0.
	fallbackWeight = 10
)

// Presets returns the presets of node pools by name, each as the values that it
// stands for. An error is a fault of this program.
func Presets() (map[string]map[string]any, error) {
	var out map[string]map[string]any
	if err := yaml.UnmarshalStrict(presetsYAML, &out); err != nil {
		return nil, fmt.Errorf("presets: %w", err)
	}
	return out, nil
}

// expanded returns the values with every preset laid under its pool, and with
// every fallback as the pool that it stands for. What a preset gives has the
// position of the key that names it.
func expanded(doc *values.Document) (*values.Document, error) {
	pools := doc.Root.Get("nodePools")
	out := pools
	for _, key := range pools.Keys() {
		written := pools.Get(key)
		pool := written
		if preset := pool.Get("preset"); preset != nil && preset.Kind != values.Null {
			all, err := Presets()
			if err != nil {
				return nil, err
			}
			pool = layUnder(pool, ownChoice(pool, values.FromPlain(all[preset.Text], preset.Pos)))
		}
		if fallback := pool.Get("fallback"); fallback != nil && fallback.Kind == values.Map {
			var second *values.Node
			pool, second = paired(key, pool, fallback)
			name := key + fallbackSuffix
			if there := pools.Get(name); there == nil || there.Kind == values.Null { // else a name clash, which is said later
				out = out.With(name, second)
			}
		}
		if pool != written {
			out = out.With(key, pool)
		}
	}
	if out == pools {
		return doc, nil
	}
	return &values.Document{Root: doc.Root.With("nodePools", out)}, nil
}

// paired gives a pool and its fallback a label in common, and an order.
func paired(key string, pool, fallback *values.Node) (first, second *values.Node) {
	label := object{"labels": object{poolLabel: key}}
	first = layUnder(pool, values.FromPlain(override(label, object{"weight": fallbackWeight}), fallback.Where()))
	lower := first.Filter(func(key string) bool { return key != "preset" && key != "fallback" && key != "weight" })
	second = layUnder(fallback, values.FromPlain(object{"capacityTypes": []any{"on-demand"}}, fallback.Where()))
	return first, layUnder(second, ownChoice(fallback, lower))
}

// layUnder lays base under the own values of a pool, which keep their places.
// The maps of a pool merge by their keys, `spec` at every depth; a null of the
// pool's own stays.
func layUnder(own, base *values.Node) *values.Node {
	out := own
	for _, key := range base.Keys() {
		mine, theirs := own.Get(key), base.Get(key)
		switch {
		case mine == nil:
			out = out.With(key, theirs)
		case mine.Kind != values.Map || theirs.Kind != values.Map:
		case key == "spec":
			out = out.With(key, values.Merge(theirs, mine))
		default:
			for _, name := range theirs.Keys() {
				if mine.Get(name) == nil {
					mine = mine.With(name, theirs.Get(name))
				}
			}
			out = out.With(key, mine)
		}
	}
	return out
}

// ownChoice takes the choice of instance types out of base where the pool has
// one of its own: both together would leave none.
func ownChoice(own, base *values.Node) *values.Node {
	for _, key := range []string{"instanceCategories", "instanceFamilies", "instanceTypes"} {
		if n := own.Get(key); n != nil && n.Kind == values.List {
			return base.Filter(func(key string) bool {
				switch key {
				case "instanceCategories", "instanceFamilies", "instanceTypes", "instanceGenerations":
					return false
				}
				return true
			})
		}
	}
	return base
}

// maxPoolName is the longest value of a label, which the name of a NodePool
// becomes.
const maxPoolName = 63

// fallbacks checks what pools with a fallback need.
func (c *checker) fallbacks() {
	p := c.platform
	for _, key := range sortedKeys(p.NodePools) {
		pool := p.NodePools[key]
		if pool.Fallback == nil {
			continue
		}
		path, name := []string{"nodePools", key, "fallback"}, key+fallbackSuffix
		second := p.NodePools[name]
		switch {
		case len(name) > maxPoolName:
			c.fail(diag.CodeNameClash, path,
				fmt.Sprintf("the second pool would be %s, which has more than %d characters", name, maxPoolName),
				"give the pool a shorter name")
		case second.Labels[poolLabel] != key:
			c.fail(diag.CodeNameClash, []string{"nodePools", name},
				fmt.Sprintf("node pool %s is what the fallback of %s makes already", name, key), "give one of them another name")
		case pool.Weight <= second.Weight:
			c.fail(diag.CodeDisagreement, sub(path, "weight"),
				fmt.Sprintf("the fallback has weight %d and the pool itself %d, so Karpenter tries the fallback first",
					second.Weight, pool.Weight),
				"give the pool itself the higher weight")
		}
	}
}

// onSpot reports whether the pool may start Spot instances.
func (n *NodePool) onSpot() bool {
	return strings.Contains(strings.Join(n.CapacityTypes, " "), "spot")
}
