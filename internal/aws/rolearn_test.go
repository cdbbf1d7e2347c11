package aws_test

import (
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/aws"
)

func TestCheckRoleARN(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"arn:aws:iam::111122223333:role/flink", "arn:aws-cn:iam::111122223333:role/a+=,.@_-Z9",
		"arn:aws-us-gov:iam::111122223333:role/teams/lab/flink",
	} {
		if got := aws.CheckRoleARN(good); got != "" {
			t.Errorf("%s: %s", good, got)
		}
	}
	for bad, want := range map[string]string{
		"": "form", "flink": "form", "arn:aws:iam:111122223333:role/x": "form",
		"arn:amazon:iam::111122223333:role/x": "partition", "arn:aws:sts::111122223333:role/x": `"sts"`,
		"arn:aws:iam:us-east-1:111122223333:role/x": "regions", "arn:aws:iam::11112222333:role/x": "12 digits",
		"arn:aws:iam::xxxxxxxxxxxx:role/x": "12 digits", "arn:aws:iam::111122223333:user/x": "no role",
		"arn:aws:iam::111122223333:role/": "role name", "arn:aws:iam::111122223333:role/a b": "role name",
		"arn:aws:iam::111122223333:role/" + strings.Repeat("a", 65): "role name",
	} {
		if got := aws.CheckRoleARN(bad); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want something about %s", bad, got, want)
		}
	}
	if got := aws.PartitionOf("arn:aws-cn:iam::111122223333:role/x"); got != "aws-cn" {
		t.Error(got)
	}
}

func TestImageRegion(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"111122223333.dkr.ecr.me-central-1.amazonaws.com/flink:1":    "me-central-1",
		"111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/a/flink:1": "cn-north-1",
		"public.ecr.aws/emr-on-eks/flink/emr-7.12.0-flink:latest":    "", "flink:1.20.4": "",
	} {
		if got := aws.ImageRegion(image); got != want {
			t.Errorf("%s: got %q, want %q", image, got, want)
		}
	}
}
