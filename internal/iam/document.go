package iam

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Version is the version of the policy language (IAM User Guide, "IAM JSON
// policy elements: Version").
const Version = "2012-10-17"

// MarshalJSON writes the document as IAM takes it, in the order of the user
// guide's examples. A list of one is written as its only value, the shortest
// form, since the length counts.
func (d Document) MarshalJSON() ([]byte, error) {
	statements := d.Statements
	if statements == nil {
		statements = []Statement{}
	}
	return marshal(struct {
		Version   string
		Statement []Statement
	}{Version, statements})
}

// MarshalJSON writes the statement as IAM takes it.
func (s Statement) MarshalJSON() ([]byte, error) {
	effect := "Allow"
	if s.Deny {
		effect = "Deny"
	}
	conditions := map[string]map[string]texts{}
	for operator, keys := range s.Conditions {
		conditions[operator] = textsByKey(keys)
	}
	return marshal(struct {
		Sid       string `json:",omitempty"`
		Effect    string
		Principal map[string]texts            `json:",omitempty"`
		Action    texts                       `json:",omitempty"`
		Resource  texts                       `json:",omitempty"`
		Condition map[string]map[string]texts `json:",omitempty"`
	}{s.Sid, effect, textsByKey(s.Principals), s.Actions, s.Resources, conditions})
}

// texts is a list that is written as its only value where it has but one.
type texts []string

// MarshalJSON writes the list.
func (t texts) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return marshal(t[0])
	}
	return marshal([]string(t))
}

func textsByKey(m map[string][]string) map[string]texts {
	out := make(map[string]texts, len(m))
	for key, values := range m {
		out[key] = values
	}
	return out
}

// marshal is json.Marshal without the escapes for HTML, which make & in a prefix
// six characters long.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("policy document: %w", err)
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// Size is the number of characters that IAM counts of a document: all but white
// space (IAM User Guide, "IAM and AWS STS quotas").
func (d Document) Size() int {
	text, err := d.MarshalJSON()
	if err != nil { // maps, lists and texts can always be written
		return 0
	}
	return len([]rune(strings.Join(strings.Fields(string(text)), "")))
}

// normalize sorts a statement's lists and takes doubles out.
func (s Statement) normalize() Statement {
	s.Actions, s.Resources = uniq(s.Actions), uniq(s.Resources)
	for kind, names := range s.Principals {
		s.Principals[kind] = uniq(names)
	}
	for _, keys := range s.Conditions {
		for key, values := range keys {
			keys[key] = uniq(values)
		}
	}
	return s
}

// uniq sorts a list and takes doubles out; the list itself is left alone.
func uniq(list []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

// merged puts statements of the same name, actions, effect and conditions
// together, sorts them by name, and gives each name once.
func merged(all []Statement) []Statement {
	byKey := map[string]*Statement{}
	for _, s := range all {
		s = s.normalize()
		if len(s.Resources) == 0 {
			continue
		}
		key := fmt.Sprintf("%s|%v|%q|%v", s.Sid, s.Deny, s.Actions, s.Conditions)
		if known := byKey[key]; known != nil {
			known.Resources = uniq(append(known.Resources, s.Resources...))
			continue
		}
		byKey[key] = &s
	}
	out := make([]Statement, 0, len(byKey))
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		out = append(out, *byKey[key])
	}
	return numbered(out)
}

// numbered makes the names of statements, which are sorted by them, unique: the
// second of a name gets a 2.
func numbered(list []Statement) []Statement {
	taken := map[string]int{}
	for i, s := range list {
		taken[s.Sid]++
		if n := taken[s.Sid]; n > 1 {
			list[i].Sid = fmt.Sprintf("%sX%d", s.Sid, n)
		}
	}
	return list
}

// sid joins words to a statement's name, which holds letters and digits alone
// (IAM User Guide, "IAM JSON policy elements: Sid").
func sid(words ...string) string {
	var b strings.Builder
	for _, word := range words {
		up := true
		for _, r := range word {
			switch {
			case r >= 'a' && r <= 'z' && up:
				b.WriteRune(r - 'a' + 'A')
				up = false
			case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
				b.WriteRune(r)
				up = false
			default:
				up = true
			}
		}
	}
	return b.String()
}
