package importer

import (
	"fmt"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/karpenter"
)

// Labels of requirements that have keys of their own.
const (
	labelCategory   = "karpenter.k8s.aws/instance-category"
	labelGeneration = "karpenter.k8s.aws/instance-generation"
	labelCPU        = "karpenter.k8s.aws/instance-cpu"
	labelFamily     = "karpenter.k8s.aws/instance-family"
	labelType       = "node.kubernetes.io/instance-type"
	labelArch       = "kubernetes.io/arch"
	labelOS         = "kubernetes.io/os"
	labelZone       = "topology.kubernetes.io/zone"
	labelCapacity   = "karpenter.sh/capacity-type"
	labelMemory     = "karpenter.k8s.aws/instance-memory"
	labelNVMe       = "karpenter.k8s.aws/instance-local-nvme"
)

// readPools reads the node pools as Karpenter sees them, so that jobs find theirs.
func (d *Draft) readPools() {
	for _, o := range d.of("NodePool") {
		if o.Key().APIVersion != "karpenter.sh/v1" {
			continue
		}
		if p, err := karpenter.ReadPool(o.Key().Name, o.Data); err == nil {
			d.pools = append(d.pools, p)
		}
	}
}

// readNodes makes entries of node pools and node classes.
func (d *Draft) readNodes() {
	for _, o := range d.of("EC2NodeClass") {
		if v := o.Key().APIVersion; v != "karpenter.k8s.aws/v1" {
			d.add(diag.CodeImportLost, diag.Error, o, []string{"apiVersion"}, "not carried: "+v+" is an API of an older Karpenter",
				"convert it to karpenter.k8s.aws/v1 first (helm flink validate says what is otherwise there)")
			continue
		}
		e := d.entry("nodeClasses", o)
		d.metadata(e)
		d.nodeClass(e, dig(o.Data, "spec"))
	}
	for _, o := range d.of("NodePool") {
		if v := o.Key().APIVersion; v != "karpenter.sh/v1" {
			d.add(diag.CodeImportLost, diag.Error, o, []string{"apiVersion"}, "not carried: "+v+" is an API of an older Karpenter",
				"convert it to karpenter.sh/v1 first (helm flink validate says what is otherwise there)")
			continue
		}
		d.nodePool(d.entry("nodePools", o), dig(o.Data, "spec"))
	}
}

// metadata takes the labels and annotations of a node class.
func (d *Draft) metadata(e *entry) {
	for key, value := range dig(e.from.Data, "metadata", "labels") {
		if !d.ignoredLabel(key, value) {
			set(e.values, value, "labels", key)
		}
	}
	put(e.values, dig(e.from.Data, "metadata", "annotations"), "annotations")
}

func (d *Draft) nodeClass(e *entry, spec object) {
	v := e.values
	terms := list(spec, "amiSelectorTerms")
	if len(terms) == 1 && len(terms[0]) == 1 && textAt(terms[0], "alias") != "" {
		v["amiAlias"] = terms[0]["alias"]
	} else {
		put(v, spec["amiSelectorTerms"], "amiSelectorTerms")
	}
	for _, key := range []string{"amiFamily", "role", "instanceStorePolicy", "userData", "tags", "kubelet"} {
		put(v, clone(spec[key]), key)
	}
	if profile := textAt(spec, "instanceProfile"); profile != "" && spec["role"] == nil {
		set(v, profile, "spec", "instanceProfile")
	}
	put(v, selector(spec["subnetSelectorTerms"]), "subnetSelector")
	put(v, selector(spec["securityGroupSelectorTerms"]), "securityGroupSelector")
	for key, value := range dig(spec, "metadataOptions") {
		set(v, value, "metadataOptions", key)
	}
	if hops := get(spec, "metadataOptions", "httpPutResponseHopLimit"); hops == nil {
		set(v, int64(1), "metadataOptions", "httpPutResponseHopLimit")
	}
	d.devices(e, spec)
}

