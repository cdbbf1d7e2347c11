package api

import (
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func checkDeployment(*appsv1.Deployment) field.ErrorList                     { return nil }
func checkStatefulSet(*appsv1.StatefulSet) field.ErrorList                   { return nil }
func checkDaemonSet(*appsv1.DaemonSet) field.ErrorList                       { return nil }
func checkReplicaSet(*appsv1.ReplicaSet) field.ErrorList                     { return nil }
func checkJob(*batchv1.Job) field.ErrorList                                  { return nil }
func checkCronJob(*batchv1.CronJob) field.ErrorList                          { return nil }
func checkAutoscaler(*autoscalingv2.HorizontalPodAutoscaler) field.ErrorList { return nil }
func checkDisruptionBudget(*policyv1.PodDisruptionBudget) field.ErrorList    { return nil }
func checkNetworkPolicy(*networkingv1.NetworkPolicy) field.ErrorList         { return nil }
func checkIngress(*networkingv1.Ingress) field.ErrorList                     { return nil }
func checkRole(*rbacv1.Role) field.ErrorList                                 { return nil }
func checkClusterRole(*rbacv1.ClusterRole) field.ErrorList                   { return nil }
func checkRoleBinding(*rbacv1.RoleBinding) field.ErrorList                   { return nil }
func checkClusterRoleBinding(*rbacv1.ClusterRoleBinding) field.ErrorList     { return nil }
func checkStorageClass(*storagev1.StorageClass) field.ErrorList              { return nil }
func checkPriorityClass(*schedulingv1.PriorityClass) field.ErrorList         { return nil }
func checkMutatingWebhooks(*admissionregistrationv1.MutatingWebhookConfiguration) field.ErrorList {
	return nil
}
func checkValidatingWebhooks(*admissionregistrationv1.ValidatingWebhookConfiguration) field.ErrorList {
	return nil
}
func checkNamespace(*corev1.Namespace) field.ErrorList           { return nil }
func checkQuota(*corev1.ResourceQuota) field.ErrorList           { return nil }
func checkLimitRange(*corev1.LimitRange) field.ErrorList         { return nil }
func checkServiceAccount(*corev1.ServiceAccount) field.ErrorList { return nil }
func checkSecret(*corev1.Secret) field.ErrorList                 { return nil }
func checkConfigMap(*corev1.ConfigMap) field.ErrorList           { return nil }
func checkClaim(*corev1.PersistentVolumeClaim) field.ErrorList   { return nil }
func checkService(*corev1.Service) field.ErrorList               { return nil }
func checkPod(*corev1.Pod) field.ErrorList                       { return nil }
