package instances_test

import (
	_ "embed"
	"reflect"
	"strings"
	"testing"

	"github.com/helm-flink/helm-flink/internal/karpenter/instances"
)

// describe has the answers of EC2 that karpenter-provider-aws v1.14.1 keeps for its own tests
// (pkg/fake/zz_generated.describe_instance_types.go), as the AWS CLI writes them.
//
//go:embed testdata/describe.json
var describe string

// TestDescribe compares EC2's answers with the built-in data, which come from elsewhere.
func TestDescribe(t *testing.T) {
	t.Parallel()
	known := instances.NewBuiltIn().Types()
	c, err := instances.ReadCatalogue("types.json", []byte(describe), known)
	if err != nil || len(c.All()) != 17 {
		t.Fatal(len(c.All()), err)
	}
	for _, got := range c.All() {
		want, ok := known.Find(got.Name)
		if !ok {
			if got.Name != "dl1.24xlarge" {
				t.Errorf("%s is not built in", got.Name)
			}
			continue
		}
		if len(got.CapacityTypes) == 0 {
			t.Errorf("%s has no capacity types", got.Name)
		}
		want.Documented, got.CapacityTypes = instances.Documented{}, nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%+v\nbuilt in %+v", got, want)
		}
	}
	gaudi, _ := c.Find("dl1.24xlarge")
	if gaudi.GPU != (instances.Device{Name: "gaudi-hl-205", Manufacturer: "habana", Count: 8, MemoryMiB: 32768}) || gaudi.NetworkMbps != 0 || gaudi.NVMe != 4000 {
		t.Errorf("%+v", gaudi)
	}
	if s := c.Sources(); len(s) != 1 || s[0] != (instances.Source{About: "types", Text: "types.json"}) {
		t.Errorf("%v", s)
	}
	if left := c.Left(pool(t, "karpenter.sh/capacity-type In reserved").Requirements); len(left) != 17 {
		t.Errorf("%d types can be reserved", len(left))
	}
}

// entry is a type of a catalogue file, with some text replaced.
func entry(changes ...string) string {
	return strings.NewReplacer(changes...).Replace(`{"InstanceType": "m9z.large",
 "SupportedUsageClasses": ["on-demand"],
 "ProcessorInfo": {"SupportedArchitectures": ["i386", "x86_64"], "SustainedClockSpeedInGhz": 2.0},
 "VCpuInfo": {"DefaultVCpus": 2},
 "MemoryInfo": {"SizeInMiB": 8192},
 "InstanceStorageInfo": {"TotalSizeInGB": 6000, "NvmeSupport": "unsupported"},
 "NetworkInfo": {"DefaultNetworkCardIndex": 0, "NetworkCards": [{"MaximumNetworkInterfaces": 3}], "Ipv4AddressesPerInterface": 10}}`)
}

func TestDescribeForms(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"the list alone":  "[" + entry() + "]",
		"a key before it": `{"NextToken": {"a": [1]}, "InstanceTypes": [` + entry() + `], "More": 1}`,
		"one is left out": "[" + entry() + "," + entry("x86_64", "x86_64_mac", "m9z", "mac9") + "]",
	} {
		c, err := instances.ReadCatalogue("types.json", []byte(text), nil)
		if err != nil || len(c.All()) != 1 {
			t.Errorf("%s: %v", name, err)
			continue
		}
		i := c.All()[0]
		if i.Family != "m9z" || i.Generation != "9" || i.Category != "m" || i.Size != "large" || i.Pods != 29 || i.Storage != 6000 || i.NVMe != 0 || i.Arch != "amd64" {
			t.Errorf("%s: %+v", name, i)
		}
		if left := c.Left(pool(t, "karpenter.sh/capacity-type In spot").Requirements); len(left) != 0 {
			t.Error("the type is not there as spot")
		}
	}
}

func TestDescribeErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                           "types.json:1: the JSON ends too early",
		"InstanceTypes:":             "types.json:1: no JSON: invalid character 'I'",
		`"text"`:                     "types.json: no list InstanceTypes: it must be what `aws ec2 describe-instance-types --output json` writes",
		"{}":                         "types.json: no list InstanceTypes",
		`{"InstanceTypes": {}}`:      "types.json: no list InstanceTypes",
		`{"InstanceTypes": []}`:      "types.json: no instance types",
		`{"A": 1,` + "\n" + `"B" 2}`: "types.json:2: no JSON: expected colon after object key",
		"[\n" + entry() + ",\n" + entry("m9z", "m8z"):                                     "types.json:15: the JSON ends too early",
		"[\n" + entry() + "\n" + entry():                                                  "types.json:8: no JSON: expected comma after array element",
		"[\n" + entry() + ",\n" + entry() + "]":                                           "types.json:9: instance type m9z.large stands there twice, first in line 2",
		"[\n" + entry() + ",\n" + entry(`"m9z.large"`, `""`) + "]":                        "types.json:9: entry 2: no InstanceType",
		"[" + entry("DefaultVCpus", "VCpus") + "]":                                        "types.json:1: entry 1: m9z.large has no VCpuInfo.DefaultVCpus",
		"[" + entry("SizeInMiB", "Size") + "]":                                            "m9z.large has no MemoryInfo.SizeInMiB",
		"[" + entry("Supported", "") + "]":                                                "m9z.large has no ProcessorInfo.SupportedArchitectures",
		"[" + entry("Ipv4", "Ipv6") + "]":                                                 "m9z.large has no NetworkInfo.Ipv4AddressesPerInterface",
		"[" + entry(`"DefaultNetworkCardIndex": 0`, `"DefaultNetworkCardIndex": 1`) + "]": "m9z.large has no NetworkInfo.NetworkCards[1], its default card",
		"[" + entry(`"MaximumNetworkInterfaces": 3`, "") + "]":                            "m9z.large has no NetworkInfo.NetworkCards[0].MaximumNetworkInterfaces",
		"[\n\n" + entry(": 8192", `: "8192"`) + "]":                                       "types.json:3: MemoryInfo.SizeInMiB is a JSON string, not a number",
		"[\n" + entry(`["on-demand"]`, `"on-demand"`) + "]":                               "types.json:2: SupportedUsageClasses is a JSON string, not a list",
	} {
		_, err := instances.ReadCatalogue("types.json", []byte(text), nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v\nwant %s", text, err, want)
		}
	}
}

