package cluster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// CoreKind is a kind of Kubernetes' core API.
func CoreKind(kind string) schema.GroupVersionKind {
	return schema.GroupVersionKind{Version: "v1", Kind: kind}
}

// NoKind reports whether an error says that the server does not know a kind: its
// CRD is not there, so there are no objects of it either.
func NoKind(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if meta.IsNoMatchError(err) {
			return true
		}
	}
	return false
}

// NamespaceEnds reports whether an error says that a namespace is not there, or
// is being deleted.
func NamespaceEnds(err error) bool {
	return apierrors.IsNotFound(err) || apierrors.HasStatusCause(err, corev1.NamespaceTerminatingCause)
}

// DeleteMade deletes the Secrets that EnsureSecret made in a namespace.
func (c *Client) DeleteMade(ctx context.Context, namespace string) error {
	secrets := c.typed.CoreV1().Secrets(namespace)
	all, err := secrets.List(ctx, metav1.ListOptions{LabelSelector: MadeLabel + "=keystore-password"})
	if err != nil {
		return fmt.Errorf("look for Secrets that were made in %s: %w", namespace, err)
	}
	for _, s := range all.Items {
		if err := secrets.Delete(ctx, s.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("delete Secret %s/%s: %w", namespace, s.Name, err)
		}
	}
	return nil
}

// DeleteNamespace deletes a namespace and waits until it is gone. One that stays
// Terminating is explained by what holds it.
func (c *Client) DeleteNamespace(ctx context.Context, name string, timeout time.Duration) error {
	err := c.typed.CoreV1().Namespaces().Delete(ctx, name, metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("delete Namespace %s: %w", name, err)
	}
	t := Target{Kind: CoreKind("Namespace"), Name: name}
	err = c.Gone(ctx, t, timeout)
	if late := (*TimeoutError)(nil); errors.As(err, &late) {
		late.State = State{Word: "Terminating", Message: "what holds it is below"}
		late.Why = c.held(ctx, name)
	}
	return err
}

// held says what keeps a namespace: its own conditions, as the namespace
// controller writes them, and the objects with finalizers of Flink's kinds.
func (c *Client) held(ctx context.Context, name string) []string {
	var out []string
	ns, err := c.typed.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return []string{err.Error()}
	}
	for _, condition := range ns.Status.Conditions {
		if condition.Status == "True" {
			out = append(out, string(condition.Type)+": "+oneLine(condition.Message))
		}
	}
	for _, kind := range []string{"FlinkDeployment", "FlinkSessionJob", "FlinkStateSnapshot", "FlinkBlueGreenDeployment"} {
		all, err := c.List(ctx, FlinkKind(kind), name)
		if err != nil {
			continue
		}
		for _, o := range all {
			out = append(out, kind+" "+o.Name()+": "+holders(o))
		}
	}
	return out
}

// FlinkCRDs are the CustomResourceDefinitions of Flink's group that are there, in order.
func (c *Client) FlinkCRDs(ctx context.Context) ([]Target, error) {
	resource, err := c.Resource(crdKind(), "")
	if err != nil {
		return nil, err
	}
	all, err := resource.List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list CustomResourceDefinitions: %w", err)
	}
	var out []Target
	for _, crd := range all.Items {
		if strings.HasSuffix(crd.GetName(), "."+FlinkGroup) {
			out = append(out, Target{Kind: crdKind(), Name: crd.GetName()})
		}
	}
	slices.SortFunc(out, func(a, b Target) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
