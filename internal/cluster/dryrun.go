package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/client-go/kubernetes/scheme"
)

// Release names the Helm release that an object belongs to.
type Release struct{ Name, Namespace string }

// Own gives a copy of an object the metadata by which Helm knows its own
// (helm.sh/helm/v3/pkg/action, validate.go).
func (r Release) Own(o Object) Object {
	u := (&unstructured.Unstructured{Object: o}).DeepCopy()
	labels, annotations := maps.Clone(u.GetLabels()), maps.Clone(u.GetAnnotations())
	if labels == nil {
		labels = map[string]string{}
	}
	if annotations == nil {
		annotations = map[string]string{}
	}
	labels["app.kubernetes.io/managed-by"] = "Helm"
	annotations["meta.helm.sh/release-name"], annotations["meta.helm.sh/release-namespace"] = r.Name, r.Namespace
	u.SetLabels(labels)
	u.SetAnnotations(annotations)
	return u.Object
}

// Owns reports whether the live object belongs to the release.
func (r Release) Owns(live Object) bool {
	return live.Text("metadata", "annotations", "meta.helm.sh/release-name") == r.Name &&
		live.Text("metadata", "annotations", "meta.helm.sh/release-namespace") == r.Namespace
}

// Preview says what an object would become: it sends the patch that Helm would
// send, as a dry run, so that defaults and webhooks are seen and nothing is
// written. before is what the last release says, nil for none; live what is there,
// nil for nothing. The result is live itself where nothing would change. An object
// whose namespace or kind is not there yet is given as it is.
func (c *Client) Preview(ctx context.Context, before, want, live Object) (Object, error) {
	resource, err := c.Of(want)
	if err != nil {
		return want, nil //nolint:nilerr // its CRD comes first
	}
	name := want.Name()
	if live == nil {
		made, err := resource.Create(ctx, &unstructured.Unstructured{Object: want}, metav1.CreateOptions{
			DryRun: []string{metav1.DryRunAll}, FieldManager: FieldManager,
		})
		if apierrors.IsNotFound(err) { // the namespace comes first
			return want, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s %s: the API server would refuse it: %w", want.Kind(), path(want), err)
		}
		return made.Object, nil
	}
	patch, kind, err := threeWay(before, want, live)
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", want.Kind(), path(want), err)
	}
	if string(patch) == "{}" {
		return live, nil
	}
	after, err := resource.Patch(ctx, name, kind, patch, metav1.PatchOptions{
		DryRun: []string{metav1.DryRunAll}, FieldManager: FieldManager,
	})
	if apierrors.IsNotFound(err) { // it went since it was read
		return want, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: the API server would refuse the change: %w", want.Kind(), path(want), err)
	}
	return after.Object, nil
}

func path(o Object) string {
	if o.Namespace() == "" {
		return o.Name()
	}
	return o.Namespace() + "/" + o.Name()
}

// threeWay is the patch that Helm sends: strategic for kinds that client-go
// knows, JSON merge for all others (helm.sh/helm/v3/pkg/kube, createPatch).
func threeWay(before, want, live Object) ([]byte, types.PatchType, error) {
	if before == nil {
		before = live
	}
	var texts [3][]byte
	for i, o := range []Object{before, want, live} {
		text, err := json.Marshal(o)
		if err != nil {
			return nil, "", err
		}
		texts[i] = text
	}
	typed, err := scheme.Scheme.New(schema.FromAPIVersionAndKind(want.Text("apiVersion"), want.Kind()))
	if err != nil {
		patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch(texts[0], texts[1], texts[2])
		return patch, types.MergePatchType, err
	}
	meta, err := strategicpatch.NewPatchMetaFromStruct(typed)
	if err != nil {
		return nil, "", err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(texts[0], texts[1], texts[2], meta, true)
	return patch, types.StrategicMergePatchType, err
}
