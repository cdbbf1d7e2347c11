package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func checkRole(c *check, r *rbacv1.Role) { c.policyRules(r.Rules, true) }

func checkClusterRole(c *check, r *rbacv1.ClusterRole) {
	c.policyRules(r.Rules, false)
	if r.AggregationRule == nil {
		return
	}
	p := field.NewPath("aggregationRule", "clusterRoleSelectors")
	c.must(len(r.AggregationRule.ClusterRoleSelectors) > 0, p,
		"at least one clusterRoleSelector required if aggregationRule is non-nil")
	for i := range r.AggregationRule.ClusterRoleSelectors {
		c.selector(p.Index(i), &r.AggregationRule.ClusterRoleSelectors[i])
	}
}

func (c *check) policyRules(rules []rbacv1.PolicyRule, namespaced bool) {
	for i, rule := range rules {
		p := field.NewPath("rules").Index(i)
		c.must(len(rule.Verbs) > 0, p.Child("verbs"), "verbs must contain at least one value")
		if len(rule.NonResourceURLs) == 0 {
			c.must(len(rule.APIGroups) > 0, p.Child("apiGroups"), "resource rules must supply at least one api group")
			c.must(len(rule.Resources) > 0, p.Child("resources"), "resource rules must supply at least one resource")
			continue
		}
		at := p.Child("nonResourceURLs")
		c.valid(!namespaced, at, rule.NonResourceURLs, "namespaced rules cannot apply to non-resource URLs")
		c.valid(len(rule.APIGroups)+len(rule.Resources)+len(rule.ResourceNames) == 0, at, rule.NonResourceURLs,
			"rules cannot apply to both regular resources and non-resource URLs")
	}
}

func checkRoleBinding(c *check, b *rbacv1.RoleBinding) {
	c.roleRef(b.RoleRef, "ClusterRole", "Role")
	c.subjects(b.Subjects, true)
}

func checkClusterRoleBinding(c *check, b *rbacv1.ClusterRoleBinding) {
	c.roleRef(b.RoleRef, "ClusterRole")
	c.subjects(b.Subjects, false)
}

func (c *check) roleRef(ref rbacv1.RoleRef, kinds ...string) {
	p := field.NewPath("roleRef")
	oneOf(c, p.Child("apiGroup"), ref.APIGroup, rbacv1.GroupName) // empty: the server's default
	oneOfPtr(c, p.Child("kind"), &ref.Kind, kinds...)
	c.must(ref.Name != "", p.Child("name"), "")
	c.words(p.Child("name"), ref.Name, segment(ref.Name, false))
}

func (c *check) subjects(subjects []rbacv1.Subject, namespaced bool) {
	for i, s := range subjects {
		p := field.NewPath("subjects").Index(i)
		c.must(s.Name != "", p.Child("name"), "")
		switch s.Kind {
		case rbacv1.ServiceAccountKind:
			if s.Name != "" {
				c.words(p.Child("name"), s.Name, apivalidation.ValidateServiceAccountName(s.Name, false))
			}
			oneOf(c, p.Child("apiGroup"), s.APIGroup, "")
			c.must(namespaced || s.Namespace != "", p.Child("namespace"), "")
		case rbacv1.UserKind, rbacv1.GroupKind:
			oneOf(c, p.Child("apiGroup"), s.APIGroup, rbacv1.GroupName)
		default:
			c.add(field.NotSupported(p.Child("kind"), s.Kind, []string{rbacv1.ServiceAccountKind, rbacv1.UserKind, rbacv1.GroupKind}))
		}
	}
}

func checkStorageClass(c *check, s *storagev1.StorageClass) {
	p := field.NewPath("provisioner")
	c.must(s.Provisioner != "", p, "")
	if s.Provisioner != "" {
		c.qualified(p, strings.ToLower(s.Provisioner))
	}
	size := 0
	for key, value := range s.Parameters {
		c.valid(key != "", field.NewPath("parameters"), key, "field can not be empty.")
		size += len(key) + len(value)
	}
	if len(s.Parameters) > 512 || size > 256*1024 {
		c.add(field.TooLong(field.NewPath("parameters"), "", 256*1024))
	}
	if s.ReclaimPolicy != nil {
		oneOf(c, field.NewPath("reclaimPolicy"), *s.ReclaimPolicy, corev1.PersistentVolumeReclaimDelete,
			corev1.PersistentVolumeReclaimRetain)
	}
	oneOfPtr(c, field.NewPath("volumeBindingMode"), s.VolumeBindingMode, storagev1.VolumeBindingImmediate,
		storagev1.VolumeBindingWaitForFirstConsumer)
	c.topologies(field.NewPath("allowedTopologies"), s.AllowedTopologies)
}

// topologies checks terms of which, as on the server, none may be empty or the
// same as another.
func (c *check) topologies(p *field.Path, terms []corev1.TopologySelectorTerm) {
	seen := map[string]bool{"map[]": true}
	for i, term := range terms {
		keys, all := map[string]bool{}, map[string][]string{}
		for j, e := range term.MatchLabelExpressions {
			at := p.Index(i).Child("matchLabelExpressions").Index(j)
			c.qualified(at.Child("key"), e.Key)
			c.must(len(e.Values) > 0, at.Child("values"), "")
			c.unique(at.Child("key"), e.Key, keys)
			values := map[string]bool{}
			for k, value := range e.Values {
				c.unique(at.Child("values").Index(k), value, values)
			}
			all[e.Key] = slices.Sorted(maps.Keys(values))
		}
		c.unique(p.Index(i).Child("matchLabelExpressions"), fmt.Sprint(all), seen)
	}
}

func checkPriorityClass(c *check, p *schedulingv1.PriorityClass) {
	const highest = 1000000000
	switch system := map[string]int32{"system-node-critical": 2000001000, "system-cluster-critical": 2000000000}; {
	case strings.HasPrefix(p.Name, "system-"):
		value, known := system[p.Name]
		c.forbid(!known || value != p.Value || p.GlobalDefault, field.NewPath("metadata", "name"),
			"priority class names with 'system-' prefix are reserved for system use only")
	default:
		c.forbid(p.Value > highest, field.NewPath("value"), "maximum allowed value of a user defined priority is 1000000000")
	}
	c.preemption(field.NewPath("preemptionPolicy"), p.PreemptionPolicy)
}

func (c *check) preemption(p *field.Path, policy *corev1.PreemptionPolicy) {
	oneOfPtr(c, p, policy, corev1.PreemptLowerPriority, corev1.PreemptNever)
}
