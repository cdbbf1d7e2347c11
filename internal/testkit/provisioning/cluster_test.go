package provisioning_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"

	"github.com/helm-flink/helm-flink/internal/capacity"
	"github.com/helm-flink/helm-flink/internal/testkit"
)

// cluster is a control plane with Karpenter's objects.
type cluster struct{ *testkit.Plane }

// clear takes away what a scenario has left. No Karpenter runs that would see it.
func (c cluster) clear(t *testing.T) {
	t.Helper()
	if names := strings.Fields(c.MustKubectl(t, "", "get", "nodeclaims,nodes", "-o", "name")); len(names) > 0 {
		c.MustKubectl(t, "", append([]string{"patch", "--type=merge", "-p", `{"metadata":{"finalizers":null}}`}, names...)...)
	}
	c.MustKubectl(t, "", "delete", "nodeclaims,nodes,nodepools,ec2nodeclasses", "--all", "--timeout=30s")
	c.MustKubectl(t, "", "delete", "pods,daemonsets,events", "--all", "-A", "--force", "--grace-period=0", "--timeout=30s")
}

// send creates objects.
func (c cluster) send(t *testing.T, objects ...any) {
	t.Helper()
	if len(objects) == 0 {
		return
	}
	list, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": objects})
	if err != nil {
		t.Fatal(err)
	}
	c.MustKubectl(t, string(list), "create", "-f", "-")
}

// get lists objects.
func get[T any](t *testing.T, c cluster, args ...string) []T {
	t.Helper()
	var out struct{ Items []T }
	text := c.MustKubectl(t, "", append([]string{"get", "-o", "json"}, args...)...)
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatal(err)
	}
	return out.Items
}

// nodes creates EC2NodeClasses, which it says are ready since no AWS controller does, and NodePools, and waits until Karpenter says
// that these are ready.
func (c cluster) nodes(t *testing.T, objects []map[string]any) {
	t.Helper()
	for _, o := range objects {
		c.send(t, o)
		if o["kind"] != "EC2NodeClass" {
			continue
		}
		var ready []metav1.Condition
		for _, kind := range []string{
			"AMIsReady", "SubnetsReady", "SecurityGroupsReady", "InstanceProfileReady", "ValidationSucceeded", "PlacementGroupReady",
			"CapacityReservationsReady", "Ready",
		} {
			ready = append(ready, metav1.Condition{
				Type: kind, Status: metav1.ConditionTrue, Reason: kind, LastTransitionTime: metav1.Now(), ObservedGeneration: 1,
			})
		}
		patch, err := json.Marshal(map[string]any{"status": map[string]any{"conditions": ready}})
		if err != nil {
			t.Fatal(err)
		}
		name, _ := o["metadata"].(map[string]any)["name"].(string)
		c.MustKubectl(t, "", "patch", "ec2nodeclass", name, "--subresource=status", "--type=merge", "-p", string(patch))
	}
	c.MustKubectl(t, "", "wait", "--for=condition=Ready", "nodepools", "--all", "--timeout=60s")
}

// daemons creates a DaemonSet for each daemon of a simulation.
func (c cluster) daemons(t *testing.T, all []corev1.Pod) {
	t.Helper()
	for i := range all {
		labels := map[string]string{"daemon": all[i].Name}
		spec := whole(all[i].Spec)
		c.send(t, &appsv1.DaemonSet{
			TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "DaemonSet"},
			ObjectMeta: metav1.ObjectMeta{Namespace: "kube-system", Name: all[i].Name},
			Spec: appsv1.DaemonSetSpec{
				Selector: &metav1.LabelSelector{MatchLabels: labels},
				Template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: spec},
			},
		})
	}
}

// whole completes a pod for the API server: it needs images, and has neither the volumes nor what Flink mounts there.
func whole(spec corev1.PodSpec) corev1.PodSpec {
	out := *spec.DeepCopy()
	out.Volumes = nil
	for _, list := range [][]corev1.Container{out.InitContainers, out.Containers} {
		for i := range list {
			list[i].VolumeMounts = nil
			if list[i].Image == "" {
				list[i].Image = "example.com/image:1"
			}
		}
	}
	return out
}

// groupLabel says of a pod which group of the simulation it is of.
const groupLabel = "testkit.helm-flink.dev/group"

// phase creates the pods of a phase at once, and waits until each is on a node or is refused by Karpenter.
func (c cluster) phase(t *testing.T, s capacity.Simulation, batches []capacity.Batch) {
	t.Helper()
	var objects []any
	for _, b := range batches {
		template := s.Groups[b.Group]
		for i := range b.Count {
			pod := &corev1.Pod{
				TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}, ObjectMeta: *template.ObjectMeta.DeepCopy(), Spec: whole(template.Spec),
			}
			pod.Name = fmt.Sprintf("pod-%d-%d", b.Group, i)
			if pod.Labels == nil {
				pod.Labels = map[string]string{}
			}
			pod.Labels[groupLabel] = fmt.Sprint(b.Group)
			objects = append(objects, pod)
		}
	}
	c.send(t, objects...)
	c.settle(t)
}

// patience is how long nothing may change before pods without a node count as refused: Karpenter looks at them
// again every ten seconds.
const patience = 15 * time.Second

// settle waits until every pod is on a node, or Karpenter has said that it does not find one and no node has come since.
func (c cluster) settle(t *testing.T) {
	t.Helper()
	seen, since := "", time.Now()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(500 * time.Millisecond) {
		var waiting []string
		for _, p := range get[corev1.Pod](t, c, "pods", "-A") {
			if p.Spec.NodeName == "" {
				waiting = append(waiting, p.Namespace+"/"+p.Name)
			}
		}
		if len(waiting) == 0 {
			return
		}
		now := fmt.Sprint(waiting, len(get[karpv1.NodeClaim](t, c, "nodeclaims")))
		if now != seen {
			seen, since = now, time.Now()
		}
		if time.Since(since) > patience {
			refused := c.refused(t)
			if slices.ContainsFunc(waiting, func(name string) bool { return !slices.Contains(refused, name) }) {
				t.Fatalf("pods wait, and Karpenter does not say why: %v of which refused: %v", waiting, refused)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("no end of it: %s", now)
		}
	}
}

// refused are the pods of which Karpenter has said that it does not find a node for them.
func (c cluster) refused(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, e := range get[corev1.Event](t, c, "events", "-A", "--field-selector", "reason=FailedScheduling") {
		if e.Source.Component == "karpenter" {
			out = append(out, e.InvolvedObject.Namespace+"/"+e.InvolvedObject.Name)
		}
	}
	return out
}
