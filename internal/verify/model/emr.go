package model

// emrHA is what EMR's operator sets by itself where jobManager says nothing
// else: high availability, which is on by default, and its directory (EMR on
// EKS guide, page jobruns-flink-using-ha). For Apache it is nothing.
func (c *Cluster) emrHA() map[string]string {
	if c.Distribution != EMR || !c.EMRHighAvailability() {
		return nil
	}
	out := map[string]string{"high-availability.type": "kubernetes"}
	if jm := c.Spec.JobManager; jm != nil && jm.StorageDir != "" {
		out["high-availability.storageDir"] = jm.StorageDir
	}
	return out
}

// EMRHighAvailability reports what jobManager.highAvailabilityEnabled says,
// which is true by default. It means nothing for Apache's operator.
func (c *Cluster) EMRHighAvailability() bool {
	jm := c.Spec.JobManager
	return jm == nil || jm.HighAvailabilityEnabled == nil || *jm.HighAvailabilityEnabled
}
