package pods_test

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/pods"
)

// spec reads the spec of a FlinkDeployment; its own configuration is the effective one.
func input(t *testing.T, text string) pods.Input {
	t.Helper()
	spec := new(v1beta1.FlinkDeploymentSpec)
	if err := yaml.UnmarshalStrict([]byte(text), spec); err != nil {
		t.Fatal(err)
	}
	own, err := spec.FlinkConfiguration.Flat()
	if err != nil {
		t.Fatal(err)
	}
	return pods.Input{Namespace: "team-a", Name: "orders", Spec: spec, Config: flink.Config{}.Over(own, flink.FromResource)}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	const slots2 = "flinkConfiguration: {taskmanager.numberOfTaskSlots: 2"
	for name, c := range map[string]struct {
		spec    string
		emr     bool
		session []int
		jm, tm  pods.Count
	}{
		"parallelism over slots": {spec: slots2 + "}\njob: {parallelism: 5}", tm: pods.Count{Start: 3, Min: 3, Max: 3}},
		"replicas go first":      {spec: slots2 + "}\njob: {parallelism: 5}\ntaskManager: {replicas: 7}", tm: pods.Count{Start: 7, Min: 7, Max: 7}},
		"standalone replicas": {
			spec: "mode: standalone\nflinkConfiguration: {job.autoscaler.enabled: true}\njob: {}\ntaskManager: {replicas: 4}",
			tm:   pods.Count{Start: 4, Min: 4, Max: 4},
		},
		"overrides": {
			spec: slots2 + ", pipeline.jobvertex-parallelism-overrides: 'a:6,b:3'}\njob: {parallelism: 1}",
			tm:   pods.Count{Start: 3, Min: 3, Max: 3},
		},
		"autoscaler": {spec: slots2 + ", job.autoscaler.enabled: true}\njob: {parallelism: 4}", tm: pods.Count{Start: 2, Min: 1, Max: 100}},
		"autoscaler bounds": {
			spec: slots2 + ", kubernetes.operator.job.autoscaler.enabled: true, job.autoscaler.vertex.max-parallelism: 48, " +
				"job.autoscaler.vertex.min-parallelism: 4, pipeline.max-parallelism: 24}\njob: {parallelism: 6}",
			tm: pods.Count{Start: 3, Min: 2, Max: 12},
		},
		"autoscaler only watches": {
			spec: "flinkConfiguration: {job.autoscaler.enabled: true, job.autoscaler.scaling.enabled: false}\njob: {parallelism: 4}",
			tm:   pods.Count{Start: 4, Min: 4, Max: 4},
		},
		"session":            {spec: slots2 + "}", session: []int{3, 2}, tm: pods.Count{Start: 3, Unbounded: true}},
		"session bounded":    {spec: slots2 + ", slotmanager.number-of-slots.max: 8}", session: []int{3}, tm: pods.Count{Start: 2, Max: 4}},
		"session standalone": {spec: "mode: standalone", session: []int{3}, tm: pods.Count{Start: 1, Min: 1, Max: 1}},
		"emr":                {spec: "job: {parallelism: 1}", emr: true, jm: pods.Count{Start: 2, Min: 2, Max: 2}, tm: pods.Count{Start: 1, Min: 1, Max: 1}},
		"emr without ha": {
			spec: "jobManager: {highAvailabilityEnabled: false}\njob: {parallelism: 1}", emr: true, tm: pods.Count{Start: 1, Min: 1, Max: 1},
		},
		"standbys": {
			spec: "jobManager: {replicas: 3}\njob: {parallelism: 1}", jm: pods.Count{Start: 3, Min: 3, Max: 3}, tm: pods.Count{Start: 1, Min: 1, Max: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := input(t, c.spec)
			in.EMR, in.SessionJobs = c.emr, c.session
			set := pods.Make(in)
			if c.jm == (pods.Count{}) {
				c.jm = pods.Count{Start: 1, Min: 1, Max: 1}
			}
			if set.JobManager.Count != c.jm || set.TaskManager.Count != c.tm {
				t.Errorf("JobManager %+v, want %+v; TaskManager %+v, want %+v", set.JobManager.Count, c.jm, set.TaskManager.Count, c.tm)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	set := pods.Make(input(t, `
flinkConfiguration:
  kubernetes.jobmanager.cpu.limit-factor: 2
  kubernetes.taskmanager.memory.limit-factor: 1.5
  taskmanager.numberOfTaskSlots: 3
  taskmanager.memory.process.size: 1g
  external-resources: gpu
  external-resource.gpu.amount: 1
  external-resource.gpu.kubernetes.config-key: nvidia.com/gpu
jobManager: {resource: {cpu: 0.5, memory: 2048m, ephemeralStorage: 5Gi}}
podTemplate:
  spec:
    overhead: {cpu: 10m}
    initContainers:
    - {name: warm, resources: {requests: {cpu: "8"}}}
    - {name: proxy, restartPolicy: Always, resources: {requests: {cpu: 100m}}}
    containers:
    - {name: shipper, resources: {limits: {cpu: 250m, memory: 100Mi}}}
    - {name: flink-main-container, resources: {requests: {cpu: "9", example.com/fpga: 1}, limits: {memory: 9Gi}}}
job: {parallelism: 6}
`))
	// cpu: the init container with 8 is larger than 0.5 + 0.25 + 0.1.
	check(t, "JobManager requests", set.JobManager.Requests, "cpu=8010m memory=2148Mi ephemeral-storage=5Gi example.com/fpga=1")
	check(t, "JobManager limits", set.JobManager.Limits, "cpu=1260m memory=2148Mi ephemeral-storage=5Gi")
	check(t, "TaskManager requests", set.TaskManager.Requests, "cpu=8010m memory=1124Mi nvidia.com/gpu=1 example.com/fpga=1")
	check(t, "TaskManager limits", set.TaskManager.Limits, "cpu=3260m memory=1636Mi nvidia.com/gpu=1")
	check(t, "total", set.Total(), "cpu=24030m memory=4396Mi ephemeral-storage=5Gi example.com/fpga=3 nvidia.com/gpu=2")
	if len(set.JobManager.Unknown)+len(set.TaskManager.Unknown) != 0 {
		t.Errorf("unknown: %q %q", set.JobManager.Unknown, set.TaskManager.Unknown)
	}
}

func check(t *testing.T, what string, got corev1.ResourceList, want string) {
	t.Helper()
	items := strings.Fields(want)
	for _, item := range items {
		name, text, _ := strings.Cut(item, "=")
		q := got[corev1.ResourceName(name)]
		if q.Cmp(resource.MustParse(text)) != 0 {
			t.Errorf("%s: %s is %s, want %s", what, name, q.String(), text)
		}
	}
	if len(got) != len(items) {
		t.Errorf("%s: %v, want only %s", what, got, want)
	}
}

func TestUnknown(t *testing.T) {
	t.Parallel()
	in := input(t, `
jobManager: {resource: {cpu: 1}}
taskManager: {resource: {cpu: 1, memory: 1g}}
monitoringConfiguration: {sideCarResources: {limits: {cpuLimit: 500m, memoryLimit: 250Mi}}}
job: {parallelism: 1, state: suspended}
`)
	in.EMR = true
	set := pods.Make(in)
	check(t, "requests", set.TaskManager.Requests, "cpu=1 memory=1Gi")
	check(t, "ceiling", set.TaskManager.Ceiling, "cpu=1500m memory=1274Mi")
	check(t, "limits", set.TaskManager.Limits, "cpu=1500m memory=1274Mi")
	check(t, "JobManager", set.JobManager.Requests, "cpu=1")
	check(t, "total of a suspended job", set.Total(), "")
	if len(set.JobManager.Unknown) != 2 || len(set.TaskManager.Unknown) != 1 {
		t.Errorf("unknown: %q %q", set.JobManager.Unknown, set.TaskManager.Unknown)
	}
	if n := len(set.TaskManager.Template.Spec.Containers); n != 2 {
		t.Errorf("%d containers, want the main one and the sidecar", n)
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	set := pods.Make(input(t, `
serviceAccount: flink
flinkConfiguration:
  kubernetes.taskmanager.node-selector: "pool:fast,karpenter.sh/capacity-type:spot"
  kubernetes.jobmanager.node-selector: {pool: calm}
  kubernetes.taskmanager.tolerations: "key:flink,operator:Equal,value:tm,effect:NoSchedule;key:spot,operator:Exists,tolerationSeconds:60"
  kubernetes.taskmanager.service-account: workers
  kubernetes.jobmanager.labels: "team:a,component:other"
podTemplate: {spec: {nodeSelector: {arch: arm64, pool: slow}, serviceAccountName: ignored}}
job: {parallelism: 1}
`))
	jm, tm := set.JobManager.Template, set.TaskManager.Template
	if got := tm.Spec.NodeSelector; got["pool"] != "fast" || got["arch"] != "arm64" || got["karpenter.sh/capacity-type"] != "spot" {
		t.Errorf("TaskManager's node selector: %v", got)
	}
	if got := jm.Spec.NodeSelector; got["pool"] != "calm" {
		t.Errorf("JobManager's node selector: %v", got)
	}
	tolerations := tm.Spec.Tolerations
	if len(tolerations) != 2 || tolerations[0].Value != "tm" || tolerations[1].Operator != corev1.TolerationOpExists || *tolerations[1].TolerationSeconds != 60 {
		t.Errorf("tolerations: %+v", tolerations)
	}
	if jm.Spec.ServiceAccountName != "flink" || tm.Spec.ServiceAccountName != "workers" {
		t.Errorf("service accounts %s and %s", jm.Spec.ServiceAccountName, tm.Spec.ServiceAccountName)
	}
	if l := jm.Labels; l["app"] != "orders" || l["component"] != "jobmanager" || l["team"] != "a" || l["type"] != "flink-native-kubernetes" {
		t.Errorf("labels: %v", l)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	const spec = `
podTemplate:
  spec:
    tolerations: [{key: a}]
    containers:
    - {name: flink-main-container, args: [p, q], env: [{name: A, value: "1"}]}
    - {name: shipper, image: old}
taskManager:
  podTemplate:
    spec:
      tolerations: [{operator: Exists}, {key: b}]
      containers:
      - {name: shipper, image: new}
      - {name: flink-main-container, args: [z], env: [{name: B, value: "2"}]}
job: {parallelism: 1}
`
	by := pods.Make(input(t, "flinkConfiguration: {kubernetes.operator.pod-template.merge-arrays-by-name: true}"+spec)).TaskManager.Template.Spec
	main := container(by, pods.MainContainer)
	if c := container(by, "shipper"); c.Image != "new" || len(by.Containers) != 2 || len(main.Env) != 2 || !slices.Equal(main.Args, []string{"p", "q"}) {
		t.Errorf("by name: %+v", by.Containers)
	}
	if len(by.Tolerations) != 2 || by.Tolerations[0].Key != "a" || by.Tolerations[0].Operator != corev1.TolerationOpExists {
		t.Errorf("tolerations have no names and merge by position: %+v", by.Tolerations)
	}
	// By position the first container is renamed, and takes over what was the main container's.
	at := pods.Make(input(t, spec[1:])).TaskManager.Template.Spec
	if c := container(at, "shipper"); c.Image != "new" || len(c.Env) != 1 || len(at.Containers) != 2 {
		t.Errorf("by position: %+v", at.Containers)
	}
	if c := container(at, pods.MainContainer); c.Image != "old" || c.Env[0].Name != "B" {
		t.Errorf("by position: %+v", at.Containers)
	}
}

func container(spec corev1.PodSpec, name string) corev1.Container {
	for _, c := range spec.Containers {
		if c.Name == name {
			return c
		}
	}
	return corev1.Container{}
}
