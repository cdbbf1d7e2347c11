package values

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// needed reports whether a mapping must have a key; or else, where its alternatives
// want different ones, which those are, and the key is among them.
func needed(shapes []*shape, key string) (required bool, oneOf []string) {
	for _, sh := range shapes {
		must, choice := sh.needs(key, map[*shape]bool{})
		if required = required || must; oneOf == nil {
			oneOf = choice
		}
	}
	if required {
		return true, nil
	}
	return false, oneOf
}

// needs is needed for one shape; seen are those that were asked before.
func (sh *shape) needs(key string, seen map[*shape]bool) (required bool, oneOf []string) {
	if seen[sh] {
		return false, nil
	}
	seen[sh] = true
	required = slices.Contains(sh.required, key)
	for _, next := range sh.inPlace {
		must, choice := next.needs(key, seen)
		if required = required || must; oneOf == nil {
			oneOf = choice
		}
	}
	for _, alternatives := range [][]*shape{sh.oneOf, sh.anyOf} {
		must, choice := among(alternatives, key, seen)
		if required = required || must; oneOf == nil {
			oneOf = choice
		}
	}
	return required, oneOf
}

// among is needed for alternatives: a key is required where each of them that takes a
// mapping requires it.
func among(alternatives []*shape, key string, seen map[*shape]bool) (required bool, oneOf []string) {
	branches := slices.DeleteFunc(slices.Clone(alternatives), func(sh *shape) bool { return !sh.takes(Map) })
	wanting, mine := 0, false
	for _, branch := range branches {
		if must, _ := branch.needs(key, seen); must {
			wanting++
		}
		if len(branch.required) == 1 {
			oneOf = append(oneOf, branch.required[0])
			mine = mine || branch.required[0] == key
		}
	}
	if wanting > 0 && wanting == len(branches) {
		return true, nil
	}
	if !mine || len(oneOf) < 2 {
		return false, nil
	}
	return false, oneOf
}

// almost is the path that was perhaps meant by a name of the user's, the last of the
// path, which is nearly a key of such members. Empty where it is not.
func almost(above []*shape, at []string) string {
	if len(at) < 2 {
		return ""
	}
	name, known := at[len(at)-1], whole(above)
	free := freeMember(above)
	if name == AnyName || free == nil || slices.Contains(knownKeys(known), name) {
		return ""
	}
	near := diag.Nearest(name, knownKeys(whole(free)))
	if near == "" {
		return ""
	}
	return strings.Join(append(slices.Clone(at[:len(at)-1]), AnyName, near), ".")
}
