package rules

// poolExample is an example of a job whose pods ask for a NodePool, which has
// the lines in its spec and the others in the spec of its template, and of the
// pool's node class.
func poolExample(spec, template string) string {
	return "kind: FlinkDeployment\nspec:\n  podTemplate:\n    spec:\n      nodeSelector: {karpenter.sh/nodepool: flink}\n" +
		"      tolerations: [{key: flink, operator: Exists}]\n" +
		"---\napiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata:\n  name: flink\nspec:\n" + spec +
		"  template:\n    spec:\n      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: flink}\n" + template
}

// nodeClassExample is an example of an EC2NodeClass with the lines in its spec.
func nodeClassExample(lines string) string {
	return "apiVersion: karpenter.k8s.aws/v1\nkind: EC2NodeClass\nmetadata:\n  name: flink\nspec:\n  role: karpenter-node\n" + lines
}
