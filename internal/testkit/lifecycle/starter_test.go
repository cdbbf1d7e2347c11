package lifecycle_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

const eksClass = `
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: {name: workers}
spec:
  role: prod-nodes
  amiSelectorTerms: [{alias: al2023@v20260101}]
  subnetSelectorTerms: [{tags: {karpenter.sh/discovery: prod}}]
  securityGroupSelectorTerms: [{id: sg-0123456789abcdef0}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: aws-auth, namespace: kube-system}
data:
  mapRoles: |
    - {rolearn: "arn:aws:iam::012345678901:role/prod-nodes", username: "system:node:{{EC2PrivateDNSName}}"}
`

// TestInitFromCluster: init reads what a cluster tells, says what it does not, and writes nothing where none answers.
func TestInitFromCluster(t *testing.T) {
	t.Parallel()
	plane := testkit.ControlPlane(t)
	plane.ApplyCRDs(t)
	s := &site{Plane: plane, dir: t.TempDir(), kubeconfig: plane.Kubeconfig}
	s.build(t)

	empty, said := s.must(t, "init", "--from-cluster", "--example", "minimal")
	for _, want := range []string{"cluster.nodeRole could not be read: the cluster has no EC2NodeClass", "cluster.accountId", "cluster.region"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
	if !strings.Contains(empty, "  # region could not be read (the kubeconfig does not say it). This is the example's, put yours:\n  region: us-west-2\n") {
		t.Errorf("an empty cluster gives:\n%s", empty)
	}

	plane.Apply(t, eksClass)
	file := filepath.Join(s.dir, "flink.yaml")
	stdout, said := s.must(t, "init", "--from-cluster", "--output-file", file)
	if stdout != "" || !strings.Contains(said, "cluster.oidcProvider could not be read: the issuer https://kubernetes.default.svc") {
		t.Errorf("stdout %q, stderr:\n%s", stdout, said)
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"\n  name: prod\n", "\n  accountId: \"012345678901\"\n", "\n  nodeRole: prod-nodes\n",
		"\n  subnetSelector: { karpenter.sh/discovery: prod }\n", "\n  securityGroupSelector: [{ id: sg-0123456789abcdef0 }]\n",
		"\n  kubernetesVersion: \"1.", "\n# EC2NodeClass workers is there: role prod-nodes, AMIs [{ alias: ",
		"\n  tags: { team: streaming }\n", "\n  # oidcProvider could not be read",
	} {
		if !strings.Contains(string(written), want) {
			t.Errorf("%q is not in the file:\n%s", want, written)
		}
	}
	s.must(t, "validate", file)

	// Somebody who may read nothing gets the rest, and is told so.
	barred, said := s.as(t, "stranger").must(t, "init", "--from-cluster")
	if !strings.Contains(barred, "  # nodeRole could not be read (ec2nodeclasses.karpenter.k8s.aws is forbidden") || !strings.Contains(said, "forbidden") {
		t.Errorf("without rights:\n%s%s", said, barred)
	}
}
