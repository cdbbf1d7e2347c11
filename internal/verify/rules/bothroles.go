package rules

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// sayForBoth says what is wrong with the pods of a cluster, once where it is the
// same of its JobManager and its TaskManager: they may have one pod template.
func sayForBoth(all []model.Problem, say model.Say) {
	var out []model.Problem
	for _, p := range all {
		twin := slices.IndexFunc(out, func(o model.Problem) bool {
			return slices.Equal(o.Field, p.Field) && o.Message == strings.Replace(p.Message, "TaskManager", "JobManager", 1)
		})
		if twin < 0 {
			out = append(out, p)
			continue
		}
		out[twin].Message = strings.Replace(p.Message, "TaskManager", "JobManager and TaskManager", 1)
	}
	for _, p := range out {
		say(p)
	}
}
