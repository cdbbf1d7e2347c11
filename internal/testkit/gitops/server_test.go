package gitops_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/json"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/flux"
	"github.com/helm-flink/helm-flink/internal/emit/gitops"
	"github.com/helm-flink/helm-flink/internal/emit/layout"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestServer: a real API server with the CRDs of Argo CD v3.5.7 and Flux's controllers v1.9.6 takes what is written for
// them, and the health checks judge what a played operator makes of jobs alike at every step.
func TestServer(t *testing.T) {
	t.Parallel()
	p := testkit.ControlPlane(t)
	crds, err := os.ReadFile(filepath.Join(testkit.Tool(t, "gitops"), "crds.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	p.ApplyCRDs(t, string(crds), flinkCRDs(t))
	p.Apply(t, namespaces("argocd", "flux-system", "team"))
	t.Run("objects", func(t *testing.T) { t.Parallel(); written(t, p) })
	t.Run("health", func(t *testing.T) { t.Parallel(); played(t, p) })
}

func namespaces(names ...string) string {
	var out strings.Builder
	for _, name := range names {
		fmt.Fprintf(&out, "---\n{apiVersion: v1, kind: Namespace, metadata: {name: %s}}\n", name)
	}
	return out.String()
}

func flinkCRDs(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator", "crds", "*.yml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no CRDs: %v", err)
	}
	var all []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(content))
	}
	return strings.Join(all, "\n---\n")
}

// written sends the objects of both layouts of an example, and looks at what the server made of them.
func written(t *testing.T, p *testkit.Plane) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), "testdata", "golden", "example-jobs", "want.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var set manifest.Set
	for doc := range strings.SplitSeq(string(data), "\n---\n") {
		set = append(set, manifest.Object{Data: parse(t, doc)})
	}
	options := layout.Options{
		Platform: "lab", OperatorNamespace: "flink-kubernetes-operator", Teams: map[string]string{"flink-lab": "lab"},
		Git: gitops.Source{
			RepoURL: "https://git.example.com/p.git", Revision: "main", Path: "clusters/lab", Secret: "git", Prune: true,
		},
	}
	for _, c := range []struct {
		layout        layout.Layout
		folder, kinds string
		count         int
	}{
		{layout.ArgoCD, "argocd/", "applications.argoproj.io", 7},
		{layout.Flux, "flux/", "kustomizations.kustomize.toolkit.fluxcd.io,gitrepositories.source.toolkit.fluxcd.io", 7},
	} {
		options.Git.Chart = charts()["registry"]
		tree, err := layout.Lay(set, c.layout, options)
		if err != nil {
			t.Fatal(err)
		}
		var objects []string
		for name, doc := range tree.Files {
			if strings.HasPrefix(name, c.folder) && name != c.folder+"kustomization.yaml" {
				objects = append(objects, string(doc))
			}
		}
		slices.Sort(objects)
		stream := strings.Join(objects, "---\n")
		if complaint := p.DryRun(t, stream); complaint != "" {
			t.Errorf("%s: %s", c.layout, complaint)
		}
		p.Apply(t, stream)
		again := p.Apply(t, stream, "--dry-run=server", "-o", "name")
		live := p.MustKubectl(t, "", "get", c.kinds, "-A", "-o", "name")
		if got := len(strings.Fields(live)); got != c.count || again == "" {
			t.Errorf("%s: %d objects, want %d:\n%s", c.layout, got, c.count, live)
		}
		compareDefaults(t, p, tree, c.folder)
	}
	for _, chart := range charts() {
		unit, err := flux.ChartUnit("lab", gitops.Source{Chart: chart})
		if err != nil {
			t.Fatal(err)
		}
		doc, err := emit.Document(unit.Set[0])
		if err != nil {
			t.Fatal(err)
		}
		if complaint := p.DryRun(t, string(doc)); complaint != "" {
			t.Errorf("%s: %s", chart.Source, complaint)
		}
	}
	if got := p.MustKubectl(t, "", "get", "configmap", "argocd-cm", "-n", "argocd", "-o", "jsonpath={.data}"); strings.Count(got, "resource.customizations.health.") != 5 {
		t.Errorf("argocd-cm: %s", got)
	}
}

// compareDefaults fails where the server keeps an object otherwise than it was written: a field that it dropped.
func compareDefaults(t *testing.T, p *testkit.Plane, tree emit.Tree, folder string) {
	t.Helper()
	for name, doc := range tree.Files {
		object := parse(t, string(doc))
		if !strings.HasPrefix(name, folder) || object["kind"] == "ConfigMap" || name == folder+"kustomization.yaml" {
			continue
		}
		live := parse(t, p.MustKubectl(t, string(doc), "get", "-f", "-", "-o", "yaml"))
		if items, ok := live["items"].([]any); ok && len(items) == 1 {
			live, _ = items[0].(map[string]any)
		}
		if missing := lacks(object["spec"], live["spec"]); missing != "" {
			t.Errorf("%s: the server keeps another spec: %s", name, missing)
		}
	}
}

