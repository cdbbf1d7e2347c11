package cluster

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Known is what a kubeconfig says of the EKS cluster of its context.
type Known struct {
	// Context is the one that was chosen.
	Context string
	// Name, Region and AccountID are empty where it does not say them.
	Name, Region, AccountID string
}

// Known reads what the kubeconfig has: aws eks update-kubeconfig names clusters by
// their ARN, eksctl by NAME.REGION.eksctl.io, and both run a program with the name
// and mostly the region of the cluster; the API server of an EKS cluster has its
// region in its name.
func (c *Client) Known() Known {
	out := Known{}
	raw, err := c.raw.RawConfig()
	if err != nil {
		return out
	}
	out.Context = cmp.Or(c.Context, raw.CurrentContext)
	chosen := raw.Contexts[out.Context]
	if chosen == nil {
		return out
	}
	for _, name := range []string{chosen.Cluster, out.Context} {
		out.from(name[strings.LastIndexByte(name, '@')+1:]) // eksctl: USER@NAME.REGION.eksctl.io
	}
	if user := raw.AuthInfos[chosen.AuthInfo]; user != nil && user.Exec != nil {
		out.Name = cmp.Or(out.Name, argument(user.Exec.Args, "--cluster-name", "--cluster-id", "-i"))
		out.Region = cmp.Or(out.Region, argument(user.Exec.Args, "--region"))
		for _, variable := range user.Exec.Env {
			if variable.Name == "AWS_REGION" || variable.Name == "AWS_DEFAULT_REGION" {
				out.Region = cmp.Or(out.Region, variable.Value)
			}
		}
	}
	server := regexp.MustCompile(`\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:api\.)?eks\.amazonaws`)
	if found := server.FindStringSubmatch(c.Server); found != nil {
		out.Region = cmp.Or(out.Region, found[1])
	}
	return out
}

// from reads the name of a cluster in a kubeconfig.
func (k *Known) from(name string) {
	if parts := strings.SplitN(name, ":", 6); len(parts) == 6 && parts[0] == "arn" && parts[2] == "eks" {
		k.Region, k.AccountID = cmp.Or(k.Region, parts[3]), cmp.Or(k.AccountID, parts[4])
		k.Name = cmp.Or(k.Name, strings.TrimPrefix(parts[5], "cluster/"))
	}
	if rest, ok := strings.CutSuffix(name, ".eksctl.io"); ok {
		if at := strings.LastIndexByte(rest, '.'); at > 0 {
			k.Name, k.Region = cmp.Or(k.Name, rest[:at]), cmp.Or(k.Region, rest[at+1:])
		}
	}
}

// argument is the value of one of some flags, "" if none is there.
func argument(args []string, flags ...string) string {
	for i, arg := range args {
		name, value, written := strings.Cut(arg, "=")
		switch {
		case !slices.Contains(flags, name):
		case written:
			return value
		case i+1 < len(args):
			return args[i+1]
		}
	}
	return ""
}

// NodeClasses are the EC2NodeClasses of Karpenter; none where it is not there.
func (c *Client) NodeClasses(ctx context.Context) ([]Object, error) {
	all, err := c.List(ctx, schema.GroupVersionKind{Group: "karpenter.k8s.aws", Version: "v1", Kind: "EC2NodeClass"}, "")
	if NoKind(err) {
		return nil, nil
	}
	return all, err
}

// MappedRoles are the IAM roles that the ConfigMap aws-auth lets into the cluster,
// as ARNs (EKS user guide, auth-configmap); none where access entries are used alone.
func (c *Client) MappedRoles(ctx context.Context) ([]string, error) {
	live, err := c.Get(ctx, Target{Kind: CoreKind("ConfigMap"), Namespace: "kube-system", Name: "aws-auth"})
	if err != nil || live == nil {
		return nil, err
	}
	return regexp.MustCompile(`arn:aws[a-z-]*:iam::\d{12}:role/[^\s"']+`).FindAllString(live.Text("data", "mapRoles"), -1), nil
}
