package instances

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// Verdict says what the lines of a pool do to a catalogue.
type Verdict struct {
	// Left are the types that meet all lines.
	Left []Instance
	// Conflict are lines that together leave no type: as few as it takes, each of
	// them needed. Empty if some type is left.
	Conflict []karpenter.Line
	// Dead are the values that could be struck out. If no type is left they are only
	// those that no type has.
	Dead []Dead
	// Redundant are lines of which each could be struck out alone and the same types
	// were left. Types that come later may still need them, and so may readers.
	// Lines about what every node has in any case are among them (zone Exists).
	Redundant []karpenter.Line
}

// Dead are values of one line, with In, that no type has which is left.
type Dead struct {
	Line   karpenter.Line
	Values []string
	// Unknown: no type of the catalogue has the value, which is then the only one.
	// Nearest is the value that was probably meant, or "".
	Unknown bool
	Nearest string
	// Because are the other lines of the pool that exclude all types with these
	// values: each of them does alone or, if Together is set, only all of them do.
	Because  []karpenter.Line
	Together bool
}

// String words it without a verdict: "karpenter.k8s.aws/instance-family m5, m5d:
// excluded by karpenter.k8s.aws/instance-generation Gt 5".
func (d Dead) String() string {
	text := d.Line.Key + " " + strings.Join(d.Values, ", ")
	switch {
	case d.Unknown && d.Nearest != "":
		return fmt.Sprintf("%s: no known instance type has it (%s?)", text, d.Nearest)
	case d.Unknown:
		return text + ": no known instance type has it"
	case d.Together:
		return text + ": excluded by " + Join(d.Because) + " together"
	default:
		texts := make([]string, 0, len(d.Because))
		for _, l := range d.Because {
			texts = append(texts, l.String())
		}
		return text + ": excluded by " + strings.Join(texts, ", and by ")
	}
}

// Join words lines: "a In [b] and c Gt 5".
func Join(lines []karpenter.Line) string {
	texts := make([]string, 0, len(lines))
	for _, l := range lines {
		texts = append(texts, l.String())
	}
	if n := len(texts); n > 1 {
		return strings.Join(texts[:n-1], ", ") + " and " + texts[n-1]
	}
	return strings.Join(texts, "")
}

// Judge compares the lines of a pool with the catalogue. What the pool's labels
// and the catalogue do not settle (zones, capacity type) counts as met.
func (c *Catalogue) Judge(p karpenter.Pool) Verdict {
	v := Verdict{Left: c.Left(p.Requirements)}
	if len(v.Left) == 0 {
		v.Conflict = c.conflict(p.Lines)
	}
	for n, line := range p.Lines {
		if line.Operator == karpenter.In && settled(line.Key) {
			v.Dead = append(v.Dead, c.dead(p.Lines, n, v.Left)...)
		}
	}
	if len(v.Left) > 0 {
		v.Redundant = c.redundant(p)
	}
	return v
}

// settled reports whether types differ in the label, and the catalogue knows
// how.
func settled(key string) bool {
	switch key {
	case karpenter.LabelOS, karpenter.LabelCapacityType, labelWindowsBuild, LabelTenancy:
		return false
	default:
		return slices.Contains(Keys(), karpenter.NewRequirement(key, karpenter.Exists).Key)
	}
}

func join(lines []karpenter.Line) karpenter.Requirements {
	out := make([]karpenter.Requirement, 0, len(lines))
	for _, l := range lines {
		out = append(out, l.Requirement())
	}
	return karpenter.NewRequirements(out...)
}

// conflict strikes out lines, from the last, as long as nothing is left.
func (c *Catalogue) conflict(lines []karpenter.Line) []karpenter.Line {
	out := slices.Clone(lines)
	for n := range slices.Backward(lines) {
		without := slices.Delete(slices.Clone(out), n, n+1)
		if len(c.Left(join(without))) == 0 {
			out = without
		}
	}
	return out
}

