package model

import (
	"cmp"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Unit is what is kept of one object until all of them are known: its identity,
// and of a Flink resource the decoded spec, of other kinds that rules look at
// the content.
type Unit struct {
	subject   *Subject
	object    *Object
	cluster   *Cluster
	job       *SessionJob
	snapshot  *Snapshot
	blueGreen *BlueGreen
}

// Named makes the unit of an object that must not be decoded: no rule sees more
// of it than its name.
func Named(o manifest.Object) Unit { return Unit{subject: NewSubject(o)} }

// Read makes the unit of an object. A Flink resource that does not decode,
// which its API check says, is kept by name alone. Safe for concurrent use.
func Read(o manifest.Object) Unit {
	u := Unit{subject: NewSubject(o)}
	if u.subject.Key.APIVersion != v1beta1.APIVersion {
		if keeps(u.subject.Key) {
			u.object = &Object{u.subject, o.Data}
		}
		return u
	}
	switch u.subject.Key.Kind {
	case v1beta1.KindFlinkDeployment:
		if d, ok := decode[v1beta1.FlinkDeployment](o); ok {
			u.cluster = newCluster(u.subject, &d.Spec, "spec")
			u.cluster.readRaw(o.Data)
			u.cluster.Canary = u.subject.Labels["flink.apache.org/canary"] == "true"
		}
	case v1beta1.KindFlinkSessionJob:
		if j, ok := decode[v1beta1.FlinkSessionJob](o); ok {
			u.job = &SessionJob{Subject: u.subject, Spec: &j.Spec}
			u.job.EmptyJar = len(emptyTexts(o.Data, "spec.job.jarURI")) > 0
			u.job.Own, u.job.OwnErr = j.Spec.FlinkConfiguration.Flat()
		}
	case v1beta1.KindFlinkStateSnapshot:
		if s, ok := decode[v1beta1.FlinkStateSnapshot](o); ok {
			u.snapshot = &Snapshot{Subject: u.subject, Spec: &s.Spec}
		}
	case v1beta1.KindFlinkBlueGreenDeployment:
		if b, ok := decode[v1beta1.FlinkBlueGreenDeployment](o); ok {
			u.blueGreen = &BlueGreen{Subject: u.subject, Spec: &b.Spec}
			if t := b.Spec.Template; t != nil && t.Spec != nil {
				u.blueGreen.Template = newCluster(u.subject, t.Spec, "spec", "template", "spec")
				u.blueGreen.Template.BlueGreen = true
				u.blueGreen.Template.readRaw(o.Data)
			}
		}
	}
	return u
}

func decode[T any](o manifest.Object) (*T, bool) {
	out := new(T)
	err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Data, out)
	return out, err == nil
}

func newCluster(s *Subject, spec *v1beta1.FlinkDeploymentSpec, at ...string) *Cluster {
	c := &Cluster{Subject: s, At: at, Spec: spec}
	c.Own, c.OwnErr = spec.FlinkConfiguration.Flat()
	return c
}

// Build puts the units of one call together: references are resolved, versions
// chosen, and effective configurations computed.
func Build(units []Unit, o Options) *World {
	w := &World{Options: o, objects: map[string][]*Object{}, clusters: map[nameIn]*Cluster{}}
	for _, u := range units {
		w.Subjects = append(w.Subjects, u.subject)
		switch {
		case u.object != nil:
			w.objects[u.subject.Key.Kind] = append(w.objects[u.subject.Key.Kind], u.object)
		case u.cluster != nil:
			w.addCluster(u.cluster)
			w.clusters[nameIn{u.subject.Key.Namespace, u.subject.Key.Name}] = u.cluster
		case u.job != nil:
			u.job.World = w
			w.SessionJobs = append(w.SessionJobs, u.job)
		case u.snapshot != nil:
			u.snapshot.World = w
			w.Snapshots = append(w.Snapshots, u.snapshot)
		case u.blueGreen != nil:
			u.blueGreen.World = w
			w.BlueGreens = append(w.BlueGreens, u.blueGreen)
			if u.blueGreen.Template != nil {
				w.addCluster(u.blueGreen.Template)
			}
		}
	}
	w.Operator = w.operatorFacts()
	for _, c := range w.Clusters {
		c.Config = w.Operator.effective(c.Key.Namespace, c.Flink).Over(c.emrHA(), flink.FromOperator).Over(c.Own, flink.FromResource)
	}
	for _, j := range w.SessionJobs {
		j.resolve()
	}
	return w
}

func (w *World) addCluster(c *Cluster) {
	c.World = w
	c.Flink, _ = flink.ParseVersion(string(c.Spec.FlinkVersion))
	if label, err := flink.ParseEMRLabel(c.Spec.EMRReleaseLabel); err == nil {
		c.Release = label.Release
		if facts, ok := flink.EMRFactsOf(label.Release); ok && c.Flink.IsZero() {
			c.Flink = facts.Flink
		}
	}
	seen := Apache
	if c.Spec.EMRReleaseLabel != "" || c.Spec.ExecutionRoleARN != "" || c.Spec.MonitoringConfiguration != nil {
		seen = EMR
	}
	c.Distribution = cmp.Or(w.Distribution, seen)
	w.Clusters = append(w.Clusters, c)
}

// resolve finds the job's cluster and lays the job's configuration over the
// cluster's.
func (j *SessionJob) resolve() {
	j.Cluster = j.World.Cluster(j.Key.Namespace, j.Spec.DeploymentName)
	base := j.World.Operator.effective(j.Key.Namespace, flink.Version{})
	if j.Cluster != nil {
		base = j.Cluster.Config
	}
	j.Config = base.Over(j.Own, flink.FromResource)
}
