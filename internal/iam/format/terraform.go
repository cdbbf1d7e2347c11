package format

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/helm-flink/helm-flink/internal/iam"
)

// module collects the blocks of a Terraform module. Source of all resource types
// and arguments: the provider's own schema as @cdktf/provider-aws 21.22.1 (npm)
// carries it, which is the provider's version 6; a test keeps the list.
type module struct {
	plan                             iam.Plan
	roles, policies, buckets, groups namer
	accounts, attachments            namer
	blocks                           []block
}

// terraform writes the plan as one file of a Terraform module in HCL. It
// configures no provider: the module's own provider says account and region.
func terraform(p iam.Plan) []byte {
	left := foreignComment(p)
	p = own(p)
	m := module{
		plan: p, roles: newNamer(snake, roleNames(p)), policies: newNamer(snake, policyNames(p)),
		buckets: newNamer(snake, bucketNames(p)), groups: newNamer(snake, groupNames(p)),
		accounts: newNamer(snake, accountNames(p)), attachments: newNamer(snake, attachmentNames(p)),
	}
	m.blocks = append(m.blocks, requirements())
	for _, r := range p.Roles {
		m.role(r)
	}
	for _, b := range p.Buckets {
		m.bucket(b)
	}
	for _, g := range p.LogGroups {
		m.logGroup(g)
	}
	if p.Queue != nil {
		m.queue()
	}
	w := &hclWriter{}
	for line := range strings.Lines(terraformComment(p) + left) {
		w.out.WriteString(strings.TrimRight("# "+line, " \n") + "\n")
	}
	for _, b := range m.blocks {
		w.block(b, "", false)
	}
	return w.out.Bytes()
}

// terraformComment says what the file is and what it needs.
func terraformComment(p iam.Plan) string {
	return fmt.Sprintf(`Roles, policies, buckets and log groups of the Flink platform on the EKS cluster %[1]s.
The aws provider has to be that of account %[2]s and region %[3]s, and the cluster has to be there.

Buckets and log groups are not destroyed with the rest: terraform destroy refuses while they are in its state
(terraform state rm gives them up). What is there already is taken in with terraform import.%[4]s
`, p.Cluster, p.AccountID, p.Region, otherPrerequisites(p)+prerequisite(p))
}

// requirements names the provider. 5.33 brought aws_eks_access_entry, the newest
// of the resource types here (terraform-provider-aws, CHANGELOG).
func requirements() block {
	return block{"terraform", nil, []any{
		field{"required_version", ">= 1.3"},
		block{"required_providers", nil, []any{
			field{"aws", object{{"source", "hashicorp/aws"}, {"version", ">= 5.33"}}},
		}},
	}}
}

// add adds a resource. Tags go last, and only on what takes them.
func (m *module) add(kind, name string, body ...any) {
	m.blocks = append(m.blocks, block{"resource", []string{kind, name}, body})
}

// tags are the plan's tags as a field, none without tags.
func (m *module) tags() []any {
	if tags := sortedTags(m.plan); len(tags) > 0 {
		return []any{field{"tags", tags}}
	}
	return nil
}

// keep is the block that makes Terraform refuse to destroy a resource.
func keep() block {
	return block{"lifecycle", nil, []any{field{"prevent_destroy", true}}}
}

// fields are an object's fields as a body.
func fields(o object) []any {
	var out []any
	for _, f := range o {
		out = append(out, f)
	}
	return out
}

// role adds a role, its policies, its associations, and for nodes what lets them
// join the cluster.
func (m *module) role(r iam.Role) {
	name := m.roles.name(r.Name)
	body := object{{"name", r.Name}, {"path", r.Path}}.with("description", r.Description)
	body = append(body, field{"assume_role_policy", encoded{document(r.Trust)}})
	m.add("aws_iam_role", name, append(fields(body), m.tags()...)...)
	for _, policy := range r.Policies {
		id := m.policies.name(policy.Name)
		body := object{{"name", policy.Name}, {"path", r.Path}}.with("description", policy.Description)
		body = append(body, field{"policy", encoded{document(policy.Document)}})
		m.add("aws_iam_policy", id, append(fields(body), m.tags()...)...)
		m.attach(name, policy.Name, expression("aws_iam_policy."+id+".arn"))
	}
	for _, managed := range r.Managed {
		m.attach(name, attachmentName(r, managed), managed)
	}
	for _, a := range r.Associations {
		m.add("aws_eks_pod_identity_association", m.accounts.name(a.Namespace+"/"+a.Name), append([]any{
			field{"cluster_name", m.plan.Cluster}, field{"namespace", a.Namespace}, field{"service_account", a.Name},
			field{"role_arn", expression("aws_iam_role." + name + ".arn")},
		}, m.tags()...)...)
	}
	if r.InstanceProfile {
		m.add("aws_iam_instance_profile", name, append([]any{
			field{"name", r.Name}, field{"path", r.Path}, field{"role", expression("aws_iam_role." + name + ".name")},
		}, m.tags()...)...)
	}
	if r.Purpose == iam.ForNodes {
		m.add("aws_eks_access_entry", name, append([]any{
			field{"cluster_name", m.plan.Cluster}, field{"principal_arn", expression("aws_iam_role." + name + ".arn")},
			field{"type", nodeEntry},
		}, m.tags()...)...)
	}
}

