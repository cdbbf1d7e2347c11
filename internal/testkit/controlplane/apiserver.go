package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

// apiOptions is what serveAPI needs to know.
type apiOptions struct {
	listener net.Listener // loopback, handed over to the API server
	etcd     string       // http://127.0.0.1:port
	pki      *pki
	services string // file of webhook Services, see services
	accounts bool   // somebody makes the default service accounts
}

// serveAPI runs kube-apiserver until the context ends.
func serveAPI(ctx context.Context, o apiOptions) error {
	app.SetServiceResolverForTests(services{path: o.services})
	rest.SetDefaultWarningHandler(rest.NoWarnings{}) // else the server logs warnings about its own requests

	s := options.NewServerRunOptions()
	flags := pflag.NewFlagSet("kube-apiserver", pflag.ContinueOnError)
	for _, set := range s.Flags().FlagSets {
		flags.AddFlagSet(set)
	}
	port := o.listener.Addr().(*net.TCPAddr).Port
	disabled := "ServiceAccount"
	if o.accounts {
		disabled = ""
	}
	if err := flags.Parse([]string{
		"--bind-address=127.0.0.1",
		"--secure-port=" + strconv.Itoa(port),
		"--tls-cert-file=" + o.pki.serverCert,
		"--tls-private-key-file=" + o.pki.serverKey,
		"--client-ca-file=" + o.pki.caCert,
		"--authorization-mode=RBAC",
		"--anonymous-auth=false",
		"--allow-privileged=true",
		"--disable-admission-plugins=" + disabled,
		"--endpoint-reconciler-type=none",
		"--etcd-servers=" + o.etcd,
		"--service-cluster-ip-range=10.96.0.0/16",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + o.pki.accountKey,
		"--service-account-signing-key-file=" + o.pki.accountKey,
		"--profiling=false",
	}); err != nil {
		return err
	}
	s.SecureServing.Listener = o.listener
	s.SecureServing.BindPort = port
	if err := s.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return err
	}
	completed, err := s.Complete(ctx)
	if err != nil {
		return err
	}
	if errs := completed.Validate(); len(errs) != 0 {
		return errors.Join(errs...)
	}
	return app.Run(ctx, completed)
}

// services sends webhook calls to loopback, as the file at path says.
type services struct{ path string }

// ResolveEndpoint returns the address of one Service port. A Service that the file does not name is an error, which the
// API server reports as a webhook that cannot be called.
func (s services) ResolveEndpoint(namespace, name string, port int32) (*url.URL, error) {
	wanted := fmt.Sprintf("%s/%s:%d", namespace, name, port)
	file, err := os.Open(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("service %q: nobody plays it", wanted)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		service, address, found := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		if found && service == wanted {
			return &url.URL{Scheme: "https", Host: strings.TrimSpace(address)}, nil
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("service %q: nobody plays it", wanted)
}

// waitReady polls until the API server says that it is ready and the default namespace exists.
func waitReady(ctx context.Context, p *pki, address string, failed <-chan error) error {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: p.pool, Certificates: []tls.Certificate{p.admin}, MinVersion: tls.VersionTLS12,
	}}}
	defer client.CloseIdleConnections()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if answers(ctx, client, address+"/readyz") && answers(ctx, client, address+"/api/v1/namespaces/default") {
			return nil
		}
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			return fmt.Errorf("kube-apiserver is not ready: %w", context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// answers says whether a GET gives 200.
func answers(ctx context.Context, client *http.Client, address string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return false
	}
	response, err := client.Do(request)
	if err != nil {
		return false
	}
	_ = response.Body.Close()
	return response.StatusCode == http.StatusOK
}
