package cli_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

const (
	state    = "arn:aws:s3:::streaming-state"
	account1 = "111122223333"
	key1     = "arn:aws:kms:us-west-2:111122223333:key/11111111-1111-1111-1111-111111111111"
	key2     = "arn:aws:kms:us-west-2:111122223333:key/22222222-2222-2222-2222-222222222222"
	here     = ":us-west-2:111122223333:"
)

// row is a request of the role flink-payments, unless it names another.
type row struct {
	name, action, resource string
	context                map[string]string
	role                   string
}

// viaS3 is the context of a use of a key by S3.
func viaS3() map[string]string {
	return map[string]string{"kms:ViaService": "s3.us-west-2.amazonaws.com"}
}

func prefix(p string) map[string]string { return map[string]string{"s3:prefix": p} }

// granted is what the access list of testdata/iam/common.yaml is for.
func granted() []row {
	return []row{
		{name: "read raw events", action: "s3:GetObject", resource: "arn:aws:s3:::raw-events/orders/1"},
		{name: "list raw events", action: "s3:ListBucket", resource: "arn:aws:s3:::raw-events", context: prefix("orders/")},
		{name: "write results", action: "s3:PutObject", resource: "arn:aws:s3:::curated/payments/1"},
		{name: "read back results", action: "s3:GetObject", resource: "arn:aws:s3:::curated/payments/_1_tmp_2"},
		{name: "key of results", action: "kms:GenerateDataKey", resource: key2, context: viaS3()},
		{name: "key of state", action: "kms:GenerateDataKey", resource: key1, context: viaS3()},
		{name: "decrypt state", action: "kms:Decrypt", resource: key1, context: viaS3()},
		{name: "look at the key", action: "kms:DescribeKey", resource: key1},
		{name: "poll", action: "kinesis:GetRecords", resource: "arn:aws:kinesis" + here + "stream/clicks"},
		{name: "shards", action: "kinesis:ListShards", resource: "arn:aws:kinesis" + here + "stream/clicks"},
		{name: "register a consumer", action: "kinesis:RegisterStreamConsumer", resource: "arn:aws:kinesis" + here + "stream/clicks"},
		{
			name: "enhanced fan-out", action: "kinesis:SubscribeToShard",
			resource: "arn:aws:kinesis" + here + "stream/clicks/consumer/payments:1700000000",
		},
		{name: "connect", action: "kafka-cluster:Connect", resource: "arn:aws:kafka" + here + "cluster/events/0000-1"},
		{name: "read a topic", action: "kafka-cluster:ReadData", resource: "arn:aws:kafka" + here + "topic/events/0000-1/orders"},
		{name: "write a topic", action: "kafka-cluster:WriteData", resource: "arn:aws:kafka" + here + "topic/events/0000-1/payments-eu"},
		{name: "join a group", action: "kafka-cluster:AlterGroup", resource: "arn:aws:kafka" + here + "group/events/0000-1/flink-payments"},
		{
			name: "transaction", action: "kafka-cluster:AlterTransactionalId",
			resource: "arn:aws:kafka" + here + "transactional-id/events/0000-1/flink-payments-0",
		},
		{name: "idempotent", action: "kafka-cluster:WriteDataIdempotently", resource: "arn:aws:kafka" + here + "cluster/events/0000-1"},
		{name: "look up", action: "dynamodb:GetItem", resource: "arn:aws:dynamodb" + here + "table/customers"},
		{name: "look up by index", action: "dynamodb:Query", resource: "arn:aws:dynamodb" + here + "table/customers/index/by-name"},
		{name: "catalogue", action: "glue:GetTable", resource: "arn:aws:glue" + here + "table/lake/orders"},
		{name: "new partition", action: "glue:CreatePartition", resource: "arn:aws:glue" + here + "table/lake/orders"},
		{name: "alert", action: "sqs:SendMessage", resource: "arn:aws:sqs:eu-west-1:111122223333:alerts"},
		{
			name: "secret", action: "secretsmanager:GetSecretValue",
			resource: "arn:aws:secretsmanager" + here + "secret:payments/kafka-a1B2c3",
		},
		{name: "own jar", action: "s3:GetObject", resource: "arn:aws:s3:::streaming-artifacts/payments/fraud-1.0.jar"},
		{
			name: "ledger's table", role: "flink-ledger", action: "dynamodb:PutItem",
			resource: "arn:aws:dynamodb" + here + "table/ledger",
		},
		{
			name: "old savepoint", role: "flink-ledger", action: "s3:GetObject",
			resource: "arn:aws:s3:::streaming-archive/ledger/savepoint-1/_metadata",
		},
		{
			name: "jar of a session job", role: "flink-operator", action: "s3:GetObject",
			resource: "arn:aws:s3:::streaming-artifacts/search/top-words-1.0.jar",
		},
	}
}

