package model

// emrHA is what EMR's operator sets by itself where jobManager says nothing
// else: high availability, which is on by default, and its directory (EMR on
// EKS guide, page jobruns-flink-using-ha). For Apache it is nothing.
func (c *Cluster) emrHA() map[string]string {
	if !c.EMRHighAvailability() {
		return nil
	}
	out := map[string]string{"high-availability.type": "kubernetes"}
	if jm := c.Spec.JobManager; jm != nil && jm.StorageDir != "" {
		out["high-availability.storageDir"] = jm.StorageDir
	}
	return out
}

// EMRHighAvailability reports whether EMR's operator makes the cluster highly
// available; false for Apache's.
func (c *Cluster) EMRHighAvailability() bool {
	return c.Distribution == EMR && c.Spec.JobManager.EMRHighAvailability()
}

// HighlyAvailable reports whether high availability is on, by the configuration
// or by EMR's switch, which no configuration takes back.
func (c *Cluster) HighlyAvailable() bool { return c.Config.HAActive() || c.EMRHighAvailability() }
