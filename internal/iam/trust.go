package iam

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
)

// audience is what EKS' tokens for IRSA are made for (EKS User Guide, "Assign
// IAM roles to Kubernetes service accounts").
const audience = "sts.amazonaws.com"

// podIdentityService is who assumes roles for EKS Pod Identity (EKS User Guide,
// "Create IAM role with trust policy required by EKS Pod Identity").
const podIdentityService = "pods.eks.amazonaws.com"

// trust lets these service accounts of the cluster take a role, and no one else.
// The names of EMR's accounts are known to the last character, so all of it is
// StringEquals; see docs/adr/0015-trust-names-every-account.md.
func trust(c Cluster, m Method, roleARN string, accounts []ServiceAccount) Document {
	if m == PodIdentity {
		return podIdentityTrust(c, accounts)
	}
	var subjects []string
	for _, a := range accounts {
		subjects = append(subjects, Subject(a))
	}
	issuer := c.OIDCProvider
	// An IAM role can be taken with a provider of its own account alone (IAM User
	// Guide, "Create an OpenID Connect (OIDC) identity provider in IAM").
	provider := "arn:" + aws.PartitionOf(roleARN) + ":iam::" + aws.AccountOf(roleARN) + ":oidc-provider/" + issuer
	return Document{Statements: []Statement{Statement{
		Sid: "ServiceAccounts", Principals: map[string][]string{"Federated": {provider}},
		Actions:    []string{"sts:AssumeRoleWithWebIdentity"},
		Conditions: map[string]map[string][]string{"StringEquals": {issuer + ":aud": {audience}, issuer + ":sub": subjects}},
	}.normalize()}}
}

// Subject is the subject of a service account's token (EKS User Guide, "Assign
// IAM roles to Kubernetes service accounts").
func Subject(a ServiceAccount) string { return "system:serviceaccount:" + a.Namespace + ":" + a.Name }

// podIdentityTrust has a statement a namespace: the conditions of one are
// multiplied out, and an account of one namespace must not get in from another.
// The tags are those that EKS sends with each request (EKS User Guide, "Enable or
// disable session tags"); eks-cluster-arn holds the account and the region too.
func podIdentityTrust(c Cluster, accounts []ServiceAccount) Document {
	byNamespace := map[string][]string{}
	for _, a := range accounts {
		byNamespace[a.Namespace] = append(byNamespace[a.Namespace], a.Name)
	}
	var d Document
	for _, namespace := range slices.Sorted(maps.Keys(byNamespace)) {
		d.Statements = append(d.Statements, Statement{
			Sid: sid("pods", namespace), Principals: map[string][]string{"Service": {podIdentityService}},
			Actions: []string{"sts:AssumeRole", "sts:TagSession"},
			Conditions: map[string]map[string][]string{"StringEquals": {
				"aws:RequestTag/eks-cluster-arn":            {c.ARN()},
				"aws:RequestTag/kubernetes-namespace":       {namespace},
				"aws:RequestTag/kubernetes-service-account": byNamespace[namespace],
			}},
		}.normalize())
	}
	slices.SortStableFunc(d.Statements, func(a, b Statement) int { return strings.Compare(a.Sid, b.Sid) })
	numbered(d.Statements)
	return d
}

// ARN is the ARN of the cluster (Service Authorization Reference, Amazon EKS).
func (c Cluster) ARN() string {
	return "arn:" + aws.Partition(c.Region) + ":eks:" + c.Region + ":" + c.AccountID + ":cluster/" + c.Name
}

// serviceTrust lets an AWS service take a role.
func serviceTrust(service string) Document {
	return Document{Statements: []Statement{{
		Sid: "Service", Principals: map[string][]string{"Service": {service}}, Actions: []string{"sts:AssumeRole"},
	}}}
}
