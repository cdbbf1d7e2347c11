package diag

// Codes of connectors.
const (
	// CodeConnectorImage: Flink's image does not have the connector.
	CodeConnectorImage Code = "FLK870"
	// CodeConnectorJar: no jar is known that could be fetched.
	CodeConnectorJar Code = "FLK871"
	// CodeConnectorFiles: the S3 file system has no way to write files.
	CodeConnectorFiles Code = "FLK872"
	// CodeConnectorClash: two session jobs of a cluster name different connectors alike.
	CodeConnectorClash Code = "FLK876"
)

func connectorEntries() []Entry {
	const kafka = "jobs:\n  orders:\n    connectors:\n      events:\n        kafka:\n          bootstrapServers: broker:9098\n" +
		"          cluster: events\n          topics: [orders]\n          cidrs: [10.0.0.0/16]\n"
	return []Entry{
		{
			Code: CodeConnectorImage, Title: "image does not have the connector", Severity: Info,
			What: "A connector has `jar: image`, and the image is the distribution's own, which has no connectors but for files.",
			Why: "The job's jar has to bring the connector in the version that fits, or the job fails with ClassNotFoundException. Whether " +
				"it does is not known.",
			Bad:    kafka,
			Good:   kafka + "        jar: maven\n",
			Source: "apache/flink-docker, 1.20; docs/connectors.md, versions",
		},
		{
			Code: CodeConnectorJar, Title: "no jar of the connector can be fetched", Severity: Error,
			What: "A connector asks for a jar from Maven Central, and none is known with its checksum for this version of Flink; or for a jar " +
				"from elsewhere without its `sha256`, or without an image that can fetch it.",
			Why:    "A connector for another version of Flink fails at run time, and a jar without a checksum may be any jar.",
			Bad:    "jobs:\n  orders:\n    connectors:\n      clicks:\n        kinesis: { stream: clicks }\n        jar: maven\n",
			Good:   kafka + "        jar: maven\n",
			Source: "internal/flink/connectors/connectors.tsv",
		},
		{
			Code: CodeConnectorFiles, Title: "S3 file system cannot write files of a sink", Severity: Error,
			What:   "A connector `s3Sink` runs with the S3 plugin `presto`.",
			Why:    "Presto's file system has no recoverable writer: FileSink fails with \"Recoverable writers on S3 are only supported by Hadoop\" or the like.",
			Bad:    "jobs:\n  orders:\n    connectors:\n      curated:\n        s3Sink: { bucket: curated }\n",
			Good:   "jobs:\n  orders:\n    s3: { plugin: hadoop }\n    connectors:\n      curated:\n        s3Sink: { bucket: curated }\n",
			Source: "Flink 1.20, deployment/filesystems/s3",
		},
		{
			Code: CodeConnectorClash, Title: "session jobs name different connectors alike", Severity: Error,
			What: "Two session jobs of one cluster, or the cluster and one of them, have connectors of one name that differ.",
			Why:  "A session job runs in the pods of its cluster: connectors become environment variables of those, and a name can be there once.",
			Bad: "sessionClusters:\n  adhoc: { team: payments }\nsessionJobs:\n" +
				"  a: { cluster: adhoc, jarURI: \"https://example.com/a.jar\", connectors: { in: { kinesis: { stream: a } } } }\n" +
				"  b: { cluster: adhoc, jarURI: \"https://example.com/b.jar\", connectors: { in: { kinesis: { stream: b } } } }\n",
			Good: "sessionClusters:\n  adhoc: { team: payments }\nsessionJobs:\n" +
				"  a: { cluster: adhoc, jarURI: \"https://example.com/a.jar\", connectors: { a: { kinesis: { stream: a } } } }\n" +
				"  b: { cluster: adhoc, jarURI: \"https://example.com/b.jar\", connectors: { b: { kinesis: { stream: b } } } }\n",
			Source: "docs/adr/0025-connectors.md",
		},
	}
}
