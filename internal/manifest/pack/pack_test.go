package pack_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest/pack"
)

func TestPack(t *testing.T) {
	t.Parallel()
	var p pack.Packer
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			text := []byte(strings.Repeat(fmt.Sprintf("key-%d: value\n", i), i*i))
			packed, err := p.Pack(text)
			if err != nil {
				t.Error(err)
			}
			if len(text) > 1000 && len(packed) > len(text)/2 {
				t.Errorf("%d bytes became %d", len(text), len(packed))
			}
			for range 2 {
				if got, err := p.Open(packed); err != nil || !bytes.Equal(got, text) {
					t.Errorf("%d bytes came back for %d: %v", len(got), len(text), err)
				}
			}
		})
	}
	group.Wait()
	if _, err := p.Open([]byte("no such thing")); err == nil {
		t.Error("what was not packed must be an error")
	}
}
