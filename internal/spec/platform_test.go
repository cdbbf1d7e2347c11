package spec_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/spec"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

const base = `
cluster: { name: streaming, region: us-west-2, accountId: "111122223333", nodeRole: nodes }
storage: { bucket: state }
nodeClasses: { plain: { amiAlias: al2023@v20260101 } }
nodePools:
  amd: { nodeClass: plain }
  arm: { nodeClass: plain, arch: [arm64], taints: { dedicated: { value: arm, effect: NoExecute } } }
  any: { nodeClass: plain, arch: [amd64, arm64], taints: {} }
teams:
  payments: { namespace: pay, role: { name: flink-payments } }
jobs:
  orders: { team: payments, jarURI: "local:///job.jar" }
`

// load decodes the base with a second layer over it.
func load(t *testing.T, over string) (*spec.Platform, diag.List) {
	t.Helper()
	schema, err := values.CompileSchema("values.schema.json", schemas.Values)
	if err != nil {
		t.Fatal(err)
	}
	doc, findings, err := values.Load(values.Input{Files: []values.Source{
		{Name: "base.yaml", Data: []byte(base)}, {Name: "over.yaml", Data: []byte(over)},
	}}, schema)
	if err != nil || findings.Has(diag.Error) {
		t.Fatalf("load: %v\n%v", err, findings)
	}
	p, findings, err := spec.Decode(doc)
	if err != nil {
		t.Fatal(err)
	}
	return p, findings
}

// chart returns the values of one chart.
func chart(t *testing.T, p *spec.Platform, name string) map[string]any {
	t.Helper()
	all, err := p.Charts()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if c.Chart == name {
			return c.Values
		}
	}
	t.Fatalf("no chart %s", name)
	return nil
}