// attachmentName names the attachment of one of AWS' policies to a role.
func attachmentName(r iam.Role, managed string) string {
	return r.Name + "/" + managed[strings.LastIndex(managed, "/")+1:]
}

// attachmentNames are the names of all attachments. A policy of our own has its
// own name, for it is attached once.
func attachmentNames(p iam.Plan) []string {
	out := policyNames(p)
	for _, r := range p.Roles {
		out = append(out, namesOf(r.Managed, func(managed string) string { return attachmentName(r, managed) })...)
	}
	return out
}

// attach attaches a policy to a role.
func (m *module) attach(role, name string, arn any) {
	m.add("aws_iam_role_policy_attachment", m.attachments.name(name),
		field{"role", expression("aws_iam_role." + role + ".name")}, field{"policy_arn", arn})
}

// bucket adds a bucket and what S3 has beside it.
func (m *module) bucket(b iam.Bucket) {
	name := m.buckets.name(b.Name)
	id := field{"bucket", expression("aws_s3_bucket." + name + ".id")}
	m.add("aws_s3_bucket", name, append(append([]any{field{"bucket", b.Name}}, m.tags()...), keep())...)
	encryption, rule := object{{"sse_algorithm", "AES256"}}, []any{}
	if b.KMSKeyARN != "" {
		encryption = object{{"sse_algorithm", "aws:kms"}, {"kms_master_key_id", b.KMSKeyARN}}
		rule = append(rule, field{"bucket_key_enabled", true})
	}
	rule = append(rule, block{"apply_server_side_encryption_by_default", nil, fields(encryption)})
	m.add("aws_s3_bucket_server_side_encryption_configuration", name, id, block{"rule", nil, rule})
	m.add("aws_s3_bucket_ownership_controls", name, id,
		block{"rule", nil, []any{field{"object_ownership", "BucketOwnerEnforced"}}})
	m.add("aws_s3_bucket_public_access_block", name, id, field{"block_public_acls", true}, field{"block_public_policy", true},
		field{"ignore_public_acls", true}, field{"restrict_public_buckets", true})
	m.add("aws_s3_bucket_policy", name, id, field{"policy", encoded{document(bucketPolicy(m.plan, b))}})
	rules := []any{id, block{"rule", nil, []any{
		field{"id", abortRule}, field{"status", "Enabled"}, block{"filter", nil, nil},
		block{"abort_incomplete_multipart_upload", nil, []any{field{"days_after_initiation", uploadDays}}},
	}}}
	for _, e := range b.Expiring {
		rules = append(rules, block{"rule", nil, []any{
			field{"id", e.ID}, field{"status", "Enabled"}, block{"filter", nil, []any{field{"prefix", e.Prefix}}},
			block{"expiration", nil, []any{field{"days", e.Days}}},
		}})
	}
	m.add("aws_s3_bucket_lifecycle_configuration", name, rules...)
}

// logGroup adds a log group.
func (m *module) logGroup(g iam.LogGroup) {
	body := object{{"name", g.Name}}.with("retention_in_days", g.RetentionDays).with("kms_key_id", g.KMSKeyARN)
	m.add("aws_cloudwatch_log_group", m.groups.name(g.Name),
		append(append(fields(body), m.tags()...), keep())...)
}

// queue adds Karpenter's interruption queue, its policy and the rules that fill it.
func (m *module) queue() {
	const name = "interruption"
	q := m.plan.Queue.Name
	m.add("aws_sqs_queue", name, append([]any{
		field{"name", q}, field{"message_retention_seconds", queueSeconds}, field{"sqs_managed_sse_enabled", true},
	}, m.tags()...)...)
	m.add("aws_sqs_queue_policy", name, field{"queue_url", expression("aws_sqs_queue." + name + ".url")},
		field{"policy", encoded{document(queuePolicy(m.plan))}})
	for _, i := range interruptions() {
		id := snake(i.slug)
		var body object
		// A rule's name has at most 64 characters; without one the provider makes one.
		if rule := q + "-" + i.slug; utf8.RuneCountInString(rule) <= 64 {
			body = object{{"name", rule}}
		}
		body = append(body, field{"event_pattern", encoded{i.pattern()}})
		m.add("aws_cloudwatch_event_rule", id, append(fields(body), m.tags()...)...)
		m.add("aws_cloudwatch_event_target", id, field{"rule", expression("aws_cloudwatch_event_rule." + id + ".name")},
			field{"target_id", "InterruptionQueue"}, field{"arn", expression("aws_sqs_queue." + name + ".arn")})
	}
}
