package main

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

func timed(name string, our, their time.Duration, bar float64) measured {
	return measured{row{name: name, work: "work", peer: "peer", bar: bar}, cost{cpu: our, peak: 2048}, cost{cpu: their, peak: 1024}}
}

// TestFallen: a ratio may fall by 30 %, not by more, whatever the times are; rows that were not written are left out.
func TestFallen(t *testing.T) {
	t.Parallel()
	before := []measured{timed("full/1", time.Second, 2*time.Second, 3), timed("start/version", time.Second, time.Second/2, 0.5)}
	committed := ratios("text\n" + table(before) + steps(before))
	if len(committed) != 2 || committed["full/1"] != 2 || committed["start/version"] != 0.5 {
		t.Fatalf("read %v from\n%s", committed, table(before))
	}
	for _, c := range []struct {
		our, their time.Duration
		want       int
	}{
		{10 * time.Second, 20 * time.Second, 0}, {10 * time.Second, 14100 * time.Millisecond, 0},
		{10 * time.Second, 13900 * time.Millisecond, 1}, {time.Second, 50 * time.Second, 0},
	} {
		worse, err := fallen([]measured{timed("full/1", c.our, c.their, 0), timed("full/10", time.Hour, time.Second, 0)}, committed)
		if err != nil || len(worse) != c.want {
			t.Errorf("%v to %v: %q, %v", c.their, c.our, worse, err)
		}
	}
	if _, err := fallen(before, nil); err == nil {
		t.Error("no row to compare with is no error")
	}
	if text := table(before); !strings.Contains(text, "3.00, missed") || !strings.Contains(text, "0.50, reached") {
		t.Errorf("bars:\n%s", text)
	}
}

func TestGrowth(t *testing.T) {
	t.Parallel()
	square := func(jobs int) cost { return cost{cpu: time.Duration(jobs*jobs) * time.Microsecond} }
	linear := func(jobs int) cost { return cost{cpu: time.Duration(jobs) * time.Millisecond} }
	if got := exponent(square(100), square(1000), 100, 1000); math.Abs(got-2) > 1e-9 {
		t.Errorf("square: %v", got)
	}
	var rows []measured
	for _, jobs := range []int{10, 100, 1000} {
		m := timed("full/"+strconv.Itoa(jobs), 0, 0, 0)
		m.our, m.their = linear(jobs), cost{steps: []cost{linear(jobs), square(jobs), linear(jobs)}}
		rows = append(rows, m)
	}
	want := "- from 100 to 1000 jobs: ours 1.00 (times 10.0), `helm template` 1.00, `kustomize build` 2.00, kubeconform 1.00\n"
	if got := growth(rows); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "page.md")
	write := func(text string) {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("head\n" + begin + "old\n" + end + "tail\n")
	if err := replace(name, "new\n"); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(name)
	if want := "head\n" + begin + "new\n" + end + "tail\n"; err != nil || string(got) != want {
		t.Errorf("%q, %v", got, err)
	}
	write("head\n" + end + begin)
	if replace(name, "new\n") == nil {
		t.Error("a page without the markers is no error")
	}
}

// TestFleet: a small fleet is the beginning of a large one, and differs from job to job.
func TestFleet(t *testing.T) {
	t.Parallel()
	var few, many bytes.Buffer
	fleet{jobs: 30}.peerValues(&few)
	fleet{jobs: 60}.peerValues(&many)
	if !bytes.HasPrefix(many.Bytes(), few.Bytes()) {
		t.Error("30 jobs are not the beginning of 60")
	}
	seen := map[job]bool{}
	for i := range 60 {
		j := jobAt(i)
		j.name, j.team = "", ""
		seen[j] = true
	}
	if len(seen) < 40 {
		t.Errorf("60 jobs are of %d kinds", len(seen))
	}
}

// TestRuns runs every row once, of a fleet of a hundred, with the real programs.
func TestRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, tool := range []string{"helm3", "kustomize", "kubeconform"} {
		testkit.Tool(t, tool)
	}
	t.Chdir(testkit.RepoRoot(t))
	program := filepath.Join(t.TempDir(), "helm-flink")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/helm-flink").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	b, clean, err := newBench(t.Context(), program)
	if err != nil {
		t.Fatal(err)
	}
	defer clean()
	f := fleet{100, filepath.Join(b.dir, "100")}
	if err := b.prepare(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	for _, r := range append(b.starts(), b.rows(f)...) {
		r.runs = 1
		m, err := b.measure(t.Context(), r)
		if err != nil {
			t.Error(err)
			continue
		}
		if m.our.cpu <= 0 || m.our.peak <= 0 || m.their.cpu <= 0 || m.their.peak <= 0 {
			t.Errorf("%s: %+v, %+v", r.name, m.our, m.their)
		}
	}
	written, err := filepath.Glob(f.path("deploy") + "/*")
	if err != nil || len(written) == 0 {
		t.Errorf("nothing was written: %v", err)
	}
	for _, name := range []string{"ours.out", "peers.out"} {
		data, err := os.ReadFile(f.path(name))
		if err != nil || bytes.Count(data, []byte("environment: production")) < 100 || bytes.Count(data, []byte("exponential-delay")) != 100 {
			t.Errorf("%s does not have the overlay on everything: %v", name, err)
		}
	}
}
