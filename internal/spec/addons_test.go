package spec_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/spec"
)

func addon(t *testing.T, p *spec.Platform, name string) spec.AddonChart {
	t.Helper()
	for _, a := range p.AddonCharts() {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("there is no add-on %s", name)
	return spec.AddonChart{}
}

func TestAddonsAreOff(t *testing.T) {
	t.Parallel()
	p, _ := load(t, `addons: { karpenter: {}, yunikorn: { enabled: false } }`)
	for _, a := range p.AddonCharts() {
		if a.Enabled || !a.Known || a.Source == "" || a.Namespace == "" {
			t.Errorf("%+v", a)
		}
		if a.Version == "" && a.Name != "yunikorn" {
			t.Errorf("%s is not pinned", a.Name)
		}
	}
}

// TestAddonValues holds the computed values against what is wanted, written as YAML.
func TestAddonValues(t *testing.T) {
	t.Parallel()
	const core = `
operator: { nodeSelector: { group: core }, tolerations: [ { key: core, operator: Exists } ] }
iam: { karpenter: { interruptionQueue: queue } }
addons:
`
	for _, c := range []struct{ name, over, want string }{
		{"karpenter", `{ role: { name: controller }, values: { replicas: 1, settings: { clusterEndpoint: here }, dnsPolicy: null } }`, `
nodeSelector: { group: core }
tolerations: [ { key: core, operator: Exists } ]
settings: { clusterName: streaming, interruptionQueue: queue, clusterEndpoint: here }
serviceAccount:
  annotations:
    eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/controller
    eks.amazonaws.com/sts-regional-endpoints: "true"
replicas: 1
dnsPolicy: null`},
		{"aws-ebs-csi-driver", `{ values: { controller: { tolerations: [] } } }`, `
controller: { region: us-west-2, k8sTagClusterId: streaming, nodeSelector: { group: core }, tolerations: [] }`},
		{"aws-cloudwatch-metrics", `{}`, `clusterName: streaming`},
		{"cluster-autoscaler", `{ role: { arn: "arn:aws:iam::111122223333:role/scaler" } }`, `
cloudProvider: aws
awsRegion: us-west-2
autoDiscovery: { clusterName: streaming }
nodeSelector: { group: core }
tolerations: [ { key: core, operator: Exists } ]
rbac:
  serviceAccount:
    annotations:
      eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/scaler
      eks.amazonaws.com/sts-regional-endpoints: "true"`},
		{"kube-prometheus-stack", `{ remoteWrite: "https://aps/remote_write", values: { grafana: { enabled: false } } }`, `
grafana: { enabled: false, nodeSelector: { group: core }, tolerations: [ { key: core, operator: Exists } ] }
kube-state-metrics: { nodeSelector: { group: core }, tolerations: [ { key: core, operator: Exists } ] }
prometheusOperator: { nodeSelector: { group: core }, tolerations: [ { key: core, operator: Exists } ] }
prometheus:
  prometheusSpec:
    nodeSelector: { group: core }
    tolerations: [ { key: core, operator: Exists } ]
    podMonitorSelectorNilUsesHelmValues: false
    serviceMonitorSelectorNilUsesHelmValues: false
    ruleSelectorNilUsesHelmValues: false
    remoteWrite:
    - url: "https://aps/remote_write"
      sigv4: { region: us-west-2 }
      queueConfig: { maxSamplesPerSend: 1000, maxShards: 200, capacity: 2500 }`},
		{"ingress", `{ chart: ./charts/ingress, values: { a: 1 } }`, `a: 1`},
	} {
		p, _ := load(t, core+"  "+c.name+": "+c.over)
		var want map[string]any
		if err := yaml.Unmarshal([]byte(c.want), &want); err != nil {
			t.Fatal(err)
		}
		if got, want := text(t, addon(t, p, c.name).Values), text(t, want); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

func text(t *testing.T, values map[string]any) string {
	t.Helper()
	out, err := yaml.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAddonCharts(t *testing.T) {
	t.Parallel()
	for chart, want := range map[string][2]string{
		"oci://host/charts/x:": {"oci://host/charts/x:", ""},
		"https://host/repo/x":  {"https://host/repo", "x"},
		"https://host/x":       {"https://host", "x"},
		"https://host/x.tgz":   {"https://host/x.tgz", ""},
		"https://host":         {"https://host", ""},
		"./dir/x":              {"./dir/x", ""},
	} {
		p, _ := load(t, `addons: { x: { chart: "`+chart+`" } }`)
		if a := addon(t, p, "x"); a.Source != want[0] || a.Chart != want[1] {
			t.Errorf("%s: got %q, %q", chart, a.Source, a.Chart)
		}
	}
}

func TestAddonFindings(t *testing.T) {
	t.Parallel()
	for over, want := range map[string]string{
		`cert-manger: { enabled: true }`:                            "FLK035 addons.cert-manger",
		`yunikorn: { enabled: true }`:                               "FLK035 addons.yunikorn",
		`x: { enabled: true, chart: "oci://host/x" }`:               "FLK035 addons.x",
		`x: { enabled: true, chart: "https://host", version: "1" }`: "FLK035 addons.x.chart",
		`karpenter: { enabled: true, remoteWrite: "https://aps" }`:  "addons.karpenter.remoteWrite",
		`kube-prometheus-stack: { enabled: true, remoteWrite: "https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-1" }`: "FLK036 addons.kube-prometheus-stack.remoteWrite",
		`x: { enabled: true, chart: "oci://host/x", version: "1.0.0" }`:                                                           "",
		`x: { enabled: true, chart: "https://host/x-1.tgz" }`:                                                                     "",
		`karpenter: { enabled: true, chart: "oci://mirror/karpenter" }`:                                                           "",
		`cert-manger: {}`: "",
	} {
		_, findings := load(t, "addons: { "+over+" }")
		var got []string
		for _, f := range findings {
			if f.Severity == diag.Error {
				got = append(got, string(f.Code)+" "+f.Path)
			}
		}
		if said := strings.Join(got, ", "); want == "" && said != "" || !strings.Contains(said, want) {
			t.Errorf("%s: got %q, want %q", over, said, want)
		}
	}
}
