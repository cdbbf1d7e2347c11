package lifecycle_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// TestPiped takes what `kustomize build` prints of a written layout through the life of a platform: install, nothing to do,
// a job that an overlay changes, one that it leaves out, a platform too large for one release, the way back, and the end.
func TestPiped(t *testing.T) {
	t.Parallel()
	s := newSite(t, testkit.WhenDeployed("flink-kubernetes-operator", "flink-kubernetes-operator"))
	base := filepath.Join(s.dir, "base")
	s.must(t, "template", "-f", platform, "--include-crds", "--output-dir", base, "--layout", "kustomize")
	plain := s.kustomized(t, base)
	wider := s.kustomized(t, s.overlay(t, "wider", "FlinkDeployment", "ingest", "spec: {job: {parallelism: 6}}"))
	fewer := s.kustomized(t, s.overlay(t, "fewer", "FlinkDeployment", "enrich", "$patch: delete"))
	with := func(verb string, more ...string) []string {
		return slices.Concat([]string{verb, "flink", "--manifests", "-", "--timeout", "90s"}, more)
	}

	_, said, code := s.pipe(t, plain, with("upgrade")...)
	if code != 1 || !strings.Contains(said, "is not installed") {
		t.Errorf("upgrade of what is not there: exit %d\n%s", code, said)
	}
	_, said = s.piped(t, plain, with("install", "--dry-run")...)
	if !strings.Contains(said, "job orders/ingest  skipped") || !strings.Contains(said, "it would be installed with 1 objects") {
		t.Errorf("a dry run says:\n%s", said)
	}
	if list := s.helmList(t, "helm3"); len(list) > 0 {
		t.Errorf("a dry run made releases: %v", list)
	}
	s.piped(t, plain, with("install")...)
	want := map[string]int{
		"flink-kubernetes-operator/flink-platform": 1, "flink-kubernetes-operator/flink-operator": 1,
		"orders/ingest": 1, "orders/enrich": 1, "orders/checkout": 1, "orders/snapshot-before-migration": 1,
		"reports/adhoc": 1, "reports/daily": 1,
	}
	s.revisions(t, "after install", want)
	for _, tool := range []string{"helm3", "helm4"} {
		if got := s.helmList(t, tool); !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
			t.Errorf("%s lists %v", tool, got)
		}
	}
	before := s.objects(t)
	s.same(t, "after install", plain, with("diff", "--detailed-exitcode")...)
	if out, said := s.must(t, "diff", "-f", platform, "--detailed-exitcode"); out != "" {
		t.Errorf("the values that the manifests come from differ:\n%s%s", out, said)
	}
	if _, said := s.piped(t, plain, with("install")...); strings.Contains(said, "begun") {
		t.Errorf("a second install did something:\n%s", said)
	}
	if out, _ := s.must(t, "status", "flink"); strings.Count(out, "STABLE") < 4 {
		t.Errorf("status:\n%s", out)
	}
	_, said, code = s.pipe(t, plain, with("diff", "-n", "orders")...)
	if code != 4 || !strings.Contains(said, "in the namespace flink-kubernetes-operator, and not in orders") {
		t.Errorf("another namespace: exit %d\n%s", code, said)
	}

	t.Run("one job changes", func(t *testing.T) {
		out, said, code := s.pipe(t, wider, with("diff", "--detailed-exitcode")...)
		if code != 2 || !strings.Contains(out, "+    parallelism: 6") || strings.Count(out, "(changed)") != 1 {
			t.Errorf("diff: exit %d\n%s%s", code, out, said)
		}
		_, said = s.piped(t, wider, with("upgrade", "--dry-run=server")...)
		if strings.Count(said, "dry run: it would be upgraded") != 1 {
			t.Errorf("a dry run says:\n%s", said)
		}
		s.revisions(t, "after a dry run", want)
		s.piped(t, wider, with("upgrade")...)
		want["orders/ingest"]++
		s.revisions(t, "after the upgrade of one job", want)
		s.same(t, "after upgrade", wider, with("diff", "--detailed-exitcode")...)
		s.must(t, "rollback", "flink", "--timeout", "90s")
		want["orders/ingest"]++
		s.revisions(t, "after rollback", want)
		if got := s.objects(t); !slices.Equal(got, before) {
			t.Errorf("after rollback:\n%s", testkit.Diff("before, after", strings.Join(before, "\n"), strings.Join(got, "\n")))
		}
	})
	t.Run("state that would be lost", func(t *testing.T) {
		lossy := s.kustomized(t, s.overlay(t, "lossy", "FlinkDeployment", "ingest", "spec: {job: {parallelism: 6, upgradeMode: stateless}}"))
		_, said, code := s.pipe(t, lossy, with("upgrade")...)
		if code != 1 || !strings.Contains(said, "state would be lost") {
			t.Errorf("exit %d\n%s", code, said)
		}
		s.revisions(t, "after a refused upgrade", want)
	})
	t.Run("left and pruned", func(t *testing.T) {
		_, said := s.piped(t, fewer, with("upgrade")...)
		if !strings.Contains(said, "job orders/enrich  skipped") {
			t.Errorf("it says nothing of what is left:\n%s", said)
		}
		_, said = s.piped(t, fewer, with("upgrade", "--prune")...)
		if !strings.Contains(said, "its last savepoint is s3://") {
			t.Errorf("no savepoint is told:\n%s", said)
		}
		delete(want, "orders/enrich")
		if list := s.helmList(t, "helm3"); list["orders/enrich"] != "" {
			t.Errorf("it is still there: %v", list)
		}
	})
	t.Run("too large for one release", func(t *testing.T) {
		const second = "flink-kubernetes-operator/flink-platform-2"
		more := fewer + bulk("one", 600) + bulk("two", 600)
		s.piped(t, more, with("upgrade")...)
		if list := s.helmList(t, "helm3"); list[second] != "deployed" {
			t.Errorf("releases %v", list)
		}
		s.same(t, "of a parted platform", more, with("diff", "--detailed-exitcode")...)
		_, said, code := s.pipe(t, fewer+bulk("one", 600)+bulk("two", 600)+bulk("huge", 900)+bulk("giant", 1020), with("upgrade")...)
		if code != 1 || !strings.Contains(said, "nothing was changed, because platform flink-kubernetes-operator/flink-platform-") ||
			!strings.Contains(said, "ConfigMap orders/giant (10") {
			t.Errorf("what no release can hold: exit %d\n%s", code, said)
		}
		if found := s.MustKubectl(t, "", "get", "configmap", "huge", "-n", "orders", "--ignore-not-found", "-o", "name"); found != "" {
			t.Errorf("a refused upgrade made %s", found)
		}
		s.piped(t, fewer, with("upgrade")...)
		if list := s.helmList(t, "helm3"); list[second] != "" {
			t.Errorf("the second release is left: %v", list)
		}
		if found := s.MustKubectl(t, "", "get", "configmaps", "-n", "orders", "-o", "name"); strings.Contains(found, "/two") {
			t.Errorf("what is no longer piped is left: %s", found)
		}
	})
	t.Run("jobs alone, where the operator is", func(t *testing.T) {
		s.MustKubectl(t, "", "create", "namespace", "guests")
		s.piped(t, guest, "install", "guests", "--manifests", "-", "-n", "guests", "--timeout", "90s")
		list := s.helmList(t, "helm3")
		if list["guests/guest"] != "deployed" || list["guests/guests-platform"] != "deployed" {
			t.Errorf("releases %v", list)
		}
		s.same(t, "of jobs alone", guest, "diff", "guests", "--manifests", "-", "--detailed-exitcode")
		s.must(t, "uninstall", "guests", "--no-savepoint", "--timeout", "90s")
		if list := s.helmList(t, "helm3"); list["guests/guest"] != "" || list["orders/ingest"] != "deployed" {
			t.Errorf("releases %v", list)
		}
	})
	t.Run("a kind that the cluster does not know", func(t *testing.T) {
		_, said, code := s.pipe(t, "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x, namespace: orders}\n", with("upgrade")...)
		if code != 1 || !strings.Contains(said, "the cluster does not know the kind Widget of example.com/v1") {
			t.Errorf("exit %d\n%s", code, said)
		}
	})
	_, said = s.must(t, "uninstall", "flink", "--timeout", "90s")
	if !strings.Contains(said, "its last savepoint is s3://") || !strings.Contains(said, "Namespace orders with what is in it") {
		t.Errorf("uninstall:\n%s", said)
	}
	if left := s.helmList(t, "helm3"); len(left) > 0 {
		t.Errorf("releases are left: %v", left)
	}
}

