package stream

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	yaml "go.yaml.in/yaml/v3"
)

// The tags of YAML 1.1 that a scalar can have.
const (
	tagNull      = "!!null"
	tagBool      = "!!bool"
	tagInt       = "!!int"
	tagFloat     = "!!float"
	tagString    = "!!str"
	tagTimestamp = "!!timestamp"
	tagBinary    = "!!binary"
	tagMerge     = "!!merge"
)

// isPlain reports whether a scalar is written without quotes.
func isPlain(n *yaml.Node) bool {
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	return n.Style&quoted == 0
}

// scalarValue gives a scalar the value that go.yaml.in/yaml/v2 2.4.4 gives it
// (resolve.go and decode.go, scalar): nil, bool, int64, uint64, float64 or
// string. An error says why there is none.
func scalarValue(n *yaml.Node) (any, error) {
	tag := ""
	if n.Style&yaml.TaggedStyle != 0 {
		tag = n.ShortTag()
	} else if !isPlain(n) {
		return n.Value, nil
	}
	switch tag {
	case tagBinary:
		data, err := base64.StdEncoding.DecodeString(n.Value)
		if err != nil {
			return nil, fmt.Errorf("%s is not base64", tagBinary)
		}
		return string([]rune(string(data))), nil // JSON has no bytes: what is not UTF-8 becomes U+FFFD
	case tagString:
		return n.Value, nil
	case "", tagNull, tagBool, tagInt, tagFloat, tagTimestamp:
	default:
		return n.Value, nil
	}
	own, value := resolve(tag, n.Value)
	switch {
	case tag == "" || tag == own:
		return value, nil
	case tag == tagFloat && own == tagInt:
		if i, ok := value.(int64); ok {
			return float64(i), nil
		}
	}
	return nil, fmt.Errorf("%q is no %s", n.Value, tag)
}

// resolve finds the type of a plain scalar.
func resolve(tag, text string) (string, any) {
	if text == "" {
		return tagNull, nil
	}
	switch first := text[0]; {
	case strings.IndexByte("yYnNtTfFoO~", first) >= 0:
		return resolveWord(text)
	case first == '.':
		if own, value := resolveWord(text); own != tagString {
			return own, value
		}
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return tagFloat, f
		}
	case first == '+' || first == '-' || '0' <= first && first <= '9':
		if own, value := resolveWord(text); own != tagString {
			return own, value
		}
		if (tag == "" || tag == tagTimestamp) && isTimestamp(text) {
			return tagTimestamp, text
		}
		return resolveNumber(text)
	}
	return tagString, text
}

// resolveWord knows the words of YAML 1.1.
func resolveWord(text string) (string, any) {
	switch text {
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return tagBool, true
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return tagBool, false
	case "~", "null", "Null", "NULL":
		return tagNull, nil
	case ".nan", ".NaN", ".NAN":
		return tagFloat, math.NaN()
	case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF":
		return tagFloat, math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return tagFloat, math.Inf(-1)
	default:
		return tagString, text
	}
}

// resolveNumber is about text that starts as a number does.
func resolveNumber(text string) (string, any) {
	plain := strings.ReplaceAll(text, "_", "")
	if i, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return tagInt, i
	}
	if u, err := strconv.ParseUint(plain, 0, 64); err == nil {
		return tagInt, u
	}
	if isFloat(plain) {
		if f, err := strconv.ParseFloat(plain, 64); err == nil {
			return tagFloat, f
		}
	}
	if bits, ok := strings.CutPrefix(plain, "0b"); ok {
		if i, err := strconv.ParseInt(bits, 2, 64); err == nil {
			return tagInt, i
		}
	} else if bits, ok := strings.CutPrefix(plain, "-0b"); ok {
		if i, err := strconv.ParseInt("-"+bits, 2, 64); err == nil {
			return tagInt, i
		}
	}
	return tagString, text
}

// isFloat is YAML's form of floating point numbers:
// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
func isFloat(s string) bool {
	s = withoutSign(s)
	whole := digits(s)
	rest := s[whole:]
	if strings.HasPrefix(rest, ".") {
		fraction := digits(rest[1:])
		if whole+fraction == 0 {
			return false
		}
		rest = rest[1+fraction:]
	} else if whole == 0 {
		return false
	}
	if rest == "" {
		return true
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	exponent := withoutSign(rest[1:])
	return exponent != "" && digits(exponent) == len(exponent)
}

func withoutSign(s string) string {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		return s[1:]
	}
	return s
}

// digits counts the decimal digits at the start of a text.
func digits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// isTimestamp reports whether YAML takes text for a time (resolve.go,
// parseTimestamp). The value stays text.
func isTimestamp(s string) bool {
	if len(s) < 5 || s[4] != '-' || strings.Trim(s[:4], "0123456789") != "" {
		return false
	}
	for _, format := range []string{
		"2006-1-2T15:4:5.999999999Z07:00", "2006-1-2t15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2",
	} {
		if _, err := time.Parse(format, s); err == nil {
			return true
		}
	}
	return false
}
