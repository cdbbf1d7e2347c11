package iam_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/iam"
)

// everything uses all that can be used.
func everything() iam.Input {
	all := func(m iam.Mode) iam.Resource {
		return iam.Resource{Name: "thing", Mode: m, KMSKeyARN: "arn:aws:kms:us-west-2:111122223333:key/1"}
	}
	const m = iam.ReadWrite
	return iam.Input{
		Cluster:    iam.Cluster{Name: "c", Region: "us-west-2", AccountID: "111122223333", OIDCProvider: "oidc.eks.us-west-2.amazonaws.com/id/AB"},
		Method:     iam.IRSA,
		BucketKeys: map[string]string{"state": "arn:aws:kms:us-west-2:111122223333:key/2"},
		Queue:      "interruptions", NodeRole: "nodes", RetentionDays: 7,
		Workloads: []iam.Workload{{
			ID: "ns/job", Purpose: iam.ForJobs, Team: "team", RoleARN: "arn:aws:iam::111122223333:role/job",
			Accounts: []iam.ServiceAccount{{Namespace: "ns", Name: "flink"}},
			Uses: iam.Uses{
				State: []iam.Place{{Bucket: "state", Key: "a/checkpoints"}}, Read: []iam.Place{{Bucket: "old", Key: "s"}},
				Objects: []iam.Place{{Bucket: "jars", Key: "a.jar"}}, Logs: []iam.Place{{Bucket: "state", Key: "logs"}},
				LogGroups: []string{"/flink/jobs"}, Workspaces: []aws.Workspace{{Region: "eu-west-1", ID: "ws-1"}},
			},
			Access: iam.Access{
				S3:       []iam.BucketAccess{{Bucket: "data", Prefix: "in/", Mode: m}},
				Kinesis:  []iam.StreamAccess{{Resource: all(m), Consumers: []string{"efo"}}},
				MSK:      []iam.KafkaAccess{{Resource: all(m), Topics: []string{"t"}, Groups: []string{"g"}, TransactionalIDs: []string{"x"}}},
				DynamoDB: []iam.TableAccess{{Resource: all(m), Indexes: true, Stream: true}},
				Glue:     []iam.DatabaseAccess{{Resource: all(m)}},
				SQS:      []iam.Resource{all(m)}, Secrets: []iam.Resource{all(iam.Read)},
			},
		}},
	}
}

