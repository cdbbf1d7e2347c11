package app

import "strconv"

// What check says to do where something is absent. The page docs/prerequisites.md shows the same words.
const (
	kubernetesHint  = "upgrade the cluster first"
	certManagerHint = "turn addons.cert-manager on, install it yourself (https://cert-manager.io/docs/installation/), " +
		"or do without the operator's webhook: operator.webhook.enabled: false"
	karpenterHint = "turn addons.karpenter on, or install Karpenter 1.0 or later with its CRDs " +
		"(charts karpenter-crd and karpenter)"
	volumeClassHint = "make it first; ebs-sc needs the EBS CSI driver (provisioner ebs.csi.aws.com)"
	noClassHint     = "name a class in the volume, or mark one with the annotation storageclass.kubernetes.io/is-default-class"
	metricsHint     = "install metrics-server for kubectl top and HorizontalPodAutoscalers; Flink's autoscaler does without"
)

// issuerHint says how the values name the cluster's OIDC issuer.
func issuerHint(host string) string { return "set cluster.oidcProvider: " + host }

// Prerequisite is something that a cluster has to have before a platform is installed.
type Prerequisite struct {
	// Check is the id of the check that looks for it.
	Check string
	// What it is, and For what it is needed.
	What, For string
	// Hint is what the check says to do.
	Hint string
}

// Prerequisites lists what check looks for beside the platform itself, in the order of its checks.
func Prerequisites() []Prerequisite {
	kubernetes := "Kubernetes 1." + strconv.Itoa(oldestMinor) + " or newer"
	return []Prerequisite{
		{"kubernetes-version", kubernetes, "the Flink operator is tested on it", kubernetesHint},
		{"oidc-issuer", "the OIDC issuer of the values", "roles of service accounts (`identity.method: irsa`)", issuerHint("…")},
		{"storage", "a StorageClass for each volume", "durable volumes that the values claim, `ebs-sc` among them", volumeClassHint},
		{"storage", "a default StorageClass", "volumes that name none", noClassHint},
		{"cert-manager", "cert-manager", "the operator's webhook", certManagerHint},
		{"karpenter", "Karpenter", "node pools (`nodePools`)", karpenterHint},
		{"metrics", "metrics-server", "`kubectl top`, and nothing of the platform", metricsHint},
	}
}
