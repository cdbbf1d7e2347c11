package api

import (
	"net/url"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func checkMutatingWebhooks(c *check, w *admissionregistrationv1.MutatingWebhookConfiguration) {
	seen := map[string]bool{}
	for i := range w.Webhooks {
		h, p := &w.Webhooks[i], field.NewPath("webhooks").Index(i)
		c.webhook(p, &admissionregistrationv1.ValidatingWebhook{
			Name: h.Name, ClientConfig: h.ClientConfig, Rules: h.Rules, FailurePolicy: h.FailurePolicy, MatchPolicy: h.MatchPolicy,
			SideEffects: h.SideEffects, TimeoutSeconds: h.TimeoutSeconds, AdmissionReviewVersions: h.AdmissionReviewVersions,
			NamespaceSelector: h.NamespaceSelector, ObjectSelector: h.ObjectSelector, MatchConditions: h.MatchConditions,
		}, seen)
		oneOfPtr(c, p.Child("reinvocationPolicy"), h.ReinvocationPolicy,
			admissionregistrationv1.NeverReinvocationPolicy, admissionregistrationv1.IfNeededReinvocationPolicy)
	}
}

func checkValidatingWebhooks(c *check, w *admissionregistrationv1.ValidatingWebhookConfiguration) {
	seen := map[string]bool{}
	for i := range w.Webhooks {
		c.webhook(field.NewPath("webhooks").Index(i), &w.Webhooks[i], seen)
	}
}

// webhook checks what the two kinds have in common. Of match conditions it
// checks that they have a name and an expression, not the expression.
func (c *check) webhook(p *field.Path, h *admissionregistrationv1.ValidatingWebhook, seen map[string]bool) {
	c.add(validation.IsFullyQualifiedName(p.Child("name"), h.Name)...)
	if h.Name != "" {
		c.unique(p.Child("name"), h.Name, seen)
	}
	for i := range h.Rules {
		c.webhookRule(p.Child("rules").Index(i), &h.Rules[i])
	}
	oneOfPtr(c, p.Child("failurePolicy"), h.FailurePolicy, admissionregistrationv1.Fail, admissionregistrationv1.Ignore)
	oneOfPtr(c, p.Child("matchPolicy"), h.MatchPolicy, admissionregistrationv1.Equivalent, admissionregistrationv1.Exact)
	c.must(h.SideEffects != nil, p.Child("sideEffects"), "must specify one of None, NoneOnDryRun")
	oneOfPtr(c, p.Child("sideEffects"), h.SideEffects, admissionregistrationv1.SideEffectClassNone,
		admissionregistrationv1.SideEffectClassNoneOnDryRun)
	between(c, p.Child("timeoutSeconds"), h.TimeoutSeconds, 1, 30, "the timeout value must be between 1 and 30 seconds")
	for name, s := range map[string]*metav1.LabelSelector{"namespaceSelector": h.NamespaceSelector,
		"objectSelector": h.ObjectSelector} {
		c.selector(p.Child(name), s)
	}
	c.webhookClient(p.Child("clientConfig"), &h.ClientConfig)
	c.reviewVersions(p.Child("admissionReviewVersions"), h.AdmissionReviewVersions)
	names := map[string]bool{}
	for i, m := range h.MatchConditions {
		at := p.Child("matchConditions").Index(i)
		c.must(strings.TrimSpace(m.Expression) != "", at.Child("expression"), "")
		c.must(m.Name != "", at.Child("name"), "")
		if m.Name != "" {
			c.qualified(at.Child("name"), m.Name)
			c.unique(at.Child("name"), m.Name, names)
		}
	}
}

func (c *check) reviewVersions(p *field.Path, versions []string) {
	c.must(len(versions) > 0, p, "must specify one of v1, v1beta1")
	for i, v := range versions {
		c.words(p.Index(i), v, validation.IsDNS1035Label(v))
		c.valid(slices.Index(versions, v) == i, p.Index(i), v, "duplicate version")
	}
	c.valid(len(versions) == 0 || slices.Contains(versions, "v1") || slices.Contains(versions, "v1beta1"), p, versions,
		"must include at least one of v1, v1beta1")
}

func (c *check) webhookClient(p *field.Path, client *admissionregistrationv1.WebhookClientConfig) {
	switch s := client.Service; {
	case (client.URL == nil) == (s == nil):
		c.must(false, p, "exactly one of url or service is required")
	case s == nil:
		at := p.Child("url")
		u, err := url.Parse(*client.URL)
		if err != nil {
			c.must(false, at, "url must be a valid URL: "+err.Error())
			return
		}
		c.valid(u.Scheme == "https", at, u.Scheme, "'https' is the only allowed URL scheme")
		c.valid(u.Host != "", at, u.Host, "host must be specified")
		c.valid(u.User == nil && u.Fragment == "" && u.RawQuery == "", at, u.Host,
			"user information, fragments and query parameters are not permitted in the URL")
	default:
		at := p.Child("service")
		c.must(s.Name != "", at.Child("name"), "")
		c.must(s.Namespace != "", at.Child("namespace"), "")
		if s.Port != nil {
			c.port(at.Child("port"), *s.Port)
		}
		if s.Path != nil && *s.Path != "" && *s.Path != "/" {
			c.valid(strings.HasPrefix(*s.Path, "/"), at.Child("path"), *s.Path, "must start with a '/'")
			for segment := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(*s.Path, "/"), "/"), "/") {
				c.words(at.Child("path"), *s.Path, validation.IsDNS1123Subdomain(segment))
			}
		}
	}
}

func (c *check) webhookRule(p *field.Path, r *admissionregistrationv1.RuleWithOperations) {
	c.must(len(r.Operations) > 0, p.Child("operations"), "")
	c.valid(len(r.Operations) < 2 || !slices.Contains(r.Operations, admissionregistrationv1.OperationAll), p.Child("operations"),
		r.Operations,
		"if '*' is present, must not specify other operations")
	for i := range r.Operations {
		oneOfPtr(c, p.Child("operations").Index(i), &r.Operations[i], admissionregistrationv1.OperationAll,
			admissionregistrationv1.Create,
			admissionregistrationv1.Update, admissionregistrationv1.Delete, admissionregistrationv1.Connect)
	}
	c.must(len(r.APIGroups) > 0, p.Child("apiGroups"), "")
	c.must(len(r.APIVersions) > 0, p.Child("apiVersions"), "")
	c.must(len(r.Resources) > 0, p.Child("resources"), "")
	for name, list := range map[string][]string{"apiGroups": r.APIGroups, "apiVersions": r.APIVersions} {
		c.valid(len(list) < 2 || !slices.Contains(list, "*"), p.Child(name), list, "if '*' is present, must not specify others")
	}
	for i, v := range r.APIVersions {
		c.must(v != "", p.Child("apiVersions").Index(i), "")
	}
	for i, resource := range r.Resources {
		c.must(resource != "", p.Child("resources").Index(i), "")
	}
	c.valid(len(r.Resources) < 2 || !slices.Contains(r.Resources, "*/*"), p.Child("resources"), r.Resources,
		"if '*/*' is present, must not specify other resources")
	plain := slices.ContainsFunc(r.Resources, func(s string) bool { return s != "*" && !strings.Contains(s, "/") })
	c.valid(!plain || !slices.Contains(r.Resources, "*"), p.Child("resources"), r.Resources,
		"if '*' is present, must not specify other resources without subresources")
	oneOfPtr(c, p.Child("scope"), r.Scope, admissionregistrationv1.AllScopes, admissionregistrationv1.ClusterScope,
		admissionregistrationv1.NamespacedScope)
}
