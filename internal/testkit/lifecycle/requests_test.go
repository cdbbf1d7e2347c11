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
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestRequests bounds the requests to the API server by the objects that a run is about: the 200 of a hundred jobs, a
// FlinkDeployment and a NetworkPolicy each. What every run asks once (discovery, the lock, the records, a list a kind) is
// counted too. Each request is counted by a proxy; only how often the lock is renewed hangs on the time.
func TestRequests(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	kubeconfig, proxy := s.Faults(t, 0, 1)
	s.kubeconfig = kubeconfig
	text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), platform))
	if err != nil {
		t.Fatal(err)
	}
	fleet := filepath.Join(s.dir, "fleet.yaml")
	write(t, fleet, strings.Replace(string(text), "jobs:\n", "jobs:\n"+jobs(100), 1))
	s.must(t, "install", "-f", platform)
	upgrade := []string{"upgrade", "-f", fleet, "--wait=false", "--max-concurrent", "100"}
	for _, c := range []struct {
		what string
		args []string
		most int
	}{
		{"nothing to do", []string{"upgrade", "-f", platform}, 45},
		// A record that is begun, one that is done, and the two objects: 4 a job.
		{"100 jobs more", upgrade, 445},
		// A dry run, the record of each of two revisions, two objects that are read, and one that is changed: 7 a job.
		{"100 jobs changed", append(upgrade, "--set", "jobDefaults.checkpoints.interval=45s"), 745},
	} {
		proxy.Reset()
		began := time.Now()
		s.must(t, c.args...)
		renewals := int(time.Since(began) / (4 * time.Second)) // see cluster.Lock
		if total := proxy.Total(); total-renewals > c.most {
			t.Errorf("%s: %d requests, want %d at most", c.what, total, c.most)
		}
		t.Logf("%s: %d requests in %v\n%s", c.what, proxy.Total(), time.Since(began), table(proxy.Requests()))
	}
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
