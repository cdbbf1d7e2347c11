package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/helm-flink/helm-flink/internal/app/deploy"
)

// The formats of progress.
const (
	ProgressAuto  = "auto"
	ProgressTree  = "tree"
	ProgressPlain = "plain"
	ProgressJSON  = "json"
	ProgressNone  = "none"
)

// ProgressFormats lists them.
func ProgressFormats() []string {
	return []string{ProgressAuto, ProgressTree, ProgressPlain, ProgressJSON, ProgressNone}
}

// Progress shows what happens. It serves several goroutines.
type Progress struct {
	mu    sync.Mutex
	out   io.Writer
	show  func(deploy.Event)
	end   func()
	ended bool
}

// NewProgress shows events on a stream, which auto takes for a terminal when it
// is to be coloured. A format that is not known is an error.
func NewProgress(format string, out io.Writer, terminal bool) (*Progress, error) {
	if format == ProgressAuto {
		format = ProgressPlain
		if terminal {
			format = ProgressTree
		}
	}
	p := &Progress{out: out, end: func() {}}
	switch format {
	case ProgressTree:
		t := newTree(out)
		p.show, p.end = t.see, t.end
	case ProgressPlain:
		p.show = p.plain
	case ProgressJSON:
		p.show = p.json
	case ProgressNone:
		p.show = func(deploy.Event) {}
	default:
		return nil, fmt.Errorf("%q: want one of %s", format, strings.Join(ProgressFormats(), ", "))
	}
	return p, nil
}

// See shows an event.
func (p *Progress) See(e deploy.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.show(e)
	}
}

// End leaves the stream as it is; what comes after is not shown. It may be called
// several times.
func (p *Progress) End() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.ended = true
		p.end()
	}
}

// plain writes a line an event: "12s  clusters  job team/orders  waiting STABLE: …".
func (p *Progress) plain(e deploy.Event) {
	fmt.Fprintf(p.out, "%5s  %s\n", e.Elapsed.Round(time.Second), printable(line(e)))
}

// line says an event in words.
func line(e deploy.Event) string {
	var parts []string
	for _, part := range []string{e.Wave, e.Unit, e.Object} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	said := e.Phase
	if e.State != "" {
		said += " " + e.State
	}
	if e.Message != "" {
		said += ": " + e.Message
	}
	return strings.Join(append(parts, said), "  ")
}

// json writes an object an event, a line each.
func (p *Progress) json(e deploy.Event) { _ = json.NewEncoder(p.out).Encode(e) }
