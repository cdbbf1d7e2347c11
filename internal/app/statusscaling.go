package app

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/base64"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/helm-flink/helm-flink/internal/cluster"
)

// StatusVertex is the parallelism of one vertex of a job, as the autoscaler or
// the configuration sets it.
type StatusVertex struct {
	ID          string `json:"id"`
	Parallelism int64  `json:"parallelism"`
}

// StatusScaling is one step of the autoscaler: a change of a vertex, or a report.
type StatusScaling struct {
	// Time is RFC 3339, in UTC.
	Time   string `json:"time"`
	Vertex string `json:"vertex,omitempty"`
	From   int64  `json:"from,omitempty"`
	To     int64  `json:"to,omitempty"`
	// Report is the text of an event ScalingReport.
	Report string `json:"report,omitempty"`
}

// overridesKey sets the parallelism of vertices: id:parallelism, separated by commas
// (Flink 1.20, PipelineOptions.PARALLELISM_OVERRIDES).
const overridesKey = "pipeline.jobvertex-parallelism-overrides"

// scaling reads what is known of the vertices of a job and of what the autoscaler
// did, oldest first: the ConfigMap autoscaler-NAME, whose scalingHistory is YAML, as
// it is or gzipped in base64 (flink-kubernetes-operator, autoscaler/state/
// KubernetesAutoScalerStateStore.java), and events.
func scaling(job cluster.Object, scalers, reports []cluster.Object) ([]StatusVertex, []StatusScaling) {
	overrides := cluster.Setting(cluster.Object{"spec": map[string]any(deployed(job))}, overridesKey)
	var steps []StatusScaling
	for _, o := range scalers {
		if o.Namespace() != job.Namespace() || o.Name() != "autoscaler-"+job.Name() {
			continue
		}
		overrides = cmp.Or(o.Text("data", "parallelismOverrides"), overrides)
		steps = append(steps, scalingHistory(o.Text("data", "scalingHistory"))...)
	}
	for _, e := range reports {
		about := e.Text("involvedObject", "kind") == job.Kind() && e.Text("involvedObject", "name") == job.Name()
		if about && e.Namespace() == job.Namespace() {
			at := cmp.Or(e.Text("lastTimestamp"), e.Text("eventTime"), e.Text("metadata", "creationTimestamp"))
			steps = append(steps, StatusScaling{Time: at, Report: strings.Join(strings.Fields(e.Text("message")), " ")})
		}
	}
	slices.SortStableFunc(steps, func(a, b StatusScaling) int {
		return cmp.Or(instant(a.Time).Compare(instant(b.Time)), cmp.Compare(a.Vertex, b.Vertex))
	})
	return vertices(overrides), steps
}

// vertices reads "id:2,id:3", as Flink writes maps; what is no number is left out.
func vertices(text string) []StatusVertex {
	var out []StatusVertex
	for part := range strings.SplitSeq(text, ",") {
		id, n, _ := strings.Cut(strings.TrimSpace(part), ":")
		if parallelism, err := strconv.ParseInt(strings.Trim(n, ` '"`), 10, 64); err == nil {
			out = append(out, StatusVertex{ID: strings.Trim(id, ` '"{`), Parallelism: parallelism})
		}
	}
	slices.SortFunc(out, func(a, b StatusVertex) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// maxHistory bounds what is read of a history: a ConfigMap has 1 MiB, and the
// operator reads 20 MiB of YAML.
const maxHistory = 20 << 20

// scalingHistory reads the steps of each vertex; nothing of a text that is of
// another form.
func scalingHistory(text string) []StatusScaling {
	raw := []byte(text)
	if packed, err := base64.StdEncoding.DecodeString(text); err == nil {
		if z, err := gzip.NewReader(bytes.NewReader(packed)); err == nil {
			if plain, err := io.ReadAll(io.LimitReader(z, maxHistory)); err == nil {
				raw = plain
			}
		}
	}
	var all map[string]map[string]struct {
		CurrentParallelism int64 `yaml:"currentParallelism"`
		NewParallelism     int64 `yaml:"newParallelism"`
	}
	if yaml.Unmarshal(raw, &all) != nil {
		return nil
	}
	var out []StatusScaling
	for _, vertex := range slices.Sorted(maps.Keys(all)) {
		for at, step := range all[vertex] {
			out = append(out, StatusScaling{Time: at, Vertex: vertex, From: step.CurrentParallelism, To: step.NewParallelism})
		}
	}
	return out
}
