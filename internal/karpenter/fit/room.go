package fit

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// room is what a node gives to pods, or what a pod asks for: milli-CPUs, and
// bytes of memory and of disk.
type room [3]int64

// resources are those that count here, in the order of room.
func resources() [3]corev1.ResourceName {
	return [3]corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage}
}

func roomOf(l corev1.ResourceList) room {
	return room{l.Cpu().MilliValue(), l.Memory().Value(), l.StorageEphemeral().Value()}
}

// takes reports whether there is room for what is asked.
func (r room) takes(asked room) bool {
	for n := range r {
		if asked[n] > r[n] {
			return false
		}
	}
	return true
}

func (r room) plus(o room) room {
	for n := range r {
		r[n] += o[n]
	}
	return r
}

// text words one resource of the room; memory is cut to whole MiB.
func (r room) text(n int) string {
	var q *resource.Quantity
	if n == 0 {
		q = resource.NewMilliQuantity(r[n], resource.DecimalSI)
	} else {
		q = resource.NewQuantity(r[n]>>20<<20, resource.BinarySI)
	}
	return q.String()
}

// candidate sizes a type. The size of the disk is known only with the node class,
// and only if the type's local disks are.
func (p *Pool) candidate(i *instances.Instance) candidate {
	const any = int64(1) << 62
	class := instances.NodeClass{AMIFamily: instances.FamilyAL2023}
	if p.Class != nil {
		class = *p.Class
	}
	best := class.Sized(*i, instances.Controller{})
	c := candidate{i, roomOf(class.Sized(*i, instances.DefaultController()).Allocatable()), roomOf(best.Allocatable())}
	if p.Class == nil {
		c.best = roomOf(best.Capacity)
	}
	if p.Class == nil || p.Class.RAID0 && i.StorageUnknown {
		c.usual[2], c.best[2] = any, any
	}
	return c
}

// tooSmall says why none of the types has room for what is asked; "" if one has.
// sure is false if one might have, with another setting of the controller.
func tooSmall(types []candidate, asked room, overhead bool) (why string, sure bool) {
	var most, limit room
	largest := [3]string{}
	sure = true
	for _, t := range types {
		if t.usual.takes(asked) {
			return "", false
		}
		sure = sure && !t.best.takes(asked)
		for n := range most {
			limit[n] = max(limit[n], t.best[n])
			if t.usual[n] > most[n] {
				most[n], largest[n] = t.usual[n], t.Name
			}
		}
	}
	with := ""
	if overhead {
		with = ", daemonsets included"
	}
	for n, name := range resources() {
		if asked[n] > most[n] {
			return fmt.Sprintf("%s: %s is the largest that is left and has %s for pods, and the pod asks for %s%s",
				name, largest[n], most.text(n), asked.text(n), with), sure
		}
	}
	var parts []string
	for n, name := range resources() {
		if asked[n] > 0 {
			parts = append(parts, asked.text(n)+" of "+string(name))
		}
	}
	return fmt.Sprintf("none of %s has %s at once%s", wordTypes(types), strings.Join(parts, " and "), with), sure
}
