package check

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// need is one action on one resource.
type need struct {
	action, resource string
	// prefix is what is listed of a bucket; listing says that there is one.
	prefix  string
	listing bool
}

// optional are actions that help, and without which jobs work: the bucket's
// region is set or found otherwise, the log group may be there already.
func optional(action string) bool {
	return slices.Contains([]string{"s3:GetBucketLocation", "kms:DescribeKey", "logs:CreateLogGroup"}, action)
}

// needs are what a role's own policies allow.
func needs(role *iam.Role) []need {
	var out []need
	for _, p := range role.Policies {
		for _, s := range p.Document.Statements {
			prefixes := s.Conditions["StringLike"]["s3:prefix"]
			for _, action := range s.Actions {
				for _, resource := range s.Resources {
					if len(prefixes) == 0 {
						out = append(out, need{action: action, resource: resource})
					}
					for _, prefix := range prefixes {
						out = append(out, need{action, resource, prefix, true})
					}
				}
			}
		}
	}
	return out
}

// about reports whether a statement is about a need. Conditions that are not
// about the prefix of a list may hold or not; maybe is the answer then.
func (s statement) about(n need) (yes, maybe bool) {
	if !s.does(n.action) || !s.on(n.resource) {
		return false, false
	}
	yes = true
	for _, c := range s.conditions {
		if c.key == "s3:prefix" && n.listing {
			if ok, _ := c.matches(n.prefix); !ok {
				return false, false
			}
			continue
		}
		yes = false
	}
	return yes, true
}

// lacking says what the policies of a role do not allow.
func (j *judge) lacking(g *given, role *iam.Role) {
	var all []statement
	for _, doc := range g.policies {
		all = append(all, statements(doc)...)
	}
	actions, denied := map[string][]string{}, map[string][]string{}
	for _, n := range needs(role) {
		if optional(n.action) {
			continue
		}
		what := n.resource
		if n.listing && n.prefix != "" {
			what += " (prefix " + n.prefix + ")"
		}
		switch allowed, refused := answers(all, n); {
		case refused:
			denied[what] = append(denied[what], n.action)
		case !allowed:
			actions[what] = append(actions[what], n.action)
		}
	}
	at := g.at
	if len(g.policies) > 0 {
		at = g.policies[0].get("Statement")
	}
	j.sayLacking(at, "the policies of role "+role.Name+" do not allow ", actions)
	j.sayLacking(at, "a policy of role "+role.Name+" denies ", denied)
}

// answers evaluates policies for a need: refused if a Deny is surely about it.
func answers(all []statement, n need) (allowed, refused bool) {
	for _, s := range all {
		yes, maybe := s.about(n)
		if s.deny {
			refused = refused || yes
		} else {
			allowed = allowed || maybe
		}
	}
	return allowed, refused
}

// sayLacking says the resources of the same actions together.
func (j *judge) sayLacking(at *node, what string, byResource map[string][]string) {
	together := map[string][]string{}
	for _, resource := range slices.Sorted(maps.Keys(byResource)) {
		actions := strings.Join(slices.Compact(slices.Sorted(slices.Values(byResource[resource]))), ", ")
		together[actions] = append(together[actions], resource)
	}
	for _, actions := range slices.Sorted(maps.Keys(together)) {
		j.say(diag.CodePolicyLacks, diag.Warning, at, what+actions+" on "+shown(together[actions]),
			"helm flink iam writes policies that do; if the bucket's or the key's own policy does, or another policy of the role, "+
				"give that policy too or ignore this")
	}
}

// wide says what a permission policy allows beyond need. Without a role, only what
// no role needs.
func (j *judge) wide(doc *node, role *iam.Role) {
	for i, s := range statements(doc) {
		if s.deny {
			continue
		}
		reasons := slices.Concat(wideActions(s), wideResources(s, role), j.others(s, role))
		if len(reasons) == 0 {
			continue
		}
		whose := "the policy"
		if role != nil {
			whose = "a policy of role " + role.Name
		}
		name := cmp.Or(s.at.str("Sid"), strconv.Itoa(i+1))
		j.say(diag.CodePolicyWide, diag.Warning, s.at,
			"statement "+name+" of "+whose+" is wider than needed: "+strings.Join(reasons, "; "),
			"helm flink iam writes what is needed, and no more")
	}
}

