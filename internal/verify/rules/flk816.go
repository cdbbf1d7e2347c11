package rules

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK816 is about s3:// with two file systems that take it.
func (Catalogue) FLK816() Rule {
	const jars = "flink-s3-fs-presto-1.20.4.jar;flink-s3-fs-hadoop-1.20.4.jar"
	const dirs = "  flinkConfiguration:\n    high-availability.storageDir: s3p://flink-data/orders/ha\n" +
		"    state.savepoints.dir: s3p://flink-data/orders/savepoints\n    state.checkpoints.dir: "
	return Rule{
		Entry: diag.Entry{
			Title: "s3:// with both S3 plugins", Severity: diag.Warning,
			What: "Both S3 plugins are switched on, and a state directory has the scheme `s3`, which both serve.",
			Why: "Which of the two takes the path is not said anywhere. Each has a scheme of its own: `s3p` is Presto's, meant " +
				"for checkpoints, `s3a` is Hadoop's.",
			Bad:    pluginJob(jars) + dirs + "s3://flink-data/orders/checkpoints\n",
			Good:   pluginJob(jars) + dirs + "s3p://flink-data/orders/checkpoints\n",
			Source: "apache/flink, docs/content/docs/deployment/filesystems/s3.md",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			plugins, _ := s3Plugins(jobManagerPod(c))
			has := func(kind string) bool {
				return slices.ContainsFunc(plugins, func(p s3Plugin) bool { return p.Kind == kind })
			}
			if !has("presto") || !has("hadoop") {
				return
			}
			for _, s := range stateDirs(c.Config) {
				if uriScheme(s.Value) == "s3" {
					say(model.Problem{
						Field:   settingField(c, s),
						Message: fmt.Sprintf("%s has scheme s3, which both S3 plugins serve", s.Key),
						Hint:    "write s3p:// for checkpoints and savepoints",
					})
				}
			}
		},
	}
}
