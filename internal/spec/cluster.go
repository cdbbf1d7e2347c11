package spec

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/flink"
)

// defaultImage is the official image of a Flink version, with the patch that
// its S3 plugins are named after; "" for a version without a known image
// (apache/flink-docker, 2026-05: 1.20.4, 2.0.2, 2.1.2).
func defaultImage(v flink.Version) string {
	switch v {
	case flink.Version{Major: 1, Minor: 20}:
		return "flink:1.20.4-java17"
	case flink.Version{Major: 2, Minor: 0}:
		return "flink:2.0.2-java17"
	case flink.Version{Major: 2, Minor: 1}:
		return "flink:2.1.2-java17"
	default:
		return ""
	}
}

// cluster is a Flink cluster, an application's or a session's, with everything
// derived that its FlinkDeployment is rendered from.
type cluster struct {
	*Common
	platform *Platform
	team     *Team
	path     []string
	name     string
	emr      bool
	release  flink.EMRRelease
	version  flink.Version
	image    string
	keys     flink.Keys
	batch    bool
}

// cluster derives what a FlinkDeployment named name is rendered from.
func (p *Platform) cluster(path []string, name, team string, c *Common) *cluster {
	k := &cluster{Common: c, platform: p, team: p.Teams[team], path: path, name: name, emr: p.emr()}
	if k.emr {
		if label, err := flink.ParseEMRLabel(c.EMRReleaseLabel); err == nil {
			k.release = label.Release
		}
	}
	k.version, k.image = k.flinkVersion()
	k.keys = flink.KeysFor(k.version)
	return k
}

func (p *Platform) emr() bool { return p.Runtime.Distribution == EMR }

// flinkVersion is what the values say, or else the version of the EMR release
// or of the image's tag; with neither, Apache's 1.20.
func (k *cluster) flinkVersion() (flink.Version, string) {
	image := k.Image
	version, _ := flink.ParseVersion(k.FlinkVersion)
	if k.emr {
		if facts, ok := flink.EMRFactsOf(k.release); ok && version.IsZero() {
			version = facts.Flink
		}
		return version, k.platform.mirror(image)
	}
	if image == "" && version.IsZero() {
		version = flink.Version{Major: 1, Minor: 20}
	}
	if image == "" {
		image = defaultImage(version)
	}
	if version.IsZero() {
		version, _, _ = flink.TagVersion(imageTag(image))
	}
	return version, k.platform.mirror(image)
}

// mirror puts the registry of the values in front of an image that names none.
func (p *Platform) mirror(image string) string {
	first, _, found := strings.Cut(image, "/")
	if image == "" || p.Runtime.ImageRegistry == "" || found && strings.ContainsAny(first, ".:") {
		return image
	}
	return strings.TrimSuffix(p.Runtime.ImageRegistry, "/") + "/" + image
}

// imageTag returns what stands after the last colon of an image, without a
// digest; "" without a tag.
func imageTag(image string) string {
	image, _, _ = strings.Cut(image, "@")
	i := strings.LastIndex(image, ":")
	if i < strings.LastIndex(image, "/") || i < 0 {
		return ""
	}
	return image[i+1:]
}

// stateDir is s3://<bucket>/<prefix><team>/<name>/<kind>, or "" without a
// bucket. The most special storage wins: the job's, the team's, the platform's.
func (k *cluster) stateDir(kind string) string {
	return stateDir(k.storage(), k.team, k.name, kind)
}

func (k *cluster) storage() *Storage {
	switch {
	case k.Storage != nil:
		return k.Storage
	case k.team != nil && k.team.Storage != nil:
		return k.team.Storage
	default:
		return &k.platform.Storage
	}
}

func stateDir(s *Storage, team *Team, name, kind string) string {
	if s.Bucket == "" || team == nil {
		return ""
	}
	return "s3://" + s.Bucket + "/" + s.Prefix + team.Key + "/" + name + "/" + kind
}

// or returns the first text that is not empty.
func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// role is the IAM role of the pods: the job's own, or the team's.
func (k *cluster) role() *Role {
	if k.Role != nil || k.team == nil {
		return k.Role
	}
	return k.team.Role
}

// arn returns the ARN of a role; "" for none.
func (p *Platform) arn(r *Role) string {
	switch {
	case r == nil:
		return ""
	case r.ARN != "":
		return r.ARN
	default:
		return aws.RoleARN(p.Cluster.Region, p.Cluster.AccountID, r.Name)
	}
}

// serviceAccount is the account in spec.serviceAccount; "" where EMR's operator
// makes the accounts from the role.
func (k *cluster) serviceAccount() string {
	if k.ServiceAccount != "" {
		return k.ServiceAccount
	}
	if k.emr && k.role() != nil {
		return ""
	}
	if k.Role != nil {
		return "flink-" + k.name
	}
	return k.team.ServiceAccount
}

// serviceAccounts are the accounts that the pods really run as.
func (k *cluster) serviceAccounts() []string {
	if sa := k.serviceAccount(); sa != "" {
		return []string{sa}
	}
	arn := k.platform.arn(k.role())
	return aws.EMRJobServiceAccounts(k.platform.Cluster.AccountID, aws.RoleName(arn))
}

// jobManagerReplicas is what the values say, or EMR's default of two with high
// availability, or one (EMR on EKS guide, jobruns-flink-using-ha).
func (k *cluster) jobManagerReplicas() int {
	switch {
	case !k.HighAvailability.Enabled:
		return 1
	case k.JobManager.Replicas > 0:
		return k.JobManager.Replicas
	case k.emr:
		return 2
	default:
		return 1
	}
}
