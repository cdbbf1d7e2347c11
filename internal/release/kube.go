package release

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/kube"
	"helm.sh/helm/v3/pkg/storage"
	"helm.sh/helm/v3/pkg/storage/driver"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// kubeClient is Helm's client with three differences: it waits for Flink's
// resources by what the operator says of them, it merges custom resources three
// ways, so that what was changed by hand goes back to what the release says, and
// it does not ask for the server's version before each action.
type kubeClient struct {
	*kube.Client
	ctx     context.Context //nolint:containedctx // Helm's interface takes none
	cluster *cluster.Client
	see     func(cluster.Target, cluster.State)
	denied  *denials
	// anyKind waits for what Helm waits for, for an add-on.
	anyKind bool
	// recall remembers the objects that were read; nil asks the cluster each time.
	recall *cluster.Recall
}

// IsReachable is asked by every action; connecting has shown it.
func (k *kubeClient) IsReachable() error { return nil }

// Update implements kube.Interface.
func (k *kubeClient) Update(original, target kube.ResourceList, force bool) (*kube.Result, error) {
	if err := k.ctx.Err(); err != nil {
		return &kube.Result{}, err
	}
	result, err := k.UpdateThreeWayMerge(original, target, force)
	return result, k.denied.with(err)
}

// Create implements kube.Interface.
func (k *kubeClient) Create(resources kube.ResourceList) (*kube.Result, error) {
	if err := k.ctx.Err(); err != nil {
		return &kube.Result{}, err
	}
	return k.Client.Create(resources)
}

// Build implements kube.Interface. The manifests were verified offline: the
// server's OpenAPI document, megabytes of it, is not asked for.
func (k *kubeClient) Build(reader io.Reader, _ bool) (kube.ResourceList, error) {
	return k.Client.Build(reader, false)
}

// Wait waits for every object at the same time.
func (k *kubeClient) Wait(resources kube.ResourceList, timeout time.Duration) error {
	if k.recall != nil {
		defer k.recall.Expire()
	}
	errs := make([]error, len(resources))
	var group sync.WaitGroup
	for i, info := range resources {
		t := target(info)
		if k.anyKind {
			group.Go(func() { errs[i] = k.ready(info, timeout) })
			continue
		}
		if !awaited(t) {
			continue
		}
		group.Go(func() {
			errs[i] = k.cluster.Wait(k.ctx, t, timeout, func(s cluster.State) {
				if k.see != nil {
					k.see(t, s)
				}
			})
		})
	}
	group.Wait()
	return join(errs)
}

// WaitWithJobs implements kube.Interface.
func (k *kubeClient) WaitWithJobs(resources kube.ResourceList, timeout time.Duration) error {
	return k.Wait(resources, timeout)
}

func target(info *resource.Info) cluster.Target {
	return cluster.Target{Kind: info.Mapping.GroupVersionKind, Namespace: info.Namespace, Name: info.Name}
}

// awaited reports whether an object says by its status that it is ready. Nodes
// come with the first pods, so node pools are not waited for.
func awaited(t cluster.Target) bool {
	return t.Kind.Group == cluster.FlinkGroup || t.Kind.Group == "apps" && t.Kind.Kind == "Deployment"
}

// join makes one error of several, which errors.As still looks into.
func join(errs []error) error {
	errs = slices.DeleteFunc(slices.Clone(errs), func(err error) bool { return err == nil })
	switch len(errs) {
	case 0:
		return nil
	case 1:
		return errs[0]
	}
	return fmt.Errorf("%w (and %d more that are not ready)", errs[0], len(errs)-1)
}

// configuration is what an action works with, for the releases of a namespace. What
// it says of the cluster's version is not asked for: objects that are final do not
// depend on it; byHelm and resolve have it for charts that do.
func (r *Releases) configuration(
	ctx context.Context, namespace string, see func(cluster.Target, cluster.State),
) *action.Configuration {
	client := kube.New(r.cluster)
	client.Namespace = namespace
	denied := &denials{}
	client.Log = denied.log
	secrets := r.cluster.Typed().CoreV1().Secrets(namespace)
	if r.memory != nil {
		secrets = r.memory.of(secrets, namespace)
	}
	return &action.Configuration{
		RESTClientGetter: r.cluster, Releases: storage.Init(driver.NewSecrets(secrets)),
		Capabilities: chartutil.DefaultCapabilities.Copy(),
		KubeClient:   &kubeClient{Client: client, ctx: ctx, cluster: r.cluster, see: see, denied: denied},
		Log:          denied.log,
	}
}

// remembering has an action on the objects of a unit read each of them once. What
// a list that was begun after the given time did not have is not looked for at all,
// but where a failure would delete it. An add-on's hooks are left as Helm has them.
func (r *Releases) remembering(cfg *action.Configuration, u Unit, how How) {
	client, ok := cfg.KubeClient.(*kubeClient)
	if !ok || u.Source != nil {
		return
	}
	all := make([]cluster.Object, len(u.Set))
	for i, o := range u.Set {
		all[i] = o.Data
	}
	client.recall = r.cluster.Recall(all, func(o cluster.Object) bool {
		return !how.Atomic && !how.Listed.IsZero() && r.cluster.Missing(o, how.Listed)
	}, how.Same)
	under := kube.New(client.recall)
	under.Namespace, under.Log = client.Namespace, client.Log
	client.Client = under
}
