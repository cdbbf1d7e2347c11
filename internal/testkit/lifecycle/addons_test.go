package lifecycle_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// emrOperator pushes what stands in for EMR's operator chart, whose values are
// those of Apache's and a few more: ours, which takes the same, under its name and
// without the schema that would refuse what is EMR's. It returns the flags that
// take it from there.
func emrOperator(t *testing.T, host string) []string {
	t.Helper()
	ours := filepath.Join(testkit.RepoRoot(t), "charts", "flink-operator")
	archive := testkit.PackChart(t, ours, "flink-kubernetes-operator", "7.12.0", map[string]string{"values.schema.json": ""})
	testkit.PushChart(t, archive, "oci://"+host+"/emr-on-eks")
	return []string{"--plain-http", "--set", "operator.chart.source=oci://" + host + "/emr-on-eks/flink-kubernetes-operator," +
		"operator.chart.version=7.12.0"}
}

// releases are what both majors of Helm list: namespace/name chart status, in order.
func (s *site) releases(t *testing.T) string {
	t.Helper()
	var lists []string
	for _, helm := range []string{"helm3", "helm4"} {
		out, complaint, err := testkit.Run(t.Context(), testkit.Command{
			Name: testkit.Tool(t, helm), Args: []string{"list", "-A", "-o", "json", "--kubeconfig", s.Kubeconfig},
		})
		if err != nil {
			t.Fatalf("%s list: %v\n%s", helm, err, complaint)
		}
		lists = append(lists, out)
	}
	if a, b := listed(t, lists[0]), listed(t, lists[1]); a != b {
		t.Errorf("Helm 3 lists\n%s\nHelm 4\n%s", a, b)
	}
	return listed(t, lists[0])
}

// certManager stands in for cert-manager: what it renders shows the values that it
// was given, two hooks run behind it, one of them a Job, and a kind of its own comes
// from its templates.
func certManager() map[string]string {
	return map[string]string{
		"values.yaml":        "replicas: 1\ncheck: Succeeded\n",
		"templates/crd.yaml": definition("Widget"),
		"templates/all.yaml": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: cert-manager}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: cert-manager}}
  template:
    metadata: {labels: {app: cert-manager}}
    spec:
      nodeSelector: {{ toJson .Values.nodeSelector }}
      containers: [{name: controller, image: cert-manager}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: cert-manager}
data:
  crds: {{ .Values.crds.enabled | quote }}
  drawn: {{ randAlphaNum 16 }}
  mine: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}
`,
		"templates/hook.yaml": `
apiVersion: v1
kind: ConfigMap
metadata:
  name: cert-manager-check
  annotations: {helm.sh/hook: post-install}
data: {revision: "{{ .Release.Revision }}"}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: cert-manager-startupapicheck
  annotations: {helm.sh/hook: "post-install,post-upgrade", helm.sh/hook-weight: "1"}
spec:
  backoffLimit: 0
  template:
    metadata: {annotations: {played: {{ .Values.check }}}}
    spec:
      restartPolicy: Never
      containers: [{name: check, image: cert-manager}]
`,
	}
}

// playJobs ends the pods of Jobs as their annotation played says: Succeeded or Failed. Nothing runs in kwok's pods.
func (s *site) playJobs(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	t.Cleanup(func() { cancel(); done.Wait() })
	kubectl := testkit.Tool(t, "kubectl")
	run := func(args ...string) string {
		stdout, _, _ := testkit.Run(ctx, testkit.Command{Name: kubectl, Args: append(args, "--kubeconfig", s.Kubeconfig), Env: s.env()})
		return stdout
	}
	done.Go(func() {
		for ctx.Err() == nil {
			pods := run("get", "pods", "-A", "-l", "batch.kubernetes.io/job-name", "--field-selector", "status.phase=Running", "-o",
				`jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name} {.metadata.annotations.played}{"\n"}{end}`)
			for line := range strings.Lines(pods) {
				if of := strings.Fields(line); len(of) == 3 {
					run("patch", "pod", "-n", of[0], of[1], "--subresource=status", "--type=merge", "-p", `{"status":{"phase":"`+of[2]+`"}}`)
				}
			}
			select {
			case <-ctx.Done():
			case <-time.After(300 * time.Millisecond):
			}
		}
	})
}

// karpenter stands in for Karpenter, with a kind of its own in crds/ and an object of it.
func karpenter() map[string]string {
	return map[string]string{
		"crds/gadget.yaml": definition("Gadget"),
		"templates/all.yaml": `
