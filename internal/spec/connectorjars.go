package spec

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink/connectors"
)

// Where init containers put the jars of connectors. Flink's scripts take every
// jar below lib, in folders too, so that a mount there hides none of Flink's own;
// usrlib is read by applications alone, and a mount there would hide the job's jar
// (apache/flink 1.20, flink-dist, bin/config.sh, constructFlinkClassPath;
// ClusterEntrypointUtils.tryFindUserLibDirectory).
const (
	jarsVolume = "connectors"
	jarsPath   = "/opt/flink/lib/connectors"
	mavenURL   = "https://repo1.maven.org/maven2/"
)

// fetched is a jar that an init container fetches.
type fetched struct{ url, file, sha256 string }

// jarsOf are the jars to fetch for a connector.
func (k *cluster) jarsOf(name string, c *Connector) []fetched {
	switch c.Jar {
	case "image":
		return nil
	case "maven":
		var out []fetched
		for _, jar := range k.knownJars(name, c) {
			out = append(out, fetched{mavenURL + jar.Path(), jar.File(), jar.SHA256})
		}
		return out
	default:
		return []fetched{{c.Jar, c.Jar[strings.LastIndex(c.Jar, "/")+1:], c.SHA256}}
	}
}

// knownJars are the jars of the table for a connector and the cluster's Flink.
func (k *cluster) knownJars(name string, c *Connector) []connectors.Jar {
	var out []connectors.Jar
	for _, kind := range k.bring(name, c).jars {
		out = append(out, connectors.For(kind, k.version)...)
	}
	return out
}

// jarImage is the image of the init container for a connector.
func (k *cluster) jarImage(c *Connector) string {
	return k.platform.mirror(cmp.Or(c.JarImage, k.image))
}

// addJars adds the init containers that fetch the jars of the connectors, one an
// image, and the volume that the main container finds them in.
func (k *cluster) addJars(spec, main object) {
	all := k.connectors()
	byImage := map[string][]fetched{}
	for _, name := range sortedKeys(all) {
		image := k.jarImage(all[name])
		for _, jar := range k.jarsOf(name, all[name]) {
			if !slices.Contains(byImage[image], jar) {
				byImage[image] = append(byImage[image], jar)
			}
		}
	}
	delete(byImage, "")
	var init []any
	mount := object{"name": jarsVolume, "mountPath": jarsPath}
	for i, image := range sortedKeys(byImage) {
		name := jarsVolume
		if i > 0 {
			name += "-" + strconv.Itoa(i+1)
		}
		container := object{
			"name": name, "image": image, "command": []any{"sh", "-ec", fetchScript(byImage[image])},
			"workingDir": jarsPath, "volumeMounts": []any{mount},
			"env": []any{object{"name": "HOME", "value": "/tmp"}},
			"resources": object{
				"requests": object{"cpu": "100m", "memory": "128Mi"}, "limits": object{"memory": "512Mi"},
			},
			"securityContext": object{"allowPrivilegeEscalation": false, "capabilities": object{"drop": []any{"ALL"}}},
		}
		put(container, "imagePullPolicy", k.ImagePullPolicy)
		init = append(init, container)
	}
	if init == nil {
		return
	}
	spec["initContainers"] = init
	volumes, _ := spec["volumes"].([]any)
	spec["volumes"] = append(volumes, object{"name": jarsVolume, "emptyDir": object{}})
	mounts, _ := main["volumeMounts"].([]any)
	main["volumeMounts"] = append(mounts, mount)
}

// fetchScript fetches jars into the working directory and checks them.
func fetchScript(jars []fetched) string {
	var out strings.Builder
	out.WriteString("fetch() {\n" +
		"  if command -v curl >/dev/null; then curl -fsSL --retry 5 -o \"$2\" \"$1\"; else wget -nv -O \"$2\" \"$1\"; fi\n" +
		"}\n")
	for _, jar := range jars {
		verb := "fetch"
		if strings.HasPrefix(jar.url, "s3://") {
			verb = "aws s3 cp --only-show-errors"
		}
		out.WriteString(verb + " " + jar.url + " " + jar.file + "\n")
		if jar.sha256 != "" {
			out.WriteString("echo '" + jar.sha256 + "  " + jar.file + "' | sha256sum -c -\n")
		}
	}
	return out.String()
}
