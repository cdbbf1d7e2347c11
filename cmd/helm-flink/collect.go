package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The garbage that is let be before it is collected, in percent of what lives: as much as
// spare bytes, within bounds.
const (
	spare      = 192 << 20
	mostSpared = 400
	leastSpare = 100
)

// collectLess has the garbage collector run seldom while little lives, and as often as Go's
// default has it once much does. A short process leaves much garbage and has little to
// keep: a tenth of the CPU time of a small run is saved for some MiB. With
// thousands of jobs the same percentage would cost hundreds. GOGC in the
// environment goes before, and GOMEMLIMIT is respected by the runtime in any case.
func collectLess() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(mostSpared)
	adjust(new([16]byte))
}

// adjust sets the percentage anew after each collection: the sentinel is garbage at once, and
// its finalizer makes the next one.
func adjust(sentinel *[16]byte) {
	runtime.SetFinalizer(sentinel, func(*[16]byte) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if bytes := live[0].Value.Uint64(); bytes > 0 {
			debug.SetGCPercent(int(min(max(spare*100/bytes, leastSpare), mostSpared)))
		}
		adjust(new([16]byte))
	})
}
