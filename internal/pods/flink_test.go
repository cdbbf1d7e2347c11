package pods_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/pods"
)

// theirs is a pod as testdata/flink-1.20/Pods.java writes it.
type theirs struct {
	Labels, NodeSelector map[string]string
	Tolerations          []corev1.Toleration
	ServiceAccountName   string
	ImagePullSecrets     []corev1.LocalObjectReference
	HostNetwork          bool
	Containers           map[string]struct {
		Requests, Limits map[corev1.ResourceName]string
		Ports, Env       []string
	}
}

// TestFlink compares the pods with those that Flink 1.20 itself makes of the same configuration and pod template.
func TestFlink(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "flink-1.20", "*.properties"))
	if err != nil || len(files) < 5 {
		t.Fatalf("files: %q, %v", files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".properties")
		t.Run(filepath.Base(name), func(t *testing.T) {
			t.Parallel()
			var want struct {
				Replicas                int
				JobManager, TaskManager theirs
			}
			if err := json.Unmarshal(read(t, name+".json"), &want); err != nil {
				t.Fatal(err)
			}
			settings := map[string]string{}
			for line := range strings.Lines(string(read(t, file))) {
				key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				settings[key] = value
			}
			one := int32(1)
			spec := &v1beta1.FlinkDeploymentSpec{Job: &v1beta1.JobSpec{Parallelism: &one}}
			if data, err := os.ReadFile(name + ".yaml"); err == nil {
				spec.PodTemplate = new(v1beta1.PodTemplate)
				if err := yaml.UnmarshalStrict(data, spec.PodTemplate); err != nil {
					t.Fatal(err)
				}
			}
			set := pods.Make(pods.Input{
				Namespace: "team-a", Name: "orders", Spec: spec, Config: flink.Config{}.Over(settings, flink.FromResource),
			})
			if set.JobManager.Count.Start != want.Replicas {
				t.Errorf("%d JobManagers, want %d", set.JobManager.Count.Start, want.Replicas)
			}
			compare(t, set.JobManager, want.JobManager)
			compare(t, set.TaskManager, want.TaskManager)
		})
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func compare(t *testing.T, g pods.Group, want theirs) {
	t.Helper()
	got := g.Template
	if !maps.Equal(got.Labels, want.Labels) || !maps.Equal(got.Spec.NodeSelector, want.NodeSelector) {
		t.Errorf("%s: labels %v, want %v; node selector %v, want %v", g.Role, got.Labels, want.Labels, got.Spec.NodeSelector, want.NodeSelector)
	}
	if a, b := text(t, got.Spec.Tolerations), text(t, want.Tolerations); a != b && len(got.Spec.Tolerations)+len(want.Tolerations) > 0 {
		t.Errorf("%s: tolerations %s, want %s", g.Role, a, b)
	}
	account := got.Spec.ServiceAccountName
	if account == "" {
		account = "default"
	}
	if account != want.ServiceAccountName || got.Spec.HostNetwork != want.HostNetwork || !slices.Equal(got.Spec.ImagePullSecrets, want.ImagePullSecrets) {
		t.Errorf("%s: account %s, network %v, secrets %v, want %s, %v, %v", g.Role, account, got.Spec.HostNetwork, got.Spec.ImagePullSecrets,
			want.ServiceAccountName, want.HostNetwork, want.ImagePullSecrets)
	}
	if len(got.Spec.Containers) != len(want.Containers) {
		t.Errorf("%s: %d containers, want %d", g.Role, len(got.Spec.Containers), len(want.Containers))
	}
	for _, c := range got.Spec.Containers {
		w := want.Containers[c.Name]
		same(t, string(g.Role)+" "+c.Name+" requests", c.Resources.Requests, w.Requests)
		same(t, string(g.Role)+" "+c.Name+" limits", c.Resources.Limits, w.Limits)
		var ports, env []string
		for _, p := range c.Ports {
			ports = append(ports, p.Name+"="+strconv.Itoa(int(p.ContainerPort)))
		}
		for _, e := range c.Env {
			env = append(env, e.Name)
		}
		w.Env = slices.DeleteFunc(w.Env, func(name string) bool { return strings.HasPrefix(name, "_POD_") || name == "FLINK_TM_JVM_MEM_OPTS" })
		if !slices.Equal(ports, w.Ports) || !slices.Equal(env, w.Env) {
			t.Errorf("%s %s: ports %q, want %q; variables %q, want %q", g.Role, c.Name, ports, w.Ports, env, w.Env)
		}
	}
}

func same(t *testing.T, what string, got corev1.ResourceList, want map[corev1.ResourceName]string) {
	t.Helper()
	for name, text := range want {
		if q := got[name]; q.Cmp(resource.MustParse(text)) != 0 {
			t.Errorf("%s: %s is %s, want %s", what, name, q.String(), text)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
