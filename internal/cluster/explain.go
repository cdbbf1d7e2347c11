package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
)

// Explain finds out why an object is not ready: its last warnings, and what its
// pods say, those that wait for a node first. What cannot be read is left out.
func (c *Client) Explain(ctx context.Context, t Target) []string {
	var out []string
	for _, e := range c.events(ctx, t.Namespace, t.Kind.Kind, t.Name) {
		out = append(out, fmt.Sprintf("event %s: %s", e.Reason, oneLine(e.Message)))
	}
	selector := labels.Set{"app": t.Name}.String()
	switch t.Kind.Kind {
	case "FlinkDeployment":
	case "FlinkBlueGreenDeployment": // its colours' (facts: flink-operator §2.5)
		selector = fmt.Sprintf("app in (%s-blue, %s-green)", t.Name, t.Name)
	case "Deployment":
		d, err := c.typed.AppsV1().Deployments(t.Namespace).Get(ctx, t.Name, metav1.GetOptions{})
		if err != nil || d.Spec.Selector == nil {
			return out
		}
		selector = labels.Set(d.Spec.Selector.MatchLabels).String()
	default:
		return out
	}
	pods, err := c.typed.CoreV1().Pods(t.Namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return out
	}
	seen := map[string]int{}
	for i := range pods.Items {
		if said := c.podTrouble(ctx, &pods.Items[i]); said != "" {
			seen[said]++
			if seen[said] == 1 {
				out = append(out, fmt.Sprintf("pod %s: %s", pods.Items[i].Name, said))
			}
		}
	}
	return out
}

// podTrouble says in a line what keeps a pod from being ready, or "".
func (c *Client) podTrouble(ctx context.Context, p *corev1.Pod) string {
	for _, condition := range p.Status.Conditions {
		if condition.Type == corev1.PodScheduled && condition.Status == corev1.ConditionFalse {
			said := "waits for a node: " + oneLine(condition.Message)
			if len(p.Spec.NodeSelector) > 0 {
				said += " (its nodeSelector: " + labels.Set(p.Spec.NodeSelector).String() + ")"
			}
			for _, e := range c.events(ctx, p.Namespace, "Pod", p.Name) {
				if e.Source.Component == "karpenter" || e.ReportingController == "karpenter" {
					return said + "; Karpenter: " + oneLine(e.Message)
				}
			}
			return said
		}
	}
	for _, s := range slices.Concat(p.Status.InitContainerStatuses, p.Status.ContainerStatuses) {
		switch {
		case s.State.Waiting != nil && s.State.Waiting.Reason != "ContainerCreating" && s.State.Waiting.Reason != "PodInitializing":
			return s.Name + " " + s.State.Waiting.Reason + ": " + oneLine(s.State.Waiting.Message)
		case s.State.Terminated != nil && s.State.Terminated.ExitCode != 0:
			return fmt.Sprintf("%s ended with %d %s: %s", s.Name, s.State.Terminated.ExitCode, s.State.Terminated.Reason,
				oneLine(s.State.Terminated.Message))
		}
	}
	return ""
}

// events returns the last three warnings about an object, the latest first.
func (c *Client) events(ctx context.Context, namespace, kind, name string) []corev1.Event {
	found, err := c.typed.CoreV1().Events(namespace).List(ctx, metav1.ListOptions{FieldSelector: fields.Set{
		"involvedObject.kind": kind, "involvedObject.name": name,
	}.String()})
	if err != nil {
		return nil
	}
	all := slices.DeleteFunc(found.Items, func(e corev1.Event) bool { return e.Type == corev1.EventTypeNormal })
	slices.SortStableFunc(all, func(a, b corev1.Event) int { return cmp.Compare(at(b).UnixNano(), at(a).UnixNano()) })
	return all[:min(3, len(all))]
}

func at(e corev1.Event) time.Time {
	if !e.LastTimestamp.IsZero() {
		return e.LastTimestamp.Time
	}
	if !e.EventTime.IsZero() {
		return e.EventTime.Time
	}
	return e.CreationTimestamp.Time
}

// refusal is what the operator says about a spec that it will not take up. It
// goes on with the last one then, and the status shows nothing for a version of
// Flink that it does not support (OP/utils/EventRecorder.java, release 1.15).
func (c *Client) refusal(ctx context.Context, t Target) (string, error) {
	if t.Kind.Group != FlinkGroup {
		return "", nil
	}
	for _, e := range c.events(ctx, t.Namespace, t.Kind.Kind, t.Name) {
		if e.Reason == "ValidationError" || e.Reason == "UnsupportedFlinkVersion" {
			o, err := c.shared.get(ctx, t.Kind, t.Namespace, t.Name, time.Time{})
			if err != nil || o == nil || at(e).Before(changed(o)) { // it is about a spec before this one
				return "", err
			}
			return e.Reason + ": " + oneLine(e.Message), nil
		}
	}
	return "", nil
}

// changed is when the spec was last written by someone other than the operator,
// as far as managedFields tell.
func changed(o Object) time.Time {
	fieldsOf, _ := o.At("metadata", "managedFields").([]any)
	var last time.Time
	for _, f := range fieldsOf {
		entry, _ := f.(map[string]any)
		if Object(entry).Text("subresource") != "" || Object(entry).Text("manager") != FieldManager {
			continue
		}
		if when, err := time.Parse(time.RFC3339, Object(entry).Text("time")); err == nil && when.After(last) {
			last = when
		}
	}
	return last
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
