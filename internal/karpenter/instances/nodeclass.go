package instances

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// NodeClass is what an EC2NodeClass says about the sizes of its nodes. The zero
// value is one that sets nothing, with a custom AMI.
type NodeClass struct {
	Name string
	// AMIFamily is one of AL2, AL2023, Bottlerocket, Custom, Windows2019, …; that of
	// the alias where the field is not set.
	AMIFamily string
	// MaxPods and PodsPerCore are those of spec.kubelet; nil if it does not set
	// them.
	MaxPods, PodsPerCore *int64
	// KubeReserved and SystemReserved are those of spec.kubelet by resource name,
	// EvictionHard its thresholds by signal: a quantity or a percentage.
	KubeReserved, SystemReserved map[string]resource.Quantity
	EvictionHard                 map[string]Threshold
	// RAID0 joins the local disks to the storage of the pods.
	RAID0 bool
	// Devices are spec.blockDeviceMappings.
	Devices []BlockDevice
	// EFAOnly counts the spec.networkInterfaces on card 0 that are for EFA alone,
	// which leave fewer for pods.
	EFAOnly int64
}

// BlockDevice is an entry of spec.blockDeviceMappings.
type BlockDevice struct {
	// Name is the device: "/dev/xvda"; "" if it is not set.
	Name string
	// Root marks it as the volume that the kubelet uses.
	Root bool
	// Size of the volume; nil if it is left to the snapshot.
	Size *resource.Quantity
}

// Threshold is a threshold of eviction: a quantity, or a percentage if Percent
// is set.
type Threshold struct {
	Quantity resource.Quantity
	Percent  *float64
}

// nodeClass has the fields of karpenter.k8s.aws/v1 EC2NodeClass that matter here.
type nodeClass struct {
	Spec struct {
		AMIFamily        string `json:"amiFamily"`
		AMISelectorTerms []struct {
			Alias string `json:"alias"`
		} `json:"amiSelectorTerms"`
		InstanceStorePolicy string `json:"instanceStorePolicy"`
		BlockDeviceMappings []struct {
			DeviceName string `json:"deviceName"`
			RootVolume bool   `json:"rootVolume"`
			EBS        struct {
				VolumeSize *string `json:"volumeSize"`
			} `json:"ebs"`
		} `json:"blockDeviceMappings"`
		NetworkInterfaces []struct {
			NetworkCardIndex int64  `json:"networkCardIndex"`
			InterfaceType    string `json:"interfaceType"`
		} `json:"networkInterfaces"`
		Kubelet struct {
			MaxPods        *int64            `json:"maxPods"`
			PodsPerCore    *int64            `json:"podsPerCore"`
			KubeReserved   map[string]string `json:"kubeReserved"`
			SystemReserved map[string]string `json:"systemReserved"`
			EvictionHard   map[string]string `json:"evictionHard"`
		} `json:"kubelet"`
	} `json:"spec"`
}

