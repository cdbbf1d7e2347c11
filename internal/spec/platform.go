package spec

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/values"
)

// Decode turns values that have passed the JSON Schema into a Platform: every
// default filled in, jobDefaults laid under every job, references and names
// checked. With findings of severity error the platform must not be rendered.
// An error means that schema and types disagree, or that pod templates of two
// layers cannot be merged.
func Decode(doc *values.Document) (*Platform, diag.List, error) {
	p := &Platform{}
	if err := decode(doc.Root, p); err != nil {
		return nil, nil, fmt.Errorf("values: %w", err)
	}
	for key, t := range p.Teams {
		t.Key = key
		t.Namespace = or(t.Namespace, key)
	}
	if err := p.layerJobs(doc.Root); err != nil {
		return nil, nil, err
	}
	c := checker{platform: p, doc: doc}
	c.run()
	return p, c.findings.Sorted(), nil
}

// layerJobs decodes jobs, session clusters, session jobs and blue/green
// deployments again, each over the runtime's image, the platform's jobDefaults
// and its team's.
func (p *Platform) layerJobs(root *values.Node) error {
	under := func(team string) []*values.Node {
		return []*values.Node{root.At("runtime"), root.At("jobDefaults"), root.At("teams", team, "jobDefaults")}
	}
	decodeEach := func(section string, keys []string, team func(key string) string, out func(key string) any) error {
		for _, key := range keys {
			layers := append(under(team(key)), root.At(section, key))
			if err := layered(out(key), layers...); err != nil {
				return fmt.Errorf("%s.%s: %w", section, key, err)
			}
		}
		return nil
	}
	if err := decodeEach("jobs", sortedKeys(p.Jobs),
		func(key string) string { return p.Jobs[key].Team },
		func(key string) any { p.Jobs[key] = &Job{}; return p.Jobs[key] }); err != nil {
		return err
	}
	if err := decodeEach("sessionClusters", sortedKeys(p.SessionClusters),
		func(key string) string { return p.SessionClusters[key].Team },
		func(key string) any { p.SessionClusters[key] = &SessionCluster{}; return p.SessionClusters[key] }); err != nil {
		return err
	}
	if err := decodeEach("sessionJobs", sortedKeys(p.SessionJobs),
		func(key string) string {
			if c := p.SessionClusters[p.SessionJobs[key].Cluster]; c != nil {
				return c.Team
			}
			return ""
		},
		func(key string) any { p.SessionJobs[key] = &SessionJob{}; return p.SessionJobs[key] }); err != nil {
		return err
	}
	return decodeEach("blueGreen", sortedKeys(p.BlueGreen),
		func(key string) string { return p.BlueGreen[key].Team },
		func(key string) any { p.BlueGreen[key] = &BlueGreen{}; return p.BlueGreen[key] })
}
