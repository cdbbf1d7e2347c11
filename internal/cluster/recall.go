package cluster

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// Recall is a Client for one action on one release, which reads the same few
// objects again and again: an object that was read is not asked for again until it
// is written, and one that is said to be absent is not asked for at all. Lists,
// watches and objects that it was not told of go to the server as ever.
type Recall struct {
	*Client
	config *rest.Config
	memory *recall
}

// Recall gives a client that remembers the objects of an action; absent says which
// of them a list did not have. Who creates one of those learns from the server
// (409, AlreadyExists) when that is no longer true. read are live objects that were
// read a moment ago and are as they are to be.
func (c *Client) Recall(objects []Object, absent func(Object) bool, read []Object) *Recall {
	memory := &recall{answers: map[string]*answered{}}
	for _, o := range objects {
		at, mapping, err := c.urlPath(o)
		if err != nil {
			continue // a kind that is not there: the action says so
		}
		memory.answers[at] = nil
		if absent(o) {
			memory.answers[at] = notThere(mapping, o.Name())
		}
	}
	for _, o := range read {
		at, _, err := c.urlPath(o)
		text, unreadable := json.Marshal(o)
		if _, ours := memory.answers[at]; err == nil && unreadable == nil && ours {
			memory.answers[at] = &answered{code: http.StatusOK, text: text}
		}
	}
	r := &Recall{Client: c, config: rest.CopyConfig(c.config), memory: memory}
	r.config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return &recalling{recall: memory, next: next}
	})
	return r
}

// ToRESTConfig gives the configuration that remembers.
func (r *Recall) ToRESTConfig() (*rest.Config, error) { return rest.CopyConfig(r.config), nil }

// Expire drops all that is remembered: time has passed.
func (r *Recall) Expire() {
	r.memory.mu.Lock()
	defer r.memory.mu.Unlock()
	for at := range r.memory.answers {
		r.memory.answers[at] = nil
	}
}

// urlPath is the path of the URL of an object.
func (c *Client) urlPath(o Object) (string, *meta.RESTMapping, error) {
	kind := TargetOf(o).Kind
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return "", nil, err
	}
	base, err := url.Parse(c.config.Host)
	if err != nil {
		return "", nil, err
	}
	parts := []string{strings.TrimSuffix(base.Path, "/"), "apis", mapping.Resource.Group, mapping.Resource.Version}
	if mapping.Resource.Group == "" {
		parts = []string{strings.TrimSuffix(base.Path, "/"), "api", mapping.Resource.Version}
	}
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		parts = append(parts, "namespaces", o.Namespace())
	}
	return strings.Join(append(parts, mapping.Resource.Resource, o.Name()), "/"), mapping, nil
}

// recall holds the last answer about each object by its path, nil where it has to
// be asked for. Paths that it does not have are never remembered.
type recall struct {
	mu      sync.Mutex
	answers map[string]*answered
}

type answered struct {
	code int
	text []byte
}

// notThere is the API server's answer for what does not exist.
func notThere(mapping *meta.RESTMapping, name string) *answered {
	status := apierrors.NewNotFound(mapping.Resource.GroupResource(), name).Status()
	status.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}
	text, err := json.Marshal(status)
	if err != nil {
		return nil
	}
	return &answered{code: http.StatusNotFound, text: text}
}

type recalling struct {
	*recall
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (r *recalling) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet {
		req = req.Clone(req.Context())
		written, err := target(req)
		if err != nil {
			return nil, err
		}
		r.forget(written)
		defer r.forget(written) // and what was read meanwhile
		return r.next.RoundTrip(req)
	}
	known, ours := r.get(req.URL.Path)
	if known != nil && req.URL.RawQuery == "" {
		return reply(req, known.code, known.text), nil
	}
	answer, err := r.next.RoundTrip(req)
	if err != nil || !ours || req.URL.RawQuery != "" ||
		answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNotFound {
		return answer, err
	}
	text, err := io.ReadAll(answer.Body)
	if closing := answer.Body.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return nil, err
	}
	answer.Body = io.NopCloser(bytes.NewReader(text))
	r.put(req.URL.Path, &answered{code: answer.StatusCode, text: text})
	return answer, nil
}

func (r *recall) get(at string) (known *answered, ours bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ours = r.answers[at]
	return known, ours
}

func (r *recall) put(at string, a *answered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answers[at] = a
}

// target is the path of what a request writes: that of the object, which a creation
// names in its body, or of all of a kind where it does not. The body can be read
// again.
func target(req *http.Request) (string, error) {
	if req.Method != http.MethodPost || req.Body == nil {
		return req.URL.Path, nil
	}
	body, err := content(req)
	if err != nil {
		return "", err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	var o sent
	if json.Unmarshal(body, &o) != nil || o.Metadata.Name == "" {
		return req.URL.Path, nil
	}
	return strings.TrimSuffix(req.URL.Path, "/") + "/" + o.Metadata.Name, nil
}

// forget drops what is known of an object, where a subresource was written too, and
// of all objects below a path.
func (r *recall) forget(written string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for at := range r.answers {
		if at == written || strings.HasPrefix(at, written+"/") || strings.HasPrefix(written, at+"/") {
			r.answers[at] = nil
		}
	}
}
