package api

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	nodev1 "k8s.io/api/node/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/api/validate/content"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// builtin is a kind of Kubernetes' own: its type for strict decoding, and where
// we have them the server's checks.
type builtin struct {
	typ        reflect.Type
	namespaced bool
	name       apivalidation.ValidateNameFunc
	check      func(c *check, object any)
}

// of makes an entry; run may be nil: strict decoding and metadata alone.
func of[T any](namespaced bool, name apivalidation.ValidateNameFunc, run func(*check, *T)) builtin {
	b := builtin{typ: reflect.TypeFor[T](), namespaced: namespaced, name: name}
	if name == nil {
		b.name = apivalidation.NameIsDNSSubdomain
	}
	if run != nil {
		b.check = func(c *check, object any) { run(c, object.(*T)) }
	}
	return b
}

// segment allows every name that can stand in a URL (RBAC).
func segment(name string, _ bool) []string { return content.IsPathSegmentName(name) }

// builtins lists the kinds that Kubernetes 1.37 has in its stable groups, and
// that stand in manifests.
func builtins(kube version) map[schema.GroupVersionKind]builtin {
	all := map[schema.GroupVersionKind]builtin{}
	group := func(gv schema.GroupVersion, kinds ...builtin) {
		for _, b := range kinds {
			all[gv.WithKind(b.typ.Name())] = b
		}
	}
	group(corev1.SchemeGroupVersion, coreKinds(kube)...)
	group(appsv1.SchemeGroupVersion, of(true, nil, checkDeployment), of(true, apivalidation.NameIsDNSLabel, checkStatefulSet),
		of(true, nil, checkDaemonSet),
		of[appsv1.ReplicaSet](true, nil, checkReplicaSet), of[appsv1.ControllerRevision](true, nil, nil))
	group(batchv1.SchemeGroupVersion, of(true, nil, checkJob), of(true, nil, checkCronJob))
	group(autoscalingv1.SchemeGroupVersion, of[autoscalingv1.HorizontalPodAutoscaler](true, nil, nil))
	group(autoscalingv2.SchemeGroupVersion, of(true, nil, checkAutoscaler))
	group(policyv1.SchemeGroupVersion, of(true, segment, checkDisruptionBudget))
	group(networkingv1.SchemeGroupVersion, of(true, nil, checkNetworkPolicy), of(true, nil, checkIngress),
		of[networkingv1.IngressClass](false, nil, nil))
	group(rbacv1.SchemeGroupVersion, of(true, segment, checkRole), of(false, segment, checkClusterRole),
		of(true, segment, checkRoleBinding), of(false, segment, checkClusterRoleBinding))
	group(storagev1.SchemeGroupVersion, of(false, nil, checkStorageClass), of[storagev1.CSIDriver](false, nil, nil),
		of[storagev1.VolumeAttachment](false, nil, nil), of[storagev1.CSIStorageCapacity](true, nil, nil),
		of[storagev1.CSINode](false, nil, nil), of[storagev1.VolumeAttributesClass](false, nil, nil))
	group(schedulingv1.SchemeGroupVersion, of(false, nil, checkPriorityClass))
	group(admissionregistrationv1.SchemeGroupVersion, of(false, nil, checkMutatingWebhooks), of(false, nil, checkValidatingWebhooks),
		of[admissionregistrationv1.ValidatingAdmissionPolicy](false, nil, nil),
		of[admissionregistrationv1.ValidatingAdmissionPolicyBinding](false, nil, nil),
		of[admissionregistrationv1.MutatingAdmissionPolicy](false, nil, nil),
		of[admissionregistrationv1.MutatingAdmissionPolicyBinding](false, nil, nil))
	group(coordinationv1.SchemeGroupVersion, of[coordinationv1.Lease](true, nil, nil))
	group(discoveryv1.SchemeGroupVersion, of[discoveryv1.EndpointSlice](true, nil, nil))
	group(nodev1.SchemeGroupVersion, of[nodev1.RuntimeClass](false, nil, nil))
	return all
}

// coreKinds are those of the group without a name.
func coreKinds(kube version) []builtin {
	return []builtin{
		of(false, apivalidation.ValidateNamespaceName, checkNamespace), of(true, nil, checkQuota), of(true, nil, checkLimitRange),
		of(true, apivalidation.ValidateServiceAccountName, checkServiceAccount), of(true, nil, checkSecret),
		of(true, nil, checkConfigMap), of(true, nil, checkClaim), of(true, serviceName(kube), checkService), of(true, nil, checkPod),
		of[corev1.PersistentVolume](false, nil, nil), of[corev1.Node](false, nil, nil),
		of[corev1.Endpoints](true, nil, nil), //nolint:staticcheck // deprecated, but served
		of[corev1.ReplicationController](true, nil, nil), of[corev1.PodTemplate](true, nil, nil),
	}
}

// checkBuiltin checks an object of a kind that Kubernetes brings.
func (c *Checker) checkBuiltin(r *report, gvk schema.GroupVersionKind) {
	if gvk.Group == "apiextensions.k8s.io" && gvk.Version == "v1" && gvk.Kind == "CustomResourceDefinition" {
		c.checkCRD(r)
		return
	}
	kind, ok := c.builtins[gvk]
	if !ok {
		c.unknownKind(r, gvk)
		return
	}
	s := strict{fields: c.fields, report: r}
	fields := c.fields.of(kind.typ)
	for key, value := range r.object.Data {
		field, ok := fields[key]
		switch {
		case !ok:
			s.unknownField([]string{key}, slices.Collect(maps.Keys(fields)))
		case key != "metadata":
			s.path = []string{key}
			s.value(value, field)
		}
	}
	if !c.metadata(r, kind.namespaced, kind.name) || s.broken || kind.check == nil {
		return
	}
	object := reflect.New(kind.typ).Interface()
	if err := decode(r.object.Data, object); err != nil {
		r.add(diag.CodeAPIType, nil, err.Error(), "")
		return
	}
	found := &check{kube: c.kube}
	kind.check(found, object)
	r.errors(found.errs)
}

// unknownKind reports a kind that we have no schema of. In Kubernetes' own
// groups it is an error when the kind, or its version, is misspelt.
func (c *Checker) unknownKind(r *report, gvk schema.GroupVersionKind) {
	var versions, kinds []string
	for known := range c.builtins {
		if known.Group == gvk.Group && known.Kind == gvk.Kind {
			versions = append(versions, known.Version)
		}
		if known.Group == gvk.Group {
			kinds = append(kinds, known.Kind)
		}
	}
	for known := range c.custom {
		if known.Group == gvk.Group {
			kinds = append(kinds, known.Kind)
		}
	}
	slices.Sort(versions)
	if len(versions) > 0 && !strings.Contains(gvk.Version, "alpha") && !strings.Contains(gvk.Version, "beta") {
		r.unserved(gvk.Version, versions)
		return
	}
	what := gvk.GroupVersion().String() + " " + gvk.Kind
	hint := "give its CustomResourceDefinition with --crds"
	if better := didYouMean(gvk.Kind, kinds); better != "" {
		hint = better
	}
	r.say(diag.Warning, diag.CodeAPINoSchema, []string{"kind"},
		fmt.Sprintf("kind: there is no schema of %s here, so that its fields are not checked", what), hint)
}
