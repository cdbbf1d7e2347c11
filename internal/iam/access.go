package iam

import "strings"

// access gives what an access list names. The actions are those of Flink's
// connectors (apache/flink-connector-aws, apache/flink-connector-kafka with
// aws-msk-iam-auth) and of the services' own guides.
func (p *permissions) access(a Access) {
	for _, s := range a.S3 {
		p.s3(s)
	}
	for _, s := range a.Kinesis {
		p.kinesis(s)
	}
	for _, k := range a.MSK {
		p.msk(k)
	}
	for _, t := range a.DynamoDB {
		p.dynamoDB(t)
	}
	for _, d := range a.Glue {
		p.glue(d)
	}
	for _, q := range a.SQS {
		p.sqs(q)
	}
	for _, s := range a.Secrets {
		p.secret(s)
	}
}

// modal adds one statement for reading and one for writing.
func (p *permissions) modal(name string, m Mode, read, write, resources []string) {
	if m.reads() {
		p.allow("Read"+name, read, resources)
	}
	if m.writes() {
		p.allow("Write"+name, write, resources)
	}
}

// s3 is what a source or a sink of files needs. A sink gives up parts, deletes
// what it did not commit, and after a failure reads back what it was writing
// (apache/flink 1.20, S3RecoverableWriter, S3AccessHelper).
func (p *permissions) s3(a BucketAccess) {
	at := Place{a.Bucket, strings.TrimSuffix(a.Prefix, "/")}
	p.modal("Buckets", a.Mode, []string{"s3:GetObject"}, []string{
		"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject",
	}, []string{p.below(at)})
	p.name(at)
	p.list(at)
	key := a.KMSKeyARN
	if key == "" {
		key = p.keys[a.Bucket]
	}
	if a.Mode.writes() {
		p.encrypt(key)
	} else {
		p.decrypt(key)
	}
}

// kinesis: a source looks at the stream and its shards and polls them; with
// enhanced fan-out it registers a consumer, subscribes it and takes it away
// again (Kinesis Developer Guide, "Controlling access to Amazon Kinesis Data
// Streams resources using IAM"; apache/flink-connector-aws, Kinesis).
func (p *permissions) kinesis(a StreamAccess) {
	stream := p.arn("kinesis", a.Resource, "stream/"+a.Name)
	p.modal("Streams", a.Mode,
		[]string{
			"kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator",
			"kinesis:ListShards",
		},
		[]string{"kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"},
		[]string{stream})
	for _, name := range a.Consumers {
		p.allow("RegisterConsumers", []string{"kinesis:ListStreamConsumers", "kinesis:RegisterStreamConsumer"}, []string{stream})
		// The last part of a consumer's ARN is when it was made.
		p.allow("SubscribeConsumers",
			[]string{"kinesis:DeregisterStreamConsumer", "kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"},
			[]string{stream + "/consumer/" + name + ":*"})
	}
	p.dataKey(a.Resource, "kinesis")
}

// dataKey lets a service use the key of a resource.
func (p *permissions) dataKey(r Resource, service string) {
	if r.Mode.reads() {
		p.key(r.KMSKeyARN, service, "kms:Decrypt")
	}
	if r.Mode.writes() {
		p.key(r.KMSKeyARN, service, "kms:Decrypt", "kms:GenerateDataKey")
	}
}

// msk is the list of the MSK Developer Guide, "Common use cases for client
// authorization policy". A producer of Kafka 3 is idempotent by default.
func (p *permissions) msk(a KafkaAccess) {
	uuid := a.UUID
	if uuid == "" {
		uuid = "*"
	}
	named := func(kind string, names []string) []string {
		var out []string
		for _, name := range names {
			out = append(out, p.arn("kafka", a.Resource, kind+"/"+a.Name+"/"+uuid+"/"+name))
		}
		return out
	}
	cluster := []string{p.arn("kafka", a.Resource, "cluster/"+a.Name+"/"+uuid)}
	p.allow("ConnectClusters", []string{"kafka-cluster:Connect", "kafka-cluster:DescribeCluster"}, cluster)
	describe := []string{"kafka-cluster:DescribeTopic", "kafka-cluster:DescribeTopicDynamicConfiguration"}
	p.modal("Topics", a.Mode, append(describe[:2:2], "kafka-cluster:ReadData"),
		append(describe[:2:2], "kafka-cluster:WriteData"), named("topic", a.Topics))
	if a.Mode.reads() {
		p.allow("ReadGroups", []string{"kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"}, named("group", a.Groups))
	}
	if a.Mode.writes() {
		p.allow("WriteIdempotently", []string{"kafka-cluster:WriteDataIdempotently"}, cluster)
		p.allow("WriteTransactions",
			[]string{"kafka-cluster:AlterTransactionalId", "kafka-cluster:DescribeTransactionalId"},
			named("transactional-id", a.TransactionalIDs))
	}
}

func (p *permissions) dynamoDB(a TableAccess) {
	table := p.arn("dynamodb", a.Resource, "table/"+a.Name)
	p.modal("Tables", a.Mode,
		[]string{"dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"},
		[]string{
			"dynamodb:BatchWriteItem", "dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:PutItem", "dynamodb:UpdateItem",
		}, []string{table})
	if a.Indexes && a.Mode.reads() {
		p.allow("ReadIndexes", []string{"dynamodb:Query", "dynamodb:Scan"}, []string{table + "/index/*"})
	}
	if a.Stream {
		p.allow("ReadTableStreams",
			[]string{"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}, []string{table + "/stream/*"})
	}
	p.dataKey(a.Resource, "dynamodb")
}

// glue: an action on a table is asked of its catalogue, its database and itself
// (Glue Developer Guide, "Specifying AWS Glue resource ARNs"). Neither databases
// nor tables are dropped.
func (p *permissions) glue(a DatabaseAccess) {
	tables := a.Tables
	if len(tables) == 0 {
		tables = []string{"*"}
	}
	resources := []string{p.arn("glue", a.Resource, "catalog"), p.arn("glue", a.Resource, "database/"+a.Name)}
	for _, table := range tables {
		resources = append(resources, p.arn("glue", a.Resource, "table/"+a.Name+"/"+table))
	}
	name := sid("catalog", a.Name)
	if a.Mode.reads() {
		p.allow("Read"+name, []string{
			"glue:BatchGetPartition", "glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable",
			"glue:GetTableVersion", "glue:GetTableVersions", "glue:GetTables",
		}, resources)
	}
	if a.Mode.writes() {
		p.allow("Write"+name, []string{
			"glue:BatchCreatePartition", "glue:BatchDeletePartition", "glue:BatchUpdatePartition", "glue:CreatePartition",
			"glue:CreateTable", "glue:DeletePartition", "glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions",
			"glue:GetTable", "glue:UpdatePartition", "glue:UpdateTable",
		}, resources)
	}
}

// sqs: who reads a queue deletes what was read.
func (p *permissions) sqs(a Resource) {
	p.modal("Queues", a.Mode,
		[]string{
			"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage",
		},
		[]string{"sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"},
		[]string{p.arn("sqs", a, a.Name)})
	p.dataKey(a, "sqs")
}

// secret: the ARN of a secret ends in a dash and six characters that Secrets
// Manager chooses (Secrets Manager User Guide, "IAM policy examples").
func (p *permissions) secret(a Resource) {
	p.allow("ReadSecrets", []string{"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"},
		[]string{p.arn("secretsmanager", a, "secret:"+a.Name+"-??????")})
	p.key(a.KMSKeyARN, "secretsmanager", "kms:Decrypt")
}
