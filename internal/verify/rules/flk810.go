package rules

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK810 is about images that change by themselves.
func (Catalogue) FLK810() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "image is not pinned", Severity: diag.Warning,
			What: "An image of the cluster has no tag, or the tag `latest`, and no digest.",
			Why: "Nodes that start later pull another image than those that run: TaskManagers of another version than their " +
				"JobManager, and no way back to what ran before.",
			Bad:    "kind: FlinkDeployment\nspec:\n  image: flink:latest\n",
			Good:   "kind: FlinkDeployment\nspec:\n  image: flink:1.20.4-java17\n",
			Source: "Kubernetes documentation, Images, image names; Docker Hub, flink",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if why := unpinned(c.Spec.Image); why != "" {
				say(model.Problem{
					Field: c.Field("image"), Message: fmt.Sprintf("image %s %s", c.Spec.Image, why), Hint: pinHint,
				})
			}
			said := map[string]bool{}
			for _, p := range templatePods(c) {
				for _, k := range p.containers() {
					why := unpinned(k.Image)
					if why == "" || said[k.Image] {
						continue
					}
					said[k.Image] = true
					say(model.Problem{
						Field:   p.inContainer(k.Name, func(k corev1.Container) bool { return k.Image != "" }, "image"),
						Message: fmt.Sprintf("container %s: image %s %s", k.Name, k.Image, why), Hint: pinHint,
					})
				}
			}
		},
	}
}

const pinHint = "name a version, or better a digest"

// unpinned says why an image may change by itself, or "".
func unpinned(image string) string {
	_, tag, digest := imageTag(image)
	switch {
	case image == "" || digest != "" || placeholder(image) != "":
		return ""
	case tag == "":
		return "has no tag"
	case tag == "latest":
		return "has the tag latest"
	default:
		return ""
	}
}
