package main

import (
	"runtime"
	"sync"
	"testing"
)

// TestUnit collects garbage between two units where there is much, while no unit runs, and never without a limit.
func TestUnit(t *testing.T) {
	collections := func() uint32 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.NumGC
	}
	c := new(collector)
	c.limit.Store(1)
	before, ran := collections(), false
	c.unit(func() { ran = true })
	if !ran || collections() == before || c.limit.Load() <= spare {
		t.Errorf("ran %v, %d collections, limit %d", ran, collections()-before, c.limit.Load())
	}
	var all sync.WaitGroup
	for range 8 { // none waits for another for ever
		all.Go(func() {
			for range 20 {
				c.limit.Store(1)
				c.unit(func() { runtime.Gosched() })
			}
		})
	}
	all.Wait()
	c.limit.Store(0)
	if c.full() {
		t.Error("full without a limit")
	}
}