// neighbours is what lies near to what is granted, and is not.
func neighbours() []row {
	const dynamo, kinesis, kafka = "arn:aws:dynamodb" + here, "arn:aws:kinesis" + here, "arn:aws:kafka" + here
	return []row{
		{name: "read another team's checkpoint", action: "s3:GetObject", resource: state + "/flink/search/indexer/checkpoints/a"},
		{name: "delete another team's checkpoint", action: "s3:DeleteObject", resource: state + "/flink/search/indexer/checkpoints/a"},
		{name: "write into another team's savepoints", action: "s3:PutObject", resource: state + "/flink/search/indexer/savepoints/a"},
		{name: "list another team's state", action: "s3:ListBucket", resource: state, context: prefix("flink/search/")},
		{name: "list the whole bucket", action: "s3:ListBucket", resource: state, context: prefix("")},
		{name: "list without a prefix", action: "s3:ListBucket", resource: state},
		{name: "list the team's prefix", action: "s3:ListBucket", resource: state, context: prefix("flink/payments/")},
		{name: "read the ledger's state, whose role is another", action: "s3:GetObject", resource: state + "/flink/payments/ledger/ha/a"},
		{name: "write beside the state", action: "s3:PutObject", resource: state + "/flink/payments/fraud/other/a"},
		{name: "write at the root", action: "s3:PutObject", resource: state + "/a"},
		{name: "write a sibling of the same beginning", action: "s3:PutObject", resource: state + "/flink/payments/fraud/checkpoints-2/a"},
		{name: "write a file in the directory's place", action: "s3:PutObject", resource: state + "/flink/payments/fraud/checkpoints"},
		{name: "tag an object", action: "s3:PutObjectTagging", resource: state + "/flink/payments/fraud/checkpoints/a"},
		{name: "change an object's ACL", action: "s3:PutObjectAcl", resource: state + "/flink/payments/fraud/checkpoints/a"},
		{name: "delete an old version", action: "s3:DeleteObjectVersion", resource: state + "/flink/payments/fraud/checkpoints/a"},
		{name: "list everyone's uploads", action: "s3:ListBucketMultipartUploads", resource: state},
		{name: "read the bucket policy", action: "s3:GetBucketPolicy", resource: state},
		{name: "change the bucket policy", action: "s3:PutBucketPolicy", resource: state},
		{name: "delete the bucket policy", action: "s3:DeleteBucketPolicy", resource: state},
		{name: "delete the bucket", action: "s3:DeleteBucket", resource: state},
		{name: "change the lifecycle", action: "s3:PutLifecycleConfiguration", resource: state},
		{name: "open the bucket to the public", action: "s3:PutBucketPublicAccessBlock", resource: state},
		{name: "read another bucket", action: "s3:GetObject", resource: "arn:aws:s3:::streaming-state-2/flink/payments/fraud/ha/a"},
		{name: "list all buckets", action: "s3:ListAllMyBuckets", resource: "*"},
		{name: "delete the jar", action: "s3:DeleteObject", resource: "arn:aws:s3:::streaming-artifacts/payments/fraud-1.0.jar"},
		{name: "replace the jar", action: "s3:PutObject", resource: "arn:aws:s3:::streaming-artifacts/payments/fraud-1.0.jar"},
		{name: "read another jar", action: "s3:GetObject", resource: "arn:aws:s3:::streaming-artifacts/search/top-words-1.0.jar"},
		{name: "write raw events", action: "s3:PutObject", resource: "arn:aws:s3:::raw-events/orders/1"},
		{name: "delete raw events", action: "s3:DeleteObject", resource: "arn:aws:s3:::raw-events/orders/1"},
		{name: "read other raw events", action: "s3:GetObject", resource: "arn:aws:s3:::raw-events/customers/1"},
		{name: "list other raw events", action: "s3:ListBucket", resource: "arn:aws:s3:::raw-events", context: prefix("customers/")},
		{name: "decrypt by itself", action: "kms:Decrypt", resource: key1},
		{
			name: "decrypt for another service", action: "kms:Decrypt", resource: key1,
			context: map[string]string{"kms:ViaService": "secretsmanager.us-west-2.amazonaws.com"},
		},
		{name: "delete the key", action: "kms:ScheduleKeyDeletion", resource: key1},
		{name: "another key", action: "kms:Decrypt", resource: key1[:len(key1)-1] + "2", context: viaS3()},
		{name: "write the stream that is read", action: "kinesis:PutRecord", resource: kinesis + "stream/clicks"},
		{name: "delete the stream", action: "kinesis:DeleteStream", resource: kinesis + "stream/clicks"},
		{name: "read another stream", action: "kinesis:GetRecords", resource: kinesis + "stream/payments"},
		{name: "take another consumer", action: "kinesis:SubscribeToShard", resource: kinesis + "stream/clicks/consumer/search:1"},
		{name: "read another topic", action: "kafka-cluster:ReadData", resource: kafka + "topic/events/0000-1/salaries"},
		{name: "delete a topic", action: "kafka-cluster:DeleteTopic", resource: kafka + "topic/events/0000-1/orders"},
		{name: "another group", action: "kafka-cluster:AlterGroup", resource: kafka + "group/events/0000-1/search"},
		{name: "another Kafka cluster", action: "kafka-cluster:Connect", resource: kafka + "cluster/audit/0000-1"},
		{name: "write the table that is read", action: "dynamodb:PutItem", resource: dynamo + "table/customers"},
		{name: "the ledger's table", action: "dynamodb:GetItem", resource: dynamo + "table/ledger"},
		{name: "drop a table", action: "glue:DeleteTable", resource: "arn:aws:glue" + here + "table/lake/orders"},
		{name: "another table of the catalogue", action: "glue:GetTable", resource: "arn:aws:glue" + here + "table/lake/salaries"},
		{name: "read the alerts", action: "sqs:ReceiveMessage", resource: "arn:aws:sqs:eu-west-1:111122223333:alerts"},
		{name: "a secret of the same beginning", action: "secretsmanager:GetSecretValue", resource: "arn:aws:secretsmanager" + here + "secret:payments/kafka-admin-a1B2c3"},
		{name: "change the secret", action: "secretsmanager:PutSecretValue", resource: "arn:aws:secretsmanager" + here + "secret:payments/kafka-a1B2c3"},
		{name: "delete the logs", action: "logs:DeleteLogGroup", resource: "arn:aws:logs" + here + "log-group:/flink/jobs"},
		{name: "read the logs", action: "logs:GetLogEvents", resource: "arn:aws:logs" + here + "log-group:/flink/jobs:log-stream:a"},
		{name: "write the operator's logs", action: "logs:PutLogEvents", resource: "arn:aws:logs" + here + "log-group:/flink/operator:log-stream:a"},
		{name: "read log files", action: "s3:GetObject", resource: state + "/logs/payments/a"},
		{name: "give itself more", action: "iam:AttachRolePolicy", resource: "arn:aws:iam::111122223333:role/flink-payments"},
		{name: "take another role", action: "sts:AssumeRole", resource: "arn:aws:iam::111122223333:role/flink-search"},
		{name: "the operator reads state", role: "flink-operator", action: "s3:GetObject", resource: state + "/flink/search/adhoc/ha/a"},
		{name: "the operator reads the jar of an application", role: "flink-operator", action: "s3:GetObject", resource: "arn:aws:s3:::streaming-artifacts/payments/fraud-1.0.jar"},
		{name: "the session cluster reads the jar that the operator brings", role: "flink-search", action: "s3:GetObject", resource: "arn:aws:s3:::streaming-artifacts/search/top-words-1.0.jar"},
		{name: "the ledger deletes the savepoint that it starts from", role: "flink-ledger", action: "s3:DeleteObject", resource: "arn:aws:s3:::streaming-archive/ledger/savepoint-1/_metadata"},
		{name: "the ledger has not its team's access", role: "flink-ledger", action: "s3:GetObject", resource: "arn:aws:s3:::raw-events/orders/1"},
	}
}

