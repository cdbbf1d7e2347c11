package spec

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/values"
)

// checker collects findings about references, name clashes and what cannot be
// derived.
type checker struct {
	platform *Platform
	doc      *values.Document
	findings diag.List
	// homeless are the clusters without a place for their state.
	homeless []string
	// noScheduler are the clusters that ask for YuniKorn where it is not installed.
	noScheduler [][]string
}

func (c *checker) add(code diag.Code, severity diag.Severity, path []string, message, hint string) {
	c.findings = append(c.findings, diag.Finding{
		Code: code, Severity: severity, Pos: c.doc.Position(path...), Path: diag.PathString(path),
		Message: message, Hint: hint,
	})
}

func (c *checker) fail(code diag.Code, path []string, message, hint string) {
	c.add(code, diag.Error, path, message, hint)
}

// sub returns path with more keys behind it, in memory of its own.
func sub(path []string, keys ...string) []string {
	return append(append([]string{}, path...), keys...)
}

func (c *checker) run() {
	p := c.platform
	c.cluster()
	c.names()
	for _, key := range sortedKeys(p.NodePools) {
		c.reference(diag.CodeUnknownNodeClass, []string{"nodePools", key, "nodeClass"}, p.NodePools[key].NodeClass,
			sortedKeys(p.NodeClasses), "node class", "nodeClasses")
	}
	c.fallbacks()
	c.nodeGroups()
	for _, key := range sortedKeys(p.NodeClasses) {
		c.nodeClass(key)
	}
	for _, key := range sortedKeys(p.Jobs) {
		j := p.Jobs[key]
		if c.flinkCluster(p.jobCluster("jobs", key, j), j.Team) {
			c.program(p.jobCluster("jobs", key, j), &j.Program)
		}
	}
	for _, key := range sortedKeys(p.SessionClusters) {
		c.flinkCluster(p.sessionCluster(key), p.SessionClusters[key].Team)
	}
	for _, key := range sortedKeys(p.BlueGreen) {
		b := p.BlueGreen[key]
		k := p.jobCluster("blueGreen", key, &b.Job)
		if c.flinkCluster(k, b.Team) {
			c.program(k, &b.Program)
		}
	}
	for _, key := range sortedKeys(p.SessionJobs) {
		c.configuration(p.SessionJobs[key].FlinkConfig, []string{"sessionJobs", key, "flinkConfiguration"})
		c.reference(diag.CodeUnknownCluster, []string{"sessionJobs", key, "cluster"}, p.SessionJobs[key].Cluster,
			sortedKeys(p.SessionClusters), "session cluster", "sessionClusters")
	}
	for _, key := range sortedKeys(p.Snapshots) {
		c.snapshot(key)
	}
	c.bucket()
	c.identity()
	if len(p.NodePools)+len(p.NodeGroups) == 0 && len(p.clusters()) > 0 {
		c.add(diag.CodeNoNodePools, diag.Info, []string{"nodePools"},
			"there are no node pools, so the Flink pods get no node selector and run on any node that takes them",
			"add nodeClasses and nodePools, or nodeGroups, and name one in jobDefaults.nodePool")
	}
	c.missingScheduler()
	c.scraping()
	c.operator()
	c.addons()
}

// reference says that a name is none of those that exist.
func (c *checker) reference(code diag.Code, path []string, name string, known []string, what, section string) {
	if slices.Contains(known, name) {
		return
	}
	hint := fmt.Sprintf("add it under %s", section)
	if len(known) > 0 {
		hint += ", or use one of: " + strings.Join(known, ", ")
	}
	if near := diag.Nearest(name, known); near != "" {
		hint = fmt.Sprintf("did you mean %q? it is under %s", near, section)
	}
	c.fail(code, path, fmt.Sprintf("there is no %s %q", what, name), hint)
}

func (c *checker) cluster() {
	p := c.platform.Cluster
	if p.OIDCProvider == "" {
		return
	}
	region, _, _ := strings.Cut(strings.TrimPrefix(p.OIDCProvider, "oidc.eks."), ".")
	if region != p.Region {
		c.fail(diag.CodeDisagreement, []string{"cluster", "oidcProvider"},
			fmt.Sprintf("the OIDC provider is in %s, but cluster.region is %s", region, p.Region),
			"correct cluster.region, or copy the issuer "+
				"of this cluster: aws eks describe-cluster --name NAME --query cluster.identity.oidc.issuer")
	}
}

