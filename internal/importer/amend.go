package importer

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/strategicpatch"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Amend compares what was rendered with what was imported and says what differs
// in flinkConfiguration, in the pod templates or in spec. It returns false when
// there is nothing more that it could say.
func (d *Draft) Amend(rendered manifest.Set) bool {
	made := index(rendered)
	changed := false
	for _, e := range d.entries {
		got, ok := made[e.id]
		if !ok {
			continue
		}
		want, have := d.view(e.from, e), d.view(got, e)
		first := d.amendConfig(e, want, have)
		first = d.amendSpec(e, want, have) || first
		if !first {
			first = d.amendPods(e, want, have)
		}
		changed = changed || first
	}
	return changed
}

func index(set manifest.Set) map[manifest.Key]manifest.Object {
	out := map[manifest.Key]manifest.Object{}
	for _, o := range set {
		out[o.Key()] = o
	}
	return out
}

// amendConfig says in flinkConfiguration what is otherwise, null for what the
// values add.
func (d *Draft) amendConfig(e *entry, want, have view) bool {
	changed := false
	for _, diff := range d.settings(e, want.config, have.config) {
		now, said := dig(e.values, "flinkConfiguration")[diff.path[0]]
		if said && equal(now, diff.want) {
			continue
		}
		set(e.values, diff.want, "flinkConfiguration", diff.path[0])
		changed = true
	}
	return changed
}

// settings lists the keys in which two configurations differ: by their key in
// whatever spelling, by the meaning of the value, and with Flink's default for a
// key that is not there.
func (d *Draft) settings(e *entry, want, have map[string]string) []difference {
	keys := map[string]bool{}
	for key := range want {
		keys[key] = true
	}
	for key := range have {
		keys[key] = true
	}
	delete(keys, mergeByName) // its effect is in the pods
	var out []difference
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		w, wanted := d.setting(e, want, key)
		g, given := d.setting(e, have, key)
		_, literal := have[key]
		if w == g && wanted == given || sameSetting(w, g) || !wanted && given && !literal {
			continue
		}
		diff := difference{path: []string{key}}
		if _, own := want[key]; own {
			diff.want = w
		} else if wanted {
			continue // said under another spelling
		}
		out = append(out, diff)
	}
	return out
}

// setting is the value of a key in any spelling, or Flink's default. ok says
// whether it is written.
func (d *Draft) setting(e *entry, config map[string]string, key string) (value string, ok bool) {
	for _, name := range d.spellings(e, key) {
		if value, ok := config[name]; ok {
			return value, true
		}
	}
	short, long := strings.CutPrefix(key, "kubernetes.operator.job.autoscaler.")
	if long {
		if value, ok := config["job.autoscaler."+short]; ok && d.shortKeys(e) {
			return value, true
		}
	}
	option, _ := d.catalog.Lookup(e.version, key)
	return option.Default, false
}

// shortKeys reports whether the autoscaler's keys without the operator's prefix
// are known to the operator in use.
func (d *Draft) shortKeys(e *entry) bool {
	if d.emr {
		return e.release.AutoscalerPrefix() == "job.autoscaler."
	}
	return d.operator.AutoscalerPrefix() == "job.autoscaler."
}

// knows reports whether a version of Flink has a key.
func (d *Draft) knows(v flink.Version, key string) bool {
	option, ok := d.catalog.Lookup(v, key)
	return ok && option.In(v) && !option.Open
}

// sameSetting reports whether Flink reads the same of two texts.
func sameSetting(a, b string) bool {
	if a == b || strings.EqualFold(a, b) || isKubernetesHA(a) && isKubernetesHA(b) {
		return true
	}
	if a == "" || b == "" {
		return false
	}
	x, err := flink.ParseDuration(a)
	y, err2 := flink.ParseDuration(b)
	return err == nil && err2 == nil && x == y
}

// amendSpec says in spec what differs, and labels and annotations that lack.
func (d *Draft) amendSpec(e *entry, want, have view) bool {
	changed := false
	for _, diff := range differences(want.spec, have.spec) {
		path := slices.Clone(diff.path)
		value := clone(diff.want)
		switch {
		case e.section == "nodePools":
			path, value = d.poolPatch(e, diff)
		case e.section == "nodeClasses" && path[0] == "blockDeviceMappings":
			path, value = path[:1], clone(get(e.from.Data, "spec", "blockDeviceMappings"))
		case e.section == "blueGreen" && path[0] == "executionRoleArn" || path[0] == "executionRoleArn":
			if d.roleName(textAt(e.spec, "executionRoleArn")) == "" || !strings.HasPrefix(d.roleName(e.role), "arn:") {
				continue // a placeholder; said already
			}
		}
		if path == nil || e.section == "snapshots" && path[0] == "checkpoint" {
			continue
		}
		at := append([]string{"spec"}, path...)
		if now := get(e.values, at...); said(e.values, at...) && equal(now, value) {
			continue
		}
		set(e.values, value, at...)
		changed = true
	}
	return changed
}

