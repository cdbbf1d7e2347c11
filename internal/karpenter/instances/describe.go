package instances

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// described has the fields that count of an entry of `aws ec2
// describe-instance-types` (EC2 API 2016-11-15, InstanceTypeInfo).
type described struct {
	InstanceType          string
	SupportedUsageClasses []string
	Hypervisor            string
	ProcessorInfo         *struct {
		SupportedArchitectures   []string
		SustainedClockSpeedInGhz float64
		Manufacturer             string
	}
	VCpuInfo            *struct{ DefaultVCpus int64 }
	MemoryInfo          *struct{ SizeInMiB int64 }
	InstanceStorageInfo *struct {
		TotalSizeInGB int64
		NvmeSupport   string
	}
	EbsInfo *struct {
		EbsOptimizedSupport string
		EbsOptimizedInfo    *struct{ MaximumBandwidthInMbps int64 }
	}
	NetworkInfo *struct {
		MaximumNetworkInterfaces     int64
		DefaultNetworkCardIndex      int
		NetworkCards                 []struct{ MaximumNetworkInterfaces int64 }
		Ipv4AddressesPerInterface    int64
		EncryptionInTransitSupported bool
	}
	GpuInfo *struct {
		Gpus []struct {
			Name, Manufacturer string
			Count              int64
			MemoryInfo         *struct{ SizeInMiB int64 }
		}
	}
	InferenceAcceleratorInfo *struct{ Accelerators []accelerator }
	NeuronInfo               *struct{ NeuronDevices []accelerator }
}

type accelerator struct {
	Name, Manufacturer string
	Count              int64
}

// ReadCatalogue reads the JSON that `aws ec2 describe-instance-types` writes, or
// the list in it alone. name stands before errors, which have the line. Types
// with none of Karpenter's architectures (macOS, 32 bits) are left out, as
// Karpenter does.
//
// The network bandwidth is not in EC2's answer: it is that of the same type in
// known, as Karpenter takes it from a table of its own; a type that known lacks
// has no such label.
func ReadCatalogue(name string, data []byte, known *Catalogue) (*Catalogue, error) {
	r := describedReader{name: name, data: data, decoder: json.NewDecoder(bytes.NewReader(data))}
	if err := r.open(); err != nil {
		return nil, err
	}
	var all []Instance
	lines := map[string]int{}
	for n, pattern := 0, scheme(); r.decoder.More(); n++ {
		line := r.next()
		var d described
		if err := r.decoder.Decode(&d); err != nil {
			return nil, r.wrong(err, line)
		}
		i, use, err := d.instance(known)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: entry %d: %w", name, line, n+1, err)
		}
		if !use {
			continue
		}
		if first, double := lines[i.Name]; double {
			return nil, fmt.Errorf("%s:%d: instance type %s stands there twice, first in line %d", name, line, i.Name, first)
		}
		lines[i.Name] = line
		i.named(pattern)
		all = append(all, i)
	}
	if _, err := r.decoder.Token(); err != nil {
		return nil, r.wrong(err, r.next())
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%s: no instance types: it must be what `aws ec2 describe-instance-types --output json` writes", name)
	}
	return newCatalogue(all, []Source{{About: "types", Text: name}})
}

// describedReader walks to the list of types and knows the lines.
type describedReader struct {
	name    string
	data    []byte
	decoder *json.Decoder
}

// open goes behind the bracket that opens the list.
func (r describedReader) open() error {
	first, err := r.decoder.Token()
	if err != nil {
		return r.wrong(err, r.next())
	}
	if first == json.Delim('[') {
		return nil
	}
	if first != json.Delim('{') {
		return r.noList()
	}
	for r.decoder.More() {
		key, err := r.decoder.Token()
		if err != nil {
			return r.wrong(err, r.next())
		}
		if key == "InstanceTypes" {
			list, err := r.decoder.Token()
			if err != nil {
				return r.wrong(err, r.next())
			}
			if list != json.Delim('[') {
				return r.noList()
			}
			return nil
		}
		var skipped json.RawMessage
		if err := r.decoder.Decode(&skipped); err != nil {
			return r.wrong(err, r.next())
		}
	}
	return r.noList()
}

func (r describedReader) noList() error {
	return fmt.Errorf("%s: no list InstanceTypes: it must be what `aws ec2 describe-instance-types --output json` writes", r.name)
}

// next is the line of what is read next.
func (r describedReader) next() int {
	at := int(r.decoder.InputOffset())
	for at < len(r.data) && strings.IndexByte(" \t\r\n,", r.data[at]) >= 0 {
		at++
	}
	return r.line(at)
}

// line counts from 1.
func (r describedReader) line(offset int) int {
	return 1 + bytes.Count(r.data[:min(max(offset, 0), len(r.data))], []byte("\n"))
}

// wrong words an error of encoding/json with its line; start is that of the
// value that was being read.
func (r describedReader) wrong(err error, start int) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%s:%d: no JSON: %w", r.name, r.line(int(syntax.Offset)-1), err)
	case errors.As(err, &kind):
		wanted := jsonName(kind.Type.Kind().String())
		return fmt.Errorf("%s:%d: %s is a JSON %s, not a %s", r.name, start, kind.Field, kind.Value, wanted)
	default:
		return fmt.Errorf("%s:%d: the JSON ends too early", r.name, r.line(len(r.data)))
	}
}

