package spec_test

import (
	"fmt"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// TestConnectorPorts asks which ports a connector opens to its addresses: never all of them.
func TestConnectorPorts(t *testing.T) {
	t.Parallel()
	kafka := func(servers string) string {
		return `kafka: { auth: none, topics: [a], cidrs: [10.0.0.0/16], bootstrapServers: "` + servers + `" }`
	}
	hosts := func(list string) string {
		return "opensearch: { index: a, cidrs: [10.0.0.0/16], hosts: [" + list + "] }"
	}
	for connector, want := range map[string]string{
		kafka("b-1.example.com:9098, b-2.example.com:9094"):             "[9094 9098]",
		kafka("SASL_SSL://b-1.example.com:9096"):                        "[9096]",
		kafka("[fd00::1]:9092"):                                         "[9092]",
		hosts(`"https://os.example.com"`):                               "[443]",
		hosts(`"http://os.example.com"`):                                "[80]",
		hosts(`"http://os.example.com:9200", "https://o2.example.com"`): "[443 9200]",
	} {
		p, findings := load(t, "jobs: { orders: { connectors: { out: { "+connector+" } } } }")
		if findings.Has(diag.Error) {
			t.Fatal(findings)
		}
		var v any = chart(t, p, "flink-namespaces")
		for _, key := range []string{"namespaces", "pay", "networkPolicy", "allowEgress", "connector-out", "ports"} {
			m, _ := v.(map[string]any)
			v = m[key]
		}
		if got := fmt.Sprint(v); got != want {
			t.Errorf("%s opens %s, want %s", connector, got, want)
		}
	}
}
