package model

import (
	"sync"

	"github.com/helm-flink/helm-flink/internal/pods"
)

// Pods tells which pods the operator would make from the cluster; that of a
// blue/green deployment is the one called blue, beside which an equal one runs
// while it is upgraded. It is computed once. Safe for concurrent use once the
// world is built; the result must not be changed.
func (c *Cluster) Pods() pods.Set { return c.made.once(c.makePods) }

// PodName is the name that the pods have for their cluster: label app.
func (c *Cluster) PodName() string {
	if c.BlueGreen {
		return c.Key.Name + "-blue"
	}
	return c.Key.Name
}

func (c *Cluster) makePods() pods.Set {
	in := pods.Input{
		Namespace: c.Key.Namespace, Name: c.PodName(),
		Spec: c.Spec, Config: c.Config, EMR: c.Distribution == EMR,
	}
	if c.Session() && c.World != nil {
		for _, j := range c.World.SessionJobs {
			if j.On(c) && j.HasJob && !j.Suspended {
				in.SessionJobs = append(in.SessionJobs, j.Parallelism)
			}
		}
	}
	return pods.Make(in)
}

// madePods keeps a cluster's pods once they are made.
type madePods struct {
	sync sync.Once
	set  pods.Set
}

func (m *madePods) once(build func() pods.Set) pods.Set {
	m.sync.Do(func() { m.set = build() })
	return m.set
}
