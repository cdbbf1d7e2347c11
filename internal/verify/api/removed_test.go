package api_test

import (
	"fmt"
	"strings"
	"testing"

	admissionregistrationv1beta1 "k8s.io/api/admissionregistration/v1beta1"
	appsv1beta1 "k8s.io/api/apps/v1beta1"
	appsv1beta2 "k8s.io/api/apps/v1beta2"
	batchv1beta1 "k8s.io/api/batch/v1beta1"
	certificatesv1beta1 "k8s.io/api/certificates/v1beta1"
	coordinationv1beta1 "k8s.io/api/coordination/v1beta1"
	discoveryv1beta1 "k8s.io/api/discovery/v1beta1"
	eventsv1beta1 "k8s.io/api/events/v1beta1"
	extensionsv1beta1 "k8s.io/api/extensions/v1beta1"
	flowcontrolv1beta1 "k8s.io/api/flowcontrol/v1beta1"
	flowcontrolv1beta2 "k8s.io/api/flowcontrol/v1beta2"
	flowcontrolv1beta3 "k8s.io/api/flowcontrol/v1beta3"
	networkingv1beta1 "k8s.io/api/networking/v1beta1"
	nodev1beta1 "k8s.io/api/node/v1beta1"
	policyv1beta1 "k8s.io/api/policy/v1beta1"
	rbacv1beta1 "k8s.io/api/rbac/v1beta1"
	schedulingv1beta1 "k8s.io/api/scheduling/v1beta1"
	storagev1beta1 "k8s.io/api/storage/v1beta1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/api"
)

// TestRemovals compares our table with what Kubernetes' own types say of their
// last release.
func TestRemovals(t *testing.T) {
	t.Parallel()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		admissionregistrationv1beta1.AddToScheme, appsv1beta1.AddToScheme, appsv1beta2.AddToScheme, batchv1beta1.AddToScheme,
		certificatesv1beta1.AddToScheme, coordinationv1beta1.AddToScheme, discoveryv1beta1.AddToScheme, eventsv1beta1.AddToScheme,
		extensionsv1beta1.AddToScheme, flowcontrolv1beta1.AddToScheme, flowcontrolv1beta2.AddToScheme, flowcontrolv1beta3.AddToScheme,
		networkingv1beta1.AddToScheme, nodev1beta1.AddToScheme, policyv1beta1.AddToScheme, rbacv1beta1.AddToScheme,
		schedulingv1beta1.AddToScheme, storagev1beta1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	compared := 0
	for gvk := range scheme.AllKnownTypes() {
		typed, err := scheme.New(gvk)
		if err != nil {
			t.Fatal(err)
		}
		removed, ok := typed.(interface{ APILifecycleRemoved() (major, minor int) })
		if !ok || strings.HasSuffix(gvk.Kind,
			"List") || gvk.Kind == "Scale" || gvk.Kind == "Eviction" || gvk.Kind == "DeploymentRollback" {
			continue
		}
		_, minor := removed.APILifecycleRemoved()
		for kube, want := range map[int]bool{minor - 1: false, minor: true} {
			found := checker(t, api.Options{KubeVersion: fmt.Sprintf("1.%d",
				kube)}).Check(object(map[string]any{"apiVersion": gvk.GroupVersion().String(), "kind": gvk.Kind}))
			got := len(found) > 0 && found[0].Code == diag.CodeAPIRemoved
			if got != want && minor <= 37 {
				t.Errorf("%s in 1.%d: removed %v, want %v", gvk, kube, got, want)
			}
			compared++
		}
	}
	if compared < 40 {
		t.Errorf("only %d comparisons", compared)
	}
}
