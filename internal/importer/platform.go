package importer

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/aws"
	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// The operator's Deployment and namespace, as its chart names them.
const (
	operatorName     = "flink-kubernetes-operator"
	discoveryTag     = "karpenter.sh/discovery"
	clusterTagPrefix = "kubernetes.io/cluster/"
)

// platform reads what holds for all: the distribution, the operator, and what is
// to be seen of the cluster.
func (d *Draft) platform() {
	for _, o := range d.objects {
		spec := flinkSpec(o)
		if spec["emrReleaseLabel"] != nil || spec["executionRoleArn"] != nil || spec["monitoringConfiguration"] != nil {
			d.emr = true
		}
		if label := textAt(o.Data, "metadata", "labels", labelPartOf); owned(o.Key()) && label != "" && label != "flink" &&
			textAt(o.Data, "metadata", "labels", labelTeam) != "" {
			set(d.top, label, "platform", "name")
		}
		if o.Key().Kind == "ServiceAccount" && textAt(o.Data, "metadata", "annotations", aws.AssociatedRoleAnnotation) != "" {
			set(d.top, "pod-identity", "identity", "method")
		}
	}
	if d.emr {
		set(d.top, "emr", "runtime", "distribution")
	}
	d.readOperator()
	name, region, account := d.seen()
	put(d.top, cmp.Or(d.options.ClusterName, name), "cluster", "name")
	put(d.top, cmp.Or(d.options.Region, region), "cluster", "region")
	put(d.top, cmp.Or(d.options.Account, account), "cluster", "accountId")
}

// flinkSpec is the FlinkDeploymentSpec of an object, nil for others.
func flinkSpec(o manifest.Object) object {
	switch o.Key().Kind {
	case "FlinkDeployment":
		return dig(o.Data, "spec")
	case "FlinkBlueGreenDeployment":
		return dig(o.Data, "spec", "template", "spec")
	}
	return nil
}

// readOperator reads where the operator runs, if its Deployment or its namespace
// is there.
func (d *Draft) readOperator() {
	namespace := ""
	for _, o := range d.of("Deployment") {
		if o.Key().Name != operatorName {
			continue
		}
		namespace = o.Key().Namespace
		if n, ok := number(get(o.Data, "spec", "replicas")); ok && n > 1 {
			set(d.top, int64(n), "operator", "replicas")
		}
		version := textAt(o.Data, "metadata", "labels", "app.kubernetes.io/version")
		parts := strings.SplitN(version, ".", 3)
		if len(parts) > 1 && !d.emr {
			if v, err := flink.ParseOperator(parts[0] + "." + parts[1]); err == nil && v.Known() {
				d.operator = v
				set(d.top, v.String(), "operator", "version")
			}
		}
		d.watched(o)
	}
	if namespace == "" {
		if _, ok := d.find("Namespace", "", operatorName); ok {
			namespace = operatorName
		}
	}
	if namespace != "" && namespace != operatorName {
		set(d.top, namespace, "operator", "namespace")
	}
	namespace = cmp.Or(namespace, operatorName)
	if _, ok := d.find("Namespace", "", namespace); !ok {
		set(d.top, false, "operator", "createNamespace")
	}
	if _, ok := d.find("NetworkPolicy", namespace, "flink-default-deny"); !ok {
		set(d.top, false, "operator", "networkPolicy", "enabled")
	}
}

// watched reads which namespaces the operator looks at from its configuration:
// without the key, all (operator 1.15, kubernetes.operator.watched.namespaces).
// Those of the teams are what the values have by themselves.
func (d *Draft) watched(o manifest.Object) {
	const key = "kubernetes.operator.watched.namespaces:"
	conf, ok := d.find("ConfigMap", o.Key().Namespace, "flink-operator-config")
	if !ok || d.emr {
		return
	}
	var watched []string
	for _, name := range sortedKeys(dig(conf.Data, "data")) {
		text := textAt(conf.Data, "data", name)
		for line := range strings.Lines(text) {
			if list, ok := strings.CutPrefix(strings.TrimSpace(line), key); ok {
				watched = strings.Split(strings.ReplaceAll(strings.Trim(strings.TrimSpace(list), `"'`), ";", ","), ",")
			}
		}
	}
	if len(watched) == 0 {
		set(d.top, "all", "operator", "watchNamespaces")
		return
	}
	d.watchedNames = watched
}

