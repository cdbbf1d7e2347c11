package flink_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
)

func TestParseMemory(t *testing.T) {
	t.Parallel()
	const mib, gib = 1 << 20, 1 << 30
	for in, want := range map[string]int64{
		"0":              0,
		"1024":           1024,
		"1b":             1,
		"7 bytes":        7,
		"64k":            64 << 10,
		"2048m":          2048 * mib,
		"2048 MB":        2048 * mib,
		" 512 mebibytes": 512 * mib,
		"2G":             2 * gib,
		"2g":             2 * gib,
		"2gb":            2 * gib,
		"1T":             1 << 40,
		"2Gi":            2 * gib,
		"2GiB":           2 * gib,
		"2 gib":          2 * gib,
		"1.5Gi":          3 * gib / 2,
		"2048Mi":         2048 * mib,
		"1.5G":           1500000000,
		"1e3":            1000,
		"1Ki":            1024,
	} {
		if got, err := flink.ParseMemory(in); err != nil || got != want {
			t.Errorf("ParseMemory(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", " ", "m", "2x", "two", "-1g", "-2Gi", "2 G i b b", "9223372036854775808", "9999999999t", "8388608t",
		"100Ei", "1.5k", "${MEM}",
	} {
		if got, err := flink.ParseMemory(in); err == nil {
			t.Errorf("ParseMemory(%q) = %d, want an error", in, got)
		}
	}
}

func TestNormalizeMemory(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2Gi": "2048m", "2G": "2048m", "2048m": "2048m", "2048Mi": "2048m", "1.5Gi": "1536m", "64k": "64k",
		"1.5G": "1500000000b", "0": "0b",
	} {
		got, err := flink.NormalizeMemory(in)
		if err != nil || got != want {
			t.Errorf("NormalizeMemory(%q) = %q, %v; want %q", in, got, err, want)
		}
		before, _ := flink.ParseMemory(in)
		if after, err := flink.ParseMemory(got); err != nil || after != before {
			t.Errorf("%q is %d bytes, its normal form %q is %d: %v", in, before, got, after, err)
		}
	}
	if got, err := flink.NormalizeMemory("much"); err == nil {
		t.Errorf("NormalizeMemory(much) = %q, want an error", got)
	}
}
