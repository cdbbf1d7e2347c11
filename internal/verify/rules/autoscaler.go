package rules

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// autoscalerKeys spells an option of the autoscaler, the key that counts first.
// The long prefix is a fallback from 1.7 on, and the only one before
// (AutoScalerOptions; measured with 1.7.0).
func autoscalerKeys(j job, options ...string) []string {
	var keys []string
	if j.operator.AtLeast(1, 7) {
		for _, o := range options {
			keys = append(keys, "job.autoscaler."+o)
		}
	}
	for _, o := range options {
		keys = append(keys, "kubernetes.operator.job.autoscaler."+o)
	}
	return keys
}

// autoscalerNumber is an option with the range that its value must be in, the
// ends included.
type autoscalerNumber struct {
	option   string
	older    string // its name in older versions, still a fallback
	min, max float64
	fallback float64
}

// targetUtilization is utilization.target: called target.utilization before
// 1.11 (AutoScalerOptions; 0.7 where it is not set), without an upper bound
// there (measured with 1.7.0).
func targetUtilization(j job) autoscalerNumber {
	if j.operator.AtLeast(1, 11) {
		return autoscalerNumber{option: "utilization.target", older: "target.utilization", max: 1, fallback: 0.7}
	}
	return autoscalerNumber{option: "target.utilization", max: math.Inf(1), fallback: 0.7}
}

func (n autoscalerNumber) keys(j job) []string {
	if n.older == "" {
		return autoscalerKeys(j, n.option)
	}
	return autoscalerKeys(j, n.option, n.older)
}

// number reads the option; ok is false if it is no number.
func number(j job, n autoscalerNumber) (value float64, ok bool) {
	s, set := j.config.Find(n.keys(j)...)
	if !set {
		return n.fallback, true
	}
	return javaDouble(s.Value)
}

// javaDouble reads a number as Double.parseDouble of Java does.
func javaDouble(text string) (float64, bool) {
	text = strings.TrimSpace(text)
	sign, bare := "", text
	if text != "" && strings.ContainsRune("+-", rune(text[0])) {
		sign, bare = text[:1], text[1:]
	}
	switch {
	case bare == "NaN" || bare == "Infinity":
	case bare == "" || !unicode.IsDigit(rune(bare[0])) && bare[0] != '.' || strings.ContainsRune(bare, '_'):
		return 0, false
	default:
		bare = bare[:len(bare)-1] + strings.Trim(bare[len(bare)-1:], "dDfF")
	}
	value, err := strconv.ParseFloat(sign+bare, 64)
	return value, err == nil || errors.Is(err, strconv.ErrRange)
}

// numberInRange says that the option is out of its range, while the autoscaler
// is enabled and the option is set.
func numberInRange(j job, n autoscalerNumber, say model.Say) {
	if !j.config.Bool(false, autoscalerKeys(j, "enabled")...) {
		return
	}
	s, set := j.config.Find(n.keys(j)...)
	if !set {
		return
	}
	p := model.Problem{Field: j.field("flinkConfiguration", s.Key), Hint: "choose a value in the range, or leave the key out"}
	value, ok := number(j, n)
	switch {
	case !ok:
		p.Message = fmt.Sprintf("%s is %q%s, which is no number", s.Key, s.Value, byOperator(s))
	case value < n.min || value > n.max:
		p.Message = fmt.Sprintf("%s is %s%s and must be between %s and %s", s.Key, s.Value, byOperator(s), bound(n.min), bound(n.max))
	default:
		return
	}
	say(p)
}

func bound(f float64) string {
	if math.IsInf(f, 1) {
		return "infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
