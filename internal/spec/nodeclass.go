package spec

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
)

// nodeClass checks one node class.
func (c *checker) nodeClass(key string) {
	class, path := c.platform.NodeClasses[key], []string{"nodeClasses", key}
	if class.Role == "" && c.platform.Cluster.NodeRole == "" && class.Spec["role"] == nil && class.Spec["instanceProfile"] == nil {
		c.fail(diag.CodeCannotDerive, path,
			"the nodes have no IAM role", "set cluster.nodeRole, or role here, to the name of the role of Karpenter's nodes")
	}
	switch alias, terms := class.AMIAlias != "", len(class.AMISelectorTerms) > 0; {
	case alias && terms:
		c.fail(diag.CodeDisagreement, sub(path, "amiSelectorTerms"),
			"amiAlias and amiSelectorTerms both say which AMI; Karpenter takes an alias alone", "remove one of them")
	case !alias && !terms && class.Spec["amiSelectorTerms"] == nil:
		c.fail(diag.CodeCannotDerive, path, "nothing says which AMI the nodes have", "set amiAlias, for example al2023@v20260101")
	case terms && class.AMIFamily == "" && class.Spec["amiFamily"] == nil:
		c.fail(diag.CodeCannotDerive, sub(path, "amiSelectorTerms"), "without an alias Karpenter does not know the AMI's family",
			"set amiFamily, for example AL2023")
	}
	c.sysctls(class, sub(path, "sysctls"))
}

// sysctls checks that user data can be made of the kernel settings.
func (c *checker) sysctls(class *NodeClass, path []string) {
	switch {
	case len(class.Sysctls) == 0:
	case class.UserData != "":
		c.fail(diag.CodeDisagreement, path, "sysctls and userData both make the user data of the nodes",
			"write the kernel settings into userData, or leave that out")
	case class.sysctlData() == "":
		c.fail(diag.CodeCannotDerive, path, "for AMIs of this family no user data with kernel settings can be made",
			"use al2023, al2 or bottlerocket, or write userData")
	}
}

func (p *Platform) nodeClassSpec(c *NodeClass) object {
	out := object{
		"subnetSelectorTerms":        p.selectorTerms(c.SubnetSelector, p.Cluster.SubnetSelector),
		"securityGroupSelectorTerms": p.selectorTerms(c.SecurityGroupSelector, p.Cluster.SecurityGroupSelector),
		// IMDSv2, one hop: pods cannot reach the node's role. These are Karpenter's
		// defaults, written down so that they are seen.
		"metadataOptions": object{
			"httpEndpoint": c.MetadataOptions.HTTPEndpoint, "httpProtocolIPv6": c.MetadataOptions.HTTPProtocolIPv6,
			"httpPutResponseHopLimit": c.MetadataOptions.HopLimit, "httpTokens": c.MetadataOptions.HTTPTokens,
		},
	}
	if c.AMIAlias != "" {
		out["amiSelectorTerms"] = []any{object{"alias": c.AMIAlias}}
	} else {
		put(out, "amiSelectorTerms", anyList(c.AMISelectorTerms))
	}
	put(out, "amiFamily", c.AMIFamily)
	put(out, "role", or(c.Role, p.Cluster.NodeRole))
	put(out, "instanceStorePolicy", c.InstanceStorePolicy)
	put(out, "userData", or(c.UserData, c.sysctlData()))
	put(out, "tags", anyMap(override(p.Cluster.Tags, c.Tags)))
	put(out, "kubelet", c.Kubelet.fields())
	put(out, "blockDeviceMappings", c.blockDevices())
	if out["role"] != nil && c.Spec["instanceProfile"] != nil && c.Spec["role"] == nil {
		delete(out, "role") // Karpenter takes one of the two
	}
	return mergeSpec(out, c.Spec)
}

