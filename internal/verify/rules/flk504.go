package rules

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK504 finds clusters that keep their state in one place.
//
// How Flink lays the paths out (apache/flink 1.20, FsCheckpointStorageAccess,
// AbstractFileStateBackend, HighAvailabilityServicesUtils): checkpoints go to
// DIR/JOB-ID, savepoints to DIR/savepoint-ID-RANDOM, and the metadata of high
// availability to DIR/CLUSTER-ID, where the cluster id is the name of the
// FlinkDeployment without its namespace. So a directory below another one is no
// conflict, and one that two jobs share is one only by what else is done with it.
func (Catalogue) FLK504() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "clusters share a state directory", Severity: diag.Warning,
			What: "Two clusters of the input have one checkpoint directory, or one directory for the metadata of high availability " +
				"and one name. " +
				"It is a note for savepoint directories, in which every savepoint has a directory of its own.",
			Why: "Checkpoints are kept apart by job ids alone, so that nobody can tell whose they are, or give access to one job's " +
				"alone; without subdirectories " +
				"for each job they overwrite each other. Clusters of one name that share a high-availability directory share its blob " +
				"folder, " +
				"which is deleted with the first of them.",
			Bad: "kind: FlinkDeployment\n---\nkind: FlinkDeployment\nmetadata: {name: payments}\n",
			Good: "kind: FlinkDeployment\n---\nkind: FlinkDeployment\nmetadata: {name: payments}\nspec:\n  flinkConfiguration:\n" +
				"    high-availability.storageDir: s3://flink-data/payments/ha\n    state.checkpoints.dir: " +
				"s3://flink-data/payments/checkpoints\n" +
				"    state.savepoints.dir: s3://flink-data/payments/savepoints\n",
			Source: "Flink 1.20, ops/state/checkpoints, directory structure; apache/flink, HighAvailabilityServicesUtils.java, " +
				"FileSystemBlobStore.java",
		},
		World: func(w *model.World, say model.Say) {
			clusters := living(w)
			shared(clusters, flink.CheckpointDirKeys(), checkpointDir, say)
			shared(clusters, flink.SavepointDirKeys(), savepointsOf, say)
			shared(clusters, []string{"high-availability.storageDir"}, haDir, say)
		},
	}
}

// directory is where a cluster keeps one kind of state; path is "" for none.
type directory struct {
	path, what, why string
	severity        *diag.Severity
}

func checkpointDir(c *model.Cluster) directory {
	d := directory{
		path: c.Config.Text(flink.CheckpointDirKeys()...), what: "checkpoints", severity: new(diag.Warning),
		why: "give each job a directory of its own",
	}
	if !c.Config.Bool(true, "execution.checkpointing.create-subdir", "state.checkpoints.create-subdir") {
		d.why = "the jobs overwrite each other's checkpoints, since subdirectories for each job are switched off: give each job a " +
			"directory of its own"
	}
	return d
}

func savepointsOf(c *model.Cluster) directory {
	return directory{
		path: c.Config.Text(flink.SavepointDirKeys()...), what: "savepoints", severity: new(diag.Info),
		why: "give each job a directory of its own, so that one can tell whose savepoints are there",
	}
}

// haDir is the directory with the cluster id, which no configuration may change.
func haDir(c *model.Cluster) directory {
	path := c.Config.Text("high-availability.storageDir")
	if path == "" || !c.HighlyAvailable() {
		return directory{}
	}
	return directory{
		path: strings.TrimRight(path, "/") + "/" + c.PodName(), what: "high-availability metadata", severity: new(diag.Warning),
		why: "clusters of one name need directories of their own: put the namespace into high-availability.storageDir",
	}
}

// shared says once for each directory which clusters share it, at the second of
// them.
func shared(clusters []*model.Cluster, keys []string, of func(*model.Cluster) directory, say model.Say) {
	users := map[string][]*model.Cluster{}
	for _, c := range clusters {
		if d := of(c); d.path != "" {
			key := normalPath(d.path)
			users[key] = append(users[key], c)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(users)) {
		list := users[path]
		if len(list) < 2 || list[0].Key == list[1].Key {
			continue // one object that is there twice is FLK511's
		}
		var others []string
		for _, c := range list {
			if c != list[1] {
				others = append(others, named(c.Key.Namespace, c.Key.Name))
			}
		}
		d := of(list[1])
		say(model.Problem{
			Subject: list[1].Subject, Field: ownKey(list[1], keys), Severity: d.severity,
			Message: fmt.Sprintf("%s go to %s, which is also that of %s", d.what, d.path, enumerate(others)),
			Hint:    d.why,
		})
	}
}

// ownKey is the field of the first key that the resource itself sets.
func ownKey(c *model.Cluster, keys []string) []string {
	for _, key := range keys {
		if _, ok := c.Own[key]; ok {
			return c.Setting(key)
		}
	}
	return c.Field()
}

// normalPath writes paths that are one place alike: without slashes at the end, and
// with one scheme for S3.
func normalPath(path string) string {
	path = strings.TrimRight(path, "/")
	for _, scheme := range []string{"s3a://", "s3n://", "s3p://"} {
		if rest, ok := strings.CutPrefix(path, scheme); ok {
			return "s3://" + rest
		}
	}
	return path
}
