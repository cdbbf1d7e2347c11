package app_test

import (
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/charts"
	"github.com/helm-flink/helm-flink/internal/app"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/testkit"
	"github.com/helm-flink/helm-flink/schemas"
)

// iamBase is what the values of these tests stand on.
const iamBase = `
cluster:
  name: c
  region: us-west-2
  accountId: "111122223333"
  oidcProvider: oidc.eks.us-west-2.amazonaws.com/id/AB
  nodeRole: nodes
storage: { bucket: state }
teams: { a: { namespace: a-ns, role: { name: role-a } } }
`

// planOf draws the AWS objects of values.
func planOf(t *testing.T, text string) (iam.Plan, diag.List) {
	t.Helper()
	content := map[string]string{"base.yaml": iamBase, "values.yaml": text}
	a := app.App{
		Charts: charts.FS, Schema: schemas.Values,
		Open: func(name string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content[name])), nil },
		Dir:  func(name string) fs.FS { return os.DirFS(filepath.Join(testkit.RepoRoot(t), name)) },
	}
	req := app.Request{Files: []string{"base.yaml", "values.yaml"}, FailOn: diag.Error, SkipVerify: true}
	plan, result, err := a.IAM(t.Context(), req, app.IAMOutput{Format: "json"})
	if err != nil || result.Failed {
		t.Fatalf("iam: %v\n%v", err, result.Findings)
	}
	return plan, result.Findings
}

