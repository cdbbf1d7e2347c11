package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"syscall"
	"testing"
)

// failing is a stream whose writes fail.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// TestPipe: a reader that is gone is no error, and known from then on; a full disk is one.
func TestPipe(t *testing.T) {
	t.Parallel()
	p := &pipe{to: failing{&fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}}}
	for range 2 {
		if n, err := p.Write([]byte("abc")); n != 3 || err != nil || !p.gone.Load() {
			t.Errorf("%d, %v, gone %v", n, err, p.gone.Load())
		}
	}
	p = &pipe{to: failing{syscall.ENOSPC}}
	if n, err := p.Write([]byte("abc")); n != 0 || !errors.Is(err, syscall.ENOSPC) || p.gone.Load() {
		t.Errorf("%d, %v, gone %v", n, err, p.gone.Load())
	}
	var b bytes.Buffer
	p = &pipe{to: &b}
	if n, err := p.Write([]byte("abc")); n != 3 || err != nil || b.String() != "abc" || p.Fd() != ^uintptr(0) {
		t.Errorf("%d, %v, %q", n, err, b.String())
	}
}