// lacks says what of a value is not in another, which may have more keys.
func lacks(want, have any) string {
	switch want := want.(type) {
	case map[string]any:
		object, _ := have.(map[string]any)
		for key, value := range want {
			if missing := lacks(value, object[key]); missing != "" {
				return key + "." + missing
			}
		}
		return ""
	case []any:
		list, _ := have.([]any)
		if len(list) != len(want) {
			return fmt.Sprintf("%v for %v", have, want)
		}
		for i := range want {
			if missing := lacks(want[i], list[i]); missing != "" {
				return missing
			}
		}
		return ""
	}
	if want != have {
		return fmt.Sprintf("%v for %v", have, want)
	}
	return ""
}

const job = `---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: %s, namespace: team}
spec:
  image: example.com/job:1
  flinkVersion: v1_20
  serviceAccount: flink
  flinkConfiguration: {state.savepoints.dir: "s3://state/savepoints"}
  jobManager: {resource: {cpu: 0.5, memory: 1024m}}
  taskManager: {resource: {cpu: 1, memory: 2g}}
  job: {jarURI: "local:///opt/job.jar", parallelism: 1, upgradeMode: savepoint, state: %s}
`

const others = `---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: session, namespace: team}
spec: {image: "example.com/flink:1", flinkVersion: v1_20, serviceAccount: flink}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkSessionJob
metadata: {name: report, namespace: team}
spec: {deploymentName: session, job: {jarURI: "https://example.com/x.jar", parallelism: 1}}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkBlueGreenDeployment
metadata: {name: twin, namespace: team}
spec: {template: {spec: {image: "example.com/twin:1", flinkVersion: v1_20, serviceAccount: flink, job: {jarURI: "local:///x.jar", parallelism: 1}}}}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkStateSnapshot
metadata: {name: early, namespace: team}
spec: {jobReference: {kind: FlinkDeployment, name: nobody}, savepoint: {disposeOnDelete: false}, backoffLimit: 0}
`

// played lets the played operator work, and judges the states of the objects that it leads them through. What they end as
// is known, before a change and after it.
func played(t *testing.T, p *testkit.Plane) {
	t.Helper()
	op := p.PlayFlinkOperator(t)
	ends := map[string]string{
		"FlinkDeployment session": healthy, "FlinkSessionJob report": healthy, "FlinkBlueGreenDeployment twin": healthy,
		"FlinkStateSnapshot early": degraded, "FlinkDeployment asleep": healthy,
	}
	stream := others + fmt.Sprintf(job, "asleep", "suspended")
	for script, end := range map[testkit.Script]string{
		testkit.Success: healthy, testkit.Finished: healthy, testkit.Failing: degraded, testkit.ImagePull: degraded,
		testkit.ValidationError: degraded, testkit.Unsupported: progressing, testkit.Never: progressing, testkit.Pending: progressing,
		testkit.RolledBack: healthy,
	} {
		op.Script("team", string(script), script.Slowly(200*time.Millisecond))
		stream += fmt.Sprintf(job, script, "running")
		ends["FlinkDeployment "+string(script)] = end
	}
	op.Script("team", "success", testkit.Never)
	ends["FlinkDeployment success"] = progressing
	p.Apply(t, stream)
	watch(t, p, ends)

	patch := func(name, spec string) {
		p.MustKubectl(t, "", "patch", "flinkdeployment", name, "-n", "team", "--type=merge", "-p", `{"spec":`+spec+`}`)
	}
	op.Script("team", "success", testkit.Success.Slowly(200*time.Millisecond))
	patch("rolledback", `{"image":"example.com/job:2"}`)
	patch("finished", `{"restartNonce":1}`)
	ends["FlinkDeployment success"], ends["FlinkDeployment rolledback"] = healthy, degraded
	watch(t, p, ends)

	patch("success", `{"job":{"state":"suspended"}}`)
	watch(t, p, ends)
	if got := p.MustKubectl(t, "", "get", "flinkdeployment", "success", "-n", "team", "-o", "jsonpath={.status.lifecycleState}"); got != "SUSPENDED" {
		t.Errorf("healthy, and %s", got)
	}
}

// watch judges the objects until they are at their ends.
func watch(t *testing.T, p *testkit.Plane, ends map[string]string) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		var list struct {
			Items []map[string]any `json:"items"`
		}
		kinds := "flinkdeployments,flinksessionjobs,flinkstatesnapshots,flinkbluegreendeployments"
		if err := json.Unmarshal([]byte(p.MustKubectl(t, "", "get", kinds, "-n", "team", "-o", "json")), &list); err != nil {
			t.Fatal(err)
		}
		at := map[string]string{}
		for _, object := range list.Items {
			key := manifest.Object{Data: object}.Key()
			at[key.Kind+" "+key.Name], _ = ours(t, object)
		}
		var others []string
		for name, want := range ends {
			if at[name] != want {
				others = append(others, fmt.Sprintf("%s: %s, want %s", name, at[name], want))
			}
		}
		switch {
		case len(others) == 0:
			return
		case time.Now().After(end):
			t.Fatalf("at the end: %q", others)
		}
	}
}
