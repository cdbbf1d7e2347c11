package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK429 is about placeholders that nobody replaced.
func (Catalogue) FLK429() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "placeholder left in a manifest", Severity: diag.Error,
			What: "An ARN, an image, a path of a jar or savepoint, or a directory of EMR's holds `$VAR`, `${VAR}`, `<ENTER_…>`, " +
				"an account `xxxxxxxxxxxx` or capital words as `CREATE_S3_BUCKET`. In a directory of `flinkConfiguration` it is a " +
				"warning.",
			Why: "Kubernetes and the operator take these texts as they are, and no such image, role or bucket can exist. The " +
				"entry point of an image may replace variables in Flink's configuration, but the operator reads the same directory " +
				"without that.",
			Bad:  "kind: FlinkDeployment\nspec:\n  image: \"${REGISTRY}/flink:1.20.4\"\n",
			Good: "kind: FlinkDeployment\nspec:\n  image: registry.example.com/flink:1.20.4\n",
			Source: "AWS's examples: EMR on EKS guide, pages about Flink; awslabs/data-on-eks, emr-eks-flink, which are meant for " +
				"envsubst",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, f := range placeholderFields(c) {
				found := placeholder(f.text)
				if f.path[len(f.path)-1] == "executionRoleArn" {
					found = arnPlaceholder(f.text)
				}
				if last := f.path[len(f.path)-1]; last == "logGroupName" && found == f.text && capitalWords(found) {
					continue // a log group may be called so
				}
				if found != "" {
					say(model.Problem{Field: f.path, Message: fmt.Sprintf("placeholder %s is not replaced", found), Hint: placeholderHint})
				}
			}
			for _, s := range stateDirs(c.Config) {
				if found := placeholder(s.Value); found != "" && c.Own[s.Key] != "" {
					say(model.Problem{
						Field: c.Setting(s.Key), Message: fmt.Sprintf("placeholder %s is not replaced", found), Hint: placeholderHint,
						Severity: model.As(diag.Warning),
					})
				}
			}
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			if j.Spec.Job == nil {
				return
			}
			for _, f := range []fieldText{
				{j.Field("job", "jarURI"), j.Spec.Job.JarURI}, {j.Field("job", "initialSavepointPath"), j.Spec.Job.InitialSavepointPath},
			} {
				if found := placeholder(f.text); found != "" {
					say(model.Problem{Field: f.path, Message: fmt.Sprintf("placeholder %s is not replaced", found), Hint: placeholderHint})
				}
			}
		},
		World: func(w *model.World, say model.Say) {
			for _, o := range w.Kind("ServiceAccount") {
				if found := arnPlaceholder(o.Annotations[roleAnnotation]); found != "" {
					say(model.Problem{
						Subject: o.Subject, Field: []string{"metadata", "annotations", roleAnnotation},
						Message: fmt.Sprintf("placeholder %s is not replaced", found), Hint: placeholderHint,
					})
				}
			}
			for _, o := range w.Kind("EC2NodeClass") {
				for _, field := range []string{"role", "instanceProfile"} {
					if found := placeholder(textAt(o.Data, "spec", field)); found != "" {
						say(model.Problem{
							Subject: o.Subject, Field: []string{"spec", field},
							Message: fmt.Sprintf("placeholder %s is not replaced", found), Hint: placeholderHint,
						})
					}
				}
			}
		},
	}
}

const placeholderHint = "write the value itself, or replace it before the manifests are judged"

// fieldText is a field of an object with its text.
type fieldText struct {
	path []string
	text string
}

// placeholderFields lists the fields of a cluster, besides its configuration,
// in which a placeholder makes no sense.
func placeholderFields(c *model.Cluster) []fieldText {
	out := []fieldText{
		{c.Field("executionRoleArn"), c.Spec.ExecutionRoleARN},
		{c.Field("emrReleaseLabel"), c.Spec.EMRReleaseLabel},
		{c.Field("image"), c.Spec.Image},
		{c.Field("serviceAccount"), c.Spec.ServiceAccount},
	}
	if jm := c.Spec.JobManager; jm != nil {
		out = append(out, fieldText{c.Field("jobManager", "storageDir"), jm.StorageDir})
	}
	if job := c.Spec.Job; job != nil {
		out = append(out, fieldText{c.Field("job", "jarURI"), job.JarURI},
			fieldText{c.Field("job", "initialSavepointPath"), job.InitialSavepointPath})
	}
	if m := c.Spec.MonitoringConfiguration; m != nil {
		at := c.Field("monitoringConfiguration")
		out = append(out, fieldText{fieldBelow(at, "image"), m.Image})
		if m.S3MonitoringConfiguration != nil {
			out = append(out, fieldText{fieldBelow(at, "s3MonitoringConfiguration", "logUri"), m.S3MonitoringConfiguration.LogURI})
		}
		if m.CloudWatchMonitoringConfiguration != nil {
			out = append(out, fieldText{
				fieldBelow(at, "cloudWatchMonitoringConfiguration", "logGroupName"), m.CloudWatchMonitoringConfiguration.LogGroupName,
			})
		}
	}
	return out
}
