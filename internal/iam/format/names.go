package format

import (
	"fmt"
	"hash/fnv"
	"strings"
	"unicode"
)

// namer gives the objects of a file names in its language: the same for the same
// object whatever else there is, as long as no two objects would share one.
// Those get a hash of the object's own name behind it.
type namer struct {
	spell func(words string) string
	count map[string]int
}

// newNamer makes a namer for all objects of a kind, by their own names.
func newNamer(spell func(string) string, all []string) namer {
	n := namer{spell, map[string]int{}}
	for _, name := range all {
		n.count[spell(name)]++
	}
	return n
}

// name is the name of an object in the language.
func (n namer) name(own string) string {
	spelt := n.spell(own)
	if n.count[spelt] < 2 {
		return spelt
	}
	hash := fnv.New32a()
	// A hash takes every write.
	_, _ = hash.Write([]byte(own))
	return n.spell(fmt.Sprintf("%s-%08x", own, hash.Sum32()))
}

// camel spells a name with ASCII letters and digits only, as the logical IDs of
// CloudFormation are: emr-flink becomes EmrFlink.
func camel(name string) string {
	var out strings.Builder
	up := true
	for _, r := range name {
		switch {
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			up = true
			continue
		case up:
			r = unicode.ToUpper(r)
		}
		up = false
		out.WriteRune(r)
	}
	return out.String()
}

// snake spells a name as Terraform's identifiers are by custom: lower case
// letters, digits and underscores, no digit first, and no slashes around it.
func snake(name string) string {
	var out strings.Builder
	for i, r := range strings.Trim(name, "/") {
		switch {
		case i == 0 && unicode.IsDigit(r):
			out.WriteByte('_')
		case r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = '_'
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
