package catalog

import (
	"strings"

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
		d, ends := distance(key, name, fewest), strings.HasSuffix(name, "."+key)
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

// distance is that of optimal string alignment in bytes, or limit if it is not
// below that.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}
