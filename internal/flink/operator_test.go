package flink_test

import (
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
)

func TestParseOperator(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"1.15", "1.15.0", "v1.15.2"} {
		if got, err := flink.ParseOperator(in); err != nil || got != flink.DefaultOperator() {
			t.Errorf("ParseOperator(%q) = %v, %v; want 1.15", in, got, err)
		}
	}
	for _, in := range []string{"", "1", "1.x", "1.15.0.1", "1.15-SNAPSHOT", "latest"} {
		if got, err := flink.ParseOperator(in); err == nil {
			t.Errorf("ParseOperator(%q) = %v, want an error", in, got)
		}
	}
}

// The last enum value of every CRD, from the tags of the operator.
func TestFlinkVersionsOfOperators(t *testing.T) {
	t.Parallel()
	newest := map[string]string{
		"1.5": "v1_17", "1.6": "v1_18", "1.8": "v1_19", "1.9": "v1_19", "1.10": "v1_20",
		"1.11": "v2_0", "1.12": "v2_0", "1.13": "v2_2", "1.14": "v2_2", "1.15": "v2_2",
	}
	for name, want := range newest {
		o, err := flink.ParseOperator(name)
		if err != nil {
			t.Fatal(err)
		}
		vs := o.FlinkVersions()
		if len(vs) == 0 || vs[0].String() != "v1_13" || vs[len(vs)-1].String() != want {
			t.Errorf("operator %s: %v, want v1_13 to %s", name, vs, want)
		}
	}
	if ops := flink.Operators(); !slices.IsSortedFunc(ops, flink.Operator.Compare) || ops[len(ops)-1] != flink.DefaultOperator() {
		t.Errorf("Operators = %v", ops)
	}
}

func TestUnknownOperatorRunsNothing(t *testing.T) {
	t.Parallel()
	future := flink.Operator{Major: 1, Minor: 99}
	if future.Known() || future.FlinkVersions() != nil || future.Runs(flink.Version{Major: 1, Minor: 20}) {
		t.Error("an unknown operator version must not be taken for a known one")
	}
}

func TestOperatorRuns(t *testing.T) {
	t.Parallel()
	tests := []struct {
		operator, version string
		want              bool
	}{
		{"1.6", "v1_13", true},
		{"1.7", "v1_14", false},
		{"1.15", "v1_15", true},
		{"1.9", "v1_20", false},
		{"1.10", "v1_20", true},
		{"1.12", "v2_1", false},
		{"1.15", "v2_2", true},
		{"1.15", "v2_3", false},
	}
	for _, tt := range tests {
		o, _ := flink.ParseOperator(tt.operator)
		v, _ := flink.ParseVersion(tt.version)
		if got := o.Runs(v); got != tt.want {
			t.Errorf("operator %s runs %s: %v, want %v", tt.operator, tt.version, got, tt.want)
		}
	}
}

func TestOperatorGates(t *testing.T) {
	t.Parallel()
	type gate struct {
		name  string
		of    func(flink.Operator) bool
		below flink.Operator // the last version that answers before
		after bool           // the answer from the next version on
	}
	for _, g := range []gate{
		{"configuration is a map", flink.Operator.FlinkConfigurationIsMap, flink.Operator{Major: 1, Minor: 12}, false},
		{"snapshots", flink.Operator.HasStateSnapshots, flink.Operator{Major: 1, Minor: 9}, true},
		{"blue-green", flink.Operator.HasBlueGreen, flink.Operator{Major: 1, Minor: 13}, true},
		{"resources", flink.Operator.HasResources, flink.Operator{Major: 1, Minor: 15}, true},
		{"last-state needs HA", flink.Operator.LastStateNeedsHA, flink.Operator{Major: 1, Minor: 9}, false},
		{"session jars", flink.Operator.RestrictsSessionJars, flink.Operator{Major: 1, Minor: 14}, true},
	} {
		next := flink.Operator{Major: g.below.Major, Minor: g.below.Minor + 1}
		if g.of(g.below) != !g.after || g.of(next) != g.after {
			t.Errorf("%s: %v at %s, %v at %s", g.name, g.of(g.below), g.below, g.of(next), next)
		}
	}
}
