package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// digestAnnotation holds the digest of a CRD as it was applied, by which one that
// has not changed is known without sending its half a megabyte again.
const digestAnnotation = "helm-flink.dev/digest"

// crdMark is the value of MadeLabel on CRDs, by which those that were applied are
// found without reading all that a cluster has.
const crdMark = "crd"

// Unchanged finds which of the CRDs are on the cluster as they are here, by their
// names: one request for their metadata. Where that is forbidden none is found, and
// ApplyCRD asks for each.
func (c *Client) Unchanged(ctx context.Context, crds []Object) (map[string]bool, error) {
	out := map[string]bool{}
	if len(crds) == 0 {
		return out, nil
	}
	heads, err := c.Heads(ctx, crdKind(), "", MadeLabel+"="+crdMark)
	if apierrors.IsForbidden(err) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	live := map[string]string{}
	for i := range heads {
		live[heads[i].Name] = heads[i].Annotations[digestAnnotation]
	}
	for _, crd := range crds {
		digest, err := digestOf(crd)
		if err != nil {
			return nil, err
		}
		if live[crd.Name()] == digest {
			out[crd.Name()] = true
		}
	}
	return out, nil
}

// CRDChange says what became of a CRD: "created", "upgraded" or "unchanged".
type CRDChange string

// The changes.
const (
	CRDCreated   CRDChange = "created"
	CRDUpgraded  CRDChange = "upgraded"
	CRDUnchanged CRDChange = "unchanged"
)

// ApplyCRD creates or upgrades a CustomResourceDefinition by server-side apply,
// and waits until it is served. It is never deleted by us and part of no release,
// since its objects would go with it. An upgrade that would lose data is refused:
// one without a version in which objects are stored, or without a field that
// stored objects have.
func (c *Client) ApplyCRD(ctx context.Context, data map[string]any, dryRun bool) (CRDChange, error) {
	crd := unstructured.Unstructured{Object: data}
	name := crd.GetName()
	resource, err := c.Of(data)
	if err != nil {
		return "", fmt.Errorf("CustomResourceDefinition %s: %w", name, err)
	}
	digest, err := digestOf(data)
	if err != nil {
		return "", err
	}
	change := CRDUpgraded
	live, err := resource.Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		change = CRDCreated
	case err != nil:
		return "", fmt.Errorf("read CustomResourceDefinition %s: %w", name, err)
	case live.GetAnnotations()[digestAnnotation] == digest:
		return CRDUnchanged, nil
	default:
		if err := c.loses(ctx, live.Object, data); err != nil {
			return "", fmt.Errorf("CustomResourceDefinition %s is left as it is: %w", name, err)
		}
	}
	if dryRun {
		return change, nil
	}
	applied := crd.DeepCopy()
	annotations := maps.Clone(applied.GetAnnotations())
	if annotations == nil {
		annotations = map[string]string{}
	}
	annotations[digestAnnotation] = digest
	applied.SetAnnotations(annotations)
	marks := maps.Clone(applied.GetLabels())
	if marks == nil {
		marks = map[string]string{}
	}
	marks[MadeLabel] = crdMark
	applied.SetLabels(marks)
	delete(applied.Object, "status")
	if _, err := resource.Apply(ctx, name, applied, metav1.ApplyOptions{FieldManager: FieldManager, Force: true}); err != nil {
		return "", fmt.Errorf("apply CustomResourceDefinition %s: %w", name, err)
	}
	return change, c.established(ctx, name)
}