// selector are terms as the values have them: the tags of the only one, or a list.
func selector(v any) any {
	items, _ := v.([]any)
	if len(items) != 1 {
		return clone(v)
	}
	term, _ := items[0].(object)
	tags := dig(term, "tags")
	if len(term) != 1 || len(tags) == 0 {
		return clone(v)
	}
	return cloneMap(tags)
}

// devices reads the block devices that the values have keys for; if one has
// something else, spec says them all.
func (d *Draft) devices(e *entry, spec object) {
	root := "/dev/xvda"
	family := strings.ToLower(textAt(e.values, "amiAlias") + textAt(e.values, "amiFamily"))
	if strings.HasPrefix(family, "bottlerocket") {
		root = "/dev/xvdb"
	}
	names := map[string]string{
		"volumeSize": "size", "volumeType": "type", "encrypted": "encrypted", "iops": "iops", "throughput": "throughput",
		"kmsKeyID": "kmsKeyId", "snapshotID": "snapshotId", "deleteOnTermination": "deleteOnTermination",
	}
	for _, device := range list(spec, "blockDeviceMappings") {
		if !plainDevice(device, names) { // the keys would say more than is there
			set(e.values, clone(spec["blockDeviceMappings"]), "spec", "blockDeviceMappings")
			return
		}
	}
	for _, device := range list(spec, "blockDeviceMappings") {
		volume, name := object{}, textAt(device, "deviceName")
		for key, value := range dig(device, "ebs") {
			if names[key] != "" {
				volume[names[key]] = value
			}
		}
		if name == root && volume["deleteOnTermination"] == true && volume["snapshotId"] == nil {
			delete(volume, "deleteOnTermination")
			e.values["rootVolume"] = volume
			continue
		}
		set(e.values, volume, "blockDevices", name)
	}
}

// plainDevice reports whether the values can say a device as it is: they always
// say its type, whether it is encrypted, and whether it goes with the instance.
func plainDevice(device object, names map[string]string) bool {
	for key := range device {
		if key != "deviceName" && key != "ebs" {
			return false
		}
	}
	ebs := dig(device, "ebs")
	for key := range ebs {
		if names[key] == "" {
			return false
		}
	}
	return ebs["encrypted"] != nil && ebs["deleteOnTermination"] != nil && ebs["volumeType"] != nil
}

func (d *Draft) nodePool(e *entry, spec object) {
	v, node := e.values, dig(spec, "template", "spec")
	v["nodeClass"] = textAt(node, "nodeClassRef", "name")
	put(v, cloneMap(dig(spec, "template", "metadata", "labels")), "labels")
	put(v, cloneMap(dig(spec, "template", "metadata", "annotations")), "annotations")
	d.requirements(e, list(node, "requirements"))
	if all := taints(list(node, "taints")); !equal(all, object{"flink": object{"value": "true", "effect": "NoSchedule"}}) {
		v["taints"] = all
	}
	put(v, taints(list(node, "startupTaints")), "startupTaints")
	put(v, textMap(dig(spec, "limits")), "limits")
	v["consolidationPolicy"] = or(spec, "WhenEmptyOrUnderutilized", "disruption", "consolidationPolicy")
	v["consolidateAfter"] = or(spec, "0s", "disruption", "consolidateAfter")
	v["expireAfter"] = or(node, "720h", "expireAfter")
	put(v, node["terminationGracePeriod"], "terminationGracePeriod")
	put(v, spec["weight"], "weight")
	d.budgets(e, spec)
}

// or is the text at a path, or what Karpenter's API takes without it.
func or(o object, otherwise string, path ...string) string {
	if text := textAt(o, path...); text != "" {
		return text
	}
	return otherwise
}

