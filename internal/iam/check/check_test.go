package check_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/iam/check"
)

const (
	issuer  = "oidc.eks.us-west-2.amazonaws.com/id/AB"
	account = "111122223333"
	other   = "444455556666"
)

// input is a platform with two teams' roles and the operator's; the first is EMR's.
func input(method iam.Method) check.Input {
	c := iam.Cluster{Name: "c", Region: "us-west-2", AccountID: account, OIDCProvider: issuer}
	arn := func(name string) string { return "arn:aws:iam::" + account + ":role/" + name }
	var emr []iam.ServiceAccount
	for _, name := range aws.EMRJobServiceAccounts(account, "team") {
		emr = append(emr, iam.ServiceAccount{Namespace: "a", Name: name})
	}
	plan, _ := iam.New(iam.Input{Cluster: c, Method: method, NodeRole: "nodes", Workloads: []iam.Workload{
		{
			ID: "a/j", Purpose: iam.ForJobs, RoleARN: arn("team"), Accounts: emr,
			Uses: iam.Uses{State: []iam.Place{{Bucket: "state", Key: "a/cp"}}, LogGroups: []string{"/a"}},
		},
		{
			ID: "b/j", Purpose: iam.ForJobs, RoleARN: arn("search"), Accounts: []iam.ServiceAccount{{Namespace: "b", Name: "flink"}},
			Uses: iam.Uses{State: []iam.Place{{Bucket: "state", Key: "b/cp"}}},
		},
		{ID: "ops/op", Purpose: iam.ForOperator, RoleARN: arn("op"), Accounts: []iam.ServiceAccount{{Namespace: "ops", Name: "op"}}},
	}})
	return check.Input{Cluster: c, Method: method, Roles: plan.Roles}
}

