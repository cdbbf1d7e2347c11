package quantity_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

func TestParseAgreesWithKubernetes(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "2", "500m", "4Gi", "1.5G", "1e3", "1E3", "12E", "1e-9", "-1e+12", "+.5", "1e999", "1e-0000000000999", "e", "1ee5", "x9999e9999x",
		strings.Repeat("9", 1000),
	} {
		want, wantErr := resource.ParseQuantity(text)
		got, err := quantity.Parse(text)
		if (err == nil) != (wantErr == nil) || got.Cmp(want) != 0 {
			t.Errorf("%.40q: %v, %v; Kubernetes: %v, %v", text, got.String(), err, want.String(), wantErr)
		}
	}
}

func TestParseRefusesHugeNumbers(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"1e-9999999", "1E9999999", "1e+1000", "-1.5e-123456789012345678901234567890", "7e001000", strings.Repeat("9", 1001),
	} {
		if q, err := quantity.Parse(text); err == nil {
			t.Errorf("%.40q is read as %v", text, q.Format)
		}
	}
}

func TestAllBounded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		data any
		want bool
	}{
		{map[string]any{"a": []any{"1", int64(2), nil, map[string]any{"b": "e9999999"}}, "c": strings.Repeat("x", 2000)}, true},
		{map[string]any{"a": []any{"1", map[string]any{"b": "1e-9999999"}}}, false},
		{".5e9999999", false},
		{strings.Repeat("1", 2000), false},
	} {
		if got := quantity.AllBounded(c.data); got != c.want {
			t.Errorf("%.80v: %v, want %v", c.data, got, c.want)
		}
	}
}
