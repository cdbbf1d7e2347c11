package app

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// The kinds of places that may expire, as the keys of iam.expireDays.
const (
	checkpoints = "checkpoints"
	savepoints  = "savepoints"
	logFiles    = "logs"
)

// emrAccounts are the accounts that EMR's operator makes for a role. Their names
// hold the cluster's account, which without values is taken to be the role's.
func (g *gathering) emrAccounts(namespace, roleARN string) []iam.ServiceAccount {
	account := aws.AccountOf(roleARN)
	if g.platform != nil {
		account = g.platform.Cluster.AccountID
	}
	return accounts(namespace, aws.EMRJobServiceAccounts(account, aws.RoleName(roleARN)))
}

// deployment gathers what a FlinkDeployment uses: its directories, its program,
// which its own pods fetch, and the places of its logs.
func (g *gathering) deployment(u *iam.Uses, c *model.Cluster) {
	g.state(u, c.Config, c.HighlyAvailable())
	if job := c.Spec.Job; job != nil {
		g.job(u, c.Config, job)
		object(u, job.JarURI)
	}
	m := c.Spec.MonitoringConfiguration
	if m == nil {
		return
	}
	if m.S3MonitoringConfiguration != nil {
		g.logs(u, m.S3MonitoringConfiguration.LogURI)
	}
	if w := m.CloudWatchMonitoringConfiguration; w != nil && w.LogGroupName != "" {
		u.LogGroups = append(u.LogGroups, w.LogGroupName)
	}
}

// sessionJob gathers what a session job makes its cluster use. Its jar is
// fetched by the operator, which uploads it to the JobManager (Flink operator 1.15,
// AbstractFlinkService.submitJobToSessionCluster).
func (g *gathering) sessionJob(u *iam.Uses, j *model.SessionJob) {
	g.state(u, j.Config, j.Cluster.HighlyAvailable())
	if job := j.Spec.Job; job != nil {
		g.job(u, j.Config, job)
		g.jars[job.JarURI] = true
	}
}

// state gathers the directories that a configuration sets.
func (g *gathering) state(u *iam.Uses, c flink.Config, ha bool) {
	g.dir(u, c, checkpoints, flink.CheckpointDirKeys()...)
	g.dir(u, c, savepoints, flink.SavepointDirKeys()...)
	if ha {
		g.dir(u, c, "", "high-availability.storageDir", "high-availability.zookeeper.storageDir", "recovery.zookeeper.storageDir")
		// Below the former by default (Flink documentation, "JobResultStore").
		g.dir(u, c, "", "job-result-store.storage-path")
	}
	if c.Bool(false, "state.changelog.enabled", "state.backend.changelog.enabled") {
		g.dir(u, c, "", "state.changelog.dstl.dfs.base-path", "dstl.dfs.base-path")
	}
	g.dir(u, c, "", "jobmanager.archive.fs.dir")
}

// dir gathers the directory of an option. Where the option holds the entropy
// key, files lie below a random text in its place, four characters long by
// default, and metadata without it (Flink documentation, "Amazon S3", entropy
// injection).
func (g *gathering) dir(u *iam.Uses, c flink.Config, kind string, keys ...string) {
	uri := c.Text(keys...)
	spellings := []string{uri}
	if entropy := c.Text("s3.entropy.key"); entropy != "" && strings.Contains(uri, entropy) {
		random := strings.Repeat("?", c.Int(4, "s3.entropy.length"))
		spellings = []string{strings.ReplaceAll(uri, entropy+"/", ""), strings.ReplaceAll(uri, entropy, random)}
	}
	for _, uri := range spellings {
		at, ok := place(uri)
		if !ok {
			continue
		}
		add(&u.State, at)
		if kind != "" && !strings.Contains(at.Key, "?") {
			g.expiring[at] = kind
		}
	}
}

// job gathers what a job reads once: the savepoint that it starts from, which is
// its own to delete with claim mode CLAIM, and further artifacts.
func (g *gathering) job(u *iam.Uses, c flink.Config, job *v1beta1.JobSpec) {
	claim := strings.EqualFold(c.Text("execution.state-recovery.claim-mode", "execution.savepoint-restore-mode"), "CLAIM")
	for _, uri := range []string{job.InitialSavepointPath, c.Text("execution.state-recovery.path", "execution.savepoint.path")} {
		at, ok := place(uri)
		switch {
		case ok && claim:
			add(&u.State, at)
		case ok && !within(u.State, at):
			add(&u.Read, at)
		}
	}
	for _, key := range []string{"user.artifacts.artifact-list", "pipeline.jars"} {
		for uri := range strings.SplitSeq(c.Text(key), ";") {
			object(u, strings.TrimSpace(uri))
		}
	}
}

// within reports whether a place lies below one of others.
func within(all []iam.Place, at iam.Place) bool {
	return slices.ContainsFunc(all, func(p iam.Place) bool {
		return p.Bucket == at.Bucket && (p.Key == "" || p.Key == at.Key || strings.HasPrefix(at.Key, p.Key+"/"))
	})
}

// logs gathers the place of EMR's log files, bucket/prefix with or without a
// scheme.
func (g *gathering) logs(u *iam.Uses, uri string) {
	if uri != "" && !strings.Contains(uri, "://") {
		uri = "s3://" + uri
	}
	if at, ok := place(uri); ok {
		add(&u.Logs, at)
		g.expiring[at] = logFiles
	}
}

// snapshotCluster is the cluster whose job a snapshot is taken of, or nil.
func snapshotCluster(w *model.World, s *model.Snapshot) *model.Cluster {
	ref := s.Spec.JobReference
	if ref == nil {
		return nil
	}
	if ref.Kind != v1beta1.JobKindFlinkSessionJob {
		return w.Cluster(s.Key.Namespace, ref.Name)
	}
	for _, j := range w.SessionJobs {
		if j.Key.Namespace == s.Key.Namespace && j.Key.Name == ref.Name {
			return w.Cluster(j.Key.Namespace, j.DeploymentName)
		}
	}
	return nil
}

// snapshot gathers the place of a savepoint that the cluster's job writes, or
// deletes with its object.
func (g *gathering) snapshot(u *iam.Uses, s *model.Snapshot) {
	sp := s.Spec.Savepoint
	if sp == nil {
		return
	}
	exists := sp.AlreadyExists != nil && *sp.AlreadyExists
	disposed := sp.DisposeOnDelete == nil || *sp.DisposeOnDelete
	if at, ok := place(sp.Path); ok && (!exists || disposed) {
		add(&u.State, at)
	}
}

// object gathers a single object that is read.
func object(u *iam.Uses, uri string) {
	if at, ok := place(uri); ok && at.Key != "" {
		add(&u.Objects, at)
	}
}

func add(to *[]iam.Place, at iam.Place) {
	if !slices.Contains(*to, at) {
		*to = append(*to, at)
	}
}

// place reads a URI with one of the schemes of Flink's S3 file systems (Flink
// documentation, "Amazon S3"); ok is false for any other.
func place(uri string) (at iam.Place, ok bool) {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(uri), "://")
	if !ok || !slices.Contains([]string{"s3", "s3a", "s3p"}, strings.ToLower(scheme)) {
		return at, false
	}
	at.Bucket, at.Key, _ = strings.Cut(rest, "/")
	at.Key = strings.Trim(at.Key, "/")
	return at, at.Bucket != ""
}

// dashed makes a key part of a name.
func dashed(key string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, key)
}
