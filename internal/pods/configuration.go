package pods

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// configMap reads an option of Flink that is a map: "a:1,b:2" under the key
// itself, or else one key each below it (apache/flink 1.20,
// ConfigurationUtils.java). What has no value is left out.
func configMap(c flink.Config, key string) map[string]string {
	out := map[string]string{}
	if s, ok := c[key]; ok {
		text := strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s.Value), "{"), "}")
		for item := range strings.SplitSeq(text, ",") {
			if name, value, ok := strings.Cut(item, ":"); ok {
				out[unquote(name)] = unquote(value)
			}
		}
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if rest, ok := strings.CutPrefix(name, key+"."); ok {
			out[rest] = strings.TrimSpace(c[name].Value)
		}
	}
	return out
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	for _, quote := range []string{"'", `"`} {
		if len(s) > 1 && strings.HasPrefix(s, quote) && strings.HasSuffix(s, quote) {
			return s[1 : len(s)-1]
		}
	}
	return s
}

// list reads an option of Flink that is a list, "a;b".
func list(text string) []string {
	var out []string
	for item := range strings.SplitSeq(strings.Trim(text, "[]"), ";") {
		if item = unquote(item); item != "" {
			out = append(out, item)
		}
	}
	return out
}

// tolerations reads kubernetes.<role>.tolerations:
// "key:a,operator:Equal,value:b,effect:NoSchedule;key:c,operator:Exists".
func tolerations(text string) []corev1.Toleration {
	var out []corev1.Toleration
	for _, item := range list(text) {
		m := configMap(flink.Config{"t": {Value: item}}, "t")
		t := corev1.Toleration{
			Key: m["key"], Operator: corev1.TolerationOperator(m["operator"]), Value: m["value"], Effect: corev1.TaintEffect(m["effect"]),
		}
		if n, err := strconv.ParseInt(m["tolerationSeconds"], 10, 64); err == nil {
			t.TolerationSeconds = &n
		}
		out = append(out, t)
	}
	return out
}

// number reads a whole number, 0 for what is none.
func number(text string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(text))
	return n
}
