package check

import (
	"math/big"
	"slices"
	"strings"
	"unicode"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// The names of what EKS Pod Identity sends with a request (EKS User Guide, "Enable
// or disable session tags"), as conditions compare them.
const (
	tagNamespace = "aws:requesttag/kubernetes-namespace"
	tagAccount   = "aws:requesttag/kubernetes-service-account"
	tagARN       = "aws:requesttag/eks-cluster-arn"
	tagName      = "aws:requesttag/eks-cluster-name"
)

const (
	webIdentity = "sts:AssumeRoleWithWebIdentity"
	assume      = "sts:AssumeRole"
	tagSession  = "sts:TagSession"
	podIdentity = "pods.eks.amazonaws.com"
	audience    = "sts.amazonaws.com"
)

// trustJudge holds one trust policy against the service accounts of a role.
type trustJudge struct {
	*judge
	role     *iam.Role
	doc      *node
	severity diag.Severity
	// reported are the findings that were said, each once.
	reported map[string]bool
}

// gate is a statement that lets pods in by one method.
type gate struct {
	statement
	method iam.Method
	// issuer is of the provider, empty with EKS Pod Identity.
	issuer   string
	provider *node
}

// failure is a reason why a gate is closed to an account.
type failure struct {
	code    diag.Code
	at      *node
	message string
	hint    string
}

func (t *trustJudge) run() {
	t.reported = map[string]bool{}
	gates := t.gates()
	for _, g := range gates {
		t.wideGate(g)
	}
	if len(gates) == 0 {
		t.fail(failure{
			diag.CodeTrustElsewhere, t.doc, "the trust policy of role " + t.role.Name + " lets no pods in: " + t.wantedGate(), hintTrust(),
		})
		return
	}
	closed := map[*node][]string{} // accounts that a condition about accounts keeps out
	var order []*node
	for _, account := range t.role.Accounts {
		reasons := t.best(gates, account)
		for _, f := range reasons {
			if f.code != diag.CodeTrustSubject {
				t.fail(f)
				continue
			}
			if closed[f.at] == nil {
				order = append(order, f.at)
			}
			closed[f.at] = append(closed[f.at], account.Namespace+"/"+account.Name)
		}
	}
	for _, at := range order {
		t.fail(failure{
			diag.CodeTrustSubject, at, "the trust policy of role " + t.role.Name + " does not let " +
				shown(slices.Compact(closed[at])) + " in: " + t.difference(at),
			hintTrust(),
		})
	}
}

func hintTrust() string { return "helm flink iam writes the trust policy that names them" }

// wantedGate says which statement is missing.
func (t *trustJudge) wantedGate() string {
	if t.Method == iam.PodIdentity {
		return "no statement allows " + podIdentity + " both " + assume + " and " + tagSession
	}
	return "no statement allows an OIDC provider " + webIdentity
}

func (t *trustJudge) fail(f failure) {
	key := string(f.code) + f.at.path + f.message
	if !t.reported[key] {
		t.reported[key] = true
		t.say(f.code, t.severity, f.at, f.message, f.hint)
	}
}

// gates are the statements that let pods in by the platform's method, or by any if
// it is not known.
func (t *trustJudge) gates() []gate {
	var out []gate
	for _, s := range statements(t.doc) {
		if s.deny {
			continue
		}
		if t.Method != iam.PodIdentity && s.does(webIdentity) {
			for _, p := range s.principals["Federated"] {
				if _, issuer, ok := strings.Cut(p.text, ":oidc-provider/"); ok {
					out = append(out, gate{s, iam.IRSA, issuer, p})
				}
			}
		}
		service := slices.ContainsFunc(s.principals["Service"], func(n *node) bool { return n.text == podIdentity })
		if t.Method != iam.IRSA && service && s.does(assume) {
			out = append(out, gate{s, iam.PodIdentity, "", nil})
		}
	}
	return out
}

// best gives the reasons of the gate that is nearest to open for an account; none
// if one is open.
func (t *trustJudge) best(gates []gate, account iam.ServiceAccount) []failure {
	var best []failure
	for i, g := range gates {
		reasons := t.closed(g, account)
		if len(reasons) == 0 {
			return nil
		}
		if i == 0 || len(reasons) < len(best) {
			best = reasons
		}
	}
	return best
}

// closed says why a gate is closed to an account.
func (t *trustJudge) closed(g gate, account iam.ServiceAccount) []failure {
	out := t.provider(g)
	if g.method == iam.PodIdentity && !t.tags() {
		out = append(out, failure{
			diag.CodeTrustElsewhere, g.at, "EKS Pod Identity needs " + tagSession + " beside " + assume + ", and no statement allows it",
			"add " + tagSession + " to its actions",
		})
	}
	sent := t.sent(g, account)
	for _, c := range g.conditions {
		value, known := sent[c.key]
		if !known {
			if g.method == iam.IRSA && ofToken(c.key) {
				out = append(out, failure{
					diag.CodeTrustElsewhere, c.at, "the condition is about tokens of " + c.key[:strings.LastIndexByte(c.key, ':')] +
						", and the statement is for " + g.issuer, "name the issuer of the OIDC provider in the condition",
				})
			}
			continue
		}
		if value == "" { // sent, but what is not known
			continue
		}
		ok, literal := c.matches(value)
		switch {
		case ok:
		case literal:
			out = append(out, failure{
				diag.CodeTrustLiteral, c.at,
				"StringEquals takes the * in " + quoted(c.values) + " as it stands, so no pod gets the role " + t.role.Name,
				"use StringLike, or better name the accounts: " + value,
			})
		case strings.HasSuffix(c.key, ":sub") || c.key == tagNamespace || c.key == tagAccount:
			out = append(out, failure{code: diag.CodeTrustSubject, at: c.at})
		default:
			out = append(out, failure{
				diag.CodeTrustElsewhere, c.at, "the condition asks for " + quoted(c.values) + ", and pods of this cluster send " + value,
				hintTrust(),
			})
		}
	}
	return out
}

func quoted(values []*node) string { return shown(texts(values)) }

// ofToken reports whether a condition is about a token of IRSA.
func ofToken(key string) bool {
	return strings.HasSuffix(key, ":sub") || strings.HasSuffix(key, ":aud")
}

// provider says what is wrong with the OIDC provider of a statement.
func (t *trustJudge) provider(g gate) []failure {
	if g.method != iam.IRSA {
		return nil
	}
	var out []failure
	if want := t.Cluster.OIDCProvider; want != "" && want != g.issuer {
		out = append(out, failure{
			diag.CodeTrustElsewhere, g.provider,
			"the statement is for the OIDC provider " + g.issuer + ", and that of the cluster is " + want,
			"another cluster's trust, or a cluster that was made anew: aws eks describe-cluster --query cluster.identity.oidc.issuer",
		})
	}
	if have, want := aws.AccountOf(g.provider.text), aws.AccountOf(t.role.ARN); have != want {
		out = append(out, failure{
			diag.CodeTrustElsewhere, g.provider, "the OIDC provider is of account " + have + ", and the role of " + want,
			"a role can be taken with a provider of its own account alone",
		})
	}
	return out
}

// tags reports whether a statement lets EKS Pod Identity send tags.
func (t *trustJudge) tags() bool {
	return slices.ContainsFunc(statements(t.doc), func(s statement) bool {
		return !s.deny && s.does(tagSession) && slices.Contains(texts(s.principals["Service"]), podIdentity)
	})
}

// sent is what a pod's request brings, by the keys of conditions. A value that is
// not known is empty.
func (t *trustJudge) sent(g gate, account iam.ServiceAccount) map[string]string {
	if g.method == iam.IRSA {
		issuer := strings.ToLower(g.issuer)
		return map[string]string{issuer + ":sub": iam.Subject(account), issuer + ":aud": audience}
	}
	arn := ""
	if c := t.Cluster; c.Name != "" && c.Region != "" && c.AccountID != "" {
		arn = c.ARN()
	}
	return map[string]string{
		tagNamespace: account.Namespace, tagAccount: account.Name, tagARN: arn, tagName: t.Cluster.Name,
		"aws:sourcearn": arn, "aws:sourceaccount": t.Cluster.AccountID,
	}
}

// difference says what a condition about accounts names instead.
func (t *trustJudge) difference(at *node) string {
	values := at.all()
	for _, v := range values {
		parts := strings.Split(v.text, ":")
		if len(parts) != 4 || parts[1] != "serviceaccount" {
			continue
		}
		for _, a := range t.role.Accounts {
			switch {
			case glob(parts[3], a.Name) && !glob(parts[2], a.Namespace):
				return "it names the namespace " + parts[2] + ", and the pods run in " + a.Namespace
			case glob(parts[2], a.Namespace) && emrRole(parts[3]) != "" && emrRole(parts[3]) != t.role.Name && emrRole(a.Name) != "":
				return "it names EMR's accounts of the role " + emrRole(parts[3])
			}
		}
	}
	return "it names " + quoted(values)
}

// emrRole is the role whose name is in a service account of EMR's, or "".
func emrRole(account string) string {
	if !strings.HasPrefix(account, "emr-containers-sa-") {
		return ""
	}
	number, ok := new(big.Int).SetString(account[strings.LastIndexByte(account, '-')+1:], 36)
	if !ok {
		return ""
	}
	name := string(number.Bytes())
	if strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsGraphic(r) }) {
		return ""
	}
	return name
}
