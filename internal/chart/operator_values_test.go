package chart_test

import (
	"strings"
	"testing"
)

// opUpstream are the defaults of the upstream chart at release-1.15.0, in its own shape: nulls included.
const opUpstream = `
watchNamespaces: []
image: {repository: ghcr.io/apache/flink-kubernetes-operator, pullPolicy: IfNotPresent, tag: latest, digest: ""}
imagePullSecrets: []
replicas: 1
strategy: {type: Recreate}
rbac:
  create: true
  nodesRule: {create: false}
  operatorRole: {create: true, name: flink-operator}
  operatorRoleBinding: {create: true, name: flink-operator-role-binding}
  jobRole: {create: true, name: flink}
  jobRoleBinding: {create: true, name: flink-role-binding}
operatorPod:
  priorityClassName: null
  annotations: {}
  labels: {}
  env: null
  envFrom: null
  dnsPolicy: null
  dnsConfig: null
  nodeSelector: {}
  affinity: {}
  tolerations: []
  topologySpreadConstraints: []
  resources: {}
  webhook: {resources: {}, container: {env: null}}
  initContainers: []
  sidecarContainers: []
operatorServiceAccount: {create: true, annotations: {}, name: flink-operator}
jobServiceAccount: {create: true, annotations: {helm.sh/resource-policy: keep}, name: flink}
operatorVolumeMounts: {create: false, data: [{name: flink-artifacts, mountPath: /opt/flink/artifacts}]}
operatorVolumes: {create: false, data: [{name: flink-artifacts, hostPath: {path: /tmp/flink/artifacts, type: DirectoryOrCreate}}]}
podSecurityContext: {runAsUser: 9999, runAsGroup: 9999}
operatorSecurityContext: {}
webhookSecurityContext: {}
webhook: {create: true, keystore: {useDefaultPassword: true, passwordSecretRef: null, pkcs12Profile: ""}, serviceLabels: {}}
defaultConfiguration:
  create: true
  append: true
  flink-conf.yaml: |+
    kubernetes.operator.reconcile.interval: 15 s
  log4j-operator.properties: |+
    # none
  log4j-console.properties: |+
    # none
  logback-operator.xml: null
  logback-console.xml: null
logging: {framework: log4j2}
metrics: {port: null}
nameOverride: ""
fullnameOverride: ""
jvmArgs: {webhook: "", operator: ""}
operatorHealth:
  port: 8085
  livenessProbe: {periodSeconds: 10, initialDelaySeconds: 30}
  startupProbe: {failureThreshold: 30, periodSeconds: 10}
postStart: {}
tls: {create: false, secretName: flink-operator-cert, secretKeyRef: {name: operator-certificate-password, key: password}}
`

func TestOperatorChartTakesUpstreamValues(t *testing.T) {
	t.Parallel()
	r := opRender(t, opUpstream)
	opDecodeAll(t, r)
	if got := len(r.objects()); got != 14 {
		t.Errorf("%d objects with upstream's values, want upstream's 14: %q", got, r.objects())
	}
	if bad := opRestricted(opDeployment(t, r).Spec.Template.Spec); len(bad) > 0 {
		t.Errorf("upstream's values: refused by restricted: %q", bad)
	}
	opRender(t, "{global: {x: 1}, enabled: true}") // as a subchart
}

func TestOperatorChartSchema(t *testing.T) {
	t.Parallel()
	for _, values := range []string{
		"replica: 2", "image: {tags: x}", "image: {tag: 1.10}", "operatorPod: {enviroment: []}", "watchNamespaces: team-a",
		"watchNamespaces: [Team_A]", "webhook: {keystore: {password: x}}", "logging: {framework: log4j}",
		"defaultConfiguration: {flink.conf: x}", "replicas: -1", "rbac: {jobRole: {enabled: false}}",
		"strategy: {type: rolling}", "podDisruptionBudget: {minAvailable: half}", "operatorHealth: {port: 0}",
		"defaultConfiguration: {flink-conf.yaml: {a: b}}", "image: {pullPolicy: always}",
	} {
		if _, err := opTry(t, opChart(t), values); err == nil || !strings.Contains(err.Error(), "schema") {
			t.Errorf("%q: %v, want a schema error", values, err)
		}
	}
}

func TestOperatorChartNotes(t *testing.T) {
	t.Parallel()
	for values, want := range map[string]string{
		"": "create secret generic flink-operator-webhook-secret",
		"webhook: {keystore: {passwordSecretRef: {name: mine, key: k}}}": `--from-literal=k=`,
		"webhook: {keystore: {useDefaultPassword: true}}":                "WARNING: the keystore's password",
		"webhook: {create: false}":                                       "webhook is off",
		"watchNamespaces: [a, b]":                                        "watching a, b.",
		"{replicas: 2, defaultConfiguration: {create: false}}":           "leader-election.enabled",
		"{replicas: 2, strategy: {type: Recreate}}":                      "Recreate stops all",
	} {
		if notes := opRender(t, values)["NOTES"]; !strings.Contains(notes, want) {
			t.Errorf("%q: the notes do not say %q:\n%s", values, want, notes)
		}
	}
	if notes := opRender(t, "")["NOTES"]; strings.Contains(notes, "WARNING") {
		t.Errorf("a warning with the defaults:\n%s", notes)
	}
}
