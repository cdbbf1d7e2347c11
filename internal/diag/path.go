package diag

import (
	"strconv"
	"strings"
)

// PathString prints a path for people: keys with dots between, other than plain
// ones in brackets and quotes, numbers in brackets:
// spec.flinkConfiguration["state.backend"], spec.job.args[0].
func PathString(path []string) string {
	var b strings.Builder
	for i, step := range path {
		switch {
		case isDigits(step):
			b.WriteString("[" + step + "]")
		case !isPlainKey(step):
			b.WriteString("[" + strconv.Quote(step) + "]")
		default:
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isPlainKey(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == 0x7f || strings.ContainsRune(`.[]"'\`, r)
	})
}
