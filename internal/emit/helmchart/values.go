package helmchart

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/emit"
	"github.com/helm-flink/helm-flink/internal/emit/base"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// values collects what became a value of the chart.
type values struct {
	location *regexp.Regexp // a path of S3
	region   string
	regions  bool            // some object names the region
	buckets  map[string]bool // by name
	// sections are SECTION → NAMESPACE → NAME → KEY → default.
	sections map[string]any
}

func newValues(region string) *values {
	return &values{
		location: regexp.MustCompile(`^s3[an]?://([a-z0-9][a-z0-9.-]+)(/.*)?$`),
		region:   region, buckets: map[string]bool{}, sections: map[string]any{},
	}
}

// field is a field of an object that becomes a value.
type field struct {
	key  string
	path []string
}

// fieldsOf gives the section of an object's values, and the fields that become
// values where they are there: what people set differently for each environment.
func fieldsOf(o manifest.Object) (section string, fields []field) {
	job := func(prefix ...string) []field {
		at := func(path ...string) []string { return append(slices.Clone(prefix), path...) }
		return []field{
			{"image", at("image")}, {"parallelism", at("job", "parallelism")}, {"state", at("job", "state")},
			{"taskManagerReplicas", at("taskManager", "replicas")}, {"executionRoleArn", at("executionRoleArn")},
		}
	}
	switch o.Key().Kind {
	case "FlinkDeployment":
		return "jobs", job("spec")
	case "FlinkSessionJob":
		return "sessionJobs", job("spec")
	case "FlinkBlueGreenDeployment":
		return "blueGreen", job("spec", "template", "spec")
	case "ServiceAccount":
		return "serviceAccounts", []field{{"roleArn", []string{"metadata", "annotations", "eks.amazonaws.com/role-arn"}}}
	}
	return "", nil
}

// substitute gives a copy of an object in which values are tokens, and what each
// token stands for.
func (v *values) substitute(o manifest.Object) (manifest.Object, substitution) {
	var s substitution
	prefix := "HELMFLINKVALUE"
	for strings.Contains(fmt.Sprint(o.Data), prefix) {
		prefix += "X"
	}
	token := func(expression string) string {
		t := prefix + strconv.Itoa(len(s)) + "E"
		s = append(s, struct{ token, expression string }{t, expression})
		return t
	}
	data, _ := clone(o.Data).(map[string]any)
	key := o.Key()
	section, fields := fieldsOf(o)
	for _, f := range fields {
		parent, last := parentOf(data, f.path)
		value, ok := parent[last]
		expression := fmt.Sprintf("(index .Values.%s %q %q).%s", section, key.Namespace, key.Name, f.key)
		switch value.(type) {
		case string:
			parent[last] = token("{{ " + expression + " | quote }}")
		case int64, int:
			parent[last] = token("{{ " + expression + " | int }}")
		default:
			ok = false
		}
		if ok {
			v.set(section, key, f.key, value)
		}
	}
	walk(data, nil, func(path []string, text string) string {
		switch bucket, rest := v.bucket(path, text); {
		case text == v.region && text != "":
			v.regions = true
			return token("{{ .Values.region | quote }}")
		case bucket != "":
			v.buckets[bucket] = true
			scheme, _, _ := strings.Cut(text, "//")
			return token(`"` + scheme + `//{{ index .Values.buckets "` + bucket + `" }}` + escape(inner(rest)) + `"`)
		}
		return text
	})
	return manifest.Object{Data: data, Origin: o.Origin}, s
}

// inner is a text as it stands within the quotes of a YAML string.
func inner(text string) string {
	quoted, err := json.Marshal(text)
	if err != nil {
		return text // strings are JSON
	}
	return string(quoted[1 : len(quoted)-1])
}

// bucket gives the bucket of a path of S3 where the field is one that holds state
// or a program, and what follows the bucket.
func (v *values) bucket(path []string, text string) (bucket, rest string) {
	last := path[len(path)-1]
	state := slices.Contains(path, "flinkConfiguration") || slices.Contains([]string{"jarURI", "initialSavepointPath"}, last) ||
		slices.Contains(path, "savepoint")
	if !state {
		return "", ""
	}
	found := v.location.FindStringSubmatch(text)
	if found == nil {
		return "", ""
	}
	return found[1], found[2]
}

func (v *values) set(section string, key manifest.Key, name string, value any) {
	at := v.sections
	for _, step := range []string{section, key.Namespace, key.Name} {
		below, ok := at[step].(map[string]any)
		if !ok {
			below = map[string]any{}
			at[step] = below
		}
		at = below
	}
	at[name] = value
}

// document is values.yaml.
func (v *values) document() (string, error) {
	var b strings.Builder
	part := func(comment, key string, value any) error {
		doc, err := emit.Document(manifest.Object{Data: map[string]any{key: value}})
		if err != nil {
			return fmt.Errorf("values.yaml: %w", err)
		}
		b.WriteString("\n" + base.Comment(comment) + string(doc))
		return nil
	}
	b.WriteString(base.Comment(`What an environment changes. All else is in the templates, which are written anew.
`))
	if err := part(`Leave the jobs out of a first installation, so that the operator's webhook is there to judge them:
  helm install RELEASE . --set platformFirst=true --wait && helm upgrade RELEASE .
An upgrade always has the jobs, whatever this says.
`, "platformFirst", false); err != nil {
		return "", err
	}
	if v.regions {
		if err := part("The AWS region.\n", "region", v.region); err != nil {
			return "", err
		}
	}
	if len(v.buckets) > 0 {
		names := map[string]any{}
		for name := range v.buckets {
			names[name] = name
		}
		comment := "The S3 buckets of state and programs, each by its name in the platform's values.\n"
		if err := part(comment, "buckets", names); err != nil {
			return "", err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.sections)) {
		if err := part(sectionComment(name), name, v.sections[name]); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func sectionComment(name string) string {
	switch name {
	case "jobs":
		return `FlinkDeployments, by namespace and name: image, parallelism, state (running or suspended),
taskManagerReplicas (standalone mode), executionRoleArn (EMR).
`
	case "sessionJobs":
		return "Jobs in session clusters, by namespace and name: parallelism and state (running or suspended).\n"
	case "blueGreen":
		return "FlinkBlueGreenDeployments, by namespace and name: as jobs.\n"
	default:
		return "The IAM roles of service accounts, by namespace and name.\n"
	}
}

// clone copies JSON-shaped data.
func clone(data any) any {
	switch data := data.(type) {
	case map[string]any:
		out := make(map[string]any, len(data))
		for key, value := range data {
			out[key] = clone(value)
		}
		return out
	case []any:
		out := make([]any, len(data))
		for i, value := range data {
			out[i] = clone(value)
		}
		return out
	default:
		return data
	}
}

// parentOf gives the map that holds a field, nil where there is none, and the
// field's key in it.
func parentOf(data map[string]any, path []string) (map[string]any, string) {
	for _, key := range path[:len(path)-1] {
		data, _ = data[key].(map[string]any)
	}
	return data, path[len(path)-1]
}

// walk replaces every string below a map, in the order of the keys.
func walk(data any, path []string, replace func(path []string, text string) string) {
	visit := func(key string, value any, set func(any)) {
		at := append(slices.Clone(path), key)
		if text, ok := value.(string); ok {
			set(replace(at, text))
			return
		}
		walk(value, at, replace)
	}
	switch data := data.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(data)) {
			visit(key, data[key], func(value any) { data[key] = value })
		}
	case []any:
		for i, value := range data {
			visit(strconv.Itoa(i), value, func(value any) { data[i] = value })
		}
	}
}
