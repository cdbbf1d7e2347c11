package spec

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// names says which two things would become one object.
func (c *checker) names() {
	p := c.platform
	seen := map[string][]string{}
	claim := func(kind, namespace, name string, path []string) {
		id := kind + " " + namespace + "/" + name
		if other, taken := seen[id]; taken {
			c.fail(diag.CodeNameClash, path,
				fmt.Sprintf("%s %q in namespace %s is made by %s already", kind, name, namespace, strings.Join(other, ".")),
				"give one of them another name, or move it to another team")
			return
		}
		seen[id] = path
	}
	for _, k := range p.clusters() {
		for _, name := range k.deploymentNames() {
			claim("FlinkDeployment", k.team.Namespace, name, c.nameOf(k.path))
		}
		if k.Monitoring.Prometheus.Enabled {
			claim("PodMonitor", k.team.Namespace, k.monitorName(), c.nameOf(k.path))
		}
	}
	for _, key := range sortedKeys(p.SessionJobs) {
		j := p.SessionJobs[key]
		if cluster := p.SessionClusters[j.Cluster]; cluster != nil && p.Teams[cluster.Team] != nil {
			claim("FlinkSessionJob", p.Teams[cluster.Team].Namespace, or(j.Name, key), c.nameOf([]string{"sessionJobs", key}))
		}
	}
	c.accounts()
	c.namespaces()
}

// accounts says that one service account would get two roles: the pods of both would
// run as the one that is rendered last.
func (c *checker) accounts() {
	p := c.platform
	type owner struct{ arn, who string }
	seen := map[string]owner{}
	for _, key := range sortedKeys(p.Teams) {
		if t := p.Teams[key]; t.Role != nil && !p.emr() {
			seen[t.Namespace+"/"+t.ServiceAccount] = owner{p.arn(t.Role), "teams." + key}
		}
	}
	for _, k := range p.clusters() {
		name := k.serviceAccount()
		if name == "" || k.Role == nil {
			continue
		}
		own := owner{p.arn(k.Role), diag.PathString(k.path)}
		other, taken := seen[k.team.Namespace+"/"+name]
		if !taken {
			seen[k.team.Namespace+"/"+name] = own
			continue
		}
		if other.arn == own.arn {
			continue
		}
		path := c.given(k, "serviceAccount")
		if k.ServiceAccount == "" {
			path = c.nameOf(k.path)
		}
		c.fail(diag.CodeNameClash, path,
			fmt.Sprintf("service account %q in namespace %s has another role by %s already: an account has one",
				name, k.team.Namespace, other.who),
			"give the job an account of its own, by another serviceAccount or name, or the same role")
	}
}

// nameOf is the path of the name that was written, or of the thing itself.
func (c *checker) nameOf(path []string) []string {
	if named := sub(path, "name"); c.doc.Root.At(named...) != nil {
		return named
	}
	return path
}

// namespaces says that two teams, or a team and the operator, share one.
func (c *checker) namespaces() {
	p := c.platform
	owner := map[string]string{p.Operator.Namespace: "the operator"}
	for _, key := range sortedKeys(p.Teams) {
		path := []string{"teams", key}
		if named := sub(path, "namespace"); c.doc.Root.At(named...) != nil {
			path = named
		}
		namespace := p.Teams[key].Namespace
		if other, taken := owner[namespace]; taken {
			c.fail(diag.CodeNameClash, path, fmt.Sprintf("namespace %s belongs to %s already", namespace, other),
				"give every team a namespace of its own, apart from the operator's")
			continue
		}
		owner[namespace] = "team " + key
	}
}

func (c *checker) snapshot(key string) {
	p := c.platform
	s := p.Snapshots[key]
	path := []string{"snapshots", key}
	if s.Job != "" && p.Jobs[s.Job] == nil && p.SessionJobs[s.Job] == nil {
		known := append(sortedKeys(p.Jobs), sortedKeys(p.SessionJobs)...)
		c.reference(diag.CodeUnknownCluster, sub(path, "job"), s.Job, known, "job", "jobs or sessionJobs")
		return
	}
	if s.Job == "" && s.Team != "" && p.Teams[s.Team] == nil {
		c.reference(diag.CodeUnknownTeam, sub(path, "team"), s.Team, sortedKeys(p.Teams), "team", "teams")
		return
	}
	if s.Job == "" && (s.Savepoint == nil || !s.Savepoint.AlreadyExists) {
		c.fail(diag.CodeCannotDerive, path, "only a savepoint that exists already can do without a job", "set job")
		return
	}
	if team, _ := p.snapshotTarget(s); team == nil && s.Job == "" {
		c.fail(diag.CodeCannotDerive, path, "neither job nor team says which namespace it lives in", "set team")
	}
}

// operator says what is not known about the operator, and where it comes from.
func (c *checker) operator() {
	p := c.platform
	path := []string{"operator"}
	source, version := p.ChartSource()
	c.operatorVersion(source, version)
	if p.emr() && source == SourceBundled && p.Operator.Image == "" {
		c.fail(diag.CodeCannotDerive, sub(path, "chart", "source"),
			"the bundled chart with EMR needs EMR's operator image, whose name is not known",
			"set operator.image, or leave operator.chart out to use the vendor's chart")
	}
	if p.emr() && len(p.watchNamespaces()) > 0 {
		c.add(diag.CodeUnconfirmed, diag.Warning, sub(path, "watchNamespaces"),
			"whether EMR's operator takes a list of namespaces is unconfirmed; one installation for each cluster is what users report",
			"leave it out, or set all")
	}
	if w := p.Operator.Webhook; w.Enabled && !IsRemote(source) {
		c.add(diag.CodeSecretNeeded, diag.Info, sub(path, "webhook"),
			fmt.Sprintf("the webhook's keystore password is read from the Secret %s, which is not rendered", w.KeystoreSecret),
			fmt.Sprintf("make it once: kubectl create secret generic %s -n %s --from-literal=password=\"$(openssl rand -hex 24)\"",
				w.KeystoreSecret, p.Operator.Namespace))
	}
	if IsRemote(source) {
		c.add(diag.CodeRemoteChart, diag.Info, path,
			fmt.Sprintf("the operator's objects come from the chart %s %s; its values are shown, its objects are not", source, version),
			"")
	}
}

// operatorVersion says that it is not known which version of a chart is meant.
func (c *checker) operatorVersion(source, version string) {
	switch path := []string{"operator"}; {
	case c.platform.emr() && source == vendorChart && version == "":
		c.fail(diag.CodeCannotDerive, path, "the version of EMR's operator chart is the release's number, and there is no release",
			"set runtime.emrReleaseLabel, for example emr-7.12.0-flink-latest, or operator.chart.version")
	case !isPinned(source, version, c.platform.Operator.Chart.Digest):
		c.fail(diag.CodeCannotDerive, sub(path, "chart", "source"),
			fmt.Sprintf("the chart comes from %s, and there is no version to take", source),
			"set operator.chart.version to the exact version, and operator.chart.digest to pin it")
	}
}
