package importer

import (
	"cmp"
	"slices"
	"strings"
)

// imageKeys are those of FlinkImage, which stand in runtime for all.
func imageKeys() []string {
	return []string{"emrReleaseLabel", "flinkVersion", "image", "imagePullPolicy", "imagePullSecrets", "s3"}
}

// values are the values as they stand now: what all jobs have in common is in
// runtime and jobDefaults, what those of a team share in the team's, and defaults
// are left out.
func (d *Draft) values() object {
	out := cloneMap(d.top)
	teams := object{}
	for key, team := range d.teams {
		team = cloneMap(team)
		d.lean(team, nil, []string{"teams", key})
		teams[key] = team
	}
	put(out, teams, "teams")
	members := map[*entry]object{}
	for _, e := range d.entries {
		v := cloneMap(e.values)
		set(out, v, e.section, e.key)
		members[e] = v
	}
	d.liftNodes(out)
	runtime, all := object{}, object{}
	d.lift(members, "", runtime, imageKeys(), 1)
	d.release(members, runtime)
	byTeam := map[string]object{}
	if !d.plain {
		d.lift(members, "", all, d.schema.keys("jobDefaults"), 2)
		for key := range d.teams {
			defaults := object{}
			if len(d.teams) > 1 {
				d.lift(members, key, defaults, d.schema.keys("jobDefaults"), 2)
			}
			byTeam[key] = defaults
		}
	}
	for e, v := range members {
		d.lean(v, []object{runtime, all, byTeam[d.teamOf[e.id.Namespace]]}, []string{e.section, e.key})
	}
	for key, defaults := range byTeam {
		d.lean(defaults, []object{runtime, all}, []string{"jobDefaults"})
		put(out, defaults, "teams", key, "jobDefaults")
	}
	d.lean(all, []object{runtime}, []string{"jobDefaults"})
	d.lean(runtime, nil, []string{"runtime"})
	put(out, all, "jobDefaults")
	for key, value := range runtime {
		set(out, value, "runtime", key)
	}
	for _, section := range []string{"storage", "operator", "platform"} {
		if v := dig(out, section); v != nil {
			d.lean(v, nil, []string{section})
		}
	}
	return out
}

// release makes EMR's newest release that of the platform, whose operator follows
// it.
func (d *Draft) release(members map[*entry]object, runtime object) {
	if !d.emr || runtime["emrReleaseLabel"] != nil {
		return
	}
	var newest *entry
	for e := range members {
		if e.release.IsZero() {
			continue
		}
		if newest == nil || cmp.Or(newest.release.Compare(e.release), strings.Compare(newest.label(), e.label())) < 0 {
			newest = e
		}
	}
	if newest == nil {
		return
	}
	runtime["emrReleaseLabel"] = newest.label()
	for _, v := range members {
		if v["emrReleaseLabel"] == runtime["emrReleaseLabel"] {
			delete(v, "emrReleaseLabel")
		}
	}
}

// label is EMR's release label.
func (e *entry) label() string { return textAt(e.spec, "emrReleaseLabel") }

// lift moves to a layer what all members of a team, or all, say alike, if they are
// at least so many. A member that does not take a key has no say in it.
func (d *Draft) lift(members map[*entry]object, team string, into object, keys []string, least int) {
	for _, key := range keys {
		if slices.Contains([]string{"labels", "annotations", "parallelism", "role", "serviceAccount", "name", "team"}, key) {
			continue
		}
		var say []object
		mixed := false
		for e, v := range members {
			if team != "" && d.teamOf[e.id.Namespace] != team || !slices.Contains(jobSections(), e.section) {
				continue
			}
			if key == "spec" && e.section == "sessionJobs" {
				mixed = true // spec of a session job is another one
			}
			if slices.Contains(d.schema.keys(e.section, "x"), key) {
				say = append(say, v)
			}
		}
		if len(say) >= least && !mixed {
			liftKey(say, into, key)
		}
	}
}

func jobSections() []string { return []string{"jobs", "sessionClusters", "sessionJobs", "blueGreen"} }

// liftKey moves what is equal at a path. Maps are gone into, but not those of which
// the keys exclude one another, or which are known by a name.
func liftKey(say []object, into object, path ...string) {
	first, ok := said(say[0], path...), true
	value := get(say[0], path...)
	for _, v := range say[1:] {
		ok = ok && said(v, path...) == first && equal(get(v, path...), value)
	}
	if ok && first {
		set(into, clone(value), path...)
		for _, v := range say {
			remove(v, path...)
		}
		return
	}
	m, isMap := value.(object)
	whole := path[0] == "nodePool" || len(path) == 2 && (path[0] == "env" || path[0] == "volumes")
	if !isMap || whole {
		return
	}
	for _, key := range sortedKeys(m) {
		liftKey(say, into, append(slices.Clone(path), key)...)
	}
}

// lean leaves out what is the default, where no layer below says otherwise.
func (d *Draft) lean(v object, below []object, path []string, at ...string) {
	here := dig(v, at...)
	if len(at) == 0 {
		here = v
	}
	for _, key := range sortedKeys(here) {
		full := append(slices.Clone(at), key)
		switch key {
		case "spec", "podTemplate", "flinkConfiguration", "env", "labels", "annotations", "args":
			continue
		}
		if _, isMap := here[key].(object); isMap {
			d.lean(v, below, path, full...)
			continue
		}
		def, ok := d.schema.fallback(append(slices.Clone(path), full...)...)
		if !ok || !sameDefault(here[key], def) || needed(full, here) {
			continue
		}
		if slices.ContainsFunc(below, func(o object) bool { return said(o, full...) }) {
			continue
		}
		remove(v, full...)
		if len(here) == 0 {
			return
		}
	}
}

// sameDefault compares a value with a default, which may be held as a number or as
// its text.
func sameDefault(v, def any) bool {
	a, ok := scalar(v)
	b, ok2 := scalar(def)
	return ok && ok2 && a == b || equal(v, def)
}

// needed reports whether a key stays though it has its default: it is the only one
// of a map that must be there.
func needed(path []string, in object) bool {
	if len(path) < 2 {
		return false
	}
	if path[0] == "restart" {
		return path[len(path)-1] == "strategy"
	}
	free := []string{
		"checkpoints", "savepoints", "highAvailability", "stateBackend", "changelog", "upgrade", "recovery", "autoscaler",
		"jobManager", "taskManager", "s3", "metadataOptions", "networkPolicy", "podSecurity",
	}
	return len(in) == 1 && (len(path) != 2 || !slices.Contains(free, path[0]))
}

// liftNodes moves what all node classes share to the cluster.
func (d *Draft) liftNodes(out object) {
	classes := dig(out, "nodeClasses")
	for key, at := range map[string]string{"role": "nodeRole", "subnetSelector": "subnetSelector",
		"securityGroupSelector": "securityGroupSelector", "tags": "tags"} {
		var shared any
		same := len(classes) > 0
		for i, name := range sortedKeys(classes) {
			class, _ := classes[name].(object)
			if i == 0 {
				shared = class[key]
			}
			same = same && class[key] != nil && equal(class[key], shared)
		}
		if !same {
			continue
		}
		for _, name := range sortedKeys(classes) {
			remove(classes, name, key)
		}
		if own := (object{discoveryTag: get(out, "cluster", "name")}); !equal(shared, own) {
			set(out, shared, "cluster", at)
		}
	}
	for _, section := range []string{"nodeClasses", "nodePools"} {
		for name := range dig(out, section) {
			if v := dig(out, section, name); v != nil {
				d.lean(v, nil, []string{section, name})
			}
		}
	}
}
