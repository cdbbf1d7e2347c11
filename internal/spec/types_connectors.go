package spec

// Connectors are what a job reads and writes, by name.
type Connectors = map[string]*Connector

// Connector is one of the kinds, and where its jar comes from.
type Connector struct {
	Kafka      *KafkaConnector      `json:"kafka"`
	Kinesis    *KinesisConnector    `json:"kinesis"`
	S3Sink     *S3Sink              `json:"s3Sink"`
	DynamoDB   *DynamoDBConnector   `json:"dynamodb"`
	Iceberg    *IcebergConnector    `json:"iceberg"`
	OpenSearch *OpenSearchConnector `json:"opensearch"`
	Jar        string               `json:"jar" default:"image"`
	SHA256     string               `json:"sha256"`
	JarImage   string               `json:"jarImage"`
}

// KafkaConnector is for topics of Apache Kafka or Amazon MSK.
type KafkaConnector struct {
	BootstrapServers      string            `json:"bootstrapServers"`
	Auth                  string            `json:"auth" default:"iam"`
	Cluster               string            `json:"cluster"`
	UUID                  string            `json:"uuid"`
	Topics                []string          `json:"topics"`
	Group                 string            `json:"group"`
	Mode                  string            `json:"mode" default:"read"`
	Delivery              string            `json:"delivery" default:"at-least-once"`
	TransactionalIDPrefix string            `json:"transactionalIdPrefix"`
	TransactionTimeout    string            `json:"transactionTimeout" default:"15m"`
	CIDRs                 []string          `json:"cidrs"`
	Properties            map[string]string `json:"properties"`
	Elsewhere
}

// KinesisConnector is for a Kinesis data stream.
type KinesisConnector struct {
	Stream     string            `json:"stream"`
	Mode       string            `json:"mode" default:"read"`
	Consumer   string            `json:"consumer"`
	Properties map[string]string `json:"properties"`
	KMSKeyARN  string            `json:"kmsKeyArn"`
	Elsewhere
}

// S3Sink is for files in S3.
type S3Sink struct {
	Bucket    string `json:"bucket"`
	Prefix    string `json:"prefix"`
	KMSKeyARN string `json:"kmsKeyArn"`
}

// DynamoDBConnector is for a DynamoDB table.
type DynamoDBConnector struct {
	Table      string            `json:"table"`
	Mode       string            `json:"mode" default:"write"`
	Indexes    bool              `json:"indexes"`
	Properties map[string]string `json:"properties"`
	KMSKeyARN  string            `json:"kmsKeyArn"`
	Elsewhere
}

// IcebergConnector is for Iceberg tables of the Glue Data Catalog.
type IcebergConnector struct {
	Catalog    string            `json:"catalog" default:"glue"`
	Database   string            `json:"database"`
	Tables     []string          `json:"tables"`
	Mode       string            `json:"mode" default:"read-write"`
	Bucket     string            `json:"bucket"`
	Prefix     string            `json:"prefix"`
	Properties map[string]string `json:"properties"`
	KMSKeyARN  string            `json:"kmsKeyArn"`
	Elsewhere
}

// OpenSearchConnector is for an OpenSearch domain.
type OpenSearchConnector struct {
	Hosts  []string `json:"hosts"`
	Index  string   `json:"index"`
	Secret string   `json:"secret"`
	CIDRs  []string `json:"cidrs"`
}
