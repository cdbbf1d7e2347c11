package testkit

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// change is how far a change of a spec goes; the largest wins (facts §6.1).
type change int

const (
	unchanged change = iota
	ignored
	scaled
	upgraded
	redeployed
)

// judgeChange compares two specs field by field (facts §1.1 column D and §6.1).
func judgeChange(before, after map[string]any) change {
	largest := unchanged
	standalone := dig[string](after, "mode") == "standalone"
	for _, field := range union(before, after) {
		was, is := before[field], after[field]
		if reflect.DeepEqual(was, is) {
			continue
		}
		kind := upgraded
		switch field {
		case "job":
			kind = judgeJob(dig[map[string]any](before, "job"), dig[map[string]any](after, "job"), standalone)
		case "taskManager":
			kind = judgeTaskManager(dig[map[string]any](before, field), dig[map[string]any](after, field), standalone)
		case "flinkConfiguration":
			kind = judgeConfiguration(flat(was), flat(is), standalone)
		case "restartNonce": // "U (I when the new value is null)"
			kind = unless(is == nil, upgraded)
		}
		largest = max(largest, kind)
	}
	return largest
}

// unless is ignored when the condition holds, else the given change.
func unless(condition bool, otherwise change) change {
	if condition {
		return ignored
	}
	return otherwise
}

func union(a, b map[string]any) []string {
	keys := slices.Collect(maps.Keys(a))
	for key := range b {
		if _, both := a[key]; !both {
			keys = append(keys, key)
		}
	}
	return keys
}

func judgeJob(before, after map[string]any, standalone bool) change {
	largest := unchanged
	for _, field := range union(before, after) {
		was, is := before[field], after[field]
		if reflect.DeepEqual(was, is) {
			continue
		}
		kind := upgraded
		switch field {
		case "upgradeMode", "allowNonRestoredState", "initialSavepointPath", "savepointTriggerNonce",
			"checkpointTriggerNonce", "autoscalerResetNonce":
			kind = ignored
		case "savepointRedeployNonce": // "R (I when null)"
			kind = unless(is == nil, redeployed)
		case "state": // absent is running (facts §1.1)
			kind = unless(desired(was) == desired(is), upgraded)
		case "parallelism": // "S standalone; U native"
			if standalone {
				kind = scaled
			}
		}
		largest = max(largest, kind)
	}
	return largest
}

func desired(state any) any {
	if state == nil {
		return "running"
	}
	return state
}

// judgeTaskManager: replicas is "S standalone, U native", all else U.
func judgeTaskManager(before, after map[string]any, standalone bool) change {
	if standalone && reflect.DeepEqual(with(before, "replicas", 0), with(after, "replicas", 0)) {
		return scaled
	}
	return upgraded
}

// judgeConfiguration: "prefixes job.autoscaler*, parallelism.default*, kubernetes.operator* are I;
// pipeline.jobvertex-parallelism-overrides is S in native; all else U".
func judgeConfiguration(before, after map[string]string, standalone bool) change {
	largest := unchanged
	for key := range maps.Keys(after) {
		if _, both := before[key]; !both {
			before[key] = "\x00" // no value has it
		}
	}
	for key, was := range before {
		is, there := after[key]
		if there && is == was {
			continue
		}
		kind := upgraded
		switch {
		case strings.HasPrefix(key, "job.autoscaler"), strings.HasPrefix(key, "parallelism.default"),
			strings.HasPrefix(key, "kubernetes.operator"):
			kind = ignored
		case key == "pipeline.jobvertex-parallelism-overrides" && !standalone:
			kind = scaled
		}
		largest = max(largest, kind)
	}
	return largest
}

// flat flattens flinkConfiguration: nested objects join by dots (facts §1.4).
func flat(configuration any) map[string]string {
	entries := map[string]string{}
	var walk func(prefix string, value any)
	walk = func(prefix string, value any) {
		if object, ok := value.(map[string]any); ok {
			for key, inner := range object {
				walk(strings.TrimPrefix(prefix+"."+key, "."), inner)
			}
			return
		}
		if prefix != "" {
			entries[prefix] = fmt.Sprint(value)
		}
	}
	walk("", configuration)
	return entries
}
