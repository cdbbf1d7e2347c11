package v1beta1_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// objects gives an empty object of every kind.
func objects() map[string]any {
	return map[string]any{
		v1beta1.KindFlinkDeployment:          &v1beta1.FlinkDeployment{},
		v1beta1.KindFlinkSessionJob:          &v1beta1.FlinkSessionJob{},
		v1beta1.KindFlinkStateSnapshot:       &v1beta1.FlinkStateSnapshot{},
		v1beta1.KindFlinkBlueGreenDeployment: &v1beta1.FlinkBlueGreenDeployment{},
	}
}

// Every JSON field of the Go types is in the CRD with the same type, and the
// other way round, the inside of pod templates apart.
func TestTypesAndCRDsAgree(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds() {
		want := map[string]string{}
		describe(reflect.TypeOf(objects()[kind]), "", want)
		got := map[string]string{}
		walk(schemaOf(readCRD(t, ownFile(t, kind))), "", func(path string, p *props) {
			if !strings.Contains(path, "podTemplate.") {
				got[path], _, _ = strings.Cut(typeOf(p), " of ")
			}
		})
		for _, implied := range []string{"apiVersion", "kind"} {
			delete(want, implied)
		}
		maps.DeleteFunc(want, func(path, _ string) bool { return path == "metadata" || strings.HasPrefix(path, "metadata.") })
		for _, path := range slices.Sorted(maps.Keys(merge(want, got))) {
			if want[path] != got[path] {
				t.Errorf("%s: %s is %q in Go, %q in the CRD", kind, path, want[path], got[path])
			}
		}
	}
}

func merge(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// describe lists the JSON fields of a Go type with their schema types.
func describe(typ reflect.Type, path string, into map[string]string) {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch typ {
	case reflect.TypeFor[v1beta1.FreeForm]():
		into[path] = " preserve=true"
		return
	case reflect.TypeFor[intstr.IntOrString]():
		into[path] = "int-or-string"
		return
	case reflect.TypeFor[metav1.Time]():
		into[path] = "string"
		return
	case reflect.TypeFor[metav1.FieldsV1](), reflect.TypeFor[v1beta1.PodTemplate]():
		into[path] = "object"
		return
	}
	switch typ.Kind() {
	case reflect.String:
		into[path] = "string"
	case reflect.Bool:
		into[path] = "boolean"
	case reflect.Int32, reflect.Int64:
		into[path] = "integer"
	case reflect.Float64:
		into[path] = "number"
	case reflect.Slice:
		into[path] = "array"
		describe(typ.Elem(), path+"[]", into)
	case reflect.Map:
		into[path] = "object"
		describe(typ.Elem(), path+"{}", into)
	case reflect.Struct:
		into[path] = "object"
		describeFields(typ, path, into)
	default:
		panic(fmt.Sprintf("%s: no rule for %s", path, typ))
	}
}

func describeFields(typ reflect.Type, path string, into map[string]string) {
	for field := range typ.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-":
		case name == "" && field.Anonymous:
			describeFields(field.Type, path, into)
		default:
			describe(field.Type, strings.TrimPrefix(path+"."+name, "."), into)
		}
	}
}

// Every field may be left out, and then it is left out of the JSON too.
func TestEveryFieldIsOptional(t *testing.T) {
	t.Parallel()
	seen := map[reflect.Type]bool{}
	var check func(typ reflect.Type)
	check = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || seen[typ] || typ.PkgPath() != reflect.TypeFor[v1beta1.JobSpec]().PkgPath() {
			return
		}
		seen[typ] = true
		for field := range typ.Fields() {
			tag := field.Tag.Get("json")
			if !strings.HasSuffix(tag, ",omitempty") && !strings.HasSuffix(tag, ",omitzero") && tag != ",inline" {
				t.Errorf("%s.%s: tag %q has neither omitempty nor omitzero", typ, field.Name, tag)
			}
			check(field.Type)
		}
	}
	for _, object := range objects() {
		check(reflect.TypeOf(object))
	}
	if len(seen) < 30 {
		t.Errorf("only %d types were seen", len(seen))
	}
}

