package iam_test

import (
	"encoding/json"
	"path"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// plan is the plan of one role with these accounts.
func plan(t *testing.T, c iam.Cluster, m iam.Method, arn string, accounts ...iam.ServiceAccount) iam.Role {
	t.Helper()
	p, _ := iam.New(iam.Input{Cluster: c, Method: m, Workloads: []iam.Workload{{
		ID: "ns/job", Purpose: iam.ForJobs, Team: "team", RoleARN: arn, Accounts: accounts,
	}}})
	if len(p.Roles) != 1 {
		t.Fatalf("%d roles, want 1", len(p.Roles))
	}
	return p.Roles[0]
}

func usWest() iam.Cluster {
	return iam.Cluster{
		Name: "my-cluster", Region: "region-code", AccountID: "111122223333", Kubernetes: "1.33",
		OIDCProvider: "oidc.eks.region-code.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE",
	}
}

// TestPublishedTrust compares trust policies with those that AWS publishes, but for the names of statements.
func TestPublishedTrust(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		method  iam.Method
		account iam.ServiceAccount
		want    string
	}{
		// EKS User Guide, "Assign IAM roles to Kubernetes service accounts", trust-relationship.json.
		"IRSA": {iam.IRSA, iam.ServiceAccount{Namespace: "default", Name: "my-service-account"}, `{
			"Effect": "Allow",
			"Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.region-code.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"},
			"Action": "sts:AssumeRoleWithWebIdentity",
			"Condition": {"StringEquals": {
				"oidc.eks.region-code.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:aud": "sts.amazonaws.com",
				"oidc.eks.region-code.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:sub": "system:serviceaccount:default:my-service-account"
			}}}`},
		// EMR on EKS guide, jobruns-flink-kubernetes-operator-setup, trust of the operator's role.
		"EMR's operator": {iam.IRSA, iam.ServiceAccount{Namespace: "emr", Name: "emr-containers-sa-flink-operator"}, `{
			"Effect": "Allow",
			"Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.region-code.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"},
			"Action": "sts:AssumeRoleWithWebIdentity",
			"Condition": {"StringEquals": {
				"oidc.eks.region-code.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:aud": "sts.amazonaws.com",
				"oidc.eks.region-code.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE:sub": "system:serviceaccount:emr:emr-containers-sa-flink-operator"
			}}}`},
		// EKS User Guide, "Create IAM role with trust policy required by EKS Pod Identity", setting conditions; and the tag of
		// the cluster, "Enable or disable session tags".
		"Pod Identity": {iam.PodIdentity, iam.ServiceAccount{Namespace: "ns", Name: "sa"}, `{
			"Effect": "Allow",
			"Principal": {"Service": "pods.eks.amazonaws.com"},
			"Action": ["sts:AssumeRole", "sts:TagSession"],
			"Condition": {"StringEquals": {
				"aws:RequestTag/eks-cluster-arn": "arn:aws:eks:region-code:111122223333:cluster/my-cluster",
				"aws:RequestTag/kubernetes-namespace": "ns",
				"aws:RequestTag/kubernetes-service-account": "sa"
			}}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := plan(t, usWest(), c.method, "arn:aws:iam::111122223333:role/r", c.account)
			if len(r.Trust.Statements) != 1 {
				t.Fatalf("%d statements", len(r.Trust.Statements))
			}
			s := r.Trust.Statements[0]
			s.Sid = ""
			sameJSON(t, s, c.want)
		})
	}
}

func sameJSON(t *testing.T, got any, want string) {
	t.Helper()
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if err := json.Unmarshal(data, &a); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatal(err)
	}
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	if string(x) != string(y) {
		t.Errorf("got  %s\nwant %s", x, y)
	}
}

// TestEMRSubjects: the exact subjects are among those that the AWS CLI's own pattern lets in (aws-cli v2,
// emrcontainers/constants.py), for the vectors that its encoder gives.
func TestEMRSubjects(t *testing.T) {
	t.Parallel()
	for role, base36 := range map[string]string{
		"A": "1t", "AB": "cw2", "flink-job": "b2qmdz6co1mq8y", "JobExecutionRole": "4en4r3jtsjjcf75iqnuasdqp1",
		"MyEMRContainersExecutionRole": "z8bqjd1v3fv8jqpvzzytg1i1c3ox1p1wdh15m8xtdut",
		"emr-eks-flink-flink-team-a":   "wu45qgawhxy1spfk9oy2zfhmzgdwqpir01sd5mch",
	} {
		var accounts []iam.ServiceAccount
		for _, name := range aws.EMRJobServiceAccounts("111122223333", role) {
			accounts = append(accounts, iam.ServiceAccount{Namespace: "emr", Name: name})
		}
		r := plan(t, usWest(), iam.IRSA, "arn:aws:iam::111122223333:role/"+role, accounts...)
		subjects := r.Trust.Statements[0].Conditions["StringEquals"][usWest().OIDCProvider+":sub"]
		if len(subjects) != 2 {
			t.Fatalf("%s: %q", role, subjects)
		}
		for _, subject := range subjects {
			pattern := "system:serviceaccount:emr:emr-containers-sa-*-*-111122223333-" + base36
			if ok, err := path.Match(pattern, subject); err != nil || !ok {
				t.Errorf("%s: %s does not match %s", role, subject, pattern)
			}
		}
	}
}

func TestTrustElsewhere(t *testing.T) {
	t.Parallel()
	china := usWest()
	china.Region, china.OIDCProvider = "cn-north-1", "oidc.eks.cn-north-1.amazonaws.com.cn/id/AB"
	account := iam.ServiceAccount{Namespace: "ns", Name: "sa"}
	r := plan(t, china, iam.IRSA, "arn:aws-cn:iam::111122223333:role/teams/flink", account)
	if r.Name != "flink" || r.Path != "/teams/" {
		t.Errorf("name %q, path %q", r.Name, r.Path)
	}
	if got := r.Trust.Statements[0].Principals["Federated"]; got[0] != "arn:aws-cn:iam::111122223333:oidc-provider/"+china.OIDCProvider {
		t.Errorf("China: %q", got)
	}
	other := plan(t, usWest(), iam.IRSA, "arn:aws:iam::444455556666:role/flink", account)
	if got := other.Trust.Statements[0].Principals["Federated"]; !strings.HasPrefix(got[0], "arn:aws:iam::444455556666:oidc-provider/") {
		t.Errorf("another account: %q", got)
	}
	if got := plan(t, usWest(), iam.PodIdentity, "arn:aws:iam::444455556666:role/flink", account).Associations; len(got) != 0 {
		t.Errorf("another account cannot be associated: %v", got)
	}
}

// TestPodIdentityNamespaces: an account of one namespace does not get in from the other.
func TestPodIdentityNamespaces(t *testing.T) {
	t.Parallel()
	r := plan(t, usWest(), iam.PodIdentity, "arn:aws:iam::111122223333:role/r",
		iam.ServiceAccount{Namespace: "b", Name: "two"}, iam.ServiceAccount{Namespace: "a", Name: "one"})
	if len(r.Trust.Statements) != 2 || len(r.Associations) != 2 {
		t.Fatalf("%d statements, %d associations", len(r.Trust.Statements), len(r.Associations))
	}
	for i, want := range []string{"one", "two"} {
		got := r.Trust.Statements[i].Conditions["StringEquals"]["aws:RequestTag/kubernetes-service-account"]
		if len(got) != 1 || got[0] != want {
			t.Errorf("statement %d: %q", i, got)
		}
	}
}