// flinkCluster checks what every FlinkDeployment needs and reports whether its
// team exists.
func (c *checker) flinkCluster(k *cluster, team string) bool {
	p := c.platform
	if k.team == nil {
		c.reference(diag.CodeUnknownTeam, sub(k.path, "team"), team, sortedKeys(p.Teams), "team", "teams")
	}
	jm, tm := k.pools()
	for _, pool := range uniq(jm, tm) {
		section := "nodePools"
		if len(p.NodeGroups) > 0 {
			section += " or nodeGroups"
		}
		c.reference(diag.CodeUnknownPool, c.given(k, "nodePool"), pool,
			append(sortedKeys(p.NodePools), sortedKeys(p.NodeGroups)...), "node pool", section)
	}
	if k.team == nil {
		return false
	}
	c.image(k)
	c.state(k)
	c.credentials(k)
	c.distribution(k)
	c.webUI(k)
	c.connectors(k)
	c.scheduler(k)
	c.alerting(k)
	c.rendering(k)
	if k.emr && k.serviceAccount() == "" && p.arn(k.role()) == "" || k.emr && k.role() == nil && k.ServiceAccount == "" {
		c.fail(diag.CodeCannotDerive, k.path, "an EMR job needs an IAM role, and neither it nor its team has one",
			fmt.Sprintf("set teams.%s.role, for example {name: emr-flink-%s}", team, team))
	}
	return true
}

// rendering tries what may fail only when it is done: merging pod templates, and
// writing configuration as flat keys.
func (c *checker) rendering(k *cluster) {
	_, err := k.deployment(k.clusterConfig(), nil)
	if merge := (mergeError{}); errors.As(err, &merge) {
		c.podTemplate(c.given(k, merge.path...), merge)
	}
	c.configuration(k.FlinkConfig, c.given(k, "flinkConfiguration"))
}

// configuration says which keys have no one text.
func (c *checker) configuration(config Config, path []string) {
	for _, p := range config.Problems {
		c.fail(diag.CodeConfigShape, path, p, "write each key once, with a number, a text or a list of them")
	}
}

// uniq returns the names that are not empty, each once.
func uniq(a, b string) []string {
	switch {
	case a == "" && b == "":
		return nil
	case a == b || b == "":
		return []string{a}
	case a == "":
		return []string{b}
	default:
		return []string{a, b}
	}
}

// given is the path at which the user wrote a setting of a job: in the job
// itself, in its team's defaults, or in the platform's.
func (c *checker) given(k *cluster, keys ...string) []string {
	layers := [][]string{k.path}
	if k.team != nil {
		layers = append(layers, []string{"teams", k.team.Key, "jobDefaults"})
	}
	layers = append(layers, []string{"jobDefaults"}, []string{"runtime"})
	for _, layer := range layers {
		if path := sub(layer, keys...); c.doc.Root.At(path...) != nil {
			return path
		}
	}
	return k.path
}

// image says what cannot be told of the image and its version.
func (c *checker) image(k *cluster) {
	if k.emr {
		c.emrImage(k)
		return
	}
	if k.image == "" {
		c.fail(diag.CodeCannotDerive, c.given(k, "flinkVersion"), fmt.Sprintf("no image is known for Flink %s", k.version.Image()),
			"set image, for example flink:1.20.4-java17")
		return
	}
	if k.version.IsZero() {
		c.fail(diag.CodeCannotDerive, c.given(k, "image"), "the Flink version cannot be read from the image's tag",
			"set flinkVersion, for example v1_20")
	}
	if k.S3.Plugin != "none" && k.s3PluginVersion() == "" {
		c.fail(diag.CodeCannotDerive, c.given(k, "image"),
			"the S3 plugin's file name holds the full Flink version, which the image's tag does not tell",
			"set s3.version to the image's full version, for example \"1.20.4\", or s3.plugin: none if the image has the plugin in place")
	}
	// A tag that is no version of Flink is the version of what is in the image.
	if tag, _, ok := flink.TagVersion(imageTag(k.image)); ok && tag != k.version && flink.DefaultOperator().Runs(tag) {
		c.fail(diag.CodeDisagreement, c.given(k, "flinkVersion"),
			fmt.Sprintf("flinkVersion is %s, but the image's tag says %s", k.version, tag),
			"make both say the same: the operator writes the configuration file that the version reads")
	}
}

