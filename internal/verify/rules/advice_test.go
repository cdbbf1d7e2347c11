package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

const (
	emr = "kind: FlinkDeployment\nspec:\n  image: null\n  serviceAccount: null\n" +
		"  executionRoleArn: arn:aws:iam::111122223333:role/flink-orders\n"
	emrImage   = "kind: FlinkDeployment\nspec:\n  serviceAccount: null\n  executionRoleArn: arn:aws:iam::111122223333:role/flink-orders\n"
	deployment = "kind: FlinkDeployment\nspec:\n"
	pool       = "---\nkind: NodePool\napiVersion: karpenter.sh/v1\nmetadata:\n  name: flink\nspec:\n"
	onPool     = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {karpenter.sh/nodepool: flink}\n"
	mount      = "  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n" +
		"        volumeMounts: [{name: data, mountPath: /data}]\n      volumes:\n      - name: data\n        "
	onDisk = "  flinkConfiguration:\n    state.checkpoints.dir: file:///data/checkpoints\n"
)

// TestAdvice runs the rules of EMR, of identity and of good practice where an
// example has no room: each case names the findings of one code that it wants,
// as "severity path", and wants no other of that code.
func TestAdvice(t *testing.T) {
	t.Parallel()
	all := rules.All()
	for name, c := range map[string]struct {
		code, docs string
		flags      []string
		want       []string
	}{
		"high availability that the operator may complete": {
			"FLK307", "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    high-availability.storageDir: null\n", nil,
			[]string{"warning spec/flinkConfiguration/high-availability.type"},
		},
		"upgrade mode that does not exist": {"FLK804", "kind: FlinkDeployment\nspec: {job: {upgradeMode: last_state}}\n", nil, nil},
		"label with seven digits":          {"FLK403", emr + "  emrReleaseLabel: emr-7.0.0-flink-2024321\n", nil, nil},
		"odd label beside an image": {
			"FLK403", emrImage + "  emrReleaseLabel: emr-spark-8.0.0-latest\n  image: registry.example.com/flink:1\n", nil,
			[]string{"warning spec/emrReleaseLabel"},
		},
		"operator label beside an image": {
			"FLK404", emrImage + "  emrReleaseLabel: emr-7.12.0-flink-k8s-operator-latest\n  image: registry.example.com/flink:1\n", nil,
			[]string{"warning spec/emrReleaseLabel"},
		},
		"Flink 2 in an image of one's own": {
			"FLK407", emrImage + "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkVersion: v2_0\n  image: registry.example.com/flink:2\n", nil,
			[]string{"warning spec/flinkVersion"},
		},
		"Flink 2 on a release that is not known": {
			"FLK407", emr + "  emrReleaseLabel: emr-8.1.0-flink-latest\n  flinkVersion: v2_0\n", nil, nil,
		},
		"Flink of a release that AWS does not tell": {
			"FLK408", emr + "  emrReleaseLabel: emr-7.4.0-flink-latest\n  flinkVersion: v1_19\n", nil, nil,
		},
		"session cluster before session mode": {
			"FLK410", emr + "  emrReleaseLabel: emr-6.14.0-flink-latest\n  flinkVersion: v1_17\n  job: null\n", nil, []string{"warning spec"},
		},
		"time tracking before 7.2": {
			"FLK412", emr + "  emrReleaseLabel: emr-7.1.0-flink-latest\n  flinkVersion: v1_18\n  flinkConfiguration:\n" +
				"    kubernetes.operator.job.autoscaler.restart.time-tracking.enabled: \"true\"\n", nil,
			[]string{"warning spec/flinkConfiguration/kubernetes.operator.job.autoscaler.restart.time-tracking.enabled"},
		},
		"storageDir in the configuration": {
			"FLK415", emr + "  emrReleaseLabel: emr-7.12.0-flink-latest\n", nil, []string{"warning spec/jobManager"},
		},
		"replicas not said": {
			"FLK417", emr + "  emrReleaseLabel: emr-7.12.0-flink-latest\n  jobManager: {highAvailabilityEnabled: false}\n", nil,
			[]string{"warning spec/jobManager/replicas"},
		},
		"no storage class in an open world": {
			"FLK418", emr + "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n    task.local-recovery.ebs.enable: \"true\"\n", nil,
			[]string{"info spec/flinkConfiguration/task.local-recovery.ebs.enable"},
		},
		"logs to no bucket": {
			"FLK425", emr + "  monitoringConfiguration:\n    s3MonitoringConfiguration: {logUri: \"https://example.com/logs\"}\n", nil,
			[]string{"warning spec/monitoringConfiguration/s3MonitoringConfiguration/logUri"},
		},
		"EMR's fields with a distribution that is only seen": {"FLK428", emr + "  emrReleaseLabel: emr-7.12.0-flink-latest\n", nil, nil},
		"placeholders of AWS's page": {
			"FLK429", "kind: FlinkDeployment\nspec:\n  image: null\n  executionRoleArn: arn:aws:iam::xxxxxxxxxxxx:role/<ENTER_ROLE>\n" +
				"  jobManager: {storageDir: HIGH_AVAILABILITY_STORAGE_PATH}\n  job: {jarURI: \"s3://$BUCKET/orders.jar\"}\n" +
				"  flinkConfiguration: {state.checkpoints.dir: CREATE_S3_BUCKET}\n", nil,
			[]string{
				"error spec/executionRoleArn", "error spec/jobManager/storageDir", "error spec/job/jarURI",
				"warning spec/flinkConfiguration/state.checkpoints.dir",
			},
		},
		"dollars that are none": {
			"FLK429", deployment + "  job: {jarURI: \"local:///opt/Orders$1.jar\", args: [\"$(POD_NAME)\", \"${HOME}\"]}\n" +
				"  monitoringConfiguration:\n    cloudWatchMonitoringConfiguration: {logGroupName: FLINK_LOGS}\n", nil, nil,
		},
		"NodePool that sets EKS's label": {
			"FLK700", deployment + "  podTemplate: {spec: {nodeSelector: {eks.amazonaws.com/capacityType: SPOT}}}\n" + pool +
				"  template: {metadata: {labels: {eks.amazonaws.com/capacityType: SPOT}}}\n", nil, nil,
		},
		"EKS's label and no NodePool with it": {
			"FLK700", deployment + "  podTemplate: {spec: {nodeSelector: {eks.amazonaws.com/capacityType: ON_DEMAND}}}\n" + pool, nil,
			[]string{"warning spec/podTemplate/spec/nodeSelector"},
		},
		"misspelt autoscaler keys": {
			"FLK301", emr + "  flinkConfiguration:\n    job.autoscaler.stabilisation.interval: 5m\n    ob.autoscaler.enabled: \"true\"\n" +
				"    job.autoscaler.autotune.enabled: \"true\"\n    job.autoscaler.catchup.duration: 5m\n", nil,
			[]string{
				"warning spec/flinkConfiguration/job.autoscaler.autotune.enabled", "warning spec/flinkConfiguration/job.autoscaler.catchup.duration",
				"warning spec/flinkConfiguration/job.autoscaler.stabilisation.interval", "warning spec/flinkConfiguration/ob.autoscaler.enabled",
			},
		},
		"network of the node by the configuration": {
			"FLK820", deployment + "  podTemplate: {spec: {hostNetwork: true}}\n  flinkConfiguration: {kubernetes.hostnetwork.enabled: \"true\"}\n", nil,
			[]string{"warning spec/flinkConfiguration/kubernetes.hostnetwork.enabled"},
		},
		"network of the node by a template alone": {"FLK820", deployment + "  podTemplate: {spec: {hostNetwork: true}}\n", nil, nil},
		"empty region by the configuration": {
			"FLK439", deployment + "  flinkConfiguration: {containerized.master.env.AWS_REGION: \" \"}\n", nil,
			[]string{"warning spec/flinkConfiguration/containerized.master.env.AWS_REGION"},
		},
		"arm64 by the pool": {
			"FLK431", onPool + "  image: registry.example.com/flink:1\n" + pool +
				"  template: {spec: {requirements: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]}}\n", nil,
			[]string{"warning spec/image"},
		},
		"arm64 or amd64": {
			"FLK431", onPool + "  image: registry.example.com/flink:1\n" + pool +
				"  template: {spec: {requirements: [{key: kubernetes.io/arch, operator: In, values: [arm64, amd64]}]}}\n", nil, nil,
		},
		"region by the registry": {
			"FLK434", emrImage + "  image: 111122223333.dkr.ecr.eu-south-1.amazonaws.com/flink:1\n", nil, []string{"warning spec/flinkConfiguration"},
		},
		"account that is not like the others": {
			"FLK601", emr + "---\n" + serviceAccount("a", "111122223334") + "---\n" + serviceAccount("b", "111122223333"), nil,
			[]string{"warning metadata/annotations/eks.amazonaws.com/role-arn"},
		},
		"S3 that is not AWS's": {
			"FLK602", deployment + "  serviceAccount: flink\n  flinkConfiguration: {s3.endpoint: \"http://minio:9000\"}\n" +
				"---\nkind: ServiceAccount\nmetadata: {name: flink, namespace: team-a}\n", nil, nil,
		},
		"no namespace": {"FLK800", "kind: FlinkDeployment\nmetadata:\n  namespace: null\n", nil, []string{"info metadata"}},
		"state on an emptyDir": {
			"FLK802", deployment + onDisk + mount + "emptyDir: {}\n", nil, []string{"warning spec/flinkConfiguration/state.checkpoints.dir"},
		},
		"state on a hostPath": {
			"FLK802", deployment + onDisk + mount + "hostPath: {path: /data}\n", nil,
			[]string{"warning spec/flinkConfiguration/state.checkpoints.dir"},
		},
		"state on a shared volume": {"FLK802", deployment + onDisk + mount + "persistentVolumeClaim: {claimName: data}\n", nil, nil},
		"state that nobody needs": {
			"FLK802", deployment + onDisk + "    high-availability.type: null\n  job: {upgradeMode: stateless}\n", nil, nil,
		},
		"batch": {
			"FLK803", deployment + "  flinkConfiguration: {execution.checkpointing.interval: null, execution.runtime-mode: BATCH}\n", nil, nil,
		},
		"EMR's high availability": {
			"FLK805", emr + "  jobManager: {storageDir: \"s3://flink-data/ha\"}\n  flinkConfiguration: {high-availability.type: null}\n", nil, nil,
		},
		"default limits of the namespace": {
			"FLK808", deployment + "  podTemplate: {spec: {containers: [{name: logger, image: \"busybox:1.36\"}]}}\n" +
				"---\nkind: LimitRange\nmetadata: {name: limits, namespace: team-a}\n" +
				"spec: {limits: [{type: Container, default: {memory: 64Mi}}]}\n", nil, nil,
		},
		"an input that may be a part": {"FLK809", deployment + "  serviceAccount: flink\n", nil, nil},
		"a whole platform":            {"FLK809", deployment + "  serviceAccount: flink\n", []string{"--complete"}, []string{"warning metadata/namespace"}},
		"an image with a digest": {
			"FLK810", deployment + "  image: registry.example.com:5000/flink@sha256:0123456789abcdef\n", nil, nil,
		},
		"a registry with a port and no tag": {
			"FLK810", deployment + "  image: registry.example.com:5000/flink\n", nil, []string{"warning spec/image"},
		},
		"names of secrets": {
			"FLK812", deployment + "  flinkConfiguration:\n    kubernetes.secrets: orders:/opt/secrets\n" +
				"    security.delegation.tokens.enabled: \"false\"\n    fs.s3a.secret.file: /opt/secrets/key\n", nil, nil,
		},
		"plugin for an image without a patch": {
			"FLK814", deployment + "  image: flink:1.20-java17\n", nil, nil,
		},
		"plugins from a volume": {
			"FLK815", deployment + "  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n        env: []\n" +
				"        volumeMounts: [{name: plugins, mountPath: /opt/flink/plugins/s3}]\n", nil, nil,
		},
		"privileged by the TaskManager's template": {
			"FLK820", deployment + "  taskManager:\n    podTemplate:\n      spec:\n        containers:\n        - name: flink-main-container\n" +
				"          securityContext: {privileged: true}\n", nil,
			[]string{"warning spec/taskManager/podTemplate/spec/containers/0/securityContext/privileged"},
		},
		"variable that takes up the first": {
			"FLK841", deployment + "  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n" +
				"        env: [{name: A, value: a}, {name: A, value: \"$(A):b\"}]\n", nil, nil,
		},
		"variable of both templates, merged by name": {
			"FLK841", deployment + "  flinkConfiguration: {kubernetes.operator.pod-template.merge-arrays-by-name: \"true\"}\n" +
				"  podTemplate: {spec: {initContainers: [{name: i, image: x, env: [{name: A, value: a}, {name: B}]}]}}\n" +
				"  jobManager: {podTemplate: {spec: {initContainers: [{name: i, env: [{name: A, value: b}]}]}}}\n", nil, nil,
		},
		"variables of a JobManager's init container": {
			"FLK841", deployment + "  jobManager: {podTemplate: {spec: {initContainers: [{name: i, image: x, env: [{name: A}, {name: B}, {name: A}]}]}}}\n",
			nil, []string{"warning spec/jobManager/podTemplate/spec/initContainers/0/env/2/name"},
		},
		"namespace that is not in the input": {"FLK821", deployment, nil, []string{"info spec/podTemplate/spec"}},
		"input that is whole":                {"FLK821", deployment, []string{"--complete"}, []string{"warning spec/podTemplate/spec"}},
		"EMR is held to baseline":            {"FLK821", emr + "  emrReleaseLabel: emr-7.12.0-flink-latest\n", nil, nil},
		"pods that are not to be moved": {
			"FLK831", "kind: FlinkDeployment\nspec:\n  podTemplate:\n    metadata: {annotations: {karpenter.sh/do-not-disrupt: \"true\"}}\n" +
				"    spec: {nodeSelector: {karpenter.sh/nodepool: flink}}\n" + pool + "  template: {}\n", nil, nil,
		},
		"JobManager that wants on-demand": {
			"FLK832", onPool + "  jobManager: {podTemplate: {spec: {nodeSelector: {karpenter.sh/capacity-type: on-demand}}}}\n" + pool +
				"  template: {spec: {requirements: [{key: karpenter.sh/capacity-type, operator: In, values: [spot, on-demand]}]}}\n", nil, nil,
		},
		"JobManager that wants Spot": {
			"FLK832", deployment + "  jobManager: {podTemplate: {spec: {nodeSelector: {karpenter.sh/capacity-type: spot}}}}\n", nil,
			[]string{"warning spec/jobManager/podTemplate/spec/nodeSelector/karpenter.sh/capacity-type"},
		},
		"nodes that expire by default": {
			"FLK833", onPool + pool + "  template: {spec: {expireAfter: null}}\n", nil, []string{"info spec/template/spec/expireAfter"},
		},
		"pool of others": {"FLK834", deployment + "  serviceAccount: flink\n" + pool + "  template: {}\n", nil, nil},
		"pool by a label of its own": {
			"FLK836", deployment + "  podTemplate: {spec: {nodeSelector: {team: flink}}}\n" + pool + "  template: {metadata: {labels: {team: flink}}, spec: {taints: null}}\n", nil,
			[]string{"warning spec/template/spec/taints"},
		},
		"blue/green": {
			"FLK803", "kind: FlinkBlueGreenDeployment\nspec:\n  template:\n    spec:\n" +
				"      flinkConfiguration: {execution.checkpointing.interval: null}\n", nil,
			[]string{"warning spec/template/spec/flinkConfiguration"},
		},
		"canary": {
			"FLK800", "kind: FlinkDeployment\nmetadata:\n  namespace: default\n  labels: {flink.apache.org/canary: \"true\"}\n", nil, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range judge(t, all, c.docs, c.flags) {
				if string(f.Code) == c.code {
					got = append(got, f.Severity.String()+" "+f.Path)
				}
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: got %v, want %v", c.code, got, c.want)
			}
		})
	}
}

func serviceAccount(name, id string) string {
	return "kind: ServiceAccount\nmetadata: {name: " + name + ", namespace: team-a, annotations: " +
		"{eks.amazonaws.com/role-arn: \"arn:aws:iam::" + id + ":role/flink\"}}\n"
}

// TestSecretsAreNotPrinted looks for the value of a secret in all that is said.
func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	found := judge(t, rules.All(), deployment+"  flinkConfiguration:\n    s3.secret-key: hunter2value\n"+
		"  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n"+
		"        env: [{name: DB_PASSWORD, value: hunter2value}]\n", nil)
	seen := 0
	for _, f := range found {
		if strings.Contains(f.String()+f.Hint, "hunter2value") {
			t.Errorf("%s prints it", f.Code)
		}
		if f.Code == "FLK812" {
			seen++
		}
	}
	if seen != 2 {
		t.Errorf("%d secrets were seen, want 2", seen)
	}
}
