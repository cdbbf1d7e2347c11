package pods

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// mainContainer takes Flink's container out of the template, or makes it, and
// sizes it: the CPU and memory of the cluster's spec and configuration go over
// those of the template, whose other resources stay (KubernetesUtils,
// getResourceRequirements).
func (in Input) mainContainer(role Role, spec *corev1.PodSpec, unknown *[]string) corev1.Container {
	main := corev1.Container{Name: MainContainer}
	spec.Containers = slices.DeleteFunc(spec.Containers, func(c corev1.Container) bool {
		if c.Name == MainContainer {
			main = c
		}
		return c.Name == MainContainer
	})
	if in.Spec.Image != "" {
		main.Image = in.Spec.Image
	}
	if in.Spec.ImagePullPolicy != "" {
		main.ImagePullPolicy = corev1.PullPolicy(in.Spec.ImagePullPolicy)
	}
	main.Resources.Requests, main.Resources.Limits = copied(main.Resources.Requests), copied(main.Resources.Limits)
	both := func(name corev1.ResourceName, request, limit resource.Quantity) {
		main.Resources.Requests[name], main.Resources.Limits[name] = request, limit
	}
	if size := in.resource(role); size != nil && strings.TrimSpace(size.EphemeralStorage) != "" {
		if q, err := quantity.Parse(size.EphemeralStorage); err == nil {
			both(corev1.ResourceEphemeralStorage, q, q)
		} else {
			*unknown = append(*unknown, "the ephemeral storage, which is no quantity: "+size.EphemeralStorage)
		}
	}
	cpu := in.cpu(role)
	both(corev1.ResourceCPU, cores(cpu), cores(cpu*in.factor(role, "cpu")))
	if mebibytes, ok := in.memory(role); ok {
		both(corev1.ResourceMemory, mebi(mebibytes), mebi(int64(min(float64(mebibytes)*in.factor(role, "memory"), 1<<42))))
	} else {
		*unknown = append(*unknown, "the memory, which neither resource.memory nor "+string(role)+".memory.process.size gives")
	}
	if role == TaskManager {
		in.externalResources(both)
	}
	main.Env = append(slices.Clip(main.Env), in.env(role)...)
	main.Ports = append(slices.Clip(main.Ports), in.ports(role)...)
	return main
}

// cpu is the number of CPUs of the container. A JobManager has 1 by default, a
// TaskManager one for each slot; taskmanager.cpu.cores goes before the others
// (TaskExecutorProcessUtils.getCpuCoresWithFallback).
func (in Input) cpu(role Role) float64 {
	if role == TaskManager {
		if n := in.float("taskmanager.cpu.cores"); n > 0 {
			return n
		}
	}
	if size := in.resource(role); size != nil && size.CPU != nil && *size.CPU > 0 {
		return *size.CPU
	}
	if n := in.float("kubernetes."+string(role)+".cpu.amount", "kubernetes."+string(role)+".cpu"); n > 0 {
		return n
	}
	if role == TaskManager {
		return float64(in.Slots())
	}
	return 1
}

// memory is the size of the whole process in mebibytes, rounded down as Flink
// rounds it; ok is false where only parts of the process are configured.
func (in Input) memory(role Role) (mebibytes int64, ok bool) {
	text := in.Config.Text(string(role) + ".memory.process.size")
	if size := in.resource(role); size != nil && size.Memory != "" {
		text = size.Memory
	}
	n, err := flink.ParseMemory(text)
	if text == "" || err != nil || n <= 0 {
		return 0, false
	}
	return n >> 20, true
}

// factor is by how much the limit is larger than the request: at least 1, which
// is the default; Flink refuses less.
func (in Input) factor(role Role, of string) float64 {
	return max(1, in.float("kubernetes."+string(role)+"."+of+".limit-factor"))
}

// float reads a number of the configuration, 0 for none.
func (in Input) float(keys ...string) float64 {
	n, err := strconv.ParseFloat(in.Config.Text(keys...), 64)
	if err != nil || n != n || n > 1<<40 {
		return 0
	}
	return n
}

