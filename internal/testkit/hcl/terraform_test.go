// Package hcl_test reads the Terraform modules that internal/iam/format writes with HashiCorp's own parser. go test does not
// see when they change, since they lie outside this Go module: run it with -count=1.
package hcl_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// modules are the golden Terraform modules.
func modules(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob("../../iam/format/testdata/*/helm-flink.tf")
	if err != nil || len(found) < 4 {
		t.Fatalf("modules %v: %v", found, err)
	}
	return found
}

// parse reads a module; any complaint of the parser fails the test.
func parse(t *testing.T, path string) *hclsyntax.Body {
	t.Helper()
	file, diags := hclparse.NewParser().ParseHCLFile(path)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return file.Body.(*hclsyntax.Body)
}

// evaluate gives the value of an attribute. References to other resources are what they are written as.
func evaluate(t *testing.T, attribute *hclsyntax.Attribute) cty.Value {
	t.Helper()
	known := map[string]map[string]map[string]cty.Value{}
	for _, traversal := range attribute.Expr.Variables() {
		kind, name, last := traversal.RootName(), traversal[1].(hcl.TraverseAttr).Name, traversal[2].(hcl.TraverseAttr).Name
		if known[kind] == nil {
			known[kind] = map[string]map[string]cty.Value{}
		}
		if known[kind][name] == nil {
			known[kind][name] = map[string]cty.Value{}
		}
		known[kind][name][last] = cty.StringVal(kind + "." + name + "." + last)
	}
	variables := map[string]cty.Value{}
	for kind, names := range known {
		objects := map[string]cty.Value{}
		for name, attributes := range names {
			objects[name] = cty.ObjectVal(attributes)
		}
		variables[kind] = cty.ObjectVal(objects)
	}
	value, diags := attribute.Expr.Value(&hcl.EvalContext{
		Variables: variables, Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc},
	})
	if diags.HasErrors() {
		t.Fatalf("%s: %v", attribute.Name, diags)
	}
	return value
}

// text is the value of a string attribute of a block, "" if it has none.
func text(t *testing.T, body *hclsyntax.Body, name string) string {
	t.Helper()
	attribute := body.Attributes[name]
	if attribute == nil {
		return ""
	}
	return evaluate(t, attribute).AsString()
}

// TestFormatted holds that fmt would change nothing.
func TestFormatted(t *testing.T) {
	t.Parallel()
	for _, path := range modules(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data = []byte(strings.ReplaceAll(string(data), "\r\n", "\n"))
		if got := string(hclwrite.Format(data)); got != string(data) {
			t.Errorf("%s: fmt makes\n%s", path, got)
		}
	}
}

// TestSameDocuments compares the policy documents of the modules with those of the JSON format beside them, and shows that
// every policy is attached to the role that has it there.
func TestSameDocuments(t *testing.T) {
	t.Parallel()
	for _, path := range modules(t) {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(path), "documents.json"))
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]any
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		got := documents(t, parse(t, path))
		if !slices.Equal(slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want))) {
			t.Errorf("%s: documents %v, want %v", path, slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
		}
		for name := range want {
			if !reflect.DeepEqual(got[name], want[name]) {
				t.Errorf("%s: %s:\n%v\nwant\n%v", path, name, got[name], want[name])
			}
		}
	}
}

// documents are the documents of a module by the paths that the JSON format gives them.
func documents(t *testing.T, body *hclsyntax.Body) map[string]any {
	t.Helper()
	names, owners := map[string]string{}, map[string]string{}
	for _, b := range body.Blocks {
		if b.Type != "resource" {
			continue
		}
		id := b.Labels[0] + "." + b.Labels[1]
		for _, attribute := range []string{"name", "bucket"} {
			if name := text(t, b.Body, attribute); name != "" && names[id] == "" {
				names[id] = name
			}
		}
		if b.Labels[0] == "aws_iam_role_policy_attachment" {
			owners[strings.TrimSuffix(text(t, b.Body, "policy_arn"), ".arn")] = strings.TrimSuffix(text(t, b.Body, "role"), ".name")
		}
	}
	out := map[string]any{}
	add := func(path, document string) {
		var value any
		if err := json.Unmarshal([]byte(document), &value); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out[path] = value
	}
	for _, b := range body.Blocks {
		if b.Type != "resource" {
			continue
		}
		id := b.Labels[0] + "." + b.Labels[1]
		switch b.Labels[0] {
		case "aws_iam_role":
			add("roles/"+names[id]+"/trust.json", text(t, b.Body, "assume_role_policy"))
		case "aws_iam_policy":
			add("roles/"+names[owners[id]]+"/policies/"+names[id]+".json", text(t, b.Body, "policy"))
		case "aws_s3_bucket_policy":
			add("buckets/"+names[strings.TrimSuffix(text(t, b.Body, "bucket"), ".id")]+"/policy.json", text(t, b.Body, "policy"))
		case "aws_sqs_queue_policy":
			add("queues/"+names[strings.TrimSuffix(text(t, b.Body, "queue_url"), ".url")]+"/policy.json", text(t, b.Body, "policy"))
		}
	}
	return out
}

