package app

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// hooked is what helm template prints of a chart with hooks.
const hooked = `apiVersion: v1
kind: ServiceAccount
metadata: {name: migrate, namespace: team}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: migrate, namespace: team, annotations: {helm.sh/hook: pre-install}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, namespace: team, annotations: {helm.sh/hook: "pre-install, pre-upgrade", helm.sh/hook-weight: "1", helm.sh/hook-delete-policy: hook-succeeded, team: a}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: before, namespace: team, annotations: {helm.sh/hook: post-install}}
---
apiVersion: v1
kind: Pod
metadata: {name: try, namespace: team, annotations: {helm.sh/hook: test}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: clean, namespace: team, annotations: {helm.sh/hook: "pre-delete,post-rollback"}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: later, namespace: team, annotations: {helm.sh/hook: post-upgrade}}
`

// TestHooksOfManifests: what an installation does not run is left out, the rest are objects like others, which go with their
// release, and each of them is told at its line.
func TestHooksOfManifests(t *testing.T) {
	t.Parallel()
	a := &App{
		Files: func(name string) ([]string, error) { return []string{name}, nil },
		Open:  func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(hooked)), nil },
	}
	set, findings, err := a.readManifests([]string{"-"})
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, o := range set {
		meta, _ := o.Data["metadata"].(map[string]any)
		fmt.Fprintln(&got, o.Key(), meta["annotations"])
	}
	want := `ServiceAccount team/migrate <nil>
Job team/migrate map[team:a]
ConfigMap team/before <nil>
`
	if got.String() != want {
		t.Error(testkit.Diff("objects", want, got.String()))
	}
	got.Reset()
	for _, f := range findings {
		if f.Severity != diag.Info {
			t.Errorf("%s is no note", f.Message)
		}
		fmt.Fprintf(&got, "%d %s\n", f.Pos.Line, f.Message)
	}
	want = `6 ServiceAccount team/migrate, a hook of Helm (pre-install), is left out: it is there again as an ordinary object
10 Job team/migrate, a hook of Helm (pre-install, pre-upgrade), becomes an ordinary object of the release: it is made with the others, and goes with them
14 ConfigMap team/before, a hook of Helm (post-install), becomes an ordinary object of the release: it is made with the others, and goes with them
18 Pod team/try, a hook of Helm (test), is left out: an installation does not make it
22 Job team/clean, a hook of Helm (pre-delete,post-rollback), is left out: an installation does not make it
26 Job team/later, a hook of Helm (post-upgrade), is left out: an installation does not make it
`
	if got.String() != want {
		t.Error(testkit.Diff("findings", want, got.String()))
	}
}
