package spec

import (
	"errors"
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
)

// Decode turns values that have passed the JSON Schema into a Platform: every
// default filled in, jobDefaults laid under every job, references and names
// checked. With findings of severity error the platform must not be rendered.
// An error means that schema and types disagree.
func Decode(doc *values.Document) (*Platform, diag.List, error) {
	doc, err := expanded(doc)
	if err != nil {
		return nil, nil, err
	}
	p := &Platform{doc: doc}
	if err := decode(doc.Root, p); err != nil {
		return nil, nil, fmt.Errorf("values: %w", err)
	}
	for key, t := range p.Teams {
		t.Key = key
		t.Namespace = or(t.Namespace, key)
	}
	for key, g := range p.NodeGroups {
		g.Name = or(g.Name, key)
	}
	c := checker{platform: p, doc: doc}
	if err := c.layerJobs(); err != nil {
		return nil, nil, err
	}
	c.run()
	return p, c.findings.Sorted(), nil
}

// layerJobs decodes jobs, session clusters, session jobs and blue/green
// deployments again, each over the runtime's image, the platform's jobDefaults
// and its team's.
func (c *checker) layerJobs() error {
	p, root := c.platform, c.doc.Root
	return errors.Join(
		c.layer("jobs", sortedKeys(p.Jobs), func(key string) (string, any) {
			team := p.Jobs[key].Team
			p.Jobs[key] = &Job{}
			return team, p.Jobs[key]
		}),
		c.layer("sessionClusters", sortedKeys(p.SessionClusters), func(key string) (string, any) {
			team := p.SessionClusters[key].Team
			p.SessionClusters[key] = &SessionCluster{}
			return team, p.SessionClusters[key]
		}),
		c.layer("sessionJobs", sortedKeys(p.SessionJobs), func(key string) (string, any) {
			team := root.At("sessionClusters", p.SessionJobs[key].Cluster, "team")
			p.SessionJobs[key] = &SessionJob{}
			if team == nil {
				return "", p.SessionJobs[key]
			}
			return team.Text, p.SessionJobs[key]
		}),
		c.layer("blueGreen", sortedKeys(p.BlueGreen), func(key string) (string, any) {
			team := p.BlueGreen[key].Team
			p.BlueGreen[key] = &BlueGreen{}
			return team, p.BlueGreen[key]
		}),
	)
}

// layer decodes every member of a section anew; target gives its team and what
// to decode into. Layers that cannot be merged are a finding, and the member is
// then decoded alone.
func (c *checker) layer(section string, keys []string, target func(key string) (team string, out any)) error {
	root := c.doc.Root
	for _, key := range keys {
		team, out := target(key)
		own := root.At(section, key)
		err := layered(out, root.At("runtime"), root.At("jobDefaults"), root.At("teams", team, "jobDefaults"), own)
		if merge := (mergeError{}); errors.As(err, &merge) {
			c.podTemplate(sub([]string{section, key}, merge.path...), merge)
			err = decode(own, out)
		}
		if err != nil {
			return fmt.Errorf("%s.%s: %w", section, key, err)
		}
	}
	return nil
}

// podTemplate says that a pod template cannot be merged.
func (c *checker) podTemplate(path []string, err mergeError) {
	c.fail(diag.CodePodTemplate, path, "a pod template of this job cannot be merged: "+err.reason,
		"give every container, volume and environment variable its name; Flink's own container is "+mainContainer)
}
