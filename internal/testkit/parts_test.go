package testkit_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

const worker = `
apiVersion: v1
kind: Node
metadata:
  name: worker
  annotations: {kwok.x-k8s.io/node: fake}
  labels: {pool: streaming}
spec:
  taints: [{key: flink, value: "true", effect: NoSchedule}]
status:
  allocatable: {cpu: "8", memory: 32Gi, pods: "50"}
  capacity: {cpu: "8", memory: 32Gi, pods: "50"}
---
apiVersion: v1
kind: Namespace
metadata: {name: team}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator, namespace: team}
spec:
  replicas: 2
  selector: {matchLabels: {app: operator}}
  template:
    metadata: {labels: {app: operator}}
    spec:
      tolerations: [{key: flink, operator: Exists}]
      containers: [{name: main, image: example.com/operator:1}]
---
apiVersion: v1
kind: Pod
metadata: {name: lost, namespace: team}
spec:
  nodeSelector: {pool: graviton}
  containers: [{name: main, image: example.com/job:1, resources: {requests: {cpu: "1"}}}]
`

// TestParts runs what joins the API server: a Deployment becomes available on a node that is played, a pod that fits
// none says why, owners take what they own with them, and a namespace ends.
func TestParts(t *testing.T) {
	t.Parallel()
	p := testkit.ControlPlane(t, testkit.Scheduler, testkit.Controllers, testkit.Nodes)
	p.Apply(t, worker)
	p.MustKubectl(t, "", "wait", "--for=condition=Available", "deployment/operator", "-n", "team", "--timeout=60s")
	p.MustKubectl(t, "", "wait", "--for=jsonpath={.status.conditions[?(@.type=='PodScheduled')].reason}=Unschedulable",
		"pod/lost", "-n", "team", "--timeout=60s")
	message := p.MustKubectl(t, "", "get", "pod", "lost", "-n", "team", "-o", "jsonpath={.status.conditions[0].message}")
	if !strings.Contains(message, "0/1 nodes are available") {
		t.Errorf("the scheduler says %q", message)
	}
	account := p.MustKubectl(t, "", "get", "serviceaccount", "default", "-n", "team", "-o", "name")
	if strings.TrimSpace(account) != "serviceaccount/default" {
		t.Errorf("got %q", account)
	}
	p.MustKubectl(t, "", "delete", "deployment", "operator", "-n", "team")
	p.MustKubectl(t, "", "wait", "--for=delete", "pod", "-l", "app=operator", "-n", "team", "--timeout=60s")
	p.MustKubectl(t, "", "delete", "namespace", "team", "--timeout=60s")
}
