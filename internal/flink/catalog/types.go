package catalog

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

type kind int

const (
	noKind kind = iota
	stringKind
	boolKind
	intKind
	longKind
	floatKind
	durationKind
	memoryKind
	enumKind
	mapKind
)

// Type is what an option takes.
type Type struct {
	kind kind
	// list: items of the kind, parted by semicolons.
	list      bool
	constants []string
}

// ParseType reads a type as options.tsv has it.
func ParseType(s string) Type {
	var t Type
	s, t.list = strings.CutPrefix(s, "list:")
	if rest, ok := strings.CutPrefix(s, "enum("); ok {
		t.kind, t.constants = enumKind, strings.Split(strings.TrimSuffix(rest, ")"), ",")
		return t
	}
	switch s {
	case "boolean":
		t.kind = boolKind
	case "integer":
		t.kind = intKind
	case "long":
		t.kind = longKind
	case "float", "double":
		t.kind = floatKind
	case "duration":
		t.kind = durationKind
	case "memorysize":
		t.kind = memoryKind
	case "map":
		t.kind = mapKind
	default:
		t.kind = stringKind
	}
	return t
}

// IsZero reports whether the type is not known.
func (t Type) IsZero() bool { return t.kind == noKind }

// String names the type for a message: "boolean", "one of FULL, REGION".
func (t Type) String() string {
	name := map[kind]string{
		noKind: "anything", stringKind: "text", boolKind: "true or false",
		intKind: "an integer of 32 bits", longKind: "an integer",
		floatKind: "a number", durationKind: "a duration such as 30 s",
		memoryKind: "a memory size such as 512m", mapKind: "key:value pairs",
	}[t.kind]
	if t.kind == enumKind {
		name = "one of " + strings.Join(t.constants, ", ")
	}
	if t.list {
		return name + " in a list with semicolons"
	}
	return name
}

// Constants are the values of an enumeration as Flink spells them; nil for
// another type.
func (t Type) Constants() []string { return t.constants }

// Check returns an error if Flink refuses the text as a value of the type: it
// says what was wanted. White space around the value does not count, since the
// configuration file drops it.
//
// Source: apache/flink, ConfigurationUtils.convertValue, TimeUtils.java,
// MemorySize.java, StructuredOptionsSplitter.java; compared with Flink 1.17 to
// 2.2 in testdata/values.tsv (`make oracle-flink`).
func (t Type) Check(v flink.Version, value string) error {
	value = strings.TrimSpace(value)
	if !t.list {
		return t.one(v, value)
	}
	items, err := t.items(value)
	if err != nil {
		return err
	}
	for _, item := range items {
		if err := t.one(v, item); err != nil {
			return err
		}
	}
	return nil
}

// items cuts a list. One in brackets is YAML for Flink 2 and text for Flink 1;
// it is not looked into.
func (t Type) items(value string) ([]string, error) {
	if strings.HasPrefix(value, "[") || strings.HasPrefix(value, "- ") {
		return nil, nil
	}
	return split(value, ';')
}

func (t Type) one(v flink.Version, value string) error {
	ok := true
	switch t.kind {
	case boolKind:
		ok = strings.EqualFold(value, "true") || strings.EqualFold(value, "false")
	case intKind:
		_, err := strconv.ParseInt(value, 10, 32)
		ok = err == nil
	case longKind:
		_, err := strconv.ParseInt(value, 10, 64)
		ok = err == nil
	case floatKind:
		ok = javaFloat(value)
	case durationKind:
		ok = duration(v, value)
	case memoryKind:
		_, ok = MemorySize(value)
	case enumKind:
		ok = t.constant(value)
	case mapKind:
		return checkMap(value)
	case noKind, stringKind:
	}
	if !ok {
		return fmt.Errorf("want %s", Type{kind: t.kind, constants: t.constants})
	}
	return nil
}

// constant compares as convertToEnum does: in upper case, '-' and '_' apart.
func (t Type) constant(value string) bool {
	for _, c := range t.constants {
		if strings.ToUpper(c) == strings.ToUpper(value) { //nolint:staticcheck // as Flink does: not Unicode folding
			return true
		}
	}
	return false
}

