package rules_test

import (
	"slices"
	"testing"

	utiljson "k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/manifest"
	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/internal/verify/model"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// FuzzAcross feeds specs of any shape and size to the pods and to the rules across objects, beside objects that they look at.
func FuzzAcross(f *testing.F) {
	f.Add("kind: FlinkDeployment\nspec: {job: {parallelism: -1}, jobManager: {replicas: -2147483648, resource: {cpu: 1.0e+300, memory: 9223372036854775807}}}\n")
	f.Add("kind: FlinkDeployment\nspec: {taskManager: {replicas: 2147483647, resource: {cpu: 1.0e-9, memory: 8t}}, flinkConfiguration: {\"\": 1, taskmanager.numberOfTaskSlots: -3}}\n")
	f.Add("kind: FlinkDeployment\nspec: {flinkConfiguration: {kubernetes.jobmanager.tolerations: \"[;:,]\", kubernetes.jobmanager.node-selector: \":,:\", rest.port: 99999999}}\n")
	f.Add("kind: NodePool\napiVersion: karpenter.sh/v1\nmetadata: {name: a}\nspec: {template: {spec: {requirements: [{key: a, operator: Gt}]}}, limits: {cpu: [1]}}\n")
	f.Add("kind: NetworkPolicy\napiVersion: v1\nmetadata: {name: a, namespace: team-a}\nspec: {podSelector: {matchExpressions: [{key: a, operator: Odd}]}, egress: [{}]}\n")
	f.Add("kind: ResourceQuota\napiVersion: v1\nmetadata: {name: a, namespace: team-a}\nspec: {hard: {cpu: 1e400, pods: -1}}\n")
	f.Add("kind: LimitRange\napiVersion: v1\nmetadata: {name: a, namespace: team-a}\nspec: {limits: [{type: Container, maxLimitRequestRatio: {cpu: 0}}, {}]}\n")
	f.Add("kind: FlinkSessionJob\nspec: null\n")
	beside := []string{
		"apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: b}\nspec: {limits: {cpu: 1}, template: {spec: {taints: [{key: x, effect: NoSchedule}]}}}\n",
		"apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: b, namespace: team-a}\nspec: {hard: {limits.cpu: 1, pods: 1}}\n",
		"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: b, namespace: team-a}\nspec: {podSelector: {}}\n",
	}
	all := rules.All()
	f.Fuzz(func(t *testing.T, text string) {
		var units []model.Unit
		for _, doc := range slices.Concat(beside, []string{text, "kind: FlinkDeployment\n"}) {
			data := loose(doc)
			if data == nil || !quantity.AllBounded(data) { // verify.Inspect does not have such objects decoded
				return
			}
			units = append(units, model.Read(manifest.Object{Data: testkit.Whole(t, data)}))
		}
		rules.Findings(all, model.Build(units, model.Options{Complete: len(text)%2 == 0}))
	})
}

// loose reads YAML, nil for what is no map.
func loose(text string) map[string]any {
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return nil
	}
	var out map[string]any
	if err := utiljson.Unmarshal(data, &out); err != nil {
		return nil
	}
	return out
}
