package app_test

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/values"
	"github.com/helm-flink/helm-flink/schemas"
)

// build renders values from files that are given by their content, or else lie in the repository.
func build(t *testing.T, req app.Request, content map[string]string) manifest.Set {
	t.Helper()
	root := testkit.RepoRoot(t)
	a := app.App{
		Charts: charts.FS, Schema: schemas.Values,
		Open: func(name string) (io.ReadCloser, error) {
			if text, ok := content[name]; ok {
				return io.NopCloser(strings.NewReader(text)), nil
			}
			return os.Open(filepath.Join(root, name))
		},
		Dir: func(name string) fs.FS { return os.DirFS(filepath.Join(root, name)) },
	}
	req.FailOn = diag.Error
	result, err := a.Build(t.Context(), req)
	if err != nil || result.Failed {
		t.Fatalf("build: %v\n%v", err, result.Findings)
	}
	return result.Set
}

// find returns the object of a kind and name, or of a kind, namespace and name: "Namespace lab", "ConfigMap flink/conf".
func find(t *testing.T, set manifest.Set, want string) manifest.Object {
	t.Helper()
	i := slices.IndexFunc(set, func(o manifest.Object) bool {
		return o.Key().String() == want || o.Key().Kind+" "+o.Key().Name == want
	})
	if i < 0 {
		t.Fatalf("no %s", want)
	}
	return set[i]
}

