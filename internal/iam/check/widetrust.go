package check

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// probe is someone who has no business with a role.
type probe struct {
	who     string
	account iam.ServiceAccount
}

// probes are neighbours of a role's accounts. Those of EMR's role tell whether the
// role's name is open.
func (t *trustJudge) probes() []probe {
	const other = "helm-flink-another"
	var out []probe
	for _, a := range t.role.Accounts {
		out = append(out,
			probe{"accounts of other namespaces", iam.ServiceAccount{Namespace: other, Name: a.Name}},
			probe{"any account of namespace " + a.Namespace, iam.ServiceAccount{Namespace: a.Namespace, Name: other}},
			probe{"the default account of namespace " + a.Namespace, iam.ServiceAccount{Namespace: a.Namespace, Name: "default"}})
		if role := emrRole(a.Name); role != "" && strings.Count(a.Name, "-") > 4 {
			head := strings.TrimSuffix(a.Name, aws.Base36(role))
			another := iam.ServiceAccount{Namespace: a.Namespace, Name: head + aws.Base36(other)}
			out = append(out, probe{"EMR's accounts of every other role", another})
		}
	}
	return out
}

// wideGate says who gets in that has no business there.
func (t *trustJudge) wideGate(g gate) {
	subject, namespace := false, false
	for _, c := range g.conditions {
		subject = subject || strings.HasSuffix(c.key, ":sub") || c.key == tagAccount
		namespace = namespace || c.key == tagNamespace
		if strings.HasSuffix(c.key, ":sub") {
			t.wideSubject(c)
		}
	}
	switch {
	case g.method == iam.IRSA && !subject:
		t.say(diag.CodeTrustWide, diag.Warning, g.at,
			"every pod of the cluster can take the role "+t.role.Name+": no condition is about the subject", hintTrust())
	case g.method == iam.PodIdentity && (!subject || !namespace):
		t.say(diag.CodeTrustWide, diag.Info, g.at, "an association can give the role "+t.role.Name+
			" to any account: the trust policy asks for no namespace and service account", hintTrust())
	}
	asked := slices.ContainsFunc(g.conditions, func(c condition) bool { return strings.HasSuffix(c.key, ":aud") })
	if g.method == iam.IRSA && !asked {
		t.say(diag.CodeTrustWide, diag.Info, g.at, "no condition is about the audience of the token, which is "+audience+" with IRSA",
			"AWS's examples for IRSA have it; those of its EMR commands do not")
	}
}

// wideSubject tries the probes on a condition about subjects, and looks for names
// that nothing here has.
func (t *trustJudge) wideSubject(c condition) {
	var in []string
	for _, p := range t.probes() {
		known := slices.Contains(in, p.who) || slices.Contains(t.role.Accounts, p.account)
		if ok, _ := c.matches(iam.Subject(p.account)); ok && !known {
			in = append(in, p.who)
		}
	}
	if len(in) > 0 {
		t.say(diag.CodeTrustWide, diag.Warning, c.at,
			quoted(c.values)+" lets "+strings.Join(in, ", ")+" take the role "+t.role.Name, hintTrust())
		return
	}
	var unknown []string
	for _, v := range c.values {
		if !slices.ContainsFunc(t.role.Accounts, func(a iam.ServiceAccount) bool { return glob(v.text, iam.Subject(a)) }) {
			unknown = append(unknown, v.text)
		}
	}
	if len(unknown) > 0 && len(unknown) < len(c.values) {
		t.say(diag.CodeTrustWide, diag.Info, c.at,
			"nothing in the input runs as "+shown(unknown)+", which can take the role "+t.role.Name,
			"remove it if nothing else does either")
	}
}
