package diag_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
)

func TestCatalog(t *testing.T) {
	t.Parallel()
	code := regexp.MustCompile(`^FLK\d{3}$`)
	last := diag.Code("")
	for _, e := range diag.Catalog() {
		if !code.MatchString(string(e.Code)) || e.Code <= last {
			t.Errorf("%s after %s: want FLK and three digits, each once, in order", e.Code, last)
		}
		last = e.Code
		for name, text := range map[string]string{
			"title": e.Title, "what": e.What, "why": e.Why, "bad": e.Bad, "good": e.Good, "source": e.Source,
		} {
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s: no %s", e.Code, name)
			}
		}
		if strings.HasSuffix(e.Title, ".") || !strings.HasSuffix(e.What, ".") || !strings.HasSuffix(e.Why, ".") {
			t.Errorf("%s: want a title without a dot, and sentences for what and why", e.Code)
		}
		if !strings.HasSuffix(e.Bad, "\n") || !strings.HasSuffix(e.Good, "\n") || e.Bad == e.Good {
			t.Errorf("%s: want two different examples of whole lines", e.Code)
		}
	}
}

// TestShown keeps examples text: with a NUL in it docs/rules.md would be binary.
func TestShown(t *testing.T) {
	t.Parallel()
	bad, good := diag.Entry{Bad: "a:\t\"b\x00\"\n", Good: "\ufeffa: b\n"}.Shown()
	if bad != "a:\t\"b␀\"\n" || good != "\ufeffa: b\n" {
		t.Errorf("%q, %q", bad, good)
	}
}
