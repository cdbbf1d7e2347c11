package change

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

// remark adds what users fall for: facts §6.3.
func (j *judge) remark() {
	for _, f := range j.fields {
		why, hint := j.trap(f.name(), at(j.spec, f.path...) == nil)
		if why != "" {
			j.meaning.say(f.name(), why, hint)
		}
	}
	if j.live.rolledBack && j.meaning.Effect != Ignored {
		j.meaning.say("", "the operator had rolled back to the last stable spec; it starts from what runs now", "")
	}
}

// trap says what is odd about a field that is set, or is gone, "" for nothing.
func (j *judge) trap(name string, gone bool) (why, hint string) {
	if gone {
		if name == "spec.restartNonce" || name == "spec.job.savepointRedeployNonce" {
			return name + " is taken away, which does nothing", ""
		}
		return "", ""
	}
	switch name {
	case "spec.job.initialSavepointPath":
		if j.meaning.Effect != Redeployed {
			return "job.initialSavepointPath is read at the first deployment only: the new value is ignored",
				"to start again from it set job.savepointRedeployNonce to a new value in the same change"
		}
	case "spec.job.upgradeMode":
		if j.meaning.Effect == Ignored {
			return "upgradeMode counts at the next upgrade", ""
		}
	case "spec.job.savepointTriggerNonce":
		return "the operator takes a savepoint of the running job", ""
	case "spec.job.checkpointTriggerNonce":
		return "the operator takes a checkpoint of the running job", ""
	case "spec.job.autoscalerResetNonce":
		return "what the autoscaler has learnt is cleared", ""
	}
	return "", ""
}
