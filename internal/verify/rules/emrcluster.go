package rules

import (
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// forEMR reports whether a cluster is EMR's.
func forEMR(c *model.Cluster) bool { return c.Distribution == model.EMR }

// emrRelease gives the release of an EMR cluster's label; ok is false where
// there is none.
func emrRelease(c *model.Cluster) (r flink.EMRRelease, ok bool) {
	return c.Release, forEMR(c) && !c.Release.IsZero()
}

// emrNewest is the newest release that is in the table of releases.
func emrNewest() flink.EMRRelease {
	all := flink.EMRReleases()
	return all[len(all)-1].Release
}

// ownKeys lists the keys of a cluster's own configuration that start with one
// of the prefixes, in order.
func ownKeys(own map[string]string, prefixes ...string) []string {
	var out []string
	for key := range own {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// usesPython reports whether a cluster's job is a Python program.
func usesPython(c *model.Cluster) bool {
	return !c.Session() && (c.Spec.Job.EntryClass == pythonDriver || strings.HasSuffix(c.Spec.Job.JarURI, ".py"))
}

// pythonDriver is the main class of PyFlink (Flink documentation, Python,
// submitting jobs; EMR on EKS guide, page pyflink-for-flink).
const pythonDriver = "org.apache.flink.client.python.PythonDriver"

// emrJob is an example of a FlinkDeployment of EMR with the lines in its spec.
func emrJob(lines string) string {
	return "kind: FlinkDeployment\nspec:\n  image: null\n  serviceAccount: null\n" +
		"  executionRoleArn: arn:aws:iam::111122223333:role/flink-orders\n" + lines
}
