package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
)

// The garbage that is let be before it is collected: spare bytes between two units of work. The
// runtime's own collection, which begins well before its goal, has twice as much for one: a
// percentage of what lives, within bounds.
const (
	spare      = 192 << 20
	mostSpared = 400
	leastSpare = 100
)

// collector collects garbage seldom while little lives, and between units of work.
//
// A short process leaves much garbage and has little to keep: a tenth of the CPU time of a
// small run is saved for some MiB. Where much lives, marking it takes long on two processors, of which
// the runtime gives a quarter to it, and what is made meanwhile counts as living: the more the
// goroutines make, the more memory a collection leaves and the sooner the next one comes. So
// they rest while it runs.
type collector struct {
	working sync.RWMutex
	limit   atomic.Uint64 // bytes of objects, at which garbage is collected between two units; 0 is never
}

// collectLess sets the collector up. GOGC in the environment goes before: the runtime is then left alone. GOMEMLIMIT is
// respected by the runtime in any case.
func collectLess() *collector {
	c := new(collector)
	if os.Getenv("GOGC") != "" {
		return c
	}
	debug.SetGCPercent(mostSpared)
	c.limit.Store(spare)
	c.adjust(new([16]byte))
	return c
}

// adjust sets the percentage and the limit anew after each collection: the sentinel is garbage at once, and
// its finalizer makes the next one.
func (c *collector) adjust(sentinel *[16]byte) {
	runtime.SetFinalizer(sentinel, func(*[16]byte) {
		if live := bytesOf("/gc/heap/live:bytes"); live > 0 {
			c.limit.Store(live + spare)
			debug.SetGCPercent(int(min(max(2*spare*100/live, leastSpare), mostSpared)))
		}
		c.adjust(new([16]byte))
	})
}

// unit does work that others do at the same time, and lets garbage be collected where
// there is much: all wait for it, so that it has all processors.
func (c *collector) unit(work func()) {
	c.working.RLock()
	func() {
		defer c.working.RUnlock()
		work()
	}()
	if !c.full() {
		return
	}
	c.working.Lock()
	defer c.working.Unlock()
	if c.full() { // no other has
		runtime.GC()
		c.limit.Store(bytesOf("/gc/heap/live:bytes") + spare)
	}
}

func (c *collector) full() bool {
	limit := c.limit.Load()
	return limit > 0 && bytesOf("/memory/classes/heap/objects:bytes") > limit
}

// bytesOf reads a metric of the runtime.
func bytesOf(name string) uint64 {
	all := []metrics.Sample{{Name: name}}
	metrics.Read(all)
	return all[0].Value.Uint64()
}
