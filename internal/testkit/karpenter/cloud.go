package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	awsv1 "github.com/aws/karpenter-provider-aws/pkg/apis/v1"
	"github.com/awslabs/operatorpkg/status"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	karpv1 "sigs.k8s.io/karpenter/pkg/apis/v1"
	"sigs.k8s.io/karpenter/pkg/cloudprovider"

	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// Where the nodes are, and what Spot costs as a part of the on-demand price. The tests plan with the same.
const (
	region     = "us-east-1"
	spotFactor = 0.4
)

func zones() []string { return []string{"us-east-1a", "us-east-1b", "us-east-1c"} }

// sentAnnotation is where a NodeClaim says which types were sent to EC2, the cheapest first.
const sentAnnotation = "testkit.helm-flink.dev/sent"

// cloud is a CloudProvider without a cloud: what it starts is a Node object.
type cloud struct {
	client client.Client
	types  *instances.Catalogue
	prices instances.Prices

	mutex   sync.Mutex
	sized   map[string][]*cloudprovider.InstanceType // by EC2NodeClass and its generation
	started map[string]*karpv1.NodeClaim             // by provider id
}

func newCloud(c client.Client, types *instances.Catalogue, prices instances.Prices) *cloud {
	return &cloud{
		client: c, types: types, prices: prices,
		sized: map[string][]*cloudprovider.InstanceType{}, started: map[string]*karpv1.NodeClaim{},
	}
}

// Create chooses as the AWS provider does, and starts a node of the cheapest type.
func (c *cloud) Create(ctx context.Context, claim *karpv1.NodeClaim) (*karpv1.NodeClaim, error) {
	all, err := c.typesOf(ctx, claim.Spec.NodeClassRef.Name)
	if err != nil {
		return nil, err
	}
	chosen, err := choose(ctx, claim, all)
	if err != nil {
		return nil, err
	}
	out := chosen.claim(claim)
	c.mutex.Lock()
	c.started[out.Status.ProviderID] = out
	c.mutex.Unlock()
	if err := c.join(ctx, claim, out); err != nil {
		return nil, err
	}
	return out.DeepCopy(), nil
}

// Delete ends a node.
func (c *cloud) Delete(_ context.Context, claim *karpv1.NodeClaim) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.started, claim.Status.ProviderID)
	return cloudprovider.NewNodeClaimNotFoundError(errors.New("it is ended"))
}

// Get gives what was started.
func (c *cloud) Get(_ context.Context, id string) (*karpv1.NodeClaim, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if claim, ok := c.started[id]; ok {
		return claim.DeepCopy(), nil
	}
	return nil, cloudprovider.NewNodeClaimNotFoundError(fmt.Errorf("there is no %s", id))
}

// List gives all that runs.
func (c *cloud) List(context.Context) ([]*karpv1.NodeClaim, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	out := make([]*karpv1.NodeClaim, 0, len(c.started))
	for _, claim := range c.started {
		out = append(out, claim.DeepCopy())
	}
	slices.SortFunc(out, func(a, b *karpv1.NodeClaim) int { return strings.Compare(a.Status.ProviderID, b.Status.ProviderID) })
	return out, nil
}

// GetInstanceTypes gives every type of the catalogue that the pool's EC2NodeClass has an image for.
func (c *cloud) GetInstanceTypes(ctx context.Context, pool *karpv1.NodePool) ([]*cloudprovider.InstanceType, error) {
	return c.typesOf(ctx, pool.Spec.Template.Spec.NodeClassRef.Name)
}

// typesOf sizes the catalogue by an EC2NodeClass, once for each generation of it.
func (c *cloud) typesOf(ctx context.Context, name string) ([]*cloudprovider.InstanceType, error) {
	object := &awsv1.EC2NodeClass{}
	if err := c.client.Get(ctx, types.NamespacedName{Name: name}, object); err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s/%s/%d", name, object.UID, object.Generation)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if all, ok := c.sized[key]; ok {
		return slices.Clone(all), nil
	}
	class, err := readClass(object)
	if err != nil {
		return nil, err
	}
	var all []*cloudprovider.InstanceType
	for _, i := range c.types.All() {
		if class.Takes(i) {
			all = append(all, c.instanceType(i, class))
		}
	}
	slices.SortFunc(all, func(a, b *cloudprovider.InstanceType) int { return cmp.Compare(a.Name, b.Name) })
	c.sized[key] = all
	return slices.Clone(all), nil
}

// readClass reads an EC2NodeClass as the product does.
func readClass(object *awsv1.EC2NodeClass) (instances.NodeClass, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return instances.NodeClass{}, err
	}
	var data map[string]any
	if err := json.Unmarshal(text, &data); err != nil {
		return instances.NodeClass{}, err
	}
	return instances.ReadNodeClass(object.Name, data)
}

// IsDrifted says no.
func (c *cloud) IsDrifted(context.Context, *karpv1.NodeClaim) (cloudprovider.DriftReason, error) {
	return "", nil
}

// RepairPolicies are none.
func (c *cloud) RepairPolicies() []cloudprovider.RepairPolicy { return nil }

// Name is that of the cloud.
func (c *cloud) Name() string { return "testkit" }

// GetSupportedNodeClasses is EC2NodeClass.
func (c *cloud) GetSupportedNodeClasses() []status.Object {
	return []status.Object{&awsv1.EC2NodeClass{}}
}

// offered is a price at which a type is to be had.
func (c *cloud) offered(i instances.Instance, kind string) (float64, bool) {
	price, ok := c.prices.Hourly(i.Name)
	if kind == karpv1.CapacityTypeSpot {
		price *= spotFactor
	}
	return price, ok
}

// capacityTypes are those of a type; both where it is not known.
func capacityTypes(i instances.Instance) []string {
	if i.CapacityTypes != nil {
		return i.CapacityTypes
	}
	return []string{karpv1.CapacityTypeOnDemand, karpv1.CapacityTypeSpot}
}
