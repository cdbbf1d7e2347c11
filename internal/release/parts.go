package release

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Part cuts the platform's release into NAME-platform, NAME-platform-2 and so on, as
// many as it takes for each to fit into the Secret of a release. held says of the
// objects that are in such releases which one has them: they stay there, since Helm
// would delete an object that leaves a release. A release that has none any more is
// there without objects. What is too large all the same is refused by Check.
func (p *Plan) Part(held map[manifest.Key]string) error {
	at := slices.IndexFunc(p.Units, func(u Unit) bool { return u.Kind == Platform })
	if at < 0 {
		return nil
	}
	whole := p.Units[at]
	last := 1
	for _, name := range held {
		last = max(last, partNumber(whole.Name, name))
	}
	if last == 1 && roughly(whole.Set) < MaxSize/2 {
		return nil
	}
	size, err := whole.size(p.Platform)
	if err != nil || last == 1 && size <= MaxSize {
		return err
	}
	parts, err := p.pack(whole, size, last, held)
	if err != nil {
		return err
	}
	// In the order of their numbers, which is not that of their names: the tenth comes
	// behind the second, since it may need its namespaces.
	p.Units = slices.Concat(p.Units[:at], parts, p.Units[at+1:])
	return nil
}

// Arrange parts the platform's release as Part does, beside the newest revisions of the
// platform's releases. It gives what they hold, for Check.
func (p *Plan) Arrange(newest iter.Seq[Revision]) (held map[manifest.Key]string, err error) {
	held = map[manifest.Key]string{}
	for rev := range newest {
		if !p.IsPart(rev) {
			continue
		}
		objects, err := rev.Objects()
		if err != nil {
			return nil, err
		}
		for _, o := range objects {
			held[manifest.Object{Data: o}.Key()] = rev.Name
		}
	}
	return held, p.Part(held)
}

// pack puts the objects of a unit into parts. Objects of a kind compress better
// together than each by itself, so their sizes count less at first: by as much as the
// whole compresses better than they do, and more again until every part fits.
func (p *Plan) pack(whole Unit, size, last int, held map[manifest.Key]string) ([]Unit, error) {
	weights, err := weigh(whole.Set)
	if err != nil {
		return nil, err
	}
	sum := 1
	for _, w := range weights {
		sum += w
	}
	for scale := min(1, float64(size)/float64(sum)*1.1); ; scale = min(1, scale*1.5) {
		pack := packing{whole: whole, held: held, last: last, limit: MaxSize - 4<<10, home: map[string]int{}}
		pack.all(weights, scale)
		fits, err := p.fit(pack.parts)
		if err != nil || fits || scale == 1 {
			return pack.parts, err
		}
	}
}

func (p *Plan) fit(parts []Unit) (bool, error) {
	for _, u := range parts {
		size, err := u.size(p.Platform)
		if err != nil || size > MaxSize {
			return false, err
		}
	}
	return true, nil
}

// packing puts objects into parts: what is held first, and either in their order.
type packing struct {
	whole Unit
	held  map[manifest.Key]string
	last  int // the number of the last part that is there
	limit int
	parts []Unit
	full  []int
	home  map[string]int // namespaces to the part that makes them
}

// all places the objects of the unit: what is there takes its room first.
func (k *packing) all(weights []int, scale float64) {
	for _, there := range []bool{true, false} {
		for i, o := range k.whole.Set {
			if (k.held[o.Key()] != "") == there {
				k.put(o, int(float64(weights[i])*scale))
			}
		}
	}
	for i := range k.parts {
		k.parts[i].Set = k.parts[i].Set.Sorted()
	}
}

// put places one object: where it is held, or in the first part that has room and
// does not come before its namespace's.
func (k *packing) put(o manifest.Object, weight int) {
	for len(k.parts) < k.last {
		k.open()
	}
	key := o.Key()
	i := partNumber(k.whole.Name, k.held[key]) - 1
	if i < 0 {
		for i = k.home[key.Namespace]; i < len(k.parts) && k.full[i]+weight > k.limit && k.full[i] > 0; i++ {
		}
		if i == len(k.parts) {
			k.open()
		}
	}
	if key.Kind == "Namespace" {
		k.home[key.Name] = i
	}
	k.parts[i].Set = append(k.parts[i].Set, o)
	k.full[i] += weight
}

func (k *packing) open() {
	u := k.whole
	u.Name, u.Set = partName(k.whole.Name, len(k.parts)+1), nil
	k.parts, k.full = append(k.parts, u), append(k.full, 0)
}

// partName names the nth part of a release; the first one has its name.
func partName(name string, n int) string {
	if n == 1 {
		return name
	}
	return shorten(fmt.Sprintf("%s-%d", name, n))
}

// maxParts bounds how many parts are looked for by name.
const maxParts = 100

// partNumber is the number of a part by its name, 0 for the name of none.
func partNumber(whole, name string) int {
	if !strings.HasPrefix(name, whole[:min(len(whole), longest-9)]) {
		return 0
	}
	for n := 1; n <= maxParts; n++ {
		if partName(whole, n) == name {
			return n
		}
	}
	return 0
}

// IsPart reports whether a release is the platform's or a part of it.
func (p *Plan) IsPart(rev Revision) bool {
	return rev.Kind == Platform && rev.Namespace == p.Namespace && slices.ContainsFunc(p.Units, func(u Unit) bool {
		return u.Kind == Platform && partNumber(u.Name, rev.Name) > 0
	})
}
