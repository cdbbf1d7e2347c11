package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
)

// tree draws waves and their units on a terminal, and draws over them as they
// change. Notes stay above it.
type tree struct {
	out   io.Writer
	rows  []row
	at    map[string]int
	drawn int
}

type row struct {
	wave, unit string
	last       deploy.Event
}

// treeHeight is how many units are drawn; with more, those that are done are left out.
const treeHeight = 20

func newTree(out io.Writer) *tree { return &tree{out: out, at: map[string]int{}} }

func (t *tree) see(e deploy.Event) {
	t.clear()
	if e.Phase == deploy.Note || e.Phase == deploy.Skipped || e.Unit == "" {
		fmt.Fprintln(t.out, printable(line(e)))
	}
	if e.Unit != "" && e.Phase != deploy.Note {
		key := e.Wave + " " + e.Unit
		i, ok := t.at[key]
		if !ok {
			i = len(t.rows)
			t.at[key] = i
			t.rows = append(t.rows, row{wave: e.Wave, unit: e.Unit})
		}
		t.rows[i].last = e
	}
	t.draw()
}

// clear goes back over what was drawn (ECMA-48: CUU, ED).
func (t *tree) clear() {
	if t.drawn > 0 {
		fmt.Fprintf(t.out, "\x1b[%dA\x1b[J", t.drawn)
	}
	t.drawn = 0
}

func (t *tree) draw() {
	shown := t.rows
	if len(shown) > treeHeight {
		shown = nil
		for _, r := range t.rows {
			if r.last.Phase != deploy.Done && r.last.Phase != deploy.Unchanged {
				shown = append(shown, r)
			}
		}
		hidden := max(0, len(shown)-treeHeight)
		fmt.Fprintf(t.out, "%d of %d ready\n", len(t.rows)-len(shown), len(t.rows))
		shown = shown[:len(shown)-hidden]
		t.drawn++
	}
	wave := ""
	for _, r := range shown {
		if r.wave != wave {
			wave = r.wave
			fmt.Fprintf(t.out, "\x1b[1m%s\x1b[0m\n", printable(wave))
			t.drawn++
		}
		fmt.Fprintln(t.out, t.row(r))
		t.drawn++
	}
}

// row is one line, cut so that it does not wrap.
func (t *tree) row(r row) string {
	sign, colour := "·", "36"
	switch r.last.Phase {
	case deploy.Done, deploy.Unchanged:
		sign, colour = "✓", "32"
	case deploy.Failed:
		sign, colour = "✗", "31"
	}
	said := strings.TrimSpace(r.last.Phase + " " + r.last.State)
	if r.last.Message != "" {
		said += ": " + r.last.Message
	}
	text := printable(fmt.Sprintf("%s  %s  %s", r.unit, r.last.Elapsed.Round(time.Second), said))
	if cut := []rune(text); len(cut) > 110 {
		text = string(cut[:109]) + "…"
	}
	return "  \x1b[" + colour + "m" + sign + "\x1b[0m " + text
}

// end leaves the tree on the screen.
func (t *tree) end() { t.drawn = 0 }
