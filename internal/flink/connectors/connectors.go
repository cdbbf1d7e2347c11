// Package connectors knows which jars of a connector fit which version of Flink.
// The data, connectors.tsv, are rows of the kind, the Flink version, the artifact
// in Maven's coordinates, the SHA-256 of its jar as Maven Central had it, and the
// source; "-" stands for a jar that was only read about. It may import flink.
package connectors

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
)

//go:embed connectors.tsv
var data string

// The kinds of connectors with jars. KafkaIAM comes beside Kafka where MSK asks
// for IAM.
const (
	Kafka      = "kafka"
	KafkaIAM   = "kafka-iam"
	Kinesis    = "kinesis"
	DynamoDB   = "dynamodb"
	OpenSearch = "opensearch"
	Iceberg    = "iceberg"
)

// Jar is one file of a connector.
type Jar struct {
	// Artifact is group:artifact:version, and :classifier where it has one.
	Artifact string
	// SHA256 is empty for a jar that was not fetched from Maven Central.
	SHA256 string
	// Source says where the row is from.
	Source string
}

// For gives the jars of a kind for a version of Flink, the connector first; none
// for a combination that is not known.
func For(kind string, v flink.Version) []Jar {
	var out []Jar
	for row := range rows() {
		if row[0] != kind || row[1] != v.Image() {
			continue
		}
		jar := Jar{Artifact: row[2], SHA256: row[3], Source: row[4]}
		if jar.SHA256 == "-" {
			jar.SHA256 = ""
		}
		out = append(out, jar)
	}
	return out
}

// Versions lists the Flink versions that a kind is known for, as 1.20.
func Versions(kind string) []string {
	var out []string
	for row := range rows() {
		if row[0] == kind && !slices.Contains(out, row[1]) {
			out = append(out, row[1])
		}
	}
	return out
}

func rows() func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(data) {
			if !yield(strings.Split(strings.TrimSpace(line), "\t")) {
				return
			}
		}
	}
}

// File is the jar's file name.
func (j Jar) File() string {
	parts := strings.Split(j.Artifact, ":")
	return strings.Join(parts[1:], "-") + ".jar"
}

// Path is where the jar lies in a Maven repository, below its address.
func (j Jar) Path() string {
	parts := strings.Split(j.Artifact, ":")
	return strings.ReplaceAll(parts[0], ".", "/") + "/" + parts[1] + "/" + parts[2] + "/" + j.File()
}
