package flink

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/manifest/quantity"
)

// ParseMemory reads a memory size in every form that the operator reads in
// resource.memory, and returns bytes. First Flink's own form is tried: an integer and a unit out of
// b, k, m, g, t (also kb, kibibytes, …), any case, every unit a power of 1024;
// so "2G" is 2 GiB and "2048m" is 2048 MiB. Only what Flink refuses is then
// read as a Kubernetes quantity: "2Gi", "1.5Gi", "2GiB". There "1.5G" is
// decimal, 1500000000. It takes more than the operator, which puts the number
// through Flink's form once more and so refuses fractions such as 1.5Gi, and
// exbibytes: who hands a size on to it writes it with FormatMemory.
//
// Sources: apache/flink, MemorySize.java; flink-kubernetes-operator,
// ResourceConfigUtils.java, measured with 1.7.0 and 1.16.1
// (internal/tools/oracle).
func ParseMemory(s string) (int64, error) {
	if n, ok, err := parseMemorySize(s); ok {
		return n, err
	}
	return parseMemoryQuantity(s)
}

// parseMemorySize reads Flink's form. ok is false if s does not have it; err
// is set where s has it and is too large.
func parseMemorySize(s string) (bytes int64, ok bool, err error) {
	text := strings.ToLower(strings.TrimSpace(s))
	digits := len(text) - len(strings.TrimLeft(text, "0123456789"))
	if digits == 0 {
		return 0, false, nil
	}
	var factor int64
	switch strings.TrimSpace(text[digits:]) {
	case "", "b", "bytes":
		factor = 1
	case "k", "kb", "kibibytes":
		factor = 1 << 10
	case "m", "mb", "mebibytes":
		factor = 1 << 20
	case "g", "gb", "gibibytes":
		factor = 1 << 30
	case "t", "tb", "tebibytes":
		factor = 1 << 40
	default:
		return 0, false, nil
	}
	n, err := strconv.ParseInt(text[:digits], 10, 64)
	if err != nil || n > math.MaxInt64/factor {
		return 0, true, fmt.Errorf("memory size %q: too large", s)
	}
	return n * factor, true, nil
}

// parseMemoryQuantity reads the operator's fallback: white space goes, letters
// are upper-cased, a trailing B goes, I becomes i, and the rest is a quantity.
func parseMemoryQuantity(s string) (int64, error) {
	text := strings.ToUpper(strings.Join(strings.Fields(s), ""))
	text = strings.ReplaceAll(strings.TrimSuffix(text, "B"), "I", "i")
	q, err := quantity.Parse(text)
	if err != nil || !strings.ContainsAny(text, "0123456789") { // a bare unit parses as zero
		return 0, fmt.Errorf("memory size %q: want a form like 2048m, 2g or 2Gi", s)
	}
	if q.Sign() < 0 {
		return 0, fmt.Errorf("memory size %q: must not be negative", s)
	}
	if q.CmpInt64(math.MaxInt64) >= 0 {
		return 0, fmt.Errorf("memory size %q: too large", s)
	}
	return q.Value(), nil
}

// FormatMemory writes bytes in the form that Flink and every operator version
// read alike: mebibytes as "2048m" where they are whole, else "…k" or "…b".
// Operators before the quantity fallback refuse "2Gi", and Kubernetes' own
// "2048Mi" is not Flink's form either. bytes must not be negative.
func FormatMemory(bytes int64) string {
	switch {
	case bytes != 0 && bytes%(1<<20) == 0:
		return strconv.FormatInt(bytes>>20, 10) + "m"
	case bytes != 0 && bytes%(1<<10) == 0:
		return strconv.FormatInt(bytes>>10, 10) + "k"
	default:
		return strconv.FormatInt(bytes, 10) + "b"
	}
}

// NormalizeMemory reads s with ParseMemory and writes it with FormatMemory, so
// that "2Gi", "2G" and "2048m" all become "2048m".
func NormalizeMemory(s string) (string, error) {
	n, err := ParseMemory(s)
	if err != nil {
		return "", err
	}
	return FormatMemory(n), nil
}
