package spec

import (
	"fmt"
	"strings"
	"time"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/metrics"
)

// alertTarget is what the alerts on a cluster are made from: the settings as
// they are rendered, so that what the user writes in flinkConfiguration counts.
func (k *cluster) alertTarget(jobs object) (metrics.Target, error) {
	t := metrics.Target{
		Namespace: k.team.Namespace, Name: k.name, Team: k.team.Key, Deployments: k.deploymentNames(), Version: k.version,
		Session: k.path[0] == "sessionClusters", Batch: k.batch,
	}
	id := k.team.Namespace + "/" + k.name
	spec := dig(jobs, "deployments", id, "spec")
	switch k.path[0] {
	case "blueGreen":
		spec = dig(jobs, "blueGreenDeployments", id, "spec", "template", "spec")
	case "sessionClusters":
		return t, k.sessionTarget(&t, jobs, spec)
	}
	settings := dig(spec, "flinkConfiguration")
	t.JobStatus, _ = settings[keyJobStatus].(string)
	t.Batch = t.Batch || strings.EqualFold(fmt.Sprint(settings[k.keys.RuntimeMode]), "BATCH")
	t.Suspended = dig(spec, "job")["state"] == "suspended"
	t.Scaling = scales(settings)
	if autoscales(settings) {
		t.Scaled = t.Deployments
	}
	return t, k.checkpointTimes(&t, settings)
}

// sessionTarget looks at the jobs of a session cluster: the slowest counts, since
// the series of one job cannot be told from those of another by its object.
func (k *cluster) sessionTarget(t *metrics.Target, jobs, spec object) error {
	if err := k.checkpointTimes(t, dig(spec, "flinkConfiguration")); err != nil {
		return err
	}
	for _, key := range sortedKeys(k.platform.SessionJobs) {
		j := k.platform.SessionJobs[key]
		if j.Cluster != k.path[1] {
			continue
		}
		name := or(j.Name, key)
		settings := dig(jobs, "sessionJobs", k.team.Namespace+"/"+name, "spec", "flinkConfiguration")
		if err := k.checkpointTimes(t, settings); err != nil {
			return err
		}
		if autoscales(settings) {
			t.Scaled, t.Scaling = append(t.Scaled, name), t.Scaling || scales(settings)
		}
	}
	return nil
}

// checkpointTimes takes the interval and the time-out of checkpoints, if they are
// longer than those that are there. Flink's default of the time-out is 10 minutes.
func (k *cluster) checkpointTimes(t *metrics.Target, settings object) error {
	for _, of := range []struct {
		key, def string
		into     *time.Duration
	}{{k.keys.CheckpointInterval, "0 ms", &t.Interval}, {k.keys.CheckpointTimeout, "10 min", &t.Timeout}} {
		text, _ := settings[of.key].(string)
		d, err := flink.ParseDuration(or(text, of.def))
		if err != nil { // a rule says so at its line
			d, _ = flink.ParseDuration(of.def)
		}
		*of.into = max(*of.into, d)
	}
	return nil
}

// autoscales reports whether the settings switch the autoscaler on.
func autoscales(settings object) bool {
	return settings[flink.AutoscalerKeysFor(shortScaler).Enabled] == "true" ||
		settings[flink.AutoscalerKeysFor(longScaler).Enabled] == "true"
}

// scales reports whether the autoscaler may change the job.
func scales(settings object) bool {
	return settings[flink.AutoscalerKeysFor(shortScaler).ScalingEnabled] != "false" &&
		settings[flink.AutoscalerKeysFor(longScaler).ScalingEnabled] != "false"
}

// The two prefixes of autoscaler keys (flink.Operator.AutoscalerPrefix).
const (
	shortScaler = "job.autoscaler."
	longScaler  = "kubernetes.operator.job.autoscaler."
)
