package cli

import (
	"errors"
	"io"
	"sync/atomic"
	"syscall"
)

// pipe is standard output. When its reader is gone, as in `… | head -1`, the rest
// goes nowhere and the verb ends as it would have: with its verdict, if it has one.
// What writes for ever has to ask whether there is a reader.
//
// By itself the program does not come so far: a system that has SIGPIPE ends it.
// Helm would take that for an error of the plugin and say so, which is why main
// turns SIGPIPE off under Helm.
type pipe struct {
	to   io.Writer
	gone atomic.Bool
}

func (p *pipe) Write(b []byte) (int, error) {
	if p.gone.Load() {
		return len(b), nil
	}
	n, err := p.to.Write(b)
	if errors.Is(err, syscall.EPIPE) {
		p.gone.Store(true)
		return len(b), nil
	}
	return n, err
}

// Fd is the descriptor of the stream, none for what is not a file.
func (p *pipe) Fd() uintptr {
	if file, ok := p.to.(interface{ Fd() uintptr }); ok {
		return file.Fd()
	}
	return ^uintptr(0)
}
