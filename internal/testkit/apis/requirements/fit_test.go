package requirements_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"
	"sigs.k8s.io/karpenter/pkg/utils/resources"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/fit"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// TestFit asks whether a pool takes a pod, of each pool, pod and size, and does the same with Karpenter's requirements and
// resources over the same types, step by step as NodeClaim.CanAdd and filterInstanceTypesByRequirements do, which are not exported.
func TestFit(t *testing.T) {
	t.Parallel()
	builtIn := instances.NewBuiltIn()
	class := instances.NodeClass{Name: "flink", AMIFamily: instances.FamilyAL2023}
	taken, asked := 0, 0
	for _, data := range sizedPools() {
		mine, err := karpenter.ReadPool("fast", data)
		if err != nil {
			t.Fatal(err)
		}
		p := fit.New(mine, &class, fit.Catalogue{Types: builtIn.Types})
		types := typesOf(builtIn.Types().All(), class)
		for _, pod := range sizedPods() {
			for _, size := range []string{"1 2Gi", "7900m 4Gi", "8 4Gi", "35 60Gi", "4 1Ti", "200 8Gi", "1000 1Gi", "2 100Ti"} {
				asked++
				requests := request(size)
				want := theirFit(data, mine.Taints, pod, requests, types)
				if want {
					taken++
				}
				got := p.Ask(pod, requests, nil)
				if (len(got.Reasons) == 0) != want {
					t.Errorf("pool %v, pod %v %v, %s: %v, want fits %v", data, pod.NodeSelector, pod.Affinity, size, got.Reasons, want)
				}
			}
		}
	}
	if taken < asked/10 || taken > asked*9/10 {
		t.Errorf("%d of %d are taken", taken, asked)
	}
	t.Logf("%d answers agree, %d of them yes", asked, taken)
}

// theirType is an instance type as Karpenter's scheduler has it.
type theirType struct {
	requirements scheduling.Requirements
	allocatable  corev1.ResourceList
}

func typesOf(all []instances.Instance, class instances.NodeClass) []theirType {
	var out []theirType
	for n := range all {
		if !class.Takes(all[n]) {
			continue
		}
		r := scheduling.NewRequirements()
		for _, key := range instances.Keys() {
			switch values, known := all[n].Values(key); {
			case known && len(values) == 0:
				r.Add(scheduling.NewRequirement(key, corev1.NodeSelectorOpDoesNotExist))
			case known:
				r.Add(scheduling.NewRequirement(key, corev1.NodeSelectorOpIn, values...))
			}
		}
		out = append(out, theirType{r, class.Sized(all[n], instances.DefaultController()).Allocatable()})
	}
	return out
}

func theirFit(pool map[string]any, taints scheduling.Taints, spec corev1.PodSpec, requests corev1.ResourceList, types []theirType) bool {
	if taints.Tolerates(spec.Tolerations) != nil {
		return false
	}
	claim := poolOf(pool)
	pod := scheduling.NewStrictPodRequirements(&corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p"}, Spec: spec})
	if claim.Compatible(pod, scheduling.AllowUndefinedWellKnownLabels) != nil {
		return false
	}
	claim.Add(pod.Values()...)
	for _, one := range types {
		if one.requirements.Intersects(claim) == nil && resources.Fits(requests, one.allocatable) {
			return true
		}
	}
	return false
}

func request(size string) corev1.ResourceList {
	cpu, memory, _ := strings.Cut(size, " ")
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)}
}

// sizedPools are those of TestRefusals, and pools whose requirements exclude types in several ways.
func sizedPools() []map[string]any {
	out := pools()
	line := func(key, op string, values ...any) map[string]any {
		return map[string]any{"key": "karpenter.k8s.aws/instance-" + key, "operator": op, "values": values}
	}
	for _, requirements := range [][]any{
		{line("family", "In", "c5d")},
		{line("family", "In", "m5", "m5d", "c6i"), line("generation", "Gt", "6")},
		{line("category", "In", "c", "m", "r"), line("generation", "Gt", "5"), line("cpu", "Lt", "9")},
		{line("local-nvme", "Gt", "400")},
		{line("category", "In", "r"), line("family", "In", "r8g", "x2gd")},
		{line("hypervisor", "In", ""), line("memory", "Gt", "200000")},
		{line("local-nvme", "DoesNotExist"), line("cpu-manufacturer", "In", "amd")},
	} {
		out = append(out, map[string]any{"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{}, "spec": map[string]any{
			"requirements": requirements,
			"nodeClassRef": map[string]any{"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "flink"},
		}}}})
	}
	return out
}

func sizedPods() []corev1.PodSpec {
	var out []corev1.PodSpec
	for _, selector := range []map[string]string{
		nil, {"kubernetes.io/arch": "arm64"}, {"kubernetes.io/arch": "amd64"}, {"karpenter.k8s.aws/instance-family": "c5d"},
		{"karpenter.k8s.aws/instance-family": "r8g", "kubernetes.io/arch": "amd64"}, {"node.kubernetes.io/instance-type": "m7g.large"},
		{"karpenter.k8s.aws/instance-cpu": "96"}, {"NodeGroupType": "FlinkComputeOptimized"}, {"karpenter.sh/nodepool": "fast"},
	} {
		for _, e := range []corev1.NodeSelectorRequirement{
			{}, {Key: "karpenter.k8s.aws/instance-local-nvme", Operator: "Exists"}, {Key: "karpenter.k8s.aws/instance-generation", Operator: "Gt", Values: []string{"6"}},
			{Key: "karpenter.k8s.aws/instance-category", Operator: "NotIn", Values: []string{"c", "m"}},
		} {
			pod := corev1.PodSpec{NodeSelector: selector, Tolerations: []corev1.Toleration{{Key: "flink", Operator: "Exists"}}}
			if e.Key != "" {
				pod.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
					NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{e}}},
				}}}
			}
			out = append(out, pod)
		}
	}
	return out
}
