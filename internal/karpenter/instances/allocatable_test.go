package instances_test

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// TestDocumented compares the sizes of all types with those in Karpenter's documentation, whose settings are the defaults.
func TestDocumented(t *testing.T) {
	t.Parallel()
	class, seen, without := instances.NodeClass{AMIFamily: instances.FamilyAL2023}, 0, []string(nil)
	for _, i := range instances.NewBuiltIn().Types().All() {
		got := class.Sized(i, instances.DefaultController()).Allocatable()
		for name, want := range map[corev1.ResourceName]string{
			corev1.ResourceCPU: i.Documented.CPU, corev1.ResourceMemory: i.Documented.Memory,
			corev1.ResourcePods: i.Documented.Pods, corev1.ResourceEphemeralStorage: i.Documented.EphemeralStorage,
		} {
			if q := got[name]; q.Cmp(resource.MustParse(want)) != 0 {
				t.Errorf("%s: %s %s, documented %s", i.Name, name, q.String(), want)
			}
		}
		seen++
		if i.ENIs == 0 {
			without = append(without, i.Name)
		}
	}
	if seen != 1363 || len(without) != 63 {
		t.Errorf("%d types, of which %d without network interfaces: %s", seen, len(without), without)
	}
	for _, name := range without {
		family, size, _ := strings.Cut(name, ".")
		if !strings.HasPrefix(family, "c9g") && !strings.HasPrefix(family, "hpc") && !strings.HasPrefix(size, "metal") && name != "trn2.48xlarge" {
			t.Errorf("%s has no network interfaces", name)
		}
	}
}

func find(t testing.TB, name string) instances.Instance {
	t.Helper()
	i, ok := instances.NewBuiltIn().Types().Find(name)
	if !ok {
		t.Fatalf("no %s", name)
	}
	return i
}

func nodeClass(t testing.TB, spec string) (instances.NodeClass, error) {
	t.Helper()
	var data map[string]any
	if err := yaml.Unmarshal([]byte(spec), &data); err != nil {
		t.Fatal(err)
	}
	integers(data)
	return instances.ReadNodeClass("flink", map[string]any{"spec": data})
}

// integers makes the whole numbers of YAML integers, as the API server does.
func integers(m map[string]any) {
	for k, v := range m {
		switch v := v.(type) {
		case float64:
			m[k] = int64(v)
		case map[string]any:
			integers(v)
		case []any:
			for _, e := range v {
				if e, ok := e.(map[string]any); ok {
					integers(e)
				}
			}
		}
	}
}

