package spec

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// AddonChart is an add-on with everything derived that its release is made from.
type AddonChart struct {
	// Name is the add-on's key, and the name of its release in Namespace.
	Name, Namespace string
	// Source is oci://…, a repository's or an archive's https://…, a directory or a
	// .tgz file; Chart is the chart's name in a repository.
	Source, Chart, Version, Digest string
	// Values are the computed ones with the user's merged over.
	Values map[string]any
	// Enabled reports whether it is to be installed, Known whether its values are computed.
	Enabled, Known bool
}

// addonFacts is what is known of an add-on.
type addonFacts struct {
	// chart is oci://…/chart, or a repository's address and the chart's name behind it.
	chart string
	// version is the pinned one, empty where none could be confirmed.
	version   string
	namespace string
	// values are those that follow from the platform's.
	values func(p *Platform, a *Addon) object
}

// prometheusStack is the add-on that brings Prometheus, its operator and Grafana.
const prometheusStack = "kube-prometheus-stack"

// knownAddons are the add-ons whose values are computed. Each version was seen at
// the place that is named; values are those of the chart's own values.yaml there.
func knownAddons() map[string]addonFacts {
	return map[string]addonFacts{
		// deploy/charts/cert-manager of the release v1.21.2; the address is its README's. Owner references are
		// off by default, as the EMR blueprint wants them (--enable-certificate-owner-ref=false).
		"cert-manager": {"oci://quay.io/jetstack/charts/cert-manager", "v1.21.2", "cert-manager", certManagerAddon},
		// charts/karpenter/README.md of aws/karpenter-provider-aws at v1.14.1, which names 1.13.0. Its CRDs are those of the
		// chart karpenter-crd; ours are upgraded with the chart.
		"karpenter": {"oci://public.ecr.aws/karpenter/karpenter", "1.13.0", "kube-system", karpenterAddon},
		// Release metrics-server-helm-chart-3.13.0 of kubernetes-sigs/metrics-server, 2025-07-22.
		"metrics-server": {"https://kubernetes-sigs.github.io/metrics-server/metrics-server", "3.13.0", "kube-system", coreAddon},
		// Tag helm-chart-aws-ebs-csi-driver-2.47.0 of kubernetes-sigs/aws-ebs-csi-driver.
		"aws-ebs-csi-driver": {
			"https://kubernetes-sigs.github.io/aws-ebs-csi-driver/aws-ebs-csi-driver", "2.47.0", "kube-system", ebsAddon,
		},
		// charts/kube-prometheus-stack/Chart.yaml of prometheus-community/helm-charts.
		prometheusStack: {
			"https://prometheus-community.github.io/helm-charts/kube-prometheus-stack", "67.8.0", "monitoring", prometheusAddon,
		},
		// https://aws.github.io/eks-charts/aws-cloudwatch-metrics-0.0.11.tgz.
		"aws-cloudwatch-metrics": {
			"https://aws.github.io/eks-charts/aws-cloudwatch-metrics", "0.0.11", "amazon-cloudwatch", cloudWatchAddon,
		},
		// Release cluster-autoscaler-chart-9.57.0 of kubernetes/autoscaler.
		"cluster-autoscaler": {"https://kubernetes.github.io/autoscaler/cluster-autoscaler", "9.57.0", "kube-system", autoscalerAddon},
		// No version of the chart was confirmed. helm-charts/yunikorn/values.yaml of apache/yunikorn-release has no place
		// for node selectors.
		"yunikorn": {"https://apache.github.io/yunikorn-release/yunikorn", "", "yunikorn", nil},
	}
}