// known are the arguments and blocks of each resource type that may be used, as the schema of the AWS provider 6 has them
// (npm @cdktf/provider-aws 21.22.1, lib/*/index.d.ts), and lifecycle, which is Terraform's own.
func known() map[string]string {
	return map[string]string{
		"aws_iam_role":                                       "name path description assume_role_policy tags",
		"aws_iam_policy":                                     "name path description policy tags",
		"aws_iam_role_policy_attachment":                     "role policy_arn",
		"aws_iam_instance_profile":                           "name path role tags",
		"aws_eks_pod_identity_association":                   "cluster_name namespace service_account role_arn tags",
		"aws_eks_access_entry":                               "cluster_name principal_arn type tags",
		"aws_s3_bucket":                                      "bucket tags lifecycle prevent_destroy",
		"aws_s3_bucket_ownership_controls":                   "bucket rule object_ownership",
		"aws_s3_bucket_public_access_block":                  "bucket block_public_acls block_public_policy ignore_public_acls restrict_public_buckets",
		"aws_s3_bucket_policy":                               "bucket policy",
		"aws_cloudwatch_log_group":                           "name retention_in_days kms_key_id tags lifecycle prevent_destroy",
		"aws_sqs_queue":                                      "name message_retention_seconds sqs_managed_sse_enabled tags",
		"aws_sqs_queue_policy":                               "queue_url policy",
		"aws_cloudwatch_event_rule":                          "name event_pattern tags",
		"aws_cloudwatch_event_target":                        "rule target_id arn",
		"aws_s3_bucket_lifecycle_configuration":              "bucket rule id status filter prefix expiration days abort_incomplete_multipart_upload days_after_initiation",
		"aws_s3_bucket_server_side_encryption_configuration": "bucket rule bucket_key_enabled apply_server_side_encryption_by_default sse_algorithm kms_master_key_id",
	}
}

// TestArguments holds that the modules use known resource types and arguments only, that no resource is there twice, and
// that each reference is to a resource of the module.
func TestArguments(t *testing.T) {
	t.Parallel()
	for _, path := range modules(t) {
		seen := map[string]bool{}
		var references []string
		for _, b := range parse(t, path).Blocks {
			if b.Type == "terraform" {
				continue
			}
			if id := b.Labels[0] + "." + b.Labels[1]; seen[id] {
				t.Errorf("%s: %s twice", path, id)
			} else {
				seen[id] = true
			}
			allowed, ok := known()[b.Labels[0]]
			if !ok {
				t.Errorf("%s: unknown resource type %s", path, b.Labels[0])
			}
			walk(b.Body, func(name string, attribute *hclsyntax.Attribute) {
				if !slices.Contains(strings.Fields(allowed), name) {
					t.Errorf("%s: %s has no %s", path, b.Labels[0], name)
				}
				if attribute == nil {
					return
				}
				for _, traversal := range attribute.Expr.Variables() {
					references = append(references, traversal.RootName()+"."+traversal[1].(hcl.TraverseAttr).Name)
				}
			})
		}
		for _, reference := range references {
			if !seen[reference] {
				t.Errorf("%s: a reference to %s, which is not there", path, reference)
			}
		}
	}
}

// walk visits the attributes and, with nil, the blocks of a body at all depths.
func walk(body *hclsyntax.Body, visit func(string, *hclsyntax.Attribute)) {
	for name, attribute := range body.Attributes {
		visit(name, attribute)
	}
	for _, b := range body.Blocks {
		visit(b.Type, nil)
		walk(b.Body, visit)
	}
}
