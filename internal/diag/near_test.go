package diag_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
)

func TestDistance(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b  string
		limit int
		want  int
	}{
		{"parallelism", "parallelism", 3, 0},
		{"paralelism", "parallelism", 3, 1},
		{"parrallelism", "parallelism", 3, 1},
		{"parallelysm", "parallelism", 3, 1},
		{"paralellism", "parallelism", 3, 1},
		{"apb", "pab", 3, 1},
		{"ca", "abc", 9, 3},
		{"kitten", "sitting", 9, 3},
		{"kitten", "sitting", 3, 3},
		{"kitten", "sitting", 2, 2},
		{"", "abc", 9, 3},
		{"abc", "", 9, 3},
		{"größe", "grösse", 9, 2},
		{"a", "bcdefg", 3, 3},
	} {
		if got := diag.Distance([]rune(c.a), []rune(c.b), c.limit); got != c.want {
			t.Errorf("%s, %s, below %d: %d, want %d", c.a, c.b, c.limit, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"taskManager", "jobManager", "upgradeMode", "no", "state.backend.type", "serviceAccount"}
	for name, want := range map[string]string{
		"task-manager": "taskManager", "jobManger": "jobManager", "upgradeModes": "upgradeMode", "xo": "", "state-backend_type": "state.backend.type",
		"service": "serviceAccount", "serv": "", "replicas": "",
	} {
		if got := diag.Nearest(name, known); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
