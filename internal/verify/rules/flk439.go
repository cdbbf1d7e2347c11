package rules

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK439 is about an empty region.
func (Catalogue) FLK439() Rule {
	const job = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      containers:\n      - name: " +
		"flink-main-container\n        env:\n" +
		"        - {name: ENABLE_BUILT_IN_PLUGINS, value: flink-s3-fs-presto-1.20.4.jar}\n        - {name: AWS_REGION, value: "
	return Rule{
		Entry: diag.Entry{
			Title: "AWS_REGION is empty", Severity: diag.Warning,
			What: "A pod template sets `AWS_REGION` or `AWS_DEFAULT_REGION` to nothing.",
			Why: "The empty text stands over the region that EKS gives to the pods. AWS's clients then take us-east-1, and wait " +
				"for it; mostly a variable was not replaced.",
			Bad: job + "\"\"}\n", Good: job + "eu-west-1}\n",
			Source: "a public EMR 7.13 deployment, whose script checks for it",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			said := map[string]bool{}
			for _, p := range templatePods(c) {
				for _, env := range p.main().Env {
					region := env.Name == "AWS_REGION" || env.Name == "AWS_DEFAULT_REGION"
					if !region || strings.TrimSpace(env.Value) != "" || env.ValueFrom != nil || said[env.Name] {
						continue
					}
					said[env.Name] = true
					say(model.Problem{
						Field:   p.envField(env.Name),
						Message: fmt.Sprintf("%s is empty", env.Name),
						Hint:    "write the region, or leave the variable out: EKS sets it for pods with a role",
					})
				}
			}
		},
	}
}
