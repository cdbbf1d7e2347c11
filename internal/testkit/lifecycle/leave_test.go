package lifecycle_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/apiserver/pkg/endpoints/request"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// leave is what one request to the API server needs, or one rule gives: Name is empty for what has none.
type leave struct{ Verb, Group, Resource, Namespace, Name string }

// String is "get apps/deployments team/orders".
func (l leave) String() string {
	return strings.TrimSuffix(l.Verb+" "+strings.TrimPrefix(l.Group+"/"+l.Resource, "/")+" "+l.Namespace+"/"+l.Name, " /")
}

// askings are what a user asked the API server for.
type askings struct {
	user string
	mu   sync.Mutex
	all  map[leave]bool
}

// see takes a request as the API server's authorizer does.
func (a *askings) see(r *http.Request) {
	if r.Header.Get("Impersonate-User") != a.user {
		return
	}
	factory := request.RequestInfoFactory{APIPrefixes: sets.NewString("api", "apis"), GrouplessAPIPrefixes: sets.NewString("api")}
	info, err := factory.NewRequestInfo(r)
	if err != nil || !info.IsResourceRequest {
		return
	}
	l := leave{info.Verb, info.APIGroup, info.Resource, info.Namespace, info.Name}
	if info.Subresource != "" {
		l.Resource += "/" + info.Subresource
	}
	if l.Resource == "namespaces" { // a Namespace is in no namespace
		l.Namespace = ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all[l] = true
}

// uses reports whether something was asked for that needs a permission: of one without a name, something that none with a
// name allows.
func (a *askings) uses(l leave, printed map[leave]bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.all[l] {
		return true
	}
	return l.Name == "" && slices.ContainsFunc(slices.Collect(maps.Keys(a.all)), func(asked leave) bool {
		named := printed[asked]
		asked.Name = ""
		return asked == l && !named
	})
}

// leaves takes the rules of Roles and ClusterRoles apart.
func leaves(t *testing.T, roles []map[string]any) map[leave]bool {
	t.Helper()
	type role struct {
		Metadata struct{ Namespace string }
		Rules    []struct{ APIGroups, Resources, ResourceNames, Verbs []string }
	}
	out := map[leave]bool{}
	for _, o := range roles {
		var r role
		text, err := json.Marshal(o)
		if err == nil {
			err = json.Unmarshal(text, &r)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, rule := range r.Rules {
			if len(rule.ResourceNames) == 0 {
				rule.ResourceNames = []string{""}
			}
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, name := range rule.ResourceNames {
						for _, verb := range rule.Verbs {
							out[leave{verb, group, resource, r.Metadata.Namespace, name}] = true
						}
					}
				}
			}
		}
	}
	return out
}

