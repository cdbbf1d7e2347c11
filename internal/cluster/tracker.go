package cluster

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// tracker reads live objects a kind and namespace at a time, for all who wait:
// a hundred jobs that are waited for cost one request a second, not a hundred.
type tracker struct {
	client *Client
	mu     sync.Mutex
	lists  map[listKey]*list
}

type listKey struct {
	kind      schema.GroupVersionKind
	namespace string
}

type list struct {
	mu      sync.Mutex
	read    time.Time
	objects map[string]Object
}

func newTracker(c *Client) *tracker { return &tracker{client: c, lists: map[listKey]*list{}} }

// get returns the object as a list that was begun after the given time has it;
// nil when it is not there.
func (t *tracker) get(
	ctx context.Context, kind schema.GroupVersionKind, namespace, name string, after time.Time,
) (Object, error) {
	all, err := t.all(ctx, kind, namespace, after)
	return all[name], err
}

// all returns the objects of a list that was begun after the given time, by their
// names. The map is not to be changed.
func (t *tracker) all(
	ctx context.Context, kind schema.GroupVersionKind, namespace string, after time.Time,
) (map[string]Object, error) {
	t.mu.Lock()
	key := listKey{kind, namespace}
	l := t.lists[key]
	if l == nil {
		l = &list{}
		t.lists[key] = l
	}
	t.mu.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.read.After(after) {
		return l.objects, nil
	}
	begun := t.client.Now()
	resource, err := t.client.Resource(kind, namespace)
	if meta.IsNoMatchError(err) { // nothing is there of a kind that is not
		l.objects, l.read = nil, begun
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", kind.Kind, err)
	}
	items, err := resource.List(ctx, v1.ListOptions{})
	if err != nil {
		return nil, fmt.Errorf("list %s in %q: %w", kind.Kind, namespace, err)
	}
	l.objects = make(map[string]Object, len(items.Items))
	for _, item := range items.Items {
		l.objects[item.GetName()] = item.Object
	}
	l.read = begun
	return l.objects, nil
}

// Listed reads the objects of a kind in a namespace, by their names, as they were
// after the given time. The map is not to be changed.
func (c *Client) Listed(
	ctx context.Context, kind schema.GroupVersionKind, namespace string, after time.Time,
) (map[string]Object, error) {
	return c.shared.all(ctx, kind, namespace, after)
}

// Live reads the live object of the kind, namespace and name of another, as it
// was after the given time; nil when it is not there, or its kind is not.
func (c *Client) Live(ctx context.Context, o Object, after time.Time) (Object, error) {
	kind := schema.FromAPIVersionAndKind(o.Text("apiVersion"), o.Kind())
	live, err := c.shared.get(ctx, kind, o.Namespace(), o.Name(), after)
	if meta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
		return nil, nil
	}
	return live, err
}

// Missing reports whether an object was not there when its kind was last listed in
// its namespace, after the given time. False where it was not listed since.
func (c *Client) Missing(o Object, after time.Time) bool {
	c.shared.mu.Lock()
	l := c.shared.lists[listKey{TargetOf(o).Kind, o.Namespace()}]
	c.shared.mu.Unlock()
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.read.After(after) && l.objects[o.Name()] == nil
}

// Prefetch reads the kinds of objects that are in several namespaces with one
// request a kind, for Live and Listed to find; where that is forbidden they ask
// namespace by namespace. Kinds of which a cluster may hold very much are left out.
func (c *Client) Prefetch(ctx context.Context, objects []Object, after time.Time) {
	namespaces := map[schema.GroupVersionKind]map[string]bool{}
	for _, o := range objects {
		kind := TargetOf(o).Kind
		if o.Namespace() == "" || kind.Group == "" && (kind.Kind == "Secret" || kind.Kind == "ConfigMap") {
			continue
		}
		if namespaces[kind] == nil {
			namespaces[kind] = map[string]bool{}
		}
		namespaces[kind][o.Namespace()] = true
	}
	var group sync.WaitGroup
	for kind, in := range namespaces {
		if len(in) > 1 {
			group.Go(func() { c.shared.fetch(ctx, kind, in, after) })
		}
	}
	group.Wait()
}

// fetch reads a kind in all namespaces, and keeps those that are asked for. Errors
// come again where a namespace is read.
func (t *tracker) fetch(ctx context.Context, kind schema.GroupVersionKind, in map[string]bool, after time.Time) {
	begun := t.client.Now()
	if !begun.After(after) {
		return
	}
	items, err := t.client.List(ctx, kind, "")
	if err != nil {
		return
	}
	objects := map[string]map[string]Object{}
	for namespace := range in {
		objects[namespace] = map[string]Object{}
	}
	for _, o := range items {
		if in[o.Namespace()] {
			objects[o.Namespace()][o.Name()] = o
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for namespace, found := range objects {
		t.lists[listKey{kind, namespace}] = &list{read: begun, objects: found}
	}
}