// guest is a job that says no namespace, for an operator of somebody else.
const guest = `
apiVersion: v1
kind: ServiceAccount
metadata: {name: flink}
---
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: guest}
spec:
  image: flink:1.20.4-java17
  flinkVersion: v1_20
  serviceAccount: flink
  flinkConfiguration: {taskmanager.numberOfTaskSlots: "1"}
  jobManager: {resource: {memory: 2048m, cpu: 1}}
  taskManager: {resource: {memory: 2048m, cpu: 1}}
  job: {jarURI: "local:///opt/flink/examples/streaming/StateMachineExample.jar", parallelism: 1, upgradeMode: stateless}
`

// bulk is a ConfigMap of so many KiB that do not compress.
func bulk(name string, kib int) string {
	var noise []byte
	for i := 0; len(noise) < kib<<10; i++ {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", name, i))
		noise = append(noise, sum[:]...)
	}
	return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + ", namespace: orders}\ndata: {text: \"" +
		base64.StdEncoding.EncodeToString(noise)[:kib<<10] + "\"}\n"
}

// kustomized is what `kustomize build` prints of a folder.
func (s *site) kustomized(t *testing.T, dir string) string {
	t.Helper()
	stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{Name: testkit.Tool(t, "kustomize"), Args: []string{"build", dir}})
	if err != nil {
		t.Fatalf("kustomize build: %v\n%s", err, stderr)
	}
	return stdout
}

