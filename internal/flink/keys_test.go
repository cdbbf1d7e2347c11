package flink_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
)

func TestKeysFor(t *testing.T) {
	t.Parallel()
	v118, v120 := flink.Version{Major: 1, Minor: 18}, flink.Version{Major: 1, Minor: 20}
	v20 := flink.Version{Major: 2}
	for _, v := range []flink.Version{{}, v118, v120} {
		k := flink.KeysFor(v)
		if k.CheckpointDir != "state.checkpoints.dir" || k.SavepointDir != "state.savepoints.dir" ||
			k.StateBackend != "state.backend" || k.HAType != "high-availability" || k.RestartStrategy != "restart-strategy" ||
			!slices.Equal(k.LocalRecovery, []string{"state.backend.local-recovery"}) {
			t.Errorf("keys for %q: %+v", v, k)
		}
	}
	k := flink.KeysFor(v20)
	if k.CheckpointDir != "execution.checkpointing.dir" || k.SavepointDir != "execution.checkpointing.savepoint-dir" ||
		k.StateBackend != "state.backend.type" || k.HAType != "high-availability.type" ||
		k.RestartStrategy != "restart-strategy.type" ||
		k.NumRetained != "execution.checkpointing.num-retained" || k.Incremental != "execution.checkpointing.incremental" {
		t.Errorf("keys for 2.0: %+v", k)
	}
	want := []string{"execution.state-recovery.from-local", "execution.checkpointing.local-backup.enabled"}
	if !slices.Equal(k.LocalRecovery, want) {
		t.Errorf("local recovery in 2.0: %v, want %v", k.LocalRecovery, want)
	}
}

// No key is left empty, none is used twice, and no key of Flink 1 that was
// renamed survives in Flink 2.
func TestKeysAreCompleteAndDistinct(t *testing.T) {
	t.Parallel()
	for _, v := range flink.Versions() {
		seen := map[string]bool{}
		fields := reflect.ValueOf(flink.KeysFor(v))
		for i := range fields.NumField() {
			keys, ok := reflect.TypeAssert[[]string](fields.Field(i))
			if !ok {
				keys = []string{fields.Field(i).String()}
			}
			for _, k := range keys {
				if k == "" || seen[k] {
					t.Errorf("%s: key %q of %s is empty or used twice", v, k, fields.Type().Field(i).Name)
				}
				seen[k] = true
			}
		}
		for _, r := range flink.Renames() {
			if v.AtLeast(2, 0) && seen[r.Old] {
				t.Errorf("%s: key %q is of Flink 1", v, r.Old)
			}
		}
	}
}

func TestSpell(t *testing.T) {
	t.Parallel()
	const slots = "taskmanager.numberOfTaskSlots"
	if got := flink.Spell(flink.Version{Major: 2, Minor: 1}, slots); !slices.Equal(got, []string{slots}) {
		t.Errorf("a key that was never renamed became %v", got)
	}
	renames := flink.Renames()
	if !slices.IsSortedFunc(renames, func(a, b flink.Rename) int { return strings.Compare(a.Old, b.Old) }) {
		t.Error("Renames are not in the order of Old")
	}
}

func TestAutoscalerKeys(t *testing.T) {
	t.Parallel()
	old := flink.AutoscalerKeysFor(flink.Operator{Major: 1, Minor: 6}.AutoscalerPrefix())
	if old.Enabled != "kubernetes.operator.job.autoscaler.enabled" {
		t.Errorf("operator 1.6: %q", old.Enabled)
	}
	now := flink.AutoscalerKeysFor(flink.DefaultOperator().AutoscalerPrefix())
	if now.TargetUtilization != "job.autoscaler.target.utilization" ||
		now.TimeTracking != "job.autoscaler.restart.time-tracking.enabled" {
		t.Errorf("operator 1.15: %+v", now)
	}
	if k := flink.EMRAutotuneKeys().Enable; k != "kubernetes.operator.job.autoscaler.autotune.enable" {
		t.Errorf("autotune: %q", k)
	}
}