// AddonCharts returns every add-on that is known or in the values, in order of names.
func (p *Platform) AddonCharts() []AddonChart {
	known := knownAddons()
	names := override(p.Addons)
	for name := range known {
		if names[name] == nil {
			names[name] = &Addon{}
		}
	}
	var out []AddonChart
	for _, name := range sortedKeys(names) {
		a, facts := names[name], known[name]
		c := AddonChart{
			Name: name, Namespace: cmp.Or(a.Namespace, facts.namespace, name), Version: cmp.Or(a.Version, facts.version),
			Digest: a.Digest, Enabled: a.Enabled,
		}
		_, c.Known = known[name]
		c.Source, c.Chart = splitChart(cmp.Or(a.Chart, facts.chart))
		computed := object{}
		if facts.values != nil {
			computed = facts.values(p, a)
		}
		c.Values = mergeOver(computed, a.Values)
		out = append(out, c)
	}
	return out
}

// splitChart takes the name of a chart off a repository's address.
func splitChart(chart string) (source, name string) {
	at := strings.LastIndex(chart, "/")
	http := strings.HasPrefix(chart, "https://") || strings.HasPrefix(chart, "http://")
	if !http || strings.HasSuffix(chart, ".tgz") || at <= len("https://") {
		return chart, ""
	}
	return chart[:at], chart[at+1:]
}

// mergeOver lays values over others as Helm does it: maps merge, all else
// replaces. A null stays, since it takes away what the chart itself has.
func mergeOver(base, over object) object {
	out := override(base)
	for k, v := range over {
		mine, ok := v.(object)
		theirs, both := out[k].(object)
		if ok && both {
			out[k] = mergeOver(theirs, mine)
			continue
		}
		out[k] = v
	}
	return out
}

// core keeps a controller on the nodes where the operator runs: those that
// Karpenter did not start, if operator.nodeSelector says so.
func (p *Platform) core(out object) object {
	put(out, "nodeSelector", anyMap(p.Operator.NodeSelector))
	put(out, "tolerations", p.Operator.Tolerations)
	return out
}

func coreAddon(p *Platform, _ *Addon) object { return p.core(object{}) }

// account is a service account with the annotations of the add-on's role.
func (p *Platform) account(out object, a *Addon) object {
	put(out, "annotations", p.roleAnnotations(a.Role))
	return out
}

func certManagerAddon(p *Platform, _ *Addon) object {
	out := p.core(object{"crds": object{"enabled": true, "keep": true}})
	for _, part := range []string{"webhook", "cainjector", "startupapicheck"} {
		put(out, part, p.core(object{}))
	}
	return out
}

func karpenterAddon(p *Platform, a *Addon) object {
	settings := object{"clusterName": p.Cluster.Name}
	put(settings, "interruptionQueue", p.IAM.Karpenter.InterruptionQueue)
	out := p.core(object{"settings": settings})
	put(out, "serviceAccount", p.account(object{}, a))
	return out
}

func ebsAddon(p *Platform, a *Addon) object {
	controller := p.core(object{"region": p.Cluster.Region, "k8sTagClusterId": p.Cluster.Name})
	put(controller, "extraVolumeTags", anyMap(p.Cluster.Tags))
	put(controller, "serviceAccount", p.account(object{}, a))
	return object{"controller": controller}
}

func autoscalerAddon(p *Platform, a *Addon) object {
	out := p.core(object{
		"cloudProvider": "aws", "awsRegion": p.Cluster.Region, "autoDiscovery": object{"clusterName": p.Cluster.Name},
	})
	if account := p.account(object{}, a); len(account) > 0 {
		out["rbac"] = object{"serviceAccount": account}
	}
	return out
}

// cloudWatchAddon: the agent runs on every node, so that it has no node selector.
func cloudWatchAddon(p *Platform, a *Addon) object {
	out := object{"clusterName": p.Cluster.Name}
	put(out, "serviceAccount", p.account(object{}, a))
	return out
}

