package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK431 is about images of one's own on Graviton.
func (Catalogue) FLK431() Rule {
	const graviton = "  podTemplate:\n    spec:\n      nodeSelector:\n        kubernetes.io/arch: arm64\n"
	return Rule{
		Entry: diag.Entry{
			Title: "image of one's own on arm64", Severity: diag.Warning,
			What: "The pods run on arm64, and the image is neither an official one of Flink nor one of EMR's, which are for amd64 " +
				"and arm64.",
			Why: "An image that was built for amd64 alone ends at once there (\"exec format error\"), and the job says no more " +
				"than `NoResourceAvailableException`. What an image is for cannot be seen in its name.",
			Bad:  "kind: FlinkDeployment\nspec:\n  image: registry.example.com/orders:1.20.4\n" + graviton,
			Good: "kind: FlinkDeployment\nspec:\n  image: flink:1.20.4-java17\n" + graviton,
			Source: "Docker Hub, flink (amd64, arm64v8); awslabs/data-on-eks, emr-eks-flink, graviton example; a public EMR 7.13 " +
				"deployment",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if _, official := officialImage(c.Spec.Image); c.Spec.Image == "" || official || emrImage(c.Spec.Image) {
				return
			}
			var pods []string
			for _, p := range templatePods(c) {
				if runsOnARM(c.World, p) {
					pods = append(pods, p.Name)
				}
			}
			if len(pods) == 0 {
				return
			}
			say(model.Problem{
				Field:   c.Field("image"),
				Message: fmt.Sprintf("%s on arm64: nothing says that image %s is for it", strings.Join(pods, " and "), c.Spec.Image),
				Hint:    "make sure that the image has a linux/arm64 variant: docker buildx imagetools inspect IMAGE",
			})
		},
	}
}

// runsOnARM reports whether a pod can run on arm64 alone, by what it asks for
// or by the only NodePool that it asks for.
func runsOnARM(w *model.World, p templatePod) bool {
	if values, found := requiredValues(p.Pod, archLabel); found {
		return !slices.ContainsFunc(values, func(v string) bool { return v != "arm64" })
	}
	arm := false
	for _, pool := range w.Kind("NodePool") {
		if !choosesPool(p, pool) {
			continue
		}
		if values, found := poolRequirement(pool, archLabel); !found || len(values) != 1 || values[0] != "arm64" {
			return false
		}
		arm = true
	}
	return arm
}

// emrImage reports whether an image is one of EMR's own (EMR on EKS guide, page
// jobruns-flink-docker-flink-fluentd; before 6.14 in regional registries).
func emrImage(image string) bool {
	name, _, _ := imageTag(image)
	if strings.HasPrefix(name, "public.ecr.aws/emr-on-eks/") {
		return true
	}
	_, repository, _ := strings.Cut(name, ".amazonaws.com")
	return strings.HasPrefix(repository, "/flink/emr-")
}
