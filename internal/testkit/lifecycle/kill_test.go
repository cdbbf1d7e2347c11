package lifecycle_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// kills is how many random points the program is killed at: HELM_FLINK_KILLS, 30 in `make test-long`, else 2.
func kills(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("HELM_FLINK_KILLS"))
	if err != nil {
		return 2
	}
	return n
}

// TestKilled kills install, upgrade and uninstall (SIGKILL) at random points and after each wave, runs them again, and wants
// the state of an undisturbed run: no orphan, no duplicate, no stuck release.
func TestKilled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	secret := withSecret(t)
	args := func(verb string, more ...string) []string {
		return slices.Concat([]string{verb, "-f", platform, "--timeout", "60s"}, secret, more)
	}
	upgraded := []string{"--set", "jobs.ingest.parallelism=6,sessionClusters.adhoc.taskManager.slots=4,teams.orders.quota.pods=50"}
	s.must(t, args("install")...)
	began := time.Now()
	s.must(t, args("uninstall", "--no-savepoint")...)
	uninstallTakes := time.Since(began)
	gone := s.objects(t)
	began = time.Now()
	s.must(t, args("install")...)
	installTakes, installed := time.Since(began), s.objects(t)
	releases := slices.Sorted(maps.Keys(s.helmList(t, "helm3")))
	began = time.Now()
	s.must(t, args("upgrade", upgraded...)...)
	upgradeTakes, changed := time.Since(began), s.objects(t)

	check := func(what string, want []string) {
		t.Helper()
		if got := s.objects(t); !slices.Equal(got, want) {
			t.Errorf("%s:\n%s", what, testkit.Diff("undisturbed, after a kill", strings.Join(want, "\n"), strings.Join(got, "\n")))
		}
		list := s.helmList(t, "helm3")
		for name, status := range list {
			if status != "deployed" {
				t.Errorf("%s: release %s is %s", what, name, status)
			}
		}
		if names := slices.Sorted(maps.Keys(list)); !slices.Equal(names, releases) && len(list) > 0 {
			t.Errorf("%s: releases %q, want %q", what, names, releases)
		}
	}
	draw := rand.New(rand.NewPCG(1, uint64(kills(t))))
	within := func(d time.Duration) time.Duration { return time.Duration(draw.Float64() * float64(d)) }
	round := func(what string, after time.Duration, kill func(event) bool) {
		t.Helper()
		s.must(t, args("uninstall", "--no-savepoint")...)
		s.killed(t, after, kill, args("install")...)
		s.must(t, args("install")...)
		check("install killed "+what, installed)
	}
	for range kills(t) {
		d := within(installTakes)
		round("after "+d.String(), d, nil)
	}
	for _, wave := range []string{"platform", "operator", "clusters", "session jobs", "snapshots"} {
		round("in the wave "+wave, 0, func(e event) bool { return e.Wave == wave && e.Phase == "done" })
	}
	for range kills(t) {
		d := within(upgradeTakes)
		s.killed(t, d, nil, args("upgrade", upgraded...)...)
		s.must(t, args("upgrade", upgraded...)...)
		check("upgrade killed after "+d.String(), changed)
		s.must(t, args("upgrade")...)
		check("upgrade back", installed)
	}
	for range kills(t) {
		d := within(uninstallTakes)
		if s.killed(t, d, nil, args("uninstall", "--no-savepoint")...) {
			_, said, code := s.run(t, args("uninstall", "--no-savepoint")...)
			if code != 0 && !strings.Contains(said, "there is no platform") { // it was killed behind its last deletion
				t.Errorf("uninstall again: exit %d\n%s", code, said)
			}
		}
		check("uninstall killed after "+d.String(), gone)
		s.must(t, args("install")...)
	}
}
