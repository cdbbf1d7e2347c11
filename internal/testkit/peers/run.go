package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// cost is what one process took: CPU time of user and system, and the largest resident memory, in KiB, as wait4 tells.
// Of several processes after one another, the time is the sum and the memory that of the largest.
//
// Linux counts the memory of the process that starts another one in, so this program stays small: what it measures
// goes to files.
type cost struct {
	cpu  time.Duration
	peak int64
	// steps are the costs of the processes, where there are several.
	steps []cost
}

// command is one process to run.
type command struct {
	args          []string
	stdin, stdout string // files; none is empty, and /dev/null
	code          int    // the exit code that is wanted
}

// run runs a process to its end.
func (b *bench) run(ctx context.Context, c command) (cost, error) {
	process := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	process.Env, process.Dir = b.env, b.dir
	var complaint bytes.Buffer
	process.Stderr = &complaint
	if c.stdin != "" {
		f, err := os.Open(c.stdin)
		if err != nil {
			return cost{}, err
		}
		defer func() { _ = f.Close() }()
		process.Stdin = f
	}
	if c.stdout == "" {
		c.stdout = os.DevNull
	}
	out, err := os.OpenFile(c.stdout, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return cost{}, err
	}
	defer func() { _ = out.Close() }()
	process.Stdout = out
	err = process.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return cost{}, err
	}
	if got := process.ProcessState.ExitCode(); got != c.code {
		return cost{}, fmt.Errorf("%s: exit code %d, want %d\n%s", strings.Join(c.args, " "), got, c.code, complaint.String())
	}
	usage, ok := process.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, errors.New("this system does not tell what a process took")
	}
	return cost{cpu: time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), peak: usage.Maxrss}, nil
}

// chain runs processes one after the other.
func (b *bench) chain(ctx context.Context, all ...command) (cost, error) {
	var sum cost
	for _, c := range all {
		one, err := b.run(ctx, c)
		if err != nil {
			return cost{}, err
		}
		sum.cpu += one.cpu
		sum.peak = max(sum.peak, one.peak)
		sum.steps = append(sum.steps, one)
	}
	return sum, nil
}

// median is the middle of the costs, time and memory apart, step by step.
func median(all []cost) cost {
	middle := func(of func(cost) int64) int64 {
		var values []int64
		for _, c := range all {
			values = append(values, of(c))
		}
		slices.Sort(values)
		return values[len(values)/2]
	}
	out := cost{
		cpu:  time.Duration(middle(func(c cost) int64 { return int64(c.cpu) })),
		peak: middle(func(c cost) int64 { return c.peak }),
	}
	for i := range all[0].steps {
		var step []cost
		for _, c := range all {
			step = append(step, c.steps[i])
		}
		out.steps = append(out.steps, median(step))
	}
	return out
}
