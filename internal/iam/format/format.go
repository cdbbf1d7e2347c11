// Package format writes the AWS objects of a plan in the languages that people
// keep their AWS accounts in: plain IAM documents, a CloudFormation template, a
// Terraform module, and eksctl's ClusterConfig. All of them say the same; what a
// language cannot say is named in the comment at its head. The same plan gives
// the same bytes.
package format

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/iam"
)

// Format is a language for AWS objects.
type Format string

// The formats.
const (
	// JSON is one IAM document a file: trust, permissions, and the policies of
	// buckets and of the queue. It has no objects but documents.
	JSON           Format = "json"
	CloudFormation Format = "cloudformation"
	Terraform      Format = "terraform"
	// Eksctl is the part of a ClusterConfig that gives service accounts their
	// roles, or with Options.Cluster one that makes the cluster.
	Eksctl Format = "eksctl"
)

// Formats lists all formats, for help and checks.
func Formats() []Format { return []Format{JSON, CloudFormation, Terraform, Eksctl} }

// Options say more than the plan does. The zero value is good.
type Options struct {
	// Cluster makes eksctl's file a complete one that creates the cluster; it is
	// for no other format.
	Cluster bool
	// Zones are the availability zones of that cluster; by default the region's
	// a and b. eksctl wants two or more.
	Zones []string
}

// File is one file of a format.
type File struct {
	// Path is relative and has slashes.
	Path string
	Data []byte
}

// Files returns the files of a plan in a format, sorted by path. All formats but
// JSON have one. The error names an unknown format or an option that does not go
// with it, or says why eksctl can make none of the plan's roles.
func Files(p iam.Plan, f Format, o Options) ([]File, error) {
	if o.Cluster && f != Eksctl {
		return nil, fmt.Errorf("a cluster can be made with %s only, not with %s", Eksctl, f)
	}
	if !o.Cluster && len(o.Zones) > 0 {
		return nil, fmt.Errorf("zones are for making a cluster with %s", Eksctl)
	}
	switch f {
	case JSON:
		return jsonFiles(p), nil
	case CloudFormation:
		data, err := cloudFormation(p)
		return []File{{"cloudformation.yaml", data}}, err
	case Terraform:
		return []File{{"helm-flink.tf", terraform(p)}}, nil
	case Eksctl:
		data, err := eksctl(p, o)
		return []File{{"cluster-config.yaml", data}}, err
	default:
		return nil, fmt.Errorf("unknown format %q: one of %s", f, join(Formats()))
	}
}

// Write writes a plan in a format as one stream: the only file as it is, and the
// documents of JSON as one object by the paths that Files gives them.
func Write(w io.Writer, p iam.Plan, f Format, o Options) error {
	files, err := Files(p, f, o)
	if err != nil {
		return err
	}
	data := files[0].Data
	if f == JSON {
		data = encodeJSON(documents(p))
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("write %s: %w", f, err)
	}
	return nil
}

// join lists formats with commas.
func join(formats []Format) string {
	var words []string
	for _, f := range formats {
		words = append(words, string(f))
	}
	return strings.Join(words, ", ")
}

// sortedTags are the plan's tags as fields, sorted by key.
func sortedTags(p iam.Plan) object {
	var tags object
	for key, value := range p.Tags {
		tags = append(tags, field{key, value})
	}
	slices.SortFunc(tags, func(a, b field) int { return strings.Compare(a.key, b.key) })
	return tags
}

// arn builds an ARN of the plan's partition. S3's and IAM's have no region, S3's
// no account either.
func arn(p iam.Plan, service, region, account, resource string) string {
	return strings.Join([]string{"arn", p.Partition, service, region, account, resource}, ":")
}

// roleARN is the ARN of a role of the plan.
func roleARN(p iam.Plan, r iam.Role) string {
	return arn(p, "iam", "", p.AccountID, "role"+r.Path+r.Name)
}
