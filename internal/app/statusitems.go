package app

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/release"
)

// items puts releases and objects together.
func (s *survey) items() []StatusItem {
	var out []StatusItem
	shown := map[string]bool{}
	for _, o := range slices.Concat(s.deployments, s.sessionJobs, s.blueGreens, s.snapshots) {
		rev := s.releaseOf(o)
		if o.Kind() == "FlinkStateSnapshot" && rev == nil {
			continue // of an upgrade, or asked for by hand: the job's row has the last
		}
		item := s.flinkItem(o)
		if rev != nil {
			item.Release = statusRelease(*rev)
			shown[rev.Key()] = true
			if rev.Status != "deployed" && item.Error == "" {
				item.Error = fmt.Sprintf("its release is %s: %s", rev.Status, rev.Description)
			}
		}
		out = append(out, item)
	}
	for _, rev := range s.revisions {
		if !shown[rev.Key()] {
			out = append(out, s.releaseItem(rev))
		}
	}
	slices.SortStableFunc(out, func(a, b StatusItem) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.family(), b.family()),
			cmp.Compare(a.Cluster, b.Cluster), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	return out
}

// rank puts the releases of the platform before those of jobs, and snapshots last.
func (i StatusItem) rank() int {
	if i.Release == nil {
		return 4
	}
	switch release.Kind(i.Release.Kind) {
	case release.Addon:
		return 0
	case release.Platform:
		return 1
	case release.Operator:
		return 2
	case release.Snapshot:
		return 5
	default:
		return 4
	}
}

// family is the name that an item stands by: a session job by its cluster, a
// colour by its blue/green deployment.
func (i StatusItem) family() string { return cmp.Or(i.Cluster, i.Owner, i.Name) }

func statusRelease(rev release.Revision) *StatusRelease {
	return &StatusRelease{
		Name: rev.Name, Namespace: rev.Namespace, Kind: string(rev.Kind), Revision: rev.Number, Status: rev.Status, Chart: rev.Chart,
		Updated: rev.Updated, From: rev.Path,
	}
}

// releaseOf is the release that holds an object, or nil.
func (s *survey) releaseOf(o cluster.Object) *release.Revision {
	for i, rev := range s.revisions {
		if (cluster.Release{Name: rev.Name, Namespace: rev.Namespace}).Owns(o) {
			return &s.revisions[i]
		}
	}
	return nil
}

// releaseItem is the row of a release without a Flink resource: the platform's,
// the operator's, or that of a job that is not there.
func (s *survey) releaseItem(rev release.Revision) StatusItem {
	item := StatusItem{Release: statusRelease(rev), Namespace: rev.Namespace, Name: rev.Name}
	if rev.Status != "deployed" {
		item.Error = rev.Description
	}
	switch rev.Kind {
	case release.Operator:
		for _, o := range s.operators {
			if (cluster.Release{Name: rev.Name, Namespace: rev.Namespace}).Owns(o) {
				state := cluster.StateOf(o)
				item.Kind, item.Name, item.Lifecycle, item.Image = o.Kind(), o.Name(), state.Word, firstImage(o)
				item.Error = cmp.Or(item.Error, state.Message)
				item.Pods = &StatusPods{Ready: int(o.Number("status", "readyReplicas")), Total: int(o.Number("status", "replicas"))}
			}
		}
	case release.Job, release.Session, release.Snapshot:
		if item.Error == "" {
			item.Error = "its Flink resource is not there"
		}
	default: // it has no resource with a state
	}
	return item
}

func firstImage(o cluster.Object) string {
	containers, _ := o.At("spec", "template", "spec", "containers").([]any)
	for _, each := range containers {
		c, _ := each.(map[string]any)
		return cluster.Object(c).Text("image")
	}
	return ""
}

