package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/rules"
)

// TestOperatorVersions: what the rules of the operator say by version and by
// distribution, beyond their examples. want has "severity code" of all findings
// with a code of FLK200 to FLK299.
func TestOperatorVersions(t *testing.T) {
	t.Parallel()
	const (
		noHA  = "kind: FlinkDeployment\nspec:\n  flinkVersion: v1_18\n  flinkConfiguration:\n    high-availability.type: null\n"
		emr   = "kind: FlinkDeployment\nspec:\n  flinkVersion: v1_18\n  emrReleaseLabel: emr-7.2.0-flink-latest\n"
		blue  = "kind: FlinkBlueGreenDeployment\nmetadata:\n  name: %s\n"
		jar   = "kind: FlinkSessionJob\nspec:\n  job:\n    jarURI: s3://flink-data/orders.jar\n"
		new20 = "kind: FlinkDeployment\nspec:\n  flinkVersion: %s\n"
	)
	for _, tt := range []struct{ name, doc, flags, want string }{
		{"last-state without HA", noHA, "--operator-version=1.9", "error FLK283"},
		{"last-state without HA", noHA, "--operator-version=1.10", "warning FLK283"},
		{"EMR without account", emr + "  serviceAccount: null\n  executionRoleArn: arn:aws:iam::123456789012:role/job\n", "", ""},
		{"EMR without account or role", emr + "  serviceAccount: null\n", "", "error FLK235"},
		{"EMR has HA by default", emr + "  flinkConfiguration: {high-availability.type: null}\n  jobManager: {replicas: 2}\n", "", ""},
		{
			"EMR without HA", emr + "  flinkConfiguration: {high-availability.type: null}\n  jobManager: {replicas: 2, highAvailabilityEnabled: false}\n",
			"", "error FLK226, error FLK283",
		},
		{"EMR of the flag", "kind: FlinkDeployment\nspec:\n  serviceAccount: null\n  executionRoleArn: x\n", "--distribution=apache", "error FLK235"},
		{"old Flink", fmt.Sprintf(new20, "v1_14"), "--operator-version=1.6", ""},
		{"old Flink", fmt.Sprintf(new20, "v1_14"), "--operator-version=1.8", "error FLK203"},
		{"new Flink", fmt.Sprintf(new20, "v2_0"), "--operator-version=1.11", ""},
		{"new Flink", fmt.Sprintf(new20, "v2_2"), "--operator-version=1.11", "error FLK289"},
		{"new Flink", fmt.Sprintf(new20, "v2_4"), "--operator-version=1.16", "warning FLK295"},
		{"blue, 39", fmt.Sprintf(blue, strings.Repeat("b", 39)), "", ""},
		{"blue, 40", fmt.Sprintf(blue, strings.Repeat("b", 40)), "", "error FLK270"},
		{"blue, old", fmt.Sprintf(blue, "b"), "--operator-version=1.13", "error FLK288"},
		{"blue, template", fmt.Sprintf(blue, "b") + "spec: {template: {spec: {serviceAccount: null}}}\n", "", "error FLK235"},
		{"jar from S3", jar, "--operator-version=1.14", ""},
		{"jar from S3", jar, "", "error FLK256"},
		{"nested configuration", "kind: FlinkDeployment\nspec: {flinkConfiguration: {rest: {port: 8081}}}\n", "", ""},
		{"nested configuration", "kind: FlinkDeployment\nspec: {flinkConfiguration: {rest: {port: 8081}}}\n", "--operator-version=1.12", "error FLK292"},
		{"resources", "kind: FlinkDeployment\nspec: {jobManager: {resources: {requests: {memory: 2Gi}}, resource: null}}\n", "", "error FLK218"},
		{"resources beside resource", "kind: FlinkDeployment\nspec: {taskManager: {resources: {requests: {memory: 2Gi}}, resource: {cpu: null}}}\n", "", "warning FLK287"},
		{"resources", "kind: FlinkDeployment\nspec: {jobManager: {resources: {requests: {memory: 2Gi}}, resource: null}}\n", "--operator-version=1.16", "warning FLK295"},
		{"unknown operator", "kind: FlinkDeployment\n", "--operator-version=2.0", "warning FLK297"},
		{"snapshot elsewhere", "kind: FlinkStateSnapshot\n", "", "info FLK266"},
		{"checkpoint of a session job", "kind: FlinkStateSnapshot\nspec: {savepoint: null, checkpoint: {}, jobReference: {kind: FlinkSessionJob, name: top-speed}}\n" +
			"---\nkind: FlinkSessionJob\n---\nkind: FlinkDeployment\nmetadata: {name: adhoc}\nspec: {flinkVersion: v1_16, job: null}\n", "", "error FLK269"},
		{"autoscaler", "kind: FlinkDeployment\nspec: {flinkConfiguration: {job.autoscaler.enabled: 'true', job.autoscaler.target.utilization: '2'}}\n", "", "error FLK238"},
		{"autoscaler", "kind: FlinkDeployment\nspec: {flinkVersion: v1_18, flinkConfiguration: {job.autoscaler.enabled: 'true', job.autoscaler.target.utilization: '2'}}\n",
			"--operator-version=1.10", ""},
	} {
		t.Run(tt.name+" "+tt.flags, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range judge(t, rules.All(), tt.doc, strings.Fields(tt.flags)) {
				if f.Code >= "FLK200" && f.Code < diag.Code("FLK300") {
					got = append(got, fmt.Sprint(f.Severity, " ", f.Code))
				}
			}
			slices.Sort(got)
			if all := strings.Join(got, ", "); all != tt.want {
				t.Errorf("got %q, want %q", all, tt.want)
			}
		})
	}
}
