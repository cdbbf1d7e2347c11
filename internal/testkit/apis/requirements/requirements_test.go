package requirements_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	karpenteraws "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"go.uber.org/multierr"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	karpenterv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"

	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// part is one requirement, without its label.
type part struct {
	op     string
	values []string
}

// sides are the requirements that a NodePool or a pod may have for one label.
func sides() [][]part {
	return [][]part{
		nil,
		{{"In", []string{"a"}}},
		{{"In", []string{"a", "b"}}},
		{{"In", []string{"2", "4", "8", "16", "32", "64", "128"}}},
		{{"In", nil}},
		{{"NotIn", []string{"a"}}},
		{{"NotIn", []string{"4", "b"}}},
		{{"Exists", nil}},
		{{"DoesNotExist", nil}},
		{{"Gt", []string{"4"}}},
		{{"Lt", []string{"8"}}},
		{{"Gte", []string{"8"}}},
		{{"Lte", []string{"4"}}},
		{{"Gt", []string{"4"}}, {"Lt", []string{"6"}}},
		{{"Gt", []string{"8"}}, {"Lt", []string{"4"}}},
		{{"Gt", []string{"9223372036854775807"}}},
		{{"NotIn", []string{"a"}}, {"In", []string{"a", "b"}}},
		{{"In", []string{"a"}}, {"In", []string{"b"}}},
		{{"NotIn", []string{"4"}}, {"Gte", []string{"4"}}},
	}
}

// labels are one of the user's, one that Karpenter knows, one with an old name, and one that looks known.
func labels() []string {
	return []string{"pool", "karpenter.k8s.aws/instance-cpu", "beta.kubernetes.io/arch", "node.kubernetes.io/arch"}
}

func TestCompatible(t *testing.T) {
	t.Parallel()
	_ = karpenteraws.LabelInstanceCPU // its package adds the labels of AWS to the known ones
	pairs, compatible := 0, 0
	for _, key := range labels() {
		for _, pool := range sides() {
			for _, pod := range sides() {
				pairs++
				real := theirs(key, pool).Compatible(theirs(key, pod), scheduling.AllowUndefinedWellKnownLabels)
				got := ours(key, pool).Compatible(ours(key, pod))
				if real == nil {
					compatible++
				}
				if want := texts(real); !slices.Equal(plain(got), plain(want)) {
					t.Errorf("label %s, pool %v, pod %v: %q, want %q", key, pool, pod, got, want)
				}
			}
		}
	}
	t.Logf("%d pairs agree, %d of them compatible", pairs, compatible)
}

// TestTwoLabels joins requirements for two labels, where one error may hide another.
func TestTwoLabels(t *testing.T) {
	t.Parallel()
	pairs := 0
	for i, pool := range sides() {
		for j, pod := range sides() {
			pairs++
			other := sides()[(i*7+j*3)%len(sides())]
			a, b := theirs("pool", pool), theirs("pool", pod)
			a.Add(theirs("kubernetes.io/arch", other).Values()...)
			b.Add(theirs("kubernetes.io/arch", pool).Values()...)
			mine, podOf := ours("pool", pool), ours("pool", pod)
			for key, r := range ours("kubernetes.io/arch", other) {
				mine[key] = r
			}
			for key, r := range ours("kubernetes.io/arch", pool) {
				podOf[key] = r
			}
			want := texts(a.Compatible(b, scheduling.AllowUndefinedWellKnownLabels))
			if got := mine.Compatible(podOf); !slices.Equal(plain(got), plain(want)) {
				t.Errorf("pool %v and arch %v, pod %v and arch %v: %q, want %q", pool, other, pod, pool, got, want)
			}
		}
	}
	t.Logf("%d pairs agree", pairs)
}

func theirs(key string, parts []part) scheduling.Requirements {
	r := scheduling.NewRequirements()
	for _, p := range parts {
		r.Add(scheduling.NewRequirement(key, corev1.NodeSelectorOperator(p.op), slices.Clone(p.values)...))
	}
	return r
}

