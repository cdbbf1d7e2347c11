package importer

import (
	"regexp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/pods"
)

const mergeByName = pods.MergeByName

// The volume for local state that spec gives the TaskManagers.
const (
	localStateName = "flink-state"
	localStatePath = "/flink-state"
)

// podFacts are what the configuration is read by: the S3 plugin, and the volume
// for local state, which takeLocalState takes out of the template.
type podFacts struct {
	plugin         string
	localState     bool
	localSize      string
	takeLocalState func()
}

// roles are the keys of the two roles of a FlinkDeploymentSpec.
func roles() []string { return []string{"jobManager", "taskManager"} }

// podTemplates reads the three templates: what has a field goes there, the rest
// stays a template.
func (d *Draft) podTemplates(e *entry, spec object) podFacts {
	common := ownTemplate(dig(spec, "podTemplate"))
	own := map[string]object{}
	for _, role := range roles() {
		own[role] = ownTemplate(dig(spec, role, "podTemplate"))
	}
	for key, value := range dig(common, "metadata", "labels") {
		if d.ignoredLabel(key, value) {
			remove(common, "metadata", "labels", key)
		}
	}
	if get(common, "metadata", "annotations", "karpenter.sh/do-not-disrupt") == "true" {
		remove(common, "metadata", "annotations", "karpenter.sh/do-not-disrupt")
		set(e.values, true, "doNotDisrupt")
	}
	d.placement(e, common, own)
	facts := podFacts{plugin: "none"}
	main := container(common)
	if d.emr {
		facts.plugin = "emr"
	} else {
		facts.plugin = d.plugin(e, main)
	}
	d.variables(e, main)
	d.volumes(e, common, main)
	d.pullSecrets(e, common)
	d.hardening(common, main)
	facts.localVolume(own["taskManager"], func() { d.keepTemplate(e, own["taskManager"], "taskManager") })
	d.keepTemplate(e, common)
	for _, role := range roles() {
		d.keepTemplate(e, own[role], role)
	}
	return facts
}

// ownTemplate is a copy of a template without what every one has.
func ownTemplate(t object) object {
	out := prunedMap(cloneMap(t))
	delete(out, "apiVersion")
	delete(out, "kind")
	delete(out, "status")
	for key := range dig(out, "metadata") {
		if key != "labels" && key != "annotations" { // of the metadata these alone count (pods.Merged)
			remove(out, "metadata", key)
		}
	}
	return out
}

// container is Flink's own container of a template, nil without.
func container(t object) object {
	for _, c := range list(t, "spec", "containers") {
		if c["name"] == pods.MainContainer {
			return c
		}
	}
	return nil
}

// keepTemplate says what is left of a template; a container with a name alone
// says nothing.
func (d *Draft) keepTemplate(e *entry, t object, role ...string) {
	t = cloneMap(t)
	kept := slices.DeleteFunc(list(t, "spec", "containers"), func(c object) bool { return len(c) == 1 && c["name"] != nil })
	remove(t, "spec", "containers")
	if len(kept) > 0 {
		items := make([]any, len(kept))
		for i, c := range kept {
			items[i] = c
		}
		set(t, items, "spec", "containers")
	}
	path := append(slices.Clone(role), "podTemplate")
	remove(e.values, path...)
	put(e.values, prunedKeepingNulls(t), path...)
}

// prunedKeepingNulls is a copy without empty maps; nulls stay, they delete.
func prunedKeepingNulls(o object) object {
	out := object{}
	for key, value := range o {
		if child, ok := value.(object); ok {
			if child = prunedKeepingNulls(child); len(child) == 0 {
				continue
			}
			value = child
		}
		out[key] = value
	}
	return out
}

// plugin reads the S3 plugin from the variable that links it into place.
func (d *Draft) plugin(e *entry, main object) string {
	const variable = "ENABLE_BUILT_IN_PLUGINS"
	jar := regexp.MustCompile(`^flink-s3-fs-(hadoop|presto)-(\d+\.\d+\.\d+)\.jar$`)
	for i, env := range list(main, "env") {
		m := jar.FindStringSubmatch(textAt(env, "value"))
		if env["name"] != variable || m == nil {
			continue
		}
		items, _ := main["env"].([]any)
		main["env"] = slices.Delete(slices.Clone(items), i, i+1)
		set(e.values, m[1], "s3", "plugin")
		if tag := textAt(e.values, "image"); !strings.Contains(tag, ":"+m[2]) {
			set(e.values, m[2], "s3", "version")
		}
		return m[1]
	}
	set(e.values, "none", "s3", "plugin")
	return "none"
}

// variables moves the environment to env, unless one refers to another, for which
// their order counts.
func (d *Draft) variables(e *entry, main object) {
	env, out := list(main, "env"), object{}
	for _, v := range env {
		name, value := textAt(v, "name"), envValue(v)
		if _, twice := out[name]; value == nil || twice || strings.Contains(textAt(v, "value"), "$(") {
			return
		}
		out[name] = value
	}
	put(e.values, out, "env")
	delete(main, "env")
}

