package instances

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// Labels that Karpenter gives to nodes by their instance type
// (karpenter-provider-aws v1.14.1, pkg/apis/v1/labels.go).
const (
	LabelType         = "node.kubernetes.io/instance-type"
	LabelCategory     = "karpenter.k8s.aws/instance-category"
	LabelFamily       = "karpenter.k8s.aws/instance-family"
	LabelGeneration   = "karpenter.k8s.aws/instance-generation"
	LabelSize         = "karpenter.k8s.aws/instance-size"
	LabelCPU          = "karpenter.k8s.aws/instance-cpu"
	LabelManufacturer = "karpenter.k8s.aws/instance-cpu-manufacturer"
	LabelClock        = "karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz"
	LabelMemory       = "karpenter.k8s.aws/instance-memory"
	LabelNVMe         = "karpenter.k8s.aws/instance-local-nvme"
	LabelNetwork      = "karpenter.k8s.aws/instance-network-bandwidth"
	LabelEBS          = "karpenter.k8s.aws/instance-ebs-bandwidth"
	LabelHypervisor   = "karpenter.k8s.aws/instance-hypervisor"
	LabelEncryption   = "karpenter.k8s.aws/instance-encryption-in-transit-supported"
	LabelFlex         = "karpenter.k8s.aws/instance-capability-flex"
	LabelTenancy      = "karpenter.k8s.aws/instance-tenancy"

	LabelGPUName         = "karpenter.k8s.aws/instance-gpu-name"
	LabelGPUManufacturer = "karpenter.k8s.aws/instance-gpu-manufacturer"
	LabelGPUCount        = "karpenter.k8s.aws/instance-gpu-count"
	LabelGPUMemory       = "karpenter.k8s.aws/instance-gpu-memory"

	LabelAcceleratorName         = "karpenter.k8s.aws/instance-accelerator-name"
	LabelAcceleratorManufacturer = "karpenter.k8s.aws/instance-accelerator-manufacturer"
	LabelAcceleratorCount        = "karpenter.k8s.aws/instance-accelerator-count"

	labelWindowsBuild = "node.kubernetes.io/windows-build"
)

// Instance is what is known of an EC2 instance type.
type Instance struct {
	// Name is the type: "m6g.large".
	Name string
	// Arch is Kubernetes' name of the architecture: amd64 or arm64.
	Arch string
	// Category, Family, Generation and Size are the parts of the name as Karpenter
	// reads it: "m", "m6g", "6", "large".
	Category, Family, Generation, Size string
	// CPU is the number of vCPUs.
	CPU int64
	// Manufacturer of the CPU: aws, intel or amd; ClockMHz is its sustained speed.
	Manufacturer string
	ClockMHz     int64
	// MemoryMiB is the nominal memory.
	MemoryMiB int64
	// NVMe is the local NVMe storage and Storage all the local storage, both in GB
	// (10^9 bytes); 0 for none. StorageUnknown: the type may have local disks that
	// are no NVMe, which the built-in data do not tell (old types on Xen).
	NVMe, Storage  int64
	StorageUnknown bool
	// NetworkMbps and EBSMbps are the baseline network and the largest EBS
	// bandwidth in Mbit/s; 0 where Karpenter sets no label.
	NetworkMbps, EBSMbps int64
	// Hypervisor is nitro, xen, or "" on bare metal.
	Hypervisor string
	// Encrypts: traffic between such instances is encrypted. Flex: one of the -flex
	// families.
	Encrypts, Flex bool
	// GPU and Accelerator have no name where the type has none.
	GPU, Accelerator Device
	// ENIs are the network interfaces of the default network card, which is the one
	// that pods get addresses of; MaxENIs those of all cards; IPv4PerENI the
	// addresses of each. 0 where the built-in data lack them.
	ENIs, MaxENIs, IPv4PerENI int64
	// Pods is how many pods the addresses suffice for: ENIs × (IPv4PerENI − 1) + 2. Where
	// the interfaces are not known it is the number that Karpenter's documentation
	// gives.
	Pods int64
	// CapacityTypes are on-demand, spot; nil where it is not known.
	CapacityTypes []string
	// Documented is the allocatable in Karpenter's documentation; empty for a type
	// of a user's catalogue.
	Documented Documented
}

// Device is a GPU or another accelerator.
type Device struct {
	Name, Manufacturer string
	Count              int64
	// MemoryMiB is that of one device; GPUs only.
	MemoryMiB int64
}

// Documented is what Karpenter's documentation says of the allocatable of a
// type, for AL2023 with a root volume of 20 GiB and no RAID0, as quantities.
type Documented struct{ CPU, Memory, Pods, EphemeralStorage string }

// Keys lists the labels that Values knows.
func Keys() []string {
	return []string{
		karpenter.LabelArch, karpenter.LabelOS, karpenter.LabelCapacityType, labelWindowsBuild,
		LabelType, LabelCategory, LabelFamily, LabelGeneration, LabelSize, LabelCPU, LabelManufacturer, LabelClock, LabelMemory,
		LabelNVMe, LabelNetwork, LabelEBS, LabelHypervisor, LabelEncryption, LabelFlex, LabelTenancy,
		LabelGPUName, LabelGPUManufacturer, LabelGPUCount, LabelGPUMemory,
		LabelAcceleratorName, LabelAcceleratorManufacturer, LabelAcceleratorCount,
	}
}

