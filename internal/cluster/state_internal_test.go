package cluster

import (
	"testing"

	"sigs.k8s.io/yaml"
)

// TestStateOf is what counts as ready and as failed (facts: flink-operator §1.3, §6.1, §6.3).
func TestStateOf(t *testing.T) {
	t.Parallel()
	const flink = "apiVersion: flink.apache.org/v1beta1\nkind: "
	for name, c := range map[string]struct {
		object string
		want   State
	}{
		"not seen yet": {flink + "FlinkDeployment\nmetadata: {generation: 1}\n",
			State{Waiting, "CREATED", "", "the operator has not taken up the change yet", false}},
		"stable": {flink + "FlinkDeployment\nmetadata: {generation: 2}\nstatus: {observedGeneration: 2, lifecycleState: STABLE, jobStatus: {state: RUNNING}}\n",
			State{Ready, "STABLE", "RUNNING", "", false}},
		"stable before the change": {flink + "FlinkDeployment\nmetadata: {generation: 3}\nstatus: {observedGeneration: 2, lifecycleState: STABLE, jobStatus: {state: RUNNING}}\n",
			State{Waiting, "STABLE", "RUNNING", "the operator has not taken up the change yet", false}},
		"stable with an error": {flink + "FlinkDeployment\nmetadata: {generation: 2}\nstatus: {observedGeneration: 2, lifecycleState: STABLE, error: '{\"message\":\"broken\"}'}\n",
			State{Waiting, "STABLE", "", "broken", false}},
		"submitted": {flink + "FlinkDeployment\nmetadata: {generation: 1}\nstatus: {observedGeneration: 1, lifecycleState: DEPLOYED, jobStatus: {state: CREATED}}\n",
			State{Waiting, "DEPLOYED", "CREATED", "the job is CREATED", false}},
		"failed": {flink + "FlinkDeployment\nmetadata: {generation: 1}\nstatus: {observedGeneration: 1, lifecycleState: FAILED}\n",
			State{Failed, "FAILED", "", "", false}},
		"failed before the change": {flink + "FlinkDeployment\nmetadata: {generation: 2}\nstatus: {observedGeneration: 1, lifecycleState: FAILED}\n",
			State{Failed, "FAILED", "", "", true}},
		"rolled back": {flink + "FlinkDeployment\nmetadata: {generation: 2}\nstatus: {observedGeneration: 2, lifecycleState: ROLLED_BACK}\n",
			State{Failed, "ROLLED_BACK", "", "the operator went back to the last stable spec; the new one never became stable", false}},
		"rolled back before the change": {flink + "FlinkDeployment\nmetadata: {generation: 3}\nstatus: {observedGeneration: 2, lifecycleState: ROLLED_BACK}\n",
			State{Waiting, "ROLLED_BACK", "", "the operator has not taken up the change yet", false}},
		"suspended": {flink + "FlinkDeployment\nmetadata: {generation: 2}\nspec: {job: {state: suspended}}\nstatus: {observedGeneration: 2, lifecycleState: SUSPENDED}\n",
			State{Ready, "SUSPENDED", "", "", false}},
		"never started": {flink + "FlinkDeployment\nmetadata: {generation: 1}\nspec: {job: {state: suspended}}\n",
			State{Ready, "CREATED", "", "", false}},
		"suspended, to run": {flink + "FlinkDeployment\nmetadata: {generation: 2}\nspec: {job: {state: running}}\nstatus: {observedGeneration: 2, lifecycleState: SUSPENDED}\n",
			State{Waiting, "SUSPENDED", "", "the lifecycle is SUSPENDED", false}},
		"a snapshot that is done":      {flink + "FlinkStateSnapshot\nstatus: {state: COMPLETED}\n", State{Ready, "COMPLETED", "", "", false}},
		"a snapshot that was given up": {flink + "FlinkStateSnapshot\nstatus: {state: ABANDONED, error: broken}\n", State{Failed, "ABANDONED", "", "broken", false}},
		"a colour": {flink + "FlinkBlueGreenDeployment\nstatus: {blueGreenState: ACTIVE_BLUE, jobStatus: {state: RUNNING}}\n",
			State{Ready, "ACTIVE_BLUE", "RUNNING", "", false}},
		"a colour that stayed": {flink + "FlinkBlueGreenDeployment\nstatus: {blueGreenState: ACTIVE_BLUE, jobStatus: {state: RUNNING}, error: broken}\n",
			State{Failed, "ACTIVE_BLUE", "RUNNING", "broken", false}},
		"a Deployment": {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {generation: 1}\nspec: {replicas: 2}\nstatus: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, availableReplicas: 2}\n",
			State{Ready, "Available", "", "", false}},
		"a Deployment of old pods": {"apiVersion: apps/v1\nkind: Deployment\nmetadata: {generation: 2}\nspec: {replicas: 1}\nstatus: {observedGeneration: 2, replicas: 2, updatedReplicas: 1, availableReplicas: 2}\n",
			State{Waiting, "Progressing", "", "", false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var o Object
			if err := yaml.Unmarshal([]byte(c.object), &o); err != nil {
				t.Fatal(err)
			}
			if got := StateOf(o); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}
