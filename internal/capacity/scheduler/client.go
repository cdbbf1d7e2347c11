package scheduler

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"
)

// boundClient is a cluster that holds pods on nodes and nothing else. The
// scheduler calls nothing but List and Get.
type boundClient struct {
	client.Client

	pods   []*corev1.Pod
	byNode map[string][]*corev1.Pod
}

func (c *boundClient) add(p *corev1.Pod) {
	if c.byNode == nil {
		c.byNode = map[string][]*corev1.Pod{}
	}
	c.pods = append(c.pods, p)
	c.byNode[p.Spec.NodeName] = append(c.byNode[p.Spec.NodeName], p)
}

// List lists pods by namespace, node and labels; of other kinds there is nothing.
func (c *boundClient) List(_ context.Context, list client.ObjectList, opts ...client.ListOption) error {
	out, ok := list.(*corev1.PodList)
	if !ok {
		return nil
	}
	o := &client.ListOptions{}
	o.ApplyOptions(opts)
	from := c.pods
	if o.FieldSelector != nil {
		if node, ok := o.FieldSelector.RequiresExactMatch("spec.nodeName"); ok {
			from = c.byNode[node]
		}
	}
	for _, p := range from {
		if o.Namespace != "" && o.Namespace != p.Namespace {
			continue
		}
		if o.LabelSelector != nil && !o.LabelSelector.Matches(labels.Set(p.Labels)) {
			continue
		}
		out.Items = append(out.Items, *p)
	}
	return nil
}

// Get finds nothing.
func (c *boundClient) Get(_ context.Context, key client.ObjectKey, _ client.Object, _ ...client.GetOption) error {
	return apierrors.NewNotFound(schema.GroupResource{Resource: "objects"}, key.Name)
}

// noProvider has a name, which is all that the cluster's state asks for.
type noProvider struct{ cloudprovider.CloudProvider }

// Name is shown nowhere.
func (noProvider) Name() string { return "offline" }

func uid(name string) types.UID { return types.UID(name) }
