package spec

import (
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// ChartValues is everything that the tool decided about one chart.
type ChartValues struct {
	Component manifest.Component
	// Chart is the name of a bundled chart, or a path or URL (Source).
	Chart string
	// Source is SourceBundled, a directory, a .tgz file, or a repository's URL;
	// Version is the version of a chart from a repository, Digest what it is pinned to.
	Source, Version, Digest string
	// Release and Namespace are those of the Helm release.
	Release, Namespace string
	Values             map[string]any
	// Path is the values path that the chart as a whole answers to.
	Path []string
}

// Charts returns the values of every chart that the platform needs, in the
// order in which they are installed. An error is a pod template that cannot be
// merged.
func (p *Platform) Charts() ([]ChartValues, error) {
	jobs, err := p.jobsValues()
	if err != nil {
		return nil, err
	}
	own := func(c manifest.Component, chart, path string, values map[string]any) ChartValues {
		return ChartValues{
			Component: c, Chart: chart, Source: SourceBundled, Values: values, Path: []string{path},
			Release: p.Platform.Name + "-platform", Namespace: p.Operator.Namespace,
		}
	}
	out := []ChartValues{
		own(manifest.Namespaces, "flink-namespaces", "teams", p.namespaceValues()),
		own(manifest.IRSA, "flink-irsa", "teams", p.serviceAccountValues()),
	}
	if len(p.NodePools)+len(p.NodeClasses) > 0 {
		out = append(out, own(manifest.Karpenter, "flink-karpenter", "nodePools", p.karpenterValues()))
	}
	operator := own(manifest.Operator, "flink-operator", "operator", p.operatorValues())
	operator.Release = p.Platform.Name + "-operator"
	operator.Source, operator.Version = p.ChartSource()
	operator.Digest = p.Operator.Chart.Digest
	flinkJobs := own(manifest.Jobs, "flink-jobs", "jobs", jobs)
	flinkJobs.Release = p.Platform.Name + "-jobs"
	return append(out, operator, flinkJobs), nil
}

// Blame returns a function that gives the values path that asked for an object:
// jobs.orders for its FlinkDeployment; nil where nothing more precise than the
// chart's own path is known.
func (p *Platform) Blame() func(manifest.Key) []string {
	type place struct{ kind, namespace, name string }
	exact := map[place][]string{}
	for _, k := range p.clusters() {
		kind := "FlinkDeployment"
		if k.path[0] == "blueGreen" {
			kind = "FlinkBlueGreenDeployment"
		}
		exact[place{kind, k.team.Namespace, k.name}] = k.path
		exact[place{k.uiKind(), k.team.Namespace, k.uiName()}] = k.path
	}
	for _, key := range sortedKeys(p.SessionJobs) {
		j := p.SessionJobs[key]
		k := p.sessionCluster(j.Cluster)
		exact[place{"FlinkSessionJob", k.team.Namespace, or(j.Name, key)}] = []string{"sessionJobs", key}
	}
	for _, key := range sortedKeys(p.Snapshots) {
		team, _ := p.snapshotTarget(p.Snapshots[key])
		exact[place{"FlinkStateSnapshot", team.Namespace, key}] = []string{"snapshots", key}
	}
	for _, key := range sortedKeys(p.NodePools) {
		exact[place{"NodePool", "", key}] = []string{"nodePools", key}
	}
	for _, key := range sortedKeys(p.NodeClasses) {
		exact[place{"EC2NodeClass", "", key}] = []string{"nodeClasses", key}
	}
	owner := map[string][]string{p.Operator.Namespace: {"operator"}}
	for _, key := range sortedKeys(p.Teams) {
		owner[p.Teams[key].Namespace] = []string{"teams", key}
	}
	return func(key manifest.Key) []string {
		if path := exact[place{key.Kind, key.Namespace, key.Name}]; path != nil {
			return path
		}
		if key.Kind == "Namespace" {
			return owner[key.Name]
		}
		return owner[key.Namespace]
	}
}