// budgets names the budgets by their place, since they have no names.
func (d *Draft) budgets(e *entry, spec object) {
	all := list(spec, "disruption", "budgets")
	if get(spec, "disruption", "budgets") == nil {
		all = []object{{"nodes": "10%"}}
	}
	if len(all) == 1 && equal(all[0], object{"nodes": "1"}) {
		return
	}
	names := []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	if len(all) > len(names) {
		return // spec says them
	}
	out := object{}
	for i, b := range all {
		out[budgetName(b, names[i], len(all))] = cloneMap(b)
	}
	e.values["budgets"] = out
}

func budgetName(b object, place string, of int) string {
	if of == 1 && b["schedule"] == nil {
		return "always"
	}
	return place
}

func taints(all []object) object {
	out := object{}
	for _, t := range all {
		key := textAt(t, "key")
		if _, twice := out[key]; twice {
			continue // spec says the others
		}
		taint := object{"effect": t["effect"]}
		put(taint, t["value"], "value")
		out[key] = taint
	}
	return out
}

// requirements moves each requirement to its key; a label that has several stands
// in spec.
func (d *Draft) requirements(e *entry, all []object) {
	byKey := map[string][]object{}
	for _, r := range all {
		byKey[textAt(r, "key")] = append(byKey[textAt(r, "key")], r)
	}
	keys := map[string]string{
		labelArch: "arch", labelCapacity: "capacityTypes", labelCategory: "instanceCategories", labelFamily: "instanceFamilies",
		labelType: "instanceTypes", labelCPU: "instanceCpus", labelZone: "zones",
	}
	for label, rs := range byKey {
		r := rs[0]
		values, _ := r["values"].([]any)
		plainIn := len(rs) == 1 && r["operator"] == "In" && r["minValues"] == nil && len(values) > 0
		switch {
		case d.bounded(e, label, rs):
		case len(rs) > 1: // spec says them
		case plainIn && keys[label] != "":
			e.values[keys[label]] = listed(label, values)
		case plainIn && label == labelOS && equal(values, []any{"linux"}):
		case plainIn:
			set(e.values, clone(values), "requirements", label)
		default:
			out := cloneMap(r)
			delete(out, "key")
			set(e.values, out, "requirements", label)
		}
	}
	d.unlimited(e, byKey)
}

// bounded reads Gt and Lt of numbers that have bounds among the values.
func (d *Draft) bounded(e *entry, label string, rs []object) bool {
	keys := map[string]string{labelGeneration: "instanceGenerations", labelCPU: "instanceCpus", labelNVMe: "localNvme",
		labelMemory: "instanceMemory"}
	out := object{}
	for _, r := range rs {
		values := texts(r["values"])
		if keys[label] == "" || len(values) != 1 || r["minValues"] != nil {
			return false
		}
		n, ok := wholeNumber(values[0])
		switch {
		case ok && r["operator"] == "Gt" && out["min"] == nil:
			out["min"] = n + 1
		case ok && r["operator"] == "Lt" && out["max"] == nil && n > 1:
			out["max"] = n - 1
		default:
			return false
		}
	}
	if label == labelMemory { // the label is in mebibytes
		for key, n := range out {
			out[key] = shownMemory(fmt.Sprintf("%dm", n))
		}
	}
	e.values[keys[label]] = out
	return true
}

// listed are the values of a requirement; numbers of CPUs are numbers.
func listed(label string, values []any) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
		if text, ok := v.(string); ok && label == labelCPU {
			out[i] = plainNumber(text)
		}
	}
	return out
}

// unlimited writes down what the values would otherwise limit by themselves.
func (d *Draft) unlimited(e *entry, byKey map[string][]object) {
	if byKey[labelArch] == nil {
		e.values["arch"] = []any{"amd64", "arm64"}
	}
	if byKey[labelCapacity] == nil {
		e.values["capacityTypes"] = []any{"on-demand", "reserved", "spot"}
	}
	if byKey[labelFamily] != nil || byKey[labelType] != nil {
		return
	}
	for _, label := range []string{labelCategory, labelGeneration} {
		if byKey[label] == nil {
			set(e.values, object{"operator": "Exists"}, "requirements", label)
		}
	}
}
