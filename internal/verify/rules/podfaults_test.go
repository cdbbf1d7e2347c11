package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestPodFaults asks of pod templates what the API server would say of the pods:
// each case names the findings of FLK115 as "severity path: message", the
// message without its beginning.
func TestPodFaults(t *testing.T) {
	t.Parallel()
	all := rules.All()
	const (
		main   = "  podTemplate:\n    spec:\n      containers:\n      - name: flink-main-container\n"
		common = "podTemplate/spec/"
	)
	// pod is a deployment with lines of the common template's spec, own one with
	// lines of the JobManager's.
	pod := func(lines ...string) string {
		return deployment + "  podTemplate:\n    spec:\n      " + strings.Join(lines, "\n      ") + "\n"
	}
	own := func(lines ...string) string {
		return "  jobManager:\n    podTemplate:\n      spec:\n        " + strings.Join(lines, "\n        ") + "\n"
	}
	const byName = "  flinkConfiguration: {kubernetes.operator.pod-template.merge-arrays-by-name: \"true\"}\n"
	for name, c := range map[string]struct {
		docs  string
		flags []string
		want  []string
	}{
		"a main container without an image": {deployment + main, nil, nil},
		"a sidecar without an image": {pod("containers: [{name: logs}]"), nil, []string{
			"error spec/" + common + "containers/0/image: image: required value",
		}},
		"a mount of Flink's own volume": {
			pod("containers: [{name: logs, image: busybox, volumeMounts: [{name: flink-config-volume, mountPath: /conf}]}]"), nil, nil,
		},
		"a volume by the name of Flink's": {pod("volumes: [{name: data}, {name: flink-config-volume}]"), nil, []string{
			"error spec/" + common + "volumes/1/name: name: duplicate value: \"flink-config-volume\"",
		}},
		"a mount over Flink's configuration": {
			pod("containers: [{name: flink-main-container, volumeMounts: [{name: c, mountPath: /opt/flink/conf}]}]", "volumes: [{name: c}]"), nil,
			[]string{"error spec/" + common + "containers/0/volumeMounts/0/mountPath: mountPath: invalid value: \"/opt/flink/conf\": must be unique"},
		},
		"a mount below Flink's configuration": {
			pod("containers: [{name: flink-main-container, volumeMounts: [{name: c, mountPath: /opt/flink/conf/x}]}]", "volumes: [{name: c}]"), nil, nil,
		},
		"a volume of kubernetes.secrets": {
			pod("containers: [{name: logs, image: busybox, volumeMounts: [{name: tls-volume, mountPath: /tls}]}]") +
				"  flinkConfiguration: {kubernetes.secrets: \"tls:/tls\"}\n", nil, nil,
		},
		"a volume of the common template and a mount in the own": {
			pod("volumes: [{name: data, emptyDir: {}}]") +
				own("containers: [{name: flink-main-container, volumeMounts: [{name: data, mountPath: /data}]}]"), nil, nil,
		},
		"a volume of the JobManager alone": {
			pod("containers: [{name: flink-main-container, volumeMounts: [{name: data, mountPath: /data}]}]") +
				own("volumes: [{name: data, emptyDir: {}}]"), nil,
			[]string{"error spec/" + common + "containers/0/volumeMounts/0/name: there is no volume \"data\""},
		},
		"a volume that merging by position covers": {
			pod("containers: [{name: flink-main-container, volumeMounts: [{name: data, mountPath: /data}]}]", "volumes: [{name: data}]") +
				own("volumes: [{name: tls, secret: {secretName: tls}}]"), nil,
			[]string{"error spec/" + common + "containers/0/volumeMounts/0/name: there is no volume \"data\""},
		},
		"the same merged by name": {
			pod("containers: [{name: flink-main-container, volumeMounts: [{name: data, mountPath: /data}]}]", "volumes: [{name: data}]") +
				own("volumes: [{name: tls, secret: {secretName: tls}}]") + byName, nil, nil,
		},
		"a fault in the own template, merged by name": {
			pod("containers: [{name: logs, image: busybox}]", "volumes: [{name: a}]") +
				own("containers: [{name: x, image: x, ports: [{containerPort: 70000}]}]") + byName, nil,
			[]string{"error spec/jobManager/podTemplate/spec/containers/0/ports/0/containerPort: containerPort: " +
				"invalid value: 70000: must be between 1 and 65535, inclusive"},
		},
		"a mount in EMR's pod": {
			emr + "  emrReleaseLabel: emr-7.12.0-flink-latest\n" + main + "        volumeMounts: [{name: logs, mountPath: /logs}]\n", nil,
			[]string{"warning spec/" + common + "containers/0/volumeMounts/0/name: there is no volume \"logs\""},
		},
		"two containers of a name": {pod("containers: [{name: a, image: x}, {name: a, image: x}]"), nil, []string{
			"error spec/" + common + "containers/1/name: name: duplicate value: \"a\"",
		}},
		"two main containers": {pod("containers: [{name: flink-main-container}, {name: a, image: x}, {name: flink-main-container}]"), nil, nil},
		"a fault behind two main containers": {
			pod("containers: [{name: flink-main-container}, {name: A, image: x}, {name: flink-main-container}]"), nil,
			[]string{"error spec/" + common + "containers/1/name: name: invalid value: \"A\": a lowercase RFC 1123 label must consist of lower " +
				"case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name', or '123-abc')"},
		},
		"a port by the name of Flink's": {
			pod("containers: [{name: flink-main-container, ports: [{name: metrics, containerPort: 9249}, {name: rest, containerPort: 8081}]}]"), nil,
			[]string{"error spec/" + common + "containers/0/ports/1/name: name: duplicate value: \"rest\""},
		},
		"the same on the node's network": {
			pod("containers: [{name: flink-main-container, ports: [{name: rest, containerPort: 8081}]}]") +
				"  flinkConfiguration: {kubernetes.hostnetwork.enabled: \"true\"}\n", nil, nil,
		},
		"the same variable twice": {
			pod("containers: [{name: flink-main-container, env: [{name: A, value: a}, {name: A, value: b}]}]"), nil, nil,
		},
		"a name of a variable": {
			pod("containers: [{name: flink-main-container, env: [{name: \"A=B\", value: a}]}]"), nil,
			[]string{"error spec/" + common + "containers/0/env/0/name: name: invalid value: \"A=B\": a valid environment variable name must " +
				"consist only of printable ASCII characters other than '='"},
		},
		"tolerations": {pod("tolerations: [{key: a, operator: Equals}, {key: b, effect: NoRun}, {key: c, operator: Exists}]"), nil, []string{
			"error spec/" + common + "tolerations/0/operator: operator: unsupported value: \"Equals\": supported values: \"Equal\", \"Exists\"",
			"error spec/" + common + "tolerations/1/effect: effect: unsupported value: \"NoRun\": supported values: \"NoSchedule\", " +
				"\"PreferNoSchedule\", \"NoExecute\"",
		}},
		"requests beyond limits": {
			pod("containers: [{name: a, image: x, resources: {requests: {memory: 2Gi}, limits: {memory: 1Gi}}}]"), nil,
			[]string{"error spec/" + common + "containers/0/resources/requests/memory: memory: invalid value: \"2Gi\": must be less than or equal to " +
				"memory limit of 1Gi"},
		},
		"resources that Flink writes over": {
			pod("containers: [{name: flink-main-container, resources: {requests: {memory: 9Gi, cpu: 4}, limits: {memory: 1Gi}}}]"), nil, nil,
		},
		"a label": {deployment + "  podTemplate:\n    metadata:\n      labels: {team: \"a b\"}\n", nil, []string{
			"error spec/podTemplate/metadata/labels/team: team: invalid value: \"a b\": a valid label must be an empty string or consist of " +
				"alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue', or " +
				"'my_value', or '12345')",
		}},
		"a restart policy": {pod("restartPolicy: OnFailure"), nil, []string{
			"warning spec/podTemplate/spec/restartPolicy: restartPolicy: unsupported value: \"OnFailure\": supported values: \"Always\"",
		}},
		"a restart policy of the TaskManager, which Flink writes over": {
			deployment + "  taskManager:\n    podTemplate: {spec: {restartPolicy: OnFailure}}\n", nil, nil,
		},
		"a blue/green deployment": {
			"kind: FlinkBlueGreenDeployment\nspec:\n  template:\n    spec:\n      taskManager:\n        podTemplate:\n          spec:\n" +
				"            containers: [{name: flink-main-container, volumeMounts: [{name: data, mountPath: /data}]}]\n", nil,
			[]string{"error spec/template/spec/taskManager/podTemplate/spec/containers/0/volumeMounts/0/name: there is no volume \"data\""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range judge(t, all, c.docs, c.flags) {
				if f.Code == "FLK115" {
					_, message, _ := strings.Cut(f.Message, "Manager: ")
					got = append(got, fmt.Sprintf("%s %s: %s", f.Severity, f.Path, message))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}
