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
		Across: func(*model.World) Across {
			all := []*sharing{
				{keys: flink.CheckpointDirKeys(), of: checkpointDir},
				{keys: flink.SavepointDirKeys(), of: savepointsOf},
				{keys: []string{"high-availability.storageDir"}, of: haDir},
			}
			return Across{
				Cluster: func(c *model.Cluster, _ model.Say) {
					for _, s := range all {
						s.see(c)
					}
				},
				Done: func(say model.Say) {
					for _, s := range all {
						s.judge(say)
					}
				},
			}
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

// sharing collects who keeps one kind of state where.
type sharing struct {
	keys  []string
	of    func(*model.Cluster) directory
	first map[string]*model.Subject
	again map[string]*users
}

// users are the clusters of one directory behind the first: the second, at which
// it is said, the next few, and how many more there are.
type users struct {
	second    *model.Subject
	field     []string
	directory directory
	others    []string
	more      int
}

func (s *sharing) see(c *model.Cluster) {
	d := s.of(c)
	if d.path == "" {
		return
	}
	if s.first == nil {
		s.first, s.again = map[string]*model.Subject{}, map[string]*users{}
	}
	key := normalPath(d.path)
	if s.first[key] == nil {
		s.first[key] = c.Subject
		return
	}
	switch u := s.again[key]; {
	case u == nil:
		s.again[key] = &users{second: c.Subject, field: ownKey(c, s.keys), directory: d}
	case len(u.others) < few-1:
		u.others = append(u.others, named(c.Key.Namespace, c.Key.Name))
	default:
		u.more++
	}
}

// judge says once for each directory which clusters share it, at the second of
// them.
func (s *sharing) judge(say model.Say) {
	for _, path := range slices.Sorted(maps.Keys(s.again)) {
		first, u := s.first[path], s.again[path]
		if first.Key == u.second.Key {
			continue // one object that is there twice is FLK511's
		}
		others := enumerate(append([]string{named(first.Key.Namespace, first.Key.Name)}, u.others...))
		if u.more > 0 {
			others += "; and " + plural(u.more, "more")
		}
		say(model.Problem{
			Subject: u.second, Field: u.field, Severity: u.directory.severity,
			Message: fmt.Sprintf("%s go to %s, which is also that of %s", u.directory.what, u.directory.path, others),
			Hint:    u.directory.why,
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
