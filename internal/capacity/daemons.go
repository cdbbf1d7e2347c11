package capacity

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
	"github.com/helm-flink/helm-flink/internal/pods"
)

// Daemon is a pod that every node runs one of.
type Daemon struct {
	Name   string `json:"name"`
	CPU    string `json:"cpu"`
	Memory string `json:"memory"`
}

// DefaultDaemons are those that every EKS node runs: the VPC CNI, whose two
// containers ask for 25m CPU each, and kube-proxy, which asks for 100m (EKS
// add-ons vpc-cni and kube-proxy, their default manifests).
func DefaultDaemons() []corev1.Pod {
	return []corev1.Pod{daemon("aws-node", "50m", "0"), daemon("kube-proxy", "100m", "0")}
}

// daemon makes a pod that tolerates every taint.
func daemon(name, cpu, memory string) corev1.Pod {
	requests := corev1.ResourceList{}
	for resource, text := range map[corev1.ResourceName]string{corev1.ResourceCPU: cpu, corev1.ResourceMemory: memory} {
		if q, err := quantity.Parse(text); err == nil {
			requests[resource] = q
		}
	}
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "kube-system"},
		Spec: corev1.PodSpec{
			Tolerations: []corev1.Toleration{{Operator: corev1.TolerationOpExists}},
			Containers:  []corev1.Container{{Name: name, Resources: corev1.ResourceRequirements{Requests: requests}}},
		},
	}
}

// ParseDaemon reads "name=cpu,memory": ebs-csi-node=30m,120Mi. The pod tolerates
// every taint.
func ParseDaemon(text string) (corev1.Pod, error) {
	name, sizes, named := strings.Cut(text, "=")
	cpu, memory, both := strings.Cut(sizes, ",")
	if !named || !both || name == "" {
		return corev1.Pod{}, fmt.Errorf("%q: want name=cpu,memory, such as ebs-csi-node=30m,120Mi", text)
	}
	for _, q := range []string{cpu, memory} {
		if size, err := quantity.Parse(q); err != nil || size.Sign() < 0 {
			return corev1.Pod{}, fmt.Errorf("%q: %q is no quantity; want name=cpu,memory, such as ebs-csi-node=30m,120Mi", text, q)
		}
	}
	return daemon(name, cpu, memory), nil
}

// ReadDaemonSet reads the pod of a DaemonSet, apps/v1.
func ReadDaemonSet(name string, data map[string]any) (corev1.Pod, error) {
	var set struct {
		Spec struct {
			Template corev1.PodTemplateSpec `json:"template"`
		} `json:"spec"`
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(data, &set); err != nil {
		return corev1.Pod{}, fmt.Errorf("DaemonSet %s: %w", name, err)
	}
	out := corev1.Pod{ObjectMeta: set.Spec.Template.ObjectMeta, Spec: set.Spec.Template.Spec}
	out.Name = name
	return out, nil
}

// daemonList words the daemons.
func daemonList(all []corev1.Pod) []Daemon {
	out := []Daemon{}
	for _, d := range all {
		requests := pods.Requests(d.Spec)
		cpu, memory := requests[corev1.ResourceCPU], requests[corev1.ResourceMemory]
		out = append(out, Daemon{d.Name, cpu.String(), memory.String()})
	}
	slices.SortFunc(out, func(a, b Daemon) int { return strings.Compare(a.Name, b.Name) })
	return out
}
