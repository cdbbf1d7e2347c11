package v1beta1

import (
	"strings"

	"sigs.k8s.io/yaml"
)

// ReadConf reads config.yaml or flink-conf.yaml into flat keys. Text that is no
// YAML gives what its lines of the form "key: value" say, as Flink's own reader
// of flink-conf.yaml does.
func ReadConf(text string) map[string]string {
	if data, err := yaml.YAMLToJSON([]byte(text)); err == nil {
		if flat, err := FreeForm(data).Flat(); err == nil {
			return flat
		}
	}
	flat := map[string]string{}
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if key, value, ok := strings.Cut(line, ": "); ok {
			flat[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return flat
}
