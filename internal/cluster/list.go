package cluster

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// List reads all objects of a kind in a namespace, or in all with "".
func (c *Client) List(ctx context.Context, kind schema.GroupVersionKind, namespace string) ([]Object, error) {
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
	}
	found, err := c.dynamic.Resource(mapping.Resource).Namespace(namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list %s in %q: %w", kind.Kind, namespace, err)
	}
	out := make([]Object, len(found.Items))
	for i, item := range found.Items {
		out[i] = item.Object
	}
	return out, nil
}

// Heads reads the metadata alone of the objects of a kind in a namespace, or in all
// with "", that a label selector chooses.
func (c *Client) Heads(
	ctx context.Context, kind schema.GroupVersionKind, namespace, labels string,
) ([]metav1.PartialObjectMetadata, error) {
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
	}
	found, err := c.heads.Resource(mapping.Resource).Namespace(namespace).List(ctx, metav1.ListOptions{LabelSelector: labels})
	if err != nil {
		return nil, fmt.Errorf("list %s in %q: %w", kind.Kind, namespace, err)
	}
	return found.Items, nil
}

// OwnedBy reports whether an owner reference names the kind and name.
func (o Object) OwnedBy(kind, name string) bool {
	owners, _ := o.At("metadata", "ownerReferences").([]any)
	for _, each := range owners {
		owner, _ := each.(map[string]any)
		if Object(owner).Text("kind") == kind && Object(owner).Text("name") == name {
			return true
		}
	}
	return false
}
