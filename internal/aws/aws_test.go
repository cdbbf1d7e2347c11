package aws_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/aws"
)

func TestBase36(t *testing.T) {
	t.Parallel()
	// Vectors made with the AWS CLI's own encoder.
	for in, want := range map[string]string{
		"":                             "0",
		"A":                            "1t",
		"AB":                           "cw2",
		"flink-job":                    "b2qmdz6co1mq8y",
		"JobExecutionRole":             "4en4r3jtsjjcf75iqnuasdqp1",
		"MyEMRContainersExecutionRole": "z8bqjd1v3fv8jqpvzzytg1i1c3ox1p1wdh15m8xtdut",
		"emr-eks-flink-flink-team-a":   "wu45qgawhxy1spfk9oy2zfhmzgdwqpir01sd5mch",
	} {
		if got := aws.Base36(in); got != want {
			t.Errorf("Base36(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestRoleNames(t *testing.T) {
	t.Parallel()
	tests := []struct{ arn, name, account string }{
		{"arn:aws:iam::111122223333:role/flink", "flink", "111122223333"},
		{"arn:aws-cn:iam::111122223333:role/team/a/flink", "flink", "111122223333"},
		{"arn:aws:iam::111122223333:user/flink", "", "111122223333"},
		{"arn:aws:s3:::bucket", "", ""},
		{"flink", "", ""},
	}
	for _, tt := range tests {
		if got := aws.RoleName(tt.arn); got != tt.name {
			t.Errorf("RoleName(%q) = %q, want %q", tt.arn, got, tt.name)
		}
		if got := aws.AccountOf(tt.arn); got != tt.account {
			t.Errorf("AccountOf(%q) = %q, want %q", tt.arn, got, tt.account)
		}
	}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"us-west-2":     "arn:aws:iam::111122223333:role/r",
		"cn-north-1":    "arn:aws-cn:iam::111122223333:role/r",
		"us-gov-west-1": "arn:aws-us-gov:iam::111122223333:role/r",
	} {
		if got := aws.RoleARN(region, "111122223333", "r"); got != want {
			t.Errorf("RoleARN(%q) = %q, want %q", region, got, want)
		}
	}
	if aws.NeedsEndpointRegion("us-east-1") || !aws.NeedsEndpointRegion("me-central-1") {
		t.Error("NeedsEndpointRegion: us-east-1 must not need it, me-central-1 must")
	}
}

func TestEMRJobServiceAccounts(t *testing.T) {
	t.Parallel()
	got := aws.EMRJobServiceAccounts("111122223333", "A")
	want := []string{
		"emr-containers-sa-flink-jobmanager-111122223333-1t",
		"emr-containers-sa-flink-taskmanager-111122223333-1t",
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %q, want %q", got, want)
	}
}
