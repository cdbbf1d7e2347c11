package main

import (
	"fmt"
	"os"
	"os/user"
	"strings"
)

// holder names this process for those who find its lock.
func holder() string {
	name, host := "somebody", "a host"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	said := fmt.Sprintf("%s@%s (process %d", name, host, os.Getpid())
	if where := machine(); where != "" {
		said += " of " + where
	}
	return said + ")"
}

// alive reports whether the process that a holder names may still run. Only one
// of this boot of this machine, in this container, can be known to have ended.
func alive(holder string) bool {
	var pid int
	var where string
	_, rest, ok := strings.Cut(holder, " (process ")
	if _, err := fmt.Sscanf(rest, "%d of %s", &pid, &where); !ok || err != nil {
		return true
	}
	if here := machine(); here == "" || strings.TrimSuffix(where, ")") != here {
		return true
	}
	_, err := os.Stat(fmt.Sprintf("/proc/%d", pid))
	return !os.IsNotExist(err)
}

// machine tells this boot of this machine, and the namespace of its process
// numbers, from every other (Linux, proc(5)); empty elsewhere.
func machine() string {
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimSpace(string(boot)), "-")
	return first + "-" + strings.Trim(strings.TrimPrefix(space, "pid:"), "[]")
}
