package model

import (
	"slices"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// Distribution is whose Flink a resource is for.
type Distribution string

// The two distributions.
const (
	Apache Distribution = "apache"
	EMR    Distribution = "emr"
)

// Cluster is a FlinkDeployment, or the one in the template of a
// FlinkBlueGreenDeployment.
type Cluster struct {
	*Subject
	// At is the path of the spec in the object: spec, or spec.template.spec.
	At   []string
	Spec *v1beta1.FlinkDeploymentSpec
	// BlueGreen is true for the template of a FlinkBlueGreenDeployment.
	BlueGreen bool
	// Own is the resource's own configuration, flat; OwnErr says why it cannot
	// be made flat.
	Own    map[string]string
	OwnErr error
	// Config is the effective one.
	Config flink.Config
	// Flink is spec.flinkVersion, or for EMR without one the release's; zero if
	// neither is known.
	Flink        flink.Version
	Distribution Distribution
	// Resources are jobManager.resources and taskManager.resources, which only
	// operators from 1.16 read.
	Resources map[Component]*Requirements
	// Empty are the fields out of serviceAccount, ingress.template and each
	// component's resource.ephemeralStorage that are there and empty.
	Empty []string
	// Release is the EMR release of the label, zero if there is none or it is no label.
	Release flink.EMRRelease
	// World is what the cluster is judged with.
	World *World

	made madePods
}

// Field names a field of the spec from the object's root.
func (c *Cluster) Field(path ...string) []string { return append(slices.Clone(c.At), path...) }

// Setting names a key of the resource's own configuration.
func (c *Cluster) Setting(key string) []string { return c.Field("flinkConfiguration", key) }

// Session reports whether the cluster is a session cluster.
func (c *Cluster) Session() bool { return c.Spec.Job == nil }

// SessionJob is a FlinkSessionJob.
type SessionJob struct {
	*Subject
	Spec   *v1beta1.FlinkSessionJobSpec
	Own    map[string]string
	OwnErr error
	// EmptyJar: job.jarURI is there and is the empty string.
	EmptyJar bool
	// Cluster is the FlinkDeployment that it names, nil if the input has none.
	Cluster *Cluster
	// Config is the effective one: the cluster's with the job's own over it.
	Config flink.Config
	World  *World
}

// Field names a field of the spec from the object's root.
func (j *SessionJob) Field(path ...string) []string { return append([]string{"spec"}, path...) }

// Snapshot is a FlinkStateSnapshot.
type Snapshot struct {
	*Subject
	Spec  *v1beta1.FlinkStateSnapshotSpec
	World *World
}

// BlueGreen is a FlinkBlueGreenDeployment.
type BlueGreen struct {
	*Subject
	Spec *v1beta1.FlinkBlueGreenDeploymentSpec
	// Template is its cluster, nil without a template or spec in it.
	Template *Cluster
	World    *World
}
