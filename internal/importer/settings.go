package importer

import (
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

// settings reads one configuration: what becomes a friendly field is taken out.
type settings struct {
	d    *Draft
	e    *entry
	cfg  map[string]string
	keys flink.Keys
}

// take gives the value of the first of the keys that is there, and takes it out
// if fits says so.
func (s settings) take(fits func(string) bool, keys ...string) (string, bool) {
	for _, key := range keys {
		for _, name := range s.d.spellings(s.e, key) {
			if value, ok := s.cfg[name]; ok {
				if !fits(value) {
					return "", false
				}
				delete(s.cfg, name)
				return value, true
			}
		}
	}
	return "", false
}

// peek gives the value of a key in any spelling.
func (s settings) peek(key string) string {
	for _, name := range s.d.spellings(s.e, key) {
		if value, ok := s.cfg[name]; ok {
			return value
		}
	}
	return ""
}

func isDuration(text string) bool {
	if _, err := flink.ParseDuration(text); err != nil {
		return false
	}
	return strings.ContainsAny(text, "dhmsP") && !strings.ContainsAny(text, "uµn")
}

func isAny(string) bool { return true }

func isURI(text string) bool { return strings.Contains(text, "://") && !strings.HasPrefix(text, "://") }

func isNumber(text string) bool { n, ok := wholeNumber(text); return ok && n > 0 }

func isOn(text string) bool { return strings.EqualFold(text, "true") }

func isOneOf(words ...string) func(string) bool {
	return func(text string) bool {
		return slices.Contains(words, strings.ToLower(strings.ReplaceAll(text, "_", "-")))
	}
}

func wholeNumber(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && strconv.FormatInt(n, 10) == text
}
