package change

import (
	"maps"
	"slices"
	"strings"
)

// weight is SpecDiff's DiffType: what the operator does about a field alone. The largest of a change wins.
type weight int

const (
	ignore weight = iota
	scale
	upgrade
	redeploy
)

// field is one difference of two specs.
type field struct {
	path   []string
	weight weight
}

// name gives the path from the object's root.
func (f field) name() string { return "spec." + strings.Join(f.path, ".") }

// fields compares two specs as the operator does: with the defaults of its Java classes, and the configuration flat.
// Source: ReflectiveDiffBuilder and the fields of FlinkDeploymentSpec, AbstractFlinkSpec, JobSpec, JobManagerSpec and
// TaskManagerSpec of operator 1.16.1.
func fields(before, after map[string]any, standalone bool) []field {
	x, y := filled(before), filled(after)
	var found []field
	for _, path := range differences(x, y) {
		now := within(y, path)
		if !alike(path, within(x, path), now) {
			found = append(found, field{path, weigh(path, now == nil, standalone)})
		}
	}
	return found
}

// filled returns a copy of a spec with the defaults of the operator's Java classes, which it does not tell from values
// that were written, and with its configuration flat.
func filled(spec map[string]any) map[string]any {
	spec = maps.Clone(spec)
	fill := func(key string, defaults map[string]any) {
		node, ok := spec[key].(map[string]any)
		if !ok {
			return
		}
		node = maps.Clone(node)
		for k, v := range defaults {
			if node[k] == nil {
				node[k] = v
			}
		}
		spec[key] = node
	}
	fill("job", map[string]any{"args": []any{}, "parallelism": 0, "state": "running", "upgradeMode": "stateless"})
	fill("jobManager", map[string]any{"replicas": 1})
	settings := map[string]any{}
	for key, value := range flat(spec["flinkConfiguration"]) {
		settings[key] = value
	}
	if spec == nil {
		spec = map[string]any{}
	}
	spec["flinkConfiguration"] = settings
	return spec
}

// weigh gives the weight of a field that differs; gone: it is absent after the change. Everything that bears no
// annotation is an upgrade, and so is an object that comes or goes whole (ReflectiveDiffBuilder.appendFields).
func weigh(path []string, gone, standalone bool) weight {
	last := path[len(path)-1]
	switch {
	case path[0] == "restartNonce" && gone:
		return ignore
	case path[0] == "flinkConfiguration":
		return weighKey(last, standalone)
	case path[0] == "taskManager" && len(path) == 2 && last == "replicas" && standalone:
		return scale
	case path[0] == "job" && len(path) == 2:
		return weighJob(last, gone, standalone)
	default:
		return upgrade
	}
}

// weighKey weighs a key of flinkConfiguration by its prefix (AbstractFlinkSpec.flinkConfiguration, SpecDiff.Config).
func weighKey(key string, standalone bool) weight {
	for _, prefix := range []string{"job.autoscaler", "parallelism.default", "kubernetes.operator"} {
		if strings.HasPrefix(key, prefix) {
			return ignore
		}
	}
	if strings.HasPrefix(key, overridesKey) && !standalone {
		return scale
	}
	return upgrade
}

// overridesKey is where the autoscaler, or a user, sets the parallelism of single vertices.
const overridesKey = "pipeline.jobvertex-parallelism-overrides"

// weighJob weighs a field of job (JobSpec's SpecDiff annotations).
func weighJob(name string, gone, standalone bool) weight {
	ignored := []string{"upgradeMode", "allowNonRestoredState", "initialSavepointPath", "savepointTriggerNonce",
		"checkpointTriggerNonce", "autoscalerResetNonce"}
	switch {
	case slices.Contains(ignored, name):
		return ignore
	case name == "parallelism" && standalone:
		return scale
	case name == "savepointRedeployNonce" && gone:
		return ignore
	case name == "savepointRedeployNonce":
		return redeploy
	default:
		return upgrade
	}
}

// heaviest gives the weight that wins.
func heaviest(all []field) weight {
	most := ignore
	for _, f := range all {
		most = max(most, f.weight)
	}
	return most
}

// otherLines lists what differs outside of spec and status, which the operator does not act on.
func otherLines(before, after map[string]any) []Line {
	var lines []Line
	for _, part := range []string{"labels", "annotations"} {
		for _, path := range mapDifferences(sub(before, "metadata", part), sub(after, "metadata", part)) {
			if Noise(path[0]) {
				continue
			}
			lines = append(lines, Line{"metadata." + part + "." + strings.Join(path, "."), Ignored})
		}
	}
	return lines
}

// Noise reports whether an annotation or label is kept by Helm, kubectl or a controller, and says nothing of the object.
// kubectl's annotation holds the whole object, with the values of a Secret.
func Noise(key string) bool {
	return strings.HasPrefix(key, "meta.helm.sh/") ||
		slices.Contains([]string{"app.kubernetes.io/managed-by", "kubectl.kubernetes.io/last-applied-configuration",
			"deployment.kubernetes.io/revision"}, key)
}