apiVersion: example.com/v1
kind: Gadget
metadata:
  name: karpenter
spec:
  cluster: {{ .Values.settings.clusterName }}
  queue: {{ .Values.settings.interruptionQueue }}
  role: {{ index .Values.serviceAccount.annotations "eks.amazonaws.com/role-arn" }}
  nodes: {{ .Values.nodeSelector.NodeGroupType }}
`,
	}
}

// definition is a CustomResourceDefinition that takes anything.
func definition(kind string) string {
	plural := strings.ToLower(kind) + "s"
	return `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ` + plural + `.example.com}
spec:
  group: example.com
  names: {kind: ` + kind + `, plural: ` + plural + `}
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`
}

// repository serves archives as an HTTP repository of charts.
func repository(t *testing.T, archives ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, archive := range archives {
		data, err := os.ReadFile(archive)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, filepath.Base(archive)), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, complaint, err := testkit.Run(t.Context(), testkit.Command{
		Name: testkit.Tool(t, "helm3"), Args: []string{"repo", "index", dir},
	}); err != nil {
		t.Fatalf("helm repo index: %v\n%s", err, complaint)
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	return server.URL
}

// TestAddons installs the EMR example with its operator's chart and two add-ons
// from an OCI registry and an HTTP repository, upgrades one of them from the cache
// alone, and removes everything.
func TestAddons(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.MustKubectl(t, "", "label", "node", "core", "NodeGroupType=core")
	host := testkit.Registry(t)
	archive := testkit.PackChart(t, "", "cert-manager", "v1.21.2", certManager())
	testkit.PushChart(t, archive, "oci://"+host+"/jetstack")
	url := repository(t, testkit.PackChart(t, "", "karpenter", "1.13.0", karpenter()))
	const timeout = "--timeout=60s"
	flags := append([]string{
		"-f", "examples/emr-blueprint.yaml", timeout, "--set", "operator.nodeSelector.NodeGroupType=core",
		"--set", "addons.cert-manager.enabled=true,addons.cert-manager.chart=oci://" + host + "/jetstack/cert-manager",
		"--set", "addons.karpenter.enabled=true,addons.karpenter.chart=" + url + "/karpenter,addons.karpenter.role.name=controller",
	}, emrOperator(t, host)...)
	s.playJobs(t)
	s.refusesOthers(t, archive, append([]string{"install"}, flags...))
	user := s.as(t, "deployer") // with what print-rbac reads from the charts, and no more
	grants := s.grants(t, "deployer", slices.DeleteFunc(slices.Clone(flags), func(flag string) bool { return flag == timeout })...)
	run := func(verb string, more ...string) string {
		t.Helper()
		of := slices.Clone(flags)
		if verb == "rollback" || verb == "uninstall" { // they fetch nothing
			of = slices.DeleteFunc(of, func(flag string) bool { return flag == "--plain-http" })
		}
		_, stderr := user.must(t, slices.Concat([]string{verb}, of, more)...)
		return stderr
	}
	s.give(t, without(t, grants, "create", "jobs", "cert-manager"))
	user.denied(t, "create", "jobs", "cert-manager", append([]string{"install"}, flags...)...)
	s.give(t, grants)
	want(t, user.checks(t, slices.DeleteFunc(slices.Clone(flags), func(flag string) bool { return flag == timeout })...),
		"permissions", "ok", "all ")
	said := run("install")
	if strings.Index(said, "addon kube-system/karpenter  done") > strings.Index(said, "platform flink-kubernetes-operator/flink-platform  begun") {
		t.Errorf("the platform did not wait for the add-ons:\n%s", said)
	}
	listed := `cert-manager/cert-manager cert-manager-v1.21.2 deployed
