package flink_test

import (
	"slices"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
)

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]flink.Version{
		"v1_20": {Major: 1, Minor: 20},
		"1.20":  {Major: 1, Minor: 20},
		"v2_0":  {Major: 2, Minor: 0},
		"2.2":   {Major: 2, Minor: 2},
		"9.9":   {Major: 9, Minor: 9},
	} {
		got, err := flink.ParseVersion(in)
		if err != nil || got != want {
			t.Errorf("ParseVersion(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "v1.20", "1_20", "1.20.4", "1.2e1", "v1_", "v_1", "1.", "-1.2", "1.+2", "01.20", "1.020", "0.9", "latest",
		"vv1_20", "99999.1",
	} {
		if got, err := flink.ParseVersion(in); err == nil {
			t.Errorf("ParseVersion(%q) = %v, want an error", in, got)
		}
	}
}

func TestVersionSpellings(t *testing.T) {
	t.Parallel()
	for _, v := range flink.Versions() {
		for _, s := range []string{v.String(), v.Image()} {
			if got, err := flink.ParseVersion(s); err != nil || got != v {
				t.Errorf("ParseVersion(%q) = %v, %v; want %v", s, got, err, v)
			}
		}
	}
	if v := (flink.Version{Major: 1, Minor: 20}); v.String() != "v1_20" || v.Image() != "1.20" {
		t.Errorf("spellings of 1.20: %q, %q", v.String(), v.Image())
	}
	if v := (flink.Version{}); v.String() != "" || v.Image() != "" || v.Known() {
		t.Errorf("the zero version is spelled %q, %q", v.String(), v.Image())
	}
}

func TestVersionsAreInOrder(t *testing.T) {
	t.Parallel()
	vs := flink.Versions()
	if !slices.IsSortedFunc(vs, flink.Version.Compare) {
		t.Errorf("Versions are not sorted: %v", vs)
	}
	if len(vs) != 11 || vs[0].String() != "v1_13" || vs[10].String() != "v2_2" {
		t.Errorf("Versions = %v, want the eleven of operator 1.15.0", vs)
	}
	if !(flink.Version{Major: 2}).AtLeast(1, 20) || (flink.Version{Major: 1, Minor: 9}).AtLeast(1, 13) {
		t.Error("AtLeast compares as text, not as numbers")
	}
}

func TestTagVersion(t *testing.T) {
	t.Parallel()
	tests := []struct {
		tag, version, patch string
		ok                  bool
	}{
		{"1.20.4-java17", "v1_20", "1.20.4", true},
		{"1.20-java11", "v1_20", "", true},
		{"2.0.2-scala_2.12-java21", "v2_0", "2.0.2", true},
		{"1.20.4", "v1_20", "1.20.4", true},
		{"latest", "", "", false},
		{"1", "", "", false},
		{"1.20.x-java17", "", "", false},
		{"20260410", "", "", false},
	}
	for _, tt := range tests {
		v, patch, ok := flink.TagVersion(tt.tag)
		if v.String() != tt.version || patch != tt.patch || ok != tt.ok {
			t.Errorf("TagVersion(%q) = %q, %q, %v; want %q, %q, %v", tt.tag, v, patch, ok, tt.version, tt.patch, tt.ok)
		}
	}
}