const header = "region,instance_type,currency,price_per_hour\n"

func TestReadPrices(t *testing.T) {
	t.Parallel()
	text := "\ufeff# ours\nprice_per_hour, note, currency, region, instance_type\n0.05,a,EUR,eu-central-1,m6g.large\n 0.1 ,,EUR,eu-central-1,m6g.xlarge\n2,,USD,us-east-1,m6g.large\n"
	list, err := instances.ReadPrices("ours.csv", []byte(text))
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	p, _ := list.Region("eu-central-1")
	large, _ := p.Hourly("m6g.large")
	xlarge, _ := p.Hourly("m6g.xlarge")
	if large != 0.05 || xlarge != 0.1 || p.Currency != "EUR" || p.Len() != 2 || p.Source != (instances.Source{About: "eu-central-1", Text: "ours.csv"}) {
		t.Errorf("%+v", p)
	}
	all := instances.NewBuiltIn().Prices().With(list)
	if got := strings.Join(all.Regions(), " "); got != "cn-north-1 eu-central-1 us-east-1 us-gov-east-1 us-gov-west-1" {
		t.Error(got)
	}
	if p, _ := all.Region("us-east-1"); p.Len() != 1 || p.Source.Text != "ours.csv" {
		t.Errorf("%+v", p)
	}
	if p, _ := instances.NewBuiltIn().Prices().Region("us-east-1"); p.Len() != 1361 {
		t.Error("the built-in prices changed")
	}
}

func TestReadPricesErrors(t *testing.T) {
	t.Parallel()
	row := "us-east-1,m6g.large,USD,0.077\n"
	for text, want := range map[string]string{
		"":                             "ours.csv: empty: the first line must be region,instance_type,currency,price_per_hour",
		"region,type,currency,price\n": "ours.csv:1: no column instance_type: the first line must name region,instance_type,currency,price_per_hour",
		header:                         "ours.csv: no prices: it needs a line below region,instance_type,currency,price_per_hour",
		header + row + row:             "ours.csv:3: m6g.large in us-east-1 stands there twice, first in line 2",
		header + row + "us-east-1,m6g.xlarge,EUR,1\n":         "ours.csv:3: region us-east-1 has prices in USD and in EUR",
		header + "us-east-1,m6g.large,USD,$1\n":               `ours.csv:2: price_per_hour "$1" is no price: it must be a number above 0, such as 0.0785`,
		header + "us-east-1,m6g.large,USD,0\n":                `"0" is no price`,
		header + "us-east-1,m6g.large,USD,-1\n":               `"-1" is no price`,
		header + "us-east-1,m6g.large,USD,NaN\n":              `"NaN" is no price`,
		header + "us-east-1,m6g.large,USD,Inf\n":              `"Inf" is no price`,
		header + "us-east-1,m6g.large,usd,1\n":                `ours.csv:2: currency "usd" is no code of three capital letters, such as USD`,
		header + "us-east-1,m6g,USD,1\n":                      `ours.csv:2: instance_type "m6g" is no instance type`,
		header + "us-east-1,,USD,1\n":                         "ours.csv:2: instance_type is empty",
		header + row + "us-east-1,m6g.xlarge,USD\n":           "ours.csv:3: wrong number of fields",
		header + row + "\n" + `us-east-1,m6g."x,USD,1` + "\n": `ours.csv:4: bare " in non-quoted-field`,
	} {
		if _, err := instances.ReadPrices("ours.csv", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v\nwant %s", text, err, want)
		}
	}
}

// TestNames reads the names of all built-in types, and compares what they tell with the data.
func TestNames(t *testing.T) {
	t.Parallel()
	known := instances.NewBuiltIn().Types()
	var entries []string
	for _, i := range known.All() {
		entries = append(entries, entry("m9z.large", i.Name))
	}
	c, err := instances.ReadCatalogue("types.json", []byte("["+strings.Join(entries, ",\n")+"]"), known)
	if err != nil || len(c.All()) != len(known.All()) {
		t.Fatal(err)
	}
	for _, got := range c.All() {
		want, _ := known.Find(got.Name)
		if got.Category != want.Category || got.Family != want.Family || got.Generation != want.Generation || got.Size != want.Size ||
			got.Flex != want.Flex || got.NetworkMbps != want.NetworkMbps {
			t.Errorf("%+v\nwant %+v", got, want)
		}
	}
}