// Values gives the values that a label can have on nodes of the type; none for
// a label that such nodes are without. known is false for a label that the
// instance type does not settle: zone, region, node class, those of users, and
// the capacity type where it is not known. Linux is the only operating system.
func (i *Instance) Values(key string) (values []string, known bool) {
	switch key {
	case karpenter.LabelOS:
		return []string{"linux"}, true
	case labelWindowsBuild:
		return nil, true
	case karpenter.LabelCapacityType:
		return i.CapacityTypes, i.CapacityTypes != nil
	case LabelTenancy:
		return []string{"default", "dedicated"}, true
	case LabelHypervisor: // Karpenter sets it to "" on bare metal
		return []string{i.Hypervisor}, true
	}
	v, known := i.value(key)
	if v == "" {
		return nil, known
	}
	return []string{v}, known
}

// value is that of a label which has at most one, "" for none; known is false
// for another label.
func (i *Instance) value(key string) (v string, known bool) {
	switch key {
	case karpenter.LabelArch:
		return i.Arch, true
	case LabelType:
		return i.Name, true
	case LabelCategory:
		return i.Category, true
	case LabelFamily:
		return i.Family, true
	case LabelGeneration:
		return i.Generation, true
	case LabelSize:
		return i.Size, true
	case LabelManufacturer:
		return i.Manufacturer, true
	case LabelEncryption:
		return strconv.FormatBool(i.Encrypts), true
	case LabelFlex:
		return strconv.FormatBool(i.Flex), true
	case LabelCPU:
		return strconv.FormatInt(i.CPU, 10), true
	case LabelClock:
		return strconv.FormatInt(i.ClockMHz, 10), true
	case LabelMemory:
		return strconv.FormatInt(i.MemoryMiB, 10), true
	default:
		return i.optional(key)
	}
}

// optional is the value of a label that only some types have.
func (i *Instance) optional(key string) (v string, known bool) {
	switch key {
	case LabelNVMe:
		return positive(i.NVMe), true
	case LabelNetwork:
		return positive(i.NetworkMbps), true
	case LabelEBS:
		return positive(i.EBSMbps), true
	case LabelGPUName:
		return i.GPU.Name, true
	case LabelGPUManufacturer:
		return i.GPU.Manufacturer, true
	case LabelGPUCount:
		return i.GPU.number(i.GPU.Count), true
	case LabelGPUMemory:
		return i.GPU.number(i.GPU.MemoryMiB), true
	case LabelAcceleratorName:
		return i.Accelerator.Name, true
	case LabelAcceleratorManufacturer:
		return i.Accelerator.Manufacturer, true
	case LabelAcceleratorCount:
		return i.Accelerator.number(i.Accelerator.Count), true
	default:
		return "", false
	}
}

func positive(n int64) string {
	if n <= 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// number is one of the device's, which may be 0 for a part of a GPU; "" without
// a device.
func (d Device) number(n int64) string {
	if d.Name == "" {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// Labels are the labels that every node of the type has, with their only value.
func (i *Instance) Labels() map[string]string {
	out := make(map[string]string, len(Keys()))
	for _, key := range Keys() {
		if values, known := i.Values(key); known && len(values) == 1 && values[0] != "" {
			out[key] = values[0]
		}
	}
	return out
}

// Meets reports whether nodes of the type can have the labels that all the
// requirements ask for, as Karpenter's scheduler sees it
// (Requirements.Intersects). Labels that the type does not settle count as met.
func (i *Instance) Meets(all ...karpenter.Requirements) bool {
	for _, requirements := range all {
		for key, r := range requirements {
			if !i.meets(key, r) {
				return false
			}
		}
	}
	return true
}

func (i *Instance) meets(key string, r karpenter.Requirement) bool {
	if v, single := i.value(key); single {
		return v == "" && r.AllowsNone() || v != "" && r.Allows(v)
	}
	values, known := i.Values(key)
	switch {
	case !known:
		return true
	case len(values) == 0:
		return r.AllowsNone()
	case key == karpenter.LabelCapacityType && r.Allows("reserved"): // the node class may reserve it
		return true
	default:
		return slices.ContainsFunc(values, r.Allows)
	}
}

// scheme is how Karpenter reads the name of a type (instancetype/types.go,
// instanceTypeScheme).
func scheme() *regexp.Regexp { return regexp.MustCompile(`(^[a-z]+)(-[0-9]+tb)?([0-9]+).*\.`) }

// named fills in what the name of the type tells.
func (i *Instance) named(scheme *regexp.Regexp) {
	if m := scheme.FindStringSubmatch(i.Name); m != nil {
		i.Category, i.Generation = m[1], m[3]
	}
	if family, size, ok := strings.Cut(i.Name, "."); ok && !strings.Contains(size, ".") {
		i.Family, i.Size = family, size
	}
	first, _, _ := strings.Cut(i.Name, ".")
	i.Flex = strings.Contains(first, "-flex")
}
