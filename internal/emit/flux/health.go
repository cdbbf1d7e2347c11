package flux

// HealthCheck judges a kind by its status, in CEL. Flux asks in this order: a
// status.observedGeneration that is not metadata.generation is in progress; what
// has Failed is failed; what is Current is ready; all else is in progress.
// (github.com/fluxcd/pkg/runtime v0.122.0, cel/status_evaluator.go). An object
// without any status is waited for.
type HealthCheck struct {
	APIVersion, Kind, Failed, Current string
}

// HealthChecks are those of Flink's kinds, of the Flink Kubernetes operator 1.10
// to 1.15. They say the same as those in Lua for Argo CD.
func HealthChecks() []HealthCheck {
	const (
		apiVersion = "flink.apache.org/v1beta1"
		noError    = "(!has(status.error) || status.error == '')"
		active     = "has(status.blueGreenState) && status.blueGreenState.startsWith('ACTIVE_')"
		job        = "has(status.jobStatus) && has(status.jobStatus.state)"

		broken = "has(status.lifecycleState) && status.lifecycleState in ['FAILED', 'ROLLED_BACK', 'ROLLING_BACK']" +
			" || has(status.jobManagerDeploymentStatus) && status.jobManagerDeploymentStatus == 'ERROR'" +
			" && !(has(status.lifecycleState) && status.lifecycleState == 'UPGRADING')"
		// A job that was created suspended is never deployed, so that nothing of it is ever observed.
		there = "has(status.observedGeneration) && status.observedGeneration == metadata.generation" +
			" && status.lifecycleState == 'STABLE' && " + noError +
			" || has(spec.job) && has(spec.job.state) && spec.job.state == 'suspended'" +
			" && (has(status.lifecycleState) && status.lifecycleState == 'SUSPENDED'" +
			" || (!has(status.lifecycleState) || status.lifecycleState == 'CREATED') && " + noError + ")"
	)
	return []HealthCheck{
		{apiVersion, "FlinkDeployment", broken, there},
		{
			apiVersion, "FlinkBlueGreenDeployment",
			// A transition that was given up leaves the old colour active and says why.
			job + " && status.jobStatus.state == 'FAILED' || " + active + " && !" + noError,
			active + " && " + job + " && status.jobStatus.state in ['RUNNING', 'FINISHED'] && " + noError,
		},
		{apiVersion, "FlinkSessionJob", broken, there},
		{
			apiVersion, "FlinkStateSnapshot",
			"has(status.state) && status.state in ['FAILED', 'ABANDONED']", "has(status.state) && status.state == 'COMPLETED'",
		},
	}
}
