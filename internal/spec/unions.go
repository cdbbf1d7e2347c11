package spec

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/helm-flink/helm-flink/internal/values"
)

var (
	_ decoder = (*PoolRef)(nil)
	_ decoder = (*EnvVar)(nil)
	_ decoder = (*Requirement)(nil)
	_ decoder = (*WatchNamespaces)(nil)
	_ decoder = (*Config)(nil)
	_ decoder = (*Volume)(nil)
	_ decoder = (*Selector)(nil)
	_ decoder = (*Sizes)(nil)
)

// PoolRef names the node pools of a Flink cluster: one for all pods, or one
// each. An empty name means none.
type PoolRef struct {
	JobManager  string `json:"jobManager"`
	TaskManager string `json:"taskManager"`
}

func (p *PoolRef) decode(n *values.Node) error {
	if n.Kind != values.Map {
		*p = PoolRef{JobManager: n.Text, TaskManager: n.Text}
		return nil
	}
	*p = PoolRef{}
	decodeTexts(n, map[string]*string{"jobManager": &p.JobManager, "taskManager": &p.TaskManager})
	return nil
}

// EnvVar is an environment variable: a literal value, or a reference.
type EnvVar struct {
	Value     *string
	Secret    string
	ConfigMap string
	FieldPath string
	Key       string
}

func (e *EnvVar) decode(n *values.Node) error {
	*e = EnvVar{}
	if n.Kind != values.Map {
		e.Value = &n.Text
		return nil
	}
	if v := n.Get("value"); v != nil && v.Kind != values.Null {
		e.Value = &v.Text
	}
	decodeTexts(n, map[string]*string{
		"secret": &e.Secret, "configMap": &e.ConfigMap, "fieldPath": &e.FieldPath, "key": &e.Key,
	})
	return nil
}

func decodeTexts(n *values.Node, into map[string]*string) {
	for key, dst := range into {
		if v := n.Get(key); v != nil && v.Kind != values.Null {
			*dst = v.Text
		}
	}
}

// Requirement is a requirement of a node pool; its key is the key of the map it
// stands in. A list of values means the operator In; bounds stand for Gt and Lt,
// and neither operator nor values are beside them.
type Requirement struct {
	Bounds
	Operator  string   `json:"operator" default:"In"`
	Values    []string `json:"values"`
	MinValues *int64   `json:"minValues"`
}

func (r *Requirement) decode(n *values.Node) error {
	if n.Kind == values.List {
		*r = Requirement{Operator: "In"}
		for _, item := range n.Items() {
			r.Values = append(r.Values, item.Text)
		}
		return nil
	}
	type plain Requirement
	return decode(n, (*plain)(r))
}

// Selector selects AWS objects by Karpenter's selector terms; tags are one term.
// No terms mean that the values say nothing.
type Selector struct {
	Terms []any
}

func (s *Selector) decode(n *values.Node) error {
	*s = Selector{}
	if n.Kind == values.List {
		s.Terms, _ = n.Plain().([]any)
		return nil
	}
	tags := object{}
	for _, key := range n.Keys() {
		if v := n.Get(key); v.Kind != values.Null {
			tags[key] = v.Text
		}
	}
	if len(tags) > 0 {
		s.Terms = []any{object{"tags": tags}}
	}
	return nil
}

// Sizes are a list of numbers, or bounds; nil bounds and an empty list are
// neither.
type Sizes struct {
	List   []string
	Bounds *Bounds
}

func (s *Sizes) decode(n *values.Node) error {
	*s = Sizes{}
	if n.Kind == values.List {
		return decodeSlice(n, reflect.ValueOf(&s.List).Elem(), false, "")
	}
	s.Bounds = &Bounds{}
	return decode(n, s.Bounds)
}

// WatchNamespaces says which namespaces the operator watches: "teams", "all",
// or the names in List.
type WatchNamespaces struct {
	Mode string
	List []string
}

func (w *WatchNamespaces) decode(n *values.Node) error {
	*w = WatchNamespaces{Mode: n.Text}
	if n.Kind != values.List {
		return nil
	}
	w.Mode = "list"
	for _, item := range n.Items() {
		w.List = append(w.List, item.Text)
	}
	return nil
}

// Config is a flinkConfiguration: flat keys and their source text. Nested maps
// are joined with dots and lists with ";", as Flink reads them. A null deletes
// what a layer below gave and is kept as an absent key in Deleted. What Flink
// would lose in silence is in Problems: a list of maps, a key with two values
// (operator 1.15, ConfigObjectNode.asFlatMap).
type Config struct {
	Set      map[string]string
	Deleted  []string
	Problems []string
}

func (c *Config) decode(n *values.Node) error {
	if n.Kind != values.Map {
		return fmt.Errorf("want a map")
	}
	*c = Config{Set: map[string]string{}}
	c.flatten("", n)
	return nil
}

func (c *Config) flatten(prefix string, n *values.Node) {
	for _, key := range n.Keys() {
		child, name := n.Get(key), prefix+key
		if before, ok := c.Set[name]; ok && child.Kind != values.Map && child.Text != before {
			c.Problems = append(c.Problems, fmt.Sprintf("key %s stands here twice, nested and with dots, with different values", name))
		}
		switch child.Kind {
		case values.Map:
			c.flatten(name+".", child)
		case values.Null:
			c.Deleted = append(c.Deleted, name)
		case values.List:
			var items []string
			for _, item := range child.Items() {
				if item.Kind == values.Map || item.Kind == values.List {
					c.Problems = append(c.Problems,
						fmt.Sprintf("key %s is a list of more than plain values, which no configuration can hold", name))
				}
				items = append(items, item.Text)
			}
			c.Set[name] = strings.Join(items, ";")
		default:
			c.Set[name] = child.Text
		}
	}
}

func (v *Volume) decode(n *values.Node) error {
	*v = Volume{Source: map[string]any{}}
	for _, key := range n.Keys() {
		child := n.Get(key)
		switch key {
		case "mountPath":
			v.MountPath = child.Text
		case "subPath":
			v.SubPath = child.Text
		case "readOnly":
			v.ReadOnly = child.Text == "true"
		default:
			v.Source[key] = child.Plain()
		}
	}
	return nil
}
