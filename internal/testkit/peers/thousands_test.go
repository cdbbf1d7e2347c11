package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// build makes the program.
func build(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "helm-flink")
	_, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: "go", Args: []string{"build", "-o", program, "./cmd/helm-flink"}, Dir: testkit.RepoRoot(t),
	})
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, complaint)
	}
	return program
}

// TestWrongAmongThousands: of 5,000 jobs under an overlay one has a value that the operator does not take, and another a
// memory that Flink cannot divide; both are found, and nothing is printed.
func TestWrongAmongThousands(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	program := build(t)
	f := fleet{5000, filepath.Join(t.TempDir(), "5000")}
	if err := f.write(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(f.path("values.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[int]string{
		1234: "    spec: { job: { upgradeMode: sometimes } }\n",
		4321: "    flinkConfiguration: { taskmanager.memory.network.min: 100gb }\n",
	}
	var lines []string
	for line := range strings.Lines(string(text)) {
		lines = append(lines, line)
		for i, more := range wrong {
			if line == "  "+jobAt(i).name+":\n" {
				lines = append(lines, more)
			}
		}
	}
	if err := os.WriteFile(f.path("values.yaml"), []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), program, "template", "-f", f.path("values.yaml"), "-k", f.path("overlay"))
	var out, complaint bytes.Buffer
	process.Stdout, process.Stderr = &out, &complaint
	_ = process.Run()
	if code := process.ProcessState.ExitCode(); code != 3 || out.Len() > 0 {
		t.Fatalf("exit code %d, %d bytes\n%s", code, out.Len(), complaint.String())
	}
	var found []string
	for line := range strings.Lines(complaint.String()) {
		if strings.Contains(line, ": error FLK") {
			found = append(found, line)
		}
	}
	if len(found) != len(wrong) {
		t.Errorf("errors: %q", found)
	}
	for i := range wrong {
		name := fmt.Sprintf(" jobs.%s.", jobAt(i).name)
		if !slices.ContainsFunc(found, func(line string) bool { return strings.Contains(line, name) && strings.Contains(line, "values.yaml:") }) {
			t.Errorf("nothing about%s %q", name, found)
		}
	}
}

// TestStopsAtOnce stops runs over 1,000 jobs after each tenth of their time: the program ends with the signal's code
// before another tenth is over, and prints nothing that it had not begun to print.
func TestStopsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	program := build(t)
	f := fleet{1000, filepath.Join(t.TempDir(), "1000")}
	if err := f.write(); err != nil {
		t.Fatal(err)
	}
	type end struct {
		took, dying   time.Duration
		code, printed int
		early         bool // it was stopped before it printed anything
	}
	run := func(stop time.Duration) end {
		process := exec.CommandContext(t.Context(), program, "template", "-f", f.path("values.yaml"), "-k", f.path("overlay"))
		var out clocked
		process.Stdout = &out
		start := time.Now()
		signalled := make(chan time.Time, 1)
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		stopped, cancel := context.WithTimeout(context.Background(), stop)
		defer cancel()
		go func() {
			<-stopped.Done()
			if stopped.Err() == context.DeadlineExceeded {
				_ = process.Process.Signal(syscall.SIGTERM)
				signalled <- time.Now()
			}
		}()
		_ = process.Wait()
		took := time.Since(start)
		e := end{took: took, dying: took - stop, code: process.ProcessState.ExitCode(), printed: out.bytes}
		select {
		case at := <-signalled:
			e.early = out.bytes == 0 || at.Before(out.first)
		default:
		}
		return e
	}
	whole := run(time.Hour)
	if whole.code != 0 || whole.printed == 0 {
		t.Fatalf("%+v", whole)
	}
	early := 0
	for tenth := range 8 {
		e := run(whole.took * time.Duration(tenth+1) / 10)
		t.Logf("after %d tenths: %+v", tenth+1, e)
		if e.code == 0 {
			continue // it was faster this time
		}
		if e.early {
			early++
		}
		if e.code != 143 || e.early && e.printed > 0 || e.dying > whole.took/10 {
			t.Errorf("after %d tenths of %v: %+v", tenth+1, whole.took, e)
		}
	}
	if early < 3 {
		t.Errorf("%d were stopped before they printed", early)
	}
}

// clocked counts what is written to it, and knows when that began.
type clocked struct {
	first time.Time
	bytes int
}

func (t *clocked) Write(p []byte) (int, error) {
	if t.bytes == 0 {
		t.first = time.Now()
	}
	t.bytes += len(p)
	return len(p), nil
}
