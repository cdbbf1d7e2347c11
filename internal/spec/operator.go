package spec

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// Where charts come from. A source that is neither of these nor a URL is a
// directory or a .tgz file.
const (
	SourceBundled = "bundled"
	vendorChart   = "oci://public.ecr.aws/emr-on-eks/flink-kubernetes-operator"
)

// ChartSource says where the operator's chart comes from and in which version;
// the version is empty for the bundled one and for files.
func (p *Platform) ChartSource() (source, version string) {
	source, version = p.Operator.Chart.Source, p.Operator.Chart.Version
	if source == "" {
		source = SourceBundled
		if p.emr() {
			source = vendorChart
		}
	}
	if p.emr() && source == vendorChart && version == "" {
		version = p.release().String()
	}
	return source, version
}

// IsRemote reports whether a chart source is a repository, whose chart cannot
// be rendered without a network.
func IsRemote(source string) bool {
	return strings.HasPrefix(source, "oci://") || strings.HasPrefix(source, "https://") || strings.HasPrefix(source, "http://")
}

// release is the EMR release of the runtime.
func (p *Platform) release() flink.EMRRelease {
	label, err := flink.ParseEMRLabel(p.Runtime.EMRReleaseLabel)
	if err != nil {
		return flink.EMRRelease{}
	}
	return label.Release
}

// operatorValues are the values of the operator's chart: the Apache chart's
// interface (our own chart's too), or what is known of EMR's.
func (p *Platform) operatorValues() object {
	out := object{
		// The jobs' accounts and roles have one maker each, other charts.
		"jobServiceAccount": object{"create": false},
		"rbac":              object{"jobRole": object{"create": false}, "jobRoleBinding": object{"create": false}},
		"webhook":           object{"create": p.Operator.Webhook.Enabled},
	}
	if watch := p.watchNamespaces(); len(watch) > 0 {
		out["watchNamespaces"] = anyList(watch)
	}
	pod := object{}
	put(pod, "nodeSelector", anyMap(p.Operator.NodeSelector))
	put(pod, "tolerations", p.Operator.Tolerations)
	if p.emr() && IsRemote(first(p.ChartSource())) {
		p.vendorValues(out)
		put(pod, "resources", p.Operator.Resources)
	} else {
		p.apacheValues(out, pod)
	}
	put(out, "operatorPod", pod)
	return p.operatorMetrics(mergeSpec(out, p.Operator.Values))
}

func first(a, _ string) string { return a }

func (p *Platform) apacheValues(out, pod object) {
	out["commonLabels"] = p.commonLabels()
	if p.Operator.Replicas > 1 {
		out["replicas"] = p.Operator.Replicas
	}
	if annotations := p.roleAnnotations(p.Operator.Role); annotations != nil {
		out["operatorServiceAccount"] = object{"annotations": annotations}
	}
	if p.Operator.Webhook.Enabled {
		dig(out, "webhook")["keystore"] = object{
			"useDefaultPassword": false,
			"passwordSecretRef":  object{"name": p.Operator.Webhook.KeystoreSecret, "key": "password"},
		}
		pod["webhook"] = object{"resources": object{
			"requests": object{"cpu": "100m", "memory": "512Mi"}, "limits": object{"memory": "512Mi"},
		}}
	}
	pod["resources"] = p.Operator.Resources
	if len(p.Operator.Resources) == 0 {
		pod["resources"] = object{
			"requests": object{"cpu": "500m", "memory": "1Gi"}, "limits": object{"memory": "1Gi"},
		}
	}
	put(out, "image", p.operatorImage())
}

// operatorImage is the image of the values; else the bundled chart's own for the
// version that it is made for, and the official image on Docker Hub for others
// (apache/flink-kubernetes-operator, tagged x.y.z).
func (p *Platform) operatorImage() object {
	image := p.Operator.Image
	if image == "" {
		version := p.Operator.Version
		if strings.Count(version, ".") == 1 {
			version += ".0"
		}
		if version == "1.15.0" && p.Runtime.ImageRegistry == "" {
			return nil
		}
		image = "apache/flink-kubernetes-operator:" + version
	}
	image = p.mirror(image)
	repository, digest, _ := strings.Cut(image, "@")
	tag := imageTag(image)
	out := object{"repository": strings.TrimSuffix(repository, ":"+tag)}
	put(out, "tag", tag)
	put(out, "digest", digest)
	return out
}

// vendorValues are the values of EMR's chart that AWS documents (EMR on EKS
// guide, jobruns-flink-kubernetes-operator-setup, jobruns-flink-using-ha). With
// EKS Pod Identity the operator gets its role by an association: named in the
// chart it would be IRSA's, which comes first in the chain of the AWS SDK.
func (p *Platform) vendorValues(out object) {
	emr := object{"awsRegion": p.Cluster.Region}
	if release := p.release(); !release.IsZero() {
		emr["emrReleaseLabel"] = release.OperatorLabel().String()
	}
	if !p.podIdentity() {
		put(emr, "operatorExecutionRoleArn", p.arn(p.Operator.Role))
	}
	out["emrContainers"] = emr
	replicas := p.Operator.Replicas
	if replicas == 0 {
		replicas = 2
	}
	out["replicas"] = replicas
	out["highAvailabilityEnabled"] = replicas > 1
}

// watchNamespaces lists what the operator watches; empty means every namespace.
func (p *Platform) watchNamespaces() []string {
	w := p.Operator.WatchNamespaces
	switch {
	case w == nil && p.emr(), w != nil && w.Mode == "all":
		return nil
	case w != nil && w.Mode == "list":
		return slices.Sorted(slices.Values(w.List))
	}
	var names []string
	for _, t := range p.Teams {
		names = append(names, t.Namespace)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
