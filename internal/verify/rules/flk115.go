package rules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/api"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK115 checks the pods that come from pod templates as the API server does.
func (Catalogue) FLK115() Rule {
	const template = "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n" +
		"        volumeMounts: [{name: data, mountPath: /data}]\n"
	return Rule{
		Entry: diag.Entry{
			Title: "pod template that makes no pod", Severity: diag.Error,
			What: "The pod that the operator makes from the pod templates, the common one with the JobManager's or the TaskManager's over " +
				"it, is one that the API server refuses: a mount of a volume that is not there, two volumes, containers or ports of one " +
				"name, a container other than Flink's without an image, a toleration, name, label or limit that is not allowed. It is a " +
				"warning where the operator may overwrite the field, and for a mount in a pod of EMR, whose operator adds volumes that are " +
				"not documented.",
			Why: "The definition of the resource lets nearly everything through in a pod template. The API server refuses the pods, so " +
				"the job never starts, and only the operator's events, or the JobManager's log, say so.",
			Bad: template, Good: template + "      volumes: [{name: data, emptyDir: {}}]\n",
			Source: "k8s.io/kubernetes v1.37.2, pkg/apis/core/validation and pkg/apis/apps/validation; flink-kubernetes-operator 1.15, " +
				"FlinkUtils.mergePodTemplates; apache/flink 1.20, KubernetesJobManagerFactory, KubernetesTaskManagerFactory",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if len(podTemplates(c)) == 0 {
				return
			}
			var all []refusal
			for _, g := range c.Pods().Groups() {
				if len(templatesOf(c, g.Role)) > 0 {
					all = refusals(c, g, all)
				}
			}
			for _, r := range all {
				say(model.Problem{
					Field:    r.field,
					Message:  fmt.Sprintf("the API server refuses the pods of the %s: %s", strings.Join(r.roles, " and the "), r.message),
					Hint:     r.hint,
					Severity: r.severity,
				})
			}
		},
	}
}

// refusal is what the API server has against the pods of one role or of both.
type refusal struct {
	field         []string
	message, hint string
	roles         []string
	severity      *diag.Severity
}

// refusals adds those of a role to what is known of the other.
func refusals(c *model.Cluster, g pods.Group, all []refusal) []refusal {
	pod := makePod(c, g)
	faults, err := api.PodFaults(c.World.KubeVersion, &pod.template, pod.deployment)
	if err != nil {
		return all
	}
	for _, f := range faults {
		merged, ok := pod.merged(f.Field)
		if !ok {
			continue
		}
		r := refusal{
			field: templateField(c, g, merged), message: lastKey(f.Field) + ": " + f.Message, hint: f.Hint, roles: []string{roleName(g.Role)},
		}
		r.judge(c, f)
		same := func(o refusal) bool { return slices.Equal(o.field, r.field) && o.message == r.message }
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].roles = append(all[i].roles, r.roles...)
			continue
		}
		all = append(all, r)
	}
	return all
}

// judge words what is special about some refusals, and doubts those that may
// not come to pass: Flink's documentation says that it overwrites the restart
// policy, and its code does not; the DNS policy is overwritten by older ones.
func (r *refusal) judge(c *model.Cluster, f api.PodFault) {
	doubtful := diag.Warning
	path := strings.Join(f.Field, ".")
	missing, isMissing := strings.CutPrefix(f.Message, "not found: ")
	mount := strings.Contains(path, ".volumeMounts.") || strings.Contains(path, ".volumeDevices.")
	switch {
	case isMissing && mount:
		r.message = "there is no volume " + missing
		r.hint = "add it to volumes of the template, or mend the name"
		if forEMR(c) {
			r.severity = &doubtful
			r.hint += ", unless EMR's operator adds it"
		}
	case strings.HasSuffix(path, ".image") && r.hint != "":
		r.hint = "give the container an image, or call it " + pods.MainContainer + " if Flink should run in it"
	case path == "spec.restartPolicy":
		r.severity, r.hint = &doubtful, "take it away: a Deployment always restarts its pods"
	case path == "spec.dnsPolicy" || path == "spec.dnsConfig.nameservers":
		r.severity = &doubtful
	}
}

// lastKey names a field by its last key, with the place in a list.
func lastKey(field []string) string {
	if len(field) == 0 {
		return "pod"
	}
	last := field[len(field)-1]
	if _, err := strconv.Atoi(last); err == nil && len(field) > 1 {
		return field[len(field)-2] + "[" + last + "]"
	}
	return last
}
