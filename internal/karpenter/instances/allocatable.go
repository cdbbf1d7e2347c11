package instances

import (
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// Controller has the settings of Karpenter's controller that count for sizes.
type Controller struct {
	// VMMemoryOverhead is the part of the memory that the virtual machine is
	// thought to keep: VM_MEMORY_OVERHEAD_PERCENT.
	VMMemoryOverhead float64
	// ReservedENIs are network interfaces that pods get no addresses of:
	// RESERVED_ENIS, for custom networking of the VPC CNI.
	ReservedENIs int64
}

// DefaultController has the controller's defaults: 7.5 % of the memory, and no
// network interface kept (karpenter-provider-aws v1.14.1, pkg/operator/options).
func DefaultController() Controller { return Controller{VMMemoryOverhead: 0.075} }

// Size is what a node has, and what of it pods do not get, as Karpenter thinks
// before it starts the node. The memory of nodes that run already is known
// better: a live controller goes by what they report, which is usually more.
type Size struct {
	Capacity corev1.ResourceList
	// KubeReserved, SystemReserved and EvictionThreshold are held back.
	KubeReserved, SystemReserved, EvictionThreshold corev1.ResourceList
}

// Allocatable is what pods can ask for. As in Karpenter it may be below zero if
// more is held back than there is.
func (s Size) Allocatable() corev1.ResourceList {
	out := corev1.ResourceList{}
	for name, q := range s.Capacity {
		left := q.DeepCopy()
		for _, held := range []corev1.ResourceList{s.KubeReserved, s.SystemReserved, s.EvictionThreshold} {
			if h, ok := held[name]; ok {
				left.Sub(h)
			}
		}
		out[name] = left
	}
	return out
}

// Resources of devices, as their device plugins name them.
const (
	nvidiaGPU corev1.ResourceName = "nvidia.com/gpu"
	amdGPU    corev1.ResourceName = "amd.com/gpu"
	gaudi     corev1.ResourceName = "habana.ai/gaudi"
	neuron    corev1.ResourceName = "aws.amazon.com/neuron"
)

// Sized gives the size of nodes of the type. Resources are cpu, memory,
// ephemeral-storage, pods, and GPUs and AWS's accelerators where there are any.
// Those that Karpenter computes besides (EFA, Neuron cores, pod ENIs) are not
// known here. Where the catalogue lacks the network interfaces, reserved ones
// and EFA leave the number of pods as it is. Not for Windows.
func (c NodeClass) Sized(i Instance, by Controller) Size {
	memory, storage, pods := memoryOf(i, by), c.storage(i), c.pods(i, by)
	reservedFor := c.eniPods(i, 0)
	if c.AMIFamily == FamilyBottlerocket {
		reservedFor = pods
	}
	s := Size{
		Capacity: corev1.ResourceList{
			corev1.ResourceCPU:              *resource.NewQuantity(i.CPU, resource.DecimalSI),
			corev1.ResourceMemory:           memory,
			corev1.ResourceEphemeralStorage: storage,
			corev1.ResourcePods:             *resource.NewQuantity(pods, resource.DecimalSI),
		},
		KubeReserved:   c.kubeReserved(i.CPU, reservedFor),
		SystemReserved: corev1.ResourceList{},
		EvictionThreshold: corev1.ResourceList{
			corev1.ResourceMemory:           c.threshold("memory.available", memory, mebi(100)),
			corev1.ResourceEphemeralStorage: c.threshold("nodefs.available", storage, upTo(float64(storage.Value())/100*10)),
		},
	}
	for name, q := range c.SystemReserved {
		s.SystemReserved[corev1.ResourceName(name)] = q
	}
	if name := i.deviceResource(); name != "" {
		s.Capacity[name] = *resource.NewQuantity(i.GPU.Count+i.Accelerator.Count, resource.DecimalSI)
	}
	return s
}

// deviceResource is what a pod asks for to get a device of the type.
func (i *Instance) deviceResource() corev1.ResourceName {
	switch {
	case i.GPU.Manufacturer == "nvidia":
		return nvidiaGPU
	case i.GPU.Manufacturer == "amd":
		return amdGPU
	case i.GPU.Manufacturer == "habana":
		return gaudi
	case i.Accelerator.Manufacturer == "aws":
		return neuron
	default:
		return ""
	}
}

// memoryOf is the memory that the operating system is thought to see: Graviton
// keeps 64 MiB, and the virtual machine its part, rounded up to MiB.
func memoryOf(i Instance, by Controller) resource.Quantity {
	size := i.MemoryMiB
	if i.Arch == "arm64" {
		size -= 64
	}
	return mebi(size - int64(math.Ceil(float64(size<<20)*by.VMMemoryOverhead/1024/1024)))
}

// eniPods is how many pods the addresses of the default network card suffice
// for.
func (c NodeClass) eniPods(i Instance, reserved int64) int64 {
	if i.ENIs == 0 {
		return i.Pods
	}
	usable := i.ENIs - reserved - c.EFAOnly
	if usable <= 0 {
		return 0
	}
	return usable*(i.IPv4PerENI-1) + 2
}

func (c NodeClass) pods(i Instance, by Controller) int64 {
	n := c.eniPods(i, by.ReservedENIs)
	if c.MaxPods != nil {
		n = *c.MaxPods
	}
	if c.PodsPerCore != nil && *c.PodsPerCore > 0 && c.AMIFamily != FamilyBottlerocket {
		n = min(n, *c.PodsPerCore*i.CPU)
	}
	return n
}

// kubeReserved is what the kubelet keeps: memory by the number of pods, CPU by
// that of the CPUs, unless the node class says it.
func (c NodeClass) kubeReserved(cpus, pods int64) corev1.ResourceList {
	out := corev1.ResourceList{
		corev1.ResourceMemory:           mebi(11*pods + 255),
		corev1.ResourceEphemeralStorage: mebi(1024),
		corev1.ResourceCPU:              *resource.NewMilliQuantity(reservedCPU(cpus*1000), resource.DecimalSI),
	}
	for name, q := range c.KubeReserved {
		out[corev1.ResourceName(name)] = q
	}
	return out
}

// reservedCPU is 6 % of the first core, 1 % of the second, 0.5 % of the next two
// and 0.25 % of the others, in milli-CPUs; each part is cut to a whole number.
func reservedCPU(cpu int64) int64 {
	var sum int64
	for _, part := range []struct {
		from, to int64
		share    float64
	}{{0, 1000, 0.06}, {1000, 2000, 0.01}, {2000, 4000, 0.005}, {4000, 1 << 31, 0.0025}} {
		if cpu >= part.from {
			sum += int64(float64(min(cpu, part.to)-part.from) * part.share)
		}
	}
	return sum
}

// threshold is what eviction holds back of a capacity. Soft thresholds hold back
// nothing.
func (c NodeClass) threshold(signal string, capacity, otherwise resource.Quantity) resource.Quantity {
	t, ok := c.EvictionHard[signal]
	switch {
	case !ok:
		return otherwise
	case t.Percent != nil:
		return upTo(capacity.AsApproximateFloat64() / 100 * *t.Percent)
	default:
		return t.Quantity
	}
}

func mebi(n int64) resource.Quantity { return *resource.NewQuantity(n<<20, resource.BinarySI) }

func upTo(n float64) resource.Quantity {
	return *resource.NewQuantity(int64(math.Ceil(n)), resource.DecimalSI)
}
