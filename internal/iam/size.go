package iam

import (
	"fmt"
	"maps"
	"slices"
)

// IAM's quotas (IAM User Guide, "IAM and AWS STS quotas").
const (
	// maxPolicy is the size of a customer-managed policy.
	maxPolicy = 6144
	// maxTrust is the default size of a trust policy, which AWS raises on request.
	maxTrust = 2048
	// maxPolicies is how many managed policies a role has by default; AWS raises
	// it on request.
	maxPolicies = 10
)

// policies packs statements, in their order, into as few policies as hold them.
// A statement that is too long for one is cut into several.
func policies(role, description string, all []Statement) []Policy {
	var out []Policy
	var current []Statement
	flush := func() {
		if len(current) == 0 {
			return
		}
		out = append(out, Policy{
			Name: fmt.Sprintf("%s-%d", role, len(out)+1), Description: description, Document: Document{current},
		})
		current = nil
	}
	for _, s := range all {
		for _, piece := range cut(s) {
			if (Document{append(slices.Clone(current), piece)}).Size() > maxPolicy {
				flush()
			}
			current = append(current, piece)
		}
	}
	flush()
	return out
}

// cut halves a statement that does not fit into a policy by itself until its
// pieces do: its resources, or the prefixes that it lists.
func cut(s Statement) []Statement {
	if (Document{[]Statement{s}}).Size() <= maxPolicy {
		return []Statement{s}
	}
	a, b, ok := halves(s)
	if !ok {
		return []Statement{s}
	}
	out := append(cut(a), cut(b)...)
	for i := range out {
		out[i].Sid = fmt.Sprintf("%sPart%d", s.Sid, i+1)
	}
	return out
}

func halves(s Statement) (a, b Statement, ok bool) {
	a, b = s, s
	if n := len(s.Resources) / 2; n > 0 {
		a.Resources, b.Resources = s.Resources[:n], s.Resources[n:]
		return a, b, true
	}
	values := s.Conditions["StringLike"]["s3:prefix"]
	if n := len(values) / 2; n > 0 {
		a.Conditions, b.Conditions = prefixes(s.Conditions, values[:n]), prefixes(s.Conditions, values[n:])
		return a, b, true
	}
	return a, b, false
}

func prefixes(c map[string]map[string][]string, values []string) map[string]map[string][]string {
	out := maps.Clone(c)
	out["StringLike"] = maps.Clone(c["StringLike"])
	out["StringLike"]["s3:prefix"] = values
	return out
}
