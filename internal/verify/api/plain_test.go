package api

import (
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation"

	"github.com/helm-flink/helm-flink/schemas"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("[a-z]", 20)
	for in, want := range map[string]string{
		"": "",
		strings.Join(validation.IsDNS1123Label("A"), ""): "a lowercase RFC 1123 label must consist of lower case alphanumeric " +
			"characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc')",
		"must be so (regex used for validation is '[a-z]+')":  "must be so",
		"must be so (regex used for validation is '[a-z]+":    "must be so (regex used for validation is '[a-z]+",
		"spec.a in body should match '^ami-[0-9a-z]+$'":       "spec.a in body should match '^ami-[0-9a-z]+$'",
		"spec.a in body should match '^([0-9]+(s|m|h))+$'":    "spec.a in body should be a duration: 90s, 10m, 1h30m",
		"spec.a in body should match '" + long + "'":          "spec.a in body should match a pattern that begins with '" + long[:40] + "…'",
		"spec.a in body should match '":                       "spec.a in body should match '",
		"spec.a in body should match '" + long + "' or so it": "spec.a in body should match a pattern that begins with '" + long[:40] + "…' or so it",
	} {
		if got := plain(in); got != want {
			t.Errorf("%q\ngot  %q\nwant %q", in, got, want)
		}
	}
}

// TestPatterns: every long pattern of the definitions here is one whose form is
// named, but for those that say it themselves.
func TestPatterns(t *testing.T) {
	t.Parallel()
	files, err := schemas.CRDs.ReadDir("crds")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{}
	for _, file := range files {
		text, err := schemas.CRDs.ReadFile("crds/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile(`"pattern":"((?:[^"\\]|\\.)*)"`).FindAllSubmatch(text, -1) {
			pattern := strings.NewReplacer(`\\`, `\`, `\u0026`, "&").Replace(string(found[1]))
			form := wanted(pattern)
			if form == "" && len(pattern) >= longPattern {
				t.Errorf("%s: the form of %s is not named", file.Name(), pattern)
			}
			named[form] = true
		}
	}
	if len(named) < 12 {
		t.Errorf("only %d forms are in the definitions", len(named))
	}
}
