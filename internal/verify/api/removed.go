package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// version is major.minor of Kubernetes; the zero value is the newest.
type version struct{ major, minor int }

func parseVersion(s string) (version, error) {
	if s == "" {
		return version{}, nil
	}
	parts := strings.Split(strings.TrimPrefix(s, "v"), ".")
	if len(parts) >= 2 {
		major, err1 := strconv.Atoi(parts[0])
		minor, err2 := strconv.Atoi(parts[1])
		if err1 == nil && err2 == nil {
			return version{major, minor}, nil
		}
	}
	return version{}, fmt.Errorf("kubernetes version %q: want major.minor", s)
}

// reaches reports whether v is 1.minor or newer.
func (v version) reaches(minor int) bool {
	return v == version{} || v.major > 1 || v.major == 1 && v.minor >= minor
}

// removal is an API version that Kubernetes has taken away.
type removal struct {
	apiVersion string
	kinds      []string
	minor      int
	instead    string
}

// removals is https://kubernetes.io/docs/reference/using-api/deprecation-guide/
// without the kinds that no one writes into manifests. A test compares it with
// APILifecycleRemoved of the types in k8s.io/api v0.37.2.
func removals() []removal {
	workloads := []string{"DaemonSet", "Deployment", "ReplicaSet", "StatefulSet", "ControllerRevision"}
	webhooks := []string{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"}
	rbac := []string{"ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}
	policies := []string{"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"}
	return []removal{
		{"extensions/v1beta1", []string{"NetworkPolicy"}, 16, "networking.k8s.io/v1"},
		{"extensions/v1beta1", []string{"PodSecurityPolicy"}, 16, ""},
		{"extensions/v1beta1", workloads, 16, "apps/v1"},
		{"apps/v1beta1", workloads, 16, "apps/v1"},
		{"apps/v1beta2", workloads, 16, "apps/v1"},
		{"admissionregistration.k8s.io/v1beta1", webhooks, 22, "admissionregistration.k8s.io/v1"},
		{"apiextensions.k8s.io/v1beta1", []string{"CustomResourceDefinition"}, 22, "apiextensions.k8s.io/v1"},
		{"apiregistration.k8s.io/v1beta1", []string{"APIService"}, 22, "apiregistration.k8s.io/v1"},
		{"certificates.k8s.io/v1beta1", []string{"CertificateSigningRequest"}, 22, "certificates.k8s.io/v1"},
		{"coordination.k8s.io/v1beta1", []string{"Lease"}, 22, "coordination.k8s.io/v1"},
		{"extensions/v1beta1", []string{"Ingress"}, 22, "networking.k8s.io/v1"},
		{"networking.k8s.io/v1beta1", []string{"Ingress", "IngressClass"}, 22, "networking.k8s.io/v1"},
		{"rbac.authorization.k8s.io/v1beta1", rbac, 22, "rbac.authorization.k8s.io/v1"},
		{"scheduling.k8s.io/v1beta1", []string{"PriorityClass"}, 22, "scheduling.k8s.io/v1"},
		{"storage.k8s.io/v1beta1", []string{"CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"}, 22, "storage.k8s.io/v1"},
		{"autoscaling/v2beta1", []string{"HorizontalPodAutoscaler"}, 25, "autoscaling/v2"},
		{"batch/v1beta1", []string{"CronJob"}, 25, "batch/v1"},
		{"discovery.k8s.io/v1beta1", []string{"EndpointSlice"}, 25, "discovery.k8s.io/v1"},
		{"events.k8s.io/v1beta1", []string{"Event"}, 25, "events.k8s.io/v1"},
		{"node.k8s.io/v1beta1", []string{"RuntimeClass"}, 25, "node.k8s.io/v1"},
		{"policy/v1beta1", []string{"PodDisruptionBudget"}, 25, "policy/v1"},
		{"policy/v1beta1", []string{"PodSecurityPolicy"}, 25, ""},
		{"autoscaling/v2beta2", []string{"HorizontalPodAutoscaler"}, 26, "autoscaling/v2"},
		{"flowcontrol.apiserver.k8s.io/v1beta1", []string{"FlowSchema", "PriorityLevelConfiguration"}, 26,
			"flowcontrol.apiserver.k8s.io/v1"},
		{"storage.k8s.io/v1beta1", []string{"CSIStorageCapacity"}, 27, "storage.k8s.io/v1"},
		{"flowcontrol.apiserver.k8s.io/v1beta2", []string{"FlowSchema", "PriorityLevelConfiguration"}, 29,
			"flowcontrol.apiserver.k8s.io/v1"},
		{"flowcontrol.apiserver.k8s.io/v1beta3", []string{"FlowSchema", "PriorityLevelConfiguration"}, 32,
			"flowcontrol.apiserver.k8s.io/v1"},
		{"admissionregistration.k8s.io/v1beta1", policies, 34, "admissionregistration.k8s.io/v1"},
		{"networking.k8s.io/v1beta1", []string{"IPAddress", "ServiceCIDR"}, 37, "networking.k8s.io/v1"},
		{"storage.k8s.io/v1beta1", []string{"VolumeAttributesClass"}, 37, "storage.k8s.io/v1"},
	}
}

// removed reports an API version that the server no longer has.
func (c *Checker) removed(r *report, gvk schema.GroupVersionKind) bool {
	if !strings.Contains(gvk.Version, "alpha") && !strings.Contains(gvk.Version, "beta") {
		return false // the table has no stable version
	}
	if removedKarpenter(r, gvk) {
		return true
	}
	apiVersion := gvk.GroupVersion().String()
	for _, gone := range removals() {
		if gone.apiVersion != apiVersion || !slices.Contains(gone.kinds, gvk.Kind) || !c.kube.reaches(gone.minor) {
			continue
		}
		hint := "write apiVersion: " + gone.instead
		if gone.instead == "" {
			hint = "label the namespace with pod-security.kubernetes.io/enforce instead"
		}
		message := fmt.Sprintf("apiVersion: %s %s was removed in Kubernetes 1.%d", apiVersion, gvk.Kind, gone.minor)
		if c.kube != (version{}) {
			message += fmt.Sprintf(", and the cluster has %d.%d", c.kube.major, c.kube.minor)
		}
		r.add(diag.CodeAPIRemoved, []string{"apiVersion"}, message, hint)
		return true
	}
	return false
}
