package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK730 is about resources that nodes keep for themselves unseen.
func (Catalogue) FLK730() Rule {
	return userDataRule(diag.Entry{
		Title: "reservations that Karpenter does not see", Severity: diag.Warning,
		What: "The user data of an EC2NodeClass sets what the kubelet keeps for the node or when it evicts: `kubeReserved`, " +
			"`systemReserved`, `evictionHard`, or the flags of those names.",
		Why: "Karpenter computes what pods get of an instance from `spec.kubelet`. What user data takes besides is missing on the real " +
			"node: pods that Karpenter started it for do not fit, and it starts another.",
		Bad:  userDataExample("apiVersion: node.eks.aws/v1alpha1", "kind: NodeConfig", "spec: {kubelet: {config: {kubeReserved: {cpu: \"1\"}}}}"),
		Good: nodeClassExample("  amiSelectorTerms: [{alias: al2023@v20260101}]\n  kubelet:\n    kubeReserved: {cpu: \"1\"}\n"),
		Source: "Karpenter documentation 1.14, nodeclasses, spec.kubelet; karpenter-provider-aws v1.14.1, pkg/providers/instancetype; " +
			"awslabs/data-on-eks, emr-on-eks, which keeps 2 vCPUs so",
	}, "move it to spec.kubelet",
		func(_ *model.Object, data string) string {
			for _, setting := range []string{
				"kubeReserved", "systemReserved", "evictionHard", "--kube-reserved", "--system-reserved", "--eviction-hard",
			} {
				if strings.Contains(strings.Join(commands(data), "\n"), setting) {
					return "the user data sets " + setting + ", which Karpenter does not count"
				}
			}
			return ""
		})
}
