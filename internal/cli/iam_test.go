package cli_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/testkit"
)

// The combinations of distributions and methods of testdata/iam.
func iamCases() [][2]string {
	return [][2]string{{"emr", "irsa"}, {"emr", "pod-identity"}, {"apache", "irsa"}, {"apache", "pod-identity"}}
}

// iamArgs are the values of a combination.
func iamArgs(t *testing.T, c [2]string) []string {
	t.Helper()
	dir := filepath.Join(testkit.RepoRoot(t), "testdata", "iam")
	return []string{"-f", filepath.Join(dir, "common.yaml"), "-f", filepath.Join(dir, c[0]+".yaml"), "--set", "identity.method=" + c[1]}
}

// TestIAMGolden compares each format of each combination with testdata/iam/<distribution>-<method>.<format>.
func TestIAMGolden(t *testing.T) {
	t.Parallel()
	formats := map[string][]string{
		"json": nil, "cloudformation.yaml": {"-o", "cloudformation"}, "tf": {"-o", "terraform"}, "eksctl.yaml": {"-o", "eksctl"},
		"cluster.yaml": {"-o", "eksctl", "--cluster"},
	}
	for _, c := range iamCases() {
		for ending, flags := range formats {
			name := c[0] + "-" + c[1] + "." + ending
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				stdout, stderr, code := run(t, "", append(append([]string{"iam"}, iamArgs(t, c)...), flags...)...)
				if code != 0 {
					t.Errorf("exit %d: %s", code, stderr)
				}
				testkit.Golden(t, filepath.Join(testkit.RepoRoot(t), "testdata", "iam", name), []byte(stdout))
			})
		}
	}
}

// awsRoles are the documents of iam, by role: the trust policy, and the policies.
type awsRole struct {
	trust    json.RawMessage
	policies []json.RawMessage
}

func rolesOf(t *testing.T, args []string) map[string]awsRole {
	t.Helper()
	stdout, stderr, code := run(t, "", append([]string{"iam"}, args...)...)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	var files map[string]json.RawMessage
	if err := json.Unmarshal([]byte(stdout), &files); err != nil {
		t.Fatal(err)
	}
	roles := map[string]awsRole{}
	for name, doc := range files {
		parts := strings.Split(name, "/")
		if parts[0] != "roles" {
			continue
		}
		r := roles[parts[1]]
		if parts[2] == "trust.json" {
			r.trust = doc
		} else {
			r.policies = append(r.policies, doc)
		}
		roles[parts[1]] = r
	}
	return roles
}

// asked is a request that a role makes, and what it should be answered.
type asked struct {
	name    string
	request testkit.IAMRequest
	allowed bool
}

// simulate has every request evaluated and compares the answers.
func simulate(t *testing.T, all []asked) {
	t.Helper()
	var requests []testkit.IAMRequest
	for _, a := range all {
		requests = append(requests, a.request)
	}
	for i, answer := range testkit.IAMSimulate(t, requests) {
		want := "ImplicitlyDenied"
		if all[i].allowed {
			want = "Allowed"
		}
		if answer != want {
			r := all[i].request
			t.Errorf("%s: %s on %s %v: %s, want %s", all[i].name, r.Action, r.Resource, r.Context, answer, want)
		}
	}
}

// ask is a request of a role with its policies.
func ask(r awsRole, role, action, resource string, context map[string]string) testkit.IAMRequest {
	request := testkit.IAMRequest{
		Policies: r.policies, Principal: "arn:aws:iam::111122223333:role/" + role, Action: action, Resource: resource,
		Account: "111122223333", Context: context,
	}
	if strings.HasPrefix(action, "kms:") {
		// The key policy that KMS makes by default, which leaves it to the account's IAM policies.
		request.ResourcePolicy = json.RawMessage(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
			"Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}]}`)
	}
	return request
}

// TestExamplesMayDoWhatTheyNeed: for each example and each combination, what Flink does with the directories that the rendered
// configuration names is allowed to the role of the cluster. The directories and roles are read here from the manifests, not
// by the code under test.
func TestExamplesMayDoWhatTheyNeed(t *testing.T) {
	t.Parallel()
	root := testkit.RepoRoot(t)
	sets := map[string][]string{}
	for _, c := range iamCases() {
		sets[c[0]+"-"+c[1]] = iamArgs(t, c)
	}
	examples, err := filepath.Glob(filepath.Join(root, "examples", "*.yaml"))
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, file := range examples {
		sets[filepath.Base(file)] = []string{
			"-f", file, "--set", "cluster.oidcProvider=oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
		}
	}
	for name, args := range sets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "jobs.yaml" || name == "session.yaml" || name == "apache.yaml" {
				args = withRegion(args, map[string]string{"jobs.yaml": "me-central-1", "session.yaml": "us-east-1", "apache.yaml": "eu-central-1"}[name])
			}
			simulate(t, needs(t, args, rolesOf(t, args)))
		})
	}
}