// The constants of every enum are its values in the CRD.
func TestConstantsAreTheEnums(t *testing.T) {
	t.Parallel()
	fd, fss, bg := v1beta1.KindFlinkDeployment, v1beta1.KindFlinkStateSnapshot, v1beta1.KindFlinkBlueGreenDeployment
	for _, tt := range []struct {
		kind, path string
		constants  []string
	}{
		{fd, "spec.mode", words(v1beta1.ModeNative, v1beta1.ModeStandalone)},
		{fd, "spec.job.state", words(v1beta1.JobStateRunning, v1beta1.JobStateSuspended)},
		{fd, "spec.job.upgradeMode", words(v1beta1.UpgradeModeLastState, v1beta1.UpgradeModeSavepoint, v1beta1.UpgradeModeStateless)},
		{fd, "status.lifecycleState", words(v1beta1.LifecycleCreated, v1beta1.LifecycleSuspended, v1beta1.LifecycleUpgrading,
			v1beta1.LifecycleDeployed, v1beta1.LifecycleStable, v1beta1.LifecycleRollingBack, v1beta1.LifecycleRolledBack,
			v1beta1.LifecycleFailed, v1beta1.LifecycleDeleting, v1beta1.LifecycleDeleted)},
		{fd, "status.jobStatus.state", words(v1beta1.FlinkJobInitializing, v1beta1.FlinkJobCreated, v1beta1.FlinkJobRunning,
			v1beta1.FlinkJobFailing, v1beta1.FlinkJobFailed, v1beta1.FlinkJobCancelling, v1beta1.FlinkJobCanceled,
			v1beta1.FlinkJobFinished, v1beta1.FlinkJobRestarting, v1beta1.FlinkJobSuspended, v1beta1.FlinkJobReconciling)},
		{fd, "status.jobManagerDeploymentStatus", words(v1beta1.JobManagerReady, v1beta1.JobManagerDeployedNotReady,
			v1beta1.JobManagerDeploying, v1beta1.JobManagerMissing, v1beta1.JobManagerError)},
		{fd, "status.reconciliationStatus.state", words(v1beta1.ReconciliationDeployed, v1beta1.ReconciliationUpgrading,
			v1beta1.ReconciliationRollingBack, v1beta1.ReconciliationRolledBack)},
		{fd, "status.jobStatus.savepointInfo.triggerType", words(v1beta1.SnapshotTriggerManual, v1beta1.SnapshotTriggerPeriodic,
			v1beta1.SnapshotTriggerUpgrade, v1beta1.SnapshotTriggerUnknown)},
		{fd, "status.jobStatus.checkpointInfo.formatType", words(v1beta1.CheckpointFull, v1beta1.CheckpointIncremental,
			v1beta1.CheckpointUnknown)},
		{fss, "spec.savepoint.formatType", words(v1beta1.SavepointFormatCanonical, v1beta1.SavepointFormatNative,
			v1beta1.SavepointFormatUnknown)},
		{fss, "spec.jobReference.kind", words(v1beta1.JobKindFlinkDeployment, v1beta1.JobKindFlinkSessionJob)},
		{fss, "status.state", words(v1beta1.SnapshotTriggerPending, v1beta1.SnapshotInProgress, v1beta1.SnapshotCompleted,
			v1beta1.SnapshotFailed, v1beta1.SnapshotAbandoned)},
		{bg, "status.blueGreenState", words(v1beta1.BlueGreenInitializingBlue, v1beta1.BlueGreenActiveBlue,
			v1beta1.BlueGreenActiveGreen, v1beta1.BlueGreenSavepointingBlue, v1beta1.BlueGreenSavepointingGreen,
			v1beta1.BlueGreenTransitioningToBlue, v1beta1.BlueGreenTransitioningToGreen)},
	} {
		p := flatten(schemaOf(readCRD(t, ownFile(t, tt.kind))))[tt.path]
		if p == nil {
			t.Errorf("%s: no %s", tt.kind, tt.path)
			continue
		}
		if got := enumOf(p); !slices.Equal(got, tt.constants) {
			t.Errorf("%s: %s is one of %v, the constants are %v", tt.kind, tt.path, got, tt.constants)
		}
	}
}

// words gives sorted texts of constants.
func words[T ~string](constants ...T) []string {
	var list []string
	for _, c := range constants {
		list = append(list, string(c))
	}
	slices.Sort(list)
	return list
}
