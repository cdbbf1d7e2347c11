package flink

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Version is a minor version of Flink, such as 1.20. The zero value means
// "unknown". Versions compare with == and with Compare.
type Version struct{ Major, Minor int }

// ParseVersion reads a Flink minor version in the operator's spelling
// ("v1_20") or in Flink's ("1.20"). A patch version ("1.20.4") is refused:
// FlinkDeployment.spec.flinkVersion has none. The version need not be a known
// one; see Known.
func ParseVersion(s string) (Version, error) {
	sep, rest := ".", s
	if r, ok := strings.CutPrefix(s, "v"); ok {
		sep, rest = "_", r
	}
	major, minor, ok := strings.Cut(rest, sep)
	if !ok {
		return Version{}, fmt.Errorf("flink version %q: want a form like v1_20 or 1.20", s)
	}
	var v Version
	var err error
	if v.Major, err = parseNumber(major); err == nil {
		v.Minor, err = parseNumber(minor)
	}
	if err != nil || v.Major == 0 {
		return Version{}, fmt.Errorf("flink version %q: want a form like v1_20 or 1.20", s)
	}
	return v, nil
}

// parseNumber reads a decimal number of at most four digits, without sign and
// without leading zeros.
func parseNumber(s string) (int, error) {
	if s == "" || len(s) > 4 || (len(s) > 1 && s[0] == '0') || strings.Trim(s, "0123456789") != "" {
		return 0, fmt.Errorf("number %q: want digits without leading zeros", s)
	}
	return strconv.Atoi(s)
}

// String gives the spelling of FlinkDeployment.spec.flinkVersion, "v1_20", or
// "" for the zero value.
func (v Version) String() string {
	if v.IsZero() {
		return ""
	}
	return fmt.Sprintf("v%d_%d", v.Major, v.Minor)
}

// Image gives Flink's own spelling, which image tags and documentation use:
// "1.20", or "" for the zero value.
func (v Version) Image() string {
	if v.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d.%d", v.Major, v.Minor)
}

// IsZero reports whether the version is unknown.
func (v Version) IsZero() bool { return v == Version{} }

// Compare returns -1, 0 or 1 as v is older than, the same as or newer than o.
func (v Version) Compare(o Version) int {
	return cmp.Or(cmp.Compare(v.Major, o.Major), cmp.Compare(v.Minor, o.Minor))
}

// AtLeast reports whether v is major.minor or newer.
func (v Version) AtLeast(major, minor int) bool {
	return v.Compare(Version{major, minor}) >= 0
}

// Known reports whether v is in Versions.
func (v Version) Known() bool { return slices.Contains(Versions(), v) }

// Versions lists, oldest first, the Flink versions that the CRD of the default
// operator version has in its enum (flink-kubernetes-operator 1.15.0,
// flinkdeployments.flink.apache.org-v1.yml, spec.flinkVersion).
func Versions() []Version { return DefaultOperator().FlinkVersions() }

// versionRange lists 1.13 and on, up to and including last.
func versionRange(last Version) []Version {
	var vs []Version
	for minor := 13; minor <= 20; minor++ {
		vs = append(vs, Version{1, minor})
	}
	for minor := range 3 {
		vs = append(vs, Version{2, minor})
	}
	return slices.DeleteFunc(vs, func(v Version) bool { return v.Compare(last) > 0 })
}

// TagVersion reads the Flink version at the start of the tag of an official
// Flink image, such as "1.20.4-java17" or "2.0.2-scala_2.12-java21" (Docker
// Hub, apache/flink-docker). patch is the full "1.20.4", or "" where the tag
// has only "1.20". ok is false for a tag of any other form ("latest").
func TagVersion(tag string) (v Version, patch string, ok bool) {
	number, _, _ := strings.Cut(tag, "-")
	parts := strings.Split(number, ".")
	if len(parts) != 2 && len(parts) != 3 {
		return Version{}, "", false
	}
	v, err := ParseVersion(parts[0] + "." + parts[1])
	if err != nil {
		return Version{}, "", false
	}
	if len(parts) == 3 {
		if _, err := parseNumber(parts[2]); err != nil {
			return Version{}, "", false
		}
		patch = number
	}
	return v, patch, true
}
