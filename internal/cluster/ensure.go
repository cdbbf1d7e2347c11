package cluster

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"time"
)

// MadeLabel marks what is made beside the releases.
const MadeLabel = "helm-flink.dev/made"

// Ensure creates an object that is not there. One that is there is left alone.
func (c *Client) Ensure(ctx context.Context, o Object) error {
	resource, err := c.Of(o)
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.Kind(), path(o), err)
	}
	_, err = resource.Get(ctx, o.Name(), metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		if err != nil {
			return fmt.Errorf("read %s %s: %w", o.Kind(), path(o), err)
		}
		return nil
	}
	_, err = resource.Create(ctx, &unstructured.Unstructured{Object: o}, metav1.CreateOptions{FieldManager: FieldManager})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return fmt.Errorf("create %s %s: %w", o.Kind(), path(o), err)
	}
	return nil
}

// EnsureSecret creates a Secret of one key where there is none of its name. One
// that is there and lacks the key is an error; its values are not read.
func (c *Client) EnsureSecret(ctx context.Context, namespace, name, key, value string) (made bool, err error) {
	secrets := c.typed.CoreV1().Secrets(namespace)
	live, err := secrets.Get(ctx, name, metav1.GetOptions{})
	switch {
	case err == nil:
		if _, ok := live.Data[key]; !ok {
			return false, fmt.Errorf("the Secret %s/%s has no key %s, which the keystore's password is read from", namespace, name, key)
		}
		return false, nil
	case !apierrors.IsNotFound(err):
		return false, fmt.Errorf("read Secret %s/%s: %w", namespace, name, err)
	}
	_, err = secrets.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{MadeLabel: "keystore-password"}},
		StringData: map[string]string{key: value},
	}, metav1.CreateOptions{FieldManager: FieldManager})
	if err != nil {
		return false, fmt.Errorf("create Secret %s/%s: %w", namespace, name, err)
	}
	return true, nil
}

// WebhookAnswers waits until the operator's webhook answers for FlinkDeployments:
// a dry run of the creation of one, marked as a canary, which the operator does
// not validate (facts: OP, label flink.apache.org/canary). Being refused is an
// answer too.
func (c *Client) WebhookAnswers(ctx context.Context, namespace string, timeout time.Duration) error {
	resource, err := c.Resource(schema.GroupVersionKind{Group: FlinkGroup, Version: "v1beta1", Kind: "FlinkDeployment"}, namespace)
	if err != nil {
		return fmt.Errorf("the operator's CRDs are not there: %w", err)
	}
	probe := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": FlinkGroup + "/v1beta1", "kind": "FlinkDeployment",
		"metadata": map[string]any{"name": "helm-flink-probe", "labels": map[string]any{"flink.apache.org/canary": "true"}},
	}}
	start := c.Now()
	for {
		_, err := resource.Create(ctx, probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if _, lacks := Lacks(err); lacks {
			return fmt.Errorf("ask the operator's webhook in %s: %w", namespace, err)
		}
		if err == nil || !unreachable(err) {
			return nil
		}
		if c.Now().Sub(start) >= timeout {
			return &TimeoutError{
				Target: Target{Kind: schema.GroupVersionKind{Kind: "the operator's webhook in namespace"}, Name: namespace}, After: timeout,
				State: State{Message: oneLine(err.Error())},
			}
		}
		if err := c.Sleep(ctx, pollEvery); err != nil {
			return err
		}
	}
}

// unreachable reports whether the API server could not ask the webhook.
func unreachable(err error) bool {
	return apierrors.IsInternalError(err) || apierrors.IsTimeout(err) || apierrors.IsServerTimeout(err) ||
		strings.Contains(err.Error(), "failed calling webhook") || strings.Contains(err.Error(), "tries)")
}
