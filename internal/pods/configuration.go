package pods

import (
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// configMap reads an option of Flink that is a map: "a:1,b:2" or "{a: 1, b: 2}"
// under the key itself, or else one key each below it (apache/flink 1.20,
// ConfigurationUtils.java). What has no value is left out.
func configMap(c flink.Config, key string) map[string]string {
	if s, ok := c[key]; ok {
		text := strings.TrimSpace(s.Value)
		if strings.HasPrefix(text, "{") {
			text = strings.Trim(text, "{}")
		}
		return pairs(text)
	}
	out := map[string]string{}
	for name, s := range c {
		if len(name) > len(key) && name[len(key)] == '.' && strings.HasPrefix(name, key) {
			out[name[len(key)+1:]] = strings.TrimSpace(s.Value)
		}
	}
	return out
}

func pairs(text string) map[string]string {
	out := map[string]string{}
	for _, item := range split(text, ',') {
		if pair := split(item, ':'); len(pair) == 2 {
			out[pair[0]] = pair[1]
		}
	}
	return out
}

// list reads an option of Flink that is a list, "a;b" or "[a, b]".
func list(text string) []string {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "[") {
		return split(strings.Trim(text, "[]"), ',')
	}
	return split(text, ';')
}

// split takes a text apart. An item may stand in single or double quotes, in which
// a separator is no separator and a quote is doubled; others are trimmed. Empty
// items are left out (apache/flink 1.20, StructuredOptionsSplitter.java).
func split(text string, separator byte) []string {
	var out []string
	for text != "" {
		text = strings.TrimLeft(text, " ")
		item, rest, quoted := unquote(text)
		if !quoted {
			item, _, _ = strings.Cut(text, string(separator))
			rest = text[len(item):]
			item = strings.TrimSpace(item)
		}
		if item != "" {
			out = append(out, item)
		}
		_, text, _ = strings.Cut(rest, string(separator))
	}
	return out
}

// unquote reads the quoted item that a text begins with, if it does.
func unquote(text string) (item, rest string, ok bool) {
	if text == "" || text[0] != '\'' && text[0] != '"' {
		return "", text, false
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] == text[0] {
			if i+1 == len(text) || text[i+1] != text[0] {
				return b.String(), text[i+1:], true
			}
			i++
		}
		b.WriteByte(text[i])
	}
	return "", text, false // not closed: Flink refuses it
}

// tolerations reads kubernetes.<role>.tolerations:
// "key:a,operator:Equal,value:b,effect:NoSchedule;key:c,operator:Exists".
func tolerations(text string) []corev1.Toleration {
	var out []corev1.Toleration
	for _, item := range list(text) {
		m := pairs(item)
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