// blockDevices are the EBS volumes, in the order of their devices.
func (c *NodeClass) blockDevices() []any {
	all := map[string]*BlockDevice{}
	if c.RootVolume != nil {
		all[c.rootDevice()] = &BlockDevice{RootVolume: *c.RootVolume, DeleteOnTermination: true}
	}
	all = override(all, c.BlockDevices)
	var out []any
	for _, device := range sortedKeys(all) {
		v := all[device]
		ebs := object{"volumeType": v.Type, "encrypted": v.Encrypted, "deleteOnTermination": v.DeleteOnTermination}
		put(ebs, "volumeSize", v.Size)
		put(ebs, "snapshotID", v.SnapshotID)
		put(ebs, "iops", v.IOPS)
		put(ebs, "throughput", v.Throughput)
		put(ebs, "kmsKeyID", v.KMSKeyID)
		out = append(out, object{"deviceName": device, "ebs": ebs})
	}
	return out
}

// rootDevice is the device that holds the pods' volumes: on Bottlerocket that
// is the data volume, its root holds the system alone (Karpenter 1.14,
// bottlerocket.go, EphemeralBlockDevice).
func (c *NodeClass) rootDevice() string {
	if c.family() == "bottlerocket" {
		return "/dev/xvdb"
	}
	return "/dev/xvda"
}

// family is the AMI family in lower case; "" if nothing says it.
func (c *NodeClass) family() string {
	family, _, _ := strings.Cut(c.AMIAlias, "@")
	return strings.ToLower(or(family, c.AMIFamily))
}

func (p *Platform) selectorTerms(own, cluster Selector) []any {
	for _, s := range []Selector{own, cluster} {
		if len(s.Terms) > 0 {
			return s.Terms
		}
	}
	return []any{object{"tags": object{discoveryTag: p.Cluster.Name}}}
}

// fields are those of EC2NodeClass.spec.kubelet; none without settings.
func (k *Kubelet) fields() object {
	out := object{}
	if k == nil {
		return out
	}
	put(out, "maxPods", k.MaxPods)
	put(out, "podsPerCore", k.PodsPerCore)
	put(out, "clusterDNS", anyList(k.ClusterDNS))
	if k.CPUCFSQuota != nil {
		out["cpuCFSQuota"] = *k.CPUCFSQuota
	}
	put(out, "kubeReserved", anyMap(k.KubeReserved))
	put(out, "systemReserved", anyMap(k.SystemReserved))
	put(out, "evictionHard", anyMap(k.EvictionHard))
	put(out, "evictionSoft", anyMap(k.EvictionSoft))
	put(out, "evictionSoftGracePeriod", anyMap(k.EvictionSoftGracePeriod))
	put(out, "evictionMaxPodGracePeriod", k.EvictionMaxPodGracePeriod)
	put(out, "imageGCHighThresholdPercent", k.ImageGCHighThresholdPercent)
	put(out, "imageGCLowThresholdPercent", k.ImageGCLowThresholdPercent)
	return out
}

// sysctlData is user data that sets the kernel settings; "" where there are none
// or the AMI's family takes none. Amazon Linux gets a MIME archive with a shell
// script, which Karpenter puts before its own part (karpenter-provider-aws
// v1.14.1, bootstrap/nodeadm.go and eksbootstrap.go); the script has no `set -e`
// and goes on where a setting fails, so that a kernel without a module still
// gives a node. Bottlerocket gets its own settings.
func (c *NodeClass) sysctlData() string {
	if len(c.Sysctls) == 0 {
		return ""
	}
	var b strings.Builder
	switch c.family() {
	case "al2023", "al2":
		b.WriteString("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n--//\n" +
			"Content-Type: text/x-shellscript; charset=\"us-ascii\"\n\n" +
			"#!/bin/bash\n# Kernel settings; what this kernel does not have is left out.\n")
		for _, name := range sortedKeys(c.Sysctls) {
			b.WriteString("sysctl -q -w '" + name + "=" + c.Sysctls[name] + "' || true\n")
		}
		b.WriteString("exit 0\n\n--//--\n")
	case "bottlerocket":
		b.WriteString("[settings.kernel.sysctl]\n")
		for _, name := range sortedKeys(c.Sysctls) {
			b.WriteString("\"" + name + "\" = \"" + c.Sysctls[name] + "\"\n")
		}
	}
	return b.String()
}
