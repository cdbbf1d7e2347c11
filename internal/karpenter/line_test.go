package karpenter_test

import (
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/karpenter"
)

func TestLines(t *testing.T) {
	t.Parallel()
	var got []string
	for i, l := range pool(t).Lines {
		got = append(got, l.String())
		if at := l.At; at != i && (i != 3 || at != -1) {
			t.Errorf("line %d is at %d", i, at)
		}
	}
	want := []string{
		"kubernetes.io/arch In [arm64]", "karpenter.k8s.aws/instance-cpu Gt 3", "karpenter.k8s.aws/instance-cpu Lt 17",
		"NodeGroupType In [FlinkComputeOptimized]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if s := (karpenter.Line{Key: "a", Operator: karpenter.Exists}).String(); s != "a Exists" {
		t.Error(s)
	}
}

func TestAllows(t *testing.T) {
	t.Parallel()
	r := karpenter.NewRequirement("a", karpenter.Gt, "4")
	if r.Allows("4") || !r.Allows("5") || r.Allows("x") || r.AllowsNone() {
		t.Error(r)
	}
	if r := karpenter.NewRequirement("a", karpenter.NotIn, "b"); r.Allows("b") || !r.Allows("c") || !r.AllowsNone() {
		t.Error(r)
	}
}
