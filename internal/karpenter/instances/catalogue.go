package instances

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// Catalogue is a list of instance types. It does not change; safe for concurrent
// use.
type Catalogue struct {
	all     []Instance
	sources []Source
}

// newCatalogue sorts the types by name; two of one name are an error.
func newCatalogue(all []Instance, sources []Source) (*Catalogue, error) {
	slices.SortFunc(all, func(a, b Instance) int { return strings.Compare(a.Name, b.Name) })
	for n := 1; n < len(all); n++ {
		if all[n].Name == all[n-1].Name {
			return nil, fmt.Errorf("instance type %s stands there twice", all[n].Name)
		}
	}
	return &Catalogue{all: all, sources: sources}, nil
}

// All are the types by name. The caller must not change the slice.
func (c *Catalogue) All() []Instance { return c.all }

// Sources say where the facts are from.
func (c *Catalogue) Sources() []Source { return c.sources }

// Find returns the type of a name.
func (c *Catalogue) Find(name string) (Instance, bool) {
	at, ok := slices.BinarySearchFunc(c.all, name, func(i Instance, name string) int { return strings.Compare(i.Name, name) })
	if !ok {
		return Instance{}, false
	}
	return c.all[at], true
}

// Left are the types that meet all the requirements, by name: those of a pool,
// and those of a pod beside them.
func (c *Catalogue) Left(all ...karpenter.Requirements) []Instance {
	var out []Instance
	for i := range c.all {
		if c.all[i].Meets(all...) {
			out = append(out, c.all[i])
		}
	}
	return out
}

// values are those that a label has on some type, in the order of the names of
// the types.
func (c *Catalogue) values(key string) []string {
	var out []string
	seen := map[string]bool{}
	for i := range c.all {
		values, _ := c.all[i].Values(key)
		for _, v := range values {
			if !seen[v] {
				seen[v] = true
				out = append(out, v)
			}
		}
	}
	return out
}