func (c *checker) emrImage(k *cluster) {
	if k.EMRReleaseLabel == "" && k.image == "" {
		c.fail(diag.CodeCannotDerive, k.path, "neither emrReleaseLabel nor image is set",
			"set runtime.emrReleaseLabel, for example emr-7.12.0-flink-latest")
		return
	}
	if k.version.IsZero() {
		c.fail(diag.CodeCannotDerive, c.given(k, "emrReleaseLabel"), "the Flink version of this EMR release is not known",
			"set flinkVersion, for example v1_20; it is known for "+knownReleases())
		return
	}
	if facts, ok := flink.EMRFactsOf(k.release); ok && !facts.OperatorConfirmed {
		c.add(diag.CodeUnconfirmed, diag.Info, c.given(k, "emrReleaseLabel"),
			fmt.Sprintf("AWS does not say which Apache operator EMR %s is built from; %s or later is assumed",
				k.release, facts.Operator), "")
	}
}

// knownReleases lists the EMR releases whose Flink version is known.
func knownReleases() string {
	var known []string
	for _, f := range flink.EMRReleases() {
		if !f.Flink.IsZero() {
			known = append(known, f.Release.String())
		}
	}
	return strings.Join(known, ", ")
}

// state notes a cluster whose state has nowhere to go.
func (c *checker) state(k *cluster) {
	if k.storage().Bucket != "" {
		return
	}
	needsHA := k.HighAvailability.Enabled && k.haDir() == ""
	kept := k.keeps(k.Checkpoints.Dir, k.keys.CheckpointDir) && k.keeps(k.Savepoints.Dir, k.keys.SavepointDir)
	if needsHA || !k.batch && !kept {
		c.homeless = append(c.homeless, diag.PathString(k.path))
	}
}

// keeps reports whether the values say where a kind of state goes, or by null in
// the configuration that there is none.
func (k *cluster) keeps(dir, key string) bool {
	_, given := k.FlinkConfig.Set[key]
	return dir != "" || given || slices.Contains(k.FlinkConfig.Deleted, key)
}

// bucket says once which clusters have nowhere to keep their state.
func (c *checker) bucket() {
	if len(c.homeless) == 0 {
		return
	}
	c.fail(diag.CodeCannotDerive, []string{"storage"},
		"there is no bucket to derive the directories for checkpoints, savepoints and high availability from; these need it: "+
			strings.Join(c.homeless, ", "), "set storage.bucket")
}

// distribution says which settings the distribution does not have.
func (c *checker) distribution(k *cluster) {
	if k.emr {
		return
	}
	if k.StateBackend.LocalRecovery == "ebs" {
		c.fail(diag.CodeWrongDistribution, c.given(k, "stateBackend", "localRecovery"),
			"local recovery on EBS volumes is a feature of EMR, and runtime.distribution is apache", "use disk")
	}
	quiet := func(on bool, keys ...string) {
		if on {
			c.add(diag.CodeWrongDistribution, diag.Warning, c.given(k, keys...),
				"this is a feature of EMR and has no effect, since runtime.distribution is apache", "remove it")
		}
	}
	quiet(k.Monitoring.S3 != nil || k.Monitoring.CloudWatch != nil, "monitoring")
	quiet(k.Recovery.CombinedRestart != "", "recovery", "combinedRestart")
	quiet(k.Recovery.GracefulDecommission != nil, "recovery", "gracefulDecommission")
}

func (c *checker) program(k *cluster, p *Program) {
	if p.Python != nil && !k.emr && strings.HasPrefix(p.Python.Script, "s3://") {
		c.fail(diag.CodeWrongDistribution, sub(k.path, "python", "script"),
			"EMR downloads a program from S3; Apache's image does not",
			"put the program into the image and give its path, or use an init container that fetches it")
	}
}