// TestActionsExist holds every statement against AWS's own list: each action exists, some resource of the statement is of a type
// that it takes, and each resource is of a type that some action of the statement takes.
func TestActionsExist(t *testing.T) {
	t.Parallel()
	known := actions(t)
	p, problems := iam.New(everything())
	if len(problems) > 0 {
		t.Errorf("problems: %v", problems)
	}
	seen := 0
	for _, r := range p.Roles {
		for _, s := range r.Trust.Statements {
			for _, a := range s.Actions {
				if known[a] == nil && !slices.Contains([]string{"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"}, a) {
					t.Errorf("trust of %s: there is no action %s", r.Name, a)
				}
			}
		}
		for _, policy := range r.Policies {
			for _, s := range policy.Document.Statements {
				seen++
				fitting(t, s, known)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d statements", seen)
	}
}

func fitting(t *testing.T, s iam.Statement, known map[string][]*regexp.Regexp) {
	t.Helper()
	used := map[string]bool{}
	for _, a := range s.Actions {
		types, ok := known[a]
		if !ok {
			t.Errorf("%s: there is no action %s", s.Sid, a)
		}
		fits := false
		for _, resource := range s.Resources {
			// The streams of a log group are below it.
			streams := regexp.MustCompile(`(:log-group:.*):\*$`).ReplaceAllString(resource, "$1:log-stream:x")
			for _, typ := range types {
				if typ.MatchString(resource) || typ.MatchString(streams) {
					fits, used[resource] = true, true
				}
			}
		}
		if !fits {
			t.Errorf("%s: %s takes none of %q", s.Sid, a, s.Resources)
		}
	}
	for _, resource := range s.Resources {
		if !used[resource] {
			t.Errorf("%s: no action of %q takes %s", s.Sid, s.Actions, resource)
		}
	}
}

// actions reads testdata/actions.tsv: the ARNs that each action takes, as patterns.
func actions(t *testing.T) map[string][]*regexp.Regexp {
	t.Helper()
	data, err := os.ReadFile("testdata/actions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]*regexp.Regexp{}
	part := regexp.MustCompile(`\\\$\\\{\w+\\\}`)
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		types := []*regexp.Regexp{}
		for arn := range strings.FieldsSeq(fields[2]) {
			types = append(types, regexp.MustCompile("^"+part.ReplaceAllString(regexp.QuoteMeta(arn), "[^ ]*")+"(:\\*)?$"))
		}
		out[fields[0]] = types
	}
	return out
}

func TestSids(t *testing.T) {
	t.Parallel()
	p, _ := iam.New(everything())
	for _, r := range p.Roles {
		for _, policy := range r.Policies {
			seen := map[string]bool{}
			for _, s := range policy.Document.Statements {
				if seen[s.Sid] || !regexp.MustCompile(`^[A-Za-z0-9]+$`).MatchString(s.Sid) {
					t.Errorf("%s: statement %q", policy.Name, s.Sid)
				}
				seen[s.Sid] = true
			}
		}
	}
}

// TestSplit: policies stay within IAM's size, in a stable order, and say all together what one would.
func TestSplit(t *testing.T) {
	t.Parallel()
	in := everything()
	in.Workloads[0].Access = iam.Access{}
	var want []string
	for i := range 150 {
		key := fmt.Sprintf("flink/a-team-with-a-long-name/job-%03d/checkpoints", i)
		in.Workloads[0].Uses.State = append(in.Workloads[0].Uses.State, iam.Place{Bucket: "state", Key: key})
		want = append(want, "arn:aws:s3:::state/"+key+"/*")
	}
	p, problems := iam.New(in)
	job := p.Roles[0]
	if job.Name != "job" || len(job.Policies) < 5 {
		t.Fatalf("%s has %d policies", job.Name, len(job.Policies))
	}
	var state, listed []string
	for i, policy := range job.Policies {
		if policy.Name != fmt.Sprintf("job-%d", i+1) || policy.Document.Size() > 6144 {
			t.Errorf("%s has %d characters", policy.Name, policy.Document.Size())
		}
		for _, s := range policy.Document.Statements {
			if strings.HasPrefix(s.Sid, "StatePart") {
				state = append(state, s.Resources...)
			}
			if strings.HasPrefix(s.Sid, "ListState") {
				listed = append(listed, s.Conditions["StringLike"]["s3:prefix"]...)
			}
		}
	}
	for _, resource := range want {
		if !slices.Contains(state, resource) {
			t.Errorf("%s is in no policy", resource)
		}
	}
	if len(listed) != 2*151 {
		t.Errorf("%d prefixes can be listed, want %d", len(listed), 2*151)
	}
	again, _ := iam.New(in)
	a, _ := json.Marshal(p)
	b, _ := json.Marshal(again)
	if string(a) != string(b) {
		t.Error("another plan from the same input")
	}
	if len(job.Policies) > 10 && (len(problems) != 1 || problems[0].Kind != iam.TooManyPolicies) {
		t.Errorf("problems: %v", problems)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	in := everything()
	for i := range 400 {
		in.Workloads[0].Uses.State = append(in.Workloads[0].Uses.State, iam.Place{Bucket: "state", Key: fmt.Sprintf("flink/team/job-%03d/checkpoints", i)})
		in.Workloads[0].Accounts = append(in.Workloads[0].Accounts, iam.ServiceAccount{Namespace: "ns", Name: fmt.Sprintf("account-%03d", i)})
	}
	in.Workloads = append(in.Workloads, iam.Workload{ID: "ns/other", Purpose: iam.ForJobs, Uses: iam.Uses{LogGroups: []string{"/x"}}},
		iam.Workload{ID: "ns/far", Purpose: iam.ForJobs, Team: "far", RoleARN: "arn:aws:iam::444455556666:role/far"})
	_, problems := iam.New(in)
	var kinds []iam.ProblemKind
	for _, p := range problems {
		kinds = append(kinds, p.Kind)
	}
	want := []iam.ProblemKind{iam.NoRole, iam.TooManyPolicies, iam.TrustTooLong, iam.ForeignRole}
	if !slices.Equal(kinds, want) {
		t.Errorf("got %v, want %v: %v", kinds, want, problems)
	}
}

// TestSharedRole: the operator and a job with one role have one role that both take.
func TestSharedRole(t *testing.T) {
	t.Parallel()
	in := everything()
	in.Workloads = append(in.Workloads, iam.Workload{
		ID: "ops/operator", Purpose: iam.ForOperator, RoleARN: in.Workloads[0].RoleARN,
		Accounts: []iam.ServiceAccount{{Namespace: "ops", Name: "flink-operator"}},
	})
	p, _ := iam.New(in)
	if len(p.Roles) != 2 || p.Roles[0].Purpose != iam.ForJobs || len(p.Roles[0].Accounts) != 2 {
		t.Errorf("roles: %+v", p.Roles)
	}
	nodes := p.Roles[1]
	if nodes.Purpose != iam.ForNodes || len(nodes.Managed) != 4 || p.Queue == nil || len(p.LogGroups) != 1 || p.LogGroups[0].RetentionDays != 7 {
		t.Errorf("nodes %+v, queue %v, groups %v", nodes, p.Queue, p.LogGroups)
	}
}

// TestMetricsRole: a Prometheus that writes to a workspace, also of another region, gets that alone.
func TestMetricsRole(t *testing.T) {
	t.Parallel()
	in := everything()
	in.Workloads = []iam.Workload{{
		ID: "monitoring/prometheus", Purpose: iam.ForMetrics, RoleARN: "arn:aws:iam::111122223333:role/amp",
		Accounts: []iam.ServiceAccount{{Namespace: "monitoring", Name: "prometheus"}},
		Uses:     iam.Uses{Workspaces: []aws.Workspace{{Region: "eu-west-1", ID: "ws-1"}}},
	}}
	p, problems := iam.New(in)
	if len(problems) > 0 || len(p.Roles) != 2 || p.Roles[0].Purpose != iam.ForMetrics || len(p.Roles[0].Policies) != 1 {
		t.Fatalf("%v %+v", problems, p.Roles)
	}
	r := p.Roles[0]
	statements := r.Policies[0].Document.Statements
	if len(statements) != 1 || !slices.Equal(statements[0].Actions, []string{"aps:RemoteWrite"}) ||
		!slices.Equal(statements[0].Resources, []string{"arn:aws:aps:eu-west-1:111122223333:workspace/ws-1"}) {
		t.Errorf("statements %+v", statements)
	}
	if !strings.Contains(r.Description, "Prometheus") || r.Accounts[0].Name != "prometheus" {
		t.Errorf("%+v", r)
	}
}