// given are the roles that the platform itself has made, whose maker must hold what they give.
func (s *site) given(t *testing.T) []map[string]any {
	t.Helper()
	var list struct{ Items []map[string]any }
	stdout := s.MustKubectl(t, "", "get", "roles,clusterroles", "-A", "-l", "app.kubernetes.io/managed-by=Helm", "-o", "json")
	if err := json.Unmarshal([]byte(stdout), &list); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// touched is an overlay that changes every object a little.
func (s *site) touched(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(s.dir, "touched")
	if err := os.MkdirAll(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	text := "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {example.com/touched: \"yes\"}\n"
	if err := os.WriteFile(filepath.Join(dir, "kustomization.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// unasked are permissions that the flow of TestLeave does not come to need, and why they are printed all the same.
func unasked() map[string]string {
	return map[string]string{
		"create customresourcedefinitions": "the API server asks for it inside a server-side apply, which is a patch",
	}
}

// TestLeave takes a platform with every kind of release through the whole of its life with the printed permissions alone,
// and wants each of them to be needed: by a request, or by a role that the platform makes.
func TestLeave(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const name = "deployer"
	asked := &askings{user: name, all: map[leave]bool{}}
	kubeconfig, proxy := s.Faults(t, 0, 1)
	proxy.See(asked.see)
	admin := *s
	admin.kubeconfig = kubeconfig
	user := admin.as(t, name)
	grants := s.grants(t, name, "-f", platform)
	s.give(t, grants)
	do := func(verb string, more ...string) (stdout, stderr string) {
		t.Helper()
		return user.must(t, append(append(strings.Fields(verb), "-f", platform, "--timeout", "60s"), more...)...)
	}

	want(t, user.checks(t, "-f", platform), "permissions", "ok", "all ")
	do("install")
	held := leaves(t, s.given(t))
	do("status", "-o", "wide")
	do("diff")
	do("upgrade", "-k", s.touched(t))
	do("rollback")
	do("upgrade", "--set", "jobs.enrich=null", "--prune")
	do("upgrade")
	user.lacking(t, s, grants)
	user.livesOf(t, s, grants, do)
	do("uninstall", "--purge", "namespaces,crds", "--yes")

	var idle []string
	reasons := unasked()
	printed := leaves(t, grants)
	for l := range printed {
		if held[l] || asked.uses(l, printed) {
			continue
		}
		if _, known := reasons[l.Verb+" "+l.Resource]; !known {
			idle = append(idle, l.String())
		}
	}
	slices.Sort(idle)
	if len(idle) > 0 {
		t.Errorf("printed, and nothing needs it:\n%s", strings.Join(idle, "\n"))
	}
}

// lacking has verbs lack one permission after the other.
func (s *site) lacking(t *testing.T, admin *site, grants []map[string]any) {
	t.Helper()
	for _, c := range []struct{ verb, resource, namespace, run string }{
		{"list", "secrets", operatorHome, "status"},
		{"list", "secrets", "orders", "job list"},
		{"patch", "flinkdeployments", "orders", "job suspend ingest"},
		{"create", "flinkstatesnapshots", "orders", "job savepoint ingest"},
		{"delete", "flinksessionjobs", "reports", "job delete daily --yes --no-savepoint"},
	} {
		admin.give(t, without(t, grants, c.verb, c.resource, c.namespace))
		s.denied(t, c.verb, c.resource, c.namespace, append(strings.Fields(c.run), "-f", platform)...)
	}
	admin.give(t, grants)
	said, _ := s.must(t, "status", "-f", platform)
	says(t, said, "daily", "RUNNING")
}

// livesOf has every job verb do its work.
func (s *site) livesOf(
	t *testing.T, admin *site, grants []map[string]any, do func(string, ...string) (stdout, stderr string),
) {
	t.Helper()
	admin.Apply(t, strings.ReplaceAll(playedNode, "@PORT@", playKubelet(t)))
	pods := map[string]string{"ingest": "orders", "adhoc": "reports"}
	for cluster, namespace := range pods {
		admin.Apply(t, strings.NewReplacer("@CLUSTER@", cluster, "@NAMESPACE@", namespace).Replace(playedPod))
		admin.MustKubectl(t, "", "patch", "pod", cluster+"-jm", "-n", namespace, "--subresource=status", "--type=merge", "-p",
			`{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}`)
	}
	do("job list")
	do("job show ingest", "-o", "json")
	do("job suspend ingest")
	do("job resume ingest")
	do("job restart ingest")
	do("job rescale ingest --parallelism 3")
	do("job savepoint ingest --name first")
	do("job savepoint daily --name daily-1")
	do("job savepoints list ingest")
	do("job savepoints adopt ingest --path s3://streaming-flink-state/old --name old")
	do("job savepoints dispose old --keep-files --yes")
	do("job savepoints dispose first --yes")
	do("job savepoint ingest")
	do("job restore ingest --from latest --yes")
	for verb, need := range map[string][2]string{"logs": {"get", "pods/log"}, "ui": {"create", "pods/portforward"}} {
		admin.give(t, without(t, grants, need[0], need[1], "orders"))
		s.denied(t, need[0], need[1], "orders", "job", verb, "ingest", "--values", platform)
	}
	admin.give(t, grants)
	values := filepath.Join(testkit.RepoRoot(t), platform)
	for job, cluster := range map[string]string{"ingest": "ingest", "daily": "adhoc"} {
		says(t, s.until(t, "says hello", "job", "logs", job, "-f", "--values", values), "["+cluster+"-jm]")
		s.until(t, "http://", "job", "ui", job, "--values", values)
		admin.MustKubectl(t, "", "delete", "pod", "-n", pods[cluster], cluster+"-jm", "--grace-period=0", "--force") // nobody ends it
	}
	for _, job := range []string{"ingest", "checkout", "daily", "adhoc"} {
		do("job delete " + job + " --yes")
	}
}

// playedNode is a node of a played kubelet, and playedPod the JobManager of a cluster there.
const playedNode = `
apiVersion: v1
kind: Node
metadata: { name: played }
status:
  addresses: [{ type: InternalIP, address: 127.0.0.1 }]
  daemonEndpoints: { kubeletEndpoint: { Port: @PORT@ } }
`

const playedPod = `
apiVersion: v1
kind: Pod
metadata: { namespace: @NAMESPACE@, name: @CLUSTER@-jm, labels: { app: @CLUSTER@, component: jobmanager } }
spec:
  nodeName: played
  automountServiceAccountToken: false
  securityContext: { runAsNonRoot: true, runAsUser: 9999, seccompProfile: { type: RuntimeDefault } }
  containers:
    - { name: flink-main-container, image: flink, securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: [ALL] } } }
`
