package release

import (
	"context"
	"maps"
	"slices"

	helmrelease "helm.sh/helm/v3/pkg/release"
	"helm.sh/helm/v3/pkg/storage/driver"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// Near names the namespaces to look for releases in where the user may not list
// the Secrets of the whole cluster: the platform's own first, then those of its
// jobs. Namespaces that the platform's release made are looked into as well.
func (r *Releases) Near(namespaces ...string) *Releases {
	r.near = namespaces
	return r
}

// Near are the namespaces of a plan's releases, the platform's own first.
func (p Plan) Near() []string {
	out := []string{p.Namespace}
	for _, u := range p.Units {
		if !slices.Contains(out, u.Namespace) {
			out = append(out, u.Namespace)
		}
	}
	return out
}

// Probe is the namespace in which the operator's webhook can be asked: it is asked
// only about the namespaces that the operator watches, those of the jobs.
func (p Plan) Probe() string {
	for _, u := range p.Units {
		if u.Kind == Session || u.Kind == Job {
			return u.Namespace
		}
	}
	return p.Namespace
}

// query reads the releases with some labels in the whole cluster, or where that
// is forbidden in the namespaces near. The error of what is forbidden is that of
// the whole cluster where there are none. keep, if there is one, takes the Secrets
// of each namespace that was read; "" stands for the whole cluster.
func query(
	c *cluster.Client, labels map[string]string, near []string, keep func(namespace string, items []corev1.Secret) error,
) ([]*helmrelease.Release, error) {
	found, err := queryIn(c, labels, "", keep)
	if err == nil || len(near) == 0 || !forbidden(err) {
		return found, err
	}
	looked := map[string]bool{}
	found = nil
	for i := 0; i < len(near); i++ {
		if looked[near[i]] {
			continue
		}
		looked[near[i]] = true
		some, err := queryIn(c, labels, near[i], keep)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
		near = slices.Concat(near, made(some))
	}
	return found, nil
}

func queryIn(
	c *cluster.Client, labels map[string]string, namespace string, keep func(namespace string, items []corev1.Secret) error,
) ([]*helmrelease.Release, error) {
	read := &reading{SecretInterface: c.Typed().CoreV1().Secrets(namespace)}
	found, err := driver.NewSecrets(read).Query(labels)
	if noRelease(err) {
		found, err = nil, nil
	}
	if err == nil && keep != nil {
		err = keep(namespace, read.items)
	}
	return found, err
}

// reading keeps the Secrets that Helm's driver decodes.
type reading struct {
	typedcorev1.SecretInterface
	items []corev1.Secret
}

// List passes on what there is.
func (r *reading) List(ctx context.Context, o metav1.ListOptions) (*corev1.SecretList, error) {
	all, err := r.SecretInterface.List(ctx, o)
	if err == nil {
		r.items = all.Items
	}
	return all, err
}

// Others names the Helm releases in a namespace that are not the platform's, in order.
func (r *Releases) Others(ctx context.Context, namespace string) ([]string, error) {
	found, err := r.strangers(ctx, namespace)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for i := range found {
		names[found[i].Labels["name"]] = true
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// strangers are the metadata of the records of releases that are not the platform's.
func (r *Releases) strangers(ctx context.Context, namespace string) ([]metav1.PartialObjectMetadata, error) {
	return r.cluster.Heads(ctx, cluster.CoreKind("Secret"), namespace, "owner=helm,"+labelPlatform+"!="+r.platform)
}

// made are the namespaces that platform releases made, in order.
func made(all []*helmrelease.Release) []string {
	found := map[string]bool{}
	for _, rel := range all {
		if Kind(rel.Labels[labelKind]) != Platform {
			continue
		}
		set, err := objects(rel.Manifest)
		if err != nil {
			continue // said by whoever needs the manifest
		}
		for _, o := range set {
			if k := o.Key(); k.Kind == "Namespace" {
				found[k.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// forbidden reports whether the user lacks a permission, in an error that Helm
// may have made text of.
func forbidden(err error) bool {
	if _, lacks := cluster.Lacks(err); lacks {
		return true
	}
	return apierrors.IsForbidden(err)
}
