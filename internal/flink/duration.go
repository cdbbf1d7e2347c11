package flink

import (
	"fmt"
	"math"
	"math/big"
	"regexp"
	"strings"
	"time"
)

// ParseDuration reads a duration as Flink reads one: an integer and a unit
// with optional space between ("30 s", "1m", "1 min", "5 minutes"), any case;
// an integer alone counts milliseconds. ISO-8601 ("PT1M") is read too, which
// newer Flink versions accept. Negative values, fractions of a unit ("1.5h")
// and combinations ("1h30m") are errors, as they are for Flink.
//
// Source: apache/flink, TimeUtils.java. A value of more than about 292 years
// is an error here, although Flink takes some of those.
func ParseDuration(s string) (time.Duration, error) {
	text := strings.TrimSpace(s)
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if digits == 0 {
		return parseISODuration(s)
	}
	unit := durationUnit(strings.ToLower(strings.TrimSpace(text[digits:])))
	if unit == 0 {
		return 0, fmt.Errorf("duration %q: want a number and a unit out of ms, s, min, h, d", s)
	}
	n, _ := new(big.Int).SetString(text[:digits], 10)
	n.Mul(n, big.NewInt(int64(unit)))
	if !n.IsInt64() {
		return 0, fmt.Errorf("duration %q: too large", s)
	}
	return time.Duration(n.Int64()), nil
}

// durationUnit gives the length of a unit of Flink's, 0 for an unknown one.
func durationUnit(label string) time.Duration {
	switch label {
	case "d", "day", "days":
		return 24 * time.Hour
	case "h", "hour", "hours":
		return time.Hour
	case "m", "min", "minute", "minutes":
		return time.Minute
	case "s", "sec", "secs", "second", "seconds":
		return time.Second
	case "", "ms", "milli", "millis", "millisecond", "milliseconds":
		return time.Millisecond
	case "µs", "micro", "micros", "microsecond", "microseconds":
		return time.Microsecond
	case "ns", "nano", "nanos", "nanosecond", "nanoseconds":
		return time.Nanosecond
	default:
		return 0
	}
}

// parseISODuration reads PnDTnHnMn.nS, of which at least one part must be there.
func parseISODuration(s string) (time.Duration, error) {
	text := strings.ToUpper(strings.TrimSpace(s))
	form := regexp.MustCompile(`^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d{0,9}))?S)?)?$`)
	m := form.FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(text, "T") || text == "P" {
		return 0, fmt.Errorf("duration %q: want a number and a unit out of ms, s, min, h, d", s)
	}
	total := new(big.Int)
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		addPart(total, m[i+1], unit)
	}
	addPart(total, (m[5] + "000000000")[:9], time.Nanosecond)
	if total.Cmp(big.NewInt(math.MaxInt64)) > 0 {
		return 0, fmt.Errorf("duration %q: too large", s)
	}
	return time.Duration(total.Int64()), nil
}

// addPart adds digits times unit to total; no digits add nothing.
func addPart(total *big.Int, digits string, unit time.Duration) {
	if n, ok := new(big.Int).SetString(digits, 10); ok {
		total.Add(total, n.Mul(n, big.NewInt(int64(unit))))
	}
}
