package format

import (
	"fmt"
	"slices"

	"github.com/helm-flink/helm-flink/internal/iam"
)

// template collects the resources and outputs of a CloudFormation template.
// Source of all types and properties: the resource specification that cfn-lint
// 1.58 carries, which tests hold the templates against.
type template struct {
	plan      iam.Plan
	roles     namer
	policies  namer
	buckets   namer
	groups    namer
	accounts  namer
	resources object
	outputs   object
}

// cloudFormation writes the plan as a CloudFormation template.
func cloudFormation(p iam.Plan) ([]byte, error) {
	left := foreignComment(p)
	p = own(p)
	t := template{
		plan: p, roles: newNamer(camel, roleNames(p)), policies: newNamer(camel, policyNames(p)),
		buckets: newNamer(camel, bucketNames(p)), groups: newNamer(camel, groupNames(p)),
		accounts: newNamer(camel, accountNames(p)),
	}
	for _, r := range p.Roles {
		t.role(r)
	}
	for _, b := range p.Buckets {
		t.bucket(b)
	}
	for _, g := range p.LogGroups {
		t.logGroup(g)
	}
	if p.Queue != nil {
		t.queue()
	}
	doc := object{
		{"AWSTemplateFormatVersion", "2010-09-09"},
		{"Description", fmt.Sprintf("AWS objects of the Flink platform on the EKS cluster %s in %s", p.Cluster, p.Region)},
		{"Resources", t.resources},
	}
	doc = doc.with("Outputs", t.outputs)
	data, err := encodeYAML(cloudFormationComment(p, "")+left, doc)
	if err == nil && len(data) > bodyLimit {
		data, err = encodeYAML(cloudFormationComment(p, " --s3-bucket BUCKET-FOR-TEMPLATES")+left, doc)
	}
	return data, err
}

// bodyLimit is how many bytes a template may have that is not passed by way of a
// bucket. Source: CloudFormation user guide, "Understand CloudFormation quotas".
const bodyLimit = 51200

// cloudFormationComment says how the template is deployed, with more flags where
// it needs them.
func cloudFormationComment(p iam.Plan, flags string) string {
	return fmt.Sprintf(`Roles, policies, buckets and log groups of the Flink platform on the EKS cluster %[1]s.
Deploy it in account %[2]s after the cluster is there:

  aws cloudformation deploy --region %[3]s --stack-name %[1]s-flink --template-file cloudformation.yaml \
    --capabilities CAPABILITY_NAMED_IAM%[5]s

Deleting the stack keeps buckets and log groups. A bucket or log group that is there already has to be imported
into the stack (aws cloudformation create-change-set --change-set-type IMPORT), or taken out of this file.%[4]s
`, p.Cluster, p.AccountID, p.Region, otherPrerequisites(p)+prerequisite(p), flags)
}

// prerequisite says what the trust of the roles refers to and nothing here makes.
func prerequisite(p iam.Plan) string {
	if p.OIDCProvider == "" {
		return "\nThe cluster needs the add-on eks-pod-identity-agent."
	}
	return "\nThe trust policies name the cluster's OIDC provider, which has to be in IAM:\n  " +
		arn(p, "iam", "", p.AccountID, "oidc-provider/"+p.OIDCProvider)
}

// otherPrerequisites says what KMS keys of log groups need, without which the
// log groups are refused, and what access entries need. Sources: CloudWatch Logs
// user guide, "Encrypt log data in CloudWatch Logs using AWS Key Management
// Service"; Amazon EKS user guide, "Change authentication mode to use access entries".
func otherPrerequisites(p iam.Plan) string {
	out := ""
	if slices.ContainsFunc(p.LogGroups, func(g iam.LogGroup) bool { return g.KMSKeyARN != "" }) {
		out += "\nThe policy of the log groups' KMS key has to let CloudWatch Logs in " + p.Region + " use it."
	}
	if slices.ContainsFunc(p.Roles, func(r iam.Role) bool { return r.Purpose == iam.ForNodes }) {
		out += "\nThe access entry of the nodes' role needs a cluster with the authentication mode API or API_AND_CONFIG_MAP."
	}
	return out
}

