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
		before, after := trimmed(j.old.Text(p.keys...)), trimmed(j.new.Text(p.keys...))
		if before == "" || before == after || strings.EqualFold(before, "NONE") || p.ha && how != FromLastState {
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

// trimmed drops the slash at the end of a path.
func trimmed(path string) string { return strings.TrimRight(path, "/") }

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

// refused judges what the operator's validator rejects on a change (facts §2.1 rules 4, 5, 30–34, §2.3 rule 53; the texts
// are DefaultValidator's), and sets the meaning if it does.
func (j *judge) refused() bool {
	path, message, hint := j.refusal()
	if message == "" {
		return false
	}
	j.meaning = Meaning{Effect: Refused, Reasons: []Reason{{Path: path, Why: message, Hint: hint}}}
	for _, f := range j.fields {
		j.meaning.Lines = append(j.meaning.Lines, Line{f.name(), Refused})
	}
	return true
}

func (j *judge) refusal() (path, message, hint string) {
	last, spec := j.live.last, j.spec
	oldName, newName := text(last, "deploymentName"), text(spec, "deploymentName")
	nonce := at(spec, "job", "savepointRedeployNonce")
	newNonce := nonce != nil && !same(nonce, at(last, "job", "savepointRedeployNonce"))
	const another = "create it under another name, and delete this one"
	switch {
	case j.session && oldName != newName:
		return "spec.deploymentName", "The deploymentName can't be changed", another
	case !j.session && j.live.suspended() && mode(last) == modeLastState && mode(spec) != modeStateless &&
		text(last, "flinkVersion") != text(spec, "flinkVersion"):
		return "spec.flinkVersion", "Changing flinkVersion after last-state suspend is not allowed. Restore your cluster with " +
				"the current flinkVersion and perform the version upgrade afterwards.",
			"resume it with flinkVersion " + text(last, "flinkVersion")
	case !j.session && sub(last, "job") == nil && sub(spec, "job") != nil:
		return "spec.job", "Cannot switch from session to job cluster", another
	case !j.session && sub(last, "job") != nil && sub(spec, "job") == nil:
		return "spec.job", "Cannot switch from job to session cluster", another
	case !j.session && !standalone(last) && standalone(spec):
		return "spec.mode", "Cannot switch from native kubernetes to standalone kubernetes cluster", another
	case !j.session && standalone(last) && !standalone(spec):
		return "spec.mode", "Cannot switch from standalone kubernetes to native kubernetes cluster", another
	case newNonce && blank(text(spec, "job", "initialSavepointPath")):
		return "spec.job.initialSavepointPath", "InitialSavepointPath must not be empty for savepoint redeployment",
			"set it to the savepoint to start from"
	}
	for _, key := range []string{"kubernetes.namespace", "kubernetes.cluster-id", "high-availability.cluster-id"} {
		if _, ok := j.new[key]; ok {
			return "spec.flinkConfiguration." + key, "Forbidden Flink config key: " + key, "take it out"
		}
	}
	return "", "", ""
}

// lines lists the fields with what each alone does, within the effect of the whole.
func (j *judge) lines() {
	for _, f := range j.fields {
		effect := Ignored
		switch {
		case j.meaning.Effect == Ignored:
		case f.name() == "spec.job.state":
			effect = j.meaning.Effect
		case f.weight == scale && j.meaning.Effect == Scaled:
			effect = Scaled
		case f.weight == scale, f.weight == upgrade:
			effect = Upgraded
		case f.weight == redeploy:
			effect = Redeployed
		}
		j.meaning.Lines = append(j.meaning.Lines, Line{f.name(), effect})
	}
	j.meaning.Lines = append(j.meaning.Lines, otherLines(j.Before, j.After)...)
}

// remark adds what users fall for.
func (j *judge) remark() {
	m := &j.meaning
	for _, f := range j.fields {
		gone := at(j.spec, f.path...) == nil
		switch name := f.name(); {
		case name == "spec.job.initialSavepointPath" && m.Effect != Redeployed && !gone:
			m.say(name, "job.initialSavepointPath is read at the first deployment only: the new value is ignored",
				"to start again from it set job.savepointRedeployNonce to a new value in the same change")
		case name == "spec.restartNonce" && gone, name == "spec.job.savepointRedeployNonce" && gone:
			m.say(name, name+" is taken away, which does nothing", "")
		case name == "spec.job.upgradeMode" && m.Effect == Ignored:
			m.say(name, "upgradeMode counts at the next upgrade", "")
		case name == "spec.job.savepointTriggerNonce" && !gone:
			m.say(name, "the operator takes a savepoint of the running job", "")
		case name == "spec.job.checkpointTriggerNonce" && !gone:
			m.say(name, "the operator takes a checkpoint of the running job", "")
		case name == "spec.job.autoscalerResetNonce" && !gone:
			m.say(name, "what the autoscaler has learnt is cleared", "")
		}
	}
	if j.live.rolledBack && m.Effect != Ignored {
		m.say("", "the operator had rolled back to the last stable spec; it starts from what runs now", "")
	}
}
