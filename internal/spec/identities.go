package spec

import (
	"cmp"
	"maps"
	"slices"
)

// ClusterIdentity is who the pods of a Flink cluster run as, and what its role
// gets besides what the cluster itself uses.
type ClusterIdentity struct {
	// Path is where the cluster stands in the values: jobs.orders.
	Path []string
	// Kind, Namespace and Name are those of its object.
	Kind, Namespace, Name string
	Team                  string
	// RoleARN is empty where the service account is someone else's.
	RoleARN  string
	Accounts []string
	// Access is the cluster's own; TeamAccess says that it runs with its team's
	// role.
	Access     Access
	TeamAccess bool
	// Connectors is what its connectors need besides, one each.
	Connectors []Access
}

// ClusterIdentities gives the identity of every Flink cluster, in order.
func (p *Platform) ClusterIdentities() []ClusterIdentity {
	var out []ClusterIdentity
	for _, k := range p.clusters() {
		id := ClusterIdentity{
			Path: k.path, Kind: "FlinkDeployment", Namespace: k.team.Namespace, Name: k.name, Team: k.team.Key,
			Accounts: k.serviceAccounts(), Access: k.Access, Connectors: k.connectorAccess(),
		}
		if k.path[0] == "blueGreen" {
			id.Kind = "FlinkBlueGreenDeployment"
		}
		if k.ownsAccount() {
			id.RoleARN = p.arn(k.role())
			id.TeamAccess = id.RoleARN != "" && id.RoleARN == p.arn(k.team.Role)
		}
		out = append(out, id)
	}
	return out
}

// ownsAccount reports whether the service account of the pods is made for them,
// by us or by EMR's operator, and so has their role.
func (k *cluster) ownsAccount() bool {
	if k.ServiceAccount == "" || k.Role != nil {
		return true
	}
	return k.ServiceAccount == k.team.ServiceAccount && (!k.emr || k.team.Role == nil)
}

// OperatorIdentity is the operator's role, empty for none, and its service
// account: that of EMR's chart (EMR on EKS guide, jobruns-flink-kubernetes-security),
// or what the values of Apache's name, which the bundled one has too.
func (p *Platform) OperatorIdentity() (roleARN, namespace, account string) {
	account = "flink-operator"
	if source, _ := p.ChartSource(); p.emr() && IsRemote(source) {
		account = "emr-containers-sa-flink-operator"
	}
	name, _ := dig(p.operatorValues(), "operatorServiceAccount")["name"].(string)
	return p.arn(p.Operator.Role), p.Operator.Namespace, or(name, account)
}

// OperatorLogs are the places where the operator keeps its own logs with EMR, as
// the values of its chart say: at the top, where AWS's page on Flink shows them,
// or under emrContainers, where its page on Spark does (EMR on EKS guide,
// jobruns-flink-monitoring-configuration; which of the two counts is unconfirmed).
func (p *Platform) OperatorLogs() (logURIs, logGroups []string) {
	all := p.operatorValues()
	emr, _ := all["emrContainers"].(object)
	for _, values := range []object{all, emr} {
		monitoring, _ := values["monitoringConfiguration"].(object)
		s3, _ := monitoring["s3MonitoringConfiguration"].(object)
		if uri, _ := s3["logUri"].(string); uri != "" {
			logURIs = append(logURIs, uri)
		}
		watch, _ := monitoring["cloudWatchMonitoringConfiguration"].(object)
		if group, _ := watch["logGroupName"].(string); group != "" {
			logGroups = append(logGroups, group)
		}
	}
	return logURIs, logGroups
}

// BucketKeys are the buckets that the platform, its teams and its jobs keep
// state in, with the KMS key of each, or "".
func (p *Platform) BucketKeys() map[string]string {
	out := map[string]string{}
	add := func(s *Storage) {
		if s != nil && s.Bucket != "" {
			out[s.Bucket] = cmp.Or(out[s.Bucket], s.KMSKeyARN)
		}
	}
	add(&p.Storage)
	for _, t := range p.Teams {
		add(t.Storage)
	}
	for _, k := range p.clusters() {
		add(k.Storage)
	}
	return out
}

// AWSTags are the tags of what is drawn in AWS.
func (p *Platform) AWSTags() map[string]string {
	if len(p.IAM.Tags) > 0 {
		return maps.Clone(p.IAM.Tags)
	}
	return maps.Clone(p.Cluster.Tags)
}

// InstanceProfile reports whether a node class names an instance profile itself,
// which Karpenter then does not make from the role.
func (p *Platform) InstanceProfile() bool {
	return slices.ContainsFunc(sortedKeys(p.NodeClasses), func(key string) bool {
		return p.NodeClasses[key].Spec["instanceProfile"] != nil
	})
}