// envValue is a variable as the values have it; nil if they have no such form.
func envValue(v object) any {
	if _, literal := v["valueFrom"]; !literal {
		return textAt(v, "value")
	}
	if len(dig(v, "valueFrom")) != 1 {
		return nil
	}
	for from, as := range map[string]string{"secretKeyRef": "secret", "configMapKeyRef": "configMap"} {
		if ref := dig(v, "valueFrom", from); len(ref) == 2 && textAt(ref, "name") != "" && textAt(ref, "key") != "" {
			return object{as: ref["name"], "key": ref["key"]}
		}
	}
	if ref := dig(v, "valueFrom", "fieldRef"); len(ref) == 1 && textAt(ref, "fieldPath") != "" {
		return object{"fieldPath": ref["fieldPath"]}
	}
	return nil
}

// volumes moves the volumes that Flink's container mounts once, and no other.
func (d *Draft) volumes(e *entry, common, main object) {
	all, mounts := list(common, "spec", "volumes"), list(main, "volumeMounts")
	var leftVolumes, leftMounts []any
	moved := map[string]bool{}
	for _, v := range all {
		name := textAt(v, "name")
		mounted := slices.DeleteFunc(slices.Clone(mounts), func(m object) bool { return m["name"] != name })
		if len(mounted) != 1 || len(v) != 2 || !plainMount(mounted[0]) || name == localStateName {
			leftVolumes = append(leftVolumes, v)
			continue
		}
		moved[name] = true
		out := cloneMap(v)
		delete(out, "name")
		for _, key := range []string{"mountPath", "subPath", "readOnly"} {
			put(out, mounted[0][key], key)
		}
		if out["readOnly"] == false {
			delete(out, "readOnly")
		}
		set(e.values, out, "volumes", name)
	}
	for _, m := range mounts {
		if !moved[textAt(m, "name")] {
			leftMounts = append(leftMounts, m)
		}
	}
	remove(common, "spec", "volumes")
	put(common, leftVolumes, "spec", "volumes")
	if main != nil {
		delete(main, "volumeMounts")
		put(main, leftMounts, "volumeMounts")
	}
}

func plainMount(m object) bool {
	for key := range m {
		if key != "name" && key != "mountPath" && key != "subPath" && key != "readOnly" {
			return false
		}
	}
	return true
}

func (d *Draft) pullSecrets(e *entry, common object) {
	var names []any
	for _, s := range list(common, "spec", "imagePullSecrets") {
		names = append(names, s["name"])
	}
	put(e.values, names, "imagePullSecrets")
	remove(common, "spec", "imagePullSecrets")
}

// hardening leaves out the security context that spec sets by itself, and says
// null where the template has none.
func (d *Draft) hardening(common, main object) {
	pod := object{"seccompProfile": object{"type": "RuntimeDefault"}}
	if !d.emr {
		for _, key := range []string{"runAsUser", "runAsGroup", "fsGroup"} {
			pod[key] = int64(9999)
		}
		pod["runAsNonRoot"] = true
	}
	switch own := dig(common, "spec", "securityContext"); {
	case own == nil:
		set(common, nil, "spec", "securityContext")
	case equal(own, pod):
		remove(common, "spec", "securityContext")
	}
	box := object{"allowPrivilegeEscalation": false, "capabilities": object{"drop": []any{"ALL"}}}
	switch own := dig(main, "securityContext"); {
	case main == nil:
		items, _ := get(common, "spec", "containers").([]any)
		set(common, append([]any{object{"name": pods.MainContainer, "securityContext": nil}}, items...), "spec", "containers")
	case own == nil:
		main["securityContext"] = nil
	case equal(own, box):
		delete(main, "securityContext")
	}
}

// localVolume looks for the volume of local state in the TaskManagers' template.
func (f *podFacts) localVolume(t object, kept func()) {
	f.takeLocalState = func() {}
	main := container(t)
	for _, v := range list(t, "spec", "volumes") {
		if v["name"] == localStateName && v["emptyDir"] != nil {
			f.localState, f.localSize = true, textAt(v, "emptyDir", "sizeLimit")
		}
	}
	if !slices.ContainsFunc(list(main, "volumeMounts"), func(m object) bool {
		return m["name"] == localStateName && m["mountPath"] == localStatePath
	}) {
		f.localState = false
	}
	if !f.localState {
		return
	}
	f.takeLocalState = func() {
		drop := func(o object, path ...string) {
			items, _ := get(o, path...).([]any)
			items = slices.DeleteFunc(slices.Clone(items), func(item any) bool {
				m, _ := item.(object)
				return m["name"] == localStateName
			})
			remove(o, path...)
			put(o, items, path...)
		}
		drop(t, "spec", "volumes")
		drop(main, "volumeMounts")
		kept()
	}
}
