package chart

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest/jsonfit"
)

// checkSchema holds the merged values against the schemas of the chart and its
// subcharts: findings below Owner's path, or an error where there is no owner.
func checkSchema(u Unit, c *chart.Chart, values chartutil.Values) (diag.List, error) {
	if u.Source.bundled() && plainlyFits(c, values) {
		return nil, nil
	}
	if name, ref := remoteRef(c); ref != "" {
		_, list, err := u.refused(
			fmt.Sprintf("the values schema of chart %s refers to %q: only references within the schema are read", name, ref))
		return list, err
	}
	err := chartutil.ValidateAgainstSchema(c, values)
	if err == nil {
		return nil, nil
	}
	problems := schemaProblems(err.Error())
	if u.Owner.Path == "" {
		all := make([]error, len(problems))
		for i, p := range problems {
			all[i] = fmt.Errorf("render %s: values%s: %s", u.Chart, p.path, p.message)
		}
		return nil, errors.Join(all...)
	}
	var list diag.List
	for _, p := range problems {
		f := u.finding(diag.CodeChartValues, u.Owner.Path+p.path, p.message)
		f.Hint = fmt.Sprintf("chart %s says in its values.schema.json what it takes", c.Name())
		list = append(list, f)
	}
	return list, nil
}

// plainlyFits reports whether it takes no validator to see that values fit a
// chart's schema. That is for our own charts alone, whose schemas are known to be
// valid: Helm's validator compiles the schema and takes longer for that than
// rendering takes. Subcharts, which none of ours has, are left to it.
func plainlyFits(c *chart.Chart, values chartutil.Values) bool {
	if len(c.Dependencies()) > 0 {
		return false
	}
	var schema any
	return json.Unmarshal(c.Schema, &schema) == nil && findRef(schema) == "" && jsonfit.Fits(schema, values.AsMap())
}

// problem is one schema failure: path starts with a dot, or is empty for the root.
type problem struct{ path, message string }

// schemaProblems reads the report of Helm's validator (github.com/santhosh-tekuri/jsonschema/v6,
// output.go): one "- at '/json/pointer': text" a failure, causes indented below it.
func schemaProblems(report string) []problem {
	line := regexp.MustCompile(`^( *)- at '(.*?)': (.*)$`)
	var out []problem
	for l := range strings.SplitSeq(report, "\n") {
		m := line.FindStringSubmatch(l)
		switch {
		case m == nil:
			continue
		case m[1] != "" && len(out) > 0:
			last := &out[len(out)-1]
			last.message += "; " + withoutValue(m[3])
		default:
			out = append(out, problem{path: dotted(m[2]), message: withoutValue(m[3])})
		}
	}
	if len(out) == 0 {
		out = append(out, problem{message: strings.Join(strings.Fields(report), " ")})
	}
	return out
}

// withoutValue drops the user's value from the messages that repeat it.
func withoutValue(message string) string {
	return regexp.MustCompile(`^'.*' (does not match pattern|is not valid)`).ReplaceAllString(message, "$1")
}

// dotted turns a JSON pointer into a values path: /a/b~1c to .a.b/c.
func dotted(pointer string) string {
	r := strings.NewReplacer("/", ".", "~1", "/", "~0", "~")
	return r.Replace(pointer)
}

// remoteRef finds a reference that the validator would fetch from the network
// or read from the disk. It gives the chart's name and the reference.
func remoteRef(c *chart.Chart) (name, ref string) {
	if len(c.Schema) > 0 {
		var schema any
		if json.Unmarshal(c.Schema, &schema) == nil {
			if ref := findRef(schema); ref != "" {
				return c.Name(), ref
			}
		}
	}
	for _, d := range c.Dependencies() {
		if name, ref := remoteRef(d); ref != "" {
			return name, ref
		}
	}
	return "", ""
}

func findRef(v any) string {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if ref := findRef(item); ref != "" {
				return ref
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			item := v[key]
			s, isString := item.(string)
			switch {
			case isString && (key == "$ref" || key == "$dynamicRef" || key == "$recursiveRef") && !strings.HasPrefix(s, "#"):
				return s
			case isString && key == "$schema" && !strings.Contains(s, "//json-schema.org/"):
				return s
			}
			if ref := findRef(item); ref != "" {
				return ref
			}
		}
	}
	return ""
}

// templateError keeps an engine's error to one line, without template text,
// which may hold the user's values.
func templateError(err error) string {
	s := regexp.MustCompile(`(tpl function execution|parse template)( for)? "(\\.|[^"\\])*"`).ReplaceAllString(err.Error(), "$1")
	s = strings.TrimPrefix(s, "template: ")
	if m := regexp.MustCompile(`^(?:execution|parse) error (?:at|in) \((.*?)\): (?s:(.*))$`).FindStringSubmatch(s); m != nil {
		s = m[1] + ": " + m[2]
	}
	return strings.Join(strings.Fields(s), " ")
}
