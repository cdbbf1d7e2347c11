package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// cronField is one of the five fields of a schedule.
type cronField struct {
	name      string
	low, high int
	words     []string // stand for low, low+1, …
}

func cronFields() []cronField {
	return []cronField{
		{"minute", 0, 59, nil}, {"hour", 0, 23, nil}, {"day of month", 1, 31, nil},
		{"month", 1, 12, strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")},
		{"day of week", 0, 6, strings.Fields("sun mon tue wed thu fri sat")},
	}
}

// cronError says why a schedule is none, as the parser that Kubernetes uses
// (github.com/robfig/cron/v3 v3.0.1, parser.go, ParseStandard).
func cronError(schedule string) error {
	if rest, ok := strings.CutPrefix(schedule, "@every "); ok {
		_, err := time.ParseDuration(rest)
		return err
	}
	if strings.HasPrefix(schedule, "@") {
		if slices.Contains(strings.Fields("@yearly @annually @monthly @weekly @daily @midnight @hourly"), schedule) {
			return nil
		}
		return fmt.Errorf("unrecognized descriptor: %s", schedule)
	}
	parts := strings.Fields(schedule)
	fields := cronFields()
	if len(parts) != len(fields) {
		return fmt.Errorf("expected exactly 5 fields, found %d: %s", len(parts), schedule)
	}
	for i, field := range fields {
		for part := range strings.FieldsFuncSeq(parts[i], func(r rune) bool { return r == ',' }) {
			if err := field.check(part); err != nil {
				return fmt.Errorf("%s: %w", field.name, err)
			}
		}
	}
	return nil
}

// check reads one range: *, 5, 1-5, */10, mon-fri.
func (f cronField) check(part string) error {
	span, step, stepped := strings.Cut(part, "/")
	if stepped {
		n, err := strconv.Atoi(step)
		if err != nil || n <= 0 {
			return fmt.Errorf("step of %q is no positive number", part)
		}
	}
	first, last, isRange := strings.Cut(span, "-")
	if first == "*" || first == "?" {
		if isRange {
			return fmt.Errorf("%q is no range", part)
		}
		return nil
	}
	start, err := f.number(first)
	if err != nil {
		return err
	}
	end := start
	if isRange {
		if end, err = f.number(last); err != nil {
			return err
		}
	}
	if start < f.low || end > f.high || start > end {
		return fmt.Errorf("%q is not within %d-%d", part, f.low, f.high)
	}
	return nil
}

func (f cronField) number(s string) (int, error) {
	if i := slices.Index(f.words, strings.ToLower(s)); i >= 0 {
		return f.low + i, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, fmt.Errorf("failed to parse number: %q", s)
	}
	return n, nil
}
