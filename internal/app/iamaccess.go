package app

import (
	"maps"
	"slices"

	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/spec"
)

// accessOf turns an access list of the values into the one of a role.
func accessOf(a spec.Access) iam.Access {
	var out iam.Access
	for name, s := range sorted(a.S3) {
		out.S3 = append(out.S3, iam.BucketAccess{Bucket: name, Prefix: s.Prefix, Mode: iam.Mode(s.Mode), KMSKeyARN: s.KMSKeyARN})
	}
	for name, s := range sorted(a.Kinesis) {
		out.Kinesis = append(out.Kinesis, iam.StreamAccess{
			Resource: resource(name, s.Mode, s.KMSKeyARN, s.Elsewhere), Consumers: s.Consumers,
		})
	}
	for name, k := range sorted(a.MSK) {
		out.MSK = append(out.MSK, iam.KafkaAccess{
			Resource: resource(name, k.Mode, "", k.Elsewhere), UUID: k.UUID,
			Topics: k.Topics, Groups: k.Groups, TransactionalIDs: k.TransactionalIDs,
		})
	}
	for name, t := range sorted(a.DynamoDB) {
		out.DynamoDB = append(out.DynamoDB, iam.TableAccess{
			Resource: resource(name, t.Mode, t.KMSKeyARN, t.Elsewhere), Indexes: t.Indexes, Stream: t.Stream,
		})
	}
	for name, d := range sorted(a.Glue) {
		out.Glue = append(out.Glue, iam.DatabaseAccess{Resource: resource(name, d.Mode, "", d.Elsewhere), Tables: d.Tables})
	}
	for name, q := range sorted(a.SQS) {
		out.SQS = append(out.SQS, resource(name, q.Mode, q.KMSKeyARN, q.Elsewhere))
	}
	for name, s := range sorted(a.SecretsManager) {
		out.Secrets = append(out.Secrets, resource(name, string(iam.Read), s.KMSKeyARN, s.Elsewhere))
	}
	return out
}

// sorted goes through a map in the order of its keys.
func sorted[V any](m map[string]V) func(yield func(string, V) bool) {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

func resource(name, mode, key string, e spec.Elsewhere) iam.Resource {
	return iam.Resource{Name: name, Account: e.AccountID, Region: e.Region, KMSKeyARN: key, Mode: iam.Mode(mode)}
}