// jsonName is JSON's word for a kind of Go's.
func jsonName(kind string) string {
	switch kind {
	case "struct", "map":
		return "object"
	case "slice":
		return "list"
	case "bool", "string":
		return kind
	default:
		return "number"
	}
}

// check says what an entry lacks of what Karpenter reads without asking.
func (d described) check() error {
	lacks := ""
	switch n := d.NetworkInfo; {
	case d.InstanceType == "":
		return errors.New("no InstanceType")
	case d.ProcessorInfo == nil || len(d.ProcessorInfo.SupportedArchitectures) == 0:
		lacks = "ProcessorInfo.SupportedArchitectures"
	case d.VCpuInfo == nil || d.VCpuInfo.DefaultVCpus < 1:
		lacks = "VCpuInfo.DefaultVCpus"
	case d.MemoryInfo == nil || d.MemoryInfo.SizeInMiB < 1:
		lacks = "MemoryInfo.SizeInMiB"
	case n == nil || n.Ipv4AddressesPerInterface < 1:
		lacks = "NetworkInfo.Ipv4AddressesPerInterface"
	case n.DefaultNetworkCardIndex < 0 || n.DefaultNetworkCardIndex >= len(n.NetworkCards):
		lacks = fmt.Sprintf("NetworkInfo.NetworkCards[%d], its default card", n.DefaultNetworkCardIndex)
	case n.NetworkCards[n.DefaultNetworkCardIndex].MaximumNetworkInterfaces < 1:
		lacks = fmt.Sprintf("NetworkInfo.NetworkCards[%d].MaximumNetworkInterfaces", n.DefaultNetworkCardIndex)
	default:
		return nil
	}
	return fmt.Errorf("%s has no %s", d.InstanceType, lacks)
}

// instance makes an Instance of an entry; use is false for one that Karpenter
// leaves out.
func (d described) instance(known *Catalogue) (i Instance, use bool, err error) {
	if err := d.check(); err != nil {
		return i, false, err
	}
	n := d.NetworkInfo
	i = Instance{
		Name: d.InstanceType, CPU: d.VCpuInfo.DefaultVCpus, MemoryMiB: d.MemoryInfo.SizeInMiB, Hypervisor: d.Hypervisor,
		Manufacturer: kebab(d.ProcessorInfo.Manufacturer), ClockMHz: int64(math.Round(d.ProcessorInfo.SustainedClockSpeedInGhz * 1000)),
		Encrypts: n.EncryptionInTransitSupported, IPv4PerENI: n.Ipv4AddressesPerInterface,
		ENIs: n.NetworkCards[n.DefaultNetworkCardIndex].MaximumNetworkInterfaces, MaxENIs: n.MaximumNetworkInterfaces,
	}
	i.Pods = i.ENIs*(i.IPv4PerENI-1) + 2
	if i.Arch = archOf(d.ProcessorInfo.SupportedArchitectures); i.Arch == "" {
		return i, false, nil
	}
	d.storage(&i)
	d.devices(&i)
	for _, class := range d.SupportedUsageClasses {
		if class == "on-demand" || class == "spot" {
			i.CapacityTypes = append(i.CapacityTypes, class)
		}
	}
	if known != nil {
		same, _ := known.Find(i.Name)
		i.NetworkMbps = same.NetworkMbps
	}
	return i, true, nil
}

// archOf is Kubernetes' name of the first architecture that Karpenter knows.
func archOf(all []string) string {
	for _, a := range all {
		switch a {
		case "x86_64":
			return "amd64"
		case "arm64":
			return "arm64"
		}
	}
	return ""
}

func (d described) storage(i *Instance) {
	if s := d.InstanceStorageInfo; s != nil {
		i.Storage = s.TotalSizeInGB
		if s.NvmeSupport != "unsupported" {
			i.NVMe = s.TotalSizeInGB
		}
	}
	if e := d.EbsInfo; e != nil && e.EbsOptimizedInfo != nil && e.EbsOptimizedSupport == "default" {
		i.EBSMbps = e.EbsOptimizedInfo.MaximumBandwidthInMbps
	}
}

// devices reads GPUs and accelerators. Karpenter labels a type that has one kind
// of them.
func (d described) devices(i *Instance) {
	if d.GpuInfo != nil && len(d.GpuInfo.Gpus) == 1 {
		g := d.GpuInfo.Gpus[0]
		i.GPU = Device{Name: kebab(g.Name), Manufacturer: kebab(g.Manufacturer), Count: g.Count}
		if g.MemoryInfo != nil {
			i.GPU.MemoryMiB = g.MemoryInfo.SizeInMiB
		}
	}
	var found []accelerator
	switch {
	case d.NeuronInfo != nil:
		found = slices.Clone(d.NeuronInfo.NeuronDevices)
		for n := range found {
			found[n].Manufacturer = "aws"
		}
	case d.InferenceAcceleratorInfo != nil:
		found = d.InferenceAcceleratorInfo.Accelerators
	}
	if len(found) == 1 {
		i.Accelerator = Device{Name: kebab(found[0].Name), Manufacturer: kebab(found[0].Manufacturer), Count: found[0].Count}
	}
}

// kebab writes a name as Karpenter does in labels: "Radeon Pro V520" as
// radeon-pro-v520.
func kebab(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "-")) }