// overlay writes an overlay of the base that patches one object of the namespace orders.
func (s *site) overlay(t *testing.T, name, kind, object, patch string) string {
	t.Helper()
	dir := filepath.Join(s.dir, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for file, text := range map[string]string{
		"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n" +
			"patches: [{path: patch.yaml}]\n",
		"patch.yaml": "apiVersion: flink.apache.org/v1beta1\nkind: " + kind + "\nmetadata: {name: " + object + ", namespace: orders}\n" +
			patch + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// pipe is run with standard input.
func (s *site) pipe(t *testing.T, stdin string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{Name: s.binary, Args: args, Stdin: stdin, Dir: s.dir, Env: s.env()})
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return stdout, stderr, exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	return stdout, stderr, 0
}

// piped is pipe for what has to succeed.
func (s *site) piped(t *testing.T, stdin string, args ...string) (stdout, stderr string) {
	t.Helper()
	stdout, stderr, code := s.pipe(t, stdin, args...)
	if code != 0 {
		t.Fatalf("helm-flink %s: exit %d\n%s%s", strings.Join(args, " "), code, stdout, stderr)
	}
	return stdout, stderr
}

// same is piped for a diff that must be empty.
func (s *site) same(t *testing.T, when, stdin string, args ...string) {
	t.Helper()
	if out, said, code := s.pipe(t, stdin, args...); code != 0 || out != "" {
		t.Errorf("a difference %s: exit %d\n%s%s", when, code, out, said)
	}
}

// revisions compares the revisions that `helm list` shows, namespace/name to number.
func (s *site) revisions(t *testing.T, when string, want map[string]int) {
	t.Helper()
	stdout, stderr, err := testkit.Run(t.Context(), testkit.Command{
		Name: testkit.Tool(t, "helm3"), Args: []string{"list", "-A", "-a", "-o", "json"}, Env: s.env(),
	})
	if err != nil {
		t.Fatalf("helm list: %v\n%s", err, stderr)
	}
	var all []struct{ Name, Namespace, Revision, Status string }
	if err := json.Unmarshal([]byte(stdout), &all); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, r := range all {
		got[r.Namespace+"/"+r.Name] = r.Revision + " " + r.Status
	}
	wanted := map[string]string{}
	for name, n := range want {
		wanted[name] = fmt.Sprintf("%d deployed", n)
	}
	if !maps.Equal(got, wanted) {
		t.Errorf("%s helm list shows %v, want %v", when, got, wanted)
	}
}
