// Package pack keeps texts small that are read once more, or never again: of a
// stream of manifests, what is kept of each is what memory grows by.
package pack

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"slices"
	"sync"
)

// blockSize is how many bytes are packed together: the manifests of a fleet are
// alike, and one is told by what differs from its neighbours.
const blockSize = 64 << 10

// opened is how many blocks are remembered once they are opened.
const opened = 4

// Packer packs texts. The zero value is ready, and may be used by many
// goroutines.
type Packer struct {
	lock    sync.Mutex
	filling *block
	writer  *flate.Writer
	recent  []reading // the newest first
}

// Packed is a text in a packer.
type Packed struct {
	block    *block
	from, to int
}

// block is texts behind each other: as they are until it is full, and packed
// from then on.
type block struct{ raw, packed []byte }

type reading struct {
	of  *block
	raw []byte
}

// Pack takes a text, which is not kept: the manifests of a fleet take about
// a tenth of their length (pack_test.go).
func (p *Packer) Pack(text []byte) (Packed, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	b := p.filling
	if b == nil {
		b = &block{raw: make([]byte, 0, blockSize+len(text))}
		p.filling = b
	}
	out := Packed{b, len(b.raw), len(b.raw) + len(text)}
	b.raw = append(b.raw, text...)
	if len(b.raw) < blockSize {
		return out, nil
	}
	p.filling = nil
	return out, p.squeeze(b)
}

// squeeze packs a full block.
func (p *Packer) squeeze(b *block) error {
	var out bytes.Buffer
	if p.writer == nil {
		w, err := flate.NewWriter(&out, flate.BestSpeed)
		if err != nil {
			return fmt.Errorf("pack: %w", err)
		}
		p.writer = w
	}
	p.writer.Reset(&out)
	if _, err := p.writer.Write(b.raw); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	if err := p.writer.Close(); err != nil {
		return fmt.Errorf("pack: %w", err)
	}
	b.raw, b.packed = nil, bytes.Clone(out.Bytes())
	return nil
}

// Open returns the text, of which nothing may be changed.
func (p *Packer) Open(packed Packed) ([]byte, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	raw := packed.block.raw
	if raw == nil {
		var err error
		if raw, err = p.read(packed.block); err != nil {
			return nil, err
		}
	}
	return raw[packed.from:packed.to:packed.to], nil
}

func (p *Packer) read(b *block) ([]byte, error) {
	if i := slices.IndexFunc(p.recent, func(r reading) bool { return r.of == b }); i >= 0 {
		return p.recent[i].raw, nil
	}
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(b.packed)))
	if err != nil {
		return nil, fmt.Errorf("open what was packed: %w", err)
	}
	p.recent = slices.Insert(p.recent[:min(len(p.recent), opened-1)], 0, reading{b, raw})
	return raw, nil
}
