package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Serves reports whether the API server knows a kind.
func (c *Client) Serves(kind schema.GroupVersionKind) (bool, error) {
	_, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if NoKind(err) {
		return false, nil
	}
	return err == nil, err
}

// Issuer is the one that the cluster signs the tokens of service accounts as: the
// URL of its OIDC provider (Kubernetes, "Service account issuer discovery").
func (c *Client) Issuer(ctx context.Context) (string, error) {
	text, err := c.typed.Discovery().RESTClient().Get().AbsPath("/.well-known/openid-configuration").DoRaw(ctx)
	if err != nil {
		return "", fmt.Errorf("read /.well-known/openid-configuration: %w", err)
	}
	var document struct {
		Issuer string `json:"issuer"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return "", fmt.Errorf("read /.well-known/openid-configuration: %w", err)
	}
	return document.Issuer, nil
}

// Deployments are those with a label, in order of namespace and name.
func (c *Client) Deployments(ctx context.Context, label string) ([]Object, error) {
	kind := schema.GroupVersionKind{Group: "apps", Version: "v1", Kind: "Deployment"}
	return c.listLabelled(ctx, kind, label)
}

// listLabelled lists the objects with a label in all namespaces.
func (c *Client) listLabelled(ctx context.Context, kind schema.GroupVersionKind, label string) ([]Object, error) {
	resource, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
	}
	found, err := c.dynamic.Resource(resource.Resource).List(ctx, metav1.ListOptions{LabelSelector: label})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", kind.Kind, err)
	}
	out := make([]Object, 0, len(found.Items))
	for _, item := range found.Items {
		out = append(out, item.Object)
	}
	return out, nil
}

// StorageClasses are the names of those that are there, and those that are marked
// as the default.
func (c *Client) StorageClasses(ctx context.Context) (names, defaults []string, err error) {
	all, err := c.List(ctx, schema.GroupVersionKind{Group: "storage.k8s.io", Version: "v1", Kind: "StorageClass"}, "")
	if err != nil {
		return nil, nil, err
	}
	for _, o := range all {
		names = append(names, o.Name())
		if o.Text("metadata", "annotations", "storageclass.kubernetes.io/is-default-class") == "true" {
			defaults = append(defaults, o.Name())
		}
	}
	return names, defaults, nil
}

// Condition is a condition of an object: its status, "" where there is none, and
// its message.
func Condition(o Object, kind string) (status, message string) {
	all, _ := o.At("status", "conditions").([]any)
	for _, each := range all {
		condition, _ := each.(map[string]any)
		if at := Object(condition); at.Text("type") == kind {
			return at.Text("status"), oneLine(at.Text("message"))
		}
	}
	return "", ""
}

// FlinkWebhooks are the webhook configurations that are asked about Flink's
// resources, in order.
func (c *Client) FlinkWebhooks(ctx context.Context) ([]Object, error) {
	var out []Object
	for _, kind := range []string{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"} {
		all, err := c.List(ctx, schema.GroupVersionKind{Group: "admissionregistration.k8s.io", Version: "v1", Kind: kind}, "")
		if err != nil {
			return nil, err
		}
		for _, o := range all {
			if slices.ContainsFunc(webhooks(o), func(w Object) bool { return asked(w, FlinkGroup) }) {
				out = append(out, o)
			}
		}
	}
	return out, nil
}

// webhooks are those of a configuration.
func webhooks(o Object) []Object {
	all, _ := o.At("webhooks").([]any)
	out := make([]Object, 0, len(all))
	for _, each := range all {
		w, _ := each.(map[string]any)
		out = append(out, w)
	}
	return out
}

// asked reports whether a webhook is asked about resources of a group.
func asked(w Object, group string) bool {
	rules, _ := w.At("rules").([]any)
	return slices.ContainsFunc(rules, func(each any) bool {
		rule, _ := each.(map[string]any)
		groups, _ := rule["apiGroups"].([]any)
		return slices.Contains(groups, any(group))
	})
}

// WebhookNamespace is where the Service of a webhook configuration is, or "".
func WebhookNamespace(o Object) string {
	for _, w := range webhooks(o) {
		if in := w.Text("clientConfig", "service", "namespace"); in != "" {
			return in
		}
	}
	return ""
}

// watchedKey is the operator's setting of the namespaces that it watches, as the
// chart writes it (flink-kubernetes-operator 1.15, helm chart, configmap.yaml).
const watchedKey = "kubernetes.operator.watched.namespaces"

// Watched are the namespaces that an operator watches by its Deployment and the
// ConfigMap beside it; none are all of them.
func (c *Client) Watched(ctx context.Context, deployment Object) ([]string, error) {
	in := deployment.Namespace()
	config, err := c.Get(ctx, Target{Kind: CoreKind("ConfigMap"), Namespace: in, Name: "flink-operator-config"})
	if err != nil {
		return nil, err
	}
	if config == nil {
		return nil, fmt.Errorf("ConfigMap %s/flink-operator-config is not there", in)
	}
	data, _ := config.At("data").(map[string]any)
	for _, each := range data {
		text, _ := each.(string)
		for line := range strings.Lines(text) {
			key, value, found := strings.Cut(strings.TrimSpace(line), ":")
			if found && key == watchedKey {
				return split(strings.Trim(strings.TrimSpace(value), `"'`)), nil
			}
		}
	}
	return nil, nil
}

func split(text string) []string {
	var out []string
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" && name != "JOSDK_ALL_NAMESPACES" {
			out = append(out, name)
		}
	}
	return out
}

// Unserved lists the fields of an object that a live CRD does not know and the
// API server would drop, as far as they are reached by properties alone.
func Unserved(crd, o Object) []string {
	_, version, _ := strings.Cut(o.Text("apiVersion"), "/")
	schema, _ := Object(versions(crd)[version]).At("schema", "openAPIV3Schema", "properties", "spec").(map[string]any)
	return dropped(schema, o.At("spec"), []string{"spec"})
}

func dropped(schema map[string]any, value any, at []string) []string {
	fields, _ := value.(map[string]any)
	known, _ := schema["properties"].(map[string]any)
	if schema["x-kubernetes-preserve-unknown-fields"] == true || schema["additionalProperties"] != nil {
		return nil
	}
	var out []string
	for name, below := range fields {
		path := append(slices.Clone(at), name)
		next, _ := known[name].(map[string]any)
		if next == nil {
			out = append(out, strings.Join(path, "."))
			continue
		}
		out = append(out, dropped(next, below, path)...)
	}
	slices.Sort(out)
	return out
}

// ErrSilent says that a webhook did not answer in time.
var ErrSilent = errors.New("no answer")

// WebhookAnswersNow asks the operator's webhook once, for a time at most.
func (c *Client) WebhookAnswersNow(ctx context.Context, namespace string, patience time.Duration) error {
	asking, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err := c.WebhookAnswers(asking, namespace, 0)
	if asking.Err() != nil && ctx.Err() == nil {
		return fmt.Errorf("%w within %s", ErrSilent, patience)
	}
	return err
}
