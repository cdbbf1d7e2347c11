package pack_test

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest/pack"
)

func TestPack(t *testing.T) {
	t.Parallel()
	var p pack.Packer
	var group sync.WaitGroup
	for i := range 300 {
		group.Go(func() {
			text := []byte(strings.Repeat(fmt.Sprintf("key-%d: value\n", i), 10*i))
			packed, err := p.Pack(text)
			if err != nil {
				t.Error(err)
			}
			for range 2 {
				if got, err := p.Open(packed); err != nil || !bytes.Equal(got, text) {
					t.Errorf("%d bytes came back for %d: %v", len(got), len(text), err)
				}
			}
		})
	}
	group.Wait()
}

// TestSmall keeps 10,000 texts that are alike in a tenth of their length.
func TestSmall(t *testing.T) {
	var p pack.Packer
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	all, size := make([]pack.Packed, 10_000), 0
	for i := range all {
		text := []byte(strings.Repeat(fmt.Sprintf("name-%05d: the same in each\n", i), 20) + strings.Repeat("and more\n", 100))
		size += len(text)
		packed, err := p.Pack(text)
		if err != nil {
			t.Fatal(err)
		}
		all[i] = packed
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if kept := int(after.HeapAlloc) - int(before.HeapAlloc); kept > size/10 {
		t.Errorf("%d bytes are kept of %d", kept, size)
	}
	runtime.KeepAlive(all)
}