// watchList says the watched namespaces where they are not those of the teams.
func (d *Draft) watchList() {
	slices.Sort(d.watchedNames)
	if len(d.watchedNames) > 0 && !slices.Equal(d.watchedNames, sortedKeys(d.teamOf)) {
		set(d.top, anyList(d.watchedNames), "operator", "watchNamespaces")
	}
}

// operatorNamespace is where the operator is.
func (d *Draft) operatorNamespace() string {
	return cmp.Or(textAt(d.top, "operator", "namespace"), operatorName)
}

// seen looks for the cluster's name, region and account in the objects: Karpenter's
// discovery tags, role ARNs, zones, registries.
func (d *Draft) seen() (name, region, account string) {
	var names, regions, accounts []string
	named := regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-\d$`)
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case object:
			for key, child := range v {
				if text, ok := child.(string); ok && key == discoveryTag {
					names = append(names, text)
				}
				if name, ok := strings.CutPrefix(key, clusterTagPrefix); ok {
					names = append(names, name)
				}
				walk(child)
			}
			name, value := textAt(v, "name"), textAt(v, "value")
			if (name == "AWS_REGION" || name == "AWS_DEFAULT_REGION") && named.MatchString(value) {
				regions = append(regions, value)
			}
		case []any:
			for _, item := range v {
				walk(item)
			}
		case string:
			regions = append(regions, regionsIn(v)...)
			if strings.HasPrefix(v, "arn:") && aws.CheckRoleARN(v) == "" {
				accounts = append(accounts, aws.AccountOf(v))
			}
		}
	}
	for _, o := range d.objects {
		walk(o.Data)
	}
	return most(names), most(regions), most(accounts)
}

// regionsIn are the regions that a text names as a zone, a registry or an ARN.
func regionsIn(text string) []string {
	var out []string
	if m := regexp.MustCompile(`^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]$`).FindStringSubmatch(text); m != nil {
		out = append(out, m[1])
	}
	if r := aws.ImageRegion(text); r != "" && !strings.ContainsAny(text, " \n") {
		out = append(out, r)
	}
	if r, ok := arnRegion(text); ok {
		out = append(out, r)
	}
	return out
}

// arnRegion is the region that a text names as an ARN of a resource with one.
func arnRegion(text string) (string, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[3] == "" {
		return "", false
	}
	ok, _ := regexp.MatchString(`^[a-z]{2}(-[a-z]+)+-\d$`, parts[3])
	return parts[3], ok
}

// required says what the values must have and the manifests do not say.
func (d *Draft) required() {
	for _, want := range []struct{ key, flag, what string }{
		{"name", "--cluster-name", "the name of the EKS cluster"},
		{"region", "--region", "the AWS region"},
		{"accountId", "--account", "the AWS account"},
	} {
		if textAt(d.top, "cluster", want.key) == "" {
			d.findings = append(d.findings, diag.Finding{
				Code: diag.CodeImportCluster, Severity: diag.Error, Path: "cluster." + want.key,
				Message: fmt.Sprintf("%s is nowhere in the manifests, and the values need it", want.what),
				Hint:    "give " + want.flag,
			})
		}
	}
}

// state finds the storage below which most state lies:
// s3://<bucket>/<prefix><team>/<name>/<kind>. The directories that follow from it
// are then left out.
func (d *Draft) state() {
	var homes []string
	for _, e := range d.entries {
		for _, at := range stateDirs() {
			if home, ok := d.home(e, textAt(e.values, at.path...), at.kind); ok {
				homes = append(homes, home)
			}
		}
	}
	home := most(homes)
	if home == "" {
		return
	}
	bucket, prefix, _ := strings.Cut(home, "/")
	set(d.top, bucket, "storage", "bucket")
	set(d.top, prefix, "storage", "prefix")
	for _, e := range d.entries {
		for _, at := range stateDirs() {
			if own, ok := d.home(e, textAt(e.values, at.path...), at.kind); ok && own == home {
				remove(e.values, at.path...)
			}
		}
		if textAt(e.values, "monitoring", "s3", "bucket") == bucket {
			remove(e.values, "monitoring", "s3", "bucket")
		}
	}
}

type stateDir struct {
	kind string
	path []string
}

func stateDirs() []stateDir {
	return []stateDir{
		{"checkpoints", []string{"checkpoints", "dir"}}, {"savepoints", []string{"savepoints", "dir"}},
		{"ha", []string{"highAvailability", "storageDir"}}, {"changelog", []string{"changelog", "dir"}},
	}
}

// home is bucket/prefix of a directory that ends as derived ones do.
func (d *Draft) home(e *entry, dir, kind string) (string, bool) {
	rest, ok := strings.CutPrefix(dir, "s3://")
	if !ok || strings.ContainsAny(dir, "$<{") {
		return "", false
	}
	home, ok := strings.CutSuffix(rest, d.teamOf[e.id.Namespace]+"/"+e.id.Name+"/"+kind)
	bucket, _, _ := strings.Cut(home, "/")
	named, _ := regexp.MatchString(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`, bucket)
	return home, ok && named && strings.Contains(home, "/")
}

// secretName matches names of what is better not written out.
func secretName(name string) bool {
	words := []string{
		"password", "passwd", "secret", "token", "api-key", "apikey", "access-key", "accesskey", "private-key", "credential",
	}
	for _, word := range words {
		if strings.Contains(strings.ReplaceAll(strings.ToLower(name), "_", "-"), word) {
			return true
		}
	}
	return false
}

// secrets warns of values that look like secrets; they go to the values as they
// stand, and never to a message.
func (d *Draft) secrets(e *entry) {
	for name, value := range dig(e.values, "env") {
		if text, literal := value.(string); literal && text != "" && secretName(name) {
			d.add(diag.CodeImportSecret, diag.Warning, e.from, fieldOf(e, "podTemplate"),
				fmt.Sprintf("the variable %s holds a value by its name secret, which now stands in the values too", name),
				fmt.Sprintf("move it to a Secret and write env: {%s: {secret: NAME, key: KEY}}", name))
		}
	}
	for key := range dig(e.values, "flinkConfiguration") {
		if secretName(key) && !strings.Contains(key, "provider") && !strings.HasPrefix(key, "kubernetes.") {
			d.add(diag.CodeImportSecret, diag.Warning, e.from, fieldOf(e, "flinkConfiguration", key),
				"this setting is by its name secret, and its value now stands in the values too",
				"give it to the job by a Secret, for example as a mounted file or a variable")
		}
	}
}

// unfilledFields says which fields of a spec still hold variables, or what is no
// ARN of a role; in pod templates and arguments a $ may be the shell's, and in the
// annotations of an ingress nginx's.
func (d *Draft) unfilledFields(e *entry, spec object) {
	variable := regexp.MustCompile(`\$\{?[A-Za-z_][A-Za-z0-9_]*\}?|<[A-Z][A-Z0-9_-]*>`)
	var walk func(v any, path []string)
	free := []string{"podTemplate", "args", "logConfiguration", "annotations"}
	walk = func(v any, path []string) {
		switch v := v.(type) {
		case object:
			for _, key := range sortedKeys(v) {
				if !slices.Contains(free, key) {
					walk(v[key], append(slices.Clone(path), key))
				}
			}
		case string:
			if word := variable.FindString(v); word != "" {
				d.add(diag.CodeImportPlaceholder, diag.Error, e.from, path, fmt.Sprintf("the placeholder %s is still there", word),
					"fill the manifest in first, for example with envsubst")
			} else if path[len(path)-1] == "executionRoleArn" {
				d.judgeRole(e, path, v)
			}
		}
	}
	walk(spec, fieldOf(e))
}

// judgeRole says that an ARN is none, or that its account gives way to that of the
// cluster.
func (d *Draft) judgeRole(e *entry, path []string, arn string) {
	switch name := d.roleName(arn); {
	case name == "":
		d.add(diag.CodeImportPlaceholder, diag.Error, e.from, path, "this is not the ARN of a role",
			"write arn:aws:iam::<account>:role/<name>")
	case name != arn:
		d.add(diag.CodeImportPlaceholder, diag.Warning, e.from, path,
			"the account in this ARN is a placeholder; that of the cluster takes its place", "see that the role is in that account")
	}
}
