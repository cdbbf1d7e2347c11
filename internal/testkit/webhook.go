package testkit

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// Webhook is an admission webhook that allows everything and remembers what it was asked.
type Webhook struct {
	mu    sync.Mutex
	calls []string
}

// Calls returns what the API server asked so far, in order: "CREATE FlinkDeployment team/orders".
func (w *Webhook) Calls() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// PlayOperatorWebhook plays the webhook of the Flink operator in the operator's namespace, and the part of cert-manager
// that makes the API server trust it: see PlayWebhook and PlayCAInjector.
func (p *Plane) PlayOperatorWebhook(t testing.TB, namespace string) *Webhook {
	t.Helper()
	p.PlayCAInjector(t)
	return p.PlayWebhook(t, namespace, "flink-operator-webhook-service", 443)
}

// PlayWebhook answers, until the test ends, for a Service that webhook configurations name. Its certificate is signed by
// the plane's played authority and carries the Service's names, so the API server calls it only when the configuration
// has that authority's bundle, which PlayCAInjector puts there.
func (p *Plane) PlayWebhook(t testing.TB, namespace, service string, port int) *Webhook {
	t.Helper()
	host := service + "." + namespace + ".svc"
	certificate, err := p.authority(t).sign(host, service+"."+namespace)
	if err != nil {
		t.Fatal(err)
	}
	w := new(Webhook)
	server := httptest.NewUnstartedServer(w)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	file, err := os.OpenFile(filepath.Join(p.Dir, "services"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(file, "%s/%s:%d %s\n", namespace, service, port, server.Listener.Addr())
	if closing := file.Close(); err != nil || closing != nil {
		t.Fatal(err, closing)
	}
	return w
}

// ServeHTTP answers an AdmissionReview with allowed.
func (w *Webhook) ServeHTTP(answer http.ResponseWriter, request *http.Request) {
	var review struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Request    struct {
			UID       string `json:"uid"`
			Operation string `json:"operation"`
			Namespace string `json:"namespace"`
			Name      string `json:"name"`
			Kind      struct {
				Kind string `json:"kind"`
			} `json:"kind"`
		} `json:"request"`
	}
	if err := json.NewDecoder(request.Body).Decode(&review); err != nil {
		http.Error(answer, err.Error(), http.StatusBadRequest)
		return
	}
	asked := review.Request
	w.mu.Lock()
	w.calls = append(w.calls, fmt.Sprintf("%s %s %s/%s", asked.Operation, asked.Kind.Kind, asked.Namespace, asked.Name))
	w.mu.Unlock()
	answer.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(answer).Encode(map[string]any{
		"apiVersion": review.APIVersion, "kind": review.Kind,
		"response": map[string]any{"uid": asked.UID, "allowed": true},
	})
}

// PlayCAInjector does, until the test ends, what cert-manager's CA injector does: it fills caBundle of every webhook
// configuration that has the annotation cert-manager.io/inject-ca-from (https://cert-manager.io/docs/concepts/ca-injector/).
// As there, a moment passes between the creation of a configuration and its bundle.
func (p *Plane) PlayCAInjector(t testing.TB) {
	t.Helper()
	bundle := p.authority(t).bundle
	client, err := newAPIClient(p.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for ctx.Err() == nil {
			// A failure is that of a server that is going away, or a conflict: the next round sees to it.
			_ = injectAll(ctx, client, bundle)
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
}

// injectAll fills in the bundle wherever it is asked for and absent or another.
func injectAll(ctx context.Context, client *apiClient, bundle []byte) error {
	for _, kind := range []string{"validatingwebhookconfigurations", "mutatingwebhookconfigurations"} {
		path := "/apis/admissionregistration.k8s.io/v1/" + kind
		var list struct {
			Items []struct {
				Metadata struct {
					Name        string            `json:"name"`
					Annotations map[string]string `json:"annotations"`
				} `json:"metadata"`
				Webhooks []struct {
					ClientConfig struct {
						CABundle []byte `json:"caBundle"`
					} `json:"clientConfig"`
				} `json:"webhooks"`
			} `json:"items"`
		}
		if err := client.do(ctx, http.MethodGet, path, "", nil, &list); err != nil {
			return err
		}
		for _, item := range list.Items {
			if item.Metadata.Annotations["cert-manager.io/inject-ca-from"] == "" {
				continue
			}
			var patch []map[string]any
			for i, webhook := range item.Webhooks {
				if !slices.Equal(webhook.ClientConfig.CABundle, bundle) {
					place := fmt.Sprintf("/webhooks/%d/clientConfig/caBundle", i)
					patch = append(patch, map[string]any{"op": "add", "path": place, "value": bundle})
				}
			}
			if len(patch) == 0 {
				continue
			}
			one := path + "/" + item.Metadata.Name
			if err := client.do(ctx, http.MethodPatch, one, "application/json-patch+json", patch, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// authority is a throw-away certificate authority: the one that plays cert-manager's issuer.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	bundle      []byte // PEM
}

// authority returns the plane's played authority, made at the first call.
func (p *Plane) authority(t testing.TB) *authority {
	t.Helper()
	if p.played == nil {
		p.played = newAuthority(t, "played issuer")
	}
	return p.played
}

// newAuthority makes an authority.
func newAuthority(t testing.TB, name string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	bundle := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return &authority{certificate: certificate, key: key, bundle: bundle}
}

// sign makes a server certificate for the names and for loopback.
func (a *authority) sign(names ...string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore:   a.certificate.NotBefore, NotAfter: a.certificate.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
