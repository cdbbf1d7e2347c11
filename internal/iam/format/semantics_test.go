package format_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/iam"
	"github.com/helm-flink/helm-flink/internal/iam/format"
)

// node is a mapping as it is read back.
type node = map[string]any

// canonical is a policy document with a list wherever one value or many may stand, so that documents that say the same
// are equal.
func canonical(t *testing.T, document any) node {
	t.Helper()
	var statements []any
	for _, statement := range document.(node)["Statement"].([]any) {
		out := node{}
		for key, value := range statement.(node) {
			switch key {
			case "Action", "Resource":
				out[key] = many(value)
			case "Principal":
				out[key] = manyByKey(value)
			case "Condition":
				operators := node{}
				for operator, values := range value.(node) {
					operators[operator] = manyByKey(values)
				}
				out[key] = operators
			case "Sid", "Effect":
				out[key] = value
			default:
				t.Errorf("unknown element %s of a statement", key)
			}
		}
		statements = append(statements, out)
	}
	if version := document.(node)["Version"]; version != "2012-10-17" {
		t.Errorf("version %v", version)
	}
	return node{"Statement": statements}
}

func many(value any) []any {
	if all, ok := value.([]any); ok {
		return all
	}
	return []any{value}
}

func manyByKey(values any) node {
	out := node{}
	for key, value := range values.(node) {
		out[key] = many(value)
	}
	return out
}

// planned is a plan's document as canonical returns it, made from the model alone.
func planned(d iam.Document) node {
	anys := func(values []string) (out []any) {
		for _, value := range values {
			out = append(out, value)
		}
		return out
	}
	byKey := func(values map[string][]string) node {
		out := node{}
		for key := range values {
			out[key] = anys(values[key])
		}
		return out
	}
	var statements []any
	for _, s := range d.Statements {
		out := node{"Effect": "Allow"}
		if s.Deny {
			out["Effect"] = "Deny"
		}
		if s.Sid != "" {
			out["Sid"] = s.Sid
		}
		if s.Principals != nil {
			out["Principal"] = byKey(s.Principals)
		}
		out["Action"] = anys(s.Actions)
		if s.Resources != nil {
			out["Resource"] = anys(s.Resources)
		}
		if s.Conditions != nil {
			conditions := node{}
			for operator, keys := range s.Conditions {
				conditions[operator] = byKey(keys)
			}
			out["Condition"] = conditions
		}
		statements = append(statements, out)
	}
	return node{"Statement": statements}
}

// wanted are the documents of a plan by the paths of the JSON format; those of buckets and queues as they were read.
func wanted(t *testing.T, plan string) map[string]node {
	t.Helper()
	out := map[string]node{}
	for _, r := range plans()[plan].Roles {
		out["roles/"+r.Name+"/trust.json"] = planned(r.Trust)
		for _, policy := range r.Policies {
			out["roles/"+r.Name+"/policies/"+policy.Name+".json"] = planned(policy.Document)
		}
	}
	for path, document := range readJSON(t, plan) {
		if !strings.HasPrefix(path, "roles/") {
			out[path] = document
		}
	}
	return out
}

// readJSON reads the JSON format back.
func readJSON(t *testing.T, plan string) map[string]node {
	t.Helper()
	var documents map[string]any
	if err := json.Unmarshal(write(t, plan, format.JSON, format.Options{}), &documents); err != nil {
		t.Fatal(err)
	}
	out := map[string]node{}
	for path, document := range documents {
		out[path] = canonical(t, document)
	}
	return out
}

