// Package aws holds facts of AWS that names and documents are derived from:
// partitions, ARNs, regions that need opting in, and the service-account names
// of EMR on EKS. It makes no call to AWS.
//
// It may import diag and manifest and nothing else of this module.
package aws

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// Partition returns the ARN partition of a region: aws, aws-cn or aws-us-gov.
// Source: IAM User Guide, "Amazon Resource Names (ARNs)", partitions.
func Partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// RoleARN returns the ARN of an IAM role without a path.
func RoleARN(region, accountID, name string) string {
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", Partition(region), accountID, name)
}

// RoleName returns the name in a role ARN, without its path, or "" when the
// text is no role ARN. EMR names its service accounts after this part alone
// (aws-cli v2, awscli/customizations/emrcontainers).
func RoleName(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "iam" {
		return ""
	}
	path, found := strings.CutPrefix(parts[5], "role/")
	if !found {
		return ""
	}
	return path[strings.LastIndex(path, "/")+1:]
}

// AccountOf returns the account id in an ARN, or "".
func AccountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ""
	}
	return parts[4]
}

// Base36 writes the bytes of a text as one big-endian number in base 36, lower
// case; the empty text gives "0". It is how EMR on EKS writes a role's name
// into its service accounts (aws-cli v2, emrcontainers/base36.py).
func Base36(text string) string {
	return new(big.Int).SetBytes([]byte(text)).Text(36)
}

// EMRJobServiceAccounts returns the two service accounts, JobManager's and
// TaskManager's, that the EMR operator makes for the jobs of a role
// (aws-cli v2, emrcontainers/constants.py, SERVICE_ACCOUNT_NAMING).
func EMRJobServiceAccounts(accountID, roleName string) []string {
	suffix := accountID + "-" + Base36(roleName)
	return []string{
		"emr-containers-sa-flink-jobmanager-" + suffix,
		"emr-containers-sa-flink-taskmanager-" + suffix,
	}
}

// NeedsEndpointRegion reports whether S3 clients must be told the region: true
// for regions that an account opts into, where Flink's S3 file system
// otherwise gets 400 AWSBadRequestException (EMR on EKS Development Guide,
// "Troubleshooting Flink"; the list: AWS General Reference, opt-in regions,
// 2026-05).
func NeedsEndpointRegion(region string) bool {
	return slices.Contains([]string{
		"af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
		"ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1",
		"me-central-1", "me-south-1", "mx-central-1",
	}, region)
}