// add adds a resource.
func (t *template) add(id, kind string, properties object) {
	t.resources = append(t.resources, field{id, object{{"Type", kind}, {"Properties", properties}}})
}

// keep adds a resource that stays when the stack goes or gives it up.
func (t *template) keep(id, kind string, properties object) {
	t.stateful(id, kind, "Retain", properties)
}

// stateful adds a resource that holds something, and says what becomes of it.
func (t *template) stateful(id, kind, policy string, properties object) {
	t.resources = append(t.resources, field{id, object{
		{"Type", kind}, {"DeletionPolicy", policy}, {"UpdateReplacePolicy", policy}, {"Properties", properties},
	}})
}

// tags are the plan's tags as CloudFormation's list.
func (t *template) tags() list {
	var out list
	for _, tag := range sortedTags(t.plan) {
		out = append(out, object{{"Key", tag.key}, {"Value", tag.value}})
	}
	return out
}

// ref and attribute are the functions that refer to a resource.
func ref(id string) object             { return object{{"Ref", id}} }
func attribute(id, name string) object { return object{{"Fn::GetAtt", list{id, name}}} }
func (t *template) output(id string, value any) {
	t.outputs = append(t.outputs, field{id, object{{"Value", value}}})
}

// role adds a role, its policies, its associations, and for nodes what lets them
// join the cluster.
func (t *template) role(r iam.Role) {
	id := "Role" + t.roles.name(r.Name)
	managed := strings2list(r.Managed)
	for _, policy := range r.Policies {
		managed = append(managed, ref("Policy"+t.policies.name(policy.Name)))
	}
	properties := object{{"RoleName", r.Name}, {"Path", r.Path}}.with("Description", r.Description)
	properties = append(properties, field{"AssumeRolePolicyDocument", document(r.Trust)})
	t.add(id, "AWS::IAM::Role", properties.with("ManagedPolicyArns", managed).with("Tags", t.tags()))
	for _, policy := range r.Policies {
		properties := object{{"ManagedPolicyName", policy.Name}, {"Path", r.Path}}.with("Description", policy.Description)
		properties = append(properties, field{"PolicyDocument", document(policy.Document)})
		t.add("Policy"+t.policies.name(policy.Name), "AWS::IAM::ManagedPolicy", properties)
	}
	for _, a := range r.Associations {
		t.add("PodIdentity"+t.accounts.name(a.Namespace+"/"+a.Name), "AWS::EKS::PodIdentityAssociation", object{
			{"ClusterName", t.plan.Cluster}, {"Namespace", a.Namespace}, {"ServiceAccount", a.Name},
			{"RoleArn", attribute(id, "Arn")},
		}.with("Tags", t.tags()))
	}
	if r.InstanceProfile {
		t.add("InstanceProfile"+t.roles.name(r.Name), "AWS::IAM::InstanceProfile", object{
			{"InstanceProfileName", r.Name}, {"Path", r.Path}, {"Roles", list{ref(id)}},
		})
	}
	if r.Purpose == iam.ForNodes {
		t.add("AccessEntry"+t.roles.name(r.Name), "AWS::EKS::AccessEntry", object{
			{"ClusterName", t.plan.Cluster}, {"PrincipalArn", attribute(id, "Arn")}, {"Type", nodeEntry},
		}.with("Tags", t.tags()))
	}
	t.output(id+"Arn", attribute(id, "Arn"))
}

// nodeEntry is the type of access entry that lets Linux nodes with a role join
// the cluster. Source: Amazon EKS user guide, "Create access entries".
const nodeEntry = "EC2_LINUX"

