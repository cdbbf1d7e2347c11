package change

import (
	"fmt"
	"slices"
	"strings"
)

// list joins names.
func list(names []string) string { return strings.Join(names, ", ") }

// presence gives Created, Deleted or Replaced; false where the object is there before and after.
func (in Input) presence() (Effect, bool) {
	switch {
	case in.Before == nil:
		return Created, true
	case in.After == nil:
		return Deleted, true
	case nameOf(in.Before) != nameOf(in.After):
		return Replaced, true
	default:
		return None, false
	}
}

// linesOf lists what differs outside of status, all with one effect, and labels and annotations as ignored if ignoreMeta.
func (in Input) linesOf(effect Effect, top ...string) []Line {
	var lines []Line
	for _, path := range mapDifferences(sub(in.Before, top...), sub(in.After, top...)) {
		lines = append(lines, Line{strings.Join(append(slices.Clone(top), path...), "."), effect})
	}
	return lines
}

// snapshot judges a FlinkStateSnapshot. Its savepoint is disposed of with it unless disposeOnDelete is false, which is
// read when it is deleted; the rest of its spec is read once, when it is triggered
// (StateSnapshotReconciler of operator 1.16.1, reconcile and cleanup).
func (in Input) snapshot() Meaning {
	var m Meaning
	state, path := text(in.Before, "status", "state"), text(in.Before, "status", "path")
	effect, done := in.presence()
	m.Effect = effect
	if done && effect != Created {
		_, savepoint := at(in.Before, "spec", "savepoint").(map[string]any)
		if savepoint && state == "COMPLETED" && text(in.Before, "spec", "savepoint", "disposeOnDelete") != "false" {
			m.lose("spec.savepoint.disposeOnDelete",
				fmt.Sprintf("the savepoint %q is deleted with its object (disposeOnDelete is true, the default)", path),
				"set spec.savepoint.disposeOnDelete to false first")
		}
	}
	if done {
		return m
	}
	read := Ignored
	if state == "" || state == "TRIGGER_PENDING" {
		read = Changed
	}
	m.Lines = in.linesOf(read, "spec")
	for i, line := range m.Lines {
		if line.Path == "spec.savepoint.disposeOnDelete" {
			m.Lines[i].Effect = Changed
		}
	}
	m.Lines = append(m.Lines, otherLines(in.Before, in.After)...)
	for _, line := range m.Lines {
		m.Effect = max(m.Effect, line.Effect)
	}
	if m.Effect == Ignored && len(in.linesOf(read, "spec")) > 0 {
		m.say("spec", "the snapshot is taken already ("+state+"): what its spec says now is ignored", "create another snapshot")
	}
	return m
}

// nodes judges a NodePool or an EC2NodeClass. A change of the pool's template or of the class makes nodes drift, which
// are then replaced gracefully, within the pool's budgets; limits, weight and disruption touch no node that is there
// (facts of Karpenter §5.1, §5.5; karpenter.sh, Disruption, Drift).
func (in Input) nodes() Meaning {
	effect, done := in.presence()
	m := Meaning{Effect: effect}
	_, kind := identity(in.After)
	if done {
		if _, kind := identity(in.Before); kind == "NodePool" && effect != Created {
			m.say("", "its nodes are drained and ended with it, and the pods on them move",
				"jobs restart from their last checkpoints; see that another pool takes their pods")
		}
		return m
	}
	for _, line := range in.linesOf(Changed, "spec") {
		switch {
		case strings.HasPrefix(line.Path, "spec.template.spec.nodeClassRef.") && !strings.HasSuffix(line.Path, ".name"):
			line.Effect = Refused
			m.say(line.Path, line.Path+" cannot be changed", "create a pool of another name, and delete this one")
		case kind == "EC2NodeClass", strings.HasPrefix(line.Path, "spec.template."):
			line.Effect = Drifted
		}
		m.Lines = append(m.Lines, line)
		m.Effect = max(m.Effect, line.Effect)
	}
	m.Lines = append(m.Lines, otherLines(in.Before, in.After)...)
	if m.Effect == Drifted {
		m.say("spec", "nodes that no longer match are replaced, as the budgets allow; jobs on them restart from their last checkpoints",
			"karpenter.sh/do-not-disrupt on the pods holds it back")
	}
	if m.Effect == None && len(m.Lines) > 0 {
		m.Effect = Ignored
	}
	return m
}

// plain judges any other object: it is created, changed or deleted, and some hold state.
func (in Input) plain() Meaning {
	effect, done := in.presence()
	m := Meaning{Effect: effect}
	if done {
		if effect != Created {
			m.keep(in.Before)
		}
		return m
	}
	for key := range in.merged() {
		switch key {
		case "status", "metadata", "apiVersion", "kind":
		default:
			for _, path := range differences(at(in.Before, key), at(in.After, key)) {
				m.Lines = append(m.Lines, Line{strings.Join(append([]string{key}, path...), "."), Changed})
			}
		}
	}
	slices.SortFunc(m.Lines, func(a, b Line) int { return strings.Compare(a.Path, b.Path) })
	for _, line := range otherLines(in.Before, in.After) {
		m.Lines = append(m.Lines, Line{line.Path, Changed})
	}
	if len(m.Lines) > 0 {
		m.Effect = Changed
	}
	return m
}

// merged gives the top keys of both objects.
func (in Input) merged() map[string]bool {
	keys := map[string]bool{}
	for key := range in.Before {
		keys[key] = true
	}
	for key := range in.After {
		keys[key] = true
	}
	return keys
}

// keep adds what goes with an object that holds state of others.
func (m *Meaning) keep(object map[string]any) {
	group, kind := identity(object)
	name := text(object, "metadata", "name")
	switch {
	case group == "" && kind == "Namespace":
		m.lose("", "everything in the namespace "+name+" is deleted with it: jobs, HA metadata, claims and Secrets", "keep it")
	case group == "" && kind == "PersistentVolumeClaim":
		m.lose("", "the volume of the claim "+name+" is deleted with it, unless its reclaim policy is Retain",
			"keep it, or copy the data")
	case group == "apiextensions.k8s.io" && kind == "CustomResourceDefinition":
		m.lose("", "every object of the kind is deleted with its definition "+name, "keep it")
	case group == "" && kind == "ConfigMap" && text(object, "metadata", "labels", "configmap-type") == "high-availability":
		m.lose("", "the ConfigMap "+name+" is HA metadata of a job, which names its last checkpoint", "keep it")
	case group == "storage.k8s.io" && kind == "StorageClass":
		m.say("", "volumes of the class "+name+" stay, and new claims of it stay pending", "")
	}
}
