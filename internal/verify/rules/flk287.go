package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK287 is about fields that the operator does not have yet.
func (Catalogue) FLK287() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "field newer than the operator", Severity: diag.Warning,
			What: "A field is set that the CRD of the operator's version does not have: savepointRedeployNonce (1.8), " +
				"autoscalerResetNonce (1.11), jobManager.resources and taskManager.resources (1.16).",
			Why: "The API server drops the field, or refuses it where the client asks for strict validation. Either " +
				"way it has no effect.",
			Bad: `kind: FlinkDeployment
spec:
  job:
    autoscalerResetNonce: 1
`,
			Good: `kind: FlinkDeployment
spec:
  job:
    autoscalerResetNonce: null
`,
			Flags:  []string{"--operator-version=1.10"},
			Source: "flink-kubernetes-operator, CRDs of the tags 1.5.0 to 1.15.0 and of a snapshot of 1.16",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			newerJobFields(c.Spec.Job, c.World, c.Field, say)
			for _, component := range components() {
				// Where the memory is given by them alone, FLK218 and FLK227 say it.
				if tooNew(c, component) && !lacksMemory(c, component) {
					say(newerField(c.Field(string(component), "resources"), "1.16", c.World))
				}
			}
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			newerJobFields(j.Spec.Job, j.World, j.Field, say)
		},
	}
}

func newerJobFields(j *v1beta1.JobSpec, w *model.World, field func(...string) []string, say model.Say) {
	if j == nil {
		return
	}
	if j.SavepointRedeployNonce != nil && !w.Operator.Version.AtLeast(1, 8) {
		say(newerField(field("job", "savepointRedeployNonce"), "1.8", w))
	}
	if j.AutoscalerResetNonce != nil && !w.Operator.Version.AtLeast(1, 11) {
		say(newerField(field("job", "autoscalerResetNonce"), "1.11", w))
	}
}

func newerField(field []string, since string, w *model.World) model.Problem {
	return model.Problem{
		Field:   field,
		Message: fmt.Sprintf("%s came with operator %s, and the operator is %s", field[len(field)-1], since, w.Operator.Version),
		Hint:    "leave the field out, or say --operator-version if the operator is newer",
	}
}