func withRegion(args []string, region string) []string {
	return append(slices.Clone(args[:3]), strings.Replace(args[3], "us-west-2", region, 1))
}

// needs lists what the Flink clusters of a platform do.
func needs(t *testing.T, args []string, roles map[string]awsRole) []asked {
	t.Helper()
	stdout, stderr, code := run(t, "", append([]string{"template"}, args...)...)
	if code != 0 {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	dir := regexp.MustCompile(`s3[ap]?://([^/\s"]+)/([^\s"]*)`)
	accounts := map[string]string{}
	var all []asked
	var clusters []map[string]any
	for doc := range strings.SplitSeq(stdout, "\n---\n") {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
			t.Fatal(err)
		}
		switch o["kind"] {
		case "ServiceAccount":
			for _, key := range []string{"eks.amazonaws.com/role-arn", "helm-flink.dev/pod-identity-role"} {
				if arn, ok := at(o, "metadata", "annotations", key).(string); ok {
					accounts[at(o, "metadata", "namespace").(string)+"/"+at(o, "metadata", "name").(string)] = arn
				}
			}
		case "FlinkDeployment", "FlinkBlueGreenDeployment":
			clusters = append(clusters, o)
		}
	}
	for _, o := range clusters {
		spec := o["spec"].(map[string]any)
		if template, ok := at(spec, "template", "spec").(map[string]any); ok {
			spec = template
		}
		arn, _ := spec["executionRoleArn"].(string)
		if account, ok := spec["serviceAccount"].(string); ok {
			arn = accounts[at(o, "metadata", "namespace").(string)+"/"+account]
		}
		role := arn[strings.LastIndex(arn, "/")+1:]
		if roles[role].trust == nil {
			t.Errorf("%s: no role %q", at(o, "metadata", "name"), role)
		}
		texts := []string{}
		for key, value := range at(spec, "flinkConfiguration").(map[string]any) {
			if text, ok := value.(string); ok && strings.Contains(strings.ToLower(key), "dir") || strings.HasSuffix(key, "base-path") {
				texts = append(texts, text)
			}
		}
		if text, ok := at(spec, "jobManager", "storageDir").(string); ok {
			texts = append(texts, text)
		}
		for _, text := range texts {
			if m := dir.FindStringSubmatch(text); m != nil {
				all = append(all, stateNeeds(roles[role], role, m[1], m[2])...)
			}
		}
		if jar, ok := at(spec, "job", "jarURI").(string); ok {
			if m := dir.FindStringSubmatch(jar); m != nil {
				all = append(all, asked{"jar", ask(roles[role], role, "s3:GetObject", "arn:aws:s3:::"+m[1]+"/"+m[2], nil), true})
			}
		}
		if logs, ok := at(spec, "monitoringConfiguration", "s3MonitoringConfiguration", "logUri").(string); ok {
			all = append(all, asked{"logs", ask(roles[role], role, "s3:PutObject", "arn:aws:s3:::"+logs+"/pod/stdout.gz", nil), true})
		}
		if group, ok := at(spec, "monitoringConfiguration", "cloudWatchMonitoringConfiguration", "logGroupName").(string); ok {
			stream := "arn:aws:logs:us-west-2:111122223333:log-group:" + group + ":log-stream:pod/STDOUT"
			all = append(all,
				asked{"log stream", ask(roles[role], role, "logs:CreateLogStream", stream, nil), true},
				asked{"log events", ask(roles[role], role, "logs:PutLogEvents", stream, nil), true})
		}
	}
	if len(all) < 4 {
		t.Errorf("only %d needs", len(all))
	}
	return all
}

// stateNeeds is what Flink does with a directory of state.
func stateNeeds(r awsRole, role, bucket, key string) []asked {
	arn := "arn:aws:s3:::" + bucket
	var all []asked
	for _, action := range []string{"GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload", "ListMultipartUploadParts"} {
		all = append(all, asked{"state", ask(r, role, "s3:"+action, arn+"/"+key+"/5d0f/chk-7/_metadata", nil), true})
	}
	return append(all,
		asked{"directory", ask(r, role, "s3:GetObject", arn+"/"+key, nil), true},
		asked{"location", ask(r, role, "s3:GetBucketLocation", arn, nil), true},
		asked{"list", ask(r, role, "s3:ListBucket", arn, map[string]string{"s3:prefix": key + "/"}), true},
		asked{"list below", ask(r, role, "s3:ListBucket", arn, map[string]string{"s3:prefix": key + "/5d0f/"}), true})
}

func at(o map[string]any, path ...string) any {
	var v any = o
	for _, key := range path {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}
