package change

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// place is a setting that says where state is, or whose metadata finds it.
type place struct {
	keys []string
	// what it holds; only for a way by HA metadata, if ha.
	what string
	ha   bool
}

// places lists the settings whose change counts as a loss of state.
func places() []place {
	return []place{
		{flink.CheckpointDirKeys(), "checkpoints", false},
		{flink.SavepointDirKeys(), "savepoints", false},
		{flink.HAKeys(), "HA metadata, which names the last checkpoint", true},
		{[]string{"high-availability.storageDir", "high-availability.zookeeper.storageDir"},
			"HA metadata, which names the last checkpoint", true},
	}
}

// statePaths adds a loss for each path of state that changes with a restart: what is under the old path is not found
// under the new one. Whoever wants that says so. A path that was not set before is no change.
func (j *judge) statePaths(how How) {
	for _, p := range places() {
		before, after := j.old.Text(p.keys...), j.new.Text(p.keys...)
		if before == "" || plainPath(before) == plainPath(after) || strings.EqualFold(before, "NONE") || p.ha && how != FromLastState {
			continue
		}
		j.meaning.lose("spec.flinkConfiguration."+p.keys[0],
			fmt.Sprintf("%s changes from %q to %s: the %s of the job stay where they were, and nothing looks for them there any more",
				p.keys[0], before, quoted(after), p.what),
			"keep the path, or take a savepoint first and keep its path")
	}
}

// quoted quotes a value, and names one that is not there.
func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", s)
}

// kubernetesHA is the factory behind high-availability.type kubernetes (apache/flink 1.20, HighAvailabilityMode).
const kubernetesHA = "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"

// plainPath gives one spelling to a path with and without a slash at its end, and to the two of the HA type kubernetes.
func plainPath(path string) string {
	if path == kubernetesHA || strings.EqualFold(path, "kubernetes") {
		return "kubernetes"
	}
	return strings.TrimRight(path, "/")
}

// nonRestored adds what allowNonRestoredState does to an upgrade: state that no operator of the new job claims is
// dropped without a word. Switched on in the same change it counts as a loss, since it was meant to be used; where it
// always stood it is a note.
func (j *judge) nonRestored() {
	if text(j.spec, "job", "allowNonRestoredState") != "true" {
		return
	}
	path := "spec.job.allowNonRestoredState"
	why := "allowNonRestoredState: state that belongs to no operator of the new job is dropped"
	if text(j.live.base, "job", "allowNonRestoredState") == "true" {
		j.meaning.say(path, why, "set it to false when no upgrade needs it")
		return
	}
	j.meaning.lose(path, why, "upgrade without it first, and see whether Flink misses an operator")
}
