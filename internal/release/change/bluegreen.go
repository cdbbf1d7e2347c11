package change

import (
	"fmt"
	"strings"
)

// blueGreen judges a FlinkBlueGreenDeployment, whose template is a FlinkDeployment. A change of weight starts a second
// deployment of the other colour; one that the operator ignores is patched into the running one; a new
// savepointRedeployNonce starts the second from job.initialSavepointPath
// (FlinkBlueGreenDeploymentSpecDiff.compare, BlueGreenUtils.isSavepointRequired of operator 1.16.1).
func (in Input) blueGreen() Meaning {
	var m Meaning
	effect, done := in.presence()
	m.Effect = effect
	j := judge{Input: in, live: colour(in.Before), spec: sub(in.After, "spec", "template", "spec")}
	j.old, j.new = j.config(j.live.base), j.config(j.spec)
	stateful := j.stateful()
	if done {
		if effect != Created && stateful {
			m.lose("", "both colours are deleted with it, and the HA metadata of the job that runs",
				"take a savepoint with a FlinkStateSnapshot first, and start from it with job.initialSavepointPath")
		}
		return m
	}
	template := fields(j.live.base, j.spec, standalone(j.live.base))
	for _, f := range template {
		line := Line{"spec.template." + f.name(), Ignored}
		if f.weight != ignore {
			line.Effect = Upgraded
		}
		if f.weight == redeploy {
			line.Effect = Redeployed
		}
		m.Lines = append(m.Lines, line)
	}
	for _, line := range in.linesOf(Changed, "spec") {
		if !strings.HasPrefix(line.Path, "spec.template.spec") {
			m.Lines = append(m.Lines, line)
			m.Effect = Changed
		}
	}
	m.Lines = append(m.Lines, otherLines(in.Before, in.After)...)
	if m.Effect == None && len(m.Lines) > 0 {
		m.Effect = Ignored
	}
	in.transition(&m, template, &j, stateful)
	return m
}

// colour reads a blue-green deployment as the one that it runs. Its lastReconciledSpec is the spec of the whole.
func colour(object map[string]any) live {
	status := sub(object, "status")
	l := live{state: text(status, "jobStatus", "state"), base: sub(object, "spec", "template", "spec")}
	l.last = sub(reconciled(text(status, "lastReconciledSpec")), "template", "spec")
	if colour := text(status, "blueGreenState"); l.last == nil && colour != "" && colour != "INITIALIZING_BLUE" {
		l.last = l.base
	}
	return l
}

// transition sets what a change of the template does.
func (in Input) transition(m *Meaning, template []field, j *judge, stateful bool) {
	was, will := text(j.live.base, "job", "state") == "suspended", text(j.spec, "job", "state") == "suspended"
	most := heaviest(template)
	switch {
	case most == ignore:
		return
	case was != will:
		m.Effect = Resumed
		if will {
			m.Effect = Suspended
		}
	case most == redeploy:
		m.Effect, m.How = Redeployed, Transition
	default:
		m.Effect, m.How = Upgraded, Transition
	}
	switch {
	case !stateful:
	case most == redeploy:
		m.lose("spec.template.spec.job.savepointRedeployNonce",
			fmt.Sprintf("the second deployment starts from %q: what the job did after that savepoint is lost",
				text(j.spec, "job", "initialSavepointPath")), "take a savepoint first if the present state is worth keeping")
	case mode(j.spec) == modeStateless && m.How == NoHow:
		m.lose("spec.template.spec.job.upgradeMode", "upgradeMode stateless: the job goes on from empty state",
			"set job.upgradeMode to savepoint or last-state")
	case mode(j.spec) == modeStateless:
		m.lose("spec.template.spec.job.upgradeMode", "upgradeMode stateless: the second deployment starts from empty state",
			"set job.upgradeMode to savepoint or last-state, for both of which a savepoint is taken")
	case m.How == Transition:
		m.say("spec.template.spec", "a savepoint is taken, and the second deployment starts from it", "")
		j.statePaths(FromSavepoint)
		for _, r := range j.meaning.Reasons {
			m.lose("spec.template."+r.Path, r.Why, r.Hint)
		}
	}
}
