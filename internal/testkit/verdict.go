package testkit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Verdict is the API server's answer to one object.
type Verdict struct {
	// Status is the HTTP status: 201 where the object was taken.
	Status int
	// Message says why not.
	Message string
}

// Verdicts asks the API server about each object as `kubectl create --dry-run=server --validate=strict` does, over plain
// HTTP, several at a time. The kinds must be served, and the namespaces be there.
func (p *Plane) Verdicts(t testing.TB, objects []map[string]any) []Verdict {
	t.Helper()
	client, err := newAPIClient(p.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	paths := resourcePaths{client: client, known: map[string]map[string]resource{}}
	all := make([]Verdict, len(objects))
	work := make(chan func())
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for f := range work {
				f()
			}
		})
	}
	for i, object := range objects {
		path, err := paths.of(t.Context(), object)
		if err != nil {
			t.Fatal(err)
		}
		work <- func() { all[i] = client.judge(t.Context(), path+"?dryRun=All&fieldValidation=Strict", object) }
	}
	close(work)
	workers.Wait()
	return all
}

// judge posts one object and reads the answer, whatever it is.
func (c *apiClient) judge(ctx context.Context, path string, object map[string]any) Verdict {
	encoded, err := json.Marshal(object)
	if err != nil {
		return Verdict{Message: err.Error()}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+path, bytes.NewReader(encoded))
	if err != nil {
		return Verdict{Message: err.Error()}
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.http.Do(request)
	if err != nil {
		return Verdict{Message: err.Error()}
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return Verdict{Message: err.Error()}
	}
	var status struct {
		Message string `json:"message"`
	}
	_ = json.Unmarshal(content, &status)
	return Verdict{response.StatusCode, status.Message}
}

// resource is how the API names a kind.
type resource struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Namespaced bool   `json:"namespaced"`
}

// resourcePaths finds the path of a kind by discovery.
type resourcePaths struct {
	client *apiClient
	known  map[string]map[string]resource
}

func (r *resourcePaths) of(ctx context.Context, object map[string]any) (string, error) {
	version, kind := fmt.Sprint(object["apiVersion"]), fmt.Sprint(object["kind"])
	base := "/apis/" + version
	if !strings.Contains(version, "/") {
		base = "/api/" + version
	}
	if r.known[version] == nil {
		var list struct {
			Resources []resource `json:"resources"`
		}
		if err := r.client.do(ctx, http.MethodGet, base, "", nil, &list); err != nil {
			return "", err
		}
		r.known[version] = map[string]resource{}
		for _, one := range list.Resources {
			if !strings.Contains(one.Name, "/") {
				r.known[version][one.Kind] = one
			}
		}
	}
	found, ok := r.known[version][kind]
	if !ok {
		return "", fmt.Errorf("%s %s is not served", version, kind)
	}
	if !found.Namespaced {
		return base + "/" + found.Name, nil
	}
	metadata, _ := object["metadata"].(map[string]any)
	namespace, ok := metadata["namespace"].(string)
	if !ok || namespace == "" {
		namespace = "default"
	}
	return base + "/namespaces/" + namespace + "/" + found.Name, nil
}
