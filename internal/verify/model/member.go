package model

import (
	"encoding/json"
	"slices"
	"sync"

	utiljson "k8s.io/apimachinery/pkg/util/json"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest/pack"
)

// member is what is kept of a Flink resource: enough to make it, and the little
// that others ask of it.
type member struct {
	subject *Subject
	data    map[string]any // nil once packed
	packed  pack.Packed
	packer  *pack.Packer
	// release is that of a cluster's EMR label.
	release flink.EMRRelease
	// job is what others ask of a session job, nil for other kinds.
	job *SessionJobRef
}

// SessionJobRef is what others than its own rules ask of a FlinkSessionJob.
type SessionJobRef struct {
	*Subject
	// DeploymentName is the cluster that it names, Parallelism what it asks for
	// (1 if it does not say).
	DeploymentName string
	Parallelism    int
	// HasJob: there is a job in its spec. UpgradeMode and Suspended are of it.
	HasJob, Suspended bool
	UpgradeMode       string

	member *member
}

// On reports whether the job runs on the cluster.
func (r *SessionJobRef) On(c *Cluster) bool {
	return !c.BlueGreen && r.DeploymentName == c.Key.Name && r.Key.Namespace == c.Key.Namespace
}

// newMember keeps a Flink resource, nil if it does not decode.
func newMember(s *Subject, data map[string]any) *member {
	made, ok := read(s, data)
	if !ok {
		return nil
	}
	m := &member{subject: s, data: data}
	if made.Cluster != nil {
		m.release = releaseOf(made.Cluster.Spec)
	}
	if j := made.SessionJob; j != nil {
		m.job = &SessionJobRef{Subject: s, DeploymentName: j.Spec.DeploymentName, Parallelism: 1, member: m}
		if job := j.Spec.Job; job != nil {
			m.job.HasJob, m.job.UpgradeMode, m.job.Suspended = true, string(job.UpgradeMode), job.State == "suspended"
			if job.Parallelism != nil {
				m.job.Parallelism = int(*job.Parallelism)
			}
		}
	}
	return m
}

// Pack makes the unit small: the data of a Flink resource is packed until its
// turn comes. For objects that nothing else holds.
func (u Unit) Pack(p *pack.Packer) {
	if u.member == nil || u.member.data == nil {
		return
	}
	text, err := json.Marshal(u.member.data)
	if err != nil { // a number that JSON has no form for
		return
	}
	if packed, err := p.Pack(text); err == nil {
		u.member.packed, u.member.packer, u.member.data = packed, p, nil
	}
}

func (m *member) read() (Member, bool) {
	data := m.data
	if data == nil {
		text, err := m.packer.Open(m.packed)
		if err != nil || utiljson.Unmarshal(text, &data) != nil {
			return Member{}, false
		}
	}
	return read(m.subject, data)
}

// recent remembers the clusters that were asked for by name last: the session
// jobs of a cluster mostly stand together.
type recent struct {
	lock sync.Mutex
	all  []*Cluster
}

// remembered is how many clusters a world remembers.
const remembered = 16

// get returns the cluster of a subject, which build makes if it is not
// remembered.
func (r *recent) get(of *Subject, build func() *Cluster) *Cluster {
	r.lock.Lock()
	i := slices.IndexFunc(r.all, func(c *Cluster) bool { return c.Subject == of })
	if i >= 0 {
		defer r.lock.Unlock()
		return r.all[i]
	}
	r.lock.Unlock()
	c := build()
	if c == nil {
		return nil
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	r.all = append([]*Cluster{c}, r.all[:min(len(r.all), remembered-1)]...)
	return c
}