// TestSized has sizes that were worked out by hand from instancetype/types.go of karpenter-provider-aws v1.14.1.
//
// m6gd.2xlarge: 8 vCPU; 32768 - 64 = 32704 MiB, less ceil(2452.8) = 30251 MiB; 4 interfaces of 15 addresses: 4*14+2 = 58 pods;
// 474 GB of NVMe. Kube-reserved CPU: 60 + 10 + 10 + 10 = 90m; memory 11*58+255 = 893 MiB. Eviction: 100 MiB.
func TestSized(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		on, class          string
		by                 instances.Controller
		cpu, memory, store string
		pods               int64
	}{
		"defaults": {
			class: "amiSelectorTerms: [{alias: al2023@v20260801}]",
			cpu:   "7910m", memory: "29258Mi", store: "17Gi", pods: 58,
		},
		"max pods change the pods, not what AL2023 reserves": {
			class: "{amiFamily: AL2023, kubelet: {maxPods: 20}}",
			cpu:   "7910m", memory: "29258Mi", store: "17Gi", pods: 20,
		},
		"max pods change what Bottlerocket reserves": { // 30251 - (11*20+255) - 100
			class: "{amiFamily: Bottlerocket, kubelet: {maxPods: 20}}",
			cpu:   "7910m", memory: "29676Mi", store: "17Gi", pods: 20,
		},
		"pods per core": {
			class: "{amiFamily: AL2023, kubelet: {podsPerCore: 4}}",
			cpu:   "7910m", memory: "29258Mi", store: "17Gi", pods: 32,
		},
		"max pods below pods per core": {
			class: "{amiFamily: AL2023, kubelet: {podsPerCore: 4, maxPods: 10}}",
			cpu:   "7910m", memory: "29258Mi", store: "17Gi", pods: 10,
		},
		"Bottlerocket has no pods per core": {
			class: "{amiFamily: Bottlerocket, kubelet: {podsPerCore: 4}}",
			cpu:   "7910m", memory: "29258Mi", store: "17Gi", pods: 58,
		},
		"reserved": { // 30251 - 1024 - 512 - 100; 20Gi - 2Gi - 1Gi - 10 %
			class: "{amiFamily: AL2023, kubelet: {kubeReserved: {cpu: 500m, memory: 1Gi, ephemeral-storage: 2Gi}, systemReserved: {cpu: 250m, memory: 512Mi, ephemeral-storage: 1Gi}}}",
			cpu:   "7250m", memory: "28615Mi", store: "15Gi", pods: 58,
		},
		"kube-reserved CPU alone leaves the memory by pods": {
			class: "{amiFamily: AL2023, kubelet: {kubeReserved: {cpu: \"1\"}}}",
			cpu:   "7", memory: "29258Mi", store: "17Gi", pods: 58,
		},
		"hard eviction by quantity": { // 30251 - 893 - 1024; 20Gi - 1Gi - 10Gi
			class: "{amiFamily: AL2023, kubelet: {evictionHard: {memory.available: 1Gi, nodefs.available: 10Gi}}}",
			cpu:   "7910m", memory: "28334Mi", store: "9Gi", pods: 58,
		},
		"hard eviction by part": { // ceil(30251 MiB / 100 * 5) = 1586023629 bytes; 20Gi - 1Gi - 4Gi
			class: "{amiFamily: AL2023, kubelet: {evictionHard: {memory.available: 5%, nodefs.available: 20%}}}",
			cpu:   "7910m", memory: "29198070579", store: "15Gi", pods: 58,
		},
		"eviction at 100 % is off": { // 30251 - 893
			class: "{amiFamily: AL2023, kubelet: {evictionHard: {memory.available: 100%}}}",
			cpu:   "7910m", memory: "29358Mi", store: "17Gi", pods: 58,
		},
		"soft eviction holds nothing back": {
			class: "{amiFamily: AL2023, kubelet: {evictionSoft: {memory.available: 10Gi}, evictionSoftGracePeriod: {memory.available: 1m}}}",
			cpu:   "7910m", memory: "29258Mi", store: "17Gi", pods: 58,
		},
		"RAID0": { // 474 GB - 1Gi - 47.4 GB
			class: "{amiFamily: AL2023, instanceStorePolicy: RAID0, blockDeviceMappings: [{deviceName: /dev/xvda, ebs: {volumeSize: 50Gi}}]}",
			cpu:   "7910m", memory: "29258Mi", store: "425526258176", pods: 58,
		},
		"RAID0 without disks is the volume": { // m6g.2xlarge; 50Gi - 1Gi - 5Gi
			on: "m6g.2xlarge", class: "{amiFamily: AL2023, instanceStorePolicy: RAID0, blockDeviceMappings: [{deviceName: /dev/xvda, ebs: {volumeSize: 50Gi}}]}",
			cpu: "7910m", memory: "29258Mi", store: "44Gi", pods: 58,
		},
		"volume of another device": {
			class: "{amiFamily: AL2023, blockDeviceMappings: [{deviceName: /dev/xvdb, ebs: {volumeSize: 50Gi}}]}",
			cpu:   "7910m", memory: "29258Mi", store: "17Gi", pods: 58,
		},
		"volume marked as root": {
			class: "{amiFamily: AL2023, blockDeviceMappings: [{deviceName: /dev/xvda, ebs: {volumeSize: 30Gi}}, {deviceName: /dev/sdf, rootVolume: true, ebs: {volumeSize: 50Gi}}]}",
			cpu:   "7910m", memory: "29258Mi", store: "44Gi", pods: 58,
		},
		"custom AMI takes the last volume": {
			class: "{amiFamily: Custom, blockDeviceMappings: [{deviceName: /dev/xvda, ebs: {volumeSize: 30Gi}}, {deviceName: /dev/sdf, ebs: {volumeSize: 50Gi}}]}",
			cpu:   "7910m", memory: "29258Mi", store: "44Gi", pods: 58,
		},
		"reserved interfaces take pods, not reserved memory": { // (4-1)*14+2
			class: "amiFamily: AL2023", by: instances.Controller{VMMemoryOverhead: 0.075, ReservedENIs: 1},
			cpu: "7910m", memory: "29258Mi", store: "17Gi", pods: 44,
		},
		"all interfaces reserved": {
			class: "amiFamily: AL2023", by: instances.Controller{VMMemoryOverhead: 0.075, ReservedENIs: 4},
			cpu: "7910m", memory: "29258Mi", store: "17Gi", pods: 0,
		},
		"an interface for EFA alone": { // 3*14+2 = 44 pods; 30251 - (11*44+255) - 100
			class: "{amiFamily: AL2023, networkInterfaces: [{networkCardIndex: 0, deviceIndex: 0, interfaceType: interface}, {networkCardIndex: 0, deviceIndex: 1, interfaceType: efa-only}]}",
			cpu:   "7910m", memory: "29412Mi", store: "17Gi", pods: 44,
		},
		"no VM overhead": { // 32704 - 893 - 100
			class: "amiFamily: AL2023", by: instances.Controller{ReservedENIs: 0},
			cpu: "7910m", memory: "31711Mi", store: "17Gi", pods: 58,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			class, err := nodeClass(t, c.class)
			if err != nil {
				t.Fatal(err)
			}
			on, by := c.on, c.by
			if on == "" {
				on = "m6gd.2xlarge"
			}
			if by == (instances.Controller{}) && name != "no VM overhead" {
				by = instances.DefaultController()
			}
			got := class.Sized(find(t, on), by).Allocatable()
			for resourceName, want := range map[corev1.ResourceName]string{
				corev1.ResourceCPU: c.cpu, corev1.ResourceMemory: c.memory, corev1.ResourceEphemeralStorage: c.store,
			} {
				if q := got[resourceName]; q.Cmp(resource.MustParse(want)) != 0 {
					t.Errorf("%s %s (%d), want %s", resourceName, q.String(), q.Value(), want)
				}
			}
			if pods := got[corev1.ResourcePods]; pods.Value() != c.pods {
				t.Errorf("pods %d, want %d", pods.Value(), c.pods)
			}
		})
	}
}

