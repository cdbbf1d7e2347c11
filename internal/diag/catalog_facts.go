package diag

// CodeInstanceTypes says that the file of --catalogue is no list of instance types.
const CodeInstanceTypes Code = "FLK070"

func factEntries() []Entry {
	return []Entry{{
		Code: CodeInstanceTypes, Title: "no list of instance types", Severity: Error,
		What: "The file of `--catalogue` is not what `aws ec2 describe-instance-types --output json` writes: no JSON, without types, " +
			"or a type lacks what node sizes are computed from.",
		Why: "Pods and node pools cannot be compared with instance types that cannot be read.",
		Bad: "{\"InstanceTypes\": []}\n",
		Good: "{\"InstanceTypes\": [{\"InstanceType\": \"m6g.large\", \"VCpuInfo\": {\"DefaultVCpus\": 2}, " +
			"\"MemoryInfo\": {\"SizeInMiB\": 8192}, \"…\": {}}]}\n",
		Source: "EC2 API 2016-11-15, DescribeInstanceTypes",
	}}
}
