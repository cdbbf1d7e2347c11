package rules

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// keySet is the keys of a flinkConfiguration as the rules about keys see it.
type keySet struct {
	own   map[string]string
	world *model.World
	// flink is the version of the cluster, zero if it is not known, and emr says
	// that it is EMR's Flink.
	flink flink.Version
	emr   bool
	// job: it is a session job's, of which the cluster's options have no effect.
	job   bool
	field func(key string) []string
}

// keysRule makes the checks of a rule that judges a flinkConfiguration: that of
// a cluster, and that of a session job.
func keysRule(check func(keySet, model.Say)) (func(*model.Cluster, model.Say), func(*model.SessionJob, model.Say)) {
	return func(c *model.Cluster, say model.Say) {
			check(keySet{own: c.Own, world: c.World, flink: c.Flink, emr: c.Distribution == model.EMR, field: c.Setting}, say)
		}, func(j *model.SessionJob, say model.Say) {
			k := keySet{own: j.Own, world: j.World, job: true}
			k.field = func(key string) []string { return j.Field("flinkConfiguration", key) }
			if j.Cluster != nil {
				k.flink, k.emr = j.Cluster.Flink, j.Cluster.Distribution == model.EMR
			}
			check(k, say)
		}
}

// each goes through the keys that the catalogue knows, in order.
func (k keySet) each(do func(key, value string, o catalog.Option)) {
	for _, key := range slices.Sorted(maps.Keys(k.own)) {
		if o, ok := k.world.Keys.Lookup(k.flink, key); ok {
			do(key, k.own[key], o)
		}
	}
}

// reader is the version of Flink by whose code an option is read: the operator
// has its own Flink, 1.20 (flink-kubernetes-operator 1.15 and 1.16, pom.xml).
func (k keySet) reader(o catalog.Option) flink.Version {
	if o.Operator {
		return flink.Version{Major: 1, Minor: 20}
	}
	return k.flink
}

// ofOperator reports whether a key is read by the operator, whatever the
// version of Flink.
func ofOperator(key string) bool {
	return strings.HasPrefix(key, "kubernetes.operator.") || strings.HasPrefix(key, "job.autoscaler.")
}

// emrKeys are the keys that EMR's Flink has and Apache's has not, with how they
// are spelled (EMR on EKS guide, pages jobruns-flink-restart,
// jobruns-flink-decommission, glue-for-flink,
// jobruns-flink-autoscaler-parameter-autotuning).
func emrKeys() []string {
	autotune := flink.EMRAutotuneKeys()
	return []string{
		"task.local-recovery.ebs.enable", "kubernetes.taskmanager.local-recovery.persistentVolumeClaim.sizeLimit",
		"jobmanager.adaptive-scheduler.combined-restart.enabled", "jobmanager.adaptive-scheduler.combined-restart.window-interval",
		"cluster.taskmanager.graceful-decommission.enabled", "aws.glue.enabled",
		autotune.Enable, autotune.HistoryCount, autotune.RestartCount,
	}
}

// versionName names a version of Flink in a message.
func versionName(v flink.Version) string {
	if v.IsZero() {
		return "Flink"
	}
	return "Flink " + v.Image()
}
