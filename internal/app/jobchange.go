package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/values"
)

// jobField is a field that a verb sets: where it is in the spec of the resource,
// where in the values of a job, and its value, a string, a bool or an int64.
type jobField struct {
	spec, values string
	value        any
}

// The fields that verbs set.
func stateField(state string) jobField { return jobField{"job.state", "state", state} }
func modeField(mode string) jobField   { return jobField{"job.upgradeMode", "upgradeMode", mode} }

// patch is the merge patch that sets fields.
func patch(fields []jobField) map[string]any {
	spec := map[string]any{}
	for _, f := range fields {
		at, path := spec, strings.Split(f.spec, ".")
		for _, key := range path[:len(path)-1] {
			below, ok := at[key].(map[string]any)
			if !ok {
				below = map[string]any{}
				at[key] = below
			}
			at = below
		}
		at[path[len(path)-1]] = f.value
	}
	return map[string]any{"spec": spec}
}

// change sets fields of a job, writes them to the values file where one is given,
// and waits until the job is where it should be. Before anything is changed, the
// file must turn out to be one that can be.
func (j *job) change(ctx context.Context, req JobRequest, result *JobResult, fields ...jobField) error {
	edited, err := j.edit(req.Write, fields)
	if err != nil {
		return err
	}
	if _, err := j.client.Patch(ctx, j.target, patch(fields)); err != nil {
		return err
	}
	if req.Write != nil {
		if err := req.Write.Save(edited); err != nil {
			return fmt.Errorf("%s was changed on the cluster, but not %s: %w", j.target, req.Write.Name, err)
		}
		result.note("%s says so too now: %s", req.Write.Name, j.written(fields))
	} else {
		j.lifetime(result, fields)
	}
	if !req.Deploy.Wait {
		result.note("%s was asked for, and not waited for", j.target)
		return nil
	}
	return j.client.Wait(ctx, j.target, req.Deploy.Timeout, j.see(req))
}

// valuesPath is where the values ask for the job: jobs, orders. A job that no
// release says it of is looked for by its name.
func (j *job) valuesPath() []string {
	if j.revision != nil && j.revision.Path != "" {
		return splitPath(j.revision.Path)
	}
	root := map[string]string{"FlinkSessionJob": "sessionJobs", "FlinkBlueGreenDeployment": "blueGreen"}[j.object.Kind()]
	if root == "" {
		root = "jobs"
		if j.session() {
			root = "sessionClusters"
		}
	}
	return []string{root, j.target.Name}
}

// splitPath reads a path as diag.PathString writes it.
func splitPath(path string) []string {
	var out []string
	for path != "" {
		if rest, ok := strings.CutPrefix(path, "["); ok {
			if key, after, ok := strings.Cut(rest, "]"); ok {
				if plain, err := strconv.Unquote(key); err == nil {
					key = plain
				}
				out, path = append(out, key), strings.TrimPrefix(after, ".")
				continue
			}
		}
		end := strings.IndexAny(path, ".[")
		if end < 0 {
			return append(out, path)
		}
		out = append(out, path[:end])
		path = strings.TrimPrefix(path[end:], ".")
	}
	return out
}

// edit is the text of the values file with the fields, nil where none is given.
func (j *job) edit(file *ValuesFile, fields []jobField) ([]byte, error) {
	if file == nil {
		return nil, nil
	}
	base := j.valuesPath()
	var edits []values.Edit
	for _, f := range fields {
		edits = append(edits, values.Edit{Path: append(slices.Clone(base), strings.Split(f.values, ".")...), Value: f.value})
	}
	text, err := values.EditText(file.Data, len(base), edits)
	if errors.Is(err, values.ErrCannotEdit) {
		return nil, fmt.Errorf("nothing was changed: %s: %w: %s", file.Name, err, j.written(fields))
	}
	if err != nil {
		return nil, fmt.Errorf("nothing was changed: %s: %w", file.Name, err)
	}
	return text, nil
}

// written says fields as the values have them: "jobs.orders.state: suspended".
func (j *job) written(fields []jobField) string {
	var out []string
	for _, f := range fields {
		out = append(out, fmt.Sprintf("%s.%s: %v", strings.Join(j.valuesPath(), "."), f.values, f.value))
	}
	return strings.Join(out, ", ")
}

// lifetime says how long the change of fields lives. What a release says, an
// upgrade brings back; what it does not say, it leaves alone, as Helm merges three
// ways (helm.sh/helm/v3/pkg/kube, createPatch).
func (j *job) lifetime(result *JobResult, fields []jobField) {
	if j.revision == nil {
		result.note("no release of a platform holds %s: the change stays until somebody changes it again", j.target)
		return
	}
	said := j.released()
	var back, write []string
	for _, f := range fields {
		have := said.At(append([]string{"spec"}, strings.Split(f.spec, ".")...)...)
		if have != nil && fmt.Sprint(have) != fmt.Sprint(f.value) {
			back = append(back, fmt.Sprintf("%s: %v", f.values, have))
			write = append(write, fmt.Sprintf("%s.%s: %v", strings.Join(j.valuesPath(), "."), f.values, f.value))
		}
	}
	if len(back) > 0 {
		result.note("the values stay the truth: helm flink upgrade brings back %s; to keep it, write it there (--write FILE): %s",
			strings.Join(back, ", "), strings.Join(write, ", "))
		return
	}
	result.note("the values say nothing against it, so helm flink upgrade leaves it")
}

// released is the resource as its release has it, or nil.
func (j *job) released() cluster.Object {
	if j.revision == nil {
		return nil
	}
	held, err := j.revision.Objects()
	if err != nil {
		return nil
	}
	for _, o := range held {
		if o.Kind() == j.target.Kind.Kind && o.Name() == j.target.Name {
			return o
		}
	}
	return nil
}

// drift compares the spec with that of the release: what the release says and the
// cluster has otherwise, a line each.
func (j *job) drift() []string {
	said := j.released()
	if said == nil {
		return nil
	}
	var out []string
	var walk func(path []string, want, have any)
	walk = func(path []string, want, have any) {
		if fields, ok := want.(map[string]any); ok {
			below, _ := have.(map[string]any)
			for key, value := range fields {
				walk(append(slices.Clone(path), key), value, below[key])
			}
			return
		}
		name := strings.Join(path, ".")
		switch {
		case sameJSON(want, have):
		case path[1] == "job" || path[len(path)-1] == "replicas" || path[len(path)-1] == "restartNonce":
			out = append(out, fmt.Sprintf("%s is %v, its release says %v", name, have, want))
		default: // a value may be one that is not for everybody's eyes
			out = append(out, name+" is not as its release says")
		}
	}
	walk([]string{"spec"}, said.At("spec"), j.object.At("spec"))
	slices.Sort(out)
	return out
}

// sameJSON reports whether two values are the same JSON.
func sameJSON(a, b any) bool {
	left, errA := json.Marshal(a)
	right, errB := json.Marshal(b)
	return errA == nil && errB == nil && bytes.Equal(left, right)
}
