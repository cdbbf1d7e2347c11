package testkit

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"

	"sigs.k8s.io/yaml"
)

// apiClient speaks to one API server as JSON over HTTP, without client-go.
type apiClient struct {
	http *http.Client
	base string
}

// newAPIClient reads a kubeconfig that the program controlplane wrote: one cluster and one user, everything inline.
func newAPIClient(kubeconfig string) (*apiClient, error) {
	content, err := os.ReadFile(kubeconfig)
	if err != nil {
		return nil, err
	}
	var config struct {
		Clusters []struct {
			Cluster struct {
				Server string `json:"server"`
				CA     []byte `json:"certificate-authority-data"`
			} `json:"cluster"`
		} `json:"clusters"`
		Users []struct {
			User struct {
				Certificate []byte `json:"client-certificate-data"`
				Key         []byte `json:"client-key-data"`
			} `json:"user"`
		} `json:"users"`
	}
	if err := yaml.Unmarshal(content, &config); err != nil {
		return nil, err
	}
	if len(config.Clusters) != 1 || len(config.Users) != 1 {
		return nil, errors.New("kubeconfig: want one cluster and one user")
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(config.Clusters[0].Cluster.CA)
	pair, err := tls.X509KeyPair(config.Users[0].User.Certificate, config.Users[0].User.Key)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: pool, Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12,
	}, MaxIdleConnsPerHost: 16}
	return &apiClient{http: &http.Client{Transport: transport}, base: config.Clusters[0].Cluster.Server}, nil
}

// do sends one request and decodes the answer into the last argument unless that is nil. A status above 299 is an error.
func (c *apiClient) do(ctx context.Context, method, path, contentType string, body, into any) error {
	var payload io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		payload = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, payload)
	if err != nil {
		return err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode > 299 {
		return &statusError{code: response.StatusCode, text: fmt.Sprintf("%s %s: %s", method, path, response.Status)}
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(into)
}

// statusError is an answer with a status above 299.
type statusError struct {
	code int
	text string
}

// Error names the request and the status.
func (e *statusError) Error() string { return e.text }

// answered says whether the error is an answer of the server with one of the codes.
func answered(err error, codes ...int) bool {
	status := new(statusError)
	return errors.As(err, &status) && slices.Contains(codes, status.code)
}
