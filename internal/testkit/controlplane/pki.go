package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// pki is one throw-away certificate authority and what it signed. The fields ending in Cert and Key, and accountKey, are files.
type pki struct {
	caCert, serverCert, serverKey, accountKey string

	pool     *x509.CertPool
	admin    tls.Certificate
	caPEM    []byte
	adminPEM []byte
	keyPEM   []byte
}

// newPKI makes the authority, the server's certificate (loopback names), the administrator's (group system:masters) and
// the key that signs service account tokens, all valid for a day, and writes in dir what the API server reads.
func newPKI(dir string) (*pki, error) {
	ca, caKey, err := authority()
	if err != nil {
		return nil, err
	}
	p := &pki{
		caCert: filepath.Join(dir, "ca.crt"), serverCert: filepath.Join(dir, "server.crt"),
		serverKey: filepath.Join(dir, "server.key"), accountKey: filepath.Join(dir, "account.key"),
		pool: x509.NewCertPool(), caPEM: certificatePEM(ca.Raw),
	}
	p.pool.AddCert(ca)
	serverPEM, serverKeyPEM, err := sign(ca, caKey, &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kube-apiserver"},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 96, 0, 1)},
	})
	if err != nil {
		return nil, err
	}
	p.adminPEM, p.keyPEM, err = sign(ca, caKey, &x509.Certificate{
		Subject:     pkix.Name{CommonName: "kubernetes-admin", Organization: []string{"system:masters"}},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	if err != nil {
		return nil, err
	}
	if p.admin, err = tls.X509KeyPair(p.adminPEM, p.keyPEM); err != nil {
		return nil, err
	}
	_, accountKey, err := newKey()
	if err != nil {
		return nil, err
	}
	for path, content := range map[string][]byte{
		p.caCert: p.caPEM, p.serverCert: serverPEM, p.serverKey: serverKeyPEM, p.accountKey: accountKey,
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// writeKubeconfig writes an administrator's kubeconfig with everything inline.
func (p *pki) writeKubeconfig(path, address string) error {
	encode := base64.StdEncoding.EncodeToString
	text := fmt.Sprintf(`apiVersion: v1
kind: Config
current-context: testkit
contexts:
- name: testkit
  context: {cluster: testkit, user: admin}
clusters:
- name: testkit
  cluster:
    server: %s
    certificate-authority-data: %s
users:
- name: admin
  user:
    client-certificate-data: %s
    client-key-data: %s
`, address, encode(p.caPEM), encode(p.adminPEM), encode(p.keyPEM))
	return os.WriteFile(path, []byte(text), 0o600)
}

// authority makes a self-signed certificate authority.
func authority() (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, _, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "testkit"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return certificate, key, err
}

// sign fills in serial number and dates, signs the certificate with a new key, and returns both as PEM.
func sign(ca *x509.Certificate, caKey *ecdsa.PrivateKey, template *x509.Certificate) (certificate, key []byte, err error) {
	private, key, err := newKey()
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	template.SerialNumber = serial
	template.NotBefore, template.NotAfter = ca.NotBefore, ca.NotAfter
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, ca, private.Public(), caKey)
	if err != nil {
		return nil, nil, err
	}
	return certificatePEM(der), key, nil
}

// newKey makes a P-256 key, as such and as PEM.
func newKey() (*ecdsa.PrivateKey, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	return key, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}

func certificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
