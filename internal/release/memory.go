package release

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
)

// memory holds the Secrets of releases as they were read once, under the
// platform's lock, and as they were written since: Helm and we read the history of
// a release three times to install it. Every write goes to the cluster first. One
// who works without the lock, as helm does, is noticed: each revision is a new
// Secret, and the API server refuses the second of the same name.
// See docs/adr/0019-records-are-read-once.md.
type memory struct {
	mu sync.Mutex
	// whole is whether all namespaces were read.
	whole bool
	// secrets has the records of each namespace that was read, by their names.
	secrets map[string]map[string]*corev1.Secret
	// strange are the releases, namespace and name, that have records which were not
	// read, or may have: they are always asked for.
	strange map[string]bool
}

func newMemory() *memory {
	return &memory{secrets: map[string]map[string]*corev1.Secret{}, strange: map[string]bool{}}
}

// keep takes what a list of the platform's records in a namespace, or in all with
// "", has, and the labels of the records there that are not the platform's.
func (m *memory) keep(namespace string, items []corev1.Secret, others []metav1.PartialObjectMetadata) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if namespace == "" {
		m.whole = true
	} else if m.secrets[namespace] == nil {
		m.secrets[namespace] = map[string]*corev1.Secret{}
	}
	for i := range items {
		m.put(&items[i])
	}
	for i := range others {
		m.strange[others[i].Namespace+"/"+others[i].Labels["name"]] = true
	}
}

func (m *memory) put(s *corev1.Secret) {
	if m.secrets[s.Namespace] == nil {
		m.secrets[s.Namespace] = map[string]*corev1.Secret{}
	}
	m.secrets[s.Namespace][s.Name] = s
}

// knows reports whether all records of a release are here.
func (m *memory) knows(namespace, name string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return (m.whole || m.secrets[namespace] != nil) && !m.strange[namespace+"/"+name]
}

// of gives the store of a namespace, which asks the cluster for what is not known.
func (m *memory) of(secrets typedcorev1.SecretInterface, namespace string) typedcorev1.SecretInterface {
	return &records{SecretInterface: secrets, memory: m, namespace: namespace}
}

// records is what Helm's driver of releases asks for Secrets.
type records struct {
	typedcorev1.SecretInterface
	*memory
	namespace string
}

// List answers what Helm asks by the name of a release.
func (r *records) List(ctx context.Context, o metav1.ListOptions) (*corev1.SecretList, error) {
	selector, err := labels.Parse(o.LabelSelector)
	if err != nil {
		return nil, err
	}
	name, one := selector.RequiresExactMatch("name")
	if !one || !r.knows(r.namespace, name) {
		return r.SecretInterface.List(ctx, o)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	out := &corev1.SecretList{}
	for _, key := range slices.Sorted(maps.Keys(r.secrets[r.namespace])) {
		if s := r.secrets[r.namespace][key]; selector.Matches(labels.Set(s.Labels)) {
			out.Items = append(out.Items, *s.DeepCopy())
		}
	}
	return out, nil
}

// Get gives the record of a revision.
func (r *records) Get(ctx context.Context, key string, o metav1.GetOptions) (*corev1.Secret, error) {
	r.mu.Lock()
	s := r.secrets[r.namespace][key]
	r.mu.Unlock()
	if s == nil || !r.knows(r.namespace, s.Labels["name"]) {
		return r.SecretInterface.Get(ctx, key, o)
	}
	return s.DeepCopy(), nil
}

// Create writes a record.
func (r *records) Create(ctx context.Context, s *corev1.Secret, o metav1.CreateOptions) (*corev1.Secret, error) {
	made, err := r.SecretInterface.Create(ctx, s, o)
	r.wrote(s, made, err)
	return made, err
}

// Update writes a record again.
func (r *records) Update(ctx context.Context, s *corev1.Secret, o metav1.UpdateOptions) (*corev1.Secret, error) {
	made, err := r.SecretInterface.Update(ctx, s, o)
	r.wrote(s, made, err)
	return made, err
}

// Delete removes a record.
func (r *records) Delete(ctx context.Context, key string, o metav1.DeleteOptions) error {
	err := r.SecretInterface.Delete(ctx, key, o)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.secrets[r.namespace], key)
	if err != nil && !apierrors.IsNotFound(err) {
		r.strange[r.namespace+"/"+releaseOf(key)] = true
	}
	return err
}

// wrote remembers what was written. A write that failed may have been carried out,
// or somebody else wrote: the release is asked for from then on.
func (r *records) wrote(want, made *corev1.Secret, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err != nil:
		r.strange[r.namespace+"/"+want.Labels["name"]] = true
	case r.whole || r.secrets[r.namespace] != nil:
		r.put(made)
	}
}

// releaseOf is the name of the release in the key of a record,
// "sh.helm.release.v1.orders.v3" (helm.sh/helm/v3/pkg/storage, makeKey).
func releaseOf(key string) string {
	name := strings.TrimPrefix(key, "sh.helm.release.v1.")
	if i := strings.LastIndex(name, ".v"); i >= 0 {
		name = name[:i]
	}
	return name
}