// at follows a path of keys; what is not there is nil.
func at(v any, path ...string) any {
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func TestDerivations(t *testing.T) {
	t.Parallel()
	const orders = "deployments pay/orders spec "
	tests := []struct {
		name, over, chart, path, want string
	}{
		{"HA off forces one JobManager", "jobs: { orders: { highAvailability: { enabled: false }, jobManager: { replicas: 3 } } }",
			"flink-jobs", orders + "jobManager replicas", "1"},
		{"HA on keeps what was asked for", "jobs: { orders: { jobManager: { replicas: 3 } } }", "flink-jobs", orders + "jobManager replicas", "3"},
		{"EMR starts two JobManagers", "runtime: { distribution: emr, emrReleaseLabel: emr-7.12.0-flink-latest }",
			"flink-jobs", orders + "jobManager replicas", "2"},
		{"EMR's version follows the release", "runtime: { distribution: emr, emrReleaseLabel: emr-7.2.0-flink-latest }",
			"flink-jobs", orders + "flinkVersion", "v1_18"},
		{"an image's tag gives the version", "jobs: { orders: { image: \"flink:2.0.2-java17\" } }", "flink-jobs", orders + "flinkVersion", "v2_0"},
		{"a version gives the image", "jobs: { orders: { flinkVersion: v2_1 } }", "flink-jobs", orders + "image", "flink:2.1.2-java17"},
		{"the mirror takes images without a registry", "runtime: { imageRegistry: example.com/m }", "flink-jobs", orders + "image",
			"example.com/m/flink:1.20.4-java17"},
		{"the mirror leaves others alone", "runtime: { imageRegistry: example.com/m, image: \"quay.io/flink:1.20.4\" }",
			"flink-jobs", orders + "image", "quay.io/flink:1.20.4"},
		{"a registry with a port is a registry", "runtime: { imageRegistry: example.com/m, image: \"reg:5000/flink:1.20.4\" }",
			"flink-jobs", orders + "image", "reg:5000/flink:1.20.4"},
		{"the team's storage goes before the platform's", "teams: { payments: { storage: { bucket: own, prefix: \"\" } } }",
			"flink-jobs", orders + "flinkConfiguration state.checkpoints.dir", "s3://own/payments/orders/checkpoints"},
		{"the job's storage goes before the team's", "jobs: { orders: { storage: { bucket: mine } } }",
			"flink-jobs", orders + "flinkConfiguration high-availability.storageDir", "s3://mine/flink/payments/orders/ha"},
		{"a pool of one architecture is selected with it", "jobs: { orders: { nodePool: arm } }",
			"flink-jobs", orders + "taskManager podTemplate spec nodeSelector", "map[karpenter.sh/nodepool:arm kubernetes.io/arch:arm64]"},
		{"a pool of two is not", "jobs: { orders: { nodePool: any } }",
			"flink-jobs", orders + "jobManager podTemplate spec nodeSelector", "map[karpenter.sh/nodepool:any]"},
		{"a pool without taints needs no toleration", "jobs: { orders: { nodePool: any } }",
			"flink-jobs", orders + "jobManager podTemplate spec tolerations", "<nil>"},
		{"the pool's own taint is tolerated", "jobs: { orders: { nodePool: { jobManager: arm } } }",
			"flink-jobs", orders + "jobManager podTemplate spec tolerations",
			"[map[effect:NoExecute key:dedicated operator:Equal value:arm]]"},
		{"memory is written in Flink's unit", "jobs: { orders: { taskManager: { memory: 1.5Gi, cpu: 500m } } }",
			"flink-jobs", orders + "taskManager resource", "map[cpu:0.5 memory:1536m]"},
		{"a batch job takes no checkpoints", "jobs: { orders: { runtimeMode: batch } }",
			"flink-jobs", orders + "flinkConfiguration execution.checkpointing.interval", "<nil>"},
		{"null removes a derived key", "jobs: { orders: { flinkConfiguration: { high-availability: null } } }",
			"flink-jobs", orders + "flinkConfiguration high-availability", "<nil>"},
		{"Presto's provider has a key of its own", "runtime: { s3: { credentialsProvider: a.B } }",
			"flink-jobs", orders + "flinkConfiguration presto.s3.credentials-provider", "a.B"},
		{"a job with its own role gets its own account", "jobs: { orders: { role: { name: other } } }",
			"flink-irsa", "serviceAccounts pay flink-orders annotations eks.amazonaws.com/role-arn", "arn:aws:iam::111122223333:role/other"},
		{"the account is bound to the jobs' role", "jobs: { orders: { role: { name: other } } }",
			"flink-namespaces", "namespaces pay jobRole serviceAccounts", "[flink flink-orders]"},
		{"EMR's accounts are computed, not made", "runtime: { distribution: emr, emrReleaseLabel: emr-7.12.0-flink-latest }",
			"flink-irsa", "serviceAccounts", "map[]"},
		{"blue and green are two clusters", "blueGreen: { checkout: { team: payments, jarURI: \"local:///job.jar\" } }",
			"flink-namespaces", "namespaces pay networkPolicy deployments", "[checkout-blue checkout-green orders]"},
		{"the operator watches the teams", "", "flink-operator", "watchNamespaces", "[pay]"},
		{"or everything", "operator: { watchNamespaces: all }", "flink-operator", "watchNamespaces", "<nil>"},
		{"the last word of spec wins over a friendly key", "jobs: { orders: { parallelism: 2, spec: { job: { parallelism: 9 } } } }",
			"flink-jobs", orders + "job parallelism", "9"},
		{"discovery tags come from the cluster's name", "", "flink-karpenter", "nodeClasses plain spec subnetSelectorTerms",
			"[map[tags:map[karpenter.sh/discovery:streaming]]]"},
		{"other partitions", "cluster: { region: cn-north-1 }", "flink-irsa",
			"serviceAccounts pay flink annotations eks.amazonaws.com/role-arn", "arn:aws-cn:iam::111122223333:role/flink-payments"},
		{"a region that is opted into is named to S3A", "cluster: { region: me-central-1 }\nruntime: { s3: { plugin: hadoop } }",
			"flink-jobs", orders + "flinkConfiguration fs.s3a.endpoint.region", "me-central-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, findings := load(t, or(tt.over, "schemaVersion: 1"))
			if findings.Has(diag.Error) {
				t.Fatalf("findings: %v", findings)
			}
			if got := fmt.Sprint(at(chart(t, p, tt.chart), strings.Fields(tt.path)...)); got != tt.want {
				t.Errorf("%s: got %s, want %s", tt.path, got, tt.want)
			}
		})
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// TestDefaultsLieUnderJobs lays platform, team and job over each other.
func TestDefaultsLieUnderJobs(t *testing.T) {
	t.Parallel()
	p, _ := load(t, `
jobDefaults: { parallelism: 2, labels: { a: platform, b: platform }, role: { name: low }, volumes: { v: { mountPath: /v, emptyDir: {} } } }
teams: { payments: { jobDefaults: { upgradeMode: last-state, labels: { b: team, c: team } } } }
jobs: { orders: { labels: { c: job }, role: { arn: "arn:aws:iam::444455556666:role/own" }, volumes: { v: { mountPath: /v, secret: { secretName: s } } } } }
`)
	j := p.Jobs["orders"]
	if j.Parallelism != 2 || j.UpgradeMode != "last-state" {
		t.Errorf("parallelism %d, upgradeMode %s", j.Parallelism, j.UpgradeMode)
	}
	if got := fmt.Sprint(j.Labels); got != "map[a:platform b:team c:job]" {
		t.Errorf("labels %s", got)
	}
	if j.Role.Name != "" || j.Role.ARN != "arn:aws:iam::444455556666:role/own" {
		t.Errorf("a role must replace the one below as a whole: %+v", j.Role)
	}
	if got := fmt.Sprint(j.Volumes["v"].Source); got != "map[secret:map[secretName:s]]" {
		t.Errorf("a volume must replace the one below as a whole: %s", got)
	}
	if j.Checkpoints.Interval != "1m" || j.TaskManager.Slots != 1 {
		t.Errorf("defaults are not filled in: %+v", j.Checkpoints)
	}
}

// TestLayersSpellKeysAsTheyLike: a key that is written with dots in one layer and
// nested in the next is one key, not two.
func TestLayersSpellKeysAsTheyLike(t *testing.T) {
	t.Parallel()
	p, findings := load(t, `
jobDefaults: { flinkConfiguration: { a.b: 1, c: { d: 3, e: 4 } } }
jobs: { orders: { flinkConfiguration: { a: { b: 2 }, c.d: null } } }
`)
	config := p.Jobs["orders"].FlinkConfig
	if got := fmt.Sprint(config.Set, config.Deleted, config.Problems); got != "map[a.b:2 c.e:4] [c.d] []" {
		t.Errorf("configuration %s, findings %v", got, findings)
	}
}

func TestBlame(t *testing.T) {
	t.Parallel()
	p, _ := load(t, `
sessionClusters: { adhoc: { team: payments, name: session } }
sessionJobs: { speed: { cluster: adhoc, jarURI: "https://example.com/j.jar" } }
`)
	blame := p.Blame()
	for _, tt := range []struct {
		key  manifest.Key
		want string
	}{
		{manifest.Key{Kind: "FlinkDeployment", Namespace: "pay", Name: "orders"}, "jobs.orders"},
		{manifest.Key{Kind: "FlinkDeployment", Namespace: "pay", Name: "session"}, "sessionClusters.adhoc"},
		{manifest.Key{Kind: "FlinkSessionJob", Namespace: "pay", Name: "speed"}, "sessionJobs.speed"},
		{manifest.Key{Kind: "NodePool", Name: "amd"}, "nodePools.amd"},
		{manifest.Key{Kind: "EC2NodeClass", Name: "plain"}, "nodeClasses.plain"},
		{manifest.Key{Kind: "Namespace", Name: "pay"}, "teams.payments"},
		{manifest.Key{Kind: "Role", Namespace: "pay", Name: "flink"}, "teams.payments"},
		{manifest.Key{Kind: "Namespace", Name: "flink-kubernetes-operator"}, "operator"},
		{manifest.Key{Kind: "ClusterRole", Name: "other"}, ""},
	} {
		if got := diag.PathString(blame(tt.key)); got != tt.want {
			t.Errorf("%s: blamed on %q, want %q", tt.key, got, tt.want)
		}
	}
}

// TestAccountsHaveOneRole: a service account that would get two roles is refused, one with the same role is shared.
func TestAccountsHaveOneRole(t *testing.T) {
	t.Parallel()
	const other = `jarURI: "local:///b.jar", role: { name: b }`
	for over, want := range map[string]string{
		"jobs: { orders: { role: { name: a } }, b: { team: payments, " + other + " } }":                                                          "",
		"jobs: { orders: { role: { name: a }, serviceAccount: x }, b: { team: payments, serviceAccount: x, " + other + " } }":                    "FLK034 jobs.orders.serviceAccount",
		"jobs: { orders: { role: { name: b }, serviceAccount: x }, b: { team: payments, serviceAccount: x, " + other + " } }":                    "",
		"jobs: { orders: { role: { name: a }, serviceAccount: flink } }":                                                                         "FLK034 jobs.orders.serviceAccount",
		"jobs: { orders: { role: { name: flink-payments }, serviceAccount: flink } }":                                                            "",
		"jobs: { orders: { role: { name: a } } }\nblueGreen: { orders: { team: payments, " + other + " } }":                                      "FLK034 blueGreen.orders",
		"jobs: { orders: { serviceAccount: x }, b: { team: payments, serviceAccount: x, " + other + " } }":                                       "",
		"teams: { other: {} }\njobs: { orders: { role: { name: a }, serviceAccount: x }, b: { team: other, serviceAccount: x, " + other + " } }": "",
	} {
		_, findings := load(t, over)
		got := ""
		for _, f := range findings {
			if f.Severity == diag.Error {
				got += string(f.Code) + " " + f.Path
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", over, got, want)
		}
	}
}