// judge gives the findings about one document as lines.
func judge(in check.Input, role, doc string) string {
	var b strings.Builder
	for _, f := range check.Judge([]check.Source{{Name: "f.json", Role: role, Data: []byte(doc)}}, in) {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// trust is a trust policy for IRSA with conditions by operator.
func trust(provider string, conditions map[string]map[string]string) string {
	return document(map[string]any{
		"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": map[string]any{"Federated": provider}, "Condition": conditions,
	})
}

func document(statements ...any) string {
	data, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func of(operator, subject string) map[string]map[string]string {
	out := map[string]map[string]string{"StringEquals": {issuer + ":aud": "sts.amazonaws.com"}}
	if out[operator] == nil {
		out[operator] = map[string]string{}
	}
	out[operator][issuer+":sub"] = "system:serviceaccount:" + subject
	return out
}

func TestTrust(t *testing.T) {
	t.Parallel()
	provider := "arn:aws:iam::" + account + ":oidc-provider/" + issuer
	pods := func(actions []string, conditions map[string]string) string {
		return document(map[string]any{
			"Effect": "Allow", "Action": actions, "Principal": map[string]any{"Service": "pods.eks.amazonaws.com"},
			"Condition": map[string]any{"StringEquals": conditions},
		})
	}
	tags := func(namespace, name, cluster string) map[string]string {
		return map[string]string{
			"aws:RequestTag/kubernetes-namespace": namespace, "aws:RequestTag/kubernetes-service-account": name,
			"aws:RequestTag/eks-cluster-name": cluster,
		}
	}
	both := []string{"sts:AssumeRole", "sts:TagSession"}
	anyone := of("StringEquals", "b:flink")
	delete(anyone["StringEquals"], issuer+":sub")
	for name, c := range map[string]struct {
		method    iam.Method
		role, doc string
		// want are parts of the findings, each of one line; none is no finding.
		want []string
	}{
		"exact":             {iam.IRSA, "search", trust(provider, of("StringEquals", "b:flink")), nil},
		"AWS's pattern":     {iam.IRSA, "team", trust(provider, of("StringLike", "a:emr-containers-sa-*-*-"+account+"-"+aws.Base36("team"))), nil},
		"another namespace": {iam.IRSA, "search", trust(provider, of("StringEquals", "c:flink")), []string{"error FLK607", "namespace c, and the pods run in b"}},
		"EMR's of another role": {
			iam.IRSA, "team", trust(provider, of("StringLike", "a:emr-containers-sa-*-*-"+account+"-"+aws.Base36("Team"))),
			[]string{"error FLK607", "EMR's accounts of the role Team"},
		},
		"one of two": {
			iam.IRSA, "team", trust(provider, of("StringLike", "a:emr-containers-sa-flink-job*-"+account+"-"+aws.Base36("team"))),
			[]string{"error FLK607", "let a/emr-containers-sa-flink-taskmanager"},
		},
		"EMR's of another account": {
			iam.IRSA, "team", trust(provider, of("StringLike", "a:emr-containers-sa-*-*-"+other+"-"+aws.Base36("team"))), []string{"error FLK607"},
		},
		"literal star":   {iam.IRSA, "search", trust(provider, of("StringEquals", "b:*")), []string{"error FLK609"}},
		"whole space":    {iam.IRSA, "search", trust(provider, of("StringLike", "b:*")), []string{"warning FLK610", "the default account of namespace b"}},
		"any space":      {iam.IRSA, "search", trust(provider, of("StringLike", "*:flink")), []string{"warning FLK610", "accounts of other namespaces"}},
		"any EMR role":   {iam.IRSA, "team", trust(provider, of("StringLike", "a:emr-containers-sa-*-*-"+account+"-*")), []string{"warning FLK610", "every other role"}},
		"no subject":     {iam.IRSA, "search", trust(provider, anyone), []string{"warning FLK610", "every pod of the cluster"}},
		"no audience":    {iam.IRSA, "search", trust(provider, map[string]map[string]string{"StringEquals": {issuer + ":sub": "system:serviceaccount:b:flink"}}), []string{"info FLK610", "audience"}},
		"other provider": {iam.IRSA, "search", trust(provider+"C", of("StringEquals", "b:flink")), []string{"error FLK608", "OIDC provider " + issuer + "C"}},
		"other account": {
			iam.IRSA, "search", trust(strings.Replace(provider, account, other, 1), of("StringEquals", "b:flink")),
			[]string{"error FLK608", "of account " + other},
		},
		"other method": {iam.PodIdentity, "search", trust(provider, of("StringEquals", "b:flink")), []string{"error FLK608", "lets no pods in"}},
		"told":         {iam.IRSA, "", trust(provider, of("StringEquals", "c:flink")), []string{"taken as of role search", "warning FLK607"}},
		"not told":     {iam.IRSA, "", trust(provider, of("StringEquals", "c:x")), []string{"info FLK606"}},
		"nodes":        {iam.IRSA, "nodes", trust(provider, of("StringEquals", "c:x")), nil},
		"a role of another account": {
			iam.IRSA, "", `{"Role": {"RoleName": "search", "Arn": "arn:aws:iam::` + other + `:role/search"}}`, []string{"error FLK608", "in account " + other},
		},
		"pods":               {iam.PodIdentity, "search", pods(both, tags("b", "flink", "c")), nil},
		"pods, either":       {"", "search", pods(both, tags("b", "flink", "c")), nil},
		"pods, no tags":      {iam.PodIdentity, "search", pods(both, nil), []string{"info FLK610"}},
		"pods, no session":   {iam.PodIdentity, "search", pods(both[:1], tags("b", "flink", "c")), []string{"error FLK608", "needs sts:TagSession"}},
		"pods, another name": {iam.PodIdentity, "search", pods(both, tags("b", "default", "c")), []string{"error FLK607", "b/flink"}},
		"pods, other cluster": {
			iam.PodIdentity, "search", pods(both, tags("b", "flink", "d")), []string{"error FLK608", "asks for d, and pods of this cluster send c"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hold(t, judge(input(c.method), c.role, c.doc), c.want)
		})
	}
}

// hold compares findings with the parts that are wanted of them.
func hold(t *testing.T, got string, want []string) {
	t.Helper()
	if len(want) == 0 && got != "" {
		t.Errorf("want nothing:\n%s", got)
	}
	for _, part := range want {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in\n%s", part, got)
		}
	}
}

// TestOwnDocuments: what iam writes has no finding.
func TestOwnDocuments(t *testing.T) {
	t.Parallel()
	for _, method := range []iam.Method{iam.IRSA, iam.PodIdentity} {
		in := input(method)
		var sources []check.Source
		add := func(name string, d iam.Document) {
			data, err := d.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			sources = append(sources, check.Source{Name: name, Data: data})
		}
		for _, r := range in.Roles {
			add("aws/roles/"+r.Name+"/trust.json", r.Trust)
			for _, p := range r.Policies {
				add("aws/roles/"+r.Name+"/policies/"+p.Name+".json", p.Document)
			}
		}
		for _, f := range check.Judge(sources, in) {
			t.Errorf("%s: %s", method, f)
		}
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	allow := func(action, resource any) map[string]any {
		return map[string]any{"Effect": "Allow", "Action": action, "Resource": resource}
	}
	objects := []string{"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}
	list := allow("s3:ListBucket", "arn:aws:s3:::state")
	list["Condition"] = map[string]any{"StringLike": map[string]any{"s3:prefix": "b/*"}}
	state := allow(objects, "arn:aws:s3:::state/b/*")
	deny := map[string]any{"Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"}
	sometimes := map[string]any{
		"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": map[string]any{"Bool": map[string]string{"aws:SecureTransport": "false"}},
	}
	tagged := allow(objects, "arn:aws:s3:::state/*")
	tagged["Condition"] = map[string]any{"StringEquals": map[string]string{"s3:ExistingObjectTag/team": "b"}}
	elsewhere := allow("s3:ListBucket", "arn:aws:s3:::state")
	elsewhere["Condition"] = map[string]any{"StringLike": map[string]any{"s3:prefix": "a/*"}}
	for name, c := range map[string]struct {
		role string
		doc  string
		want []string
	}{
		"covered":          {"search", document(state, list), nil},
		"variables":        {"search", document(allow(objects, "arn:aws:s3:::state/${aws:PrincipalTag/team}/*"), list), nil},
		"under conditions": {"search", document(tagged, list), nil},
		"a deny that may":  {"search", document(state, list, sometimes), nil},
		"no delete":        {"search", document(allow(objects[:2], "arn:aws:s3:::state/b/*"), list), []string{"warning FLK611", "do not allow s3:AbortMultipartUpload, s3:DeleteObject,"}},
		"another prefix":   {"search", document(allow(objects, "arn:aws:s3:::state/c/*"), list), []string{"warning FLK611"}},
		"another list":     {"search", document(state, elsewhere), []string{"FLK611", "s3:ListBucket on arn:aws:s3:::state (prefix b/cp)"}},
		"denied":           {"search", document(state, list, deny), []string{"FLK611", "denies s3:DeleteObject"}},
		"all buckets":      {"search", document(allow(objects, "arn:aws:s3:::*"), list), []string{"FLK612", "it is on arn:aws:s3:::*"}},
		"whole bucket":     {"search", document(allow(objects, "arn:aws:s3:::state/*"), list), []string{"FLK612", "all of arn:aws:s3:::state/*", "what role team uses, arn:aws:s3:::state/a/cp/*"}},
		"another team":     {"search", document(state, list, allow(objects, "arn:aws:s3:::state/a/*")), []string{"FLK612", "what role team uses"}},
		"whole list":       {"search", document(state, allow("s3:ListBucket", "arn:aws:s3:::state")), []string{"FLK612", "lists all of arn:aws:s3:::state"}},
		"stars":            {"search", document(allow("s3:*", "arn:aws:s3:::state/b/*"), list), []string{"FLK612", "all actions s3:*"}},
		"all but": {
			"search", document(map[string]any{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}), []string{"FLK612", "every action but iam:*"},
		},
		"unknown role": {"", document(allow("*", "*")), []string{"info FLK606", "warning FLK612"}},
		"log groups":   {"team", document(allow("logs:*", "arn:aws:logs:us-west-2:"+account+":log-group:/b*")), []string{"logs:CreateLogStream, logs:PutLogEvents on arn:aws:logs:us-west-2:" + account + ":log-group:/a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hold(t, judge(input(iam.IRSA), c.role, c.doc), c.want)
		})
	}
}

// TestShapes reads what the AWS CLI and the API print.
func TestShapes(t *testing.T) {
	t.Parallel()
	doc := document(map[string]any{"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
	text, err := json.Marshal(url.PathEscape(doc))
	if err != nil {
		t.Fatal(err)
	}
	const attached = `{"PolicyName": "p", "PolicyArn": "arn:aws:iam::aws:policy/p"}`
	for name, c := range map[string]struct {
		doc  string
		want []string
	}{
		"get-role-policy":             {`{"RoleName": "search", "PolicyName": "p", "PolicyDocument": ` + doc + `}`, []string{"FLK612 PolicyDocument.Statement[0]", "role search"}},
		"encoded":                     {`{"RoleName": "search", "PolicyName": "p", "PolicyDocument": ` + string(text) + `}`, []string{"f.json:1:61: warning FLK612 PolicyDocument.Statement[0]"}},
		"get-policy-version":          {`{"PolicyVersion": {"VersionId": "v1", "Document": ` + doc + `}}`, []string{"which role", "FLK612 PolicyVersion.Document.Statement[0]"}},
		"unseen":                      {`{"RoleDetailList": [{"RoleName": "search", "AttachedManagedPolicies": [` + attached + `]}]}`, []string{"policies p of role search are not in the input", "role team is not among these"}},
		"no policies":                 {`{"RoleDetailList": [{"RoleName": "search"}]}`, []string{"FLK611 RoleDetailList[0]"}},
		"not ours":                    {`{"RoleDetailList": [{"RoleName": "x"}, {"RoleName": "search"}, {"RoleName": "team"}, {"RoleName": "op"}]}`, []string{"FLK611"}},
		"bucket policy":               {document(map[string]any{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}), []string{"info FLK606", "policy of a resource"}},
		"something else":              {`{"a": 1}`, []string{"f.json:1:1: error FLK605"}},
		"a list":                      {`[]`, []string{"error FLK605"}},
		"no JSON":                     {"{\n  \"a\": x}", []string{"f.json:2:8: error FLK605", "invalid character 'x'"}},
		"two values":                  {"{}\n{}", []string{"f.json:2:1: error FLK605: something follows"}},
		"empty":                       {"", []string{"error FLK605: no JSON: it ends too soon"}},
		"a document that is a number": {`{"RoleName": "search", "PolicyDocument": 7}`, []string{"error FLK605 PolicyDocument"}},
		"deep":                        {strings.Repeat("[", 5000), []string{"error FLK605"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hold(t, judge(input(iam.IRSA), "", c.doc), c.want)
		})
	}
}

// FuzzJudge: nothing in a file makes it fail, and every finding has a place.
func FuzzJudge(f *testing.F) {
	f.Add(document(map[string]any{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}))
	f.Add(`{"RoleDetailList": [{"RoleName": "search", "AssumeRolePolicyDocument": "%7B%22Statement%22:[null]%7D"}], "Policies": [1]}`)
	f.Add(`{"roles/search/trust.json": {"Statement": [{"Principal": {"Federated": [null, {}]}, "Condition": {"StringLike": {"a:sub": [[]]}}}]}}`)
	f.Fuzz(func(t *testing.T, doc string) {
		for _, role := range []string{"", "search"} {
			for _, finding := range check.Judge([]check.Source{{Name: "f.json", Role: role, Data: []byte(doc)}}, input(iam.IRSA)) {
				if finding.Pos.File != "f.json" || finding.Message == "" {
					t.Errorf("%+v", finding)
				}
			}
		}
	})
}
