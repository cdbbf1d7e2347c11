package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/connectors"
)

// connectors says what the connectors of a cluster lack.
func (c *checker) connectors(k *cluster) {
	c.connectorClashes(k)
	all := k.connectors()
	for _, name := range sortedKeys(all) {
		one := all[name]
		path := c.connectorPath(k, name)
		switch kind := one.kind(); {
		case kind == "":
			c.fail(diag.CodeCannotDerive, path, "the connector has no kind",
				"write one of kafka, kinesis, s3Sink, dynamodb, iceberg, opensearch below it")
			continue
		case strings.Contains(kind, ","):
			c.fail(diag.CodeDisagreement, path, "the connector has more than one kind: "+kind,
				"give each its own name; null takes away what a layer below gives")
			continue
		}
		c.connectorFields(one, path)
		c.connectorReach(k, name, one, path)
		c.connectorJar(k, name, one, path)
		if one.S3Sink != nil && !k.emr && k.S3.Plugin == "presto" {
			c.fail(diag.CodeConnectorFiles, sub(path, "s3Sink"), "Presto's S3 file system cannot write files of a sink",
				"set s3.plugin: hadoop for this job, which serves its checkpoints as well")
		}
	}
}

// connectorPath is where a connector is written: for the cluster, or for one of
// its session jobs.
func (c *checker) connectorPath(k *cluster, name string) []string {
	path := c.given(k, "connectors", name)
	if k.path[0] != "sessionClusters" || len(path) > len(k.path) {
		return path
	}
	for _, key := range c.platform.connectedJobs(k.path[1]) {
		if at := []string{"sessionJobs", key, "connectors", name}; c.doc.Root.At(at...) != nil {
			return at
		}
	}
	return path
}

// connectorFields says which fields are missing that nothing else gives.
func (c *checker) connectorFields(one *Connector, path []string) {
	need := func(kind string, fields map[string]bool) {
		var missing []string
		for _, name := range sortedKeys(fields) {
			if !fields[name] {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 {
			c.fail(diag.CodeCannotDerive, sub(path, kind), "the connector cannot do without "+strings.Join(missing, " and "), "set it")
		}
	}
	switch {
	case one.Kafka != nil:
		iam := one.Kafka.Auth == "iam"
		need("kafka", map[string]bool{
			"bootstrapServers": one.Kafka.BootstrapServers != "", "topics": len(one.Kafka.Topics) > 0,
			"cluster": one.Kafka.Cluster != "" || !iam,
		})
	case one.Kinesis != nil:
		need("kinesis", map[string]bool{"stream": one.Kinesis.Stream != ""})
	case one.S3Sink != nil:
		need("s3Sink", map[string]bool{"bucket": one.S3Sink.Bucket != ""})
	case one.DynamoDB != nil:
		need("dynamodb", map[string]bool{"table": one.DynamoDB.Table != ""})
	case one.Iceberg != nil:
		need("iceberg", map[string]bool{"database": one.Iceberg.Database != "", "bucket": one.Iceberg.Bucket != ""})
	case one.OpenSearch != nil:
		need("opensearch", map[string]bool{"hosts": len(one.OpenSearch.Hosts) > 0})
	}
}

// connectorReach says that the network policy would not let the pods get there.
func (c *checker) connectorReach(k *cluster, name string, one *Connector, path []string) {
	b := k.bring(name, one)
	closed := slices.DeleteFunc(slices.Clone(b.ports), func(port int) bool { return port == 443 })
	if !k.team.NetworkPolicy.Enabled || len(b.cidrs) > 0 || len(closed) == 0 {
		return
	}
	c.fail(diag.CodeCannotDerive, sub(path, one.kind()),
		fmt.Sprintf("the team's network policy lets the pods reach port 443 alone, and who serves port %d is not known", closed[0]),
		"set cidrs to the addresses of the subnets there")
}

// connectorJar says where the classes of a connector cannot come from.
func (c *checker) connectorJar(k *cluster, name string, one *Connector, path []string) {
	if len(k.bring(name, one).jars) == 0 {
		return // in Flink itself
	}
	jars := k.knownJars(name, one)
	fits := "no version that fits Flink " + k.version.Image() + " is known; see docs/connectors.md"
	if len(jars) > 0 {
		fits = fmt.Sprintf("%s fits Flink %s (%s)", jars[0].Artifact, k.version.Image(), jars[0].Source)
	}
	switch {
	case one.Jar == "image":
		if k.stockImage() {
			c.add(diag.CodeConnectorImage, diag.Info, path, "the image has no such connector, so that the job's jar must bring it", fits)
		}
	case one.Jar == "maven" && !pinnedJars(jars):
		hint := fits + "; put it into the job's jar or the image, or give a jar's address and sha256"
		if known := pinnedVersions(k.bring(name, one).jars); len(known) > 0 {
			hint += ". Checksums are known for Flink " + strings.Join(known, ", ")
		}
		c.fail(diag.CodeConnectorJar, sub(path, "jar"),
			fmt.Sprintf("no jar of this connector for Flink %s is known with its checksum", k.version.Image()), hint)
	case one.Jar != "maven" && one.SHA256 == "":
		c.fail(diag.CodeConnectorJar, sub(path, "jar"), "the jar has no checksum, so that it may be any jar",
			"set sha256, which sha256sum FILE gives")
	case strings.HasPrefix(one.Jar, "s3://") && one.JarImage == "":
		c.fail(diag.CodeConnectorJar, sub(path, "jar"), "Flink's image has no AWS CLI to fetch a jar from S3 with",
			"set jarImage to an image that has it, or put the jar into the image")
	case k.jarImage(one) == "":
		c.fail(diag.CodeConnectorJar, sub(path, "jar"),
			"the name of EMR's image is not known, so that no init container can be made from it",
			"set jarImage, or build the jar into an image and set image")
	}
}

// stockImage reports whether the image is the distribution's own.
func (k *cluster) stockImage() bool {
	if k.Image == "" {
		return true
	}
	repository, _, _ := strings.Cut(strings.TrimPrefix(k.Image, "docker.io/"), ":")
	return slices.Contains([]string{"flink", "library/flink", "apache/flink"}, repository)
}

func pinnedJars(jars []connectors.Jar) bool {
	return len(jars) > 0 && !slices.ContainsFunc(jars, func(j connectors.Jar) bool { return j.SHA256 == "" })
}

// pinnedVersions lists the Flink versions for which all jars have checksums.
func pinnedVersions(kinds []string) []string {
	var out []string
	for _, image := range connectors.Versions(kinds[0]) {
		version, err := flink.ParseVersion(image)
		if err == nil && pinnedJars(connectors.For(kinds[0], version)) {
			out = append(out, image)
		}
	}
	return out
}

// connectorClashes says that the pods of a session cluster would get one
// connector twice.
func (c *checker) connectorClashes(k *cluster) {
	if k.path[0] != "sessionClusters" {
		return
	}
	seen := override(k.Connectors)
	for _, key := range c.platform.connectedJobs(k.path[1]) {
		j := c.platform.SessionJobs[key]
		for _, name := range sortedKeys(j.Connectors) {
			if other := seen[name]; other != nil && !reflect.DeepEqual(other, j.Connectors[name]) {
				c.fail(diag.CodeConnectorClash, []string{"sessionJobs", key, "connectors", name},
					fmt.Sprintf("another connector of session cluster %s is called %s too", k.name, name),
					"give each its own name: the pods are the cluster's")
			}
			seen[name] = j.Connectors[name]
		}
	}
}
