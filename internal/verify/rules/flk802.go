package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK802 is about state that goes with a pod or a node.
func (Catalogue) FLK802() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "state is kept on a disk of the pod or the node", Severity: diag.Warning,
			What: "Checkpoints, savepoints or the metadata of high availability go to a path in the container, in an `emptyDir` " +
				"or in a `hostPath`.",
			Why: "The next pod, or the same one on another node, finds nothing there: the job starts from empty state, or not at " +
				"all. JobManager and TaskManagers must see the same files, which a disk of one node does not give.",
			Bad:    "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    state.checkpoints.dir: file:///flink-data/checkpoints\n",
			Good:   "kind: FlinkDeployment\nspec:\n  flinkConfiguration:\n    state.checkpoints.dir: s3://flink-data/orders/checkpoints\n",
			Source: "Flink documentation, Checkpoints; awslabs/data-on-eks, emr-eks-flink (state in S3)",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !c.HighlyAvailable() && !needsState(c) {
				return
			}
			for _, s := range stateDirs(c.Config) {
				if where := volatile(c, s); where != "" {
					say(model.Problem{
						Field:   settingField(c, s),
						Message: fmt.Sprintf("%s is %s: %s", s.Key, strings.TrimSpace(s.Value), where),
						Hint:    "keep state in an object store, as s3://BUCKET/PREFIX, or on a volume that all pods share",
					})
				}
			}
		},
	}
}

// needsState reports whether a job of the cluster is upgraded with its state.
func needsState(c *model.Cluster) bool {
	if !c.Session() {
		return keepsState(string(c.Spec.Job.UpgradeMode))
	}
	return slices.ContainsFunc(c.World.SessionJobs, func(j *model.SessionJobRef) bool {
		return j.On(c) && j.HasJob && keepsState(j.UpgradeMode)
	})
}

// volatile says where a directory lies if what is in it is lost with the pod or
// the node, or "".
func volatile(c *model.Cluster, s flink.Setting) string {
	dir := strings.TrimSpace(s.Value)
	if scheme := uriScheme(dir); placeholder(dir) != "" || scheme != "file" && (scheme != "" || !strings.HasPrefix(dir, "/")) {
		return ""
	}
	dir = path.Clean("/" + strings.TrimLeft(strings.TrimPrefix(dir, "file:"), "/"))
	p := jobManagerPod(c)
	mount, mounted := mountOf(p.main().VolumeMounts, dir)
	if !mounted {
		return "it is lost with the container"
	}
	for _, v := range p.Spec.Volumes {
		switch {
		case v.Name != mount:
		case v.EmptyDir != nil:
			return "volume " + mount + " is an emptyDir, which is lost with the pod"
		case v.HostPath != nil:
			return "volume " + mount + " is a hostPath, which stays on one node"
		}
	}
	return ""
}

// mountOf gives the volume that is mounted nearest above a directory.
func mountOf(mounts []corev1.VolumeMount, dir string) (volume string, found bool) {
	longest := ""
	for _, m := range mounts {
		at := path.Clean(m.MountPath)
		if (dir == at || strings.HasPrefix(dir, strings.TrimSuffix(at, "/")+"/")) && len(at) > len(longest) {
			volume, longest, found = m.Name, at, true
		}
	}
	return volume, found
}
