package cluster

import (
	"os"
	"path/filepath"
	"testing"
)

// kubeconfig is one of a single context.
func kubeconfigOf(t *testing.T, context, cluster, server, user string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config")
	text := "apiVersion: v1\nkind: Config\ncurrent-context: " + context + "\n" +
		"contexts: [{name: " + context + ", context: {cluster: " + cluster + ", user: u}}]\n" +
		"clusters: [{name: " + cluster + ", cluster: {server: " + server + "}}]\n" +
		"users: [{name: u, user: {" + user + "}}]\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestKnown reads kubeconfigs as aws eks update-kubeconfig (AWS CLI 2, customizations/eks/kubeconfig.py) and eksctl
// (pkg/utils/kubeconfig) write them.
func TestKnown(t *testing.T) {
	t.Parallel()
	const plain = "https://127.0.0.1:6443"
	exec := func(args string) string {
		return "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, interactiveMode: Never, args: [" + args + "]}"
	}
	arn := `"arn:aws:eks:us-west-2:111122223333:cluster/streaming"`
	for name, c := range map[string]struct {
		context, cluster, server, user string
		want                           Known
	}{
		"aws":      {arn, arn, plain, "token: x", Known{"", "streaming", "us-west-2", "111122223333"}},
		"aliased":  {"prod", arn, plain, "token: x", Known{"prod", "streaming", "us-west-2", "111122223333"}},
		"eksctl":   {"me@my.org@a-b.eu-central-1.eksctl.io", "a-b.eu-central-1.eksctl.io", plain, "token: x", Known{"", "a-b", "eu-central-1", ""}},
		"exec":     {"prod", "prod", plain, exec("--region, eu-west-1, eks, get-token, --cluster-name, x"), Known{"prod", "x", "eu-west-1", ""}},
		"written":  {"prod", "prod", plain, exec("eks, get-token, --cluster-name=x"), Known{"prod", "x", "", ""}},
		"server":   {"prod", "prod", "https://0A1.gr7.us-gov-west-1.eks.amazonaws.com", "token: x", Known{"prod", "", "us-gov-west-1", ""}},
		"not said": {"kind", "kind", plain, "token: x", Known{"kind", "", "", ""}},
	} {
		client, err := Connect(Options{Kubeconfig: kubeconfigOf(t, c.context, c.cluster, c.server, c.user)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := client.Known()
		if c.want.Context == "" {
			got.Context = ""
		}
		if got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}
