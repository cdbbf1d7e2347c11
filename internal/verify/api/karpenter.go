package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// checkNodePool does what Karpenter's controller does beyond its
// CustomResourceDefinition; a pool that fails never becomes ready
// (sigs.k8s.io/karpenter v1.14.1, pkg/apis/v1/nodepool_validation.go and
// nodeclaim_validation.go, RuntimeValidate).
func checkNodePool(r *report) {
	template := dig(r.object.Data, "spec", "template")
	labels, _ := dig(template, "metadata", "labels").(map[string]any)
	for key, value := range labels {
		text, _ := value.(string)
		steps := []string{"spec", "template", "metadata", "labels", key}
		r.karpenter(steps, "label "+key, validation.IsQualifiedName(key))
		r.karpenter(steps, fmt.Sprintf("value %q of label %s", text, key), validation.IsValidLabelValue(text))
	}
	seen := map[string]bool{}
	for _, list := range []string{"taints", "startupTaints"} {
		taints, _ := dig(template, "spec", list).([]any)
		for i, taint := range taints {
			r.nodePoolTaint([]string{"spec", "template", "spec", list, strconv.Itoa(i)}, taint, seen)
		}
	}
	requirements, _ := dig(template, "spec", "requirements").([]any)
	for i, requirement := range requirements {
		r.nodePoolRequirement([]string{"spec", "template", "spec", "requirements", strconv.Itoa(i)}, requirement)
	}
}

func (r *report) nodePoolTaint(steps []string, taint any, seen map[string]bool) {
	key, value, effect := text(taint, "key"), text(taint, "value"), text(taint, "effect")
	r.karpenter(append(steps, "key"), "taint key "+strconv.Quote(key), validation.IsQualifiedName(key))
	if value != "" {
		r.karpenter(append(steps, "value"), "taint value "+strconv.Quote(value), validation.IsQualifiedName(value))
	}
	if pair := key + "=" + effect; seen[pair] {
		r.karpenter(steps, "duplicate taint key and effect", []string{pair + " is there already, in taints or startupTaints"})
	} else {
		seen[pair] = true
	}
}

func (r *report) nodePoolRequirement(steps []string, requirement any) {
	key, operator := text(requirement, "key"), text(requirement, "operator")
	r.karpenter(append(steps, "key"), "key "+strconv.Quote(key), validation.IsQualifiedName(key))
	list, _ := dig(requirement, "values").([]any)
	var values []string
	for i, v := range list {
		value, _ := v.(string)
		values = append(values, value)
		at := append(slices.Clone(steps), "values", strconv.Itoa(i))
		r.karpenter(at, fmt.Sprintf("value %q of key %s", value, key), validation.IsValidLabelValue(value))
	}
	known := knownValues(key)
	if operator != "In" || known == nil || len(values) == 0 {
		return
	}
	isKnown := func(v string) bool { return slices.Contains(known, v) }
	least, _ := dig(requirement, "minValues").(int64)
	kept := slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !isKnown(v) })
	switch {
	case len(kept) == 0:
		r.karpenter(append(steps, "values"), key, []string{fmt.Sprintf("no valid values found in %q, expected one of: %s",
			values, strings.Join(known, ", "))})
	case int64(len(kept)) < least:
		r.karpenter(append(steps, "values"), key, []string{fmt.Sprintf(
			"not enough valid values found in %q, expected at least %d of: %s", values, least, strings.Join(known, ", "))})
	}
}

// knownValues are the values of a label of which Karpenter knows all
// (WellKnownValuesForRequirements, pkg/apis/v1/labels.go of both modules).
func knownValues(key string) []string {
	switch key {
	case "karpenter.sh/capacity-type":
		return []string{"spot", "on-demand", "reserved"}
	case "karpenter.k8s.aws/instance-tenancy":
		return []string{"dedicated", "default"}
	default:
		return nil
	}
}

func (r *report) karpenter(steps []string, what string, wrong []string) {
	for _, why := range wrong {
		r.add(diag.CodeAPIKarpenter, steps, dotted(steps)+": "+what+": "+why, "Karpenter would not make the NodePool ready")
	}
}

// dig follows keys into maps; nil where there is nothing.
func dig(at any, keys ...string) any {
	for _, key := range keys {
		m, _ := at.(map[string]any)
		at = m[key]
	}
	return at
}

func text(at any, keys ...string) string {
	s, _ := dig(at, keys...).(string)
	return s
}
