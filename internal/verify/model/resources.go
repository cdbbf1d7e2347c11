package model

import (
	"fmt"
	"strings"
)

// Requirements are Kubernetes' resource requirements of a JobManager or
// TaskManager: jobManager.resources and taskManager.resources, which operators
// from 1.16 read beside resource (FLINK-33548). Values are the text of the
// quantity.
type Requirements struct {
	Requests, Limits map[string]string
}

// Given reports whether there is a request or a limit at all.
func (r *Requirements) Given() bool { return r != nil && len(r.Requests)+len(r.Limits) > 0 }

// Component is a part of a cluster, by its field in the spec.
type Component string

// The two components.
const (
	JobManager  Component = "jobManager"
	TaskManager Component = "taskManager"
)

// emptyTexts lists the fields out of paths (dotted, below the spec) that are
// there and hold the empty string, which the API types cannot tell from a field
// that is not there; the operator can.
func emptyTexts(spec map[string]any, paths ...string) []string {
	var out []string
	for _, path := range paths {
		keys := strings.Split(path, ".")
		node := spec
		for _, key := range keys[:len(keys)-1] {
			node, _ = node[key].(map[string]any)
		}
		if text, ok := node[keys[len(keys)-1]].(string); ok && text == "" {
			out = append(out, path)
		}
	}
	return out
}

// readRaw fills in what the API types do not hold: data is the whole object.
func (c *Cluster) readRaw(data map[string]any) {
	spec := data
	for _, key := range c.At {
		spec, _ = spec[key].(map[string]any)
	}
	c.Empty = emptyTexts(spec, "serviceAccount", "ingress.template",
		"jobManager.resource.ephemeralStorage", "taskManager.resource.ephemeralStorage")
	c.Resources = readRequirements(spec)
}

// readRequirements finds the resources of both components in the raw spec, since
// the API types of 1.15 have no such field.
func readRequirements(spec map[string]any) map[Component]*Requirements {
	var out map[Component]*Requirements
	for _, component := range []Component{JobManager, TaskManager} {
		part, _ := spec[string(component)].(map[string]any)
		resources, ok := part["resources"].(map[string]any)
		if !ok {
			continue
		}
		if out == nil {
			out = map[Component]*Requirements{}
		}
		out[component] = &Requirements{Requests: quantities(resources["requests"]), Limits: quantities(resources["limits"])}
	}
	return out
}

// quantities reads a map of quantities, which may be written as numbers.
func quantities(v any) map[string]string {
	m, _ := v.(map[string]any)
	out := make(map[string]string, len(m))
	for key, value := range m {
		if value != nil {
			out[key] = fmt.Sprint(value)
		}
	}
	return out
}
