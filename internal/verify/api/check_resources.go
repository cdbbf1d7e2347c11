package api

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// countedResources are those of which there is only a whole number
// (pkg/apis/core/helper/helpers.go, integerResources).
func countedResources() []string {
	return []string{
		"pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
		"services.nodeports", "services.loadbalancers",
	}
}

// containerResources, quotaResources and standardResources are the names
// without a domain (helpers.go, the sets of the same names).
func containerResources() []string { return []string{"cpu", "memory", "ephemeral-storage"} }

func quotaResources() []string {
	return slices.Concat(containerResources(), countedResources(), []string{
		"requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
		"limits.cpu", "limits.memory", "limits.ephemeral-storage",
	})
}

func standardResources() []string { return append(quotaResources(), "storage") }

func hugePages(name string) bool { return strings.HasPrefix(name, "hugepages-") }

// resourceName checks a name that stands for a resource, of those of a list
// where it has no domain.
func (c *check) resourceName(p *field.Path, name string, known []string, detail string) {
	if messages := validation.IsQualifiedName(name); len(messages) > 0 {
		c.words(p, name, messages)
		return
	}
	if strings.Contains(name, "/") || hugePages(name) {
		return
	}
	quotaPages := strings.HasPrefix(name, "requests.hugepages-")
	switch {
	case !slices.Contains(standardResources(), name) && !quotaPages:
		c.add(field.Invalid(p, name, "must be a standard resource type or fully qualified"))
	case !slices.Contains(known, name):
		if !quotaPages || !slices.Contains(known, "requests.cpu") {
			c.add(field.Invalid(p, name, detail))
		}
	}
}

// containerResource checks the name of what a container asks for.
func (c *check) containerResource(p *field.Path, name string) {
	before := len(c.errs)
	c.resourceName(p, name, containerResources(), "must be a standard resource for containers")
	if len(c.errs) > before || native(name) {
		return
	}
	if !extended(name) {
		c.add(field.Invalid(p, name, "doesn't follow extended resource name standard"))
	}
}

// extended names belong to devices of others: nvidia.com/gpu.
func extended(name string) bool {
	return !native(name) && !strings.HasPrefix(name, "requests.") && len(validation.IsQualifiedName("requests."+name)) == 0
}

// native names belong to Kubernetes; only of them more may be allowed than asked.
func native(name string) bool {
	return !strings.Contains(name, "/") || strings.Contains(name, "kubernetes.io/")
}

func overcommits(name string) bool { return native(name) && !hugePages(name) }

// requirements checks the requests and limits of a container. Claims of dynamic
// resource allocation are left out.
func (c *check) requirements(p *field.Path, r *corev1.ResourceRequirements) {
	basic, huge := false, false
	note := func(name string) {
		basic = basic || name == "cpu" || name == "memory"
		huge = huge || hugePages(name)
	}
	for name, q := range r.Limits {
		at := p.Child("limits").Key(string(name))
		c.containerResource(at, string(name))
		c.amount(at, string(name), q)
		note(string(name))
	}
	for name, q := range r.Requests {
		at := p.Child("requests").Key(string(name))
		c.containerResource(at, string(name))
		c.amount(at, string(name), q)
		note(string(name))
		limit, ok := r.Limits[name]
		switch {
		case !ok && !overcommits(string(name)):
			c.add(field.Required(p.Child("limits"), "Limit must be set for non overcommitable resources"))
		case ok && !overcommits(string(name)) && q.Cmp(limit) != 0:
			c.add(field.Invalid(at, q.String(), "must be equal to "+string(name)+" limit of "+limit.String()))
		case ok && q.Cmp(limit) > 0:
			c.add(field.Invalid(at, q.String(), "must be less than or equal to "+string(name)+" limit of "+limit.String()))
		}
	}
	c.forbid(huge && !basic, p, "HugePages require cpu or memory")
}

