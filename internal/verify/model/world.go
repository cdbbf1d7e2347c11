package model

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/karpenter/fit"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Options choose the facts that objects are judged by; zero values stand for
// what the objects themselves show, and then for the defaults.
type Options struct {
	// Operator is the version of the Flink operator.
	Operator flink.Operator
	// KubeVersion and KarpenterVersion are major.minor.
	KubeVersion, KarpenterVersion string
	// Distribution judges every Flink resource as one of it.
	Distribution Distribution
	// Complete says that the input is the whole platform: what is not in it does
	// not exist.
	Complete bool
	// Catalogue is the instance types that there are; the zero value stands for those
	// that come with the program, and EC2 may have more.
	Catalogue fit.Catalogue
	// Daemons is what the daemonsets of each node ask for.
	Daemons corev1.ResourceList
	// Groups are the declared groups of nodes.
	Groups []NodeGroup
}

// Object is an object that is no Flink resource, with its content.
type Object struct {
	*Subject
	Data map[string]any
}

// World is all objects of one call.
type World struct {
	Options
	// Operator facts, seen or chosen.
	Operator OperatorFacts
	// Keys is the catalogue of configuration keys, parsed when first asked.
	Keys catalog.Catalog

	// SessionJobs are all FlinkSessionJobs that decode, in the order of the input.
	SessionJobs []*SessionJobRef
	// Subjects are all objects, the Flink resources as well, in the order of the
	// input.
	Subjects []*Subject

	objects  map[string][]*Object
	members  []*member
	clusters map[nameIn]*member
	recent   recent
	names    func() map[nameIn][]string
	fleet    func() *Fleet
}

type nameIn struct{ namespace, name string }

// OperatorFacts is what is known about the operator that the resources are for.
type OperatorFacts struct {
	// Version is the one whose rules count.
	Version flink.Operator
	// LowerBound says that the version is only a lower bound: an EMR release
	// whose operator version is not known.
	LowerBound bool
	// Config is the operator's own configuration: its built-in defaults with
	// what the input shows over them.
	Config flink.Config
	// Seen is the ConfigMap of the operator in the input, nil if there is none.
	Seen *Object
}

// Kind returns the objects of a kind, in the order of the input. Flink
// resources are not among them. The kind stands alone where only one API group
// has it here ("NodePool").
func (w *World) Kind(kind string) []*Object { return w.objects[kind] }

// Find returns the object of a kind, or nil. Cluster-scoped kinds have no
// namespace.
func (w *World) Find(kind, namespace, name string) *Object {
	for _, o := range w.objects[kind] {
		if o.Key.Name == name && o.Key.Namespace == namespace {
			return o
		}
	}
	return nil
}

// Cluster returns the FlinkDeployment of that name, or nil.
func (w *World) Cluster(namespace, name string) *Cluster {
	m := w.clusters[nameIn{namespace, name}]
	if m == nil {
		return nil
	}
	return w.recent.get(m.subject, func() *Cluster { return w.make(m).Cluster })
}

// SessionJob makes the session job that a reference is of, or nil.
func (w *World) SessionJob(r *SessionJobRef) *SessionJob { return w.make(r.member).SessionJob }

// Names lists the names of the objects of a kind in a namespace, in the order of
// the input. Flink resources are among them.
func (w *World) Names(kind, namespace string) []string { return w.names()[nameIn{namespace, kind}] }

// keeps reports whether rules look at the content of a kind; all else is kept
// by name alone, so that memory does not grow with it.
func keeps(k manifest.Key) bool {
	switch k.Kind {
	case "Namespace", "PodMonitor", "ResourceQuota", "LimitRange", "NetworkPolicy", "PriorityClass", "StorageClass",
		"ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "PersistentVolumeClaim",
		"EC2NodeClass", "NodePool", "Service", "Ingress", "HTTPRoute", "PrometheusRule", "Deployment", "PodDisruptionBudget",
		"HorizontalPodAutoscaler",
		"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration":
		return true
	case "ConfigMap":
		return k.Name == OperatorConfigMap
	default:
		return false
	}
}

// OperatorConfigMap is the name of the operator's configuration (its Helm
// chart, templates/controller/_helpers.tpl; EMR's chart has the same).
const OperatorConfigMap = "flink-operator-config"