// dead finds the dead values of a line, those with one cause together.
func (c *Catalogue) dead(lines []karpenter.Line, at int, left []Instance) []Dead {
	line := lines[at]
	key := line.Requirement().Key
	alive := map[string]bool{}
	for i := range left {
		values, _ := left[i].Values(key)
		for _, v := range values {
			alive[v] = true
		}
	}
	var out []Dead
	for _, value := range line.Values {
		if alive[value] {
			continue
		}
		with := c.Left(karpenter.NewRequirements(karpenter.NewRequirement(key, karpenter.In, value)))
		if len(with) == 0 {
			out = append(out, Dead{Line: line, Values: []string{value}, Unknown: true, Nearest: c.nearest(key, value)})
			continue
		}
		if len(left) == 0 {
			continue
		}
		d := Dead{Line: line, Values: []string{value}}
		d.Because, d.Together = culprits(slices.Delete(slices.Clone(lines), at, at+1), with)
		same := slices.IndexFunc(out, func(o Dead) bool {
			return !o.Unknown && o.Together == d.Together && Join(o.Because) == Join(d.Because)
		})
		if same < 0 {
			out = append(out, d)
			continue
		}
		out[same].Values = append(out[same].Values, value)
	}
	return out
}

// culprits finds the lines that each exclude all the types; if there are none,
// lines that do it together, the one first that excludes most.
func culprits(lines []karpenter.Line, types []Instance) (because []karpenter.Line, together bool) {
	for _, l := range lines {
		if len(keep(types, l)) == 0 {
			because = append(because, l)
		}
	}
	if len(because) > 0 {
		return because, false
	}
	for len(types) > 0 {
		best, rest := -1, types
		for n, l := range lines {
			if kept := keep(types, l); len(kept) < len(rest) {
				best, rest = n, kept
			}
		}
		if best < 0 {
			break
		}
		because, types = append(because, lines[best]), rest
	}
	return because, true
}

// keep are the types that meet a line.
func keep(types []Instance, l karpenter.Line) []Instance {
	var out []Instance
	only := karpenter.NewRequirements(l.Requirement())
	for i := range types {
		if types[i].Meets(only) {
			out = append(out, types[i])
		}
	}
	return out
}

// nearest finds the value that was meant: of families and types first those of
// the same category, as "r6id" for "r7id".
func (c *Catalogue) nearest(key, value string) string {
	if strings.Trim(value, "0123456789") == "" {
		return ""
	}
	known := c.values(key)
	letters := strings.TrimRight(strings.SplitAfterN(value, "", 2)[0], "0123456789")
	near := slices.DeleteFunc(slices.Clone(known), func(v string) bool { return !strings.HasPrefix(v, letters) })
	if found := diag.Nearest(value, near); found != "" {
		return found
	}
	return diag.Nearest(value, known)
}

// redundant finds the lines that exclude nothing which the others let through.
func (c *Catalogue) redundant(p karpenter.Pool) []karpenter.Line {
	// A type counts for a line if the line's label is the only one that it fails.
	only := map[string][]*Instance{}
	for i := range c.all {
		if key, fails := c.all[i].onlyFailure(p.Requirements); fails {
			only[key] = append(only[key], &c.all[i])
		}
	}
	var out []karpenter.Line
	for n, line := range p.Lines {
		if line.At < 0 {
			continue
		}
		if line.Operator == karpenter.Exists && always(line.Key) {
			out = append(out, line)
			continue
		}
		if !settled(line.Key) {
			continue
		}
		key := line.Requirement().Key
		rest, bound := join(slices.Delete(slices.Clone(p.Lines), n, n+1))[key]
		if !slices.ContainsFunc(only[key], func(i *Instance) bool { return !bound || i.meets(key, rest) }) {
			out = append(out, line)
		}
	}
	return out
}

// always reports whether Karpenter gives the label to each of its nodes.
func always(key string) bool {
	switch karpenter.NewRequirement(key, karpenter.Exists).Key {
	case karpenter.LabelOS, karpenter.LabelCapacityType, "topology.kubernetes.io/zone", "topology.kubernetes.io/region":
		return true
	default:
		return false
	}
}

// onlyFailure gives the label that the type fails, if it is one alone.
func (i *Instance) onlyFailure(requirements karpenter.Requirements) (key string, one bool) {
	for k, r := range requirements {
		if i.meets(k, r) {
			continue
		}
		if one {
			return "", false
		}
		key, one = k, true
	}
	return key, one
}
