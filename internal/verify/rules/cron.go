package rules

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cronField is a field of a Quartz cron expression: its range, and the names
// that stand for numbers from the lower end on.
type cronField struct {
	min, max int
	names    []string
}

func cronFields() []cronField {
	return []cronField{
		{0, 59, nil}, {0, 59, nil}, {0, 23, nil}, {1, 31, nil},
		{1, 12, []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
		{1, 7, []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
		{math.MinInt, math.MaxInt, nil}, // years are not checked
	}
}

// The places of the two fields about days, of which one is "?" always.
const (
	dayOfMonth = 3
	dayOfWeek  = 5
)

// isCron reports whether the text is a cron expression as Quartz 2 reads one:
// seconds, minutes, hours, days of the month, months, days of the week and, if
// wanted, years; what follows does not count (org.quartz.CronExpression 2.4, measured).
func isCron(text string) bool {
	parts := strings.Fields(strings.ToUpper(text))
	if len(parts) < 6 {
		return false
	}
	parts = parts[:min(len(parts), 7)]
	if (parts[dayOfMonth] == "?") == (parts[dayOfWeek] == "?") {
		return false
	}
	fields := cronFields()
	for i, part := range parts {
		if part == "?" && (i == dayOfMonth || i == dayOfWeek) {
			continue
		}
		items := strings.FieldsFunc(part, func(r rune) bool { return r == ',' })
		if len(items) == 0 || len(items) > 1 && oneDayOnly(i, part) {
			return false
		}
		for _, item := range items {
			if !cronSpecial(i, item) && !fields[i].takes(item) {
				return false
			}
		}
	}
	return true
}

// oneDayOnly reports whether a field about days has a form that Quartz does not
// put into a list: the last day, or a second "nth" day.
func oneDayOnly(i int, part string) bool {
	return (i == dayOfMonth || i == dayOfWeek) && (strings.Contains(part, "L") || strings.Count(part, "#") > 1)
}

// cronSpecial reads the forms that only the fields about days have.
func cronSpecial(i int, item string) bool {
	switch i {
	case dayOfMonth:
		return regexp.MustCompile(`^(L(-([0-9]|[12][0-9]|30))?W?|([1-9]|[12][0-9]|3[01])W)$`).MatchString(item)
	case dayOfWeek:
		return regexp.MustCompile(`^(L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))`).MatchString(item)
	default:
		return false
	}
}

// takes reads *, */n, a, a-b, a/n and a-b/n.
func (f cronField) takes(item string) bool {
	from, step, stepped := strings.Cut(item, "/")
	if stepped {
		if n, err := strconv.Atoi(step); err != nil || n < 0 || n > f.max {
			return false
		}
	}
	if from == "*" || from == "" && stepped {
		return true
	}
	low, high, isRange := strings.Cut(from, "-")
	return f.has(low) && (!isRange || f.has(high))
}

// has reads a number, or a name, of which the first three letters count.
func (f cronField) has(text string) bool {
	if len(text) >= 3 && slices.Contains(f.names, text[:3]) {
		return true
	}
	n, err := strconv.Atoi(text)
	return err == nil && f.min <= n && n <= f.max
}
