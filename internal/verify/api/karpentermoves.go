package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// karpenterMove is a field, or a value of one, of Karpenter's v1beta1 with what
// v1 has in its place. An empty value means every value.
type karpenterMove struct {
	kinds []string
	path  []string
	value string
	now   string
}

// karpenterMoves is https://karpenter.sh/v1.0/upgrading/v1-migration/, held
// against the CRDs of v1.14.1.
func karpenterMoves() []karpenterMove {
	pool, claim, class := []string{"NodePool"}, []string{"NodeClaim"}, []string{"EC2NodeClass"}
	at := func(path string) []string { return strings.Split(path, ".") }
	return []karpenterMove{
		{pool, at("spec.disruption.expireAfter"), "", "it is spec.template.spec.expireAfter, and forceful: no budget bounds it"},
		{pool, at("spec.disruption.consolidationPolicy"), "WhenUnderutilized",
			"it is WhenEmptyOrUnderutilized, and needs consolidateAfter"},
		{pool, at("spec.template.spec.kubelet"), "", "it is spec.kubelet of the EC2NodeClass"},
		{claim, at("spec.kubelet"), "", "it is spec.kubelet of the EC2NodeClass"},
		{pool, at("spec.template.spec.nodeClassRef.apiVersion"), "", "it is group: karpenter.k8s.aws, beside kind and name"},
		{claim, at("spec.nodeClassRef.apiVersion"), "", "it is group: karpenter.k8s.aws, beside kind and name"},
		{pool, at("spec.template.spec.resources"), "", "it is gone: the pods' requests count"},
		{class, at("spec.amiFamily"), "Ubuntu", "it is gone: use AL2023, or amiSelectorTerms with your own image"},
	}
}

// karpenterKind is a kind of Karpenter's alpha API, with what replaced it.
type karpenterKind struct{ apiVersion, kind, hint string }

// karpenterKinds are the kinds that went with v1beta1
// (https://karpenter.sh/v0.32/upgrading/v1beta1-migration/).
func karpenterKinds() []karpenterKind {
	return []karpenterKind{
		{"karpenter.sh/v1alpha5", "Provisioner", "write a NodePool of karpenter.sh/v1: requirements, labels, taints and " +
			"startupTaints are under spec.template, providerRef is spec.template.spec.nodeClassRef, ttlSecondsAfterEmpty is " +
			"spec.disruption.consolidateAfter with WhenEmpty, ttlSecondsUntilExpired is spec.template.spec.expireAfter, " +
			"limits.resources is spec.limits, kubeletConfiguration is spec.kubelet of the EC2NodeClass"},
		{"karpenter.sh/v1alpha5", "Machine", "Karpenter makes NodeClaims of karpenter.sh/v1 instead"},
		{"karpenter.k8s.aws/v1alpha1", "AWSNodeTemplate", "write an EC2NodeClass of karpenter.k8s.aws/v1: subnetSelector, " +
			"securityGroupSelector and amiSelector are lists of terms, subnetSelectorTerms and so on, with tags; amiSelectorTerms and " +
			"role are required"},
	}
}

// removedKarpenter reports a kind of Karpenter's that is no more.
func removedKarpenter(r *report, gvk schema.GroupVersionKind) bool {
	for _, gone := range karpenterKinds() {
		if gone.apiVersion == gvk.GroupVersion().String() && gone.kind == gvk.Kind {
			r.add(diag.CodeAPIRemoved, []string{"kind"},
				fmt.Sprintf("kind: %s %s is of Karpenter before 1.0", gone.apiVersion, gone.kind), gone.hint)
			return true
		}
	}
	return false
}

// movedKarpenter reports every field of an object of v1beta1 that v1 has in
// another place, at its line, and what v1 asks for besides.
func movedKarpenter(r *report) {
	kind, _ := r.object.Data["kind"].(string)
	say := func(steps []string, message string) {
		r.add(diag.CodeAPIVersion, steps, dotted(steps)+": "+message, "")
	}
	for _, m := range karpenterMoves() {
		found := dig(r.object.Data, m.path...)
		if !slices.Contains(m.kinds, kind) || found == nil || m.value != "" && found != m.value {
			continue
		}
		say(m.path, "in v1 "+m.now)
	}
	disruption, _ := dig(r.object.Data, "spec", "disruption").(map[string]any)
	if kind == "NodePool" && disruption != nil && disruption["consolidateAfter"] == nil {
		say([]string{"spec", "disruption"}, "v1 asks for consolidateAfter with every consolidationPolicy")
	}
	if kind == "EC2NodeClass" && dig(r.object.Data, "spec", "amiSelectorTerms") == nil {
		say([]string{"spec"}, "v1 asks for amiSelectorTerms, such as [{alias: al2023@v20260101}]; amiFamily goes with it")
	}
}

// movedHint says where a field that is unknown in Karpenter's v1 has gone since
// v1beta1; "" for any other.
func (r *report) movedHint(path []string) string {
	apiVersion, _ := r.object.Data["apiVersion"].(string)
	kind, _ := r.object.Data["kind"].(string)
	if !strings.HasPrefix(apiVersion, "karpenter.") {
		return ""
	}
	for _, m := range karpenterMoves() {
		if slices.Contains(m.kinds, kind) && slices.Equal(m.path, path) {
			return "this is " + strconv.Quote(path[len(path)-1]) + " of v1beta1: in v1 " + m.now
		}
	}
	return ""
}
