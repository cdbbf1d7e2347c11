package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync/atomic"
	"time"

	"github.com/helm-flink/helm-flink/internal/cli"
)

// clock is what only a process knows: the time, chance, and who runs it. linger is
// set where the end of the verb must be waited for.
func clock(linger *atomic.Bool) cli.Clock {
	return cli.Clock{
		Now:    time.Now,
		Linger: func() { linger.Store(true) },
		Random: func() float64 {
			var b [8]byte
			_, _ = rand.Read(b[:]) // never fails (crypto/rand)
			return float64(binary.LittleEndian.Uint64(b[:])>>11) / (1 << 53)
		},
		Sleep: func(ctx context.Context, d time.Duration) error {
			timer := time.NewTimer(d)
			defer timer.Stop()
			select {
			case <-timer.C:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		},
		Holder: holder,
		Alive:  alive,
	}
}