// bucket adds a bucket and its policy.
func (t *template) bucket(b iam.Bucket) {
	id := "Bucket" + t.buckets.name(b.Name)
	encryption := object{{"SSEAlgorithm", "AES256"}}
	rule := object{}
	if b.KMSKeyARN != "" {
		encryption = object{{"SSEAlgorithm", "aws:kms"}, {"KMSMasterKeyID", b.KMSKeyARN}}
		rule = append(rule, field{"BucketKeyEnabled", true})
	}
	rule = append(rule, field{"ServerSideEncryptionByDefault", encryption})
	t.keep(id, "AWS::S3::Bucket", object{
		{"BucketName", b.Name},
		{"BucketEncryption", object{{"ServerSideEncryptionConfiguration", list{rule}}}},
		{"OwnershipControls", object{{"Rules", list{object{{"ObjectOwnership", "BucketOwnerEnforced"}}}}}},
		{"PublicAccessBlockConfiguration", object{
			{"BlockPublicAcls", true}, {"BlockPublicPolicy", true}, {"IgnorePublicAcls", true}, {"RestrictPublicBuckets", true},
		}},
		{"LifecycleConfiguration", object{{"Rules", lifecycle(b)}}},
	}.with("Tags", t.tags()))
	t.keep("TLSOnly"+t.buckets.name(b.Name), "AWS::S3::BucketPolicy", object{
		{"Bucket", ref(id)}, {"PolicyDocument", document(bucketPolicy(t.plan, b))},
	})
}

// lifecycle are the lifecycle rules of a bucket. The bucket has no versions:
// Flink never overwrites a file of a checkpoint and deletes those that it no
// longer needs, so that versions would only keep, for money, what nothing reads.
func lifecycle(b iam.Bucket) list {
	rules := list{object{
		{"Id", abortRule}, {"Status", "Enabled"},
		{"AbortIncompleteMultipartUpload", object{{"DaysAfterInitiation", uploadDays}}},
	}}
	for _, e := range b.Expiring {
		rules = append(rules, object{
			{"Id", e.ID}, {"Status", "Enabled"}, {"Prefix", e.Prefix}, {"ExpirationInDays", e.Days},
		})
	}
	return rules
}

// abortRule names the rule that drops incomplete uploads.
const abortRule = "abort-incomplete-uploads"

// logGroup adds a log group.
func (t *template) logGroup(g iam.LogGroup) {
	properties := object{{"LogGroupName", g.Name}}.with("RetentionInDays", g.RetentionDays).with("KmsKeyId", g.KMSKeyARN)
	t.keep("LogGroup"+t.groups.name(g.Name), "AWS::Logs::LogGroup", properties.with("Tags", t.tags()))
}

// queue adds Karpenter's interruption queue, its policy and the rules that fill it.
func (t *template) queue() {
	const id = "InterruptionQueue"
	// Its messages are worth nothing after minutes, and Karpenter makes nothing of old ones.
	t.stateful(id, "AWS::SQS::Queue", "Delete", object{
		{"QueueName", t.plan.Queue.Name}, {"MessageRetentionPeriod", queueSeconds}, {"SqsManagedSseEnabled", true},
	}.with("Tags", t.tags()))
	t.add(id+"Policy", "AWS::SQS::QueuePolicy", object{
		{"Queues", list{ref(id)}}, {"PolicyDocument", document(queuePolicy(t.plan))},
	})
	for _, i := range interruptions() {
		t.add(i.id, "AWS::Events::Rule", object{
			{"EventPattern", i.pattern()},
			{"Targets", list{object{{"Id", "InterruptionQueue"}, {"Arn", attribute(id, "Arn")}}}},
		}.with("Tags", t.tags()))
	}
	t.output(id+"Name", attribute(id, "QueueName"))
}

// roleNames, policyNames, bucketNames, groupNames and accountNames are the names of the plan's
// objects.
func roleNames(p iam.Plan) []string {
	return namesOf(p.Roles, func(r iam.Role) string { return r.Name })
}

func policyNames(p iam.Plan) []string {
	var out []string
	for _, r := range p.Roles {
		out = append(out, namesOf(r.Policies, func(policy iam.Policy) string { return policy.Name })...)
	}
	return out
}

func bucketNames(p iam.Plan) []string {
	return namesOf(p.Buckets, func(b iam.Bucket) string { return b.Name })
}

func groupNames(p iam.Plan) []string {
	return namesOf(p.LogGroups, func(g iam.LogGroup) string { return g.Name })
}

func accountNames(p iam.Plan) []string {
	var out []string
	for _, r := range p.Roles {
		out = append(out, namesOf(r.Associations, func(a iam.Association) string { return a.Namespace + "/" + a.Name })...)
	}
	return out
}

// namesOf are the names of objects.
func namesOf[T any](all []T, name func(T) string) []string {
	var out []string
	for _, one := range all {
		out = append(out, name(one))
	}
	return out
}
