package catalog

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// row is a line of the data: an option, or an old key of one, in a range of
// versions.
type row struct {
	option      Option
	first, last flink.Version
	// old: the key is no option itself.
	old bool
}

// pattern is a key with placeholders, cut at them.
type pattern struct {
	key   string
	parts []string
}

// matches reports whether key is the pattern with something in the place of
// each placeholder.
func (p pattern) matches(key string) bool {
	rest, ok := strings.CutPrefix(key, p.parts[0])
	for _, part := range p.parts[1:] {
		if !ok || rest == "" {
			return false
		}
		if part == "" {
			return true
		}
		at := strings.Index(rest[1:], part)
		if at < 0 {
			return false
		}
		rest = rest[1+at+len(part):]
	}
	return ok && rest == ""
}

// parse reads the data. A line is key, type or how an old key is old, default,
// key that replaces it, scope, first and last version.
func (c *Catalog) parse() {
	c.rows = make(map[string][]row, 2048)
	versions := Versions()
	oldest, newest := versions[0], versions[len(versions)-1]
	var old []row
	for line := range strings.Lines(data) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		o := Option{Key: f[0], Default: f[2], Deprecated: f[4] == "deprecated", OperatorOnly: f[4] == "operator"}
		first, last := oldest, newest
		if o.Operator = f[5] == "operator"; !o.Operator {
			first, _ = flink.ParseVersion(f[5])
			last, _ = flink.ParseVersion(f[6])
		}
		if f[3] != "" {
			o.Replaced, o.Renamed = []string{f[3]}, f[1] == "renamed"
			old = append(old, row{o, first, last, true})
			continue
		}
		o.Type = ParseType(f[1])
		c.rows[o.Key] = append(c.rows[o.Key], row{o, first, last, false})
	}
	current := c.rows
	c.rows = make(map[string][]row, len(current)+len(old))
	maps.Copy(c.rows, current)
	for _, r := range old {
		c.addOld(r, current[r.option.Replaced[0]])
	}
	start := map[string]bool{}
	for key := range strings.Lines(started) {
		start[strings.TrimSpace(key)] = true
	}
	for key, rows := range c.rows {
		span(rows, versions)
		for i := range rows {
			o := &rows[i].option
			o.AtStart = start[key] || rows[i].old && start[o.Replaced[0]]
		}
		if strings.Contains(key, "<") {
			c.patterns = append(c.patterns, newPattern(key))
		} else {
			c.names = append(c.names, key)
		}
	}
	slices.Sort(c.names)
	// The longest first, so that metrics.reporter.<name>.interval goes before metrics.reporter.<name>.<parameter>.
	slices.SortFunc(c.patterns, func(a, b pattern) int {
		if d := len(strings.Join(b.parts, "")) - len(strings.Join(a.parts, "")); d != 0 {
			return d
		}
		return strings.Compare(a.key, b.key)
	})
}

// addOld adds an old key: it takes what the option that replaces it takes. Where
// two options replace it, both do.
func (c *Catalog) addOld(r row, current []row) {
	rows := c.rows[r.option.Key]
	for i := range rows {
		o := &rows[i]
		switch {
		case o.first.Compare(r.last) > 0 || o.last.Compare(r.first) < 0:
		case o.old:
			o.option.Replaced = append(slices.Clone(o.option.Replaced), r.option.Replaced...)
			return
		case o.option.Deprecated:
			o.option.Replaced, o.option.Renamed = append(slices.Clone(o.option.Replaced), r.option.Replaced...), true
		}
	}
	for _, target := range current {
		if target.first.Compare(r.last) > 0 || target.last.Compare(r.first) < 0 {
			continue
		}
		part := r
		part.option.Type, part.option.Default = target.option.Type, target.option.Default
		part.option.Operator, part.option.OperatorOnly = target.option.Operator, target.option.OperatorOnly
		if target.first.Compare(part.first) > 0 {
			part.first = target.first
		}
		if target.last.Compare(part.last) < 0 {
			part.last = target.last
		}
		c.rows[r.option.Key] = append(c.rows[r.option.Key], part)
	}
}

// span writes into all rows of a key since when it is there, and when it went.
func span(rows []row, versions []flink.Version) {
	first, last := rows[0].first, rows[0].last
	for _, r := range rows {
		if r.first.Compare(first) < 0 {
			first = r.first
		}
		if r.last.Compare(last) > 0 {
			last = r.last
		}
	}
	for i := range rows {
		if first != versions[0] {
			rows[i].option.Since = first
		}
		if last != versions[len(versions)-1] {
			rows[i].option.Removed = versions[slices.Index(versions, last)+1]
		}
	}
}

// choose picks the row of a version: one that covers it, options before old
// keys, else the nearest.
func choose(rows []row, v flink.Version) Option {
	if len(rows) == 0 {
		return Option{}
	}
	if v.IsZero() {
		return slices.MaxFunc(rows, func(a, b row) int { return a.last.Compare(b.last) }).option
	}
	best := rows[0]
	for _, r := range rows[1:] {
		if d := distanceTo(r, v) - distanceTo(best, v); d < 0 || d == 0 && best.old && !r.old {
			best = r
		}
	}
	return best.option
}

// distanceTo counts the versions between a row and v.
func distanceTo(r row, v flink.Version) int {
	all := Versions()
	at, first, last := slices.Index(all, v), slices.Index(all, r.first), slices.Index(all, r.last)
	return max(first-at, at-last, 0)
}

// newPattern cuts a key at its placeholders: <name>, <parameter>, …
func newPattern(key string) pattern {
	p := pattern{key: key}
	rest := key
	for {
		before, after, ok := strings.Cut(rest, "<")
		p.parts = append(p.parts, before)
		if !ok {
			return p
		}
		_, rest, _ = strings.Cut(after, ">")
	}
}