// readCloudFormation reads the documents of a template back.
func readCloudFormation(t *testing.T, plan string) map[string]node {
	t.Helper()
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties node
		}
	}
	if err := yaml.Unmarshal(write(t, plan, format.CloudFormation, format.Options{}), &template); err != nil {
		t.Fatal(err)
	}
	owner := map[string]string{} // of a managed policy
	for _, r := range template.Resources {
		if r.Type != "AWS::IAM::Role" {
			continue
		}
		attached, _ := r.Properties["ManagedPolicyArns"].([]any)
		for _, policy := range attached {
			if ref, ok := policy.(node); ok {
				owner[ref["Ref"].(string)] = r.Properties["RoleName"].(string)
			}
		}
	}
	out := map[string]node{}
	for id, r := range template.Resources {
		switch r.Type {
		case "AWS::IAM::Role":
			out["roles/"+r.Properties["RoleName"].(string)+"/trust.json"] = canonical(t, r.Properties["AssumeRolePolicyDocument"])
		case "AWS::IAM::ManagedPolicy":
			out["roles/"+owner[id]+"/policies/"+r.Properties["ManagedPolicyName"].(string)+".json"] = canonical(t, r.Properties["PolicyDocument"])
		case "AWS::S3::BucketPolicy":
			bucket := template.Resources[r.Properties["Bucket"].(node)["Ref"].(string)].Properties["BucketName"].(string)
			out["buckets/"+bucket+"/policy.json"] = canonical(t, r.Properties["PolicyDocument"])
		case "AWS::SQS::QueuePolicy":
			queue := template.Resources[r.Properties["Queues"].([]any)[0].(node)["Ref"].(string)].Properties["QueueName"].(string)
			out["queues/"+queue+"/policy.json"] = canonical(t, r.Properties["PolicyDocument"])
		}
	}
	return out
}

// TestSameDocuments reads the documents of JSON and CloudFormation back and compares them with the model's. Terraform's are
// compared in internal/testkit/hcl.
func TestSameDocuments(t *testing.T) {
	t.Parallel()
	for plan := range plans() {
		want := wanted(t, plan)
		for name, got := range map[string]map[string]node{"json": readJSON(t, plan), "cloudformation": readCloudFormation(t, plan)} {
			if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
				t.Errorf("%s of %s: documents %v, want %v", name, plan, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
			}
			for path := range want {
				if !reflect.DeepEqual(got[path], want[path]) {
					t.Errorf("%s of %s: %s:\n%v\nwant\n%v", name, plan, path, got[path], want[path])
				}
			}
		}
	}
}

// TestSameDocumentsEksctl compares the one document that eksctl has for a role with all of the role's, without Sids.
func TestSameDocumentsEksctl(t *testing.T) {
	t.Parallel()
	seen := 0
	for plan, p := range plans() {
		var config struct {
			IAM struct {
				ServiceAccounts []struct {
					RoleName     string
					AttachPolicy node
				}
				PodIdentityAssociations []struct {
					RoleName, RoleARN string
					PermissionPolicy  node
				}
			}
		}
		if err := yaml.Unmarshal(write(t, plan, format.Eksctl, format.Options{}), &config); err != nil {
			t.Fatal(err)
		}
		got := map[string]node{}
		for _, a := range config.IAM.ServiceAccounts {
			got[a.RoleName] = a.AttachPolicy
		}
		for _, a := range config.IAM.PodIdentityAssociations {
			if a.RoleARN == "" {
				got[a.RoleName] = a.PermissionPolicy
			}
		}
		for _, r := range p.Roles {
			document, made := got[r.Name]
			if wants := len(r.Accounts) == 1 && r.Path == "/"; made != wants {
				t.Errorf("%s: %s is made by eksctl: %v, want %v", plan, r.Name, made, wants)
			}
			if !made {
				continue
			}
			seen++
			var want []any
			for _, policy := range r.Policies {
				want = append(want, planned(policy.Document)["Statement"].([]any)...)
			}
			statements := canonical(t, document)["Statement"].([]any)
			sids := map[any]bool{}
			for _, statement := range statements {
				if sid := statement.(node)["Sid"]; sids[sid] {
					t.Errorf("%s: %s: Sid %v twice", plan, r.Name, sid)
				} else {
					sids[sid] = true
				}
			}
			if !reflect.DeepEqual(withoutSids(statements), withoutSids(want)) {
				t.Errorf("%s: %s:\n%v\nwant\n%v", plan, r.Name, statements, want)
			}
		}
	}
	if seen != 4 {
		t.Errorf("%d roles compared", seen)
	}
}

func withoutSids(statements []any) []any {
	var out []any
	for _, statement := range statements {
		copied := maps.Clone(statement.(node))
		delete(copied, "Sid")
		out = append(out, copied)
	}
	return out
}
