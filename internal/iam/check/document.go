package check

import (
	"slices"
	"strings"
)

// statement is a statement of a policy document as it was given.
type statement struct {
	at           *node
	deny         bool
	principals   map[string][]*node
	actions      []*node
	notActions   []*node
	resources    []*node
	notResources []*node
	conditions   []condition
}

// condition is one key under one operator.
type condition struct {
	// operator is in lower case, without ForAnyValue:, ForAllValues: and IfExists.
	operator string
	// key is in lower case, as IAM compares it.
	key    string
	at     *node
	values []*node
}

// isDocument reports whether a value is a policy document.
func isDocument(n *node) bool { return n != nil && n.members != nil && n.members["Statement"] != nil }

// statements reads a policy document.
func statements(n *node) []statement {
	var out []statement
	for _, s := range n.get("Statement").all() {
		st := statement{
			at: s, deny: s.str("Effect") == "Deny", principals: map[string][]*node{}, actions: s.get("Action").all(),
			notActions: s.get("NotAction").all(), resources: s.get("Resource").all(), notResources: s.get("NotResource").all(),
		}
		if p := s.get("Principal"); p != nil && p.scalar {
			st.principals["AWS"] = []*node{p}
		} else if p != nil {
			for _, kind := range p.keys {
				st.principals[kind] = p.members[kind].all()
			}
		}
		if c := s.get("Condition"); c != nil {
			for _, operator := range c.keys {
				for _, key := range c.members[operator].keys {
					at := c.members[operator].members[key]
					st.conditions = append(st.conditions, condition{plainOperator(operator), strings.ToLower(key), at, at.all()})
				}
			}
		}
		out = append(out, st)
	}
	return out
}

func plainOperator(operator string) string {
	operator = strings.ToLower(operator)
	operator = strings.TrimPrefix(strings.TrimPrefix(operator, "foranyvalue:"), "forallvalues:")
	return strings.TrimSuffix(operator, "ifexists")
}

// does reports whether an action is among those of the statement, which IAM
// compares without regard to case.
func (s statement) does(action string) bool {
	named := func(n *node) bool { return glob(strings.ToLower(n.text), strings.ToLower(action)) }
	if len(s.notActions) > 0 {
		return !slices.ContainsFunc(s.notActions, named)
	}
	return slices.ContainsFunc(s.actions, named)
}

// on reports whether a resource is among those of the statement.
func (s statement) on(resource string) bool {
	named := func(n *node) bool { return globARN(n.text, resource) }
	if len(s.notResources) > 0 {
		return !slices.ContainsFunc(s.notResources, named)
	}
	return slices.ContainsFunc(s.resources, named)
}

// texts are the texts of values.
func texts(list []*node) []string {
	var out []string
	for _, n := range list {
		out = append(out, n.text)
	}
	return out
}

// glob matches a pattern of IAM: * stands for any text, ? for one character (IAM
// User Guide, "IAM JSON policy elements: Resource"). A variable, ${…}, is taken for any
// text. The text may be a pattern itself: a * in it is matched by a * alone.
func glob(pattern, text string) bool {
	for {
		before, rest, ok := strings.Cut(pattern, "${")
		_, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			break
		}
		pattern = before + "*" + after
	}
	p, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, t
			p++
		case p < len(pattern) && (pattern[p] == text[t] || pattern[p] == '?' && text[t] != '*'):
			p++
			t++
		case star >= 0:
			from++
			p, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// globARN is glob for ARNs: partitions are not compared, and a region or an account
// that is not known matches any.
func globARN(pattern, arn string) bool {
	want := strings.SplitN(arn, ":", 6)
	have := strings.SplitN(pattern, ":", 6)
	if len(want) != 6 || len(have) != 6 {
		return glob(pattern, arn)
	}
	want[1] = have[1]
	for _, i := range []int{3, 4} {
		if want[i] == "" && want[2] != "s3" {
			want[i] = have[i]
		}
	}
	return glob(pattern, strings.Join(want, ":"))
}

// matches reports whether a condition holds for a value. literal says that it
// would, were the operator one that knows wildcards. Operators that are not about
// texts are taken to hold.
func (c condition) matches(value string) (ok, literal bool) {
	is := func(same func(pattern, text string) bool) bool {
		return slices.ContainsFunc(c.values, func(n *node) bool { return same(n.text, value) })
	}
	equal := func(a, b string) bool { return a == b }
	switch c.operator {
	case "stringequals":
		ok = is(equal)
		return ok, !ok && is(glob)
	case "stringequalsignorecase":
		ok = is(strings.EqualFold)
		return ok, !ok && is(glob)
	case "stringlike", "arnlike", "arnequals":
		return is(glob), false
	case "stringnotequals":
		return !is(equal), false
	case "stringnotlike", "arnnotlike", "arnnotequals":
		return !is(glob), false
	default:
		return true, false
	}
}
