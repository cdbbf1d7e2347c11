package spec

import (
	"errors"
	"maps"
	"reflect"
	"slices"

	"github.com/helm-flink/helm-flink/internal/values"
)

// layered decodes the layers, lowest first, into out, a pointer to a struct of
// this package. Keys that the struct does not have are left out, so that
// jobDefaults serve session clusters too; every layer but the last may hold
// them.
func layered(out any, layers ...*values.Node) error {
	keys := jsonKeys(reflect.TypeOf(out).Elem())
	var merged *values.Node
	for _, layer := range layers {
		if layer == nil || layer.Kind != values.Map {
			continue
		}
		next, err := mergeLayer(merged, layer.Filter(func(key string) bool { return slices.Contains(keys, key) }))
		if err != nil {
			return err
		}
		merged = next
	}
	return decode(merged, out)
}

// mergeLayer lays one layer of job settings over another. Maps merge, scalars
// and lists replace, null deletes; but a role, and an environment variable or a
// volume by its name, replaces the one below as a whole, since its keys exclude
// one another; and pod templates merge as Kubernetes merges them. The error is a
// mergeError.
func mergeLayer(base, over *values.Node) (*values.Node, error) {
	if base == nil || base.Kind != values.Map || over.Kind != values.Map {
		return over, nil
	}
	out := base
	for _, key := range over.Keys() {
		next, err := mergeKey(key, base.Get(key), over.Get(key))
		if merge := (mergeError{}); errors.As(err, &merge) {
			return nil, mergeError{append([]string{key}, merge.path...), merge.reason}
		}
		out = out.With(key, next)
	}
	return out, nil
}

func mergeKey(key string, base, over *values.Node) (*values.Node, error) {
	if base == nil || base.Kind != values.Map || over.Kind != values.Map {
		return over, nil
	}
	switch key {
	case "role":
		return over, nil
	case "env", "volumes":
		for _, name := range over.Keys() {
			base = base.With(name, over.Get(name))
		}
		return base, nil
	case "podTemplate":
		return mergePodNodes(base, over)
	case "jobManager", "taskManager":
		return mergeLayer(base, over)
	case "spec":
		return mergeSpecNodes(base, over)
	case "flinkConfiguration":
		return values.Merge(withoutSettings(base, "", settingNames(over, "")), over), nil
	default:
		return values.Merge(base, over), nil
	}
}

func mergePodNodes(base, over *values.Node) (*values.Node, error) {
	lower, _ := base.Plain().(object)
	upper, _ := over.Plain().(object)
	merged, err := mergePod(lower, upper)
	if err != nil {
		return nil, err
	}
	return values.FromPlain(merged, over.Pos), nil
}

// mergeSpecNodes merges two `spec`s, in which pod templates merge as elsewhere
// and null stays, to delete what is derived.
func mergeSpecNodes(base, over *values.Node) (*values.Node, error) {
	out := values.Merge(base, over)
	for _, path := range [][]string{{"podTemplate"}, {"jobManager", "podTemplate"}, {"taskManager", "podTemplate"}} {
		b, o := base.At(path...), over.At(path...)
		if b == nil || o == nil || b.Kind != values.Map || o.Kind != values.Map {
			continue
		}
		merged, err := mergePodNodes(b, o)
		if err != nil {
			return nil, err
		}
		if len(path) == 1 {
			out = out.With(path[0], merged)
			continue
		}
		out = out.With(path[0], out.Get(path[0]).With(path[1], merged))
	}
	return out, nil
}

// settingNames are the flat names of the settings in a flinkConfiguration, which
// may be nested.
func settingNames(n *values.Node, prefix string) map[string]bool {
	names := map[string]bool{}
	for _, key := range n.Keys() {
		if child := n.Get(key); child.Kind == values.Map {
			maps.Copy(names, settingNames(child, prefix+key+"."))
		} else {
			names[prefix+key] = true
		}
	}
	return names
}

// withoutSettings leaves out the settings of these flat names, so that a layer
// above may spell a key nested that is written with dots below.
func withoutSettings(n *values.Node, prefix string, names map[string]bool) *values.Node {
	out := n.Filter(func(key string) bool { return !names[prefix+key] })
	for _, key := range out.Keys() {
		if child := out.Get(key); child.Kind == values.Map {
			out = out.With(key, withoutSettings(child, prefix+key+".", names))
		}
	}
	return out
}
