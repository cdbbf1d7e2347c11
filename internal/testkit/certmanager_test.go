package testkit_test

import (
	"strings"
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

const certificate = `
apiVersion: v1
kind: Namespace
metadata: {name: team}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: flink, namespace: team}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: own, namespace: team}
spec: {selfSigned: {}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: serving, namespace: team}
spec:
  dnsNames: [webhook.team.svc]
  issuerRef: {kind: Issuer, name: own}
  keystores: {pkcs12: {create: true, passwordSecretRef: {name: password, key: password}}}
  secretName: serving
`

// TestPlayedParts plays cert-manager, and the operator with the pods of its clusters on played nodes.
func TestPlayedParts(t *testing.T) {
	t.Parallel()
	p := testkit.ControlPlane(t, testkit.Scheduler, testkit.Controllers, testkit.Nodes)
	p.ApplyCRDs(t, flinkCRDs(t))
	p.PlayCertManager(t)
	p.Apply(t, certificate)
	p.Node(t, "worker", map[string]string{"pool": "flink"}, "8", "32Gi", "flink=true:NoSchedule")
	op := p.PlayFlinkOperator(t, testkit.WithPods(), testkit.WhenDeployed("team", "operator"))
	t.Run("certificate", func(t *testing.T) { t.Parallel(); playedCertificate(t, p) })
	t.Run("pods", func(t *testing.T) { t.Parallel(); playedPods(t, p, op) })
}

func playedCertificate(t *testing.T, p *testkit.Plane) {
	t.Helper()
	await(t, p, "issuer/own", `{.status.conditions[?(@.type=="Ready")].status}`, "True")
	time.Sleep(300 * time.Millisecond)
	await(t, p, "certificate/serving", `{.status.conditions[?(@.type=="Ready")].status}`, "") // no password yet
	p.MustKubectl(t, "", "create", "secret", "generic", "password", "-n", "team", "--from-literal=password=x")
	p.MustKubectl(t, "", "wait", "--for=condition=Ready", "certificate/serving", "-n", "team", "--timeout=60s")
	keys := p.MustKubectl(t, "", "get", "secret", "serving", "-n", "team", "-o", "go-template={{range $k, $v := .data}}{{$k}} {{end}}")
	if strings.TrimSpace(keys) != "ca.crt keystore.p12 tls.crt tls.key truststore.p12" {
		t.Errorf("the Secret has %s", keys)
	}
}

// operatorDeployment is what WhenDeployed waits for.
const operatorDeployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: team}
spec:
  selector: {matchLabels: {app: operator}}
  template:
    metadata: {labels: {app: operator}}
    spec:
      tolerations: [{key: flink, operator: Exists}]
      containers: [{name: main, image: example.com/operator:1}]
`

// fitting is what puts pods on the node.
const fitting = `  podTemplate:
    spec:
      nodeSelector: {pool: flink}
      tolerations: [{key: flink, operator: Exists}]
`

func playedPods(t *testing.T, p *testkit.Plane, op *testkit.FlinkOperator) {
	t.Helper()
	op.Script("team", "lonely", testkit.Pending)
	op.Script("team", "crash", testkit.Failing)
	p.Apply(t, application("crash", "stateless", "")+fitting+application("fits", "stateless", "")+fitting+application("lonely", "stateless", "")+fitting+
		application("apart", "stateless", "")+"  mode: standalone\n"+fitting+
		application("unfit", "stateless", "")+strings.Replace(fitting, "flink}", "graviton}", 1))
	time.Sleep(500 * time.Millisecond)
	await(t, p, "flinkdeployment/fits", "{.status.lifecycleState}", "") // the operator is not there
	p.Apply(t, operatorDeployment)
	await(t, p, "flinkdeployment/fits", states, "STABLE READY RUNNING 1")
	await(t, p, "flinkdeployment/apart", states, "STABLE READY RUNNING 1")
	await(t, p, "flinkdeployment/lonely", states, "DEPLOYED READY CREATED 1")
	await(t, p, "flinkdeployment/unfit", states, "DEPLOYED DEPLOYED_NOT_READY RECONCILING 1")
	const unschedulable = `{.status.conditions[?(@.type=="PodScheduled")].reason}`
	await(t, p, "pod/lonely-taskmanager-1-1", unschedulable, "Unschedulable")
	await(t, p, "pod/fits-taskmanager-1-1", "{.spec.nodeName} {.spec.serviceAccountName} {.spec.containers[0].resources.limits.memory}",
		"worker flink 2Gi")
	op.Script("team", "lonely", testkit.Success)
	await(t, p, "flinkdeployment/lonely", states, "STABLE READY RUNNING 1")
	await(t, p, "flinkdeployment/crash", states, "FAILED ERROR FAILED 1")
	waits := p.MustKubectl(t, "", "get", "pods", "-n", "team", "-l", "app=crash,component=jobmanager", "-o",
		"jsonpath={.items[0].status.containerStatuses[0].state.waiting.reason}")
	if waits != "CrashLoopBackOff" {
		t.Errorf("the pod of a job that fails waits for %q", waits)
	}
	await(t, p, "deployment/apart-taskmanager", "{.status.availableReplicas}", "1")
	await(t, p, "service/fits-rest", "{.spec.selector.component}", "jobmanager")
	p.MustKubectl(t, "", "patch", "flinkdeployment", "apart", "-n", "team", "--type=merge", "-p", `{"spec":{"job":{"parallelism":3}}}`)
	await(t, p, "deployment/apart-taskmanager", "{.status.availableReplicas}", "3")
	await(t, p, "flinkdeployment/apart", states, "STABLE READY RUNNING 2")
	p.MustKubectl(t, "", "patch", "flinkdeployment", "fits", "-n", "team", "--type=merge", "-p", `{"spec":{"restartNonce":1}}`)
	await(t, p, "flinkdeployment/fits", states, "STABLE READY RUNNING 2")
	p.MustKubectl(t, "", "delete", "flinkdeployment", "--all", "-n", "team", "--timeout=60s")
	p.MustKubectl(t, "", "wait", "--for=delete", "pod", "-n", "team", "-l", "component in (jobmanager,taskmanager)", "--timeout=60s")
}
