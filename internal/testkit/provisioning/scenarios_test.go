package provisioning_test

import (
	"fmt"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// scenario is what is planned and started.
type scenario struct {
	name string
	// manifests are FlinkDeployments, NodePools and EC2NodeClasses, and daemons those of the flag --daemonsets.
	manifests string
	daemons   []string
	// count is how many nodes it is meant to take, and pending that pods are meant to be left without one.
	count   int
	pending bool
}

// scenarios are the cases of the comparison. Their documents are laid over the whole objects that the rules' examples stand on.
func scenarios(t *testing.T) []scenario {
	t.Helper()
	over := func(documents ...string) string {
		var out strings.Builder
		for _, o := range testkit.Example(t, strings.Join(documents, "\n---\n")) {
			text, err := yaml.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "---\n%s", text)
		}
		return out.String()
	}
	onDemand, amd, arm := in("karpenter.sh/capacity-type", "on-demand"), in("kubernetes.io/arch", "amd64"), in("kubernetes.io/arch", "arm64")
	return []scenario{
		{name: "blueprint", manifests: blueprint(t), count: 4},
		{name: "graviton", count: 2, manifests: over(class(""), pool("flink", "", onDemand, arm,
			in("karpenter.k8s.aws/instance-category", "c, m, r"), `{key: karpenter.k8s.aws/instance-generation, operator: Gt, values: ["5"]}`),
			job("team-a", "orders", 1, 2, 7, ""))},
		{name: "spot with a fallback", count: 2, manifests: over(class(""),
			pool("spot", "weight: 50", in("karpenter.sh/capacity-type", "spot, on-demand"), amd, in("karpenter.k8s.aws/instance-family", "m6i, m6a, m7i, c6i")),
			pool("fallback", "weight: 10", onDemand, amd, in("karpenter.k8s.aws/instance-family", "m6i")),
			job("team-a", "orders", 1, 4, 6, `{karpenter.sh/nodepool: fallback}`))},
		{name: "spread over zones", count: 4, manifests: over(class(""), pool("flink", "", onDemand, amd, in("karpenter.k8s.aws/instance-family", "m6i, m6a")),
			spread(job("team-a", "orders", 1, 2, 6, "")))},
		{name: "weights", count: 2, manifests: over(class(""),
			pool("dear", "weight: 90", onDemand, amd, in("karpenter.k8s.aws/instance-family", "m7i")),
			pool("cheap", "weight: 10", onDemand, amd, in("karpenter.k8s.aws/instance-family", "c6a, m6a")),
			job("team-a", "orders", 1, 2, 5, ""))},
		{name: "limits", count: 2, pending: true, manifests: over(class(""),
			pool("flink", `limits: {cpu: "12", memory: 4000Gi}`, onDemand, amd, in("karpenter.k8s.aws/instance-family", "m6i"), in("karpenter.k8s.aws/instance-cpu", "4, 8")),
			job("team-a", "orders", 2, 3, 6, ""))},
		{name: "a taint that is not tolerated", pending: true, manifests: over(class(""),
			taint(pool("flink", "", onDemand, amd), "dedicated"), job("team-a", "orders", 1, 2, 2, ""))},
		{name: "local disks as RAID0", count: 2, manifests: over(class("instanceStorePolicy: RAID0"),
			pool("flink", "", onDemand, amd, in("karpenter.k8s.aws/instance-category", "c, m, r, i")),
			disk(job("team-a", "orders", 1, 2, 3, ""), "300Gi"))},
		{name: "many small nodes", count: 13, manifests: over(class(""),
			pool("flink", "", onDemand, amd, in("karpenter.k8s.aws/instance-family", "c6i, c6a, c7i"), in("karpenter.k8s.aws/instance-cpu", "2, 4")),
			job("team-a", "orders", 1, 3, 12, ""))},
		{name: "daemons", count: 3, daemons: []string{"aws-node=50m,0", "kube-proxy=100m,0", "agent=900m,3Gi"}, manifests: over(class(""),
			pool("flink", "", onDemand, amd, in("karpenter.k8s.aws/instance-family", "m6i"), in("karpenter.k8s.aws/instance-cpu", "4, 8")),
			job("team-a", "orders", 1, 3, 4, ""))},
		{name: "teams that share a pool", count: 2, manifests: over(class("kubelet: {maxPods: 20}"),
			pool("flink", "", onDemand, amd, in("karpenter.k8s.aws/instance-family", "m6i, r6i")),
			job("team-a", "orders", 1, 2, 3, ""), job("team-b", "payments", 1, 2, 4, ""), job("team-c", "clicks", 1, 2, 5, ""))},
	}
}

// in is a requirement.
func in(key, values string) string {
	return fmt.Sprintf(`{key: %s, operator: In, values: ["%s"]}`, key, strings.ReplaceAll(values, ", ", `", "`))
}

func class(spec string) string {
	return "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nspec: {" + spec + "}\n"
}

func pool(name, spec string, requirements ...string) string {
	return fmt.Sprintf("apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: %s}\nspec:\n  %s\n  template: {spec: {taints: "+
		"[{key: flink, value: \"true\", effect: NoSchedule}], requirements: [%s]}}\n", name, spec, strings.Join(requirements, ", "))
}

// taint gives a pool another taint than the one that jobs tolerate.
func taint(pool, key string) string {
	return strings.Replace(pool, "{key: flink,", "{key: "+key+",", 1)
}

// job has one JobManager, and TaskManagers of two slots, with as many GiB of memory for each CPU as 2. The node selector is the
// JobManager's.
func job(namespace, name string, jobManagerCPU, taskManagerCPU, taskManagers int, selector string) string {
	if selector == "" {
		selector = "{}"
	}
	return fmt.Sprintf(`apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {namespace: %s, name: %s}
spec:
  jobManager:
    resource: {cpu: %d, memory: %dm}
    podTemplate: {spec: {nodeSelector: %s}}
  taskManager:
    resource: {cpu: %d, memory: %dm}
  job: {parallelism: %d}
`, namespace, name, jobManagerCPU, 2048*jobManagerCPU, selector, taskManagerCPU, 2048*taskManagerCPU, 2*taskManagers)
}

// spread spreads the TaskManagers of a job over the zones.
func spread(job string) string {
	return strings.Replace(job, "  taskManager:\n", `  taskManager:
    podTemplate:
      spec:
        topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: DoNotSchedule
          labelSelector: {matchLabels: {app: orders, component: taskmanager}}
`, 1)
}

// disk lets every TaskManager of a job ask for local storage.
func disk(job, size string) string {
	at := strings.LastIndex(job, "resource: {")
	return job[:at] + "resource: {ephemeralStorage: " + size + ", " + job[at+len("resource: {"):]
}