// prometheusAddon finds the PodMonitors and rules of every release, and sends what
// was measured to Amazon Managed Service for Prometheus, signed with the role of
// its service account (EMR on EKS guide, jobruns-flink-monitoring-prometheus).
func prometheusAddon(p *Platform, a *Addon) object {
	spec := p.core(object{
		"podMonitorSelectorNilUsesHelmValues": false, "serviceMonitorSelectorNilUsesHelmValues": false,
		"ruleSelectorNilUsesHelmValues": false,
	})
	if a.RemoteWrite != "" {
		region := p.Cluster.Region
		if w, ok := aws.ParseWorkspace(a.RemoteWrite); ok {
			region = w.Region
		}
		spec["remoteWrite"] = []any{object{
			"url": a.RemoteWrite, "sigv4": object{"region": region},
			// What AWS gives for a start (Amazon Managed Service for Prometheus User Guide,
			// set up ingestion from a new Prometheus server).
			"queueConfig": object{"maxSamplesPerSend": int64(1000), "maxShards": int64(200), "capacity": int64(2500)},
		}}
	}
	prometheus := object{"prometheusSpec": spec}
	put(prometheus, "serviceAccount", p.account(object{}, a))
	out := object{"prometheus": prometheus}
	put(out, "prometheusOperator", p.core(object{}))
	put(out, "kube-state-metrics", p.core(object{}))
	put(out, "grafana", p.core(object{}))
	return out
}

// address is the chart as the values write it.
func (a AddonChart) address() string { return strings.TrimSuffix(a.Source+"/"+a.Chart, "/") }

// addons says what an add-on needs that is installed.
func (c *checker) addons() {
	for _, a := range c.platform.AddonCharts() {
		path := []string{"addons", a.Name}
		switch {
		case !a.Enabled:
			continue
		case a.Source == "":
			hint := "set chart: oci://…, https://REPOSITORY/CHART, a directory or a .tgz file"
			if near := diag.Nearest(a.Name, sortedKeys(knownAddons())); near != "" {
				hint = fmt.Sprintf("did you mean %s? otherwise %s", near, hint)
			}
			c.fail(diag.CodeCannotDerive, path, a.Name+" is no add-on that is known, so its chart must be named", hint)
		case !isPinned(a.Source, a.Version, a.Digest):
			c.fail(diag.CodeCannotDerive, path, fmt.Sprintf("no version of the chart %s is confirmed, so it must be given", a.address()),
				"set version to the exact version, and digest to pin it")
		case strings.HasPrefix(a.Source, "http") && !strings.HasSuffix(a.Source, ".tgz") && a.Chart == "":
			c.fail(diag.CodeCannotDerive, sub(path, "chart"), a.Source+" does not name a chart of the repository",
				"write the chart's name behind the repository's address: https://REPOSITORY/CHART")
		}
		c.remoteWrite(path, c.platform.Addons[a.Name])
		if c.platform.Addons[a.Name].RemoteWrite != "" && a.Name != prometheusStack {
			c.fail(diag.CodeDisagreement, sub(path, "remoteWrite"), a.Name+" does not send metrics anywhere",
				"set it at addons.kube-prometheus-stack")
		}
	}
}

// remoteWrite says what is wrong with sending metrics to a workspace: an address
// that is none of it, and no role to sign with.
func (c *checker) remoteWrite(path []string, a *Addon) {
	if a.RemoteWrite == "" {
		return
	}
	_, ok := aws.ParseWorkspace(a.RemoteWrite)
	switch {
	case !ok && strings.Contains(a.RemoteWrite, "aps-workspaces"):
		c.fail(diag.CodeDisagreement, sub(path, "remoteWrite"), "this is not the remote-write address of a workspace",
			"copy it from the workspace: https://aps-workspaces.REGION.amazonaws.com/workspaces/ws-…/api/v1/remote_write")
	case ok && a.Role == nil:
		c.add(diag.CodeCannotDerive, diag.Warning, sub(path, "remoteWrite"), "Prometheus signs what it sends with the role of its "+
			"service account, and none is named: what it sends is refused unless the nodes' role may write",
			"set role: {name: …} beside it, with aps:RemoteWrite on the workspace")
	}
}

// isPinned reports whether it is said which chart of a repository is meant; an
// archive is one chart.
func isPinned(source, version, digest string) bool {
	return !IsRemote(source) || version != "" || digest != "" ||
		strings.Contains(source, "@sha256:") || strings.HasSuffix(source, ".tgz")
}
