package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/values"
)

// StarterFacts are what a values file says of its cluster, read from the cluster.
type StarterFacts struct {
	// Context and Server say where they are from.
	Context, Server string
	// Values are scalars, and tags or terms of selectors, by their keys below cluster;
	// Missing says why one could not be read.
	Values  map[string]any
	Missing map[string]string
	// Notes are further things to know, a line each.
	Notes []string
}

// starterKeys are the keys below cluster that are read, in the order of the file.
func starterKeys() []string {
	return []string{
		"name", "region", "accountId", "kubernetesVersion", "oidcProvider", "nodeRole", "subnetSelector", "securityGroupSelector",
	}
}

// StarterFacts reads what a cluster and the kubeconfig say of it. An error means
// that the cluster cannot be reached; what it does not tell is among the Missing.
func (a *App) StarterFacts(ctx context.Context, connect cluster.Options) (StarterFacts, error) {
	client, err := cluster.Connect(connect)
	if err != nil {
		return StarterFacts{}, err
	}
	version, err := client.Version()
	if err != nil {
		return StarterFacts{}, err
	}
	known := client.Known()
	f := StarterFacts{Context: known.Context, Server: client.Server, Values: map[string]any{}, Missing: map[string]string{}}
	f.put("name", known.Name, "the kubeconfig does not name it")
	f.put("region", known.Region, "the kubeconfig does not say it")
	minor, _ := minorOf(version)
	text := ""
	if minor > 0 {
		text = "1." + strconv.Itoa(minor)
	}
	f.put("kubernetesVersion", text, "the version "+version+" is not understood")
	f.issuer(client.Issuer(ctx))
	classes, err := client.NodeClasses(ctx)
	f.nodeClasses(classes, err)
	f.account(known.AccountID, func() ([]string, error) { return client.MappedRoles(ctx) })
	return f, nil
}

// put notes a value, or why there is none.
func (f *StarterFacts) put(key, value, why string) {
	if value == "" {
		f.Missing[key] = why
		return
	}
	f.Values[key] = value
}

// eksIssuer is how the issuers of EKS are, without https://.
const eksIssuer = `^oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/id/[0-9A-Fa-f]+$`

func (f *StarterFacts) issuer(live string, err error) {
	host := strings.TrimPrefix(live, "https://")
	switch {
	case err != nil:
		f.Missing["oidcProvider"] = oneLine(err)
	case !regexp.MustCompile(eksIssuer).MatchString(host):
		f.Missing["oidcProvider"] = "the issuer " + live + " is none of EKS"
	default:
		f.Values["oidcProvider"] = host
	}
}

// account takes the account from the kubeconfig, or from the roles that are let in,
// if those are all of one account.
func (f *StarterFacts) account(known string, mapped func() ([]string, error)) {
	const why = "neither the kubeconfig nor the ConfigMap aws-auth says it: aws sts get-caller-identity"
	if known != "" {
		f.Values["accountId"] = known
		return
	}
	roles, err := mapped()
	if err != nil {
		f.Missing["accountId"] = oneLine(err)
		return
	}
	var accounts []string
	for _, arn := range roles {
		accounts = append(accounts, aws.AccountOf(arn))
	}
	slices.Sort(accounts)
	if accounts = slices.Compact(accounts); len(accounts) != 1 {
		f.Missing["accountId"] = why
		return
	}
	f.Values["accountId"] = accounts[0]
}

// nodeClasses take the nodes' role and the selectors from Karpenter's node classes:
// what all of them say, or else the first, and notes what each has.
func (f *StarterFacts) nodeClasses(all []cluster.Object, err error) {
	fields := map[string]string{
		"nodeRole": "role", "subnetSelector": "subnetSelectorTerms", "securityGroupSelector": "securityGroupSelectorTerms",
	}
	why := "the cluster has no EC2NodeClass"
	if err != nil {
		why = oneLine(err)
	}
	for key, field := range fields {
		f.Missing[key] = why
		for _, class := range all {
			value := class.At("spec", field)
			if terms, ok := value.([]any); ok {
				value = selector(terms)
			}
			if value == nil {
				f.Missing[key] = "no EC2NodeClass has a " + field
				continue
			}
			f.Values[key] = value
			delete(f.Missing, key)
			break
		}
	}
	for _, class := range all {
		note := "EC2NodeClass " + class.Name() + " is there: "
		switch {
		case class.Text("spec", "role") != "":
			note += "role " + class.Text("spec", "role")
		default:
			note += "instance profile " + cmp.Or(class.Text("spec", "instanceProfile"), "not known")
		}
		if terms, _ := class.At("spec", "amiSelectorTerms").([]any); len(terms) > 0 {
			note += ", AMIs " + flow(terms)
		}
		f.Notes = append(f.Notes, note+", subnets "+flow(class.At("spec", "subnetSelectorTerms")))
		if name := discovered(class); name != "" && f.Values["name"] == nil {
			f.Values["name"] = name
			delete(f.Missing, "name")
		}
	}
}

// discovered is the name of the cluster by the tag that Karpenter's own guides give
// subnets (karpenter.sh, getting started); "" where there is none.
func discovered(class cluster.Object) string {
	terms, _ := class.At("spec", "subnetSelectorTerms").([]any)
	for _, term := range terms {
		fields, _ := term.(map[string]any)
		if name := cluster.Object(fields).Text("tags", "karpenter.sh/discovery"); name != "" && name != "*" {
			return name
		}
	}
	return ""
}

// selector is the short form of terms, the tags of the only one, or the terms.
func selector(terms []any) any {
	if len(terms) != 1 {
		return terms
	}
	term, _ := terms[0].(map[string]any)
	if tags := term["tags"]; len(term) == 1 && tags != nil {
		return tags
	}
	return terms
}

// Starter writes what is known of a cluster into a values file that stands for an
// example: the keys below cluster that were read take the place of the example's;
// of the others it says why they were not, and leaves the example's.
func (f StarterFacts) Starter(example []byte) ([]byte, error) {
	members, err := values.Block(example, "cluster")
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# cluster was read from the context %s, %s.\n", plain(f.Context), plain(f.Server))
	for _, note := range f.Notes {
		fmt.Fprintf(&b, "# %s.\n", plain(note))
	}
	b.WriteString("cluster:\n")
	for _, key := range starterKeys() {
		at := slices.IndexFunc(members, func(m values.BlockMember) bool { return m.Key == key })
		value, known := f.Values[key]
		switch {
		case known:
			fmt.Fprintf(&b, "  %s: %s\n", key, flow(value))
		case at >= 0:
			fmt.Fprintf(&b, "  # %s could not be read (%s). This is the example's, put yours:\n%s",
				key, plain(f.Missing[key]), members[at].Text)
		default:
			fmt.Fprintf(&b, "  # %s could not be read (%s).\n", key, plain(f.Missing[key]))
		}
	}
	for _, m := range members {
		if !slices.Contains(starterKeys(), m.Key) {
			b.WriteString(m.Text)
		}
	}
	return values.ReplaceBlock(example, "cluster", b.String())
}

// flow writes a value on one line as YAML has it: { Name: private, tier: a }.
func flow(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var members []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			members = append(members, flow(key)+": "+flow(v[key]))
		}
		return "{ " + strings.Join(members, ", ") + " }"
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, flow(item))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case string:
		text, _ := values.ScalarText(v)
		return text
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// plain keeps a text on the one line of its comment.
func plain(text string) string { return strings.Join(strings.Fields(text), " ") }

func oneLine(err error) string {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return plain(err.Error())
}
