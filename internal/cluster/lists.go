package cluster

import (
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Query narrows a list by label and field selectors, as kubectl writes them.
type Query struct{ Labels, Fields string }

// ListIn reads the objects of a kind in the namespaces, in all of them with none.
// It takes one request; where reading all namespaces is forbidden, one for each.
func (c *Client) ListIn(ctx context.Context, kind schema.GroupVersionKind, namespaces []string, q Query) ([]Object, error) {
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
	}
	options := metav1.ListOptions{LabelSelector: q.Labels, FieldSelector: q.Fields}
	read := func(namespace string) ([]Object, error) {
		found, err := c.dynamic.Resource(mapping.Resource).Namespace(namespace).List(ctx, options)
		if err != nil {
			return nil, fmt.Errorf("list %s in %q: %w", kind.Kind, namespace, err)
		}
		out := make([]Object, len(found.Items))
		for i, item := range found.Items {
			out[i] = item.Object
		}
		return out, nil
	}
	if len(namespaces) == 1 {
		return read(namespaces[0])
	}
	all, err := read("")
	if apierrors.IsForbidden(err) && len(namespaces) > 0 {
		all = nil
		for _, namespace := range namespaces {
			some, err := read(namespace)
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
		return all, nil
	}
	return slices.DeleteFunc(all, func(o Object) bool {
		return len(namespaces) > 0 && o.Namespace() != "" && !slices.Contains(namespaces, o.Namespace())
	}), err
}

// Setting reads a key of the spec.flinkConfiguration of an object, written flat or
// nested; "" when it is not there.
func Setting(o Object, key string) string { return setting(o, key) }

// LastState stands where a savepoint's path would, when the state is found
// through the HA metadata.
const LastState = lastState

// StartDelete deletes an object and does not wait until it is gone. One that is
// not there is no error.
func (c *Client) StartDelete(ctx context.Context, t Target) error {
	resource, err := c.Resource(t.Kind, t.Namespace)
	if err != nil {
		return fmt.Errorf("delete %s: %w", t, err)
	}
	if err := resource.Delete(ctx, t.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("delete %s: %w", t, err)
	}
	return nil
}
