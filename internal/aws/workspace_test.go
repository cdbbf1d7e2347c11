package aws_test

import (
	"testing"

	"github.com/helm-flink/helm-flink/internal/aws"
)

func TestParseWorkspace(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]aws.Workspace{
		"https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-0123abcd/api/v1/remote_write":          {Region: "us-west-2", ID: "ws-0123abcd"},
		"https://aps-workspaces.us-gov-west-1.amazonaws.com/workspaces/ws-1-2/api/v1/remote_write":           {Region: "us-gov-west-1", ID: "ws-1-2"},
		"https://aps-workspaces-fips.us-east-1.amazonaws.com/workspaces/ws-1/api/v1/remote_write":            {Region: "us-east-1", ID: "ws-1"},
		"https://aps-workspaces.cn-north-1.amazonaws.com.cn/workspaces/ws-1/api/v1/remote_write":             {Region: "cn-north-1", ID: "ws-1"},
		"https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-0123abcd":                              {},
		"https://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-0123abcd/api/v1/query":                 {},
		"https://mimir.example.com/api/v1/push":                                                              {},
		"http://aps-workspaces.us-west-2.amazonaws.com/workspaces/ws-0123abcd/api/v1/remote_write":           {},
		"https://aps-workspaces.us-west-2.amazonaws.com.evil.example/workspaces/ws-0123/api/v1/remote_write": {},
	} {
		got, ok := aws.ParseWorkspace(address)
		if got != want || ok != (want != aws.Workspace{}) {
			t.Errorf("%s: %+v %v, want %+v", address, got, ok, want)
		}
	}
}