// TestFieldsOfExamples holds fields of the examples' objects against the line of the values that they come from. The
// line is named by a part of its text.
func TestFieldsOfExamples(t *testing.T) {
	t.Parallel()
	tests := []struct{ example, object, field, path, line string }{
		// A job's own keys, its team's defaults, those of all jobs, the runtime, the team, the top.
		{"apache", "FlinkDeployment state-machine-2-0", "spec job upgradeMode", "jobs.state-machine-2-0.upgradeMode", "last-state"},
		{"apache", "FlinkDeployment state-machine", "spec job upgradeMode", "jobs.state-machine", "state-machine:"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec job upgradeMode", "jobDefaults.upgradeMode", "upgradeMode: savepoint"},
		{"apache", "FlinkDeployment state-machine-rocksdb", "spec taskManager resource memory",
			"jobs.state-machine-rocksdb.taskManager.memory", "memory: 8Gi"},
		{"apache", "FlinkDeployment state-machine", "spec taskManager resource memory", "jobDefaults.taskManager.memory", "memory: 4Gi"},
		{"jobs", "FlinkDeployment py-orders", "spec taskManager resource memory", "teams.lab.jobDefaults.taskManager.memory", "3Gi"},
		{"apache", "FlinkDeployment state-machine-2-0", "spec image", "jobs.state-machine-2-0.image", "flink:2.0.2"},
		{"apache", "FlinkDeployment state-machine", "spec image", "runtime.image", "flink:1.20.4"},
		{"apache", "FlinkDeployment state-machine", "spec flinkVersion", "runtime.image", "flink:1.20.4"},
		{"jobs", "FlinkDeployment sql-orders", "spec flinkVersion", "jobs.sql-orders.flinkVersion", "v1_20"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec flinkVersion", "runtime.emrReleaseLabel", "emr-7.12.0"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec emrReleaseLabel", "runtime.emrReleaseLabel", "emr-7.12.0"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec executionRoleArn", "teams.flink-team-a.role", "emr-eks-flink-flink-team-a"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec jobManager storageDir", "storage.bucket", "emr-eks-flink-data"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec jobManager highAvailabilityEnabled",
			"jobDefaults.highAvailability.enabled", "highAvailability"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec monitoringConfiguration s3MonitoringConfiguration logUri",
			"jobDefaults.monitoring.s3.prefix", "prefix: logs/"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec monitoringConfiguration cloudWatchMonitoringConfiguration logGroupName",
			"jobDefaults.monitoring.cloudWatch.logGroup", "logGroup"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec monitoringConfiguration sideCarResources limits cpuLimit",
			"jobDefaults.monitoring.sidecar.cpu", "cpu: 500m"},
		{"emr-blueprint", "FlinkDeployment basic-example", "spec monitoringConfiguration containerLogRotationConfiguration maxFilesToKeep",
			"jobDefaults.monitoring.logRotation.keep", "logRotation"},
		{"emr-blueprint", "FlinkDeployment autoscaler-example", "spec job args 1", "jobs.autoscaler-example.args[1]", "1;2;4;8;16;"},
		{"jobs", "FlinkDeployment nightly", "spec job args 5", "jobs.nightly.args[5]", "--dry-run"},
		{"jobs", "FlinkDeployment py-orders", "spec job args 0", "jobs.py-orders.python", "python:"},
		{"jobs", "FlinkDeployment sql-orders", "spec job jarURI", "jobs.sql-orders.sql", "sql:"},
		{"jobs", "FlinkDeployment paused-orders", "spec job initialSavepointPath", "jobs.paused.initialSavepointPath", "savepoint-1"},
		{"jobs", "FlinkDeployment paused-orders", "spec job allowNonRestoredState", "jobs.paused.upgrade.allowNonRestoredState", "upgrade:"},
		{"jobs", "FlinkDeployment paused-orders", "spec serviceAccount", "jobs.paused.role", "flink-paused"},
		{"jobs", "FlinkDeployment reactive", "spec mode", "jobs.reactive.mode", "standalone"},
		{"jobs", "FlinkDeployment reactive", "spec taskManager replicas", "jobs.reactive.taskManager.replicas", "replicas: 3"},
		// The configuration: as written, nested too, or what it is derived from.
		{"apache", "FlinkDeployment state-machine-rocksdb", "spec flinkConfiguration taskmanager.memory.managed.fraction",
			`jobs.state-machine-rocksdb.flinkConfiguration["taskmanager.memory.managed.fraction"]`, "0.6"},
		{"jobs", "FlinkDeployment reactive", "spec flinkConfiguration metrics.reporter.prom.factory.class",
			`jobs.reactive.flinkConfiguration.metrics.reporter.prom["factory.class"]`, "PrometheusReporterFactory"},
		{"apache", "FlinkDeployment state-machine", "spec flinkConfiguration execution.checkpointing.interval",
			"jobDefaults.checkpoints.interval", "interval: 30s"},
		{"apache", "FlinkDeployment state-machine", "spec flinkConfiguration state.checkpoints.dir", "storage.bucket", "streaming-flink-state"},
		{"apache", "FlinkDeployment state-machine-2-0", "spec flinkConfiguration execution.checkpointing.dir",
			"storage.bucket", "streaming-flink-state"},
		{"jobs", "FlinkDeployment py-orders", "spec flinkConfiguration state.checkpoints.dir", "teams.lab.storage.bucket", "lab-team-state"},
		{"jobs", "FlinkDeployment paused-orders", "spec flinkConfiguration high-availability.storageDir",
			"jobs.paused.highAvailability.storageDir", "ha/paused"},
		{"apache", "FlinkDeployment state-machine-rocksdb", "spec flinkConfiguration job.autoscaler.vertex.max-parallelism",
			"jobs.state-machine-rocksdb.autoscaler.maxParallelism", "maxParallelism: 24"},
		{"emr-blueprint", "FlinkDeployment autoscaler-example", "spec flinkConfiguration jobmanager.scheduler",
			"jobs.autoscaler-example.recovery.combinedRestart", "combinedRestart"},
		{"emr-blueprint", "FlinkDeployment autoscaler-example", "spec flinkConfiguration restart-strategy.fixed-delay.delay",
			"jobs.autoscaler-example.restart.delay", "delay: 3s"},
		{"jobs", "FlinkDeployment nightly", "spec flinkConfiguration fs.s3a.endpoint.region", "cluster.region", "me-central-1"},
		// Pods: pools, environment, volumes, templates by the names of their items.
		{"apache", "FlinkDeployment state-machine-rocksdb", "spec taskManager podTemplate spec nodeSelector karpenter.sh/nodepool",
			"jobs.state-machine-rocksdb.nodePool.taskManager", "flink-nvme"},
		{"apache", "FlinkDeployment state-machine-graviton", "spec jobManager podTemplate spec tolerations 0 key",
			"jobs.state-machine-graviton.nodePool", "flink-arm64"},
		{"apache", "FlinkDeployment state-machine-graviton", "spec podTemplate spec containers 0 env 0 valueFrom",
			"jobs.state-machine-graviton.env.API_KEY", "API_KEY"},
		{"apache", "FlinkDeployment state-machine-rocksdb", "spec taskManager podTemplate spec volumes 0 emptyDir sizeLimit",
			"jobs.state-machine-rocksdb.stateBackend.localSize", "localSize: 80Gi"},
		{"jobs", "FlinkDeployment sql-orders", "spec podTemplate spec volumes 1 emptyDir sizeLimit",
			"jobs.sql-orders.volumes.scratch.emptyDir.sizeLimit", "scratch"},
		{"jobs", "FlinkDeployment sql-orders", "spec podTemplate spec containers 0 volumeMounts 0 mountPath",
			"jobs.sql-orders.volumes.catalog.mountPath", "/etc/catalog"},
		{"jobs", "FlinkDeployment py-orders", "spec podTemplate metadata annotations karpenter.sh/do-not-disrupt",
			`jobDefaults.podTemplate.metadata.annotations["karpenter.sh/do-not-disrupt"]`, "do-not-disrupt"},
		{"jobs", "FlinkDeployment py-orders", "spec podTemplate spec imagePullSecrets 0 name", "runtime.imagePullSecrets[0]", "regcred"},
		{"jobs", "FlinkDeployment paused-orders", "spec podTemplate spec containers 1 resources limits memory",
			"jobs.paused.podTemplate.spec.containers[1].resources.limits.memory", "requests: { cpu: 50m"},
		{"jobs", "FlinkDeployment paused-orders", "spec podTemplate spec containers 1 livenessProbe",
			"jobs.paused.podTemplate.spec.containers[1]", "name: logger"},
		{"jobs", "FlinkDeployment paused-orders", "spec ingress className", "jobs.paused.spec.ingress.className", "nginx"},
		{"jobs", "FlinkDeployment paused-orders", "spec ingress tls", "jobs.paused.spec.ingress", "ingress:"},
		// The other Flink kinds.
		{"jobs", "FlinkBlueGreenDeployment checkout", "spec template spec job parallelism", "blueGreen.checkout.parallelism", "parallelism: 2"},
		{"jobs", "FlinkBlueGreenDeployment checkout", "spec configuration kubernetes.operator.bluegreen.abort.grace-period",
			"blueGreen.checkout.transition.abortGracePeriod", "abortGracePeriod"},
		{"jobs", "FlinkBlueGreenDeployment checkout", "spec template spec flinkConfiguration state.savepoints.dir",
			"teams.lab.storage.bucket", "lab-team-state"},
		{"session", "FlinkSessionJob word-count", "spec job upgradeMode", "sessionJobs.word-count.upgradeMode", "stateless"},
		{"session", "FlinkSessionJob word-count", "spec deploymentName", "sessionJobs.word-count.cluster", "cluster: adhoc"},
		{"session", "FlinkSessionJob top-speed", "spec flinkConfiguration kubernetes.operator.periodic.savepoint.interval",
			"sessionJobs.top-speed.savepoints.every", "every: 1h"},
		{"session", "FlinkDeployment adhoc", "spec flinkConfiguration taskmanager.numberOfTaskSlots",
			"sessionClusters.adhoc.taskManager.slots", "slots: 4"},
		{"jobs", "FlinkStateSnapshot adopted", "spec savepoint path", "snapshots.adopted.savepoint.path", "adopted"},
		{"jobs", "FlinkStateSnapshot before-migration", "spec jobReference name", "snapshots.before-migration.job", "before-migration"},
		// Nodes.
		{"apache", "NodePool flink-nvme", "spec template spec requirements karpenter.k8s.aws/instance-local-nvme values 0",
			`nodePools.flink-nvme.requirements["karpenter.k8s.aws/instance-local-nvme"].values[0]`, `["100"]`},
		{"apache", "NodePool flink-arm64", "spec template spec requirements kubernetes.io/arch values 0", "nodePools.flink-arm64.arch", "arm64"},
		{"apache", "NodePool flink-arm64", "spec limits cpu", "nodePools.flink-arm64.limits.cpu", "flink-arm64"},
		{"jobs", "NodePool flink", "spec template spec taints 0 effect", "nodePools.flink.taints.dedicated.effect", "dedicated"},
		{"jobs", "NodePool flink", "spec disruption budgets 1 schedule", "nodePools.flink.budgets.quiet.schedule", "quiet"},
		{"emr-blueprint", "NodePool flink-compute-optimized", "spec template metadata labels NodeGroupType",
			"nodePools.flink-compute-optimized.labels.NodeGroupType", "FlinkComputeOptimized"},
		{"jobs", "EC2NodeClass flink", "spec blockDeviceMappings 0 ebs iops", "nodeClasses.flink.rootVolume.iops", "iops: 6000"},
		{"apache", "EC2NodeClass nvme", "spec role", "cluster.nodeRole", "streaming-karpenter-node"},
		{"emr-blueprint", "EC2NodeClass flink", "spec tags team", "cluster.tags.team", "tags:"},
		{"emr-blueprint", "EC2NodeClass flink", "spec subnetSelectorTerms 0 tags Name", "cluster.subnetSelector", "subnetSelector"},
		// Teams and the operator.
		{"apache", "ResourceQuota flink-quota", "spec hard pods", "teams.clickstream.quota.pods", "quota:"},
		{"apache", "NetworkPolicy flink-egress-kafka", "spec egress 0 ports 0 port",
			"teams.clickstream.networkPolicy.allowEgress.kafka.ports", "kafka:"},
		{"session", "NetworkPolicy flink-ingress-web-ui", "spec ingress 0 from",
			"teams.analysts.networkPolicy.allowIngress.web-ui.namespaces", "web-ui:"},
		{"apache", "RoleBinding flink-access-edit", "subjects 0 name", "teams.clickstream.groups.clickstream-developers", "groups:"},
		{"apache", "ServiceAccount clickstream/flink", "metadata annotations eks.amazonaws.com/role-arn", "teams.clickstream.role", "role:"},
		{"jobs", "ServiceAccount flink-paused-orders", "metadata annotations eks.amazonaws.com/role-arn", "jobs.paused.role", "flink-paused"},
		{"jobs", "Namespace flink-lab", "metadata name", "teams.lab.namespace", "namespace: flink-lab"},
		{"apache", "RoleBinding clickstream/flink-operator-role-binding", "subjects 0 name", "operator", "operator:"},
		{"apache", "Deployment flink-kubernetes-operator", "spec replicas", "operator.replicas", "replicas: 2"},
		{"apache", "Deployment flink-kubernetes-operator", "spec template spec containers 0 image", "operator.version", `"1.15"`},
	}
	sets := map[string]manifest.Set{}
	lines := map[string][]string{}
	for _, tt := range tests {
		file := "examples/" + tt.example + ".yaml"
		if sets[file] == nil {
			sets[file] = build(t, app.Request{Files: []string{file}}, nil)
			text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), file))
			if err != nil {
				t.Fatal(err)
			}
			lines[file] = strings.Split(string(text), "\n")
		}
		path, pos := find(t, sets[file], tt.object).Origin.Field(strings.Fields(tt.field)...)
		if path != tt.path || pos.File != file || pos.Line < 1 || !strings.Contains(lines[file][pos.Line-1], tt.line) {
			t.Errorf("%s: %s: got %s at %s, want %s at %q", tt.object, tt.field, path, pos, tt.path, tt.line)
		}
	}
}

