package memory_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/memory"
)

// TestFlink compares with what Flink's own code says: the same sizes to the
// byte, or a refusal. Flink 1.17 to 1.20 say what the first file has, and 2.0 to
// 2.2 what the second has.
func TestFlink(t *testing.T) {
	t.Parallel()
	for file, v := range map[string]flink.Version{"1.17": {Major: 1, Minor: 17}, "2.0": {Major: 2, Minor: 0}} {
		data, err := os.ReadFile("testdata/flink-" + file + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		lines, refused := strings.Split(strings.TrimSpace(string(data)), "\n"), 0
		if len(lines) < 800 {
			t.Fatalf("%s: %d lines", file, len(lines))
		}
		for _, line := range lines {
			f := strings.Split(line, "\t")
			find := finder(f[1])
			var got string
			if f[0] == "jobmanager" {
				m, err := memory.ForJobManager(v, find)
				got = outcome(err, m.Total, m.Flink, m.Heap, m.OffHeap, m.Metaspace, m.Overhead)
			} else {
				m, err := memory.ForTaskManager(v, find)
				got = outcome(err, m.Total, m.Flink, m.FrameworkHeap, m.TaskHeap, m.FrameworkOffHeap, m.TaskOffHeap, m.Network, m.Managed,
					m.Metaspace, m.Overhead)
			}
			if strings.HasPrefix(f[2], "refused") {
				refused++
			}
			if refuses := strings.HasPrefix(f[2], "refused"); refuses != strings.HasPrefix(got, "refused") || !refuses && got != f[2] {
				t.Errorf("%s %s\n got %s\nwant %s", file, f[1], got, f[2])
			}
		}
		t.Logf("Flink %s: %d configurations, %d of them refused", file, len(lines), refused)
	}
}

func outcome(err error, sizes ...int64) string {
	if err != nil {
		return "refused " + err.Error()
	}
	return "ok " + strings.Trim(fmt.Sprint(sizes), "[]")
}

// finder reads key=value;key=value.
func finder(text string) memory.Find {
	conf := map[string]string{}
	for pair := range strings.SplitSeq(text, ";") {
		if key, value, ok := strings.Cut(pair, "="); ok {
			conf[key] = value
		}
	}
	return func(keys ...string) (string, bool) {
		for _, key := range keys {
			if value, ok := conf[key]; ok {
				return value, true
			}
		}
		return "", false
	}
}
