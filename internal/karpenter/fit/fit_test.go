package fit_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/fit"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// poolOf makes a pool of lines "family In c5d c5n"; a key without a domain is one of karpenter.k8s.aws/instance-.
func poolOf(t *testing.T, class *instances.NodeClass, c fit.Catalogue, lines ...string) *fit.Pool {
	t.Helper()
	var requirements []any
	for _, line := range lines {
		f := strings.Fields(line)
		if !strings.Contains(f[0], "/") {
			f[0] = "karpenter.k8s.aws/instance-" + f[0]
		}
		values := []any{}
		for _, v := range f[2:] {
			values = append(values, v)
		}
		requirements = append(requirements, map[string]any{"key": f[0], "operator": f[1], "values": values})
	}
	p, err := karpenter.ReadPool("pool", map[string]any{"spec": map[string]any{"template": map[string]any{"spec": map[string]any{
		"requirements": requirements, "nodeClassRef": map[string]any{"group": "karpenter.k8s.aws", "kind": "EC2NodeClass", "name": "flink"},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	return fit.New(p, class, c)
}

func list(texts ...string) corev1.ResourceList {
	out := corev1.ResourceList{}
	for n, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
		if n < len(texts) {
			out[name] = resource.MustParse(texts[n])
		}
	}
	return out
}

func TestAsk(t *testing.T) {
	t.Parallel()
	builtIn := instances.NewBuiltIn()
	open, final := fit.Catalogue{Types: builtIn.Types}, fit.Catalogue{Types: builtIn.Types, Final: true}
	al2023 := &instances.NodeClass{AMIFamily: instances.FamilyAL2023}
	raid := &instances.NodeClass{AMIFamily: instances.FamilyAL2023, RAID0: true}
	for name, c := range map[string]struct {
		class    *instances.NodeClass
		types    fit.Catalogue
		lines    []string
		selector map[string]string
		asked    corev1.ResourceList
		daemons  corev1.ResourceList
		want     string
		sure     bool
	}{
		"room":            {al2023, open, []string{"family In c5d"}, nil, list("1", "2Gi"), nil, "", false},
		"too many CPUs":   {al2023, open, []string{"family In c5d", "cpu Lt 37"}, nil, list("40"), nil, "cpu: c5d.9xlarge is the largest that is left and has 35840m for pods, and the pod asks for 40", true},
		"all of the CPUs": {al2023, open, []string{"family In m7g", "cpu In 4"}, nil, list("4"), nil, "cpu: m7g.xlarge is the largest that is left and has 3920m for pods, and the pod asks for 4", true},
		"the same, node class not known": {nil, open, []string{"family In m7g", "cpu In 4"}, nil, list("4"), nil,
			"cpu: m7g.xlarge is the largest that is left and has 3920m for pods, and the pod asks for 4", false},
		"daemonsets": {al2023, open, []string{"family In m7g", "cpu In 4"}, nil, list("3900m"), list("150m"),
			"cpu: m7g.xlarge is the largest that is left and has 3920m for pods, and the pod asks for 4050m, daemonsets included", true},
		"memory that the overhead takes": {al2023, open, []string{"family In m7g", "cpu In 4"}, nil, list("1", "14Gi"), nil,
			"memory: m7g.xlarge is the largest", false},
		"disk":             {al2023, open, []string{"family In m7gd", "cpu In 4"}, nil, list("1", "1Gi", "100Gi"), nil, "ephemeral-storage: m7gd.xlarge is the largest that is left", true},
		"disk with RAID0":  {raid, open, []string{"family In m7gd", "cpu In 4"}, nil, list("1", "1Gi", "100Gi"), nil, "", false},
		"disk not known":   {nil, open, []string{"family In m7g", "cpu In 4"}, nil, list("1", "1Gi", "100Gi"), nil, "", false},
		"not at once":      {al2023, open, []string{"node.kubernetes.io/instance-type In c7g.4xlarge r7g.2xlarge"}, nil, list("12", "50Gi"), nil, "none of its 2 instance types (c7g, r7g) has 12 of cpu and 50Gi of memory at once", true},
		"family excluded":  {al2023, open, []string{"family In m5", "generation Gt 5"}, nil, list("1"), nil, "its requirements leave no known instance type: karpenter.k8s.aws/instance-family In [m5] and karpenter.k8s.aws/instance-generation Gt 5", true},
		"not yet there":    {al2023, open, []string{"generation Gt 60"}, nil, list("1"), nil, "its requirements leave no known instance type: karpenter.k8s.aws/instance-generation Gt 60", false},
		"unknown family":   {al2023, open, []string{"family In c99"}, nil, list("1"), nil, "its requirements leave no known instance type", false},
		"the same, final":  {al2023, final, []string{"family In c99"}, nil, list("1"), nil, "its requirements leave no known instance type", true},
		"another is there": {al2023, open, []string{"family In c99 c5d"}, nil, list("200"), nil, "cpu: c5d.24xlarge is the largest", false},
		"pod and pool": {al2023, open, []string{"family In c5d"}, map[string]string{"karpenter.k8s.aws/instance-generation": "7"}, list("1"), nil,
			"key karpenter.k8s.aws/instance-generation, none of its 9 instance types (c5d) meets karpenter.k8s.aws/instance-generation In [7]", true},
		"a1 on AL2023": {al2023, open, []string{"family In a1"}, nil, list("1"), nil, "no instance type is left that its node class takes", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := poolOf(t, c.class, c.types, c.lines...)
			got := p.Ask(corev1.PodSpec{NodeSelector: c.selector}, c.asked, c.daemons)
			why := strings.Join(got.Reasons, "; ")
			if (why == "") != (c.want == "") || !strings.HasPrefix(why, c.want) || why != "" && got.Sure != c.sure {
				t.Errorf("%q, sure %v\nwant %q, sure %v", why, got.Sure, c.want, c.sure)
			}
		})
	}
}

func TestGroup(t *testing.T) {
	t.Parallel()
	in := func(key string, values ...string) karpenter.Requirement {
		return karpenter.NewRequirement(key, karpenter.In, values...)
	}
	g := fit.Group("small", karpenter.NewRequirements(
		in("team", "a"), in(karpenter.LabelArch, "amd64"), in(instances.LabelType, "m7i.large", "m6i.large"),
	), []corev1.Taint{{Key: "flink", Effect: corev1.TaintEffectNoSchedule}}, fit.Catalogue{Types: instances.NewBuiltIn().Types})
	tolerant := []corev1.Toleration{{Key: "flink", Operator: corev1.TolerationOpExists}}
	for want, pod := range map[string]corev1.PodSpec{
		"":               {NodeSelector: map[string]string{"team": "a"}, Tolerations: tolerant},
		"did not":        {NodeSelector: map[string]string{"team": "a"}},
		"key team":       {NodeSelector: map[string]string{"team": "b"}, Tolerations: tolerant},
		"key karpenter.": {NodeSelector: map[string]string{karpenter.LabelCapacityType: "spot"}, Tolerations: tolerant},
	} {
		if why := g.Ask(pod, list("1"), nil).Reasons; slices.Contains(why, "") || (want == "") != (len(why) == 0) ||
			!strings.HasPrefix(strings.Join(why, ""), want) {
			t.Errorf("%q, want %q", why, want)
		}
	}
	large := corev1.PodSpec{Tolerations: tolerant}
	if a := g.Ask(large, list("4"), nil); len(a.Reasons) == 0 || !a.Sure || !a.Room {
		t.Errorf("%+v", a)
	}
	if a := g.Ask(large, list("2"), nil); len(a.Reasons) == 0 || a.Sure {
		t.Errorf("%+v: a node class that is not known may keep less", a)
	}
}