// wideActions are patterns of actions.
func wideActions(s statement) []string {
	if len(s.notActions) > 0 {
		return []string{"it allows every action but " + quoted(s.notActions)}
	}
	var patterns []string
	for _, a := range s.actions {
		if strings.ContainsAny(a.text, "*?") {
			patterns = append(patterns, a.text)
		}
	}
	if len(patterns) == 0 {
		return nil
	}
	return []string{"it allows all actions " + shown(patterns)}
}

// unbound are actions that know no resource but all (Service Authorization
// Reference).
func unbound(action string) bool {
	return slices.Contains([]string{
		"cloudwatch:PutMetricData", "kinesis:ListStreams", "logs:DescribeLogGroups", "s3:ListAllMyBuckets", "sts:GetCallerIdentity",
	}, action)
}

// wideResources are whole services and buckets of which less is used.
func wideResources(s statement, role *iam.Role) []string {
	if len(s.notResources) > 0 {
		return []string{"it allows every resource but " + quoted(s.notResources)}
	}
	if len(s.conditions) > 0 || !slices.ContainsFunc(s.actions, func(a *node) bool { return !unbound(a.text) }) {
		return nil
	}
	var out []string
	for _, r := range s.resources {
		switch {
		case r.text == "*" || strings.HasSuffix(r.text, ":::*") || allOfService(r.text):
			out = append(out, "it is on "+r.text)
		case role != nil && bucketOf(r.text) != "" && !usesWhole(s, role, r.text):
			out = append(out, "it is on all of "+r.text)
		}
	}
	if role != nil && s.does("s3:ListBucket") {
		out = append(out, wholeLists(s, role)...)
	}
	return out
}

// allOfService reports whether the last part of an ARN is a star alone.
func allOfService(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	return len(parts) == 6 && parts[5] == "*"
}

// bucketOf is the bucket of a pattern that stands for all objects of it, or "".
func bucketOf(pattern string) string {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) != 6 || parts[2] != "s3" {
		return ""
	}
	if bucket, key, ok := strings.Cut(parts[5], "/"); ok && key == "*" {
		return bucket
	}
	if strings.HasSuffix(parts[5], "*") && !strings.Contains(parts[5], "/") {
		return strings.TrimSuffix(parts[5], "*")
	}
	return ""
}

// usesWhole reports whether the role needs the whole bucket, or nothing of it that is
// known.
func usesWhole(s statement, role *iam.Role, pattern string) bool {
	used := false
	for _, n := range needs(role) {
		if s.does(n.action) && globARN(pattern, n.resource) {
			used = true
			if globARN(n.resource, pattern) {
				return true
			}
		}
	}
	return !used
}

// wholeLists are buckets that may be listed as a whole, of which less is.
func wholeLists(s statement, role *iam.Role) []string {
	var out []string
	for _, r := range s.resources {
		less := slices.ContainsFunc(needs(role), func(n need) bool { return n.listing && globARN(r.text, n.resource) })
		if less && r.text != "*" && !strings.Contains(r.text, "/") && !strings.HasSuffix(r.text, "*") {
			out = append(out, "it lists all of "+r.text)
		}
	}
	return out
}

// others are places of other roles that a statement reaches and its own role does
// not need.
func (j *judge) others(s statement, role *iam.Role) []string {
	variable := slices.ContainsFunc(s.resources, func(r *node) bool { return strings.Contains(r.text, "${") })
	if role == nil || variable || len(s.conditions) > 0 { // which may hold for its own places alone
		return nil
	}
	own := needs(role)
	var out []string
	for i := range j.Roles {
		other := &j.Roles[i]
		if other.Name == role.Name || other.Purpose == iam.ForNodes {
			continue
		}
		if reached := s.reaches(needs(other), own); len(reached) > 0 {
			out = append(out, "it reaches what role "+other.Name+" uses, "+shown(reached))
		}
	}
	return out
}

// reaches lists the directories among the needs of another role that a statement
// is about, and that its own role does not need.
func (s statement) reaches(others, own []need) []string {
	var out []string
	for _, n := range others {
		below := strings.HasSuffix(n.resource, "*") && !slices.Contains(out, n.resource)
		if !below || n.listing || !s.does(n.action) || !s.on(n.resource) {
			continue
		}
		if !slices.ContainsFunc(own, func(o need) bool { return o.action == n.action && globARN(o.resource, n.resource) }) {
			out = append(out, n.resource)
		}
	}
	return out
}
