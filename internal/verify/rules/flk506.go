package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK506 compares the quotas of a namespace with its jobs.
func (Catalogue) FLK506() Rule {
	const meta = "metadata: {name: flink, namespace: team-a}\n"
	const cluster = "kind: FlinkDeployment\nspec: {job: {parallelism: 20}}\n---\napiVersion: v1\nkind: " +
		"ResourceQuota\n" + meta + "spec: {hard: {requests.cpu: "
	return Rule{
		Entry: diag.Entry{
			Title: "quota or limit range too small", Severity: diag.Error,
			What: "A ResourceQuota of the namespace is smaller than what the JobManager and TaskManager pods of one job ask for, or " +
				"asks for a request or limit that a " +
				"container lacks, or a LimitRange refuses the pods. It is a warning if the job can do with fewer pods or only the jobs " +
				"together are too large, and a note if only what the " +
				"autoscaler may add is.",
			Why: "The API server refuses the pods that go beyond; the job waits for slots, and the resource's status shows " +
				"nothing of it.",
			Bad:    cluster + "\"8\"}}\n",
			Good:   cluster + "\"11\"}}\n",
			Source: "Kubernetes, concepts/policy/resource-quotas and concepts/policy/limit-range",
		},
		Across: func(w *model.World) Across {
			all := boundsOf(w)
			if len(all) == 0 {
				return Across{}
			}
			sums := map[*model.Object]*together{}
			for _, namespace := range slices.Sorted(maps.Keys(all)) {
				for _, q := range all[namespace].quotas {
					sums[q.object] = &together{quota: q, alone: map[corev1.ResourceName]bool{}}
				}
			}
			return Across{
				Cluster: func(c *model.Cluster, say model.Say) {
					b := all[c.Key.Namespace]
					if b == nil {
						return
					}
					inRange(c, b, say)
					sized(c, b, say)
					for _, q := range b.quotas {
						sums[q.object].add(c, say)
					}
				},
				Done: func(say model.Say) {
					for _, o := range w.Kind("ResourceQuota") {
						if sum := sums[o]; sum != nil {
							sum.judge(say)
						}
					}
				},
			}
		},
	}
}

// inRange says what a LimitRange refuses.
func inRange(c *model.Cluster, b *bounds, say model.Say) {
	for _, r := range b.ranges {
		for _, item := range r.items {
			for _, g := range c.Pods().Groups() {
				if text := outside(item, g); text != "" {
					say(model.Problem{
						Subject: c.Subject, Field: c.Field(roleField(g.Role)),
						Message: text + " of LimitRange " + r.object.Key.Name,
						Hint:    "change the size of the pods or the LimitRange " + inNamespace(c.Key.Namespace),
					})
				}
			}
		}
	}
}

// sized says which containers lack what a quota asks for.
func sized(c *model.Cluster, b *bounds, say model.Say) {
	for _, q := range b.quotas {
		for _, key := range slices.Sorted(maps.Keys(q.hard)) {
			for _, g := range c.Pods().Groups() {
				container, unsure := lacking(g, key, b)
				if container == "" {
					continue
				}
				out := model.Problem{
					Subject: c.Subject, Field: c.Field(roleField(g.Role)),
					Message: fmt.Sprintf("container %s of the %s pod does not set what %s of ResourceQuota %s "+
						"counts", container, roleName(g.Role), key, q.object.Key.Name),
					Hint: "set it in the pod template, or add a LimitRange with a default",
				}
				if unsure {
					out.Severity = new(diag.Warning)
					out.Hint = "set it in monitoringConfiguration.sideCarResources, or add a LimitRange with a default; what EMR sets by " +
						"itself is not documented"
				}
				say(out)
			}
		}
	}
}

// certain is the severity of a cluster that does not get all of its pods: with the
// adaptive scheduler a job runs with fewer, and a session cluster for some jobs.
func certain(c *model.Cluster) *diag.Severity {
	scheduler := c.Config.Text("jobmanager.scheduler")
	if c.Session() || strings.EqualFold(scheduler, "adaptive") || strings.EqualFold(c.Config.Text("scheduler-mode"), "reactive") {
		return new(diag.Warning)
	}
	return nil
}

// together compares a quota with one cluster after the other, and with all.
type together struct {
	quota
	sum demand
	// alone are the keys of which a single cluster asks for too much.
	alone map[corev1.ResourceName]bool
}

func (t *together) add(c *model.Cluster, say model.Say) {
	d := demandOf(c)
	t.sum = t.sum.plus(d)
	for _, key := range slices.Sorted(maps.Keys(t.hard)) {
		hard := t.hard[key]
		start, _, ok := d.of(key)
		if !ok || start.Cmp(hard) <= 0 {
			continue
		}
		t.alone[key] = true
		say(model.Problem{
			Subject: c.Subject, Field: c.Field(), Severity: certain(c),
			Message: fmt.Sprintf("the pods ask for %s of %s, and ResourceQuota %s has "+
				"%s", start.String(), key, t.object.Key.Name, hard.String()),
			Hint: "raise the quota, or make the job smaller",
		})
	}
}

func (t *together) judge(say model.Say) {
	for _, key := range slices.Sorted(maps.Keys(t.hard)) {
		hard := t.hard[key]
		start, most, ok := t.sum.of(key)
		out := model.Problem{Subject: t.object.Subject, Field: []string{"spec", "hard", string(key)}, Hint: "raise the quota, or " +
			"run fewer jobs in the namespace"}
		switch {
		case !ok || t.alone[key]:
			continue
		case start.Cmp(hard) > 0:
			out.Severity = new(diag.Warning)
			out.Message = fmt.Sprintf("the Flink pods of the namespace ask together for %s of %s, and the quota has "+
				"%s", start.String(), key, hard.String())
		case most.Cmp(hard) > 0:
			out.Severity = new(diag.Info)
			out.Message = fmt.Sprintf("with all that the autoscaler or a blue/green change may add, the Flink pods of the namespace "+
				"ask for %s of %s, and "+
				"the quota has %s",
				most.String(), key, hard.String())
		default:
			continue
		}
		say(out)
	}
}
