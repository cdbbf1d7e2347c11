package main

import (
	"context"
	"fmt"
	"maps"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/scheduling"
)

// join does what a machine does that comes up: its daemons are there before anything else can be put on it, then its
// Node object, which is ready. No kubelet runs: pods that are bound to it stay as they are.
func (c *cloud) join(ctx context.Context, claim, started *karpv1.NodeClaim) error {
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{Name: claim.Name, Labels: maps.Clone(started.Labels)},
		Spec:       corev1.NodeSpec{ProviderID: started.Status.ProviderID},
	}
	maps.Copy(node.Labels, claim.Labels)
	node.Labels[corev1.LabelHostname] = node.Name
	taints := append([]corev1.Taint{karpv1.UnregisteredNoExecuteTaint}, claim.Spec.Taints...)
	node.Spec.Taints = taints
	if err := c.daemons(ctx, node); err != nil {
		return err
	}
	if err := c.client.Create(ctx, node); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	node.Status.Capacity, node.Status.Allocatable = started.Status.Capacity, started.Status.Allocatable
	node.Status.Conditions = []corev1.NodeCondition{{
		Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "Started", LastTransitionTime: metav1.Now(), LastHeartbeatTime: metav1.Now(),
	}}
	if err := c.client.Status().Update(ctx, node); err != nil {
		return fmt.Errorf("status of node: %w", err)
	}
	// Admission has added the taint not-ready, which the controller-manager, which does not run here, takes away.
	node.Spec.Taints = taints
	if err := c.client.Update(ctx, node); err != nil {
		return fmt.Errorf("taints of node: %w", err)
	}
	return nil
}

// daemons binds a pod of every DaemonSet that the node takes, as the controller-manager and the scheduler would.
func (c *cloud) daemons(ctx context.Context, node *corev1.Node) error {
	var sets appsv1.DaemonSetList
	if err := c.client.List(ctx, &sets); err != nil {
		return err
	}
	for _, set := range sets.Items {
		pod := &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{
				Namespace: set.Namespace, Name: set.Name + "-" + node.Name, Labels: set.Spec.Template.Labels,
				OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(&set, appsv1.SchemeGroupVersion.WithKind("DaemonSet"))},
			},
			Spec: *set.Spec.Template.Spec.DeepCopy(),
		}
		if scheduling.Taints(node.Spec.Taints[1:]).ToleratesPod(pod) != nil ||
			scheduling.NewLabelRequirements(node.Labels).Compatible(scheduling.NewStrictPodRequirements(pod)) != nil {
			continue
		}
		pod.Spec.NodeName = node.Name
		if err := c.client.Create(ctx, pod); err != nil {
			return fmt.Errorf("daemon: %w", err)
		}
	}
	return nil
}
