package flink_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
)

func TestParseEMRLabel(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in, release, pin string
		operator         bool
	}{
		{"emr-7.12.0-flink-latest", "7.12.0", "latest", false},
		{"emr-7.13.0-flink-20260410", "7.13.0", "20260410", false},
		{"emr-7.12.0-flink-k8s-operator-latest", "7.12.0", "latest", true},
		{"emr-6.15.0-flink-k8s-operator-20240105", "6.15.0", "20240105", true},
	}
	for _, tt := range tests {
		l, err := flink.ParseEMRLabel(tt.in)
		if err != nil || l.Release.String() != tt.release || l.Pin != tt.pin || l.Operator != tt.operator {
			t.Errorf("ParseEMRLabel(%q) = %+v, %v", tt.in, l, err)
		}
		if l.String() != tt.in {
			t.Errorf("label %q is written %q", tt.in, l)
		}
		if l.Moving() != (tt.pin == "latest") {
			t.Errorf("label %q: Moving = %v", tt.in, l.Moving())
		}
	}
	for _, in := range []string{
		"", "emr-7.12.0-latest", "emr-7.12-flink-latest", "emr-7.12.0-flink", "emr-7.12.0-flink-2024321", "emr-spark-8.0.0-latest",
		"emr-7.12.0-flink-latest ", "EMR-7.12.0-flink-latest", "emr-7.012.0-flink-latest", "emr-7.12.0-flink-latest\n",
	} {
		if l, err := flink.ParseEMRLabel(in); err == nil {
			t.Errorf("ParseEMRLabel(%q) = %+v, want an error", in, l)
		}
	}
}

func TestEMRNames(t *testing.T) {
	t.Parallel()
	r := flink.EMRRelease{Major: 7, Minor: 12}
	for got, want := range map[string]string{
		r.String():                 "7.12.0",
		r.JobLabel().String():      "emr-7.12.0-flink-latest",
		r.OperatorLabel().String(): "emr-7.12.0-flink-k8s-operator-latest",
		r.JobImage("latest"):       "public.ecr.aws/emr-on-eks/flink/emr-7.12.0-flink:latest",
		r.JobImage("20251111"):     "public.ecr.aws/emr-on-eks/flink/emr-7.12.0-flink:20251111",
		r.LogSidecarImage():        "public.ecr.aws/emr-on-eks/fluentd/emr-7.12.0:latest",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestEMRFacts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		release                   string
		flink, build, operator    string
		flinkOK, operatorOK, java bool
	}{
		{"6.13.0", "v1_17", "1.17.0", "1.5", true, true, true},
		{"6.15.0", "v1_17", "1.17.1", "1.6", true, true, true},
		{"7.1.0", "v1_18", "1.18.1", "1.6", true, true, true},
		{"7.2.0", "v1_18", "1.18.1", "1.8", true, true, true},
		{"7.4.0", "", "", "1.8", false, false, false},
		{"7.6.0", "v1_20", "1.20.0-amzn-0", "1.10", false, false, false},
		{"7.11.0", "v1_20", "1.20.0-amzn-5", "1.10", true, false, false},
		{"7.13.0", "v1_20", "1.20.0-amzn-7", "1.10", true, false, false},
	}
	for _, tt := range tests {
		r, err := flink.ParseEMRRelease(tt.release)
		if err != nil {
			t.Fatal(err)
		}
		f, ok := flink.EMRFactsOf(r)
		if !ok {
			t.Errorf("release %s is unknown", tt.release)
			continue
		}
		if f.Flink.String() != tt.flink || f.FlinkBuild != tt.build || f.Operator.String() != tt.operator ||
			f.FlinkConfirmed != tt.flinkOK || f.OperatorConfirmed != tt.operatorOK || f.JavaConfirmed != tt.java {
			t.Errorf("release %s: %+v", tt.release, f)
		}
	}
	for _, unknown := range []flink.EMRRelease{{}, {Major: 7, Minor: 14}, {Major: 6, Minor: 12}, {Major: 7, Minor: 1, Patch: 1}} {
		if f, ok := flink.EMRFactsOf(unknown); ok {
			t.Errorf("release %s is taken for known: %+v", unknown, f)
		}
	}
}

// No EMR release has a Flink that its operator's CRD would refuse.
func TestEMRTableIsConsistent(t *testing.T) {
	t.Parallel()
	all := flink.EMRReleases()
	for i, f := range all {
		if i > 0 && all[i-1].Release.Compare(f.Release) >= 0 {
			t.Errorf("release %s is out of order", f.Release)
		}
		if !f.Operator.Known() {
			t.Errorf("release %s: operator %s is unknown", f.Release, f.Operator)
		}
		if !f.Flink.IsZero() && !f.Operator.Runs(f.Flink) {
			t.Errorf("release %s: operator %s does not run Flink %s", f.Release, f.Operator, f.Flink)
		}
	}
}

func TestEMRFeatures(t *testing.T) {
	t.Parallel()
	r614, r615 := flink.EMRRelease{Major: 6, Minor: 14}, flink.EMRRelease{Major: 6, Minor: 15}
	r71, r72 := flink.EMRRelease{Major: 7, Minor: 1}, flink.EMRRelease{Major: 7, Minor: 2}
	if r614.Has(flink.EMRSessionMode) || !r615.Has(flink.EMRSessionMode) {
		t.Error("session mode came with 6.15")
	}
	if !r614.Has(flink.EMRChangelog) || (flink.EMRRelease{Major: 6, Minor: 13}).Has(flink.EMRChangelog) {
		t.Error("changelog checkpoints came with 6.14")
	}
	if r71.Has(flink.EMRHudi) || !r72.Has(flink.EMRHudi) {
		t.Error("Hudi came with 7.2")
	}
	if r72.Has("teleportation") {
		t.Error("an unknown feature is had")
	}
	if r71.Autotune() != flink.EMRAutotuneParameters || r72.Autotune() != flink.EMRAutotuneTimeTracking {
		t.Error("autotuning changed with 7.2")
	}
	if r71.AutoscalerPrefix() != "kubernetes.operator.job.autoscaler." || r72.AutoscalerPrefix() != "job.autoscaler." {
		t.Error("the autoscaler's prefix changed with 7.2")
	}
}