func TestDevices(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		resource corev1.ResourceName
		count    int64
	}{
		"g6.xlarge": {"nvidia.com/gpu", 1}, "g4ad.4xlarge": {"amd.com/gpu", 1}, "inf2.24xlarge": {"aws.amazon.com/neuron", 6},
	} {
		s := instances.NodeClass{AMIFamily: instances.FamilyAL2023}.Sized(find(t, name), instances.DefaultController())
		if q := s.Allocatable()[want.resource]; q.Value() != want.count {
			t.Errorf("%s: %v", name, s.Capacity)
		}
	}
}

func TestReadNodeClass(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]string{
		"kubelet: {kubeReserved: {memory: lots}}":                                                `node class flink: spec.kubelet.kubeReserved.memory: "lots" is no quantity`,
		"kubelet: {evictionHard: {memory.available: many%}}":                                     `spec.kubelet.evictionHard.memory.available: "many%" is no percentage`,
		"blockDeviceMappings: [{deviceName: /dev/xvda, ebs: {volumeSize: big}}]":                 `spec.blockDeviceMappings[0].ebs.volumeSize: "big" is no quantity`,
		"kubelet: {maxPods: many}":                                                               "node class flink: ",
		"kubelet: {evictionHard: {memory.available: NaN%}}":                                      "is no percentage",
		"{kubelet: {systemReserved: {cpu: \"1e-9999999\"}}, amiSelectorTerms: [{alias: al2@x}]}": "too many digits",
	} {
		if _, err := nodeClass(t, spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", spec, err, want)
		}
	}
	for spec, want := range map[string]string{
		"amiSelectorTerms: [{alias: bottlerocket@latest}]":                     "Bottlerocket",
		"amiSelectorTerms: [{id: ami-1}]":                                      "Custom",
		"{amiSelectorTerms: [{alias: al2023@latest}], amiFamily: Custom}":      "Custom",
		"amiSelectorTerms: [{alias: windows2022@latest}]":                      "Windows2022",
		"{amiSelectorTerms: [{tags: {a: b}}, {id: ami-2}], amiFamily: AL2023}": "AL2023",
	} {
		c, err := nodeClass(t, spec)
		if err != nil || c.AMIFamily != want || c.Windows() != strings.HasPrefix(want, "Windows") {
			t.Errorf("%s: %s, %v", spec, c.AMIFamily, err)
		}
	}
}

// TestVolumeOfBottlerocket is a node class of data-on-eks: its volume is that of the system, not that of the pods.
func TestVolumeOfBottlerocket(t *testing.T) {
	t.Parallel()
	c, err := nodeClass(t, "{amiSelectorTerms: [{alias: bottlerocket@latest}], blockDeviceMappings: [{deviceName: /dev/xvda, ebs: {volumeSize: 100Gi}}]}")
	if err != nil {
		t.Fatal(err)
	}
	if v := c.Volume(); v.Device != "/dev/xvdb" || v.Mapping != -1 || v.Size.String() != "20Gi" {
		t.Errorf("%+v", v)
	}
}

func TestTakes(t *testing.T) {
	t.Parallel()
	a1, m6g := find(t, "a1.large"), find(t, "m6g.large")
	for family, want := range map[string]bool{instances.FamilyAL2023: false, instances.FamilyBottlerocket: true} {
		c := instances.NodeClass{AMIFamily: family}
		if c.Takes(a1) != want || !c.Takes(m6g) {
			t.Errorf("%s: a1 %v", family, c.Takes(a1))
		}
	}
}