// TestNeighbours has what is granted allowed, and its neighbours denied, for both distributions.
func TestNeighbours(t *testing.T) {
	t.Parallel()
	if n := len(neighbours()); n < 40 {
		t.Errorf("%d neighbours, want 40", n)
	}
	for _, c := range [][2]string{{"emr", "irsa"}, {"apache", "pod-identity"}} {
		t.Run(c[0]+"-"+c[1], func(t *testing.T) {
			t.Parallel()
			roles := rolesOf(t, iamArgs(t, c))
			var all []asked
			for allowed, rows := range map[bool][]row{true: granted(), false: neighbours()} {
				for _, r := range rows {
					role := r.role
					if role == "" {
						role = "flink-payments"
					}
					all = append(all, asked{r.name, ask(roles[role], role, r.action, r.resource, r.context), allowed})
				}
			}
			simulate(t, all)
		})
	}
}

// subject is who asks for a role.
type subject struct {
	name, namespace, account string
	// cluster, accountID and audience are the right ones where they are empty.
	cluster, accountID, audience string
	allowed                      bool
}

// TestTrust: the job's accounts get the role of their team, and no one else does.
func TestTrust(t *testing.T) {
	t.Parallel()
	const emr = "emr-containers-sa-flink-"
	jobs := map[string][]string{
		"emr":    {emr + "jobmanager-" + account1 + "-4bemryealqjxxb5m7lxwmr", emr + "taskmanager-" + account1 + "-4bemryealqjxxb5m7lxwmr"},
		"apache": {"flink"},
	}
	operators := map[string]string{"emr": emr + "operator", "apache": "flink-operator"}
	for _, c := range iamCases() {
		t.Run(c[0]+"-"+c[1], func(t *testing.T) {
			t.Parallel()
			roles := rolesOf(t, iamArgs(t, c))
			own := jobs[c[0]]
			all := []subject{
				{name: "another namespace", namespace: "search-ns", account: own[0]},
				{name: "the namespace's beginning", namespace: "payments", account: own[0]},
				{name: "the default account", namespace: "payments-ns", account: "default"},
				{name: "the operator", namespace: "flink-kubernetes-operator", account: operators[c[0]]},
				{name: "the operator's name in the team's namespace", namespace: "payments-ns", account: operators[c[0]]},
				{name: "a longer name", namespace: "payments-ns", account: own[0] + "2"},
				{name: "EMR's account of another role", namespace: "payments-ns", account: emr + "jobmanager-" + account1 + "-1t"},
				{name: "EMR's account of another AWS account", namespace: "payments-ns", account: emr + "jobmanager-444455556666-4bemryealqjxxb5m7lxwmr"},
				{name: "another cluster", namespace: "payments-ns", account: own[0], cluster: "other"},
				{name: "another AWS account", namespace: "payments-ns", account: own[0], accountID: "444455556666"},
			}
			if c[1] == "irsa" {
				all = append(all, subject{name: "another audience", namespace: "payments-ns", account: own[0], audience: "https://kubernetes.default.svc"})
			}
			for _, account := range own {
				all = append(all, subject{name: "the job", namespace: "payments-ns", account: account, allowed: true})
			}
			var requests []asked
			for _, s := range all {
				for _, r := range assume(roles["flink-payments"], c[1], s) {
					requests = append(requests, asked{s.name, r, s.allowed})
				}
			}
			operator := subject{name: "the operator", namespace: "flink-kubernetes-operator", account: operators[c[0]], allowed: true}
			for _, r := range assume(roles["flink-operator"], c[1], operator) {
				requests = append(requests, asked{operator.name, r, true})
			}
			job := subject{name: "a job as the operator", namespace: "payments-ns", account: own[0]}
			for _, r := range assume(roles["flink-operator"], c[1], job) {
				requests = append(requests, asked{job.name, r, false})
			}
			simulate(t, requests)
		})
	}
}

