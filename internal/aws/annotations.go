package aws

// Annotations of service accounts that are about their IAM role.
const (
	// RoleAnnotation is how EKS binds a service account to an IAM role (EKS User
	// Guide, "Assign IAM roles to Kubernetes service accounts").
	RoleAnnotation = "eks.amazonaws.com/role-arn"
	// AssociatedRoleAnnotation is ours: it says which role an association of EKS Pod
	// Identity gives to a service account, for people and for rules. EKS reads no
	// annotation for it.
	AssociatedRoleAnnotation = "helm-flink.dev/pod-identity-role"
)
