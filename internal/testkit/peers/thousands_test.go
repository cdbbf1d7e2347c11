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
// before another tenth is over, and nothing was printed.
func TestStopsAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	program := build(t)
	f := fleet{1000, filepath.Join(t.TempDir(), "1000")}
	if err := f.write(); err != nil {
		t.Fatal(err)
	}
	run := func(stop time.Duration) (took, dying time.Duration, code, printed int) {
		process := exec.CommandContext(t.Context(), program, "template", "-f", f.path("values.yaml"), "-k", f.path("overlay"))
		var out bytes.Buffer
		process.Stdout = &out
		start := time.Now()
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		stopped, cancel := context.WithTimeout(context.Background(), stop)
		defer cancel()
		go func() {
			<-stopped.Done()
			if stopped.Err() == context.DeadlineExceeded {
				_ = process.Process.Signal(syscall.SIGTERM)
			}
		}()
		_ = process.Wait()
		took = time.Since(start)
		return took, took - stop, process.ProcessState.ExitCode(), out.Len()
	}
	whole, _, code, printed := run(time.Hour)
	if code != 0 || printed == 0 {
		t.Fatalf("exit code %d, %d bytes", code, printed)
	}
	for tenth := range 8 {
		_, dying, code, printed := run(whole * time.Duration(tenth+1) / 10)
		t.Logf("after %d tenths: %v", tenth+1, dying)
		if code == 0 {
			continue // it was faster this time
		}
		if code != 143 || printed > 0 || dying > whole/10 {
			t.Errorf("after %d tenths of %v: exit code %d, %d bytes, %v later", tenth+1, whole, code, printed, dying)
		}
	}
}
