package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

func TestAlive(t *testing.T) {
	t.Parallel()
	me := holder()
	if machine() == "" {
		t.Skip("there is no /proc here: nobody can be known to have ended")
	}
	ended := exec.CommandContext(t.Context(), "true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		holder string
		alive  bool
	}{
		"this process":           {me, true},
		"one that ended":         {fmt.Sprintf("root@here (process %d of %s)", ended.Process.Pid, machine()), false},
		"one of another machine": {fmt.Sprintf("root@here (process %d of 0a1b2c3d-1)", ended.Process.Pid), true},
		"one that says nothing":  {"somebody", true},
	} {
		if got := alive(c.holder); got != c.alive {
			t.Errorf("%s, %q: got %v", name, c.holder, got)
		}
	}
	if !strings.Contains(me, "@") {
		t.Errorf("nobody knows who %q is", me)
	}
}