func ours(key string, parts []part) karpenter.Requirements {
	var all []karpenter.Requirement
	for _, p := range parts {
		all = append(all, karpenter.NewRequirement(key, karpenter.Operator(p.op), p.values...))
	}
	return karpenter.NewRequirements(all...)
}

func texts(err error) []string {
	var out []string
	for _, e := range multierr.Errors(err) {
		out = append(out, e.Error())
	}
	return out
}

// plain sorts messages, which Karpenter gives in any order, and drops the hint, for which it takes any label that fits.
func plain(messages []string) []string {
	out := make([]string, len(messages))
	for i, m := range messages {
		out[i], _, _ = strings.Cut(m, " (typo of")
	}
	slices.Sort(out)
	return out
}

// anyLabel is plain without the name of the label that has no known values: of several Karpenter names any, we the first.
func anyLabel(messages []string) []string {
	out := plain(messages)
	for i, m := range out {
		if strings.HasSuffix(m, "does not have known values") {
			out[i] = "a label does not have known values"
		}
	}
	return out
}

// TestWellKnown compares the lists of labels that Karpenter sets by itself.
func TestWellKnown(t *testing.T) {
	t.Parallel()
	got := slices.Sorted(slices.Values(karpenter.WellKnownLabels()))
	if want := slices.Sorted(maps.Keys(karpenterv1.WellKnownLabels)); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTolerates(t *testing.T) {
	t.Parallel()
	var taints []corev1.Taint
	for _, value := range []string{"", "true", "5"} {
		for _, effect := range []corev1.TaintEffect{"NoSchedule", "NoExecute", "PreferNoSchedule"} {
			taints = append(taints, corev1.Taint{Key: "flink", Value: value, Effect: effect})
		}
	}
	pairs := 0
	for _, key := range []string{"", "flink", "spark"} {
		for _, op := range []corev1.TolerationOperator{"", "Equal", "Exists", "Gt", "Lt", "Sometimes"} {
			for _, value := range []string{"", "true", "3", "7"} {
				for _, effect := range []corev1.TaintEffect{"", "NoSchedule", "NoExecute"} {
					for _, taint := range taints {
						pairs++
						pod := []corev1.Toleration{{Key: key, Operator: op, Value: value, Effect: effect}}
						// Karpenter adds this one to a pod that it cannot place otherwise (Preferences.Relax).
						relaxed := append(slices.Clone(pod), corev1.Toleration{Operator: "Exists", Effect: "PreferNoSchedule"})
						want := scheduling.Taints{taint}.Tolerates(relaxed) == nil
						if got := karpenter.Tolerates(pod, taint); got != want {
							t.Errorf("toleration %+v, taint %+v: %v, want %v", pod[0], taint, got, want)
						}
					}
				}
			}
		}
	}
	t.Logf("%d pairs agree", pairs)
}

// TestRefusals feeds whole NodePools and pods to both.
func TestRefusals(t *testing.T) {
	t.Parallel()
	pairs := 0
	for _, pool := range pools() {
		mine, err := karpenter.ReadPool("fast", pool)
		if err != nil {
			t.Fatal(err)
		}
		for _, pod := range podSpecs() {
			pairs++
			var real []string
			for _, err := range multierr.Errors(scheduling.Taints(mine.Taints).Tolerates(pod.Tolerations)) {
				real = append(real, err.Error())
			}
			of := scheduling.NewStrictPodRequirements(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p"}, Spec: pod})
			real = append(real, texts(poolOf(pool).Compatible(of, scheduling.AllowUndefinedWellKnownLabels))...)
			if got := mine.Refusals(pod); !slices.Equal(anyLabel(got), anyLabel(real)) {
				t.Errorf("pool %v, selector %v, affinity %v, tolerations %v: %q, want %q",
					pool, pod.NodeSelector, pod.Affinity, pod.Tolerations, got, real)
			}
		}
	}
	t.Logf("%d pairs agree", pairs)
}

func pools() []map[string]any {
	pool := func(labels map[string]any, requirements, taints []any) map[string]any {
		return map[string]any{"spec": map[string]any{"template": map[string]any{
			"metadata": map[string]any{"labels": labels},
			"spec": map[string]any{
				"requirements": requirements, "taints": taints,
				"nodeClassRef": map[string]any{"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "flink"},
			},
		}}}
	}
	arm := map[string]any{"key": "kubernetes.io/arch", "operator": "In", "values": []any{"arm64"}}
	large := map[string]any{"key": "karpenter.k8s.aws/instance-cpu", "operator": "Gte", "values": []any{"8"}}
	custom := map[string]any{"key": "team", "operator": "Exists"}
	taint := map[string]any{"key": "flink", "value": "tm", "effect": "NoSchedule"}
	return []map[string]any{
		pool(nil, nil, nil),
		pool(map[string]any{"NodeGroupType": "FlinkComputeOptimized"}, []any{arm, large}, nil),
		pool(map[string]any{"NodeGroupType": "Other"}, []any{arm, custom}, []any{taint}),
		pool(nil, []any{custom}, []any{taint, map[string]any{"key": "x", "effect": "NoExecute"}}),
	}
}

// poolOf makes the requirements of a NodePool as Karpenter's NewNodeClaimTemplate does, whose package would bring in the
// whole scheduler.
func poolOf(data map[string]any) scheduling.Requirements {
	template, _ := data["spec"].(map[string]any)["template"].(map[string]any)
	spec, _ := template["spec"].(map[string]any)
	r := scheduling.NewRequirements()
	list, _ := spec["requirements"].([]any)
	for _, item := range list {
		m, _ := item.(map[string]any)
		var values []string
		own, _ := m["values"].([]any)
		for _, v := range own {
			values = append(values, fmt.Sprint(v))
		}
		r.Add(scheduling.NewRequirement(fmt.Sprint(m["key"]), corev1.NodeSelectorOperator(fmt.Sprint(m["operator"])), values...))
	}
	labels := map[string]string{
		karpenterv1.NodePoolLabelKey: "fast", "karpenter.k8s.aws/ec2nodeclass": "flink",
		karpenterv1.NodeRegisteredLabelKey: "true", karpenterv1.NodeInitializedLabelKey: "true",
	}
	own, _ := template["metadata"].(map[string]any)["labels"].(map[string]any)
	for key, value := range own {
		labels[key] = fmt.Sprint(value)
	}
	r.Add(scheduling.NewLabelRequirements(labels).Values()...)
	return r
}

func podSpecs() []corev1.PodSpec {
	var out []corev1.PodSpec
	for _, selector := range []map[string]string{
		nil, {"NodeGroupType": "FlinkComputeOptimized"}, {"karpenter.sh/nodepool": "fast"}, {"karpenter.sh/nodepool": "slow"},
		{"kubernetes.io/arch": "amd64"}, {"kubernetes.io/arch": "arm64", "team": "a"}, {"karpenter.k8s.aws/ec2nodeclass": "flink"},
		{"topology.kubernetes.io/zon": "eu-central-1a"}, {"kubernetes.io/hostname": "ip-10-0-0-1"},
	} {
		for _, tolerations := range [][]corev1.Toleration{nil, {{Key: "flink", Operator: "Exists"}}, {{Operator: "Exists"}}} {
			for _, op := range []corev1.NodeSelectorOperator{"", "In", "NotIn", "Exists", "DoesNotExist"} {
				pod := corev1.PodSpec{NodeSelector: selector, Tolerations: tolerations}
				if op != "" {
					expression := corev1.NodeSelectorRequirement{Key: "NodeGroupType", Operator: op}
					if op == "In" || op == "NotIn" {
						expression.Values = []string{"FlinkComputeOptimized"}
					}
					pod.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
						RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
							NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{expression}}},
						},
					}}
				}
				out = append(out, pod)
			}
		}
	}
	return out
}
