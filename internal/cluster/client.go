package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
)

// FieldManager is the name under which fields are owned.
const FieldManager = "helm-flink"

// Options say which cluster, and how it is spoken to.
type Options struct {
	// Kubeconfig is a file; none means $KUBECONFIG and ~/.kube/config, as kubectl reads them.
	Kubeconfig string
	// Context is one of the kubeconfig; none means its current one. ContextOf says
	// who named it, for errors: "stack prod"; it may be empty.
	Context, ContextOf string
	// QPS and Burst bound the requests of a second; 0 means 200 and 400.
	QPS   float32
	Burst int
	// Now and Sleep are the clock. Sleep ends early with the context's error.
	Now   func() time.Time
	Sleep func(ctx context.Context, d time.Duration) error
	// Random gives numbers from 0 to below 1, by which waits are spread.
	Random func() float64
	// Alive reports whether the holder of a lock may still be at work; nil means
	// that nobody can tell.
	Alive func(holder string) bool
	// Warn takes the API server's warnings, a line each.
	Warn func(text string)
}

// Client is a connection to one cluster. It serves several goroutines.
type Client struct {
	Options
	// Context is the name of the kubeconfig's context, Server the URL of the API server.
	Server string

	config    *rest.Config
	raw       clientcmd.ClientConfig
	discovery discovery.CachedDiscoveryInterface
	mapper    meta.ResettableRESTMapper
	dynamic   dynamic.Interface
	heads     metadata.Interface
	typed     kubernetes.Interface
	shared    *tracker
}

// errNoKubeconfig is what client-go words by a variable that no client reads any more.
var errNoKubeconfig = errors.New("there is no kubeconfig, or nothing in it: " +
	"aws eks update-kubeconfig --name CLUSTER --region REGION writes one, --kubeconfig names another")

// Connect reads the kubeconfig; nothing is sent yet. An error is a kubeconfig
// that cannot be used.
func Connect(o Options) (*Client, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = o.Kubeconfig
	raw := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: o.Context})
	config, err := raw.ClientConfig()
	if err != nil {
		switch {
		case clientcmd.IsEmptyConfig(err):
			err = errNoKubeconfig
		case o.ContextOf != "":
			err = fmt.Errorf("%w (the context is that of %s; --kube-context names another)", err, o.ContextOf)
		}
		return nil, fmt.Errorf("no cluster to speak to: %w", err)
	}
	if o.QPS == 0 {
		o.QPS = 200
	}
	if o.Burst == 0 {
		o.Burst = 400
	}
	config.QPS, config.Burst = o.QPS, o.Burst
	config.ContentType, config.AcceptContentTypes = runtime.ContentTypeJSON, runtime.ContentTypeJSON
	config.UserAgent = FieldManager
	config.WarningHandlerWithContext = warnings{o.Warn}
	config.Wrap(newTransport(o))
	c := &Client{Options: o, Server: config.Host, config: config, raw: raw}
	plain, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", config.Host, err)
	}
	c.discovery = memory.NewMemCacheClient(plain)
	c.mapper = restmapper.NewDeferredDiscoveryRESTMapper(c.discovery)
	if c.dynamic, err = dynamic.NewForConfig(config); err != nil {
		return nil, fmt.Errorf("connect to %s: %w", config.Host, err)
	}
	if c.heads, err = metadata.NewForConfig(config); err != nil {
		return nil, fmt.Errorf("connect to %s: %w", config.Host, err)
	}
	if c.typed, err = kubernetes.NewForConfig(config); err != nil {
		return nil, fmt.Errorf("connect to %s: %w", config.Host, err)
	}
	c.shared = newTracker(c)
	return c, nil
}

// warnings passes the server's warnings on, each text once.
type warnings struct{ say func(string) }

// HandleWarningHeaderWithContext takes a warning of code 299 (RFC 7234).
func (w warnings) HandleWarningHeaderWithContext(_ context.Context, code int, _, text string) {
	if code == 299 && text != "" && w.say != nil {
		w.say(text)
	}
}

// ToRESTConfig and the three methods below it make a Client what Helm and kubectl
// call a RESTClientGetter.
func (c *Client) ToRESTConfig() (*rest.Config, error) { return rest.CopyConfig(c.config), nil }

// ToDiscoveryClient gives the one discovery client, which remembers what it was told.
func (c *Client) ToDiscoveryClient() (discovery.CachedDiscoveryInterface, error) {
	return c.discovery, nil
}

// ToRESTMapper gives the one mapper from kinds to resources.
func (c *Client) ToRESTMapper() (meta.RESTMapper, error) { return c.mapper, nil }

// ToRawKubeConfigLoader gives the kubeconfig.
func (c *Client) ToRawKubeConfigLoader() clientcmd.ClientConfig { return c.raw }

// Typed is the client of the built-in kinds.
func (c *Client) Typed() kubernetes.Interface { return c.typed }

// Forget drops what discovery was told: kinds were added.
func (c *Client) Forget() { c.mapper.Reset() }

// Version is the API server's: "v1.33.4-eks-…".
func (c *Client) Version() (string, error) {
	v, err := c.discovery.ServerVersion()
	if err != nil {
		return "", c.explain(err, "ask %s for its version", c.Server)
	}
	return v.GitVersion, nil
}

// Resource gives the client of a kind in a namespace, which is left out for a
// kind that is in none. A kind that the server does not know is an error.
func (c *Client) Resource(kind schema.GroupVersionKind, namespace string) (dynamic.ResourceInterface, error) {
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, err
	}
	r := c.dynamic.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return r, nil
	}
	return r.Namespace(namespace), nil
}

// Of gives the client of the kind of an object.
func (c *Client) Of(data map[string]any) (dynamic.ResourceInterface, error) {
	u := unstructured.Unstructured{Object: data}
	return c.Resource(u.GroupVersionKind(), u.GetNamespace())
}

// explain says what was tried, and leaves out what client-go says twice.
func (c *Client) explain(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(strings.TrimSuffix(format, ": %w")+": %w", append(args, err)...)
}
