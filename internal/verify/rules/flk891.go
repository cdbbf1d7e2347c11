package rules

import (
	"encoding/json"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

const (
	taskGroupName = "yunikorn.apache.org/task-group-name"
	taskGroups    = "yunikorn.apache.org/task-groups"
)

// yunikornGroup is one of YuniKorn's task groups, as far as it is judged.
type yunikornGroup struct {
	Name        string                       `json:"name"`
	MinMember   int                          `json:"minMember"`
	MinResource map[string]resource.Quantity `json:"minResource"`
}

// FLK891 holds task groups against the pods that they are for.
func (Catalogue) FLK891() Rule {
	const gang = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec: {schedulerName: yunikorn}\n  jobManager:\n    podTemplate:\n      metadata:\n" +
		"        annotations:\n          yunikorn.apache.org/task-group-name: jobmanager\n          yunikorn.apache.org/task-groups: >-\n" +
		`            [{"name": "jobmanager", "minMember": 1, "minResource": {"cpu": "1", "memory": "%s"}}]` + "\n"
	return Rule{
		Entry: diag.Entry{
			Title: "task groups of YuniKorn do not fit the pods", Severity: diag.Warning,
			What: "The annotation `yunikorn.apache.org/task-groups` of a pod template cannot be read, has no group of the name in " +
				"`yunikorn.apache.org/task-group-name`, or its group asks for fewer pods, less CPU or less memory than the pods do.",
			Why: "YuniKorn reserves room for the groups, not for the pods: with too little of it the job starts in part and waits, which gang " +
				"scheduling is there to prevent. What cannot be read is left out, and with it gang scheduling.",
			Bad: fmt.Sprintf(gang, "1Gi"), Good: fmt.Sprintf(gang, "2Gi"),
			Source: "YuniKorn documentation, user_guide/gang_scheduling",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			for _, g := range c.Pods().Groups() {
				text := g.Template.Annotations[taskGroups]
				if g.Template.Spec.SchedulerName != "yunikorn" || text == "" {
					continue
				}
				if wrong := misfit(g, text); wrong != "" {
					say(model.Problem{
						Field:   templateField(c, g, []string{"metadata", "annotations", taskGroups}),
						Message: roleName(g.Role) + ": " + wrong,
						Hint:    "size the groups as the pods are; scheduler.gang of the values does it",
					})
				}
			}
		},
	}
}

// misfit says why the task groups do not fit the pods, or "".
func misfit(g pods.Group, text string) string {
	var groups []yunikornGroup
	if err := json.Unmarshal([]byte(text), &groups); err != nil {
		return "the task groups are no JSON list of groups"
	}
	name := g.Template.Annotations[taskGroupName]
	i := slices.IndexFunc(groups, func(one yunikornGroup) bool { return one.Name == name })
	if i < 0 {
		return fmt.Sprintf("there is no task group %q", name)
	}
	if groups[i].MinMember < g.Count.Start {
		return fmt.Sprintf("task group %s reserves room for %d pods, and the job starts with %d", name, groups[i].MinMember, g.Count.Start)
	}
	for _, kind := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		asked, reserved := g.Requests[kind], groups[i].MinResource[string(kind)]
		if reserved.Cmp(asked) < 0 {
			return fmt.Sprintf("task group %s reserves %s of %s a pod, and the pods ask for %s", name, reserved.String(), kind, asked.String())
		}
	}
	return ""
}