// may returns the resources of a role's statements that allow an action, sorted.
func may(t *testing.T, p iam.Plan, role, action string) []string {
	t.Helper()
	i := slices.IndexFunc(p.Roles, func(r iam.Role) bool { return r.Name == role })
	if i < 0 {
		t.Fatalf("no role %s", role)
	}
	var out []string
	for _, policy := range p.Roles[i].Policies {
		for _, s := range policy.Document.Statements {
			if slices.Contains(s.Actions, action) {
				out = append(out, s.Resources...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestUsesOfJobs(t *testing.T) {
	t.Parallel()
	const jar = "jarURI: local:///job.jar"
	below := func(places ...string) []string {
		var out []string
		for _, p := range places {
			out = append(out, "arn:aws:s3:::"+p+"/*")
		}
		slices.Sort(out)
		return out
	}
	own := []string{"state/flink/a/j/checkpoints", "state/flink/a/j/ha", "state/flink/a/j/savepoints"}
	for name, c := range map[string]struct {
		values string
		action string
		want   []string
	}{
		"state": {"jobs: { j: { team: a, " + jar + " } }", "s3:DeleteObject", below(own...)},
		"no high availability": {
			"jobs: { j: { team: a, upgradeMode: stateless, highAvailability: { enabled: false }, " + jar + " } }",
			"s3:DeleteObject", below(own[0], own[2]),
		},
		"changelog": {
			"jobs: { j: { team: a, changelog: { enabled: true }, " + jar + " } }",
			"s3:DeleteObject", below(append(own, "state/flink/a/j/changelog")...),
		},
		"results of jobs elsewhere": {
			"jobs: { j: { team: a, flinkConfiguration: { job-result-store.storage-path: \"s3://results/a\" }, " + jar + " } }",
			"s3:DeleteObject", below(append(own, "results/a")...),
		},
		"a changelog that is off": {
			"jobs: { j: { team: a, flinkConfiguration: { dstl.dfs.base-path: \"s3://x/y\" }, " + jar + " } }",
			"s3:DeleteObject", below(own...),
		},
		"another scheme and bucket": {
			"jobs: { j: { team: a, savepoints: { dir: \"s3a://other/sp/\" }, " + jar + " } }",
			"s3:DeleteObject", below(own[0], own[1], "other/sp"),
		},
		"no S3": {
			"jobs: { j: { team: a, savepoints: { dir: \"file:///sp\" }, " + jar + " } }", "s3:DeleteObject", below(own[0], own[1]),
		},
		"entropy": {
			"jobs: { j: { team: a, checkpoints: { dir: \"s3://state/_x_/cp\" }, flinkConfiguration: { s3.entropy.key: _x_ }, " + jar + " } }",
			"s3:DeleteObject", below("state/????/cp", "state/cp", own[1], own[2]),
		},
		"claimed": {
			"jobs: { j: { team: a, initialSavepointPath: \"s3://old/sp-1\", flinkConfiguration: " +
				"{ execution.savepoint-restore-mode: claim }, " + jar + " } }",
			"s3:DeleteObject", below(append(own, "old/sp-1")...),
		},
		"not claimed": {
			"jobs: { j: { team: a, initialSavepointPath: \"s3://old/sp-1\", " + jar + " } }", "s3:DeleteObject", below(own...),
		},
		"a snapshot": {
			"jobs: { j: { team: a, " + jar + " } }\nsnapshots: { s: { job: j, savepoint: { path: \"s3://keep/s\" } } }",
			"s3:DeleteObject", below(append(own, "keep/s")...),
		},
		"jars": {
			"jobs: { j: { team: a, jarURI: \"s3://jars/j.jar\", flinkConfiguration: { pipeline.jars: \"s3://jars/a.jar;file:///b.jar\" } } }",
			"s3:GetObject", append(below(own...), "arn:aws:s3:::jars/a.jar", "arn:aws:s3:::jars/j.jar",
				"arn:aws:s3:::"+own[0], "arn:aws:s3:::"+own[1], "arn:aws:s3:::"+own[2]),
		},
		"blue and green": {"blueGreen: { j: { team: a, " + jar + " } }", "s3:DeleteObject", below(own...)},
		"a session job's state": {
			"sessionClusters: { s: { team: a } }\nsessionJobs: { j: { cluster: s, jarURI: \"s3://jars/j.jar\" } }", "s3:DeleteObject",
			below("state/flink/a/s/checkpoints", "state/flink/a/s/ha", "state/flink/a/s/savepoints", own[0], own[2]),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := planOf(t, c.values+"\n")
			slices.Sort(c.want)
			if got := may(t, p, "role-a", c.action); !slices.Equal(got, c.want) {
				t.Errorf("%s:\n got %q\nwant %q", c.action, got, c.want)
			}
		})
	}
}

// TestSessionJars: the operator reads the jar, the session cluster does not.
func TestSessionJars(t *testing.T) {
	t.Parallel()
	p, _ := planOf(t, "operator: { role: { name: op }, access: { sqs: { q: {} } } }\nsessionClusters: { s: { team: a } }\n"+
		"sessionJobs: { j: { cluster: s, jarURI: \"s3://jars/j.jar\" } }\n")
	const jar = "arn:aws:s3:::jars/j.jar"
	if got := may(t, p, "op", "s3:GetObject"); !slices.Equal(got, []string{jar}) {
		t.Errorf("operator: %q", got)
	}
	if got := may(t, p, "op", "sqs:ReceiveMessage"); !slices.Equal(got, []string{"arn:aws:sqs:us-west-2:111122223333:q"}) {
		t.Errorf("operator's own access: %q", got)
	}
	if got := may(t, p, "op", "s3:DeleteObject"); got != nil {
		t.Errorf("operator deletes: %q", got)
	}
	if slices.Contains(may(t, p, "role-a", "s3:GetObject"), jar) {
		t.Error("the session cluster reads the jar")
	}
}

func TestDrawing(t *testing.T) {
	t.Parallel()
	const emr = `
runtime: { distribution: emr, emrReleaseLabel: emr-7.12.0-flink-latest }
identity: { method: pod-identity }
operator: { role: { name: op } }
iam:
  expireDays: { checkpoints: 90, logs: 30 }
  logRetentionDays: 7
  karpenter: { nodeRole: true, interruptionQueue: q }
  tags: { cost: "1" }
jobs:
  j:
    team: a
    jarURI: local:///job.jar
    monitoring: { s3: { bucket: logs, prefix: l/ }, cloudWatch: { logGroup: /flink } }
`
	p, _ := planOf(t, emr)
	var associations int
	for _, r := range p.Roles {
		associations += len(r.Associations)
	}
	if len(p.Roles) != 3 || associations != 3 || p.OIDCProvider != "" || p.Tags["cost"] != "1" || p.Queue == nil || p.Queue.Name != "q" {
		t.Errorf("%d roles, %d associations, plan %+v", len(p.Roles), associations, p)
	}
	got, _ := json.Marshal([]any{p.Buckets, p.LogGroups})
	const want = `[[{"Name":"logs","KMSKeyARN":"","Expiring":[{"ID":"logs-l-a","Prefix":"l/a/","Days":30}]},` +
		`{"Name":"state","KMSKeyARN":"","Expiring":[{"ID":"checkpoints-flink-a-j-checkpoints","Prefix":"flink/a/j/checkpoints/","Days":90}]}],` +
		`[{"Name":"/flink","RetentionDays":7,"KMSKeyARN":""}]]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if p, _ := planOf(t, strings.Replace(emr, "iam:\n", "iam:\n  buckets: false\n", 1)); len(p.Buckets) != 0 {
		t.Errorf("buckets: %v", p.Buckets)
	}
}

func TestPartitions(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{"cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov"} {
		suffix := map[string]string{"cn-north-1": ".cn"}[region]
		p, _ := planOf(t, "cluster: { region: "+region+", oidcProvider: oidc.eks."+region+".amazonaws.com"+suffix+"/id/AB }\n"+
			"iam: { karpenter: { nodeRole: true } }\njobs: { j: { team: a, jarURI: \"local:///job.jar\" } }\n")
		data, err := json.Marshal(p.Roles)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(data), "arn:aws:") || !strings.Contains(string(data), "arn:"+want+":s3:::state/") {
			t.Errorf("%s: %s", region, data)
		}
	}
}

// TestForeignAccount: an account that is not made for the job has no role here.
func TestForeignAccount(t *testing.T) {
	t.Parallel()
	p, findings := planOf(t, "jobs:\n  j: { team: a, serviceAccount: shared, jarURI: \"local:///job.jar\" }\n")
	if len(p.Roles) != 0 || !slices.ContainsFunc(findings, func(f diag.Finding) bool { return f.Code == diag.CodeNoRole && f.Path == "jobs.j" }) {
		t.Errorf("roles %v, findings %v", p.Roles, findings)
	}
	p, _ = planOf(t, "jobs:\n  j: { team: a, serviceAccount: own, role: { arn: \"arn:aws:iam::111122223333:role/x/y\" }, jarURI: \"local:///job.jar\" }\n")
	if len(p.Roles) != 1 || p.Roles[0].Path != "/x/" || p.Roles[0].Accounts[0].Name != "own" {
		t.Errorf("roles %+v", p.Roles)
	}
}
