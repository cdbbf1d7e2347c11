package rules

import (
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK436 is about EMR's changelog checkpoints without a place.
func (Catalogue) FLK436() Rule {
	const job = "  emrReleaseLabel: emr-7.12.0-flink-latest\n  flinkConfiguration:\n    state.backend.changelog.enabled: \"true\"\n"
	return Rule{
		Entry: diag.Entry{
			Title: "changelog checkpoints without durable storage", Severity: diag.Warning,
			What: "`state.backend.changelog.enabled` is true, and `state.backend.changelog.storage` is not `filesystem`, or has " +
				"no `dstl.dfs.base-path`.",
			Why: "Flink keeps the changelog in memory unless told otherwise, which is meant for tests: it is lost with the pod.",
			Bad: emrJob(job),
			Good: emrJob(job + "    state.backend.changelog.storage: filesystem\n    dstl.dfs.base-path: " +
				"s3://flink-data/orders/changelog\n" +
				"    state.backend: rocksdb\n"),
			Source: "EMR on EKS guide, page jobruns-flink-restart; Flink documentation, state backends, changelog",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			const on = "state.backend.changelog.enabled"
			if !forEMR(c) || !c.Config.Bool(false, on) {
				return
			}
			for _, need := range []struct{ key, value, hint string }{
				{"state.backend.changelog.storage", "filesystem", "filesystem"},
				{"dstl.dfs.base-path", "", "s3://BUCKET/PREFIX/changelog"},
			} {
				if have := c.Config.Text(need.key); have == "" || need.value != "" && have != need.value {
					say(model.Problem{
						Field:   c.Setting(on),
						Message: fmt.Sprintf("changelog checkpoints are on, and %s is %q", need.key, have),
						Hint:    fmt.Sprintf("set %s: %s", need.key, need.hint),
					})
				}
			}
		},
	}
}
