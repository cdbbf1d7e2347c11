package rules

import (
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// logRotation gives the rotation of the log files, nil if there is none.
func logRotation(c *model.Cluster) *v1beta1.ContainerLogRotationConfiguration {
	if c.Spec.MonitoringConfiguration == nil {
		return nil
	}
	return c.Spec.MonitoringConfiguration.ContainerLogRotationConfiguration
}

// rotationBytes reads a rotationSize: a whole number and KB, MB or GB.
func rotationBytes(size string) (bytes int64, ok bool) {
	for i, unit := range []string{"KB", "MB", "GB"} {
		number, found := strings.CutSuffix(size, unit)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(number, 10, 32)
		if err != nil {
			return 0, false
		}
		return int64(n) << (10 * (i + 1)), true
	}
	return 0, false
}

// monitoringJob is an example of a FlinkDeployment of EMR with the lines in its
// monitoringConfiguration.
func monitoringJob(lines string) string {
	return emrJob("  emrReleaseLabel: emr-7.12.0-flink-latest\n  monitoringConfiguration:\n" + lines)
}
