package rules

import (
	"cmp"
	"fmt"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// pluginJob is an example with an S3 plugin.
func pluginJob(jars string) string {
	return "kind: FlinkDeployment\nspec:\n  image: flink:1.20.4-java17\n  podTemplate:\n    spec:\n      containers:\n" +
		"      - name: flink-main-container\n        env:\n        - {name: ENABLE_BUILT_IN_PLUGINS, value: \"" + jars + "\"}\n"
}

// FLK814 is about a plugin that is not in the image.
func (Catalogue) FLK814() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "S3 plugin of another version than the image", Severity: diag.Warning,
			What: "`ENABLE_BUILT_IN_PLUGINS` names a jar of another version than the official image has.",
			Why:  "The image has the jars of its own exact version alone; its entry point ends with an error when it does not find one.",
			Bad:  pluginJob("flink-s3-fs-presto-1.20.1.jar"), Good: pluginJob("flink-s3-fs-presto-1.20.4.jar"),
			Source: "apache/flink-docker, docker-entrypoint.sh, copy_plugins_if_required",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			tag, official := officialImage(c.Spec.Image)
			minor, patch, ok := flink.TagVersion(tag)
			if !official || !ok {
				return
			}
			said := map[string]bool{}
			for _, p := range templatePods(c) {
				plugins, _ := s3Plugins(p)
				for _, plugin := range plugins {
					v, _, read := flink.TagVersion(plugin.Version)
					if patch != "" && plugin.Version == patch || patch == "" && (v == minor || !read) || said[plugin.Jar] {
						continue
					}
					said[plugin.Jar] = true
					say(model.Problem{
						Field:   p.envField(pluginsEnv),
						Message: fmt.Sprintf("%s is not in the image %s", plugin.Jar, c.Spec.Image),
						Hint:    fmt.Sprintf("write flink-s3-fs-%s-%s.jar", plugin.Kind, cmp.Or(patch, minor.Image()+".PATCH")),
					})
				}
			}
		},
	}
}
