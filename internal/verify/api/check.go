package api

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// check collects what the server's own code would say of a built-in kind. The
// files check_*.go follow k8s.io/kubernetes v1.37.2, pkg/apis/*/validation, on
// the versioned types: a field that the server fills in before it checks may be
// empty here. What they leave out is named where it is left out.
type check struct {
	kube version
	errs field.ErrorList
}

func (c *check) add(errs ...*field.Error) { c.errs = append(c.errs, errs...) }

// must reports a missing value unless ok.
func (c *check) must(ok bool, p *field.Path, detail string) {
	if !ok {
		c.add(field.Required(p, detail))
	}
}

// valid reports a value as invalid unless ok.
func (c *check) valid(ok bool, p *field.Path, value any, detail string) {
	if !ok {
		c.add(field.Invalid(p, value, detail))
	}
}

// forbid reports a field that may not be there.
func (c *check) forbid(present bool, p *field.Path, detail string) {
	if present {
		c.add(field.Forbidden(p, detail))
	}
}

// words reports one error for each message about a value.
func (c *check) words(p *field.Path, value any, messages []string) {
	for _, m := range messages {
		c.add(field.Invalid(p, value, m))
	}
}

// oneOf reports a value that is not in the list; the empty one stands for the
// server's default.
func oneOf[T ~string](c *check, p *field.Path, value T, allowed ...T) {
	if value != "" && !slices.Contains(allowed, value) {
		c.add(field.NotSupported(p, value, allowed))
	}
}

// oneOfPtr is oneOf where the empty value is not the default.
func oneOfPtr[T ~string](c *check, p *field.Path, value *T, allowed ...T) {
	if value != nil && !slices.Contains(allowed, *value) {
		c.add(field.NotSupported(p, *value, allowed))
	}
}

// natural reports a number below zero.
func natural[T int32 | int64](c *check, p *field.Path, value *T) {
	if value != nil {
		c.add(apivalidation.ValidateNonnegativeField(int64(*value), p)...)
	}
}

// between reports a number outside the bounds.
func between[T int32 | int64](c *check, p *field.Path, value *T, low, high T, detail string) {
	if value != nil && (*value < low || *value > high) {
		c.add(field.Invalid(p, *value, detail))
	}
}

// unique reports a name that was seen before.
func (c *check) unique(p *field.Path, name string, seen map[string]bool) {
	if seen[name] {
		c.add(field.Duplicate(p, name))
	}
	seen[name] = true
}

func (c *check) labels(p *field.Path, labels map[string]string) {
	c.add(metavalidation.ValidateLabels(labels, p)...)
}

func (c *check) selector(p *field.Path, s *metav1.LabelSelector) {
	c.add(metavalidation.ValidateLabelSelector(s, metavalidation.LabelSelectorValidationOptions{}, p)...)
}

func (c *check) label(p *field.Path, name string) { c.words(p, name, validation.IsDNS1123Label(name)) }

func (c *check) subdomain(p *field.Path, name string) {
	c.words(p, name, validation.IsDNS1123Subdomain(name))
}

func (c *check) qualified(p *field.Path, name string) {
	c.words(p, name, validation.IsQualifiedName(name))
}

// optional checks a reference that may be empty.
func (c *check) optional(p *field.Path, name string) {
	if name != "" {
		c.subdomain(p, name)
	}
}

func (c *check) port(p *field.Path, port int32) {
	c.words(p, port, validation.IsValidPortNum(int(port)))
}

func (c *check) portOrName(p *field.Path, port intstr.IntOrString) {
	if port.Type == intstr.Int {
		c.port(p, port.IntVal)
		return
	}
	c.words(p, port.StrVal, validation.IsValidPortName(port.StrVal))
}

// countOrPercent checks a number of pods, or a share of them.
func (c *check) countOrPercent(p *field.Path, v *intstr.IntOrString, atMost100 bool) {
	if v == nil {
		return
	}
	if v.Type == intstr.Int {
		c.add(apivalidation.ValidateNonnegativeField(int64(v.IntVal), p)...)
		return
	}
	messages := validation.IsValidPercent(v.StrVal)
	c.words(p, v.StrVal, messages)
	if share, _ := intstr.GetScaledValueFromIntOrPercent(v, 100, false); atMost100 && len(messages) == 0 && share > 100 {
		c.add(field.Invalid(p, v.StrVal, "must not be greater than 100%"))
	}
}

// amount checks a quantity of a resource: not negative, and whole for objects.
func (c *check) amount(p *field.Path, resourceName string, q resource.Quantity) {
	if q.Sign() < 0 {
		c.add(field.Invalid(p, q.String(), "must be greater than or equal to 0"))
	}
	if (slices.Contains(countedResources(), resourceName) || extended(resourceName)) && q.MilliValue()%1000 != 0 {
		c.add(field.Invalid(p, q.String(), "must be an integer"))
	}
}

// ip and cidr are strict from Kubernetes 1.36 (feature StrictIPCIDRValidation).
func (c *check) ip(p *field.Path, value string) {
	c.add(validation.IsValidIPForLegacyField(p, value, c.kube.reaches(36), nil)...)
}

func (c *check) cidr(p *field.Path, value string) {
	c.add(validation.IsValidCIDRForLegacyField(p, value, c.kube.reaches(36), nil)...)
}

// relative checks a path below a volume.
func (c *check) relative(p *field.Path, path string) {
	c.valid(!strings.HasPrefix(path, "/"), p, path, "must be a relative path")
	c.forward(p, path)
}

// forward checks that a path does not step back.
func (c *check) forward(p *field.Path, path string) {
	c.valid(!slices.Contains(strings.Split(path, "/"), ".."), p, path, "must not contain '..'")
}

// inVolume checks the place of a file in a volume.
func (c *check) inVolume(p *field.Path, path string) {
	c.must(path != "", p, "")
	c.relative(p, path)
	c.valid(!strings.HasPrefix(path, "..") || strings.HasPrefix(path, "../"), p, path, "must not start with '..'")
}

func (c *check) mode(p *field.Path, mode *int32) {
	between(c, p, mode, 0, 0o777, "must be a number between 0 and 0777 (octal), both inclusive")
}

// className is the name of a storage or priority class.
func (c *check) className(p *field.Path, name *string) {
	if name != nil {
		c.optional(p, *name)
	}
}

// matches checks that a selector is there, says something, and takes the labels
// of the template.
func (c *check) matches(p *field.Path, s *metav1.LabelSelector, labels map[string]string, kind string) {
	if s == nil {
		c.must(false, p.Child("selector"), "")
		return
	}
	c.selector(p.Child("selector"), s)
	if len(s.MatchLabels)+len(s.MatchExpressions) == 0 {
		c.add(field.Invalid(p.Child("selector"), "{}", "empty selector is invalid for "+kind))
		return
	}
	selector, err := metav1.LabelSelectorAsSelector(s)
	if err != nil {
		c.add(field.Invalid(p.Child("selector"), metav1.FormatLabelSelector(s), "invalid label selector"))
		return
	}
	if !selector.Matches(labelSet(labels)) {
		c.add(field.Invalid(p.Child("template", "metadata", "labels"), fmt.Sprint(labels),
			"`selector` does not match template `labels`"))
	}
}

// labelSet is labels.Set without its package.
type labelSet map[string]string

// Has implements labels.Labels.
func (s labelSet) Has(label string) bool { _, ok := s[label]; return ok }

// Get implements labels.Labels.
func (s labelSet) Get(label string) string { return s[label] }

// Lookup implements labels.Labels.
func (s labelSet) Lookup(label string) (string, bool) { v, ok := s[label]; return v, ok }