func digestOf(data map[string]any) (string, error) {
	text, err := json.Marshal(data) // keys in order
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

func crdKind() schema.GroupVersionKind {
	return schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"}
}

// established waits until the API serves a CRD.
func (c *Client) established(ctx context.Context, name string) error {
	resource, err := c.Resource(crdKind(), "")
	if err != nil {
		return err
	}
	start := c.Now()
	for {
		live, err := resource.Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return fmt.Errorf("wait for CustomResourceDefinition %s: %w", name, err)
		}
		said := "it has no conditions"
		conditions, _ := Object(live.Object).At("status", "conditions").([]any)
		for _, each := range conditions {
			condition, _ := each.(map[string]any)
			switch at := Object(condition); {
			case at.Text("type") == "Established" && at.Text("status") == "True":
				return nil
			case at.Text("status") == "False":
				said = at.Text("message")
			}
		}
		if c.Now().Sub(start) > time.Minute {
			return fmt.Errorf("CustomResourceDefinition %s is not served: %s", name, said)
		}
		if err := c.Sleep(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// Served waits until discovery knows the kinds of CRDs, which takes a moment after
// they are established.
func (c *Client) Served(ctx context.Context, crds []Object) error {
	start := c.Now()
	for _, crd := range crds {
		kind := schema.GroupKind{Group: crd.Text("spec", "group"), Kind: crd.Text("spec", "names", "kind")}
		for {
			_, err := c.mapper.RESTMapping(kind)
			if err == nil {
				break
			}
			if !meta.IsNoMatchError(err) || c.Now().Sub(start) > time.Minute {
				return fmt.Errorf("look for the kind %s that was just applied: %w", kind, err)
			}
			if err := c.Sleep(ctx, 200*time.Millisecond); err != nil {
				return err
			}
			c.Forget()
		}
	}
	return nil
}

// loses says what an upgrade of a CRD would lose, as an error.
func (c *Client) loses(ctx context.Context, live, next Object) error {
	fresh := versions(next)
	stored, _ := live.At("status", "storedVersions").([]any)
	for _, each := range stored {
		version, _ := each.(string)
		if fresh[version] == nil {
			return fmt.Errorf("objects are stored as %s, which the new one does not have; migrate them first "+
				"(https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning/)", version)
		}
	}
	for version, old := range versions(live) {
		gone := removed(Object(old).At("schema", "openAPIV3Schema"), Object(fresh[version]).At("schema", "openAPIV3Schema"), nil)
		if len(gone) == 0 || fresh[version] == nil {
			continue
		}
		kind := schema.GroupVersionKind{Group: live.Text("spec", "group"), Version: version, Kind: live.Text("spec", "names", "kind")}
		mapping, err := c.mapper.RESTMapping(kind.GroupKind(), version)
		if err != nil {
			return fmt.Errorf("look for objects that the change would cut: %w", err)
		}
		all, err := c.dynamic.Resource(mapping.Resource).List(ctx, metav1.ListOptions{})
		if err != nil {
			return fmt.Errorf("look for objects that the change would cut: %w", err)
		}
		for _, item := range all.Items {
			for _, path := range gone {
				if Object(item.Object).At(path...) != nil {
					return fmt.Errorf("%s %s/%s has %s, which the new one does not know and would drop",
						kind.Kind, item.GetNamespace(), item.GetName(), strings.Join(path, "."))
				}
			}
		}
	}
	return nil
}

// versions are those of a CRD by name.
func versions(crd Object) map[string]map[string]any {
	out := map[string]map[string]any{}
	all, _ := crd.At("spec", "versions").([]any)
	for _, each := range all {
		v, _ := each.(map[string]any)
		out[Object(v).Text("name")] = v
	}
	return out
}

// removed lists the properties of a schema that another does not have, as far as
// they are reached by properties alone, in order.
func removed(old, next any, at []string) [][]string {
	o, _ := old.(map[string]any)
	n, _ := next.(map[string]any)
	if n["x-kubernetes-preserve-unknown-fields"] == true || n["additionalProperties"] != nil {
		return nil
	}
	before, _ := o["properties"].(map[string]any)
	after, _ := n["properties"].(map[string]any)
	var out [][]string
	for _, name := range slices.Sorted(maps.Keys(before)) {
		path := append(slices.Clone(at), name)
		if after[name] == nil {
			out = append(out, path)
			continue
		}
		out = append(out, removed(before[name], after[name], path)...)
	}
	return out
}
