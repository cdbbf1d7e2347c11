package testkit

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"sync"
	"testing"
	"time"
)

// certManagerGroup is cert-manager's API.
const certManagerGroup = "cert-manager.io/v1"

// conditioned is the status of cert-manager's kinds, as far as it is played.
type conditioned struct {
	Conditions []condition `json:"conditions,omitempty"`
}

// certManager plays cert-manager.
type certManager struct {
	client         *apiClient
	authority      *authority
	issuers        store[conditioned]
	clusterIssuers store[conditioned]
	certificates   store[conditioned]
}

// PlayCertManager does, until the test ends, what cert-manager does for the operator's chart: Issuers and ClusterIssuers
// become Ready, and a Certificate whose issuer is gets its Secret, spec.secretName, with tls.crt, tls.key and ca.crt
// signed by the plane's played authority, and becomes Ready (https://cert-manager.io/docs/usage/certificate/). With
// keystores.pkcs12 it waits for the Secret of the password and adds keystore.p12 and truststore.p12, which are
// placeholders. As there, the Secret outlives its Certificate. The CRDs may come later. PlayCAInjector is apart.
func (p *Plane) PlayCertManager(t testing.TB) {
	t.Helper()
	client, err := newAPIClient(p.Kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	mirror := func(plural string) store[conditioned] {
		return store[conditioned]{client: client, path: "/apis/" + certManagerGroup + "/" + plural}
	}
	c := &certManager{
		client: client, authority: p.authority(t),
		issuers: mirror("issuers"), clusterIssuers: mirror("clusterissuers"), certificates: mirror("certificates"),
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	for _, kind := range []*store[conditioned]{&c.issuers, &c.clusterIssuers, &c.certificates} {
		running.Go(func() { kind.run(ctx) })
	}
	running.Go(func() {
		for ctx.Err() == nil {
			c.round(ctx)
			pause(ctx, 100*time.Millisecond)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
}

// round sees to every object once. What fails is tried again in the next round.
func (c *certManager) round(ctx context.Context) {
	for _, kind := range []*store[conditioned]{&c.issuers, &c.clusterIssuers} {
		for _, o := range kind.all() {
			_ = c.ready(ctx, kind, o, "IsReady")
		}
	}
	for _, o := range c.certificates.all() {
		if c.issuable(ctx, o) && c.issue(ctx, o) == nil {
			_ = c.ready(ctx, &c.certificates, o, "Ready")
		}
	}
}

// ready sets the condition Ready unless it is set.
func (c *certManager) ready(ctx context.Context, in *store[conditioned], o *live[conditioned], reason string) error {
	if isReady(o) || o.Metadata.DeletionTimestamp != "" {
		return nil
	}
	path := in.path + "/" + o.Metadata.Name + "/status"
	if o.Metadata.Namespace != "" {
		path = in.one(o.Metadata) + "/status"
	}
	status := conditioned{Conditions: []condition{{
		Type: "Ready", Status: "True", Reason: reason, Message: "played",
		LastTransitionTime: time.Now().UTC().Format(time.RFC3339),
	}}}
	answer := new(live[conditioned])
	patch := map[string]any{"status": status}
	if err := c.client.do(ctx, http.MethodPatch, path, "application/merge-patch+json", patch, answer); err != nil {
		return err
	}
	in.keep(answer)
	return nil
}

func isReady(o *live[conditioned]) bool {
	for _, one := range o.Status.Conditions {
		if one.Type == "Ready" && one.Status == "True" {
			return true
		}
	}
	return false
}

// issuable says whether the issuer is ready and the password of the keystore there.
func (c *certManager) issuable(ctx context.Context, o *live[conditioned]) bool {
	name := dig[string](o.Spec, "issuerRef", "name")
	issuer := c.issuers.get(o.Metadata.Namespace, name)
	if dig[string](o.Spec, "issuerRef", "kind") == "ClusterIssuer" {
		issuer = c.clusterIssuers.get("", name)
	}
	if issuer == nil || !isReady(issuer) {
		return false
	}
	password := dig[string](o.Spec, "keystores", "pkcs12", "passwordSecretRef", "name")
	if password == "" || isReady(o) {
		return true
	}
	path := "/api/v1/namespaces/" + o.Metadata.Namespace + "/secrets/" + password
	return c.client.do(ctx, http.MethodGet, path, "", nil, nil) == nil
}

// issue creates the Secret unless it is there.
func (c *certManager) issue(ctx context.Context, o *live[conditioned]) error {
	m, name := o.Metadata, dig[string](o.Spec, "secretName")
	path := "/api/v1/namespaces/" + m.Namespace + "/secrets"
	if err := c.client.do(ctx, http.MethodGet, path+"/"+name, "", nil, nil); !answered(err, http.StatusNotFound) {
		return err
	}
	names := []string{m.Name}
	for _, one := range dig[[]any](o.Spec, "dnsNames") {
		if host, ok := one.(string); ok {
			names = append(names, host)
		}
	}
	pair, err := c.authority.sign(names...)
	if err != nil {
		return err
	}
	key, err := x509.MarshalECPrivateKey(pair.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		return err
	}
	data := map[string][]byte{
		"tls.crt": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]}),
		"tls.key": pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: key}),
		"ca.crt":  c.authority.bundle,
	}
	if dig[bool](o.Spec, "keystores", "pkcs12", "create") {
		data["keystore.p12"], data["truststore.p12"] = []byte("played keystore"), []byte("played truststore")
	}
	secret := map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls", "data": data,
		"metadata": map[string]any{
			"namespace": m.Namespace, "name": name,
			"annotations": map[string]any{"cert-manager.io/certificate-name": m.Name},
			"labels":      map[string]any{"controller.cert-manager.io/fao": "true"},
		},
	}
	return c.client.do(ctx, http.MethodPost, path, "application/json", secret, nil)
}