// everyField calls do with every field below one.
func everyField(field []string, v any, do func(field []string)) {
	do(field)
	field = slices.Clip(field)
	switch v := v.(type) {
	case map[string]any:
		for key, child := range v {
			everyField(append(field, key), child, do)
		}
	case []any:
		for i, child := range v {
			everyField(append(field, strconv.Itoa(i)), child, do)
		}
	}
}

// TestEveryFieldHasAPlace asks for every field of every object of the examples and of the values of golden cases, and for
// fields that are not there: each comes from a path that is written, or from the one that asked for the object, at a line
// of the file.
func TestEveryFieldHasAPlace(t *testing.T) {
	t.Parallel()
	files := []string{"testdata/golden/nodepools/values.yaml", "testdata/golden/operator-options/values.yaml",
		"testdata/golden/emr-ebs-python/values.yaml"}
	for _, name := range []string{"apache", "emr-blueprint", "jobs", "minimal", "session"} {
		files = append(files, "examples/"+name+".yaml")
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(testkit.RepoRoot(t), file))
		if err != nil {
			t.Fatal(err)
		}
		doc, _, err := values.Load(values.Input{Files: []values.Source{{Name: file, Data: text}}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		written := map[string]bool{}
		everyField(nil, doc.Root.Plain(), func(field []string) { written[diag.PathString(field)] = true })
		for _, o := range build(t, app.Request{Files: []string{file}}, nil) {
			everyField(nil, o.Data, func(field []string) {
				for _, more := range [][]string{nil, {"missing"}, {"7", "name"}, {""}} {
					path, pos := o.Origin.Field(slices.Concat(field, more)...)
					if pos.File != file || pos.Line < 1 || path != o.Origin.Path && !written[path] {
						t.Errorf("%s: %s %q %q: %s at %s", file, o.Key(), field, more, path, pos)
					}
				}
			})
		}
	}
}
