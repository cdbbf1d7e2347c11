package spec

import (
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// jobConfig sets what belongs to one job.
func (k *cluster) jobConfig(c config, j *JobSettings) {
	k.scalerConfig(c, j.AutoscalerSpec)
	k.upgradeConfig(c, j.Upgrade)
	if k.batch {
		c.set(k.keys.RuntimeMode, "BATCH")
	}
}

func (k *cluster) upgradeConfig(c config, u Upgrade) {
	c.flag(keyRollback, u.Rollback)
	if !u.LastStateFallback {
		c.set(keyLastStateFallback, "false")
	}
	c.set(keyMaxCheckpointAge, u.MaxCheckpointAge)
}

// operatorVersion is the Apache operator's, or the one that EMR's release is
// built from: where that is not known, the lower bound of the table.
func (k *cluster) operatorVersion() flink.Operator {
	return k.platform.operatorVersion(k.release)
}

func (p *Platform) operatorVersion(release flink.EMRRelease) flink.Operator {
	if p.emr() {
		if facts, ok := flink.EMRFactsOf(release); ok {
			return facts.Operator
		}
		return flink.Operator{Major: 1, Minor: 10}
	}
	version, err := flink.ParseOperator(p.Operator.Version)
	if err != nil {
		return flink.DefaultOperator()
	}
	return version
}

// ApacheOperator is the version of the Apache operator that the values are for.
// With EMR it is the newest that a job's release is built from: where that is not
// known, of which a finding tells, the oldest that it can be; zero without jobs.
func (p *Platform) ApacheOperator() flink.Operator {
	if !p.emr() {
		return p.operatorVersion(flink.EMRRelease{})
	}
	var newest flink.Operator
	for _, k := range p.clusters() {
		if v := k.operatorVersion(); v.Compare(newest) > 0 {
			newest = v
		}
	}
	return newest
}

// scalerConfig spells the autoscaler's keys for the release or operator in use.
func (k *cluster) scalerConfig(c config, s AutoscalerSpec) {
	c.number(k.keys.MaxParallelism, s.MaxParallelism)
	a := s.Autoscaler
	if !a.Enabled {
		return
	}
	prefix := k.operatorVersion().AutoscalerPrefix()
	if k.emr {
		prefix = k.release.AutoscalerPrefix()
	}
	keys := flink.AutoscalerKeysFor(prefix)
	c.flag(keys.Enabled, true)
	if !a.Scaling {
		c.set(keys.ScalingEnabled, "false")
	}
	c.set(keys.Stabilization, a.Stabilization)
	c.set(keys.MetricsWindow, a.Window)
	c.set(keys.TargetUtilization, floatText(a.TargetUtilization))
	c.set(keys.Boundary, floatText(a.Boundary))
	c.set(keys.RestartTime, a.RestartTime)
	c.set(keys.CatchUp, a.CatchUp)
	c.number(keys.MinParallelism, a.MinParallelism)
	c.number(keys.MaxParallelism, a.MaxParallelism)
	c.set(keys.ExcludeVertices, strings.Join(a.ExcludeVertices, ";"))
	c.flag(keys.MemoryTuning, a.MemoryTuning)
	if a.Autotune {
		k.autotuneConfig(c, keys)
	}
	// Rescaling in place needs the adaptive scheduler, from Flink 1.18 on; EMR
	// names it the scheduler for its autoscaler.
	if !k.batch && k.version.AtLeast(1, 18) {
		c.set(k.keys.Scheduler, keySchedulerAdaptive)
	}
}

func (k *cluster) autotuneConfig(c config, keys flink.AutoscalerKeys) {
	if k.emr && k.release.Autotune() == flink.EMRAutotuneParameters {
		tune := flink.EMRAutotuneKeys()
		c.flag(tune.Enable, true)
		c.set(tune.JobStatus, "TOTAL_TIME")
		return
	}
	c.flag(keys.TimeTracking, true)
}

func floatText(f *float64) string {
	if f == nil {
		return ""
	}
	return strconv.FormatFloat(*f, 'f', -1, 64)
}