// javaFloat reports whether Double.parseDouble takes the text: also with a
// trailing f or d, without hexadecimal forms, which nobody writes.
func javaFloat(value string) bool {
	form := regexp.MustCompile(`^[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[fFdD]?)$`)
	return form.MatchString(value)
}

// duration reports whether TimeUtils.parseDuration takes the text. ISO-8601
// ("PT1M") is for 2.1 and newer, and counts of more than 63 bits for 2.0.
func duration(v flink.Version, value string) bool {
	digits := len(value) - len(strings.TrimLeft(value, "0123456789"))
	if digits == 0 {
		_, err := flink.ParseDuration(value)
		return err == nil && (v.IsZero() || v.AtLeast(2, 1))
	}
	_, err := flink.ParseDuration("1" + value[digits:])
	if _, large := strconv.ParseInt(value[:digits], 10, 64); large != nil && !v.IsZero() && !v.AtLeast(2, 0) {
		return false
	}
	return err == nil
}

// MemorySize reads a memory size as Flink's MemorySize.parse does, without the
// operator's Kubernetes forms, and returns bytes.
func MemorySize(value string) (int64, bool) {
	text := strings.ToLower(strings.TrimSpace(value))
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	factors := map[string]int64{
		"": 1, "b": 1, "bytes": 1, "k": 1 << 10, "kb": 1 << 10, "kibibytes": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "mebibytes": 1 << 20,
		"g": 1 << 30, "gb": 1 << 30, "gibibytes": 1 << 30, "t": 1 << 40, "tb": 1 << 40, "tebibytes": 1 << 40,
	}
	factor := factors[strings.TrimSpace(text[digits:])]
	n, err := strconv.ParseInt(text[:digits], 10, 64)
	if err != nil || factor == 0 || n > math.MaxInt64/factor {
		return 0, false
	}
	return n * factor, true
}

// checkMap reads key:value pairs with commas. In braces it is YAML for Flink 2,
// and not looked into.
func checkMap(value string) error {
	if strings.HasPrefix(value, "{") {
		return nil
	}
	items, err := split(value, ',')
	if err != nil {
		return err
	}
	for _, item := range items {
		if parts, err := split(item, ':'); err != nil || len(parts) != 2 {
			return fmt.Errorf("want key:value pairs with commas, and %q is none", item)
		}
	}
	return nil
}

// split cuts at a delimiter as StructuredOptionsSplitter does: quotes keep
// delimiters, a doubled quote stands for one, and they must be closed and be
// around a whole item. White space around items goes, and so do
// empty items at both ends.
func split(text string, delimiter byte) ([]string, error) {
	var items []string
	for i := 0; i < len(text); {
		if q := text[i]; q == '\'' || q == '"' {
			item, next, ok := quoted(text, i)
			if !ok || next < len(text) && text[next] != delimiter {
				return nil, fmt.Errorf("want quotes that are closed, around a whole item")
			}
			items = append(items, item)
			i = next + 1
			continue
		}
		end := strings.IndexByte(text[i:], delimiter)
		if end < 0 {
			end = len(text) - i
		}
		if item := strings.TrimSpace(text[i : i+end]); item != "" || i > 0 && i+end < len(text) {
			items = append(items, item)
		}
		i += end + 1
	}
	return items, nil
}

// quoted reads a quoted item that begins at i, and returns what is in it and
// where the text goes on.
func quoted(text string, i int) (item string, next int, ok bool) {
	var b strings.Builder
	for j := i + 1; j < len(text); j++ {
		switch {
		case text[j] != text[i]:
			b.WriteByte(text[j])
		case j+1 < len(text) && text[j+1] == text[i]:
			b.WriteByte(text[i])
			j++
		default:
			for next = j + 1; next < len(text) && text[next] == ' '; next++ {
			}
			return b.String(), next, true
		}
	}
	return "", 0, false
}

// Duration reports whether the type is one duration, for which a number alone
// counts milliseconds.
func (t Type) Duration() bool { return t.kind == durationKind && !t.list }
