package importer

import (
	"cmp"
	"slices"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/catalog"
	"github.com/helm-flink/helm-flink/internal/karpenter"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// Options are what manifests do not say.
type Options struct {
	// ClusterName, Region and Account are those of the EKS cluster; empty ones are
	// looked for in the objects.
	ClusterName, Region, Account string
	// Namespace is that of objects that name none.
	Namespace string
	// Schema is values.schema.json: the order of the keys, and the defaults.
	Schema []byte
}

// Draft is the values as they come to be.
type Draft struct {
	options  Options
	schema   *schema
	catalog  *catalog.Catalog
	top      object            // cluster, runtime, operator, storage, identity
	teams    map[string]object // by key
	teamOf   map[string]string // namespace to key
	entries  []*entry
	objects  manifest.Set // all that was read
	pools    []karpenter.Pool
	emr      bool
	operator flink.Operator
	// watchedNames are the namespaces that the operator watches, if it names them.
	watchedNames []string
	// findings are those of reading.
	findings diag.List
	// nothing is lifted to defaults if plain is set.
	plain bool
	// layered is the draft before that.
	layered layered
	// tried are the pod templates that were amended, by entry.
	tried map[*entry]int
}

// entry is one thing of the values that came from one object.
type entry struct {
	section, key string
	from         manifest.Object
	id           manifest.Key
	values       object
	spec         object // of a FlinkDeployment; the template's of a blue/green one; nil for others
	version      flink.Version
	release      flink.EMRRelease
	account      string // the service account that it names
	role         string // executionRoleArn
}

// Read proposes values for the objects. Findings of severity error mean that
// there can be no values; the draft is not to be used then.
func Read(objects manifest.Set, o Options) (*Draft, diag.List, error) {
	s, err := readSchema(o.Schema)
	if err != nil {
		return nil, nil, err
	}
	d := &Draft{
		options: o, schema: s, catalog: new(catalog.Catalog), top: object{}, teams: map[string]object{}, teamOf: map[string]string{},
		tried: map[*entry]int{}, operator: flink.DefaultOperator(),
	}
	for _, object := range objects {
		d.take(object)
	}
	d.objects = d.objects.Sorted()
	d.twice()
	if !slices.ContainsFunc(d.objects, func(o manifest.Object) bool { return owned(o.Key()) }) {
		d.add(diag.CodeImportNothing, diag.Error, manifest.Object{}, nil, "there is nothing to import: no FlinkDeployment, "+
			"FlinkSessionJob, NodePool, EC2NodeClass, Namespace or ServiceAccount", "name the files or the directory with these objects")
		return d, d.findings, nil
	}
	d.platform()
	d.readPools()
	d.readTeams()
	d.watchList()
	d.readNodes()
	d.readJobs()
	d.identities()
	d.state()
	d.required()
	return d, d.findings.Sorted(), nil
}

// take keeps an object without what the server and other tools have put on it,
// and in a namespace if it belongs in one.
func (d *Draft) take(o manifest.Object) {
	data := cloneMap(o.Data)
	delete(data, "status")
	meta := dig(data, "metadata")
	if meta == nil || textAt(data, "metadata", "name") == "" {
		d.add(diag.CodeImportLost, diag.Warning, o, []string{"metadata"},
			"not carried: an object without a name cannot be imported", "write metadata.name")
		return
	}
	for _, key := range []string{"managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink",
		"ownerReferences", "finalizers", "deletionTimestamp", "deletionGracePeriodSeconds"} {
		delete(meta, key)
	}
	for key := range dig(meta, "annotations") {
		if ignoredAnnotation(key) {
			remove(meta, "annotations", key)
		}
	}
	out := manifest.Object{Data: data, Origin: o.Origin}
	key := out.Key()
	if namespaced(key.Kind) && key.Namespace == "" {
		meta["namespace"] = cmp.Or(d.options.Namespace, "default")
	}
	d.objects = append(d.objects, out)
}

// twice says which objects are there more than once.
func (d *Draft) twice() {
	seen := map[manifest.Key]manifest.Object{}
	d.objects = slices.DeleteFunc(d.objects, func(o manifest.Object) bool {
		first, again := seen[o.Key()]
		if again {
			d.add(diag.CodeImportTwice, diag.Error, o, nil,
				"this object is there twice, first at "+first.Origin.Pos.String(), "leave one of them out")
			return true
		}
		seen[o.Key()] = o
		return false
	})
}

// ignoredAnnotation reports whether an annotation is a tool's own record, which
// says nothing about the object.
func ignoredAnnotation(key string) bool {
	for _, prefix := range []string{
		"kubectl.kubernetes.io/", "meta.helm.sh/", "helm.sh/resource-policy", "argocd.argoproj.io/tracking-id",
		"kustomize.toolkit.fluxcd.io/", "helm.toolkit.fluxcd.io/", "config.kubernetes.io/", "internal.config.kubernetes.io/",
	} {
		if strings.HasPrefix(key, prefix) {
			return true
		}
	}
	return false
}

// ignoredLabel reports whether a label is one that this tool, Helm or the server
// puts on everything.
func (d *Draft) ignoredLabel(key string, value any) bool {
	switch key {
	case "app.kubernetes.io/managed-by", labelTeam, "helm.sh/chart", "kubernetes.io/metadata.name":
		return true
	case labelPartOf:
		return value == cmp.Or(textAt(d.top, "platform", "name"), "flink")
	}
	return false
}

// Labels by which rendered objects say whose they are.
const (
	labelPartOf = "app.kubernetes.io/part-of"
	labelTeam   = "helm-flink.dev/team"
)

// owned reports whether objects of a kind are made into values.
func owned(k manifest.Key) bool {
	switch group, _, _ := strings.Cut(k.APIVersion, "/"); group {
	case "flink.apache.org":
		return true
	case "karpenter.sh":
		return k.Kind == "NodePool"
	case "karpenter.k8s.aws":
		return k.Kind == "EC2NodeClass"
	case "v1":
		return k.Kind == "Namespace" || k.Kind == "ServiceAccount"
	}
	return false
}

// namespaced reports whether a kind that is imported lives in a namespace.
func namespaced(kind string) bool {
	switch kind {
	case "FlinkDeployment", "FlinkSessionJob", "FlinkStateSnapshot", "FlinkBlueGreenDeployment", "ServiceAccount", "ConfigMap",
		"Secret", "Role", "RoleBinding", "ResourceQuota", "LimitRange", "NetworkPolicy", "Service", "Deployment":
		return true
	}
	return false
}

// add records a finding at a field of an imported object.
func (d *Draft) add(code diag.Code, severity diag.Severity, o manifest.Object, field []string, message, hint string) {
	f := diag.Finding{Code: code, Severity: severity, Message: message, Hint: hint}
	if o.Data != nil {
		f.Object = o.Key().String()
		f.Path, f.Pos = o.Origin.Field(field...)
		f.Path = diag.PathString(field)
	}
	d.findings = append(d.findings, f)
}

// of returns the objects of a kind.
func (d *Draft) of(kind string) []manifest.Object {
	var out []manifest.Object
	for _, o := range d.objects {
		if o.Key().Kind == kind {
			out = append(out, o)
		}
	}
	return out
}

// find returns an object; false if it was not read.
func (d *Draft) find(kind, namespace, name string) (manifest.Object, bool) {
	for _, o := range d.objects {
		if k := o.Key(); k.Kind == kind && k.Namespace == namespace && k.Name == name {
			return o, true
		}
	}
	return manifest.Object{}, false
}

// most is the text that stands most often, the first in order of those that
// stand as often; "" of none.
func most(all []string) string {
	count := map[string]int{}
	best := ""
	for _, s := range all {
		count[s]++
	}
	for _, s := range sortedKeys(count) {
		if s != "" && (best == "" || count[s] > count[best]) {
			best = s
		}
	}
	return best
}
