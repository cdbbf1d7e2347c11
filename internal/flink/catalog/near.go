package catalog

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
)

// Nearest returns the key of a version of Flink that key was probably meant to
// be, or "": one that differs in case, '-', '_' and '.' alone, or with at most
// two typing errors (insert, delete, replace, swap neighbours), or the only
// current one that ends in it.
func (c *Catalog) Nearest(v flink.Version, key string) string {
	c.once.Do(c.parse)
	best, fewest, ending, endings := "", 3, "", 0
	if len(key) < 8 {
		fewest = 2
	}
	flat := flatten(key)
	c.flatOnce.Do(func() {
		for _, name := range c.names {
			c.flat = append(c.flat, flatten(name))
		}
	})
	for i, name := range c.names {
		d, ends := diag.Distance([]byte(key), []byte(name), fewest), strings.HasSuffix(name, "."+key)
		if c.flat[i] != flat && d >= fewest && !ends || name == key {
			continue
		}
		o := choose(c.rows[name], Clamp(v))
		switch {
		case !o.In(v):
		case c.flat[i] == flat:
			return name
		case d < fewest:
			best, fewest = name, d
		case o.Replaced == nil:
			ending = name
			endings++
		}
	}
	if best == "" && endings == 1 && strings.Contains(key, ".") {
		return ending
	}
	return best
}

func flatten(s string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", ".", "").Replace(s))
}
