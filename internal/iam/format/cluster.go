package format

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/iam"
)

// coreTaint keeps the core nodes for what runs the cluster. CoreDNS, the EBS CSI
// controller and Karpenter tolerate this key by default (eksctl 0.215,
// pkg/addons/default/assets/coredns-1.33.json; values.yaml of the charts
// aws-ebs-csi-driver and karpenter).
const coreTaint = "CriticalAddonsOnly"

// newCluster writes a ClusterConfig that makes the cluster of the plan and
// nothing of the plan's identity, which needs the cluster first.
func newCluster(p iam.Plan, o Options) ([]byte, error) {
	zones := o.Zones
	if len(zones) == 0 {
		zones = []string{p.Region + "a", p.Region + "b"}
	}
	if len(zones) < 2 {
		return nil, fmt.Errorf("a cluster needs two zones or more, not only %s", zones[0])
	}
	for _, zone := range zones {
		if !strings.HasPrefix(zone, p.Region) || len(zone) != len(p.Region)+1 {
			return nil, fmt.Errorf("zone %q is not one of region %s", zone, p.Region)
		}
	}
	doc := object{
		{"apiVersion", "eksctl.io/v1alpha5"},
		{"kind", "ClusterConfig"},
		{"metadata", object{{"name", p.Cluster}, {"region", p.Region}}.with("version", p.Kubernetes).
			with("tags", discoveryTags(p))},
		{"availabilityZones", strings2list(zones)},
		{"vpc", object{
			{"nat", object{{"gateway", "Single"}}},
			{"clusterEndpoints", object{{"publicAccess", true}, {"privateAccess", true}}},
		}},
		{"accessConfig", object{{"authenticationMode", "API_AND_CONFIG_MAP"}}},
		{"iam", object{{"withOIDC", true}}},
		{"addonsConfig", object{{"autoApplyPodIdentityAssociations", true}}},
		{"addons", addons(p)},
		{"managedNodeGroups", list{coreNodes()}},
	}
	return encodeYAML(clusterComment(p), doc)
}

// discoveryTags are the plan's tags and the one by which Karpenter finds subnets
// and security groups. Source: Karpenter 1.14, getting-started-with-karpenter.
func discoveryTags(p iam.Plan) object {
	tags := object{{"karpenter.sh/discovery", p.Cluster}}
	for _, tag := range sortedTags(p) {
		if tag.key != tags[0].key {
			tags = append(tags, tag)
		}
	}
	return tags
}

// addons are the EKS add-ons of the cluster. metrics-server is one in the
// commercial regions only (eksctl 0.215, known_addons.go), and gets its
// toleration of the core nodes' taint here, since EKS does not document a default.
func addons(p iam.Plan) list {
	out := list{}
	for _, name := range []string{"vpc-cni", "coredns", "kube-proxy", "eks-pod-identity-agent", "aws-ebs-csi-driver"} {
		out = append(out, object{{"name", name}})
	}
	if p.Partition == "aws" {
		out = append(out, object{
			{"name", "metrics-server"},
			{"configurationValues", fmt.Sprintf(`{"tolerations":[{"key":%q,"operator":"Exists"}]}`, coreTaint)},
		})
	}
	return out
}

// coreNodes is the managed node group that runs what has to run before Karpenter
// can start nodes: add-ons, Karpenter, cert-manager and the Flink operator.
func coreNodes() object {
	return object{
		{"name", "core"},
		{"amiFamily", "AmazonLinux2023"},
		{"instanceType", "m6i.xlarge"},
		{"minSize", 2},
		{"desiredCapacity", 2},
		{"maxSize", 4},
		{"privateNetworking", true},
		{"volumeEncrypted", true},
		{"labels", object{{"node-group", "core"}}},
		{"taints", list{object{{"key", coreTaint}, {"value", "true"}, {"effect", "NoSchedule"}}}},
	}
}

// clusterComment says what to run, what the file does not make, and how pods get
// on the core nodes.
func clusterComment(p iam.Plan) string {
	return fmt.Sprintf(`The EKS cluster %[1]s: a VPC with public and private subnets in each zone, an OIDC provider, the add-ons, and
core nodes for operators.

  eksctl create cluster -f cluster-config.yaml

The core nodes are tainted %[2]s=true:NoSchedule. Karpenter's chart tolerates that; cert-manager and the Flink
operator need the toleration {key: %[2]s, operator: Exists} in their values.

Subnets and security groups have the tag karpenter.sh/discovery, the public subnets too. For nodes in private
subnets only, the selector is {karpenter.sh/discovery: %[1]s, kubernetes.io/role/internal-elb: "1"}.

Roles, buckets and log groups come after it, from the CloudFormation template or the Terraform module. With IRSA
they need the cluster's OIDC issuer, which is known then:

  aws eks describe-cluster --region %[3]s --name %[1]s --query cluster.identity.oidc.issuer --output text

Karpenter's controller and its role are not made here: karpenter.sh, "Getting Started with Karpenter".
`, p.Cluster, coreTaint, p.Region)
}