flink-kubernetes-operator/flink-operator flink-kubernetes-operator-7.12.0 deployed
flink-kubernetes-operator/flink-platform flink-platform-0.1.0 deployed
flink-team-a-ns/autoscaler-example flink-jobs-0.1.0 deployed
flink-team-a-ns/basic-example flink-jobs-0.1.0 deployed
flink-team-a-ns/graviton-example flink-jobs-0.1.0 deployed
kube-system/karpenter karpenter-1.13.0 deployed`
	if got := s.releases(t); got != listed {
		t.Errorf("got\n%s\nwant\n%s", got, listed)
	}
	user.agrees(t, flags[:2]...)
	if got := s.MustKubectl(t, "", "get", "configmap", "-n", "cert-manager", "cert-manager-check", "-o", "jsonpath={.data.revision}"); got != "1" {
		t.Errorf("the hook did not run: %q", got)
	}
	if got := s.MustKubectl(t, "", "get", "configmap", "-n", "cert-manager", "cert-manager", "-o", "jsonpath={.data.crds},{.data.mine}"); got != "true,true" {
		t.Errorf("cert-manager was given %q", got)
	}
	if got, want := s.MustKubectl(t, "", "get", "gadget", "-n", "kube-system", "karpenter", "-o",
		"jsonpath={.spec.cluster},{.spec.queue},{.spec.role},{.spec.nodes}"),
		"emr-eks-flink,emr-eks-flink,arn:aws:iam::111122223333:role/controller,core"; got != want {
		t.Errorf("Karpenter was given %q, want %q", got, want)
	}

	if got := s.MustKubectl(t, "", "get", "job", "-n", "cert-manager", "cert-manager-startupapicheck", "-o", "jsonpath={.status.succeeded}"); got != "1" {
		t.Errorf("the Job of the hook has %q successes", got)
	}

	if said := run("upgrade"); strings.Contains(said, " begun") {
		t.Errorf("an upgrade to the same changed something:\n%s", said)
	}
	user.changesAddon(t, run, flags)

	_, stderr, code := user.run(t, slices.Concat([]string{"upgrade"}, flags,
		[]string{"--timeout=5s", "--set", "addons.cert-manager.values.nodeSelector.NodeGroupType=nowhere"})...)
	if code != 124 ||
		!strings.Contains(stderr, "Deployment cert-manager/cert-manager is not ready after 5s") ||
		!strings.Contains(stderr, "waits for a node") {
		t.Errorf("exit %d:\n%s", code, stderr)
	}

	off := []string{"--set", "addons.cert-manager.enabled=false"}
	if said := run("upgrade", off...); !strings.Contains(said, "--prune=cert-manager removes it") || strings.Contains(said, " begun") {
		t.Errorf("an add-on that is off was not left alone:\n%s", said)
	}
	if said := run("upgrade", append(off, "--prune=cert-manager")...); !strings.Contains(said, "addon cert-manager/cert-manager  done removed") {
		t.Errorf("an add-on that is off was not removed:\n%s", said)
	}
	said = run("uninstall")
	if strings.Index(said, "addon kube-system/karpenter  begun") < strings.Index(said, "platform flink-kubernetes-operator/flink-platform  done") {
		t.Errorf("the add-ons did not go last:\n%s", said)
	}
	if left := s.releases(t); left != "" {
		t.Errorf("releases are left:\n%s", left)
	}
	s.MustKubectl(t, "", "get", "crd", "widgets.example.com", "gadgets.example.com")
	if got := s.MustKubectl(t, "", "get", "deployment,gadget", "-A", "-o", "name"); got != "" {
		t.Errorf("left: %s", got)
	}
}

// changesAddon shows a change of an add-on and of a job, makes it, takes it back, and has a hook of the add-on fail.
func (s *site) changesAddon(t *testing.T, run func(verb string, more ...string) string, flags []string) {
	t.Helper()
	change := []string{"--offline", "--set", "addons.cert-manager.values.replicas=2,jobs.basic-example.parallelism=3"}
	diff := func(want int, more ...string) string {
		t.Helper()
		stdout, stderr, code := s.run(t, slices.Concat([]string{"diff", "--detailed-exitcode"}, flags, more)...)
		if code != want || want == 0 && stdout != "" {
			t.Errorf("diff: exit %d, want %d\n%s%s", code, want, stdout, stderr)
		}
		return stdout
	}
	replicas := func(want string) {
		t.Helper()
		if got := s.MustKubectl(t, "", "get", "deployment", "-n", "cert-manager", "cert-manager", "-o", "jsonpath={.status.readyReplicas}"); got != want {
			t.Errorf("%q replicas are ready, want %s", got, want)
		}
	}
	diff(0)
	says(t, diff(2, change...), "Deployment cert-manager/cert-manager", "+  replicas: 2", "FlinkDeployment flink-team-a-ns/basic-example")
	before := s.objects(t)
	if said := run("upgrade", change...); !strings.Contains(said, "addon cert-manager/cert-manager  done") || strings.Count(said, " begun") != 2 {
		t.Errorf("not the add-on and the job alone were changed:\n%s", said)
	}
	replicas("2")
	diff(0, change...)
	s.agrees(t, flags[:2]...)
	if said := run("rollback"); strings.Count(said, " begun") != 2 {
		t.Errorf("not the add-on and the job alone went back:\n%s", said)
	}
	replicas("1")
	diff(0)
	if got := s.objects(t); !slices.Equal(got, before) {
		t.Errorf("after rollback:\n%s", testkit.Diff("before, after", strings.Join(before, "\n"), strings.Join(got, "\n")))
	}
	s.agrees(t, flags[:2]...)

	_, stderr, code := s.run(t, slices.Concat([]string{"upgrade"}, flags, []string{"--set", "addons.cert-manager.values.check=Failed"})...)
	if code != 1 || !strings.Contains(stderr, "cert-manager-startupapicheck") {
		t.Errorf("upgrade with a hook that fails: exit %d\n%s", code, stderr)
	}
	run("upgrade")
	diff(0)
}

// refusesOthers wants an installation to stop before it changes anything, where
// somebody has installed an add-on by hand.
func (s *site) refusesOthers(t *testing.T, archive string, install []string) {
	t.Helper()
	byHand := func(args ...string) {
		t.Helper()
		_, complaint, err := testkit.Run(t.Context(), testkit.Command{
			Name: testkit.Tool(t, "helm3"), Args: append(args, "-n", "cert-manager", "--kubeconfig", s.Kubeconfig),
		})
		if err != nil {
			t.Fatalf("helm %s: %v\n%s", args[0], err, complaint)
		}
	}
	byHand("install", "cert-manager", archive, "--create-namespace", "--set", "crds.enabled=true")
	_, stderr, code := s.run(t, install...)
	if code == 0 || !strings.Contains(stderr, "turn addons.cert-manager off") {
		t.Errorf("exit %d:\n%s", code, stderr)
	}
	if got := s.MustKubectl(t, "", "get", "crd", "-o", "name"); strings.Contains(got, "gadgets") {
		t.Errorf("CRDs were applied:\n%s", got)
	}
	byHand("uninstall", "cert-manager")
}

func listed(t *testing.T, text string) string {
	t.Helper()
	var all []struct{ Name, Namespace, Chart, Status string }
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, r := range all {
		lines = append(lines, r.Namespace+"/"+r.Name+" "+r.Chart+" "+r.Status)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
