package rules

// roleAnnotation is how a service account names its IAM role (EKS User Guide,
// "Assign IAM roles to Kubernetes service accounts").
const roleAnnotation = "eks.amazonaws.com/role-arn"

// associatedAnnotation says which role an association of EKS Pod Identity gives
// to a service account; what is rendered from values has it.
const associatedAnnotation = "helm-flink.dev/pod-identity-role"
