package testkit

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// objectMeta is what the played controllers read of an object's metadata.
type objectMeta struct {
	Name              string            `json:"name"`
	Namespace         string            `json:"namespace,omitempty"`
	UID               string            `json:"uid,omitempty"`
	ResourceVersion   string            `json:"resourceVersion,omitempty"`
	Generation        int64             `json:"generation,omitempty"`
	DeletionTimestamp string            `json:"deletionTimestamp,omitempty"`
	Finalizers        []string          `json:"finalizers,omitempty"`
	Labels            map[string]string `json:"labels,omitempty"`
	Annotations       map[string]string `json:"annotations,omitempty"`
	OwnerReferences   []ownerReference  `json:"ownerReferences,omitempty"`
}

// ownerReference is an entry of metadata.ownerReferences.
type ownerReference struct {
	APIVersion         string `json:"apiVersion"`
	Kind               string `json:"kind"`
	Name               string `json:"name"`
	UID                string `json:"uid"`
	Controller         bool   `json:"controller,omitempty"`
	BlockOwnerDeletion bool   `json:"blockOwnerDeletion,omitempty"`
}

// key is how a store names an object: namespace/name.
func (m objectMeta) key() string { return m.Namespace + "/" + m.Name }

// live is one object of a kind with a spec that is read as it comes and a status of type S.
type live[S any] struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   objectMeta     `json:"metadata"`
	Spec       map[string]any `json:"spec,omitempty"`
	Status     S              `json:"status,omitzero"`
}

// store mirrors all objects of one kind by a list and a watch, until its context ends.
type store[S any] struct {
	client *apiClient
	path   string // of the list, cluster-wide

	mu     sync.Mutex
	byName map[string]*live[S]
}

// run lists and watches again whenever the server ends the watch, forgets it, or does not serve the kind yet.
func (s *store[S]) run(ctx context.Context) {
	for ctx.Err() == nil {
		_ = s.follow(ctx) // the next round lists again
		pause(ctx, 100*time.Millisecond)
	}
}

// pause waits, or less where the context ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// follow lists, then watches until the watch ends.
func (s *store[S]) follow(ctx context.Context) error {
	var list struct {
		Metadata objectMeta `json:"metadata"`
		Items    []*live[S] `json:"items"`
	}
	err := s.client.do(ctx, http.MethodGet, s.path, "", nil, &list)
	if err != nil && !answered(err, http.StatusNotFound) {
		return err
	}
	byName := map[string]*live[S]{}
	for _, o := range list.Items {
		byName[o.Metadata.key()] = o
	}
	s.mu.Lock()
	s.byName = byName
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.watch(ctx, list.Metadata.ResourceVersion)
}

func (s *store[S]) watch(ctx context.Context, version string) error {
	path := s.client.base + s.path + "?watch=true&resourceVersion=" + version
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, path, nil)
	if err != nil {
		return err
	}
	response, err := s.client.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("watch %s: %s", s.path, response.Status)
	}
	for events := json.NewDecoder(response.Body); ; {
		var event struct {
			Type   string   `json:"type"`
			Object *live[S] `json:"object"`
		}
		if err := events.Decode(&event); err != nil {
			return err
		}
		switch event.Type {
		case "ADDED", "MODIFIED":
			s.keep(event.Object)
		case "DELETED":
			s.drop(event.Object)
		default:
			return fmt.Errorf("watch %s: event %s", s.path, event.Type)
		}
	}
}

// keep stores an object unless a newer one is known. Resource versions are numbers that grow
// (https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions, Kubernetes 1.35).
func (s *store[S]) keep(o *live[S]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.byName[o.Metadata.key()]
	if known != nil && known.Metadata.UID == o.Metadata.UID && version(known.Metadata) >= version(o.Metadata) {
		return
	}
	s.byName[o.Metadata.key()] = o
}

func version(m objectMeta) uint64 {
	number, _ := strconv.ParseUint(m.ResourceVersion, 10, 64)
	return number
}

// drop forgets an object, unless another of its name has come meanwhile.
func (s *store[S]) drop(o *live[S]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.byName[o.Metadata.key()]; known != nil && known.Metadata.UID == o.Metadata.UID {
		delete(s.byName, o.Metadata.key())
	}
}

// all returns what is known, in no order. The objects are not to be changed.
func (s *store[S]) all() []*live[S] {
	s.mu.Lock()
	defer s.mu.Unlock()
	objects := make([]*live[S], 0, len(s.byName))
	for _, o := range s.byName {
		objects = append(objects, o)
	}
	return objects
}

// get returns one object, or nil.
func (s *store[S]) get(namespace, name string) *live[S] {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byName[namespace+"/"+name]
}

// dig returns what lies at a path of decoded JSON, or the zero value where nothing or something of another type does.
func dig[T any](document map[string]any, path ...string) T {
	var at any = document
	for _, step := range path {
		object, _ := at.(map[string]any)
		at = object[step]
	}
	found, _ := at.(T)
	return found
}
