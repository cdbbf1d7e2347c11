package flink

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Operator is a minor version of the Apache Flink Kubernetes Operator, such as
// 1.15. The zero value means "unknown".
type Operator struct{ Major, Minor int }

// ParseOperator reads "1.15", "1.15.0" or "v1.15.0"; a patch version is
// dropped, since no fact here depends on it. The version need not be a known
// one; see Known.
func ParseOperator(s string) (Operator, error) {
	parts := strings.Split(strings.TrimPrefix(s, "v"), ".")
	if len(parts) != 2 && len(parts) != 3 {
		return Operator{}, fmt.Errorf("operator version %q: want a form like 1.15 or 1.15.0", s)
	}
	numbers := make([]int, len(parts))
	for i, p := range parts {
		n, err := parseNumber(p)
		if err != nil {
			return Operator{}, fmt.Errorf("operator version %q: want a form like 1.15 or 1.15.0", s)
		}
		numbers[i] = n
	}
	return Operator{numbers[0], numbers[1]}, nil
}

// DefaultOperator is the version that the bundled chart and CRDs are for: 1.15.
func DefaultOperator() Operator { return Operator{1, 15} }

// String gives "1.15", or "" for the zero value.
func (o Operator) String() string {
	if o.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%d", o.Major, o.Minor)
}

// IsZero reports whether the version is unknown.
func (o Operator) IsZero() bool { return o == Operator{} }

// Compare returns -1, 0 or 1 as o is older than, the same as or newer than p.
func (o Operator) Compare(p Operator) int {
	return cmp.Or(cmp.Compare(o.Major, p.Major), cmp.Compare(o.Minor, p.Minor))
}

// AtLeast reports whether o is major.minor or newer.
func (o Operator) AtLeast(major, minor int) bool {
	return o.Compare(Operator{major, minor}) >= 0
}

// operatorFacts is one row of the operator table.
type operatorFacts struct {
	operator Operator
	newest   Version // the last value of the CRD's flinkVersion enum
}

// operatorTable says which Flink versions the CRD of each operator version
// knows. Source: apache/flink-kubernetes-operator, tags release-1.5.0 to
// release-1.15.0, helm/flink-kubernetes-operator/crds. The operator's own Java
// enum of 1.15 goes on to 2.4, but the API server refuses what the CRD lacks.
// 1.7 was not read; its neighbours bound it, and it has the older of the two.
func operatorTable() []operatorFacts {
	return []operatorFacts{
		{Operator{1, 5}, Version{1, 17}},
		{Operator{1, 6}, Version{1, 18}},
		{Operator{1, 7}, Version{1, 18}},
		{Operator{1, 8}, Version{1, 19}},
		{Operator{1, 9}, Version{1, 19}},
		{Operator{1, 10}, Version{1, 20}},
		{Operator{1, 11}, Version{2, 0}},
		{Operator{1, 12}, Version{2, 0}},
		{Operator{1, 13}, Version{2, 2}},
		{Operator{1, 14}, Version{2, 2}},
		{Operator{1, 15}, Version{2, 2}},
	}
}

// Operators lists the known operator versions, oldest first.
func Operators() []Operator {
	var os []Operator
	for _, f := range operatorTable() {
		os = append(os, f.operator)
	}
	return os
}

// Known reports whether o is in Operators.
func (o Operator) Known() bool { return slices.Contains(Operators(), o) }

// FlinkVersions lists, oldest first, the values that the operator's CRD
// accepts as flinkVersion. It is empty for an unknown operator version.
func (o Operator) FlinkVersions() []Version {
	for _, f := range operatorTable() {
		if f.operator == o {
			return versionRange(f.newest)
		}
	}
	return nil
}

// Runs reports whether the operator accepts v in its CRD and also works on it:
// since 1.7 versions before 1.15 are ignored (and since 1.9 refused), although
// the enum has them (FlinkVersion.isSupported). False for an unknown operator.
func (o Operator) Runs(v Version) bool {
	if !slices.Contains(o.FlinkVersions(), v) {
		return false
	}
	return !o.AtLeast(1, 7) || v.AtLeast(1, 15)
}

// FlinkConfigurationIsMap reports whether the CRD types flinkConfiguration as
// a map of strings, so that unquoted numbers, booleans and nested maps are
// refused: up to 1.12. From 1.13 it is free-form (FLINK-37406).
func (o Operator) FlinkConfigurationIsMap() bool { return !o.AtLeast(1, 13) }

// HasStateSnapshots reports whether the kind FlinkStateSnapshot exists: from 1.10.
func (o Operator) HasStateSnapshots() bool { return o.AtLeast(1, 10) }

// HasBlueGreen reports whether the kind FlinkBlueGreenDeployment exists: from 1.14.
func (o Operator) HasBlueGreen() bool { return o.AtLeast(1, 14) }

// HasResources reports whether jobManager.resources and taskManager.resources
// exist beside resource: from 1.16 (FLINK-33548).
func (o Operator) HasResources() bool { return o.AtLeast(1, 16) }

// LastStateNeedsHA reports whether upgradeMode last-state is refused while high
// availability is off: up to 1.9 (DefaultValidator; gone in 1.10).
func (o Operator) LastStateNeedsHA() bool { return !o.AtLeast(1, 10) }

// RestrictsSessionJars reports whether a session job's jarURI must have an
// allowed scheme (https alone unless the operator's configuration says more)
// and a public host: from 1.15 (DefaultValidator).
func (o Operator) RestrictsSessionJars() bool { return o.AtLeast(1, 15) }