// ReadNodeClass reads an EC2NodeClass. It is an error if a field has another
// type than in the API, or a size cannot be read; Karpenter's controller would
// stop at such a size.
func ReadNodeClass(name string, data map[string]any) (NodeClass, error) {
	var n nodeClass
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(data, &n); err != nil {
		return NodeClass{}, fmt.Errorf("node class %s: %w", name, err)
	}
	spec, read := n.Spec, reader{}
	out := NodeClass{
		Name: name, AMIFamily: spec.AMIFamily, MaxPods: spec.Kubelet.MaxPods, PodsPerCore: spec.Kubelet.PodsPerCore,
		KubeReserved:   read.quantities("kubelet.kubeReserved", spec.Kubelet.KubeReserved),
		SystemReserved: read.quantities("kubelet.systemReserved", spec.Kubelet.SystemReserved),
		EvictionHard:   read.thresholds("kubelet.evictionHard", spec.Kubelet.EvictionHard),
		RAID0:          spec.InstanceStorePolicy == "RAID0",
	}
	for i := 0; out.AMIFamily == "" && i < len(spec.AMISelectorTerms); i++ {
		out.AMIFamily = familyOf(spec.AMISelectorTerms[i].Alias)
	}
	if out.AMIFamily == "" {
		out.AMIFamily = FamilyCustom
	}
	for i, m := range spec.BlockDeviceMappings {
		d := BlockDevice{Name: m.DeviceName, Root: m.RootVolume}
		if m.EBS.VolumeSize != nil {
			d.Size = read.quantity(fmt.Sprintf("blockDeviceMappings[%d].ebs.volumeSize", i), *m.EBS.VolumeSize)
		}
		out.Devices = append(out.Devices, d)
	}
	for _, i := range spec.NetworkInterfaces {
		if i.NetworkCardIndex == 0 && i.InterfaceType == "efa-only" {
			out.EFAOnly++
		}
	}
	if read.err != nil {
		return NodeClass{}, fmt.Errorf("node class %s: %w", name, read.err)
	}
	return out, nil
}

// Families of AMIs that matter here; spec.amiFamily of EC2NodeClass.
const (
	FamilyAL2          = "AL2"
	FamilyAL2023       = "AL2023"
	FamilyBottlerocket = "Bottlerocket"
	FamilyCustom       = "Custom"
)

// familyOf is the family that an alias names, as in "al2023@latest"; "" if it
// names none.
func familyOf(alias string) string {
	family, _, _ := strings.Cut(alias, "@")
	for _, f := range []string{FamilyAL2, FamilyAL2023, FamilyBottlerocket, "Windows2019", "Windows2022", "Windows2025"} {
		if strings.ToLower(f) == family {
			return f
		}
	}
	return ""
}

// Windows reports whether the nodes run Windows, for which no size is computed
// here.
func (c NodeClass) Windows() bool { return strings.HasPrefix(c.AMIFamily, "Windows") }

// Takes reports whether Karpenter starts the type with such a node class: AL2023
// does not run on the family a1 (karpenter-provider-aws v1.14.1,
// pkg/providers/instancetype/compatibility). What it checks besides, for
// networkInterfaces, cpuOptions, connectionTracking and placement groups, is not
// looked at.
func (c NodeClass) Takes(i Instance) bool {
	return c.AMIFamily != FamilyAL2023 || !strings.HasPrefix(i.Name, "a1.")
}

// reader reads sizes and keeps the first error.
type reader struct{ err error }

func (r *reader) quantity(field, text string) *resource.Quantity {
	q, err := quantity.Parse(text)
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("spec.%s: %q is no quantity: %w", field, text, err)
	}
	return &q
}

func (r *reader) quantities(field string, texts map[string]string) map[string]resource.Quantity {
	if len(texts) == 0 {
		return nil
	}
	out := make(map[string]resource.Quantity, len(texts))
	for name, text := range texts {
		out[name] = *r.quantity(field+"."+name, text)
	}
	return out
}

// thresholds reads thresholds of eviction. 100 % switches one off, as in the
// kubelet (KubeletConfiguration v1beta1, evictionHard).
func (r *reader) thresholds(field string, texts map[string]string) map[string]Threshold {
	if len(texts) == 0 {
		return nil
	}
	out := make(map[string]Threshold, len(texts))
	for signal, text := range texts {
		number, isPercent := strings.CutSuffix(text, "%")
		if !isPercent {
			out[signal] = Threshold{Quantity: *r.quantity(field+"."+signal, text)}
			continue
		}
		p, err := strconv.ParseFloat(number, 64)
		if (err != nil || math.IsNaN(p) || math.IsInf(p, 0)) && r.err == nil {
			r.err = fmt.Errorf("spec.%s.%s: %q is no percentage", field, signal, text)
		}
		if p == 100 {
			p = 0
		}
		out[signal] = Threshold{Percent: &p}
	}
	return out
}
