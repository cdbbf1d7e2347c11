package flink_test

import (
	"testing"
	"time"

	"github.com/helm-flink/helm-flink/internal/flink"
)

func TestParseDuration(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]time.Duration{
		"0":         0,
		"60000":     time.Minute,
		"1m":        time.Minute,
		"1 min":     time.Minute,
		"5 Minutes": 5 * time.Minute,
		"30 s":      30 * time.Second,
		"30sec":     30 * time.Second,
		"250ms":     250 * time.Millisecond,
		"10 µs":     10 * time.Microsecond,
		"9ns":       9,
		"6h":        6 * time.Hour,
		" 2 days ":  48 * time.Hour,
		"PT1M":      time.Minute,
		"pt1h30m":   90 * time.Minute,
		"P1DT1S":    24*time.Hour + time.Second,
		"PT0.5S":    500 * time.Millisecond,
	} {
		if got, err := flink.ParseDuration(in); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", " ", "m", "-1m", "1.5h", "1h30m", "1 fortnight", "P", "PT", "P1DT", "PT-1M", "PT1X", "999999d", "99999999999999999999",
		"PT99999999999H", "1\nm m",
	} {
		if got, err := flink.ParseDuration(in); err == nil {
			t.Errorf("ParseDuration(%q) = %v, want an error", in, got)
		}
	}
}
