package api

import (
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func checkAutoscaler(c *check, a *autoscalingv2.HorizontalPodAutoscaler) {
	p, s := field.NewPath("spec"), &a.Spec
	if s.MinReplicas != nil {
		least := int32(1)
		if c.kube.reaches(37) { // feature HPAScaleToZero
			least = 0
		}
		c.valid(*s.MinReplicas >= least, p.Child("minReplicas"), *s.MinReplicas, "must be greater than or equal to 1")
		c.valid(s.MaxReplicas >= *s.MinReplicas, p.Child("maxReplicas"), s.MaxReplicas,
			"must be greater than or equal to `minReplicas`")
	}
	c.must(s.MaxReplicas != 0, p.Child("maxReplicas"), "must be set and greater than 0")
	c.valid(s.MaxReplicas >= 0, p.Child("maxReplicas"), s.MaxReplicas, "must be greater than or equal to 1")
	c.scaleTarget(p.Child("scaleTargetRef"), s.ScaleTargetRef, false)
	outside := false
	for i := range s.Metrics {
		c.metric(p.Child("metrics").Index(i), &s.Metrics[i])
		kind := s.Metrics[i].Type
		outside = outside || kind == autoscalingv2.ObjectMetricSourceType || kind == autoscalingv2.ExternalMetricSourceType
	}
	c.forbid(s.MinReplicas != nil && *s.MinReplicas == 0 && !outside, p.Child("metrics"),
		"must specify at least one Object or External metric to support scaling to zero replicas")
	if s.Behavior != nil {
		c.scaling(p.Child("behavior", "scaleUp"), s.Behavior.ScaleUp)
		c.scaling(p.Child("behavior", "scaleDown"), s.Behavior.ScaleDown)
	}
}

// scaleTarget: only a described object may be of the group without a name.
func (c *check) scaleTarget(p *field.Path, ref autoscalingv2.CrossVersionObjectReference, anyGroup bool) {
	c.must(ref.Kind != "", p.Child("kind"), "")
	c.must(ref.Name != "", p.Child("name"), "")
	c.words(p.Child("kind"), ref.Kind, segment(ref.Kind, false))
	c.words(p.Child("name"), ref.Name, segment(ref.Name, false))
	gv, err := schema.ParseGroupVersion(ref.APIVersion)
	if err != nil {
		c.add(field.Invalid(p.Child("apiVersion"), ref.APIVersion, err.Error()))
		return
	}
	c.valid(anyGroup || gv.Group != "", p.Child("apiVersion"), ref.APIVersion, "apiVersion must specify API group")
}

func (c *check) metric(p *field.Path, m *autoscalingv2.MetricSpec) {
	oneOfPtr(c, p.Child("type"), &m.Type, autoscalingv2.ContainerResourceMetricSourceType, autoscalingv2.ExternalMetricSourceType,
		autoscalingv2.ObjectMetricSourceType, autoscalingv2.PodsMetricSourceType, autoscalingv2.ResourceMetricSourceType)
	for _, kind := range []struct {
		name    string
		kind    autoscalingv2.MetricSourceType
		present bool
	}{
		{"object", autoscalingv2.ObjectMetricSourceType, m.Object != nil},
		{"pods", autoscalingv2.PodsMetricSourceType, m.Pods != nil},
		{"resource", autoscalingv2.ResourceMetricSourceType, m.Resource != nil},
		{"external", autoscalingv2.ExternalMetricSourceType, m.External != nil},
		{"containerResource", autoscalingv2.ContainerResourceMetricSourceType, m.ContainerResource != nil},
	} {
		c.must(kind.present || m.Type != kind.kind, p.Child(kind.name), "must populate information for the given metric source")
		c.forbid(kind.present && m.Type != kind.kind, p.Child(kind.name), "must populate the given metric source only")
	}
	switch {
	case m.Object != nil:
		at := p.Child("object")
		c.scaleTarget(at.Child("describedObject"), m.Object.DescribedObject, true)
		c.metricName(at.Child("metric"), m.Object.Metric)
		c.metricTarget(at.Child("target"), &m.Object.Target, m.Object.Target.Value, m.Object.Target.AverageValue)
	case m.External != nil:
		at := p.Child("external")
		c.metricName(at.Child("metric"), m.External.Metric)
		c.metricTarget(at.Child("target"), &m.External.Target, m.External.Target.Value, m.External.Target.AverageValue)
		c.forbid(m.External.Target.Value != nil && m.External.Target.AverageValue != nil, at.Child("target", "value"),
			"may not set both a target value for metric and a per-pod target")
	case m.Pods != nil:
		at := p.Child("pods")
		c.metricName(at.Child("metric"), m.Pods.Metric)
		c.metricTarget(at.Child("target"), &m.Pods.Target, m.Pods.Target.AverageValue)
	case m.Resource != nil:
		at := p.Child("resource")
		c.must(m.Resource.Name != "", at.Child("name"), "must specify a resource name")
		c.utilization(at.Child("target"), &m.Resource.Target)
	case m.ContainerResource != nil:
		at := p.Child("containerResource")
		c.containerResource(at.Child("name"), string(m.ContainerResource.Name))
		c.label(at.Child("container"), m.ContainerResource.Container)
		c.utilization(at.Child("target"), &m.ContainerResource.Target)
	}
}

func (c *check) metricName(p *field.Path, m autoscalingv2.MetricIdentifier) {
	c.must(m.Name != "", p.Child("name"), "must specify a metric name")
	c.words(p.Child("name"), m.Name, segment(m.Name, false))
}

// metricTarget checks a target of which one of the values must be there.
func (c *check) metricTarget(p *field.Path, t *autoscalingv2.MetricTarget, given ...*resource.Quantity) {
	oneOfPtr(c, p.Child("type"), &t.Type, autoscalingv2.UtilizationMetricType, autoscalingv2.ValueMetricType,
		autoscalingv2.AverageValueMetricType)
	for name, q := range map[string]*resource.Quantity{"value": t.Value, "averageValue": t.AverageValue} {
		if q != nil {
			c.valid(q.Sign() > 0, p.Child(name), q.String(), "must be positive")
		}
	}
	if t.AverageUtilization != nil {
		c.valid(*t.AverageUtilization > 0, p.Child("averageUtilization"), *t.AverageUtilization, "must be greater than 0")
	}
	present := len(given) == 0
	for _, q := range given {
		present = present || q != nil
	}
	c.must(present, p.Child("averageValue"), "must set either a target value or averageValue")
}

func (c *check) utilization(p *field.Path, t *autoscalingv2.MetricTarget) {
	c.metricTarget(p, t)
	c.must(t.AverageUtilization != nil || t.AverageValue != nil, p.Child("averageUtilization"),
		"must set either a target raw value or a target utilization")
	c.forbid(t.AverageUtilization != nil && t.AverageValue != nil, p.Child("averageValue"),
		"may not set both a target raw value and a target utilization")
}

func (c *check) scaling(p *field.Path, r *autoscalingv2.HPAScalingRules) {
	if r == nil {
		return
	}
	between(c, p.Child("stabilizationWindowSeconds"), r.StabilizationWindowSeconds, 0, 3600, "must be in the range 0-3600")
	oneOfPtr(c, p.Child("selectPolicy"), r.SelectPolicy, autoscalingv2.DisabledPolicySelect, autoscalingv2.MaxChangePolicySelect,
		autoscalingv2.MinChangePolicySelect)
	c.must(r.Policies == nil || len(r.Policies) > 0, p.Child("policies"), "must specify at least one Policy")
	for i, policy := range r.Policies {
		at := p.Child("policies").Index(i)
		oneOfPtr(c, at.Child("type"), &policy.Type, autoscalingv2.PercentScalingPolicy, autoscalingv2.PodsScalingPolicy)
		c.valid(policy.Value > 0, at.Child("value"), policy.Value, "must be greater than zero")
		between(c, at.Child("periodSeconds"), &policy.PeriodSeconds, 1, 1800, "must be in the range 1-1800")
	}
	if r.Tolerance != nil {
		c.valid(r.Tolerance.Sign() >= 0, p.Child("tolerance"), r.Tolerance.String(), "must be greater than or equal to 0")
	}
}
