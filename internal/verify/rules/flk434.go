package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK434 is about S3 in regions that need opting in.
func (Catalogue) FLK434() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  podTemplate:\n    spec:\n      containers:\n      - name: " +
		"flink-main-container\n" +
		"        env:\n        - {name: AWS_REGION, value: me-central-1}\n  flinkConfiguration:\n    fs.s3a.endpoint.region: "
	return Rule{
		Entry: diag.Entry{
			Title: "S3 without its region in an opt-in region", Severity: diag.Warning,
			What: "The job is in a region that an account opts into, and `fs.s3a.endpoint.region` is not set. The region is seen " +
				"from `AWS_REGION` of the pods, or from an image in a private ECR registry.",
			Why: "The S3 client asks another region's endpoint then, and gets 400 AWSBadRequestException.",
			Bad: emrJob(job + "null\n"), Good: emrJob(job + "me-central-1\n"),
			Source: "EMR on EKS guide, page jobruns-flink-troubleshoot",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if !forEMR(c) || c.Config.Text("fs.s3a.endpoint.region", "s3.endpoint.region") != "" || !usesS3(c.Config) {
				return
			}
			region := seenRegion(c)
			if !aws.NeedsEndpointRegion(region) {
				return
			}
			say(model.Problem{
				Field:   c.Field("flinkConfiguration"),
				Message: fmt.Sprintf("region %s needs opting in, and fs.s3a.endpoint.region is not set", region),
				Hint:    "set fs.s3a.endpoint.region: " + region,
			})
		},
	}
}

// usesS3 reports whether any state directory is in S3.
func usesS3(c flink.Config) bool {
	for _, s := range stateDirs(c) {
		if isS3(s.Value) {
			return true
		}
	}
	return false
}

// seenRegion is the region that a cluster's manifests show, or "".
func seenRegion(c *model.Cluster) string {
	for _, p := range templatePods(c) {
		for _, env := range p.main().Env {
			if (env.Name == "AWS_REGION" || env.Name == "AWS_DEFAULT_REGION") && env.Value != "" {
				return env.Value
			}
		}
	}
	return aws.ImageRegion(c.Spec.Image)
}
