package release_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/release"
)

// TestArrange: what the parts of the platform's release hold stays there, and releases of others say nothing about it.
func TestArrange(t *testing.T) {
	t.Parallel()
	set := manifest.Set{namespaceOf("team"), config("team", "one", 10), config("team", "two", 10)}
	revision := func(kind release.Kind, namespace, name string, set ...manifest.Object) release.Revision {
		text, err := release.Unit{Set: set}.Manifest()
		if err != nil {
			t.Fatal(err)
		}
		return release.Revision{Kind: kind, Namespace: namespace, Name: name, Manifest: text}
	}
	plan := release.PlanManifests("p", "home", set, release.Charts{})
	held, err := plan.Arrange(slices.Values([]release.Revision{
		revision(release.Platform, "home", "p-platform", set[0]),
		revision(release.Platform, "home", "p-platform-2", set[1]),
		revision(release.Platform, "away", "p-platform-3", set[2]),
		revision(release.Job, "home", "p-platform-4", set[2]),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if want := map[manifest.Key]string{set[0].Key(): "p-platform", set[1].Key(): "p-platform-2"}; !maps.Equal(held, want) {
		t.Errorf("held %v, want %v", held, want)
	}
	want := "platform: platform home/p-platform: Namespace/team ConfigMap/two\nplatform: platform home/p-platform-2: ConfigMap/one\n"
	if got := described(plan); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPartOrder: parts come in the order of their numbers, where the names are cut short too.
func TestPartOrder(t *testing.T) {
	t.Parallel()
	for _, platform := range []string{"p", strings.Repeat("p", 50)} {
		set := manifest.Set{namespaceOf("a")}
		for i := range 11 {
			set = append(set, config("a", fmt.Sprintf("c%02d", i), 900<<10))
		}
		plan := release.PlanManifests(platform, "home", set, release.Charts{})
		if _, err := plan.Arrange(slices.Values([]release.Revision{})); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, u := range plan.Units {
			got = append(got, u.Set[len(u.Set)-1].Key().Name)
		}
		if want := "c00 c01 c02 c03 c04 c05 c06 c07 c08 c09 c10"; strings.Join(got, " ") != want {
			t.Errorf("%s: got %v\nwant %s", platform, got, want)
		}
	}
}
