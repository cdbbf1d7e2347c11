package rules

// roleAnnotation is how a service account names its IAM role (EKS User Guide,
// "Assign IAM roles to Kubernetes service accounts").
const roleAnnotation = "eks.amazonaws.com/role-arn"