// flinkItem is the row of a Flink resource.
func (s *survey) flinkItem(o cluster.Object) StatusItem {
	state := cluster.StateOf(o)
	item := StatusItem{
		Kind: o.Kind(), Namespace: o.Namespace(), Name: o.Name(), Lifecycle: state.Word, JobState: state.Job,
		JobID: o.Text("status", "jobStatus", "jobId"), Error: cluster.ErrorText(o), object: o,
		Cluster: o.Text("spec", "deploymentName"), FlinkVersion: o.Text("spec", "flinkVersion"), Image: o.Text("spec", "image"),
	}
	if item.Error == "" && state.Phase == cluster.Failed {
		item.Error = state.Message
	}
	spec := deployed(o)
	item.Parallelism = spec.Number("job", "parallelism")
	switch o.Kind() {
	case "FlinkBlueGreenDeployment":
		template := cluster.Object{"spec": o.At("spec", "template", "spec")}
		item.Parallelism, item.FlinkVersion = template.Number("spec", "job", "parallelism"), template.Text("spec", "flinkVersion")
		item.Image = template.Text("spec", "image")
		return item
	case "FlinkStateSnapshot":
		item.Savepoint = &StatusSnapshot{
			Path: o.Text("status", "path"), Time: o.Text("status", "resultTimestamp"), Name: o.Name(),
		}
		return item
	case "FlinkDeployment":
		item.Session = o.At("spec", "job") == nil
		for _, owner := range owners(o) {
			if owner.Kind() == "FlinkBlueGreenDeployment" {
				item.Owner = owner.Text("name")
			}
		}
		s.addPods(&item)
	case "FlinkSessionJob":
		for _, c := range s.deployments {
			if c.Namespace() == o.Namespace() && c.Name() == item.Cluster {
				item.FlinkVersion, item.Image = c.Text("spec", "flinkVersion"), c.Text("spec", "image")
			}
		}
	}
	if o.At("spec", "job") != nil {
		item.Checkpoint, item.Savepoint = lastCheckpoint(o, s.snapshots), lastSavepoint(o, s.snapshots)
		item.Vertices, item.Scaling = scaling(o, s.scalers, s.reports)
	}
	return item
}

func owners(o cluster.Object) []cluster.Object {
	all, _ := o.At("metadata", "ownerReferences").([]any)
	out := make([]cluster.Object, 0, len(all))
	for _, each := range all {
		owner, _ := each.(map[string]any)
		out = append(out, owner)
	}
	return out
}

// deployed is the spec that the operator last took up, or the object's own before
// there is one (facts of flink-kubernetes-operator, status.reconciliationStatus).
func deployed(o cluster.Object) cluster.Object {
	var last struct{ Spec map[string]any }
	text := o.Text("status", "reconciliationStatus", "lastReconciledSpec")
	if json.Unmarshal([]byte(text), &last) == nil && last.Spec != nil {
		return last.Spec
	}
	spec, _ := o.At("spec").(map[string]any)
	return spec
}

// addPods counts the pods of a cluster and names their nodes.
func (s *survey) addPods(item *StatusItem) {
	item.Pods = &StatusPods{}
	var restarts int64
	names := map[string]bool{}
	for _, pod := range s.pods {
		if pod.Namespace() != item.Namespace || pod.Text("metadata", "labels", "app") != item.Name {
			continue
		}
		item.Pods.Total++
		if condition(pod, "Ready") == "True" {
			item.Pods.Ready++
		}
		statuses, _ := pod.At("status", "containerStatuses").([]any)
		for _, each := range statuses {
			c, _ := each.(map[string]any)
			restarts += cluster.Object(c).Number("restartCount")
		}
		if node := pod.Text("spec", "nodeName"); node != "" {
			names[node] = true
		}
	}
	if item.Pods.Total > 0 {
		item.Restarts = &restarts
	}
	for name := range names {
		item.Nodes = append(item.Nodes, StatusNode{Name: name, Pool: s.pool(name)})
	}
	slices.SortFunc(item.Nodes, func(a, b StatusNode) int {
		return cmp.Or(cmp.Compare(a.Pool, b.Pool), cmp.Compare(a.Name, b.Name))
	})
}

