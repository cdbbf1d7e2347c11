package diag_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/diag"
)

func TestStacked(t *testing.T) {
	t.Parallel()
	at := func(file string, line int, object string) diag.Finding {
		return diag.Finding{Code: "FLK221", Pos: diag.Position{File: file, Line: line}, Object: object, Message: "m"}
	}
	got := diag.Stacked([]string{"dev", "test", "prod"}, []diag.List{
		{at("base.yaml", 2, "A a"), at("dev.yaml", 1, "A a")},
		nil,
		{at("base.yaml", 2, "A b"), at("base.yaml", 0, "A a"), at("base.yaml", 0, "A b"), at("prod.yaml", 1, "A a")},
	})
	want := []string{
		"base.yaml: info FLK221: m [stack prod]", "base.yaml: info FLK221: m [stack prod]",
		"base.yaml:2:0: info FLK221: m [stacks dev, prod]",
		"dev.yaml:1:0: info FLK221: m [stack dev]", "prod.yaml:1:0: info FLK221: m [stack prod]",
	}
	if len(got) != len(want) {
		t.Fatalf("%d findings, want %d: %v", len(got), len(want), got)
	}
	for i, f := range got {
		if f.String() != want[i] {
			t.Errorf("%s\nwant %s", f, want[i])
		}
	}
	if got := diag.Stacked(nil, nil); len(got) != 0 {
		t.Errorf("nothing gives %v", got)
	}
}