// externalResources reads external-resources with their amounts and the names
// that Kubernetes has for them: GPUs.
func (in Input) externalResources(set func(corev1.ResourceName, resource.Quantity, resource.Quantity)) {
	for _, name := range list(in.Config.Text("external-resources")) {
		key := in.Config.Text("external-resource." + name + ".kubernetes.config-key")
		if n := number(in.Config.Text("external-resource." + name + ".amount")); key != "" && n > 0 {
			q := *resource.NewQuantity(int64(n), resource.DecimalSI)
			set(corev1.ResourceName(key), q, q)
		}
	}
}

// EnvPrefix is what the keys of the configuration begin with that set variables
// of a role's main container.
func EnvPrefix(role Role) string {
	if role == JobManager {
		return "containerized.master.env."
	}
	return "containerized.taskmanager.env."
}

// env reads the variables of containerized.<role>.env.* and
// kubernetes.env.secretKeyRef.
func (in Input) env(role Role) []corev1.EnvVar {
	var out []corev1.EnvVar
	own := configMap(in.Config, strings.TrimSuffix(EnvPrefix(role), "."))
	for _, name := range slices.Sorted(maps.Keys(own)) {
		out = append(out, corev1.EnvVar{Name: name, Value: own[name]})
	}
	for _, item := range list(in.Config.Text("kubernetes.env.secretKeyRef")) {
		m := pairs(item)
		ref := &corev1.SecretKeySelector{LocalObjectReference: corev1.LocalObjectReference{Name: m["secret"]}, Key: m["key"]}
		out = append(out, corev1.EnvVar{Name: m["env"], ValueFrom: &corev1.EnvVarSource{SecretKeyRef: ref}})
	}
	return out
}

// ports are those that Flink opens: Constants.java has their names.
func (in Input) ports(role Role) []corev1.ContainerPort {
	if role == TaskManager {
		return []corev1.ContainerPort{{Name: "taskmanager-rpc", ContainerPort: 6122}}
	}
	return []corev1.ContainerPort{
		{Name: "rest", ContainerPort: in.RESTPort()},
		{Name: "jobmanager-rpc", ContainerPort: 6123},
		{Name: "blobserver", ContainerPort: 6124},
	}
}

// RESTPort is the port of Flink's REST API, 8081 by default.
func (in Input) RESTPort() int32 {
	if n := in.Config.Int(8081, "rest.port"); n > 0 && n < 1<<16 {
		return int32(n)
	}
	return 8081
}

// logSidecar is EMR's container for the logs. Its limits are documented
// (memoryLimit is 512Mi by default), its requests are not (EMR on EKS guide,
// page jobruns-flink-monitoring-configuration).
func (in Input) logSidecar(unknown *[]string) corev1.Container {
	monitoring := in.Spec.MonitoringConfiguration
	memory, cpu := "512Mi", ""
	if r := monitoring.SideCarResources; r != nil && r.Limits != nil {
		if r.Limits.MemoryLimit != "" {
			memory = r.Limits.MemoryLimit
		}
		cpu = r.Limits.CPULimit
	}
	limits := corev1.ResourceList{}
	for name, text := range map[corev1.ResourceName]string{corev1.ResourceMemory: memory, corev1.ResourceCPU: cpu} {
		if q, err := quantity.Parse(text); err == nil {
			limits[name] = q
		}
	}
	*unknown = append(*unknown, "the requests of EMR's log sidecar, which are not documented")
	return corev1.Container{Name: LogSidecar, Image: monitoring.Image, Resources: corev1.ResourceRequirements{Limits: limits}}
}

func copied(l corev1.ResourceList) corev1.ResourceList {
	out := corev1.ResourceList{}
	maps.Copy(out, l)
	return out
}

// cores rounds up to a thousandth, as the API server does.
func cores(n float64) resource.Quantity {
	n = min(n, 1<<40)
	milli := int64(n * 1000)
	if float64(milli) < n*1000-1e-6 {
		milli++
	}
	return *resource.NewMilliQuantity(milli, resource.DecimalSI)
}

func mebi(n int64) resource.Quantity { return *resource.NewQuantity(n<<20, resource.BinarySI) }
