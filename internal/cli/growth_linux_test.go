package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/cli"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestValidateGrowsInProportion compares the cost of a fleet with that of one
// twice as large, in this very run: allocated bytes, which hardly vary, and CPU
// time, for which the better of two runs counts. A rule that looks at every
// pair of documents breaks the bounds; a busy machine does not. It does not run
// in parallel with others.
func TestValidateGrowsInProportion(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	half, whole := testkit.Fleet(t, 500), testkit.Fleet(t, 1000)
	cost(t, testkit.Fleet(t, 10)) // what is set up once a process
	allocHalf, cpuHalf := cost(t, half)
	allocWhole, cpuWhole := cost(t, whole)
	_, again := cost(t, half)
	cpuHalf = min(cpuHalf, again)
	_, again = cost(t, whole)
	cpuWhole = min(cpuWhole, again)
	t.Logf("500 documents: %d MiB, %v; 1000 documents: %d MiB, %v", allocHalf>>20, cpuHalf, allocWhole>>20, cpuWhole)
	if ratio := float64(allocWhole) / float64(allocHalf); ratio > 2.1 {
		t.Errorf("twice the documents take %.2f times the memory, want at most 2.1", ratio)
	}
	if ratio := float64(cpuWhole) / float64(cpuHalf); ratio > 2.6 {
		t.Errorf("twice the documents take %.2f times the CPU time, want at most 2.6", ratio)
	}
}

// cost is what validating manifests takes: bytes allocated and CPU time.
func cost(t *testing.T, stdin []byte) (allocated uint64, cpu time.Duration) {
	t.Helper()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := cpuTime(t)
	var out, complaint bytes.Buffer
	streams := cli.Streams{In: bytes.NewReader(stdin), Out: &out, Err: &complaint}
	if code := cli.Main(t.Context(), []string{"validate", "-"}, streams, nil, assets()); code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out.String(), complaint.String())
	}
	cpu = cpuTime(t) - start
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, cpu
}

// growthOf names the variable that makes TestValidateStaysSmall the process that
// it measures.
const growthOf = "HELM_FLINK_GROWTH_OF"

// TestValidateStaysSmall compares the peak memory of a fleet with that of one
// ten times as large, each in a process of its own: what is kept of a document
// is a small part of it.
func TestValidateStaysSmall(t *testing.T) {
	if n, err := strconv.Atoi(os.Getenv(growthOf)); err == nil {
		debug.SetGCPercent(200) // as main does
		cost(t, testkit.Fleet(t, n))
		return
	}
	if testing.Short() {
		t.Skip("takes seconds")
	}
	small, large := peak(t, 300), peak(t, 3000)
	t.Logf("300 documents: %d MiB, 3000 documents: %d MiB", small>>20, large>>20)
	// The stream itself, 3.3 kB a document, and what it is made of are in the
	// memory of this test.
	if text := int64(3 * 3000 * 3300); large-text > small*17/10 {
		t.Errorf("ten times the documents take %.2f times the memory, want at most 1.7", float64(large-text)/float64(small))
	}
}

// peak is the largest resident memory of a process that judges n documents.
func peak(t *testing.T, n int) int64 {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.CommandContext(t.Context(), self, "-test.run", "^TestValidateStaysSmall$")
	child.Env = append(os.Environ(), growthOf+"="+strconv.Itoa(n))
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	usage, ok := child.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		t.Fatal("no resource usage")
	}
	return usage.Maxrss << 10
}

func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