// pool is the pool of a node: Karpenter's label, or that of managed node groups
// (https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html).
func (s *survey) pool(node string) string {
	for _, n := range s.nodes {
		if n.Name() == node {
			return cmp.Or(n.Text("metadata", "labels", "karpenter.sh/nodepool"),
				n.Text("metadata", "labels", "eks.amazonaws.com/nodegroup"))
		}
	}
	return ""
}

func condition(o cluster.Object, kind string) string {
	all, _ := o.At("status", "conditions").([]any)
	for _, each := range all {
		c, _ := each.(map[string]any)
		if cluster.Object(c).Text("type") == kind {
			return cluster.Object(c).Text("status")
		}
	}
	return ""
}

// lastCheckpoint is the job's last checkpoint that the operator asked for: of its
// FlinkStateSnapshots, or of its status, which is deprecated. Those that Flink
// takes by itself are known to its REST API alone.
func lastCheckpoint(job cluster.Object, snapshots []cluster.Object) *StatusSnapshot {
	found := newest(job, snapshots, "checkpoint")
	if at := job.Number("status", "jobStatus", "checkpointInfo", "lastCheckpoint", "timeStamp"); at > 0 {
		found = later(found, &StatusSnapshot{Time: ofMillis(at)})
	}
	return found
}

// lastSavepoint is the job's last savepoint: of its FlinkStateSnapshots, of its
// status, or the one that it restores from.
func lastSavepoint(job cluster.Object, snapshots []cluster.Object) *StatusSnapshot {
	found := newest(job, snapshots, "savepoint")
	info := cluster.Object{"last": job.At("status", "jobStatus", "savepointInfo", "lastSavepoint")}
	if path := info.Text("last", "location"); path != "" {
		found = later(found, &StatusSnapshot{Path: path, Time: ofMillis(info.Number("last", "timeStamp"))})
	}
	path := job.Text("status", "jobStatus", "upgradeSavepointPath")
	if found == nil && path != "" && path != cluster.LastState {
		found = &StatusSnapshot{Path: path}
	}
	return found
}

func later(a, b *StatusSnapshot) *StatusSnapshot {
	if a == nil || instant(b.Time).After(instant(a.Time)) {
		return b
	}
	return a
}

// newest is the last completed FlinkStateSnapshot of a kind that belongs to a job.
func newest(job cluster.Object, snapshots []cluster.Object, kind string) *StatusSnapshot {
	var found *StatusSnapshot
	for _, o := range snapshots {
		if o.Text("status", "state") == "COMPLETED" && o.At("spec", kind) != nil && belongs(o, job) {
			found = later(found, &StatusSnapshot{Path: o.Text("status", "path"), Time: taken(o), Name: o.Name()})
		}
	}
	return found
}

// taken is when a snapshot was completed, or made.
func taken(o cluster.Object) string {
	return cmp.Or(o.Text("status", "resultTimestamp"), o.Text("metadata", "creationTimestamp"))
}

// jobLabel says which job a FlinkStateSnapshot belongs to that has no jobReference:
// that of a savepoint that was taken over.
const jobLabel = "helm-flink.dev/job"

// belongs reports whether a FlinkStateSnapshot is of a job: by its reference, or
// by the labels that the operator or we give it.
func belongs(snapshot, job cluster.Object) bool {
	if snapshot.Namespace() != job.Namespace() {
		return false
	}
	if name := snapshot.Text("spec", "jobReference", "name"); name != "" {
		return name == job.Name() && snapshot.Text("spec", "jobReference", "kind") == job.Kind()
	}
	labels := func(key string) string { return snapshot.Text("metadata", "labels", key) }
	if labels("job-reference.name") == job.Name() && labels("job-reference.kind") == job.Kind() {
		return true
	}
	return labels(jobLabel) == strings.ToLower(job.Kind())+"."+job.Name()
}

// instant reads a time of a status: RFC 3339, or milliseconds; the zero time for
// what is neither.
func instant(text string) time.Time {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.UnixMilli(ms)
	}
	return time.Time{}
}

func ofMillis(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }
