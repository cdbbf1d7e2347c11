package spec

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/connectors"
)

// connectorEnv begins the names of the variables that a connector gives to the
// pods; the rules FLK873 and FLK874 read them.
const connectorEnv = "CONNECTOR_"

// brought is what a connector brings with it.
type brought struct {
	access Access
	// env are variables without CONNECTOR_<NAME>_.
	env map[string]*EnvVar
	// ports are those that the network policy opens to cidrs.
	ports []int
	cidrs []string
	// jars are the kinds of its jars, none where Flink has it.
	jars []string
}

// connectors are those of the cluster, and of its session jobs, whose pods are
// the cluster's.
func (k *cluster) connectors() Connectors {
	out := override(k.Connectors)
	if k.path[0] == "sessionClusters" {
		for _, key := range k.platform.connectedJobs(k.path[1]) {
			maps.Copy(out, k.platform.SessionJobs[key].Connectors)
		}
	}
	return out
}

// connectedJobs are the session jobs of a session cluster that have connectors,
// in order.
func (p *Platform) connectedJobs(cluster string) []string {
	var out []string
	for key, j := range p.SessionJobs {
		if j.Cluster == cluster && len(j.Connectors) > 0 {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

// kind is the name of the connector's kind, "" for none; several are joined.
func (c *Connector) kind() string {
	var out []string
	for _, one := range []struct {
		name string
		on   bool
	}{
		{"kafka", c.Kafka != nil}, {"kinesis", c.Kinesis != nil}, {"s3Sink", c.S3Sink != nil}, {"dynamodb", c.DynamoDB != nil},
		{"iceberg", c.Iceberg != nil}, {"opensearch", c.OpenSearch != nil},
	} {
		if one.on {
			out = append(out, one.name)
		}
	}
	return strings.Join(out, ", ")
}

// bring derives what the connector of that name brings to the cluster.
func (k *cluster) bring(name string, c *Connector) brought {
	switch {
	case c.Kafka != nil:
		return k.kafka(name, c.Kafka)
	case c.Kinesis != nil:
		return k.kinesis(c.Kinesis)
	case c.S3Sink != nil:
		return k.s3Sink(c.S3Sink)
	case c.DynamoDB != nil:
		return k.dynamoDB(c.DynamoDB)
	case c.Iceberg != nil:
		return k.iceberg(c.Iceberg)
	case c.OpenSearch != nil:
		return k.openSearch(c.OpenSearch)
	default:
		return brought{}
	}
}

// variables are environment variables of these texts; empty ones are left out.
func variables(texts map[string]string) map[string]*EnvVar {
	out := map[string]*EnvVar{}
	for name, text := range texts {
		if text != "" {
			out[name] = &EnvVar{Value: &text}
		}
	}
	return out
}

// kafka: the properties for IAM are those of aws/aws-msk-iam-auth, README,
// "Configuring a Kafka client to use AWS IAM". A sink that is exactly-once commits
// its transactions when a checkpoint is done; Flink's own time-out, an hour, is
// longer than brokers take (apache/flink-connector-kafka 3.4, KafkaSinkBuilder;
// Kafka documentation, transaction.max.timeout.ms).
func (k *cluster) kafka(name string, c *KafkaConnector) brought {
	exactly := c.Mode != "read" && c.Delivery == "exactly-once"
	group, prefix := "", ""
	properties := map[string]string{}
	if c.Mode != "write" {
		group = cmp.Or(c.Group, k.name)
	}
	out := brought{ports: ports(strings.Split(c.BootstrapServers, ",")), cidrs: c.CIDRs, jars: []string{connectors.Kafka}}
	if exactly {
		prefix = cmp.Or(c.TransactionalIDPrefix, k.team.Namespace+"-"+k.name+"-"+name)
		properties["transaction.timeout.ms"] = milliseconds(c.TransactionTimeout)
	}
	if c.Auth == "iam" {
		maps.Copy(properties, map[string]string{
			"security.protocol":                  "SASL_SSL",
			"sasl.mechanism":                     "AWS_MSK_IAM",
			"sasl.jaas.config":                   "software.amazon.msk.auth.iam.IAMLoginModule required;",
			"sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
		})
		out.jars = append(out.jars, connectors.KafkaIAM)
		access := &MSKAccess{Mode: c.Mode, Topics: c.Topics, UUID: c.UUID, Elsewhere: c.Elsewhere}
		if group != "" {
			access.Groups = []string{group}
		}
		if prefix != "" {
			access.TransactionalIDs = []string{prefix + "*"}
		}
		out.access.MSK = map[string]*MSKAccess{c.Cluster: access}
	}
	texts := map[string]string{
		"BOOTSTRAP_SERVERS": c.BootstrapServers, "TOPICS": strings.Join(c.Topics, ","), "GROUP_ID": group,
		"TRANSACTIONAL_ID_PREFIX": prefix, "PROPERTIES": propertiesText(properties, c.Properties),
	}
	if c.Mode != "read" {
		texts["DELIVERY_GUARANTEE"] = c.Delivery
	}
	out.env = variables(texts)
	return out
}

// kinesis: the properties are those of KinesisStreamsSource from the connectors
// 5.0 on (apache/flink-connector-aws, KinesisSourceConfigOptions). With its default
// life cycle the job registers the consumer and takes it away again.
func (k *cluster) kinesis(c *KinesisConnector) brought {
	access := &KinesisAccess{Mode: c.Mode, KMSKeyARN: c.KMSKeyARN, Elsewhere: c.Elsewhere}
	properties := map[string]string{"aws.region": k.regionOf(c.Elsewhere)}
	if c.Consumer != "" && c.Mode != "write" {
		access.Consumers = []string{c.Consumer}
		properties["source.reader.type"] = "EFO"
		properties["source.efo.consumer.name"] = c.Consumer
	}
	return brought{
		access: Access{Kinesis: map[string]*KinesisAccess{c.Stream: access}},
		env: variables(map[string]string{
			"STREAM_ARN": k.arnOf("kinesis", c.Elsewhere, "stream/"+c.Stream), "REGION": k.regionOf(c.Elsewhere),
			"PROPERTIES": propertiesText(properties, c.Properties),
		}),
		jars: []string{connectors.Kinesis},
	}
}

// s3Sink: FileSink and its classes are in Flink itself (flink-connector-files).
// Hadoop's file system alone has the recoverable writer that it needs (Flink
// 1.20, deployment/filesystems/s3).
func (k *cluster) s3Sink(c *S3Sink) brought {
	return brought{
		access: Access{S3: map[string]*S3Access{c.Bucket: {Prefix: c.Prefix, Mode: "write", KMSKeyARN: c.KMSKeyARN}}},
		env:    variables(map[string]string{"PATH": "s3://" + c.Bucket + "/" + c.Prefix}),
	}
}

func (k *cluster) dynamoDB(c *DynamoDBConnector) brought {
	region := k.regionOf(c.Elsewhere)
	return brought{
		access: Access{DynamoDB: map[string]*DynamoDBAccess{
			c.Table: {Mode: c.Mode, Indexes: c.Indexes, KMSKeyARN: c.KMSKeyARN, Elsewhere: c.Elsewhere},
		}},
		env: variables(map[string]string{
			"TABLE": c.Table, "REGION": region, "PROPERTIES": propertiesText(map[string]string{"aws.region": region}, c.Properties),
		}),
		jars: []string{connectors.DynamoDB},
	}
}

// iceberg: the properties are those of the catalog (Iceberg 1.10, docs/aws, "Glue
// catalog", "S3 FileIO"; the client settings of its own are what
// apache/iceberg#12448 asks for).
func (k *cluster) iceberg(c *IcebergConnector) brought {
	warehouse := "s3://" + c.Bucket + "/" + c.Prefix
	properties := map[string]string{
		"catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog", "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
		"warehouse": warehouse, "client.region": k.regionOf(c.Elsewhere),
	}
	if c.AccountID != "" {
		properties["glue.id"] = c.AccountID
	}
	return brought{
		access: Access{
			Glue: map[string]*GlueAccess{c.Database: {Mode: c.Mode, Tables: c.Tables, Elsewhere: c.Elsewhere}},
			S3:   map[string]*S3Access{c.Bucket: {Prefix: c.Prefix, Mode: c.Mode, KMSKeyARN: c.KMSKeyARN}},
		},
		env: variables(map[string]string{
			"CATALOG": c.Catalog, "DATABASE": c.Database, "TABLES": strings.Join(c.Tables, ","), "WAREHOUSE": warehouse,
			"PROPERTIES": propertiesText(properties, c.Properties),
		}),
		jars: []string{connectors.Iceberg},
	}
}

// openSearch: the connector signs no requests for IAM, so that the domain has to
// know a user (apache/flink-connector-opensearch 1.2, docs).
func (k *cluster) openSearch(c *OpenSearchConnector) brought {
	out := brought{
		env:   variables(map[string]string{"HOSTS": strings.Join(c.Hosts, ","), "INDEX": c.Index}),
		ports: ports(c.Hosts), cidrs: c.CIDRs, jars: []string{connectors.OpenSearch},
	}
	if c.Secret != "" {
		out.env["USERNAME"] = &EnvVar{Secret: c.Secret, Key: "username"}
		out.env["PASSWORD"] = &EnvVar{Secret: c.Secret, Key: "password"}
	}
	return out
}

func (k *cluster) regionOf(e Elsewhere) string { return cmp.Or(e.Region, k.platform.Cluster.Region) }

func (k *cluster) arnOf(service string, e Elsewhere, rest string) string {
	region := k.regionOf(e)
	return strings.Join([]string{
		"arn", aws.Partition(region), service, region, cmp.Or(e.AccountID, k.platform.Cluster.AccountID), rest,
	}, ":")
}

// connectorVariables are the environment variables of all connectors.
func (k *cluster) connectorVariables() map[string]*EnvVar {
	out := map[string]*EnvVar{}
	for name, c := range k.connectors() {
		prefix := connectorEnv + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "_"
		for key, v := range k.bring(name, c).env {
			out[prefix+key] = v
		}
	}
	return out
}

// connectorAccess is what the role of the cluster gets for its connectors.
func (k *cluster) connectorAccess() []Access {
	var out []Access
	all := k.connectors()
	for _, name := range sortedKeys(all) {
		out = append(out, k.bring(name, all[name]).access)
		if at, ok := strings.CutPrefix(all[name].Jar, "s3://"); ok {
			bucket, key, _ := strings.Cut(at, "/")
			prefix := key[:strings.LastIndex(key, "/")+1]
			out = append(out, Access{S3: map[string]*S3Access{bucket: {Prefix: prefix, Mode: "read"}}})
		}
	}
	return out
}

// connectorOpenings are the openings of a network policy for the connectors of
// clusters; those of one name are one opening. The ports of AWS's own services are
// open already.
func connectorOpenings(clusters []*cluster) map[string]Egress {
	out := map[string]Egress{}
	for _, k := range clusters {
		for name, c := range k.connectors() {
			b := k.bring(name, c)
			if len(b.cidrs) == 0 || len(b.ports) == 0 { // without ports it would be all
				continue
			}
			key := "connector-" + name
			e := out[key]
			e.Protocol = "TCP"
			e.Ports = sortedUnion(e.Ports, b.ports)
			e.CIDRs = sortedUnion(e.CIDRs, b.cidrs)
			out[key] = e
		}
	}
	return out
}

// withConnectors is a team's network policy with the openings for the connectors
// of its clusters, over which the team's own go.
func withConnectors(t *Team, clusters []*cluster) NetworkPolicy {
	n := t.NetworkPolicy
	n.AllowEgress = override(connectorOpenings(clusters), n.AllowEgress)
	return n
}

func sortedUnion[T cmp.Ordered](a, b []T) []T {
	out := slices.Concat(a, b)
	slices.Sort(out)
	return slices.Compact(out)
}

// ports are those behind the hosts, with a scheme in front or not; without a port,
// that of the scheme.
func ports(hosts []string) []int {
	var out []int
	for _, host := range hosts {
		scheme, address, found := strings.Cut(strings.TrimSpace(host), "://")
		if !found {
			scheme, address = "", scheme
		}
		n, err := strconv.Atoi(address[strings.LastIndex(address, ":")+1:])
		switch {
		case err == nil:
			out = append(out, n)
		case strings.EqualFold(scheme, "https"):
			out = append(out, 443)
		case strings.EqualFold(scheme, "http"):
			out = append(out, 80)
		}
	}
	return sortedUnion(out, nil)
}

// milliseconds is a duration as Kafka writes it; one that is none stays.
func milliseconds(duration string) string {
	d, err := flink.ParseDuration(duration)
	if err != nil {
		return duration
	}
	return strconv.FormatInt(d.Milliseconds(), 10)
}

// propertiesText is a text that java.util.Properties loads: derived properties
// with the user's over them, a line each, in order.
func propertiesText(derived, own map[string]string) string {
	all := override(derived, own)
	var out strings.Builder
	key := strings.NewReplacer(`\`, `\\`, " ", `\ `, ":", `\:`, "=", `\=`, "\n", `\n`)
	value := strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	for _, name := range sortedKeys(all) {
		out.WriteString(key.Replace(name) + "=" + value.Replace(all[name]) + "\n")
	}
	return out.String()
}
