package rules

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// periodFault is what is wrong with an excluded period of the autoscaler.
type periodFault int

const (
	periodFine periodFault = iota
	tooManyParts
	unreadablePart
	sameKind
)

// excludedPeriods gives the entries of job.autoscaler.excluded.periods with what
// is wrong with each, while the autoscaler is enabled. Operators before 1.8 have
// no such option.
func excludedPeriods(j job) iter.Seq2[string, periodFault] {
	return func(yield func(string, periodFault) bool) {
		s, set := j.config.Find(autoscalerKeys(j, "excluded.periods")...)
		if !set || !j.operator.AtLeast(1, 8) || !j.config.Bool(false, autoscalerKeys(j, "enabled")...) {
			return
		}
		for period := range strings.SplitSeq(s.Value, ";") {
			if strings.TrimSpace(period) == "" {
				continue
			}
			if !yield(strings.TrimSpace(period), faultOfPeriod(period)) {
				return
			}
		}
	}
}

func excludedPeriodProblem(j job, period string, fault periodFault) model.Problem {
	s, _ := j.config.Find(autoscalerKeys(j, "excluded.periods")...)
	p := model.Problem{
		Field: j.field("flinkConfiguration", s.Key),
		Hint:  "write a daily time as 9:30-11:00, a Quartz cron expression as \"* * 9-11 ? * 2-6\", or one of each joined by &&",
	}
	switch fault {
	case tooManyParts:
		p.Message = fmt.Sprintf("excluded period %q has more than two parts", period)
	case sameKind:
		p.Message = fmt.Sprintf("excluded period %q joins two parts of one kind", period)
	default:
		p.Message = fmt.Sprintf("excluded period %q has a part that is neither a daily time nor a cron expression", period)
	}
	return p
}

func faultOfPeriod(period string) periodFault {
	parts := strings.Split(strings.TrimSpace(period), "&&")
	for len(parts) > 0 && parts[len(parts)-1] == "" { // as Java's split does
		parts = parts[:len(parts)-1]
	}
	if len(parts) > 2 {
		return tooManyParts
	}
	var daily, cron int
	for _, part := range parts {
		switch part = strings.TrimSpace(part); {
		case isDaily(part):
			daily++
		case isCron(part):
			cron++
		default:
			return unreadablePart
		}
	}
	if daily == 2 || cron == 2 {
		return sameKind
	}
	return periodFine
}

// isDaily reports whether the text is two times of a day, of which the first is
// before the second: HH:mm[:ss[:mmm]] with a dash between.
func isDaily(text string) bool {
	from, to, ok := strings.Cut(text, "-")
	start, ok1 := timeOfDay(from)
	end, ok2 := timeOfDay(to)
	return ok && ok1 && ok2 && start < end
}

// timeOfDay is the time in milliseconds from midnight.
func timeOfDay(text string) (int, bool) {
	parts := strings.Split(text, ":")
	if len(parts) < 2 || len(parts) > 4 {
		return 0, false
	}
	total := 0
	for i, limit := range []int{24, 60, 60, 1000} {
		n := 0
		if i < len(parts) {
			var err error
			if n, err = strconv.Atoi(parts[i]); err != nil || n < 0 || n >= limit {
				return 0, false
			}
		}
		total = total*limit + n
	}
	return total, true
}

// isInterval reports whether the operator reads the text as an interval of
// periodic snapshots: a duration, or a Quartz cron expression.
func isInterval(text string) bool {
	_, err := flink.ParseDuration(text)
	return err == nil || isCron(text)
}
