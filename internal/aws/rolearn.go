package aws

import "strings"

// CheckRoleARN says what is wrong with the ARN of an IAM role, in a few words,
// or "". Source: IAM User Guide, "IAM identifiers" (the form, the characters of
// names and paths); STS, AssumeRole, RoleArn (20 to 2048 characters).
func CheckRoleARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	switch {
	case len(parts) != 6 || parts[0] != "arn":
		return "it has not the form arn:aws:iam::111122223333:role/NAME"
	case parts[1] != "aws" && !strings.HasPrefix(parts[1], "aws-"):
		return "its partition " + quoted(parts[1]) + " does not exist"
	case parts[2] != "iam":
		return "it is an ARN of service " + quoted(parts[2]) + ", not of iam"
	case parts[3] != "":
		return "IAM has no regions, and it names " + quoted(parts[3])
	case len(parts[4]) != 12 || strings.Trim(parts[4], "0123456789") != "":
		return "its account " + quoted(parts[4]) + " is not 12 digits"
	}
	name, ok := strings.CutPrefix(parts[5], "role/")
	if !ok {
		return "it is no role: " + quoted(parts[5]) + " does not start with role/"
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	if name == "" || len(name) > 64 || strings.Trim(name, roleNameCharacters) != "" {
		return "its role name " + quoted(name) + " is not 1 to 64 letters, digits and +=,.@_-"
	}
	return ""
}

const roleNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+=,.@_-"

func quoted(s string) string { return `"` + s + `"` }

// PartitionOf returns the partition in an ARN, or "".
func PartitionOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ""
	}
	return parts[1]
}

// ImageRegion returns the region of an image in a private ECR registry,
// 111122223333.dkr.ecr.REGION.amazonaws.com/…, or "" (Amazon ECR User Guide,
// "Amazon ECR private registries").
func ImageRegion(image string) string {
	host, _, _ := strings.Cut(image, "/")
	parts := strings.Split(host, ".")
	if len(parts) < 6 || parts[1] != "dkr" || parts[2] != "ecr" || parts[4] != "amazonaws" {
		return ""
	}
	return parts[3]
}
