package instances

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Volume is the disk that the pods of a node share: images, logs, emptyDir.
type Volume struct {
	// Size of the volume.
	Size resource.Quantity
	// Device is the one that the kubelet of the AMI family uses; "" if it is not
	// known (custom AMIs).
	Device string
	// Mapping is the place in spec.blockDeviceMappings that gives the size; -1 if it
	// is the family's default.
	Mapping int
}

// podDevice is the device that the pods' storage is on (karpenter-provider-aws
// v1.14.1, pkg/providers/amifamily, EphemeralBlockDevice): Bottlerocket has its
// system on /dev/xvda and what pods use on /dev/xvdb.
func (c NodeClass) podDevice() string {
	switch c.AMIFamily {
	case FamilyCustom:
		return ""
	case FamilyBottlerocket:
		return "/dev/xvdb"
	default:
		return "/dev/xvda"
	}
}

// defaultVolume is 20Gi, amifamily.DefaultEBS.
func defaultVolume() resource.Quantity { return mebi(20 << 10) }

// Volume is the EBS volume that the pods share where no local disks serve: that
// marked as root volume, or else that on the device of the AMI family, or of a
// custom AMI the last; or else 20Gi. A mapping without a size does not count.
func (c NodeClass) Volume() Volume {
	device := c.podDevice()
	at := slices.IndexFunc(c.Devices, func(d BlockDevice) bool { return d.Root })
	if at < 0 || c.Devices[at].Size == nil {
		at = slices.IndexFunc(c.Devices, func(d BlockDevice) bool { return device != "" && d.Name == device })
		if c.AMIFamily == FamilyCustom {
			at = len(c.Devices) - 1
		}
	}
	if at < 0 || c.Devices[at].Size == nil {
		return Volume{Size: defaultVolume(), Device: device, Mapping: -1}
	}
	return Volume{Size: c.Devices[at].Size.DeepCopy(), Device: c.Devices[at].Name, Mapping: at}
}

// storage is the capacity for ephemeral-storage: with RAID0 that of all local
// disks, where there are any.
func (c NodeClass) storage(i Instance) resource.Quantity {
	if c.RAID0 && i.Storage > 0 {
		return *resource.NewScaledQuantity(i.Storage, resource.Giga)
	}
	return c.Volume().Size
}

// Disks are families by what local disks their types have; a family may stand in
// more than one list.
type Disks struct {
	// With and Without local disks; Unknown are old ones of which the built-in data
	// do not tell.
	With, Without, Unknown []string
}

// LocalDisks sorts the families of types by their local disks, which is what
// RAID0 of a node class joins; on types without any it does nothing.
func LocalDisks(types []Instance) Disks {
	var d Disks
	for i := range types {
		list := &d.Without
		switch {
		case types[i].Storage > 0:
			list = &d.With
		case types[i].StorageUnknown:
			list = &d.Unknown
		}
		if !slices.Contains(*list, types[i].Family) {
			*list = append(*list, types[i].Family)
		}
	}
	return d
}
