package model

import (
	"cmp"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Unit is what is kept of one object until all of them are known: its identity;
// of a Flink resource its data, packed or not, from which it is made when its
// turn comes; and of other kinds that rules look at the content.
type Unit struct {
	subject *Subject
	object  *Object
	member  *member
}

// Named makes the unit of an object that must not be decoded: no rule sees more
// of it than its name.
func Named(o manifest.Object) Unit { return Unit{subject: NewSubject(o)} }

// Read makes the unit of an object. A Flink resource that does not decode,
// which its API check says, is read as what its values say, or else kept by name
// alone. Safe for concurrent use.
func Read(o manifest.Object) Unit {
	u := Unit{subject: NewSubject(o)}
	if u.subject.Key.APIVersion != v1beta1.APIVersion {
		if keeps(u.subject.Key) {
			u.object = &Object{u.subject, o.Data}
		}
		return u
	}
	u.member = newMember(u.subject, o.Data)
	return u
}

// Member is one Flink resource, made from its data: of a FlinkDeployment its
// Cluster, of a FlinkBlueGreenDeployment itself and the Cluster of its template;
// the others are nil.
type Member struct {
	Cluster    *Cluster
	SessionJob *SessionJob
	Snapshot   *Snapshot
	BlueGreen  *BlueGreen
}

// read makes a Flink resource; false if it does not decode.
func read(s *Subject, data map[string]any) (m Member, ok bool) {
	switch s.Key.Kind {
	case v1beta1.KindFlinkDeployment:
		d, ok := decode[v1beta1.FlinkDeployment](data)
		if !ok {
			return m, false
		}
		m.Cluster = newCluster(s, &d.Spec, "spec")
		m.Cluster.readRaw(data)
	case v1beta1.KindFlinkSessionJob:
		j, ok := decode[v1beta1.FlinkSessionJob](data)
		if !ok {
			return m, false
		}
		m.SessionJob = &SessionJob{Subject: s, Spec: &j.Spec}
		m.SessionJob.EmptyJar = len(emptyTexts(data, "spec.job.jarURI")) > 0
		m.SessionJob.Own, m.SessionJob.OwnErr = j.Spec.FlinkConfiguration.Flat()
	case v1beta1.KindFlinkStateSnapshot:
		p, ok := decode[v1beta1.FlinkStateSnapshot](data)
		if !ok {
			return m, false
		}
		m.Snapshot = &Snapshot{Subject: s, Spec: &p.Spec}
	case v1beta1.KindFlinkBlueGreenDeployment:
		b, ok := decode[v1beta1.FlinkBlueGreenDeployment](data)
		if !ok {
			return m, false
		}
		m.BlueGreen = &BlueGreen{Subject: s, Spec: &b.Spec}
		if t := b.Spec.Template; t != nil && t.Spec != nil {
			m.Cluster = newCluster(s, t.Spec, "spec", "template", "spec")
			m.Cluster.BlueGreen = true
			m.Cluster.readRaw(data)
			m.BlueGreen.Template = m.Cluster
		}
	default:
		return m, false
	}
	return m, true
}

func decode[T any](data map[string]any) (*T, bool) {
	out := new(T)
	if runtime.DefaultUnstructuredConverter.FromUnstructured(data, out) != nil {
		return mended[T](data)
	}
	return out, true
}

func newCluster(s *Subject, spec *v1beta1.FlinkDeploymentSpec, at ...string) *Cluster {
	c := &Cluster{Subject: s, At: at, Spec: spec}
	c.Own, c.OwnErr = spec.FlinkConfiguration.Flat()
	return c
}

// Build puts the units of one call together, and chooses the facts that they
// are judged by.
func Build(units []Unit, o Options) *World {
	w := &World{Options: o, objects: map[string][]*Object{}, clusters: map[nameIn]*member{}}
	for _, u := range units {
		w.Subjects = append(w.Subjects, u.subject)
		switch {
		case u.object != nil:
			w.objects[u.subject.Key.Kind] = append(w.objects[u.subject.Key.Kind], u.object)
		case u.member != nil:
			w.members = append(w.members, u.member)
			switch u.subject.Key.Kind {
			case v1beta1.KindFlinkDeployment:
				w.clusters[nameIn{u.subject.Key.Namespace, u.subject.Key.Name}] = u.member
			case v1beta1.KindFlinkSessionJob:
				w.SessionJobs = append(w.SessionJobs, u.member.job)
			}
		}
	}
	w.names = sync.OnceValue(func() map[nameIn][]string {
		out := map[nameIn][]string{}
		for _, s := range w.Subjects {
			at := nameIn{s.Key.Namespace, s.Key.Kind}
			out[at] = append(out[at], s.Key.Name)
		}
		return out
	})
	w.fleet = sync.OnceValue(w.makeFleet)
	w.Operator = w.operatorFacts()
	return w
}

// Members is the number of Flink resources that Member makes.
func (w *World) Members() int { return len(w.members) }

// Member makes a Flink resource of the world, in the order of the input, anew at
// each call: references are resolved and effective configurations computed.
// Safe for concurrent use.
func (w *World) Member(i int) Member { return w.make(w.members[i]) }

func (w *World) make(from *member) Member {
	m, ok := from.read()
	if !ok {
		return m
	}
	if m.Cluster != nil {
		w.complete(m.Cluster)
	}
	if j := m.SessionJob; j != nil {
		j.World = w
		j.resolve()
	}
	if m.Snapshot != nil {
		m.Snapshot.World = w
	}
	if m.BlueGreen != nil {
		m.BlueGreen.World = w
	}
	return m
}

// complete gives a cluster what follows from its spec and the world.
func (w *World) complete(c *Cluster) {
	c.World = w
	c.Flink, _ = flink.ParseVersion(string(c.Spec.FlinkVersion))
	c.Release = releaseOf(c.Spec)
	if facts, ok := flink.EMRFactsOf(c.Release); ok && c.Flink.IsZero() {
		c.Flink = facts.Flink
	}
	seen := Apache
	if c.Spec.EMRReleaseLabel != "" || c.Spec.ExecutionRoleARN != "" || c.Spec.MonitoringConfiguration != nil {
		seen = EMR
	}
	c.Distribution = cmp.Or(w.Distribution, seen)
	c.Config = w.Operator.effective(c.Key.Namespace, c.Flink).Over(c.emrHA(), flink.FromOperator).Over(c.Own, flink.FromResource)
}

// releaseOf is the EMR release of the label, zero if there is none or it is no
// label.
func releaseOf(spec *v1beta1.FlinkDeploymentSpec) flink.EMRRelease {
	label, err := flink.ParseEMRLabel(spec.EMRReleaseLabel)
	if err != nil {
		return flink.EMRRelease{}
	}
	return label.Release
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
