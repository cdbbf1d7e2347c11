package instances_test

import (
	"reflect"
	"regexp"
	"testing"

	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// day is how sources are dated.
var day = regexp.MustCompile(`^20[0-9]{2}-[01][0-9](-[0-3][0-9])?$`)

func TestBuiltIn(t *testing.T) {
	t.Parallel()
	b := instances.NewBuiltIn()
	c := b.Types()
	if b.Types() != c || len(c.All()) != 1363 || len(c.Sources()) != 2 {
		t.Errorf("%d types, sources %v", len(c.All()), c.Sources())
	}
	for _, s := range c.Sources() {
		if !day.MatchString(s.Date) || s.Text == "" {
			t.Errorf("%+v", s)
		}
	}
	got, want := find(t, "m6gd.2xlarge"), instances.Instance{
		Name: "m6gd.2xlarge", Arch: "arm64", Category: "m", Family: "m6gd", Generation: "6", Size: "2xlarge", CPU: 8,
		Manufacturer: "aws", ClockMHz: 2500, MemoryMiB: 32768, NVMe: 474, Storage: 474, NetworkMbps: 2500, EBSMbps: 4750,
		Hypervisor: "nitro", ENIs: 4, MaxENIs: 4, IPv4PerENI: 15, Pods: 58,
		Documented: instances.Documented{CPU: "7910m", Memory: "29258Mi", Pods: "58", EphemeralStorage: "17Gi"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if _, ok := c.Find("m6gd.3xlarge"); ok {
		t.Error("m6gd.3xlarge does not exist")
	}
}

func TestPrices(t *testing.T) {
	t.Parallel()
	list := instances.NewBuiltIn().Prices()
	for region, want := range map[string]struct {
		types          int
		currency, date string
	}{
		"us-east-1": {1361, "USD", "2026-07-06"}, "us-gov-east-1": {503, "USD", "2026-06-15"},
		"us-gov-west-1": {724, "USD", "2026-06-15"}, "cn-north-1": {316, "CNY", "2024-11-06"},
	} {
		p, ok := list.Region(region)
		if !ok || p.Len() != want.types || p.Currency != want.currency || p.Source.Date != want.date || p.Source.Text == "" {
			t.Errorf("%s: %d types, %s, %+v", region, p.Len(), p.Currency, p.Source)
		}
	}
	p, _ := list.Region("us-east-1")
	if price, ok := p.Hourly("m6gd.4xlarge"); !ok || price != 0.7232 {
		t.Errorf("m6gd.4xlarge %v", price)
	}
	if _, ok := p.Hourly("m6gd.5xlarge"); ok {
		t.Error("m6gd.5xlarge does not exist")
	}
	if _, ok := list.Region("eu-central-1"); ok || len(list.Regions()) != 4 {
		t.Errorf("%v", list.Regions())
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	well := map[string]bool{}
	for _, l := range karpenter.WellKnownLabels() {
		well[l] = true
	}
	for _, key := range instances.Keys() {
		if !well[key] {
			t.Errorf("%s is no label of Karpenter's", key)
		}
		for _, i := range instances.NewBuiltIn().Types().All() {
			if _, known := i.Values(key); !known && key != karpenter.LabelCapacityType {
				t.Errorf("%s: %s is not known", i.Name, key)
			}
		}
	}
	metal := find(t, "m5d.metal")
	if v, known := metal.Values(instances.LabelHypervisor); !known || len(v) != 1 || v[0] != "" {
		t.Errorf("hypervisor of bare metal %q", v)
	}
	if _, known := metal.Values("topology.kubernetes.io/zone"); known {
		t.Error("a type settles no zone")
	}
	if l := metal.Labels(); l[instances.LabelNVMe] != "3600" || l[instances.LabelType] != "m5d.metal" || l[karpenter.LabelOS] != "linux" {
		t.Errorf("%v", l)
	}
	part := find(t, "g6f.large")
	if v, _ := part.Values(instances.LabelGPUCount); len(v) != 1 || v[0] != "0" {
		t.Errorf("GPUs of g6f.large %q", v)
	}
}

func BenchmarkTypes(b *testing.B) {
	for b.Loop() {
		instances.NewBuiltIn().Types()
	}
}

func BenchmarkPrices(b *testing.B) {
	for b.Loop() {
		instances.NewBuiltIn().Prices()
	}
}
