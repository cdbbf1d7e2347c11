package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

const (
	flinkDefault = "kind: FlinkDeployment\nspec: {serviceAccount: default}\n---\n"
	account      = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: flink, namespace: team-a}\n---\n"
	role         = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: flink, namespace: team-a}\nrules:\n"
	binding      = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: flink, namespace: team-a}\n" +
		"subjects: [{kind: ServiceAccount, name: flink}]\nroleRef: {apiGroup: rbac.authorization.k8s.io, "
	fastPool = "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: fast}\nspec:\n  template:\n    spec:\n" +
		"      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}\n"
	policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: team-a}\nspec:\n"
	quota  = "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: q, namespace: team-a}\nspec:\n"
	ranged = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: r, namespace: team-a}\nspec:\n"
)

// TestAcross says for pairs of objects what the rules across objects find, each as "severity code: part of the message".
func TestAcross(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		input    string
		complete bool
		want     []string
	}{
		"a part of a platform": {input: "kind: FlinkDeployment\n"},
		"account absent in a part": {
			input: account + "kind: FlinkDeployment\nspec: {serviceAccount: flnk}\n", want: []string{"info FLK500: is not in the input"},
		},
		"cluster absent, no namespace": {
			input: "kind: FlinkSessionJob\nmetadata: {namespace: null}\nspec: {deploymentName: adhoc}\n",
			want:  []string{"info FLK502: FlinkDeployment adhoc is not in the input"},
		},
		"autoscaler that says the namespace of its cluster": {
			input: "kind: FlinkDeployment\nmetadata: {namespace: null}\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\n" +
				"metadata: {name: orders, namespace: default}\nspec:\n  maxReplicas: 3\n" +
				"  scaleTargetRef: {apiVersion: flink.apache.org/v1beta1, kind: FlinkDeployment, name: orders}\n",
		},
		"account with a prefix": {
			input: strings.ReplaceAll(account, "name: flink,", "name: dev-flink,") + "kind: FlinkDeployment\nmetadata: {name: dev-orders}\n",
			want:  []string{"warning FLK509: ServiceAccount flink is not in the input, but dev-flink is"},
		},
		"account of another name": {
			input: strings.ReplaceAll(account, "name: flink,", "name: flink-operator,") + "kind: FlinkDeployment\n",
			want:  []string{"info FLK500: ServiceAccount team-a/flink is not in the input"},
		},
		"accounts that EMR makes": {
			input:    "kind: FlinkDeployment\nspec: {serviceAccount: null, executionRoleArn: \"arn:aws:iam::111122223333:role/flink\"}\n",
			complete: true,
		},
		"account of EMR's chart": {
			input:    "kind: FlinkDeployment\nspec: {serviceAccount: emr-containers-sa-flink, emrReleaseLabel: emr-7.2.0-flink-latest}\n",
			complete: true, want: []string{"info FLK500: emr-containers-sa-flink"},
		},
		"account of the TaskManagers": {
			input:    "kind: FlinkDeployment\nspec: {serviceAccount: default, flinkConfiguration: {kubernetes.taskmanager.service-account: tm}}\n",
			complete: true, want: []string{"error FLK500: ServiceAccount team-a/tm does not exist"},
		},
		"no binding in a part": {
			input: account + "kind: FlinkDeployment\n",
			want:  []string{"info FLK501: gives ServiceAccount flink what the JobManager needs", "info FLK501: gives ServiceAccount flink what the TaskManager needs"},
		},
		"bound to a role that the cluster has": {
			input: account + "kind: FlinkDeployment\n" + binding + "kind: ClusterRole, name: edit}\n", complete: true,
		},
		"no rights on ConfigMaps without high availability": {
			input: account + role + "- {apiGroups: [\"\"], resources: [pods], verbs: [\"*\"]}\n- {apiGroups: [apps], resources: [deployments], verbs: [get]}\n" +
				binding + "kind: Role, name: flink}\n---\nkind: FlinkDeployment\nspec: {flinkConfiguration: {high-availability.type: null}}\n",
			complete: true,
		},
		"rights on some names only": {
			input: account + role + "- {apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"], resourceNames: [orders]}\n" +
				binding + "kind: Role, name: flink}\n---\nkind: FlinkDeployment\nspec: {mode: standalone, flinkConfiguration: {high-availability.type: kubernetes}}\n",
			want: []string{"warning FLK501: needs: create, delete, get, list, update, watch on configmaps", "warning FLK501: needs: list, watch on configmaps"},
		},
		"session cluster elsewhere": {
			input: "kind: FlinkSessionJob\n---\nkind: FlinkDeployment\nmetadata: {name: adhoc, namespace: team-b}\nspec: {job: null}\n",
			want:  []string{"warning FLK502: FlinkDeployment team-a/adhoc is not in the input"},
		},
		"session cluster nowhere": {input: "kind: FlinkSessionJob\n", want: []string{"info FLK502: is not in the input"}},
		"high availability of two clusters of one name": {
			input: "kind: FlinkDeployment\n---\nkind: FlinkDeployment\nmetadata: {namespace: team-b}\nspec:\n  flinkConfiguration:\n" +
				"    state.checkpoints.dir: s3://flink-data/b/checkpoints\n    state.savepoints.dir: s3a://flink-data/orders/savepoints/\n",
			want: []string{"info FLK504: savepoints go to", "warning FLK504: high-availability metadata go to s3://flink-data/orders/ha/orders"},
		},
		"directories below each other": {
			input: "kind: FlinkDeployment\n---\nkind: FlinkDeployment\nmetadata: {name: payments}\nspec:\n  flinkConfiguration:\n" +
				"    high-availability.storageDir: s3://flink-data/orders/ha\n    state.checkpoints.dir: s3://flink-data/orders/checkpoints/payments\n" +
				"    state.savepoints.dir: s3://flink-data/orders/savepoints/payments\n",
		},
		"one label in a watch": {
			input: "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: flink-operator-config, namespace: ops}\ndata:\n  config.yaml: |\n" +
				"    kubernetes.operator.label.selector: team=a\n---\nkind: FlinkDeployment\n---\nkind: FlinkDeployment\nmetadata: {name: b, labels: {team: a}}\n" +
				"spec: {flinkConfiguration: {state.checkpoints.dir: s3://b/c, state.savepoints.dir: s3://b/s}}\n",
			want: []string{"warning FLK507: labels team=a"},
		},
		"Ingress of the input": {
			input: "kind: FlinkDeployment\nspec: {ingress: {className: nginx, template: \"https://Flink.example.com:443/{{NAMESPACE}}/{{name}}\"}}\n---\n" +
				"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, namespace: ops}\nspec:\n  ingressClassName: nginx\n" +
				"  rules: [{host: flink.example.com, http: {paths: [{path: /team-a/orders/, pathType: Prefix, backend: {service: {name: a}}}]}}]\n",
			want: []string{"warning FLK508: host flink.example.com, path /team-a/orders is also that of Ingress ops/web"},
		},
		"optional references": {
			input: "apiVersion: v1\nkind: Secret\nmetadata: {name: login-5mt2kc4t2g, namespace: team-a}\n---\nkind: FlinkDeployment\nspec:\n  taskManager:\n    podTemplate:\n" +
				"      spec:\n        imagePullSecrets: [{name: login}]\n        volumes: [{name: v, secret: {secretName: login, optional: true}}]\n",
			want: []string{"warning FLK509: Secret login is not in the input, but login-5mt2kc4t2g is"},
		},
		"one object in two versions": {
			input: "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: a}\n---\napiVersion: karpenter.sh/v1beta1\nkind: NodePool\nmetadata: {name: a}\n",
			want:  []string{"error FLK511: NodePool a is in the input twice"},
		},
		"budget for nobody": {
			input: "kind: FlinkDeployment\n---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b, namespace: team-a}\n" +
				"spec: {selector: {matchLabels: {app: order, component: jobmanager}}}\n",
			want: []string{"info FLK512: app=order"},
		},
		"a taint alone": {
			input: "kind: FlinkDeployment\n---\n" + fastPool + "      taints: [{key: streaming, effect: NoSchedule}]\n",
			want:  []string{"warning FLK700: the JobManager and TaskManager pods: fast: did not tolerate taint (taint=streaming:NoSchedule)"},
		},
		"a node group's label": {
			input: "kind: FlinkDeployment\nspec: {podTemplate: {spec: {nodeSelector: {eks.amazonaws.com/capacityType: SPOT}}}}\n---\n" + fastPool,
			want:  []string{"warning FLK700: does not have known values"},
		},
		"another architecture": {
			input: "kind: FlinkDeployment\nspec: {jobManager: {podTemplate: {spec: {nodeSelector: {karpenter.sh/nodepool: fast, kubernetes.io/arch: amd64}}}}}\n---\n" +
				fastPool + "      requirements: [{key: kubernetes.io/arch, operator: In, values: [arm64]}]\n",
			want: []string{"error FLK700: JobManager pods: fast: key kubernetes.io/arch, kubernetes.io/arch In [amd64] not in kubernetes.io/arch In [arm64]"},
		},
		"a pod above every limit": {
			input: "kind: FlinkDeployment\nspec: {taskManager: {resource: {cpu: 4, memory: 2g}}}\n---\n" + fastPool + "  limits: {cpu: \"3\"}\n",
			want:  []string{"error FLK701: a TaskManager pod asks for 4 of cpu, more than the limit: 3 of node pool fast"},
		},
		"the autoscaler above the limit": {
			input: "kind: FlinkDeployment\nspec: {flinkConfiguration: {job.autoscaler.enabled: true, pipeline.max-parallelism: 40}}\n---\n" + fastPool + "  limits: {cpu: \"10\"}\n",
			want:  []string{"info FLK701: ask for 21 of cpu, and its limit is 10"},
		},
		"node class in a part": {
			input: fastPool + "---\napiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata: {name: flik}\n",
			want:  []string{"info FLK702: EC2NodeClass flink is not in the input"},
		},
		"policies for other pods": {
			input: flinkDefault + policy + "  podSelector: {matchLabels: {app: payments}}\n", complete: true,
		},
		"ingress alone": {
			input: flinkDefault + policy + "  podSelector: {matchLabels: {component: jobmanager}}\n  policyTypes: [Ingress]\n" +
				"  ingress: [{ports: [{port: rest}, {port: 6123, endPort: 6130}], from: [{podSelector: {}}]}]\n",
			complete: true,
		},
		"a port too few": {
			input: flinkDefault + policy + "  podSelector: {matchLabels: {component: jobmanager}}\n" +
				"  ingress: [{ports: [{port: rest}, {port: 6123}], from: [{podSelector: {}}]}]\n",
			complete: true, want: []string{"error FLK505: cut TaskManager → JobManager (TCP port 6124)"},
		},
		"no range of ports": {
			input: "kind: FlinkDeployment\nspec: {serviceAccount: default, job: {parallelism: 9}}\n---\n" + policy + "  podSelector: {matchLabels: {app: orders}}\n" +
				"  ingress: [{ports: [{port: 6121, endPort: 6130}, {port: 8081}], from: [{podSelector: {}}]}]\n",
			want: []string{"warning FLK505: cut TaskManager → TaskManager (any TCP port)"},
		},
		"no DNS and no API server": {
			input: flinkDefault + policy + "  podSelector: {}\n  policyTypes: [Egress]\n" +
				"  egress: [{to: [{podSelector: {}}]}, {ports: [{port: 443}], to: [{ipBlock: {cidr: 169.254.170.23/32}}]}]\n",
			want: []string{"warning FLK505: JobManager → DNS (UDP port 53); JobManager → API server and S3 (TCP port 443)"},
		},
		"operator from another namespace": {
			input: flinkDefault + "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: flink-kubernetes-operator, namespace: ops}\n" +
				"spec: {template: {metadata: {labels: {app: op}}, spec: {containers: [{name: flink-kubernetes-operator, image: x}]}}}\n---\n" + policy +
				"  podSelector: {}\n  ingress: [{from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: op}}}]}]\n",
			want: []string{"warning FLK505: cut operator → JobManager (TCP port 8081)"},
		},
		"namespaces by labels that are not known": {
			input: flinkDefault + "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: flink-kubernetes-operator, namespace: ops}\n" +
				"spec: {template: {metadata: {labels: {app: op}}, spec: {containers: [{name: flink-kubernetes-operator, image: x}]}}}\n---\n" + policy +
				"  podSelector: {}\n  ingress: [{from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {team: platform}}}]}]\n",
		},
		"Pod Identity": {
			input: account + "kind: FlinkDeployment\n---\n" + role + "- {apiGroups: [\"*\"], resources: [\"*\"], verbs: [\"*\"]}\n" + binding + "kind: Role, name: flink}\n---\n" +
				policy + "  podSelector: {}\n  egress: [{to: [{podSelector: {}}]}, {ports: [{port: 443}, {port: 53, protocol: UDP}]}]\n  ingress: [{}]\n",
			want: []string{"info FLK505: JobManager → Pod Identity agent (TCP port 80)"},
		},
		"quota for all together": {
			input: flinkDefault + "kind: FlinkDeployment\nmetadata: {name: b}\nspec: {serviceAccount: default, flinkConfiguration: {state.checkpoints.dir: s3://b/c, " +
				"state.savepoints.dir: s3://b/s}}\n---\n" + quota + "  hard: {pods: \"3\", limits.memory: 6Gi}\n",
			want: []string{"warning FLK506: ask together for 4 of pods", "warning FLK506: ask together for 8Gi of limits.memory"},
		},
		"quota with the adaptive scheduler": {
			input: "kind: FlinkDeployment\nspec: {flinkConfiguration: {jobmanager.scheduler: adaptive}, job: {parallelism: 20}}\n---\n" + quota + "  hard: {cpu: \"8\"}\n",
			want:  []string{"warning FLK506: the pods ask for 11 of cpu"},
		},
		"both colours": {
			input: "kind: FlinkBlueGreenDeployment\nspec: {template: {spec: {serviceAccount: default}}}\n---\n" + quota + "  hard: {pods: \"3\"}\n",
			want:  []string{"info FLK506: ask for 4 of pods, and the quota has 3"},
		},
		"quota for some pods": {input: flinkDefault + quota + "  hard: {pods: \"1\"}\n  scopes: [BestEffort]\n"},
		"a sidecar without limits": {
			input: "kind: FlinkDeployment\nspec: {podTemplate: {spec: {containers: [{name: flink-main-container}, {name: shipper, image: x}]}}}\n---\n" +
				quota + "  hard: {limits.cpu: \"80\", requests.ephemeral-storage: 1Ti}\n",
			want: []string{
				"error FLK506: container shipper of the JobManager pod does not set what limits.cpu", "error FLK506: container shipper of the TaskManager pod",
			},
		},
		"a sidecar with a default": {
			input: "kind: FlinkDeployment\nspec: {podTemplate: {spec: {containers: [{name: flink-main-container}, {name: shipper, image: x}]}}}\n---\n" +
				quota + "  hard: {limits.cpu: \"80\"}\n---\n" + ranged + "  limits: [{type: Container, max: {cpu: \"2\"}}]\n",
		},
		"a range": {
			input: "kind: FlinkDeployment\nspec: {jobManager: {resource: {cpu: 4, memory: 1g}}, flinkConfiguration: {kubernetes.taskmanager.cpu.limit-factor: 3}}\n---\n" +
				ranged + "  limits:\n  - {type: Container, max: {cpu: \"3\"}, maxLimitRequestRatio: {cpu: \"2\"}}\n  - {type: Pod, min: {memory: 2Gi}}\n",
			want: []string{
				"error FLK506: container flink-main-container of the JobManager pod has a limit of 4 cpu, above the maximum 3",
				"error FLK506: container flink-main-container of the TaskManager pod has a limit of 3 cpu for a request of 1, above the ratio 2",
				"error FLK506: the JobManager pod requests 1Gi memory, below the minimum 2Gi",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var flags []string
			if c.complete {
				flags = append(flags, "--complete")
			}
			var got []string
			for _, f := range judge(t, rules.All(), strings.TrimSuffix(c.input, "---\n"), flags) {
				if across(f.Code) {
					got = append(got, text(f))
				}
			}
			slices.Sort(got)
			if len(got) != len(c.want) {
				t.Fatalf("%d findings, want %d:\n%s", len(got), len(c.want), strings.Join(got, "\n"))
			}
			for i, want := range c.want {
				head, tail, _ := strings.Cut(want, ": ")
				if !strings.HasPrefix(got[i], head+": ") || !strings.Contains(got[i], tail) {
					t.Errorf("%s, want %s", got[i], want)
				}
			}
		})
	}
}

func text(f diag.Finding) string {
	return f.Severity.String() + " " + string(f.Code) + ": " + f.Message
}
