package app

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	quantities "k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/release/access"
	"github.com/helm-flink/helm-flink/internal/verify"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// The label by which the API server enforces a pod security standard.
const enforceLabel = "pod-security.kubernetes.io/enforce"

// namespaceStates looks at the namespaces that are there: one that is ending takes
// nothing, and one with another pod security label may refuse the pods.
func (c *checker) namespaceStates(ctx context.Context) ([]Check, error) {
	var out []Check
	there := 0
	for _, o := range access.Namespaces(*c.plan) {
		live, err := c.cluster.Get(ctx, cluster.Target{Kind: cluster.CoreKind("Namespace"), Name: o.Name()})
		if err != nil {
			return out, err
		}
		if live == nil {
			continue
		}
		there++
		want, has := o.Text("metadata", "labels", enforceLabel), live.Text("metadata", "labels", enforceLabel)
		switch {
		case live.Text("status", "phase") == "Terminating":
			out = append(out, wrong(diag.Error, "kubectl get namespace "+o.Name()+" -o yaml says what holds it",
				"the Namespace %s is being deleted; nothing can be made in it", o.Name()))
		case want != "" && has != want:
			out = append(out, wrong(diag.Info, "", "the Namespace %s enforces the pod security standard %s; install sets %s",
				o.Name(), cmp.Or(has, "of the cluster's default"), want))
		case want == "" && has == "restricted" && c.watched(o.Name()):
			out = append(out, wrong(diag.Warning, "pods that do not pass are refused: helm flink validate says which (FLK8xx)",
				"the Namespace %s, which is not part of the platform, enforces the pod security standard restricted", o.Name()))
		}
	}
	if len(out) == 0 {
		out = append(out, ok("of the platform's %d namespaces %d are there, none of them in the way",
			len(access.Namespaces(*c.plan)), there))
	}
	return out, nil
}

// quota holds what the jobs that are not there yet need against what is left of
// the quotas in their namespaces.
func (c *checker) quota(ctx context.Context) ([]Check, error) {
	need, err := c.demand(ctx)
	if err != nil {
		return nil, err
	}
	var out []Check
	for _, namespace := range slices.Sorted(maps.Keys(need)) {
		quotas, err := c.quotas(ctx, namespace)
		if err != nil {
			return out, err
		}
		for _, q := range quotas {
			if short := q.short(need[namespace]); len(short) > 0 {
				out = append(out, wrong(diag.Error, "raise teams.<team>.quota, or let other jobs of the namespace go first",
					"ResourceQuota %s/%s: %s", namespace, q.name, strings.Join(short, "; ")))
			}
		}
	}
	if len(out) == 0 {
		out = append(out, ok("the quotas leave room for the jobs that are not there yet"))
	}
	return out, nil
}

// demand adds up what the pods of the platform's Flink clusters ask for at the
// start, by namespace; clusters that are there already are in the quota's use.
func (c *checker) demand(ctx context.Context) (map[string]corev1.ResourceList, error) {
	v, _, err := verify.New(c.result.options(verify.Options{}), nil)
	if err != nil {
		return nil, err
	}
	in, err := c.app.inspectSet(ctx, v, c.result.Set)
	if err != nil {
		return nil, err
	}
	w := wanted{world: model.Build(in.units, c.result.options(verify.Options{}))}
	w.ask()
	out := map[string]corev1.ResourceList{}
	for i, d := range w.demands {
		key := w.clusters[i].Key
		live, err := c.cluster.Get(ctx, cluster.Target{Kind: cluster.FlinkKind(key.Kind), Namespace: key.Namespace, Name: key.Name})
		if err != nil && !cluster.NoKind(err) {
			return nil, err
		}
		if live != nil || d.Pods.Suspended {
			continue
		}
		sum := d.Pods.Total()
		for _, g := range d.Pods.Groups() {
			sum = pods.Add(sum, pods.Times(limited(g.Limits), g.Count.Start))
			sum = pods.Add(sum, corev1.ResourceList{
				corev1.ResourcePods: *quantities.NewQuantity(int64(g.Count.Start), quantities.DecimalSI),
			})
		}
		out[key.Namespace] = pods.Add(out[key.Namespace], sum)
	}
	return out, nil
}

// limited names limits as quotas do.
func limited(l corev1.ResourceList) corev1.ResourceList {
	out := corev1.ResourceList{}
	for name, q := range l {
		out["limits."+name] = q
	}
	return out
}

// quotaLeft is a quota with what it leaves.
type quotaLeft struct {
	name       string
	hard, used corev1.ResourceList
}

// quotas are those of a namespace that count all pods: the live ones with the
// bounds that the plan gives them, and those that it makes.
func (c *checker) quotas(ctx context.Context, namespace string) ([]quotaLeft, error) {
	byName := map[string]quotaLeft{}
	if !c.absent[namespace] {
		live, err := c.cluster.List(ctx, cluster.CoreKind("ResourceQuota"), namespace)
		if err != nil {
			return nil, err
		}
		for _, o := range live {
			if !scoped(o) {
				byName[o.Name()] = quotaLeft{o.Name(), amounts(o.At("spec", "hard")), amounts(o.At("status", "used"))}
			}
		}
	}
	for _, o := range c.result.Set {
		at := cluster.Object(o.Data)
		if at.Kind() != "ResourceQuota" || at.Namespace() != namespace || scoped(at) {
			continue
		}
		q := byName[at.Name()]
		q.name, q.hard = at.Name(), amounts(at.At("spec", "hard"))
		byName[at.Name()] = q
	}
	var out []quotaLeft
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		out = append(out, byName[name])
	}
	return out, nil
}

// scoped reports whether a quota counts some pods only.
func scoped(o cluster.Object) bool {
	return o.At("spec", "scopes") != nil || o.At("spec", "scopeSelector") != nil
}

// amounts reads quantities; what is none is left out.
func amounts(v any) corev1.ResourceList {
	out := corev1.ResourceList{}
	all, _ := v.(map[string]any)
	for name, each := range all {
		if q, err := quantities.ParseQuantity(fmt.Sprint(each)); err == nil {
			out[corev1.ResourceName(name)] = q
		}
	}
	return out
}

// short says of what a quota leaves too little.
func (q quotaLeft) short(need corev1.ResourceList) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(q.hard)) {
		wanted, known := need[corev1.ResourceName(strings.TrimPrefix(string(name), "requests."))]
		if !known {
			continue
		}
		left := q.hard[name].DeepCopy()
		left.Sub(q.used[name])
		if wanted.Cmp(left) > 0 {
			out = append(out, fmt.Sprintf("%s: the jobs need %s, and of %s only %s is left",
				name, wanted.String(), text(q.hard[name]), left.String()))
		}
	}
	return out
}

func text(q quantities.Quantity) string { return q.String() }
