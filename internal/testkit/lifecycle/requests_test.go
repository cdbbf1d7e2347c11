package lifecycle_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestRequests counts.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	kubeconfig, proxy := s.Faults(t, 0, 1)
	s.kubeconfig = kubeconfig
	text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), platform))
	if err != nil {
		t.Fatal(err)
	}
	s.must(t, "install", "-f", platform)
	fleet := filepath.Join(s.dir, "fleet.yaml")
	write(t, fleet, strings.Replace(string(text), "jobs:\n", "jobs:\n"+jobs(100), 1))
	count := func(what string, args ...string) {
		proxy.Reset()
		s.must(t, args...)
		t.Logf("%s: %d requests\n%s", what, proxy.Total(), table(proxy.Requests()))
	}
	count("nothing to do", "upgrade", "-f", platform)
	count("100 jobs more", "upgrade", "-f", fleet, "--wait=false", "--max-concurrent", "100")
	count("100 jobs changed", "upgrade", "-f", fleet, "--set", "jobDefaults.parallelism=3,jobDefaults.taskManager.slots=3", "--wait=false", "--max-concurrent", "100")
}

// table lists requests, the most frequent first.
func table(requests map[string]int) string {
	var b strings.Builder
	kinds := slices.SortedFunc(maps.Keys(requests), func(a, b string) int {
		return cmp.Or(cmp.Compare(requests[b], requests[a]), cmp.Compare(a, b))
	})
	for _, kind := range kinds {
		fmt.Fprintf(&b, "%6d  %s\n", requests[kind], kind)
	}
	return b.String()
}