// assume are the requests for a role with a method.
func assume(r awsRole, method string, s subject) []testkit.IAMRequest {
	or := func(text, other string) string {
		if text == "" {
			return other
		}
		return text
	}
	request := testkit.IAMRequest{ResourcePolicy: r.trust, Resource: "arn:aws:iam::111122223333:role/r", Account: account1}
	if method == "irsa" {
		id := map[string]string{"": "0123456789ABCDEF0123456789ABCDEF", "other": "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"}[s.cluster]
		request.Issuer = "oidc.eks.us-west-2.amazonaws.com/id/" + id
		request.Principal = "arn:aws:iam::" + or(s.accountID, account1) + ":oidc-provider/" + request.Issuer
		request.Action = "sts:AssumeRoleWithWebIdentity"
		request.Context = map[string]string{
			request.Issuer + ":sub": "system:serviceaccount:" + s.namespace + ":" + s.account,
			request.Issuer + ":aud": or(s.audience, "sts.amazonaws.com"),
		}
		return []testkit.IAMRequest{request}
	}
	request.Principal = "pods.eks.amazonaws.com"
	request.Context = map[string]string{
		"aws:RequestTag/kubernetes-namespace":       s.namespace,
		"aws:RequestTag/kubernetes-service-account": s.account,
		"aws:RequestTag/eks-cluster-arn":            "arn:aws:eks:us-west-2:" + or(s.accountID, account1) + ":cluster/" + or(s.cluster, "streaming"),
	}
	tag := request
	request.Action, tag.Action = "sts:AssumeRole", "sts:TagSession"
	return []testkit.IAMRequest{request, tag}
}
