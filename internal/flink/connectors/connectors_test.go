package connectors_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/connectors"
)

// TestTable reads every row: whole, with a version that parses and a source; jars that were fetched have a checksum.
func TestTable(t *testing.T) {
	t.Parallel()
	docs, err := os.ReadFile("../../../docs/connectors.md")
	if err != nil {
		t.Fatal(err)
	}
	sum := regexp.MustCompile(`^[0-9a-f]{64}$`)
	for _, kind := range []string{
		connectors.Kafka, connectors.KafkaIAM, connectors.Kinesis, connectors.DynamoDB, connectors.OpenSearch, connectors.Iceberg,
	} {
		versions := connectors.Versions(kind)
		if len(versions) < 2 {
			t.Errorf("%s: known for %v alone", kind, versions)
		}
		for _, v := range versions {
			version, err := flink.ParseVersion("v" + strings.ReplaceAll(v, ".", "_"))
			if err != nil {
				t.Fatal(err)
			}
			for _, jar := range connectors.For(kind, version) {
				if !strings.Contains(string(docs), "| "+v+" |") || !strings.Contains(string(docs), "`"+jar.Artifact+"`") {
					t.Errorf("docs/connectors.md does not name %s for Flink %s", jar.Artifact, v)
				}
				if n := strings.Count(jar.Artifact, ":"); n < 2 || n > 3 {
					t.Errorf("%s %s: artifact %q", kind, v, jar.Artifact)
				}
				if jar.SHA256 != "" && !sum.MatchString(jar.SHA256) || jar.Source == "" {
					t.Errorf("%s: checksum %q, source %q", jar.Artifact, jar.SHA256, jar.Source)
				}
				if fetched := strings.HasPrefix(jar.Source, "Maven Central"); fetched != (jar.SHA256 != "") {
					t.Errorf("%s: source %q, checksum %q", jar.Artifact, jar.Source, jar.SHA256)
				}
			}
		}
	}
}

func TestJar(t *testing.T) {
	t.Parallel()
	jar := connectors.Jar{Artifact: "software.amazon.msk:aws-msk-iam-auth:2.3.5:all"}
	if got, want := jar.Path(), "software/amazon/msk/aws-msk-iam-auth/2.3.5/aws-msk-iam-auth-2.3.5-all.jar"; got != want {
		t.Errorf("path %s, want %s", got, want)
	}
	if jars := connectors.For(connectors.Kafka, flink.Version{Major: 1, Minor: 15}); jars != nil {
		t.Errorf("jars for Flink 1.15: %v", jars)
	}
}
