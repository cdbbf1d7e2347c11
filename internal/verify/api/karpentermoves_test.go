package api_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/verify/api"
)

// TestKarpenterUpgrade: an object of an older Karpenter is refused, and every
// field that is elsewhere now is named where it stands.
func TestKarpenterUpgrade(t *testing.T) {
	t.Parallel()
	const pool = "kind: NodePool\nmetadata: {name: flink}\n"
	for name, c := range map[string]struct {
		object string
		want   []string
	}{
		"NodePool": {"apiVersion: karpenter.sh/v1beta1\n" + pool +
			"spec:\n  disruption: {consolidationPolicy: WhenUnderutilized, expireAfter: 720h}\n  template:\n    spec:\n" +
			"      requirements: []\n      kubelet: {maxPods: 20}\n      nodeClassRef: {apiVersion: karpenter.k8s.aws/v1beta1, kind: EC2NodeClass, name: flink}\n",
			[]string{
				"apiVersion: karpenter.sh/v1beta1 NodePool is not served, v1 is",
				"spec.disruption.expireAfter: in v1 it is spec.template.spec.expireAfter",
				"spec.disruption.consolidationPolicy: in v1 it is WhenEmptyOrUnderutilized",
				"spec.disruption: v1 asks for consolidateAfter",
				"spec.template.spec.kubelet: in v1 it is spec.kubelet of the EC2NodeClass",
				"spec.template.spec.nodeClassRef.apiVersion: in v1 it is group",
			}},
		"NodeClaim": {"apiVersion: karpenter.sh/v1beta1\nkind: NodeClaim\nmetadata: {name: a}\n" +
			"spec: {requirements: [], kubelet: {}, nodeClassRef: {apiVersion: karpenter.k8s.aws/v1beta1, name: flink}}\n",
			[]string{"NodeClaim is not served", "spec.kubelet: in v1", "spec.nodeClassRef.apiVersion: in v1"}},
		"EC2NodeClass": {"apiVersion: karpenter.k8s.aws/v1beta1\nkind: EC2NodeClass\nmetadata: {name: flink}\nspec: {amiFamily: Ubuntu, role: a}\n",
			[]string{"EC2NodeClass is not served", "spec.amiFamily: in v1 it is gone", "spec: v1 asks for amiSelectorTerms"}},
		"Provisioner": {"apiVersion: karpenter.sh/v1alpha5\nkind: Provisioner\nmetadata: {name: flink}\nspec: {ttlSecondsAfterEmpty: 30}\n",
			[]string{"Provisioner is of Karpenter before 1.0", "spec.disruption.consolidateAfter with WhenEmpty"}},
		"AWSNodeTemplate": {"apiVersion: karpenter.k8s.aws/v1alpha1\nkind: AWSNodeTemplate\nmetadata: {name: flink}\n",
			[]string{"AWSNodeTemplate is of Karpenter before 1.0", "amiSelectorTerms"}},
		"an old field in v1": {"apiVersion: karpenter.sh/v1\n" + pool +
			"spec:\n  disruption: {consolidateAfter: 10m, expireAfter: 720h}\n  template:\n    spec:\n      requirements: []\n" +
			"      kubelet: {maxPods: 20}\n      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}\n",
			[]string{
				`unknown field "expireAfter"`, `"expireAfter" of v1beta1: in v1 it is spec.template.spec.expireAfter`,
				`"kubelet" of v1beta1: in v1 it is spec.kubelet of the EC2NodeClass`,
			}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checker, _, err := api.New(api.Options{})
			if err != nil {
				t.Fatal(err)
			}
			var said strings.Builder
			for _, o := range objects(t, c.object) {
				for _, f := range checker.Check(o) {
					said.WriteString(f.Path + ": " + f.Message + "\n" + f.Hint + "\n")
				}
			}
			for _, want := range c.want {
				if !strings.Contains(said.String(), want) {
					t.Errorf("%q is not said:\n%s", want, said.String())
				}
			}
		})
	}
}
