package fit

import (
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// Group of the node classes whose instance types are known here.
const awsGroup = "karpenter.k8s.aws"

// Catalogue is the instance types that there are.
type Catalogue struct {
	// Types gives them. It is called when they are first needed.
	Types func() *instances.Catalogue
	// Final says that there are no others: the user gave the list. EC2 may have
	// types that the built-in list does not know.
	Final bool
}

// Pool is a NodePool with what Karpenter may start for it. Safe for concurrent
// use.
type Pool struct {
	karpenter.Pool
	// Class is its node class; nil if it is not known.
	Class *instances.NodeClass

	catalogue Catalogue
	group     bool
	verdict   func() instances.Verdict
	left      func() []candidate
}

// candidate is an instance type that is left, with what it gives to pods: as
// Karpenter computes it, and in the best case that a setting of the controller
// or a node class that is not known can bring about.
type candidate struct {
	*instances.Instance
	usual, best room
}

// New makes a pool. class is nil if the node class is not known.
func New(p karpenter.Pool, class *instances.NodeClass, c Catalogue) *Pool {
	out := &Pool{Pool: p, Class: class, catalogue: c}
	out.verdict = sync.OnceValue(func() instances.Verdict {
		v := c.Types().Judge(p)
		if class != nil {
			v.Left = slices.DeleteFunc(v.Left, func(i instances.Instance) bool { return !class.Takes(i) })
		}
		return v
	})
	out.left = sync.OnceValue(func() []candidate {
		types := out.verdict().Left
		all := make([]candidate, 0, len(types))
		for i := range types {
			all = append(all, out.candidate(&types[i]))
		}
		return all
	})
	return out
}

// Sized reports whether the instance types of the pool are known: those of
// Karpenter's provider for AWS, with Linux.
func (p *Pool) Sized() bool {
	return (p.NodeClassGroup == awsGroup || p.group) && (p.Class == nil || !p.Class.Windows())
}

// Verdict says what the requirements of the pool and its node class leave of the
// instance types. Only for a pool that is Sized. The result must not be changed.
func (p *Pool) Verdict() instances.Verdict { return p.verdict() }

// Open reports whether the pool may have instance types that the catalogue does
// not know: one of its lines names a value that no known type has.
func (p *Pool) Open() bool {
	return !p.catalogue.Final && slices.ContainsFunc(p.verdict().Dead, func(d instances.Dead) bool { return d.Unknown })
}

// Surely reports whether the pool has no instance type for certain: the lines that
// exclude each other can exclude no type that the catalogue does not know.
func (p *Pool) Surely() bool {
	v := p.verdict()
	return len(v.Left) == 0 && !p.Open() && (p.catalogue.Final || listed(v.Conflict))
}

// listed reports whether all lines list values, or one of them lists families or
// types, whose other labels do not change.
func listed(lines []karpenter.Line) bool {
	all := len(lines) > 0
	for _, l := range lines {
		in := l.Operator == karpenter.In
		if in && (l.Key == instances.LabelFamily || l.Key == instances.LabelType) {
			return true
		}
		all = all && in
	}
	return all
}

// Group makes a declared group of nodes: nodes with these labels and no others
// but those of Kubernetes and, where they are known, of their types. Requirements
// are what the labels are, each with its values.
func Group(name string, requirements karpenter.Requirements, taints []corev1.Taint, c Catalogue) *Pool {
	p := karpenter.Pool{Name: name, Requirements: requirements.Clone(), Taints: taints}
	for _, label := range karpenter.WellKnownLabels() {
		if _, has := p.Requirements[label]; !has && strings.Contains(label, "karpenter") {
			p.Requirements[label] = karpenter.NewRequirement(label, karpenter.DoesNotExist)
		}
	}
	out := New(p, nil, c)
	out.group = true
	types := karpenter.Requirements{}
	if r, ok := requirements[instances.LabelType]; ok {
		types[instances.LabelType] = r
	}
	out.left = sync.OnceValue(func() []candidate {
		var all []candidate
		if len(types) > 0 {
			known := c.Types().Left(types)
			for i := range known {
				all = append(all, out.candidate(&known[i]))
			}
		}
		return all
	})
	return out
}

// Declared reports whether the pool is a declared group.
func (p *Pool) Declared() bool { return p.group }

// OrBuiltIn is the catalogue itself, or that of the program if it has no types.
func (c Catalogue) OrBuiltIn() Catalogue {
	if c.Types == nil {
		c.Types = instances.NewBuiltIn().Types
	}
	return c
}
