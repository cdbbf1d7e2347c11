package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/fit"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
	"github.com/helm-flink/helm-flink/internal/pods"
)

// NodeGroup is a declared group of nodes that Karpenter does not make: nothing
// of it is among the objects.
type NodeGroup struct {
	Name string
	// Labels are those of its nodes, each with the values that it may have.
	Labels map[string][]string
	Taints []corev1.Taint
}

// NodePool is a pool of nodes that pods may run on: a NodePool of the input, or
// a declared group.
type NodePool struct {
	*fit.Pool
	// Object is the NodePool; nil for a declared group.
	Object *Object
}

// Title names the pool in messages.
func (p NodePool) Title() string {
	if p.Declared() {
		return "node group " + p.Name
	}
	return p.Name
}

// Fleet is the pools of nodes that there are for pods.
type Fleet struct {
	// Pools are the NodePools of the input in its order, and then the declared groups.
	Pools []NodePool
	// Whole is false if a NodePool cannot be read and is left out.
	Whole bool

	overhead corev1.ResourceList
	mutex    sync.Mutex
	asked    map[string][]fit.Answer
}

// Fleet returns the pools. They are read when they are first asked for, and the
// instance types only with the first pods or the first look at what a pool leaves.
func (w *World) Fleet() *Fleet { return w.fleet() }

func (w *World) makeFleet() *Fleet {
	f := &Fleet{Whole: true, overhead: w.Daemons, asked: map[string][]fit.Answer{}}
	c := w.Catalogue.OrBuiltIn()
	for _, o := range w.Kind("NodePool") {
		p, err := karpenter.ReadPool(o.Key.Name, o.Data)
		if err != nil {
			f.Whole = false
			continue
		}
		f.Pools = append(f.Pools, NodePool{fit.New(p, w.nodeClass(p), c), o})
	}
	for _, g := range w.Groups {
		labels := karpenter.Requirements{}
		for key, values := range g.Labels {
			labels[key] = karpenter.NewRequirement(key, karpenter.In, values...)
		}
		f.Pools = append(f.Pools, NodePool{Pool: fit.Group(g.Name, labels, g.Taints, c)})
	}
	return f
}

// nodeClass reads the node class of a pool; nil if it is not in the input or cannot
// be read.
func (w *World) nodeClass(p karpenter.Pool) *instances.NodeClass {
	o := w.Find("EC2NodeClass", "", p.NodeClass)
	if o == nil {
		return nil
	}
	class, err := instances.ReadNodeClass(p.NodeClass, o.Data)
	if err != nil {
		return nil
	}
	return &class
}

// Answers says of each pool whether it takes such pods, in the order of Pools. Equal
// pods are judged once: of a thousand jobs most are alike. The result must not be
// changed.
func (f *Fleet) Answers(g pods.Group) []fit.Answer {
	spec := g.Template.Spec
	shape := shapeOf(spec, g.Requests)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	out, known := f.asked[shape]
	if !known {
		for _, p := range f.Pools {
			out = append(out, p.Ask(spec, g.Requests, f.overhead))
		}
		f.asked[shape] = out
	}
	return out
}

// Taking lists the pools that take such pods.
func (f *Fleet) Taking(g pods.Group) []NodePool {
	var out []NodePool
	for n, r := range f.Answers(g) {
		if len(r.Reasons) == 0 {
			out = append(out, f.Pools[n])
		}
	}
	return out
}

// shapeOf writes what a pool looks at of a pod.
func shapeOf(spec corev1.PodSpec, requests corev1.ResourceList) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(spec.NodeSelector)) {
		fmt.Fprintf(&b, "%q=%q,", key, spec.NodeSelector[key])
	}
	for _, t := range spec.Tolerations {
		fmt.Fprintf(&b, ";%q,%q,%q,%q", t.Key, t.Operator, t.Value, t.Effect)
	}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		q := requests[name]
		fmt.Fprintf(&b, ";%s", q.String())
	}
	if a := spec.Affinity; a != nil && a.NodeAffinity != nil {
		if text, err := json.Marshal(a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution); err == nil {
			b.Write(text)
		}
	}
	return b.String()
}
