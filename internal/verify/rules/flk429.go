package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/aws"
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
		Cluster:    placeholdersOfCluster,
		SessionJob: placeholdersOfSessionJob,
		World:      placeholdersOfObjects,
	}
}

func placeholdersOfCluster(c *model.Cluster, say model.Say) {
	for _, f := range placeholderFields(c) {
		last := f.path[len(f.path)-1]
		found := placeholder(f.text)
		if last == "executionRoleArn" {
			found = arnPlaceholder(f.text)
		}
		if found == "" || last == "logGroupName" && found == f.text && capitalWords(found) { // a log group may be called so
			continue
		}
		say(leftPlaceholder(found, nil, f.path...))
	}
	for _, s := range stateDirs(c.Config) {
		if found := placeholder(s.Value); found != "" && c.Own[s.Key] != "" {
			p := leftPlaceholder(found, nil, c.Setting(s.Key)...)
			p.Severity = new(diag.Warning)
			say(p)
		}
	}
}

func placeholdersOfSessionJob(j *model.SessionJob, say model.Say) {
	if j.Spec.Job == nil {
		return
	}
	for _, f := range []fieldText{
		{j.Field("job", "jarURI"), j.Spec.Job.JarURI}, {j.Field("job", "initialSavepointPath"), j.Spec.Job.InitialSavepointPath},
	} {
		if found := placeholder(f.text); found != "" {
			say(leftPlaceholder(found, nil, f.path...))
		}
	}
}

func placeholdersOfObjects(w *model.World, say model.Say) {
	for _, o := range w.Kind("ServiceAccount") {
		if found := arnPlaceholder(o.Annotations[aws.RoleAnnotation]); found != "" {
			say(leftPlaceholder(found, o.Subject, "metadata", "annotations", aws.RoleAnnotation))
		}
	}
	for _, o := range w.Kind("EC2NodeClass") {
		for _, field := range []string{"role", "instanceProfile"} {
			if found := placeholder(textAt(o.Data, "spec", field)); found != "" {
				say(leftPlaceholder(found, o.Subject, "spec", field))
			}
		}
	}
}

func leftPlaceholder(found string, subject *model.Subject, field ...string) model.Problem {
	return model.Problem{
		Subject: subject, Field: field, Message: fmt.Sprintf("placeholder %s is not replaced", found),
		Hint: "write the value itself, or replace it before the manifests are judged",
	}
}

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