// said reports whether there is a key at a path, be it null.
func said(o object, path ...string) bool {
	_, ok := dig(o, path[:len(path)-1]...)[path[len(path)-1]]
	return ok
}

// poolPatch is what spec says of a node pool: requirements and taints merge by
// their key, and cannot be taken away there.
func (d *Draft) poolPatch(e *entry, diff difference) (path []string, value any) {
	p := diff.path
	if len(p) < 4 || p[0] != "template" || p[1] != "spec" || p[2] != "requirements" && p[2] != "taints" && p[2] != "startupTaints" {
		if p[0] == "disruption" && p[1] == "budgets" {
			return p[:2], clone(diff.want)
		}
		return p, clone(diff.want)
	}
	key := p[3]
	if p[2] != "requirements" {
		key, _, _ = strings.Cut(key, ":")
	}
	var items []any
	for _, item := range list(e.from.Data, "spec", "template", "spec", p[2]) {
		if item["key"] == key {
			items = append(items, cloneMap(item))
		}
	}
	if items == nil {
		return nil, nil
	}
	at := append([]string{"spec"}, p[:3]...)
	old, _ := get(e.values, at...).([]any)
	old = slices.DeleteFunc(slices.Clone(old), func(o any) bool { m, _ := o.(object); return m["key"] == key })
	return p[:3], append(old, items...)
}

// amendPods lays over the pod templates what makes the pods those that are
// wanted: once for both roles if they differ in the same, else for each; and when
// that did not help, for each.
func (d *Draft) amendPods(e *entry, want, have view) bool {
	if want.pods == nil || have.pods == nil || d.tried[e] > 1 {
		return false
	}
	patches := map[string]object{}
	for _, role := range roles() {
		patch, err := podPatch(have.pods[role], want.pods[role])
		if err != nil {
			return false
		}
		patches[role] = patch
	}
	if len(patches["jobManager"])+len(patches["taskManager"]) == 0 {
		return false
	}
	d.tried[e]++
	if d.tried[e] == 1 && equal(patches["jobManager"], patches["taskManager"]) {
		return d.overTemplate(e, patches["jobManager"], "podTemplate")
	}
	changed := false
	for _, role := range roles() {
		if len(patches[role]) > 0 {
			changed = d.overTemplate(e, patches[role], role, "podTemplate") || changed
		}
	}
	return changed
}

// overTemplate lays a patch over a pod template of the values.
func (d *Draft) overTemplate(e *entry, patch object, path ...string) bool {
	base := dig(e.values, path...)
	merged, err := strategicpatch.MergeStrategicMergeMapPatchUsingLookupPatchMeta(podSchema(), cloneMap(base), patch)
	if err != nil || equal(merged, base) {
		return false
	}
	set(e.values, object(merged), path...)
	return true
}

func podSchema() strategicpatch.LookupPatchMeta {
	meta, err := strategicpatch.NewPatchMetaFromStruct(corev1.Pod{})
	if err != nil { // of a type that Kubernetes itself patches
		return nil
	}
	return meta
}

// podPatch is the strategic merge patch from one pod to another, without the
// order of lists.
func podPatch(from, to object) (object, error) {
	a, b := unnamed(from), unnamed(to)
	original, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	modified, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	data, err := strategicpatch.CreateTwoWayMergePatch(original, modified, corev1.Pod{})
	if err != nil {
		return nil, fmt.Errorf("pod template: %w", err)
	}
	var patch object
	if err := json.Unmarshal(data, &patch); err != nil {
		return nil, err
	}
	withoutOrder(patch)
	return integers(patch).(object), nil
}

// unnamed is the reverse of named for a whole pod.
func unnamed(pod object) object {
	out := cloneMap(pod)
	spec := dig(out, "spec")
	for _, key := range []string{"volumes", "containers", "imagePullSecrets"} {
		unname(spec, key)
	}
	for _, key := range []string{"containers", "initContainers"} {
		for _, c := range list(spec, key) {
			for _, key := range []string{"env", "volumeMounts", "ports"} {
				unname(c, key)
			}
		}
	}
	return out
}

func unname(o object, key string) {
	items, ok := o[key].(object)
	if !ok {
		return
	}
	var out []any
	for _, name := range sortedKeys(items) {
		out = append(out, items[name])
	}
	o[key] = out
}

// withoutOrder drops the directives that fix the order of lists.
func withoutOrder(v any) {
	switch v := v.(type) {
	case object:
		for key, child := range v {
			if strings.HasPrefix(key, "$setElementOrder/") {
				delete(v, key)
				continue
			}
			withoutOrder(child)
		}
	case []any:
		for _, item := range v {
			withoutOrder(item)
		}
	}
}

// integers makes whole numbers of JSON's.
func integers(v any) any {
	switch v := v.(type) {
	case object:
		for key, child := range v {
			v[key] = integers(child)
		}
		return v
	case []any:
		for i, item := range v {
			v[i] = integers(item)
		}
		return v
	case float64:
		if v == float64(int64(v)) {
			return int64(v)
		}
	}
	return v
}
