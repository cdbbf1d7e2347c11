package change

// refused judges what the operator's validator rejects on a change, and sets the meaning if it does. The texts are
// DefaultValidator's: facts §2.1 rules 4, 5 and 30 to 34, §2.3 rule 53.
func (j *judge) refused() bool {
	reason, refused := j.refusal()
	if !refused {
		return false
	}
	j.meaning = Meaning{Effect: Refused, Reasons: []Reason{reason}}
	for _, f := range j.fields {
		j.meaning.Lines = append(j.meaning.Lines, Line{f.name(), Refused})
	}
	return true
}

// refusal gives the first reason for a refusal.
func (j *judge) refusal() (Reason, bool) {
	if j.session {
		if !same(at(j.live.last, "deploymentName"), at(j.spec, "deploymentName")) {
			return Reason{Path: "spec.deploymentName", Why: "The deploymentName can't be changed", Hint: another}, true
		}
		return j.refusedNonce()
	}
	for _, check := range []func() (Reason, bool){j.refusedVersion, j.refusedKey, j.refusedJob, j.refusedMode, j.refusedNonce} {
		if reason, refused := check(); refused {
			return reason, true
		}
	}
	return Reason{}, false
}

// another is the way out where a field cannot change.
const another = "create it under another name, and delete this one"

// refusedVersion is rule 4.
func (j *judge) refusedVersion() (Reason, bool) {
	last := j.live.last
	return Reason{
			Path: "spec.flinkVersion",
			Why: "Changing flinkVersion after last-state suspend is not allowed. Restore your cluster with the current " +
				"flinkVersion and perform the version upgrade afterwards.",
			Hint: "resume it with flinkVersion " + text(last, "flinkVersion"),
		}, j.live.suspended() && mode(last) == modeLastState && mode(j.spec) != modeStateless &&
			text(last, "flinkVersion") != text(j.spec, "flinkVersion")
}

// refusedKey is rule 5.
func (j *judge) refusedKey() (Reason, bool) {
	for _, key := range []string{"kubernetes.namespace", "kubernetes.cluster-id", "high-availability.cluster-id"} {
		if _, ok := j.new[key]; ok {
			return Reason{Path: "spec.flinkConfiguration." + key, Why: "Forbidden Flink config key: " + key, Hint: "take it out"}, true
		}
	}
	return Reason{}, false
}

// refusedJob is rules 30 and 31.
func (j *judge) refusedJob() (Reason, bool) {
	was, will := sub(j.live.last, "job") != nil, sub(j.spec, "job") != nil
	why := "Cannot switch from session to job cluster"
	if was {
		why = "Cannot switch from job to session cluster"
	}
	return Reason{Path: "spec.job", Why: why, Hint: another}, was != will
}

// refusedMode is rules 32 and 33; null is native.
func (j *judge) refusedMode() (Reason, bool) {
	was, will := standalone(j.live.last), standalone(j.spec)
	why := "Cannot switch from native kubernetes to standalone kubernetes cluster"
	if was {
		why = "Cannot switch from standalone kubernetes to native kubernetes cluster"
	}
	return Reason{Path: "spec.mode", Why: why, Hint: another}, was != will
}

// refusedNonce is rule 34.
func (j *judge) refusedNonce() (Reason, bool) {
	nonce := at(j.spec, "job", "savepointRedeployNonce")
	return Reason{
			Path: "spec.job.initialSavepointPath",
			Why:  "InitialSavepointPath must not be empty for savepoint redeployment",
			Hint: "set it to the savepoint to start from",
		}, nonce != nil && !same(nonce, at(j.live.last, "job", "savepointRedeployNonce")) &&
			blank(text(j.spec, "job", "initialSavepointPath"))
}
