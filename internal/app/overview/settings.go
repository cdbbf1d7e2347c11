package overview

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/values"
)

// hidden stands for values that may be secrets.
const hidden = "(set, not shown)"

// settings reads what values set against what would hold without.
type settings struct {
	root   *values.Node
	schema *values.Schema
	// topics remembers what the schema says of a path below a job.
	topics map[string]values.Topic
	stated *regexp.Regexp
}

func newSettings(in Input) settings {
	return settings{
		root: in.Values.Root, schema: in.Schema, topics: map[string]values.Topic{},
		stated: regexp.MustCompile(`Default: (.+?)\.?$`),
	}
}

// layer is a place that gives the keys of a job when the job does not.
type layer struct {
	name string
	at   []string
}

// layers are those under the jobs of a team, the nearest first.
func (s settings) layers(team string) []layer {
	return []layer{
		{"team " + team, []string{"teams", team, "jobDefaults"}},
		{"jobDefaults", []string{"jobDefaults"}},
		{"runtime", []string{"runtime"}},
	}
}

// of gives the settings below a path, in the order of the file; under are the layers
// that would hold without.
func (s settings) of(at []string, under []layer) []Setting {
	var out []Setting
	s.walk(s.root.At(at...), at, nil, under, false, &out)
	return out
}

// configuration is the key below which Flink's own keys stand, properties the one
// below which those of a connector's client do.
const (
	configuration = "flinkConfiguration"
	properties    = "properties"
)

// walk visits the leaves below a node. Where values may be secrets, so are all below;
// of Flink's configuration it is known which are.
func (s settings) walk(n *values.Node, base, at []string, under []layer, hide bool, out *[]Setting) {
	if n == nil {
		return
	}
	topic := s.topic(base, at)
	conf := len(at) > 0 && at[0] == configuration
	topic.Hidden = topic.Hidden || hide
	if n.Kind == values.Map && n.Len() > 0 && (topic.Below || len(at) == 0 || conf) {
		for _, key := range n.Keys() {
			s.walk(n.Get(key), base, append(slices.Clip(at), key), under, topic.Hidden, out)
		}
		return
	}
	if len(at) == 0 {
		return
	}
	if conf {
		topic = values.Topic{}
	}
	topic.Hidden = topic.Hidden || named(at)
	one := Setting{Path: pathText(at), Value: shown(n, topic), Pos: n.Where()}
	one.Default, one.From = s.instead(topic, at, under)
	one.Same = one.Default == one.Value && one.Value != hidden
	*out = append(*out, one)
}

// named reports whether a setting of Flink's, or of a connector's client, is a secret by
// its name: a login of Kafka's, say.
func named(at []string) bool {
	last := len(at) - 1
	return at[0] == configuration && flink.Sensitive(strings.Join(at[1:], ".")) ||
		last > 0 && at[last-1] == properties && flink.Sensitive(at[last])
}

// instead is what would hold without a setting, and where that is from.
func (s settings) instead(topic values.Topic, at []string, under []layer) (value, from string) {
	for _, l := range under {
		if n := s.root.At(slices.Concat(l.at, at)...); n != nil && n.Kind != values.Null {
			return shown(n, topic), l.name
		}
	}
	if topic.Default != nil {
		return shown(values.FromPlain(topic.Default, s.root.Pos), values.Topic{}), ""
	}
	if found := s.stated.FindStringSubmatch(topic.Description); found != nil {
		return found[1], ""
	}
	return "", ""
}

// topic is what the schema says of a key of a job, of which all sections say the same.
func (s settings) topic(base, at []string) values.Topic {
	steps := []string{base[0]}
	if base[0] != "jobDefaults" {
		steps = []string{base[0], values.AnyName}
	}
	if len(base) == 3 { // teams.*.jobDefaults
		steps = append(steps, base[2])
	}
	key := strings.Join(slices.Concat(steps, at), ".")
	topic, ok := s.topics[key]
	if !ok {
		topic, _ = s.schema.Explain(key, 0)
		s.topics[key] = topic
	}
	return topic
}

// shown words a value on one line; what may be a secret is not shown.
func shown(n *values.Node, topic values.Topic) string {
	switch {
	case topic.Hidden && n.Kind == values.List:
		return fmt.Sprintf("%d, not shown", n.Len())
	case topic.Hidden:
		return hidden
	case n.Kind == values.Null:
		return "null"
	case n.Kind < values.List:
		return withoutUser(n.Text)
	}
	var parts []string
	for _, item := range n.Items() {
		parts = append(parts, shown(item, values.Topic{}))
	}
	for _, key := range n.Keys() {
		parts = append(parts, key+": "+shown(n.Get(key), values.Topic{}))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// withoutUser takes the name and password out of a URL.
func withoutUser(text string) string {
	scheme, rest, found := strings.Cut(text, "://")
	if authority, _, _ := strings.Cut(rest, "/"); found && strings.Contains(authority, "@") {
		return scheme + "://…" + rest[strings.LastIndexByte(authority, '@'):]
	}
	return text
}

// pathText words a path below a job.
func pathText(at []string) string {
	for _, step := range at {
		if strings.Contains(step, ".") {
			return strings.Join(at[:len(at)-1], ".") + "[" + strconv.Quote(at[len(at)-1]) + "]"
		}
	}
	return strings.Join(at, ".")
}
