package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK813 is about an image of another Flink than the manifest says.
func (Catalogue) FLK813() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "flinkVersion is not that of the image", Severity: diag.Warning,
			What: "The tag of an official Flink image names another minor version than `flinkVersion`.",
			Why: "The operator goes by `flinkVersion`: from `v2_0` on it mounts `config.yaml`, below that `flink-conf.yaml`, and " +
				"a Flink that looks for the other one starts without its configuration.",
			Bad:    "kind: FlinkDeployment\nspec:\n  image: flink:2.0.2-java17\n  flinkVersion: v1_20\n",
			Good:   "kind: FlinkDeployment\nspec:\n  image: flink:1.20.4-java17\n  flinkVersion: v1_20\n",
			Source: "flink-kubernetes-operator 1.15, FlinkConfMountDecorator; Docker Hub, flink",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			tag, official := officialImage(c.Spec.Image)
			v, _, ok := flink.TagVersion(tag)
			if !official || !ok || c.Spec.FlinkVersion == "" || c.Flink.IsZero() || v == c.Flink {
				return
			}
			say(model.Problem{
				Field:   c.Field("flinkVersion"),
				Message: fmt.Sprintf("flinkVersion is %s, and the image %s has Flink %s", c.Flink, c.Spec.Image, v.Image()),
				Hint:    "set flinkVersion to " + v.String() + ", or change the image",
			})
		},
	}
}
