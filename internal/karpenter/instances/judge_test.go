package instances_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// pool makes a pool of requirements, a line each: "family In c5d c5n"; a key without a domain is one of karpenter.k8s.aws/instance-.
func pool(t testing.TB, lines ...string) karpenter.Pool {
	t.Helper()
	var requirements []any
	for _, line := range lines {
		f := strings.Fields(line)
		if !strings.Contains(f[0], "/") {
			f[0] = "karpenter.k8s.aws/instance-" + f[0]
		}
		r := map[string]any{"key": f[0], "operator": f[1]}
		if len(f) > 2 {
			values := []any{}
			for _, v := range f[2:] {
				values = append(values, v)
			}
			r["values"] = values
		}
		requirements = append(requirements, r)
	}
	p, err := karpenter.ReadPool("pool", map[string]any{"spec": map[string]any{"template": map[string]any{
		"spec": map[string]any{"requirements": requirements},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestDead has the pools of awslabs/data-on-eks, infra/terraform/manifests/karpenter, reduced to the lines that count.
func TestDead(t *testing.T) {
	t.Parallel()
	c := instances.NewBuiltIn().Types()
	gen5 := "karpenter.k8s.aws/instance-generation Gt 5"
	for name, p := range map[string]struct {
		lines, want []string
	}{
		"general purpose": {
			lines: []string{"category In a c m", "family In m5 m5d m5n a1 m6i m7i c6i c7i", "generation Gt 5", "kubernetes.io/arch In amd64"},
			want: []string{
				"karpenter.k8s.aws/instance-category a: excluded by " + gen5 + ", and by kubernetes.io/arch In [amd64]",
				"karpenter.k8s.aws/instance-family m5, m5d, m5n: excluded by " + gen5,
				"karpenter.k8s.aws/instance-family a1: excluded by " + gen5 + ", and by kubernetes.io/arch In [amd64]",
			},
		},
		"memory optimized x86": {
			lines: []string{"category In r x", "family In r5 r5d r5n r6i r7id x1e x2iezn", "generation Gt 5"},
			want: []string{
				"karpenter.k8s.aws/instance-category x: excluded by karpenter.k8s.aws/instance-family In [r5 r5d r5n r6i r7id x1e x2iezn] and " + gen5 + " together",
				"karpenter.k8s.aws/instance-family r5, r5d, r5n, x1e, x2iezn: excluded by " + gen5,
				"karpenter.k8s.aws/instance-family r7id: no known instance type has it (r6id?)",
			},
		},
		"compute optimized x86": {
			lines: []string{"category In c", "family In c6id c7id c7i"},
			want:  []string{"karpenter.k8s.aws/instance-family c7id: no known instance type has it (c6id?)"},
		},
		"memory graviton": {
			lines: []string{"category In r", "family In r8g x8g x2gd r7gd"},
			want:  []string{"karpenter.k8s.aws/instance-family x8g, x2gd: excluded by karpenter.k8s.aws/instance-category In [r]"},
		},
		"local provisioner": {
			lines: []string{"family In i3 i3en i4i x2gd x2iezn z1d c5n c6id", "generation Gt 3", "local-nvme Exists"},
			want: []string{
				"karpenter.k8s.aws/instance-family i3, i3en, x2gd, z1d: excluded by karpenter.k8s.aws/instance-generation Gt 3",
				"karpenter.k8s.aws/instance-family x2iezn: excluded by karpenter.k8s.aws/instance-generation Gt 3, and by karpenter.k8s.aws/instance-local-nvme Exists",
				"karpenter.k8s.aws/instance-family c5n: excluded by karpenter.k8s.aws/instance-local-nvme Exists",
			},
		},
		"valkey": {
			lines: []string{"family In r7g r7gn m7gn"},
			want: []string{
				"karpenter.k8s.aws/instance-family r7gn: no known instance type has it (r7g?)",
				"karpenter.k8s.aws/instance-family m7gn: no known instance type has it (m7g?)",
			},
		},
		"architecture": {
			lines: []string{"kubernetes.io/arch In amd64 arm64", "family In c7g m7g"},
			want:  []string{"kubernetes.io/arch amd64: excluded by karpenter.k8s.aws/instance-family In [c7g m7g]"},
		},
		"an old name of a label": {
			lines: []string{"beta.kubernetes.io/arch In amd64 arm64", "family In c7g"},
			want:  []string{"beta.kubernetes.io/arch amd64: excluded by karpenter.k8s.aws/instance-family In [c7g]"},
		},
		"two lines of one label": {
			lines: []string{"family In c7g c7gd", "family NotIn c7g"},
			want:  []string{"karpenter.k8s.aws/instance-family c7g: excluded by karpenter.k8s.aws/instance-family NotIn [c7g]"},
		},
		"a number that no type has": {
			lines: []string{"cpu In 4 5 8"},
			want:  []string{"karpenter.k8s.aws/instance-cpu 5: no known instance type has it"},
		},
		"an instance type": {
			lines: []string{"node.kubernetes.io/instance-type In m5.large m5.lage"},
			want:  []string{"node.kubernetes.io/instance-type m5.lage: no known instance type has it (m5.large?)"},
		},
		"nothing": {lines: []string{
			"topology.kubernetes.io/zone In a b", "karpenter.sh/capacity-type In spot on-demand", "kubernetes.io/os In linux windows", "family In c5d", "team In a b",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			v := c.Judge(pool(t, p.lines...))
			for _, d := range v.Dead {
				got = append(got, d.String())
			}
			if !slices.Equal(got, p.want) {
				t.Errorf("%s\nconflict %s\nwant %s", strings.Join(got, "\n"), instances.Join(v.Conflict), strings.Join(p.want, "\n"))
			}
		})
	}
}

func TestConflict(t *testing.T) {
	t.Parallel()
	c := instances.NewBuiltIn().Types()
	for name, p := range map[string]struct {
		lines []string
		want  string
		dead  []string
	}{
		"local disks": {
			lines: []string{"kubernetes.io/arch In amd64", "family In c5n m5n c6in m6in", "local-nvme Gt 100", "karpenter.sh/capacity-type In spot"},
			want:  "karpenter.k8s.aws/instance-family In [c5n m5n c6in m6in] and karpenter.k8s.aws/instance-local-nvme Gt 100",
		},
		"sizes": {
			lines: []string{"category In c", "family In c6id c6i", "size In large 2xlarge", "cpu Gt 3", "memory Lt 16384"},
			want: "karpenter.k8s.aws/instance-family In [c6id c6i], karpenter.k8s.aws/instance-size In [large 2xlarge], " +
				"karpenter.k8s.aws/instance-cpu Gt 3 and karpenter.k8s.aws/instance-memory Lt 16384",
		},
		"one line": {
			lines: []string{"cpu Gt 3", "family In c7id c7idn"},
			want:  "karpenter.k8s.aws/instance-family In [c7id c7idn]",
			dead: []string{
				"karpenter.k8s.aws/instance-family c7id: no known instance type has it (c6id?)",
				"karpenter.k8s.aws/instance-family c7idn: no known instance type has it (c6id?)",
			},
		},
		"two values of one label": {
			lines: []string{"family In c6i", "family In c7i", "cpu Gt 3"},
			want:  "karpenter.k8s.aws/instance-family In [c6i] and karpenter.k8s.aws/instance-family In [c7i]",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := c.Judge(pool(t, p.lines...))
			var dead []string
			for _, d := range v.Dead {
				dead = append(dead, d.String())
			}
			if got := instances.Join(v.Conflict); got != p.want || len(v.Left) > 0 || !slices.Equal(dead, p.dead) || len(v.Redundant) > 0 {
				t.Errorf("%s, want %s; %d left, dead %s", got, p.want, len(v.Left), dead)
			}
		})
	}
}

// TestRedundant has the pool c5d of the old blueprint of awslabs/data-on-eks, and one of its lines.
func TestRedundant(t *testing.T) {
	t.Parallel()
	c := instances.NewBuiltIn().Types()
	for name, p := range map[string]struct {
		lines, want []string
	}{
		"the blueprint's": {
			lines: []string{
				"family In c5d", "size In xlarge 2xlarge 4xlarge 8xlarge", "kubernetes.io/arch In amd64", "category In c",
				"hypervisor In nitro", "generation Gt 2", "topology.kubernetes.io/zone Exists", "karpenter.sh/capacity-type In spot on-demand",
			},
			want: []string{
				"kubernetes.io/arch In [amd64]", "karpenter.k8s.aws/instance-category In [c]", "karpenter.k8s.aws/instance-hypervisor In [nitro]",
				"karpenter.k8s.aws/instance-generation Gt 2", "topology.kubernetes.io/zone Exists",
			},
		},
		"a hypervisor that bare metal has not": {lines: []string{"family In c5d", "hypervisor In nitro"}},
		"each alone":                           {lines: []string{"cpu Gt 3", "cpu Gt 3"}, want: []string{"karpenter.k8s.aws/instance-cpu Gt 3", "karpenter.k8s.aws/instance-cpu Gt 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, l := range c.Judge(pool(t, p.lines...)).Redundant {
				got = append(got, l.String())
			}
			if !slices.Equal(got, p.want) {
				t.Errorf("%s, want %s", strings.Join(got, "\n"), strings.Join(p.want, "\n"))
			}
		})
	}
}

// TestLocalDisks has the types of data-on-eks' pool streaming-optimized, for which RAID0 does nothing.
func TestLocalDisks(t *testing.T) {
	t.Parallel()
	c := instances.NewBuiltIn().Types()
	for line, want := range map[string]instances.Disks{
		"family In c5n c6in m5n m6in": {Without: []string{"c5n", "c6in", "m5n", "m6in"}},
		"family In c5d c5n":           {With: []string{"c5d"}, Without: []string{"c5n"}},
		"family In m3 c6gd":           {With: []string{"c6gd"}, Unknown: []string{"m3"}},
	} {
		if got := instances.LocalDisks(c.Judge(pool(t, line)).Left); !slices.Equal(got.With, want.With) ||
			!slices.Equal(got.Without, want.Without) || !slices.Equal(got.Unknown, want.Unknown) {
			t.Errorf("%s: %+v", line, got)
		}
	}
}

// TestLeft has requirements on labels that types lack, or have empty, as Karpenter sees them.
func TestLeft(t *testing.T) {
	t.Parallel()
	c := instances.NewBuiltIn().Types()
	for lines, want := range map[string]int{
		"":                           1363,
		"local-nvme Exists":          526,
		"local-nvme DoesNotExist":    837,
		"local-nvme NotIn 118":       1363 - 25,
		"gpu-count Gt 0":             65,
		"hypervisor Exists":          1363,
		"hypervisor In nitro":        1146,
		"hypervisor NotIn nitro xen": 143,
		"tenancy In dedicated":       1363,
		"node.kubernetes.io/windows-build Exists": 0,
		"kubernetes.io/os In windows":             0,
		"team In a":                               1363,
	} {
		var p karpenter.Pool
		if lines == "" {
			p = pool(t)
		} else {
			p = pool(t, lines)
		}
		if got := len(c.Left(p.Requirements)); got != want {
			t.Errorf("%s: %d, want %d", lines, got, want)
		}
	}
	pod := karpenter.Labels(map[string]string{karpenter.LabelArch: "arm64", instances.LabelCPU: "8"})
	both := c.Left(pool(t, "family In m6gd m6id").Requirements, pod)
	if len(both) != 1 || both[0].Name != "m6gd.2xlarge" {
		t.Errorf("%v", both)
	}
}

func BenchmarkJudge(b *testing.B) {
	c := instances.NewBuiltIn().Types()
	p := pool(b, "category In a c m", "family In m5 m5d m5n a1 m6i m7i c6i c7i", "generation Gt 5", "kubernetes.io/arch In amd64", "cpu Lt 33")
	for b.Loop() {
		c.Judge(p)
	}
}

func BenchmarkLeft(b *testing.B) {
	c := instances.NewBuiltIn().Types()
	p := pool(b, "category In c m", "generation Gt 5", "kubernetes.io/arch In amd64", "cpu Lt 33")
	for b.Loop() {
		c.Left(p.Requirements)
	}
}
