package main

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"time"
)

// frame is a function with what it called.
type frame struct {
	name   string
	time   time.Duration
	called map[string]*frame
}

// parse reads the text of `pprof -traces`: samples divided by lines of dashes, each with its time before the innermost
// function and its callers below.
func parse(text string) *frame {
	root := &frame{name: "all"}
	for sample := range strings.SplitSeq(text, "-----------+") {
		var stack []string
		var spent time.Duration
		for line := range strings.Lines(sample) {
			fields := strings.Fields(strings.TrimSuffix(strings.TrimSpace(line), "(inline)"))
			if len(fields) == 2 {
				if d, err := time.ParseDuration(fields[0]); err == nil {
					spent, fields = d, fields[1:]
				}
			}
			if spent > 0 && len(fields) == 1 {
				stack = append(stack, fields[0])
			}
		}
		slices.Reverse(stack)
		root.add(shown(stack), spent)
	}
	return root
}

func (f *frame) add(stack []string, spent time.Duration) {
	f.time += spent
	if len(stack) == 0 {
		return
	}
	if f.called == nil {
		f.called = map[string]*frame{}
	}
	next := f.called[stack[0]]
	if next == nil {
		next = &frame{name: stack[0]}
		f.called[stack[0]] = next
	}
	next.add(stack[1:], spent)
}

// shown are the functions of a stack that say what is done: ours, and the first three of the library that they call. What
// the runtime does by itself is one.
func shown(stack []string) []string {
	const ours = "github.com/helm-flink/helm-flink/internal/"
	var out []string
	foreign := 0
	for _, name := range stack {
		name, mine := strings.CutPrefix(name, ours)
		switch {
		case strings.HasPrefix(name, "cli.") || strings.HasPrefix(name, "app."):
			continue // they string the stages together
		case mine:
			foreign = 0
			out = append(out, plain(name))
		case len(out) > 0 && foreign < 3 && strings.Contains(name, "/") && !strings.HasPrefix(name, "internal/"):
			foreign++
			out = append(out, plain(name))
		}
	}
	if len(out) == 0 {
		if slices.ContainsFunc(stack, func(s string) bool {
			return strings.HasPrefix(s, "runtime.gc") || strings.Contains(s, "runtime.bgsweep")
		}) {
			return []string{"collecting garbage"}
		}
		return []string{"the rest"}
	}
	return slices.Compact(out)
}

// plain is a function's name without the path of its package, type parameters and closures.
func plain(name string) string {
	name, _, _ = strings.Cut(name, "[")
	name = name[strings.LastIndex(name, "/")+1:]
	for {
		i := strings.LastIndex(name, ".")
		if i < 0 || !strings.HasPrefix(name[i+1:], "func") {
			return strings.NewReplacer("(*", "", ")", "").Replace(name)
		}
		name = name[:i]
	}
}

// merge leaves out what took less than a five-hundredth of all, and what is too deep to be read.
func (f *frame) merge() { f.prune(f.time/500, 14) }

func (f *frame) prune(least time.Duration, depth int) {
	for name, next := range f.called {
		if next.time < least || depth == 0 {
			delete(f.called, name)
			continue
		}
		next.prune(least, depth-1)
	}
}

func (f *frame) depth() int {
	deepest := 0
	for _, next := range f.called {
		deepest = max(deepest, next.depth())
	}
	return deepest + 1
}

const (
	width, row = 1200.0, 18.0
	letter     = 6.6
)

// svg draws a frame: what calls above what it calls, as wide as it took long.
func svg(root *frame, title string) []byte {
	var b strings.Builder
	height := row*float64(root.depth()) + 30
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" `, width, height)
	b.WriteString(`font-family="monospace" font-size="11" role="img">` + "\n")
	title = escaped(title)
	fmt.Fprintf(&b, "<title>%s</title>\n", title)
	b.WriteString(`<rect width="100%" height="100%" fill="#fff"/>` + "\n")
	fmt.Fprintf(&b, `<text x="6" y="18" font-size="13">%s</text>`+"\n", title)
	draw(&b, root, 0, 28, root.time)
	b.WriteString("</svg>\n")
	return []byte(b.String())
}

func draw(b *strings.Builder, f *frame, x, y float64, whole time.Duration) {
	w := width * float64(f.time) / float64(whole)
	share := 100 * float64(f.time) / float64(whole)
	hash := fnv.New32()
	pkg, _, _ := strings.Cut(f.name, ".")
	_, _ = hash.Write([]byte(pkg))
	fmt.Fprintf(b, `<g><title>%s, %.1f %%</title>`, escaped(f.name), share)
	fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.0f" `, x, y, w, row)
	fmt.Fprintf(b, `fill="hsl(%d 65%% 78%%)" stroke="#fff"/>`, hash.Sum32()%360)
	if letters := int((w - 6) / letter); letters > 3 {
		text := fmt.Sprintf("%s %.0f%%", f.name, share)
		if len(text) > letters {
			text = f.name[:min(len(f.name), letters)]
		}
		fmt.Fprintf(b, `<text x="%.1f" y="%.1f">%s</text>`, x+3, y+13, escaped(text))
	}
	b.WriteString("</g>\n")
	next := slices.SortedFunc(maps.Values(f.called), func(a, b *frame) int {
		return cmp.Or(cmp.Compare(b.time, a.time), cmp.Compare(a.name, b.name))
	})
	for _, n := range next {
		draw(b, n, x, y+row, whole)
		x += width * float64(n.time) / float64(whole)
	}
}

func escaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
