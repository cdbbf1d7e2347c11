package spec

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// identity says what is not known about EMR with EKS Pod Identity, and which
// roles cannot be associated.
func (c *checker) identity() {
	p := c.platform
	if !p.podIdentity() {
		return
	}
	if p.emr() {
		c.add(diag.CodeUnconfirmed, diag.Warning, []string{"identity", "method"},
			"AWS's pages about Flink on EMR name IRSA alone: whether the log sidecar and the operator take their role from "+
				"EKS Pod Identity is unconfirmed",
			"try it with one job, and look whether its logs arrive; irsa is what AWS documents")
	}
	for _, r := range c.roles() {
		account := aws.AccountOf(r.role.ARN)
		if account != "" && account != p.Cluster.AccountID {
			c.fail(diag.CodeDisagreement, r.path,
				fmt.Sprintf("the role is in account %s, and EKS Pod Identity gives pods roles of the cluster's account, %s",
					account, p.Cluster.AccountID),
				"use a role of the cluster's account, and let it take the other one, or set identity.method: irsa")
		}
	}
}

// roleAt is a role and where it was written.
type roleAt struct {
	role *Role
	path []string
}

// roles are those that were written: of the operator, of teams and of jobs. A
// role of several jobs is there once.
func (c *checker) roles() []roleAt {
	p := c.platform
	var out []roleAt
	seen := map[string]bool{}
	add := func(r *Role, path []string) {
		if r != nil && !seen[diag.PathString(path)] {
			seen[diag.PathString(path)] = true
			out = append(out, roleAt{r, path})
		}
	}
	add(p.Operator.Role, []string{"operator", "role"})
	for _, key := range sortedKeys(p.Teams) {
		add(p.Teams[key].Role, []string{"teams", key, "role"})
	}
	for _, k := range p.clusters() {
		add(k.Role, c.given(k, "role"))
	}
	return out
}

// credentials says that a provider asks for credentials that the pods do not
// get.
func (c *checker) credentials(k *cluster) {
	provider := k.S3.CredentialsProvider
	if c.platform.podIdentity() && strings.Contains(provider, "WebIdentity") {
		c.fail(diag.CodeDisagreement, c.given(k, "s3", "credentialsProvider"),
			provider+" takes the token of IRSA, which pods do not get with identity.method pod-identity",
			"leave credentialsProvider out, or use com.amazonaws.auth.DefaultAWSCredentialsProviderChain")
	}
}
