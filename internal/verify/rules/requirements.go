package rules

import (
	"maps"
	"slices"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// requirement is one request or limit of jobManager.resources or
// taskManager.resources.
type requirement struct {
	section, key, value string
	limitText           string // for a request, the limit of the same key; "" if there is none
	field               []string
}

// requirements lists them in a steady order; there are none for an operator
// before 1.16, which does not know the field.
func requirements(c *model.Cluster) []requirement {
	if !c.World.Operator.Version.HasResources() {
		return nil
	}
	var out []requirement
	for _, component := range []model.Component{model.JobManager, model.TaskManager} {
		r := c.Resources[component]
		if r == nil {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(r.Requests)) {
			field := c.Field(string(component), "resources", "requests", key)
			out = append(out, requirement{"requests", key, r.Requests[key], r.Limits[key], field})
		}
		for _, key := range slices.Sorted(maps.Keys(r.Limits)) {
			field := c.Field(string(component), "resources", "limits", key)
			out = append(out, requirement{section: "limits", key: key, value: r.Limits[key], field: field})
		}
	}
	return out
}

// sizing reports whether the key is CPU or memory, which size the pod.
func (r requirement) sizing() bool { return r.key == "cpu" || r.key == "memory" }

// amount reads the value; memory as Flink does first ("2048m" is 2048 MiB).
func (r requirement) amount() (float64, bool) { return r.read(r.value) }

// limit reads the limit of the same key; ok is false if there is none.
func (r requirement) limit() (float64, bool) {
	if r.limitText == "" {
		return 0, false
	}
	return r.read(r.limitText)
}

func (r requirement) read(text string) (float64, bool) {
	if r.key == "memory" {
		n, err := flink.ParseMemory(text)
		return float64(n), err == nil && readableMemory(text) == nil
	}
	q, err := quantity.Parse(text)
	if err != nil || !isQuantity(text) {
		return 0, false
	}
	return q.AsApproximateFloat64(), true
}
