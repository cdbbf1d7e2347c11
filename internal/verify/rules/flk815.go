package rules

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// FLK815 is about S3 paths that no file system of the image serves.
func (Catalogue) FLK815() Rule {
	return Rule{
		Entry: diag.Entry{
			Title: "no file system for an S3 path", Severity: diag.Warning,
			What: "A state directory is in S3, the image is an official one of Flink, and no S3 plugin is switched on, or one " +
				"that does not serve the scheme.",
			Why: "The image has the plugins, but loads none by itself: Flink ends with \"Could not find a file system " +
				"implementation for scheme\". Presto's serves `s3` and `s3p`, Hadoop's `s3` and `s3a`.",
			Bad: pluginJob("flink-s3-fs-presto-1.20.4.jar") + "  flinkConfiguration:\n    state.checkpoints.dir: " +
				"s3a://flink-data/orders/checkpoints\n",
			Good:   pluginJob("flink-s3-fs-presto-1.20.4.jar"),
			Source: "apache/flink, docs/content/docs/deployment/filesystems/s3.md; apache/flink-docker, docker-entrypoint.sh",
		},
		Cluster: func(c *model.Cluster, say model.Say) {
			if _, official := officialImage(c.Spec.Image); !official || forEMR(c) {
				return
			}
			p := jobManagerPod(c)
			plugins, known := s3Plugins(p)
			if !known || bringsPlugins(p) {
				return
			}
			for _, s := range stateDirs(c.Config) {
				if !isS3(s.Value) || slices.ContainsFunc(plugins, func(plugin s3Plugin) bool { return plugin.serves(uriScheme(s.Value)) }) {
					continue
				}
				why := "no S3 plugin is switched on"
				if len(plugins) > 0 {
					why = "the plugin " + plugins[0].Jar + " does not serve it"
				}
				say(model.Problem{
					Field:   settingField(c, s),
					Message: fmt.Sprintf("%s has scheme %s, and %s", s.Key, uriScheme(s.Value), why),
					Hint: "set the variable " + pluginsEnv + " of flink-main-container to flink-s3-fs-presto-VERSION.jar, of the " +
						"image's exact version, and use s3://",
				})
				return
			}
		},
	}
}

// serves reports whether a plugin's file systems include the scheme.
func (p s3Plugin) serves(scheme string) bool {
	switch p.Kind {
	case "presto":
		return scheme == "s3" || scheme == "s3p"
	case "hadoop":
		return scheme == "s3" || scheme == "s3a"
	default:
		return true
	}
}

// bringsPlugins reports whether a pod may get plugins in another way: a volume
// over Flink's folders, a command of its own, or variables that are not shown.
func bringsPlugins(p templatePod) bool {
	main := p.main()
	if len(main.Command) > 0 || len(main.Args) > 0 || len(main.EnvFrom) > 0 {
		return true
	}
	for _, dir := range []string{"/opt/flink/plugins", "/opt/flink/plugins/s3", "/opt/flink/lib"} {
		if _, mounted := mountOf(main.VolumeMounts, dir); mounted {
			return true
		}
	}
	return slices.ContainsFunc(main.VolumeMounts, func(m corev1.VolumeMount) bool {
		return strings.HasPrefix(m.MountPath, "/opt/flink/plugins")
	})
}
