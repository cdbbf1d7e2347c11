package karpenter

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// Pool is what a NodePool says about its nodes.
type Pool struct {
	Name string
	// Requirements are those of the pool with its labels, and with the labels
	// that Karpenter adds: karpenter.sh/nodepool, karpenter.k8s.aws/ec2nodeclass.
	Requirements Requirements
	// Lines are the requirements as they are written, then those that the labels of
	// the template make.
	Lines []Line
	// Taints are those that stay. Startup taints go away by themselves and keep
	// no pod off.
	Taints []corev1.Taint
	// Limits bound what all nodes of the pool have together.
	Limits corev1.ResourceList
	// NodeClass is the name of the node class; Group and Kind are those that the
	// reference names.
	NodeClass, NodeClassGroup, NodeClassKind string
	Weight                                   int
}

// nodePool has the fields of karpenter.sh/v1 NodePool that matter here.
type nodePool struct {
	Spec struct {
		Template struct {
			Metadata struct {
				Labels map[string]string `json:"labels"`
			} `json:"metadata"`
			Spec struct {
				Requirements []struct {
					Key      string   `json:"key"`
					Operator Operator `json:"operator"`
					Values   []string `json:"values"`
				} `json:"requirements"`
				Taints       []corev1.Taint `json:"taints"`
				NodeClassRef struct {
					Group string `json:"group"`
					Kind  string `json:"kind"`
					Name  string `json:"name"`
				} `json:"nodeClassRef"`
			} `json:"spec"`
		} `json:"template"`
		Limits map[string]any `json:"limits"`
		Weight int            `json:"weight"`
	} `json:"spec"`
}

// ReadPool reads a NodePool. It is an error if a field has another type than in
// the API, which the check of the API says better.
func ReadPool(name string, data map[string]any) (Pool, error) {
	var n nodePool
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(data, &n); err != nil {
		return Pool{}, fmt.Errorf("node pool %s: %w", name, err)
	}
	spec := n.Spec.Template.Spec
	p := Pool{
		Name: name, Requirements: Requirements{}, Taints: spec.Taints, Limits: corev1.ResourceList{}, Weight: n.Spec.Weight,
		NodeClass: spec.NodeClassRef.Name, NodeClassGroup: spec.NodeClassRef.Group, NodeClassKind: spec.NodeClassRef.Kind,
	}
	for i, r := range spec.Requirements {
		line := Line{Key: r.Key, Operator: r.Operator, Values: r.Values, At: i}
		p.Lines = append(p.Lines, line)
		p.Requirements.add(line.Requirement())
	}
	p.Lines = append(p.Lines, labelLines(n.Spec.Template.Metadata.Labels)...)
	labels := map[string]string{}
	maps.Copy(labels, n.Spec.Template.Metadata.Labels)
	labels[LabelNodePool] = name
	if ref := spec.NodeClassRef; ref.Group != "" {
		labels[ref.Group+"/"+strings.ToLower(ref.Kind)] = ref.Name
	}
	labels["karpenter.sh/registered"], labels["karpenter.sh/initialized"] = "true", "true"
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		p.Requirements.add(NewRequirement(key, In, labels[key]))
	}
	for key, value := range n.Spec.Limits {
		text, isText := value.(string)
		if n, ok := value.(int64); ok {
			text, isText = strconv.FormatInt(n, 10), true
		}
		if q, err := quantity.Parse(text); isText && err == nil {
			p.Limits[corev1.ResourceName(key)] = q
		}
	}
	return p, nil
}

// PodRequirements gives the alternatives of what a pod requires of its node:
// its node selector with each term of its required node affinity, or alone if
// there is none. Preferences are not among them. A term that matches fields
// (metadata.name) is left out, since Karpenter does not support it; so is one
// without expressions, which matches no node. If no term is left there is no
// alternative.
func PodRequirements(spec corev1.PodSpec) []Requirements {
	base := Labels(spec.NodeSelector)
	if spec.Affinity == nil || spec.Affinity.NodeAffinity == nil ||
		spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return []Requirements{base}
	}
	var out []Requirements
	for _, term := range spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		if len(term.MatchFields) > 0 || len(term.MatchExpressions) == 0 {
			continue
		}
		r := base.Clone()
		for _, e := range term.MatchExpressions {
			r.add(NewRequirement(e.Key, Operator(e.Operator), e.Values...))
		}
		out = append(out, r)
	}
	return out
}

// Refusals says why no node of the pool can take the pod, in Karpenter's words;
// nothing if one can. Sizes are not looked at, and neither are the instance
// types that EC2 has.
func (p Pool) Refusals(spec corev1.PodSpec) []string {
	var out []string
	for _, taint := range p.Taints {
		if !Tolerates(spec.Tolerations, taint) {
			out = append(out, fmt.Sprintf("did not tolerate taint (taint=%s)", formatTaint(taint)))
		}
	}
	alternatives := PodRequirements(spec)
	if len(alternatives) == 0 {
		return append(out, "the required node affinity has no term that Karpenter supports")
	}
	var first []string
	for i, alternative := range alternatives {
		wrong := p.Requirements.Compatible(alternative)
		if len(wrong) == 0 {
			return out
		}
		if i == 0 {
			first = wrong
		}
	}
	return append(out, first...)
}

// Tolerates reports whether tolerations let a pod onto a node with the taint, as
// the scheduler sees it: PreferNoSchedule keeps no pod off (Kubernetes, "Taints
// and Tolerations"; karpenter relaxes it in Preferences.Relax).
func Tolerates(tolerations []corev1.Toleration, taint corev1.Taint) bool {
	if taint.Effect == corev1.TaintEffectPreferNoSchedule {
		return true
	}
	return slices.ContainsFunc(tolerations, func(t corev1.Toleration) bool {
		if t.Effect != "" && t.Effect != taint.Effect || t.Key != "" && t.Key != taint.Key {
			return false
		}
		switch t.Operator {
		case "", corev1.TolerationOpEqual:
			return t.Value == taint.Value
		case corev1.TolerationOpExists:
			return true
		case corev1.TolerationOpLt, corev1.TolerationOpGt:
			return compares(t, taint)
		default:
			return false
		}
	})
}

// compares is a toleration by number, which Kubernetes has from 1.35: Gt
// tolerates a taint that is larger than the toleration.
func compares(t corev1.Toleration, taint corev1.Taint) bool {
	bound, err := strconv.ParseInt(t.Value, 10, 64)
	if err != nil {
		return false
	}
	value, err := strconv.ParseInt(taint.Value, 10, 64)
	if err != nil {
		return false
	}
	if t.Operator == corev1.TolerationOpGt {
		return value > bound
	}
	return value < bound
}

func formatTaint(t corev1.Taint) string {
	if t.Value == "" {
		return fmt.Sprintf("%s:%s", t.Key, t.Effect)
	}
	return fmt.Sprintf("%s=%s:%s", t.Key, t.Value, t.Effect)
}
