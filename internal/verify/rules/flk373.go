package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK373 compares session jobs with the slots of a standalone cluster.
func (Catalogue) FLK373() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "a session job larger than its cluster", Severity: diag.Warning,
			What: "The session cluster is standalone, which has a fixed number of TaskManagers, and one session job alone asks for more slots " +
				"than `taskManager.replicas` (1 by default) times `taskmanager.numberOfTaskSlots`.",
			Why: "Nobody starts more TaskManagers there: the job waits for slots until slot.request.timeout ends, and fails, unless somebody scales the cluster.",
			Bad: "kind: FlinkDeployment\nmetadata: {name: adhoc}\nspec:\n  mode: standalone\n  job: null\n  taskManager: {replicas: 2}\n---\n" +
				"kind: FlinkSessionJob\nspec:\n  job: {parallelism: 8}\n",
			Good: "kind: FlinkDeployment\nmetadata: {name: adhoc}\nspec:\n  mode: standalone\n  job: null\n  taskManager: {replicas: 4}\n---\n" +
				"kind: FlinkSessionJob\nspec:\n  job: {parallelism: 8}\n",
			Source: "apache/flink, StandaloneResourceManager; flink-kubernetes-operator 1.15, KubernetesStandaloneClusterDescriptor",
		},
		SessionJob: func(j *model.SessionJob, say model.Say) {
			c := j.Cluster
			if c == nil || c.Spec.Mode != v1beta1.ModeStandalone || j.Spec.Job == nil || j.Spec.Job.Parallelism == nil || adapts(c) {
				return
			}
			replicas := max(taskManagers(c), 1)
			n, all := int(*j.Spec.Job.Parallelism), replicas*slots(c)
			if n <= all {
				return
			}
			say(model.Problem{
				Field: j.Field("job", "parallelism"),
				Message: fmt.Sprintf("the job asks for %d slots, and session cluster %s has %d: %d TaskManagers with %d each",
					n, c.Key.Name, all, replicas, slots(c)),
				Hint: "raise taskManager.replicas of the cluster, or lower the parallelism",
			})
		},
	}
}
