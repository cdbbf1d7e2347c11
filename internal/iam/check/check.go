// Package check holds trust and permission policies that are in AWS against what
// a platform needs: whether the trust lets the service accounts in that use the
// role, whether the policies let the jobs do what they do, and what goes further than
// that.
//
// It is a part of iam, and may import what iam may.
package check

import (
	"cmp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// Source is a file of JSON: a policy document, what `helm flink iam` prints, or
// what `aws iam get-role`, get-role-policy, get-policy-version or
// get-account-authorization-details prints.
type Source struct {
	// Name is how findings call it. That of a file which `helm flink iam` wrote tells
	// the role.
	Name string
	// Role is the name of the role that the user says it is of, or "".
	Role string
	Data []byte
}

// Input is what the documents are held against.
type Input struct {
	// Cluster is what is known of the cluster; any part may be empty.
	Cluster iam.Cluster
	// Method is how pods get their role; empty if it is not known.
	Method iam.Method
	// Roles are those that the platform needs, by iam.New.
	Roles []iam.Role
}

// Judge reads all files and says what is wrong with what they hold. Documents of
// roles that the platform does not use are not judged.
func Judge(sources []Source, in Input) diag.List {
	r := &reader{}
	for _, s := range sources {
		r.file(s)
	}
	j := judge{Input: in, found: r.found}
	for _, g := range r.roles {
		j.name(g)
	}
	for _, g := range joined(r.roles) {
		j.role(g)
	}
	j.missing(r.roles)
	return j.found
}

type judge struct {
	Input
	found diag.List
}

func (j *judge) say(code diag.Code, severity diag.Severity, at *node, message, hint string) {
	j.found = append(j.found, finding(code, severity, at, message, hint))
}

// wanted is the role of a name, or nil.
func (j *judge) wanted(name string) *iam.Role {
	i := slices.IndexFunc(j.Roles, func(r iam.Role) bool { return r.Name == name && r.Purpose != iam.ForNodes })
	if i < 0 {
		return nil
	}
	return &j.Roles[i]
}

// name finds out whose role documents are that do not say it: the only one there
// is, or that whose service accounts the trust names.
func (j *judge) name(g *given) {
	if g.name != "" {
		return
	}
	var all, named []string
	for i := range j.Roles {
		if role := &j.Roles[i]; role.Purpose != iam.ForNodes {
			all = append(all, role.Name)
			if slices.ContainsFunc(g.trusts, func(doc *node) bool { return mentions(doc, role) }) {
				named = append(named, role.Name)
			}
		}
	}
	const hint = "name the role: --iam ROLE=FILE"
	switch {
	case len(named) == 1:
		g.name, g.guessed = named[0], true
		j.say(diag.CodeAWSUntold, diag.Info, g.at, "taken as of role "+g.name+", whose service accounts it names", hint)
	case len(all) == 1:
		g.name, g.guessed = all[0], true
		j.say(diag.CodeAWSUntold, diag.Info, g.at, "taken as of role "+g.name+", the only one here", hint)
	default:
		j.say(diag.CodeAWSUntold, diag.Info, g.at, "which role this is of cannot be told from it, so it is judged by itself", hint)
	}
}

// mentions reports whether a trust policy names a service account of a role, in
// whatever namespace.
func mentions(doc *node, role *iam.Role) bool {
	for _, s := range statements(doc) {
		for _, c := range s.conditions {
			for _, v := range c.values {
				name := v.text[strings.LastIndexByte(v.text, ':')+1:]
				named := func(a iam.ServiceAccount) bool { return glob(name, a.Name) }
				if strings.Trim(name, "*?") != "" && slices.ContainsFunc(role.Accounts, named) {
					return true
				}
			}
		}
	}
	return false
}

// joined puts what was given of one role together.
func joined(roles []*given) []*given {
	var out []*given
	for _, g := range roles {
		i := slices.IndexFunc(out, func(o *given) bool { return g.name != "" && o.name == g.name })
		if i < 0 {
			out = append(out, g)
			continue
		}
		o := out[i]
		o.arn, o.guessed = cmp.Or(o.arn, g.arn), o.guessed && g.guessed
		o.trusts, o.policies = append(o.trusts, g.trusts...), append(o.policies, g.policies...)
		o.listed, o.unseen = o.listed || g.listed, append(o.unseen, g.unseen...)
	}
	return out
}

// role judges what was given of one role.
func (j *judge) role(g *given) {
	want := j.wanted(g.name)
	if want == nil {
		j.unwanted(g)
		return
	}
	if account := aws.AccountOf(g.arn); account != "" && account != aws.AccountOf(want.ARN) {
		j.say(diag.CodeTrustElsewhere, diag.Error, g.at,
			"this role "+g.name+" is in account "+account+", and the platform uses that of account "+aws.AccountOf(want.ARN),
			"give the role of the right account, or set the role's arn")
	}
	for _, doc := range g.trusts {
		t := trustJudge{judge: j, role: want, doc: doc, severity: diag.Error}
		if g.guessed {
			t.severity = diag.Warning
		}
		t.run()
	}
	for _, doc := range g.policies {
		j.wide(doc, want)
	}
	switch {
	case len(g.unseen) > 0:
		j.say(diag.CodeAWSUntold, diag.Info, g.at,
			"the policies "+shown(g.unseen)+" of role "+g.name+" are not in the input, so what is missing cannot be told",
			"give them too: aws iam get-policy-version, and --iam "+g.name+"=FILE")
	case len(g.policies) > 0 || g.listed:
		j.lacking(g, want)
	}
}

// unwanted judges what was given of a role that is not known, or that nothing uses.
func (j *judge) unwanted(g *given) {
	nodes := slices.ContainsFunc(j.Roles, func(r iam.Role) bool { return r.Name == g.name && r.Purpose == iam.ForNodes })
	if g.name == "" || nodes {
		for _, doc := range g.policies {
			j.wide(doc, nil)
		}
		return
	}
	if !g.listed {
		j.say(diag.CodeAWSUntold, diag.Info, g.at, "nothing in the input uses the role "+g.name+", so it is not judged", "")
	}
}

// missing says which roles are not in a listing of all roles.
func (j *judge) missing(roles []*given) {
	i := slices.IndexFunc(roles, func(g *given) bool { return g.listed })
	if i < 0 {
		return
	}
	for _, role := range j.Roles {
		if role.Purpose != iam.ForNodes && !slices.ContainsFunc(roles, func(g *given) bool { return g.name == role.Name }) {
			j.found = append(j.found, diag.Finding{
				Code: diag.CodeAWSUntold, Severity: diag.Info, Pos: diag.Position{File: roles[i].at.file.name},
				Message: "the role " + role.Name + " is not among these", Hint: "helm flink iam writes its documents",
			})
		}
	}
}
