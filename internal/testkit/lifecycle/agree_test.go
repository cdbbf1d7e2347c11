package lifecycle_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
)

// status reads what status -o json says.
func (s *site) status(t *testing.T, args ...string) statusOut {
	t.Helper()
	stdout, _ := s.must(t, append([]string{"status", "-o", "json"}, args...)...)
	var out statusOut
	if err := json.Unmarshal([]byte(stdout), &out); err != nil {
		t.Fatalf("%v\n%s", err, stdout)
	}
	return out
}

// agrees wants status to show the releases that both majors of Helm list, with their revisions and states, and the Flink
// resources that kubectl gets, with theirs.
func (s *site) agrees(t *testing.T, values ...string) {
	t.Helper()
	releases, objects := map[string]string{}, map[string]string{}
	for _, item := range s.status(t, values...).Items {
		if r := item.Release; r != nil {
			releases[r.Namespace+"/"+r.Name] = fmt.Sprintf("%s %d", r.Status, r.Revision)
		}
		if strings.HasPrefix(item.Kind, "Flink") {
			objects[item.Kind+" "+item.Namespace+"/"+item.Name] = item.Lifecycle + " " + item.JobState
		}
	}
	for _, tool := range []string{"helm3", "helm4"} {
		if listed := s.helmRevisions(t, tool); !maps.Equal(listed, releases) {
			t.Errorf("status has the releases\n%v\n%s\n%v", releases, tool, listed)
		}
	}
	stdout := s.MustKubectl(t, "", "get", "flinkdeployments,flinksessionjobs,flinkbluegreendeployments", "-A", "-o",
		`jsonpath={range .items[*]}{.kind}{" "}{.metadata.namespace}{"/"}{.metadata.name}{"="}{.status.lifecycleState}{" "}`+
			`{.status.jobStatus.state}{"\n"}{end}`)
	got := map[string]string{}
	for line := range strings.Lines(stdout) {
		object, state, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		got[object] = state
	}
	if !maps.Equal(got, objects) {
		t.Errorf("status has the resources\n%v\nkubectl\n%v", objects, got)
	}
	if len(releases) == 0 || len(objects) == 0 {
		t.Errorf("status has %d releases and %d resources", len(releases), len(objects))
	}
}

// helmRevisions is what `helm list` of a version shows: namespace/name to status and revision.
func (s *site) helmRevisions(t *testing.T, tool string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range s.helmReleases(t, tool) {
		out[r.Namespace+"/"+r.Name] = r.Status + " " + r.Revision
	}
	return out
}

// helmList is what `helm list` of a version shows: namespace/name to status.
func (s *site) helmList(t *testing.T, tool string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range s.helmReleases(t, tool) {
		out[r.Namespace+"/"+r.Name] = r.Status
	}
	return out
}
