package spec

// methodPodIdentity is the other method of Identity than irsa, the default.
const methodPodIdentity = "pod-identity"

// IAM says what `helm flink iam` draws besides the roles of operator and jobs.
type IAM struct {
	Buckets          bool              `json:"buckets" default:"true"`
	ExpireDays       ExpireDays        `json:"expireDays"`
	LogRetentionDays int               `json:"logRetentionDays" default:"30"`
	LogsKMSKeyARN    string            `json:"logsKmsKeyArn"`
	Karpenter        KarpenterAWS      `json:"karpenter"`
	Tags             map[string]string `json:"tags"`
}

// ExpireDays lets objects in the buckets expire; 0 is never.
type ExpireDays struct {
	Checkpoints int `json:"checkpoints"`
	Savepoints  int `json:"savepoints"`
	Logs        int `json:"logs"`
}

// KarpenterAWS is what Karpenter needs in AWS.
type KarpenterAWS struct {
	NodeRole          bool   `json:"nodeRole"`
	InterruptionQueue string `json:"interruptionQueue"`
}

// Access is what a role gets besides the state of its jobs, each thing by its
// name.
type Access struct {
	S3             map[string]*S3Access       `json:"s3"`
	Kinesis        map[string]*KinesisAccess  `json:"kinesis"`
	MSK            map[string]*MSKAccess      `json:"msk"`
	DynamoDB       map[string]*DynamoDBAccess `json:"dynamodb"`
	Glue           map[string]*GlueAccess     `json:"glue"`
	SQS            map[string]*SQSAccess      `json:"sqs"`
	SecretsManager map[string]*SecretAccess   `json:"secretsManager"`
}

// Elsewhere is the account and the region of a thing that is not in the
// cluster's.
type Elsewhere struct {
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
}

// S3Access is access to objects of a bucket.
type S3Access struct {
	Prefix    string `json:"prefix"`
	Mode      string `json:"mode" default:"read"`
	KMSKeyARN string `json:"kmsKeyArn"`
}

// KinesisAccess is access to a Kinesis data stream.
type KinesisAccess struct {
	Mode      string   `json:"mode" default:"read"`
	Consumers []string `json:"consumers"`
	KMSKeyARN string   `json:"kmsKeyArn"`
	Elsewhere
}

// MSKAccess is access to an MSK cluster.
type MSKAccess struct {
	Mode             string   `json:"mode" default:"read"`
	Topics           []string `json:"topics"`
	Groups           []string `json:"groups"`
	TransactionalIDs []string `json:"transactionalIds"`
	UUID             string   `json:"uuid"`
	Elsewhere
}

// DynamoDBAccess is access to a DynamoDB table.
type DynamoDBAccess struct {
	Mode      string `json:"mode" default:"read"`
	Indexes   bool   `json:"indexes"`
	Stream    bool   `json:"stream"`
	KMSKeyARN string `json:"kmsKeyArn"`
	Elsewhere
}

// GlueAccess is access to tables of a database of the Glue Data Catalog.
type GlueAccess struct {
	Mode   string   `json:"mode" default:"read"`
	Tables []string `json:"tables"`
	Elsewhere
}

// SQSAccess is access to a queue.
type SQSAccess struct {
	Mode      string `json:"mode" default:"read"`
	KMSKeyARN string `json:"kmsKeyArn"`
	Elsewhere
}

// SecretAccess lets a secret be read.
type SecretAccess struct {
	KMSKeyARN string `json:"kmsKeyArn"`
	Elsewhere
}
