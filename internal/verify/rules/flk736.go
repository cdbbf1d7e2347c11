package rules

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK736 is about RocksDB on a disk that nobody asked for.
func (Catalogue) FLK736() Rule {
	job := func(resource string) string {
		return "kind: FlinkDeployment\nspec:\n  flinkConfiguration: {state.backend.type: rocksdb}\n  taskManager:\n    resource: {" + resource + "}\n"
	}
	return Rule{
		Entry: diag.Entry{
			Title: "RocksDB without a request for disk", Severity: diag.Info,
			What: "The state backend is RocksDB, and the TaskManagers neither ask for `ephemeral-storage` nor have a volume claim.",
			Why: "RocksDB's files are then on the disk of the node, which all of its pods share, and nothing reserves room there. A " +
				"full disk makes the kubelet evict pods; and Karpenter starts nodes without regard to their disks.",
			Bad: job("cpu: 1, memory: 2048m"), Good: job("cpu: 1, memory: 2048m, ephemeralStorage: 20Gi"),
			Source: "Kubernetes documentation, local ephemeral storage; flink-kubernetes-operator 1.15, resource.ephemeralStorage; " +
				"awslabs/data-on-eks, emr-eks-flink, whose examples have neither",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if c.Config.Text("state.backend.type", "state.backend") != "rocksdb" ||
				c.Config.Bool(false, "task.local-recovery.ebs.enable") { // EMR gives each TaskManager a volume then
				return
			}
			for _, g := range c.Pods().Groups() {
				if _, asks := g.Requests[corev1.ResourceEphemeralStorage]; g.Role != pods.TaskManager || asks || claims(g.Template.Spec) {
					continue
				}
				say(model.Problem{
					Field:   c.Field("taskManager"),
					Message: "RocksDB keeps its files on the node's disk, and the TaskManagers ask for none of it",
					Hint:    "set resource.ephemeralStorage (stateBackend.localSize of helm-flink's values), or give the TaskManagers a volume claim",
				})
			}
		},
	}
}

// claims reports whether a pod has a volume that is claimed for it.
func claims(spec corev1.PodSpec) bool {
	return slices.ContainsFunc(spec.Volumes, func(v corev1.Volume) bool { return v.Ephemeral != nil || v.PersistentVolumeClaim != nil })
}