func checkQuota(c *check, q *corev1.ResourceQuota) {
	spec := field.NewPath("spec")
	for name, amount := range q.Spec.Hard {
		at := spec.Child("hard").Key(string(name))
		c.resourceName(at, string(name), quotaResources(), "must be a standard resource for quota")
		c.amount(at, string(name), amount)
	}
	var all []corev1.ResourceQuotaScope
	for _, scope := range q.Spec.Scopes {
		c.quotaScope(spec.Child("scopes"), scope, q.Spec.Hard)
		all = append(all, scope)
	}
	c.quotaScopes(spec.Child("scopes"), all)
	if q.Spec.ScopeSelector == nil {
		return
	}
	all = nil
	at := spec.Child("scopeSelector", "matchExpressions")
	for i, e := range q.Spec.ScopeSelector.MatchExpressions {
		c.quotaScope(at.Index(i).Child("scopeName"), e.ScopeName, q.Spec.Hard)
		c.scopeOperator(at.Index(i), e)
		all = append(all, e.ScopeName)
	}
	c.quotaScopes(at, all)
}

// scopeOperator checks how a quota selects by a scope.
func (c *check) scopeOperator(p *field.Path, e corev1.ScopedResourceSelectorRequirement) {
	switch e.ScopeName {
	case corev1.ResourceQuotaScopeBestEffort, corev1.ResourceQuotaScopeNotBestEffort, corev1.ResourceQuotaScopeTerminating,
		corev1.ResourceQuotaScopeNotTerminating, corev1.ResourceQuotaScopeCrossNamespacePodAffinity:
		c.valid(e.Operator == corev1.ScopeSelectorOpExists, p.Child("operator"), e.Operator, "must be 'Exists' for this scope")
	default:
	}
	switch e.Operator {
	case corev1.ScopeSelectorOpIn, corev1.ScopeSelectorOpNotIn:
		c.must(len(e.Values) > 0, p.Child("values"), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
	case corev1.ScopeSelectorOpExists, corev1.ScopeSelectorOpDoesNotExist:
		c.valid(len(e.Values) == 0, p.Child("values"), e.Values,
			"must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
	default:
		c.add(field.Invalid(p.Child("operator"), e.Operator, "not a valid selector operator"))
	}
}

// quotaScope checks that a scope is known and can count what the quota counts
// (helpers.go, IsResourceQuotaScopeValidForResource).
func (c *check) quotaScope(p *field.Path, scope corev1.ResourceQuotaScope, hard corev1.ResourceList) {
	countable := []string{"pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"}
	switch scope {
	case corev1.ResourceQuotaScopeBestEffort:
		countable = []string{"pods"}
	case corev1.ResourceQuotaScopeTerminating, corev1.ResourceQuotaScopeNotTerminating, corev1.ResourceQuotaScopeNotBestEffort,
		corev1.ResourceQuotaScopePriorityClass, corev1.ResourceQuotaScopeCrossNamespacePodAffinity:
	case corev1.ResourceQuotaScopeVolumeAttributesClass:
		countable = []string{"persistentvolumeclaims", "requests.storage"}
	default:
		c.add(field.Invalid(p, scope, "unsupported scope"))
		return
	}
	for name := range hard {
		if slices.Contains(quotaResources(), string(name)) && !slices.Contains(countable, string(name)) {
			c.add(field.Invalid(p, scope, "unsupported scope applied to resource "+string(name)))
		}
	}
}

// quotaScopes checks that no two scopes exclude each other.
func (c *check) quotaScopes(p *field.Path, scopes []corev1.ResourceQuotaScope) {
	for _, pair := range [][2]corev1.ResourceQuotaScope{
		{corev1.ResourceQuotaScopeBestEffort, corev1.ResourceQuotaScopeNotBestEffort},
		{corev1.ResourceQuotaScopeTerminating, corev1.ResourceQuotaScopeNotTerminating},
	} {
		if slices.Contains(scopes, pair[0]) && slices.Contains(scopes, pair[1]) {
			c.add(field.Invalid(p, scopes, "conflicting scopes"))
		}
	}
}

func checkLimitRange(c *check, l *corev1.LimitRange) {
	seen := map[string]bool{}
	for i := range l.Spec.Limits {
		limit, p := &l.Spec.Limits[i], field.NewPath("spec", "limits").Index(i)
		if messages := validation.IsQualifiedName(string(limit.Type)); len(messages) > 0 {
			c.words(p.Child("type"), limit.Type, messages)
		} else if !strings.Contains(string(limit.Type), "/") && !slices.Contains(
			[]corev1.LimitType{corev1.LimitTypePod, corev1.LimitTypeContainer, corev1.LimitTypePersistentVolumeClaim}, limit.Type) {
			c.add(field.Invalid(p.Child("type"), limit.Type, "must be a standard limit type or fully qualified"))
		}
		c.unique(p.Child("type"), string(limit.Type), seen)
		c.limit(p, limit)
	}
}

// limit checks one item of a limit range.
func (c *check) limit(p *field.Path, l *corev1.LimitRangeItem) {
	lists := map[string]corev1.ResourceList{
		"max": l.Max, "min": l.Min, "default": l.Default, "defaultRequest": l.DefaultRequest,
		"maxLimitRequestRatio": l.MaxLimitRequestRatio,
	}
	if l.Type == corev1.LimitTypePod {
		for _, name := range []string{"default", "defaultRequest"} {
			c.forbid(len(lists[name]) > 0, p.Child(name), "may not be specified when `type` is 'Pod'")
			delete(lists, name)
		}
	}
	names := map[corev1.ResourceName]bool{}
	for list, amounts := range lists {
		for name := range amounts {
			names[name] = true
			if at := p.Child(list).Key(string(name)); l.Type == corev1.LimitTypePod || l.Type == corev1.LimitTypeContainer {
				c.containerResource(at, string(name))
			} else {
				c.resourceName(at, string(name), standardResources(), "")
			}
		}
	}
	if l.Type == corev1.LimitTypePersistentVolumeClaim {
		_, least := l.Min[corev1.ResourceStorage]
		_, most := l.Max[corev1.ResourceStorage]
		c.must(least || most, p, "either minimum or maximum storage value is required, but neither was provided")
	}
	for name := range names {
		c.limitOrder(p, l, lists, name)
	}
}

// limitOrder checks that the amounts of one resource are in order. As on the
// server, `default` of an item is what its limits are by default.
func (c *check) limitOrder(p *field.Path, l *corev1.LimitRangeItem, lists map[string]corev1.ResourceList,
	name corev1.ResourceName) {
	for _, pair := range [][2]string{
		{"min", "max"}, {"min", "defaultRequest"}, {"defaultRequest", "max"}, {"defaultRequest", "default"}, {"min", "default"},
		{"default", "max"},
	} {
		low, hasLow := lists[pair[0]][name]
		high, hasHigh := lists[pair[1]][name]
		if hasLow && hasHigh && low.Cmp(high) > 0 {
			c.add(field.Invalid(p.Child(pair[0]).Key(string(name)), low.String(),
				pair[0]+" value "+low.String()+" is greater than "+pair[1]+" value "+high.String()))
		}
	}
	request, hasRequest := lists["defaultRequest"][name]
	limit, hasLimit := lists["default"][name]
	if !overcommits(string(name)) && hasRequest && hasLimit && request.Cmp(limit) != 0 {
		c.add(field.Invalid(p.Child("defaultRequest").Key(string(name)), request.String(),
			"must equal the default value "+limit.String()))
	}
	ratio, ok := l.MaxLimitRequestRatio[name]
	if !ok {
		return
	}
	at := p.Child("maxLimitRequestRatio").Key(string(name))
	if ratio.Cmp(resource.MustParse("1")) < 0 {
		c.add(field.Invalid(at, ratio.String(), "ratio "+ratio.String()+" is less than 1"))
	}
	least, hasMin := l.Min[name]
	most, hasMax := l.Max[name]
	if hasMin && hasMax && ratio.AsApproximateFloat64() > most.AsApproximateFloat64()/least.AsApproximateFloat64() {
		c.add(field.Invalid(at, ratio.String(), "ratio "+ratio.String()+" is greater than max/min"))
	}
}
