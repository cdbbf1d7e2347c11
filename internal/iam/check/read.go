package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// given is what was given of one role.
type given struct {
	// name is empty where the role could not be told. guessed says that it was told by
	// whom its trust policy names.
	name    string
	guessed bool
	// arn is empty where the document has none.
	arn string
	// at is the first value about it.
	at       *node
	trusts   []*node
	policies []*node
	// listed says that all policies of the role are listed, unseen names those whose
	// documents are not in the input.
	listed bool
	unseen []string
}

// reader sorts what is in files by roles.
type reader struct {
	roles []*given
	// role is the one that the user named for the file, or that its name tells.
	role  string
	found diag.List
}

// role gives the entry of a role; each document of an unknown role is an entry of
// its own.
func (r *reader) entry(name, arn string, at *node) *given {
	for _, g := range r.roles {
		if name != "" && g.name == name {
			if g.arn == "" {
				g.arn = arn
			}
			return g
		}
	}
	g := &given{name: name, arn: arn, at: at}
	r.roles = append(r.roles, g)
	return g
}

// file reads one file.
func (r *reader) file(s Source) {
	f := &file{s.Name, s.Data}
	root, wrong := parse(f)
	if wrong != nil {
		r.found = append(r.found, *wrong)
		return
	}
	r.role = s.Role
	if r.role == "" {
		r.role = roleOfPath(strings.ReplaceAll(s.Name, `\`, "/"))
	}
	switch {
	case isDocument(root):
		r.document(r.role, root)
	case root.get("Role") != nil:
		r.detail(root.get("Role"))
	case root.get("PolicyDocument") != nil:
		r.document(name(root, r.role), decoded(root.get("PolicyDocument")))
	case root.get("PolicyVersion") != nil:
		r.document(r.role, decoded(root.get("PolicyVersion").get("Document")))
	case root.get("RoleDetailList") != nil:
		r.account(root)
	case root.get("AssumeRolePolicyDocument") != nil:
		r.detail(root)
	default:
		r.byPath(root)
	}
}

// name is the name of the role that a value is about.
func name(n *node, other string) string {
	if name := n.str("RoleName"); name != "" {
		return name
	}
	return other
}

// roleOfPath is the role of a file that `helm flink iam --output-dir` wrote:
// roles/ROLE/trust.json, roles/ROLE/policies/POLICY.json.
func roleOfPath(file string) string {
	dir := path.Dir(file)
	if path.Base(dir) == "policies" {
		dir = path.Dir(dir)
	} else if path.Base(file) != "trust.json" {
		return ""
	}
	if parent := path.Base(path.Dir(dir)); parent != "roles" {
		return ""
	}
	return path.Base(dir)
}

// byPath reads the object that `helm flink iam` prints: documents by the names of
// their files.
func (r *reader) byPath(root *node) {
	known := false
	for _, key := range root.keys {
		if role := roleOfPath(key); role != "" && isDocument(root.members[key]) {
			r.document(role, root.members[key])
			known = true
		}
	}
	if !known {
		r.say(diag.CodeAWSDocument, diag.Error, root, "this is no policy document, and nothing that `aws iam get-…` prints",
			"give a trust or permission policy, or the output of get-role, get-role-policy, get-policy-version or "+
				"get-account-authorization-details")
	}
}

// document takes a trust policy or a permission policy of a role.
func (r *reader) document(role string, doc *node) {
	if !isDocument(doc) {
		if doc != nil {
			r.say(diag.CodeAWSDocument, diag.Error, doc, "this is no policy document: it has no Statement", "")
		}
		return
	}
	all := statements(doc)
	principal := slices.ContainsFunc(all, func(s statement) bool {
		return s.at.get("Principal") != nil || s.at.get("NotPrincipal") != nil
	})
	resource := slices.ContainsFunc(all, func(s statement) bool { return len(s.resources)+len(s.notResources) > 0 })
	switch {
	case principal && resource:
		r.say(diag.CodeAWSUntold, diag.Info, doc, "this is the policy of a resource, such as a bucket, and is not judged",
			"give trust and permission policies of roles")
	case principal:
		g := r.entry(role, "", doc)
		g.trusts = append(g.trusts, doc)
	default:
		g := r.entry(role, "", doc)
		g.policies = append(g.policies, doc)
	}
}

// detail takes a role of get-role, or one of get-account-authorization-details.
func (r *reader) detail(n *node) *given {
	g := r.entry(name(n, aws.RoleName(n.str("Arn"))), n.str("Arn"), n)
	if doc := decoded(n.get("AssumeRolePolicyDocument")); isDocument(doc) {
		g.trusts = append(g.trusts, doc)
	}
	return g
}

// account takes all of get-account-authorization-details.
func (r *reader) account(root *node) {
	managed := map[string]*node{}
	for _, p := range root.get("Policies").all() {
		for _, v := range p.get("PolicyVersionList").all() {
			if v.str("IsDefaultVersion") == "true" {
				managed[p.str("Arn")] = decoded(v.get("Document"))
			}
		}
	}
	for _, n := range root.get("RoleDetailList").all() {
		g := r.detail(n)
		g.listed = true
		for _, p := range n.get("RolePolicyList").all() {
			if doc := decoded(p.get("PolicyDocument")); isDocument(doc) {
				g.policies = append(g.policies, doc)
			}
		}
		for _, p := range n.get("AttachedManagedPolicies").all() {
			if doc := managed[p.str("PolicyArn")]; isDocument(doc) {
				g.policies = append(g.policies, doc)
			} else {
				g.unseen = append(g.unseen, p.str("PolicyName"))
			}
		}
	}
}

func (r *reader) say(code diag.Code, severity diag.Severity, at *node, message, hint string) {
	r.found = append(r.found, finding(code, severity, at, message, hint))
}

func finding(code diag.Code, severity diag.Severity, at *node, message, hint string) diag.Finding {
	return diag.Finding{
		Code: code, Severity: severity, Pos: at.file.position(at.offset), Path: at.path, Message: message, Hint: hint,
	}
}

// shown lists a few texts.
func shown(all []string) string {
	const most = 3
	if len(all) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), len(all)-most)
	}
	return strings.Join(all, ", ")
}
