package rules

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// uriScheme gives the scheme of a URI in lower case, or "" for a plain path.
func uriScheme(uri string) string {
	scheme, rest, ok := strings.Cut(strings.TrimSpace(uri), ":")
	if !ok || scheme == "" || strings.ContainsAny(scheme, "/.") || !strings.HasPrefix(rest, "/") {
		return ""
	}
	return strings.ToLower(scheme)
}

// isS3 reports whether a URI has one of the schemes of Flink's S3 file systems
// (Flink documentation, Amazon S3: s3 of both, s3a of Hadoop's, s3p of Presto's).
func isS3(uri string) bool {
	switch uriScheme(uri) {
	case "s3", "s3a", "s3p":
		return true
	default:
		return false
	}
}

// stateDirs gives the directories of checkpoints, savepoints, high availability
// and the changelog that are set in a configuration.
func stateDirs(c flink.Config) []flink.Setting {
	var out []flink.Setting
	for _, keys := range [][]string{
		flink.CheckpointDirKeys(), flink.SavepointDirKeys(), {"high-availability.storageDir"}, {"dstl.dfs.base-path"},
	} {
		if s, ok := c.Find(keys...); ok && strings.TrimSpace(s.Value) != "" {
			out = append(out, s)
		}
	}
	return out
}

// settingField names the field that a setting of a cluster comes from.
func settingField(c *model.Cluster, s flink.Setting) []string {
	if _, own := c.Own[s.Key]; !own && s.Key == "high-availability.storageDir" && c.Distribution == model.EMR {
		return c.Field("jobManager", "storageDir")
	}
	return c.Setting(s.Key)
}

// imageTag parts an image into its name, tag and digest.
func imageTag(image string) (name, tag, digest string) {
	name, digest, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') {
		name, tag = name[:i], name[i+1:]
	}
	return name, tag, digest
}

// officialImage reports whether an image is one of Docker Hub's official Flink
// images or of Apache's own, and gives its tag.
func officialImage(image string) (tag string, ok bool) {
	name, tag, _ := imageTag(image)
	switch name {
	case "flink", "library/flink", "docker.io/flink", "docker.io/library/flink",
		"apache/flink", "docker.io/apache/flink", "ghcr.io/apache/flink-docker":
		return tag, true
	default:
		return "", false
	}
}

// pluginsEnv lists plugin jars, parted by semicolons, that the official
// image's entry point links into place (apache/flink-docker, docker-entrypoint.sh).
const pluginsEnv = "ENABLE_BUILT_IN_PLUGINS"

// s3Plugin is a jar of an S3 file system that a pod switches on.
type s3Plugin struct {
	// Jar is the file name, Kind hadoop or presto, Version what stands behind it.
	Jar, Kind, Version string
}

// s3Plugins reads the plugins that a pod's main container switches on; known is
// false if the value is not in the manifest.
func s3Plugins(p templatePod) (plugins []s3Plugin, known bool) {
	for _, env := range p.main().Env {
		if env.Name != pluginsEnv {
			continue
		}
		if env.ValueFrom != nil {
			return nil, false
		}
		for jar := range strings.SplitSeq(env.Value, ";") {
			jar = strings.TrimSpace(jar)
			rest, ok := strings.CutPrefix(strings.TrimSuffix(jar, ".jar"), "flink-s3-fs-")
			if kind, version, found := strings.Cut(rest, "-"); ok && found {
				plugins = append(plugins, s3Plugin{jar, kind, version})
			}
		}
	}
	return plugins, true
}
