package app

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/diag"
)

// The minor versions of Kubernetes 1 that are known: the operator's own tests run
// on 1.28 (flink-kubernetes-operator 1.15, e2e tests), and the manifests are judged
// by the API of 1.37 (internal/verify).
const (
	oldestMinor = 28
	newestMinor = 37
)

// kubernetesVersion holds the cluster's version against what is known and what
// the values say.
func (c *checker) kubernetesVersion(context.Context) ([]Check, error) {
	minor, known := minorOf(c.version)
	if !known {
		return []Check{wrong(diag.Warning, "", "the cluster's version %q is not understood", c.version)}, nil
	}
	var out []Check
	switch {
	case minor < oldestMinor:
		out = append(out, wrong(diag.Warning, kubernetesHint,
			"the cluster is Kubernetes 1.%d; the Flink operator is tested on 1.%d and later", minor, oldestMinor))
	case minor > newestMinor:
		out = append(out, wrong(diag.Info, "", "the cluster is Kubernetes 1.%d, which is newer than the API that is known here, 1.%d",
			minor, newestMinor))
	}
	if c.platform != nil {
		if said := c.platform.Cluster.KubernetesVersion; said != "1."+strconv.Itoa(minor) {
			out = append(out, wrong(diag.Warning,
				fmt.Sprintf("set cluster.kubernetesVersion: \"1.%d\"; manifests are rendered and judged by it", minor),
				"the cluster is Kubernetes 1.%d, and cluster.kubernetesVersion is %s", minor, said))
		}
	}
	if len(out) == 0 {
		out = append(out, ok("Kubernetes %s", c.version))
	}
	return out, nil
}

// minorOf reads the minor of "v1.33.4-eks-…".
func minorOf(version string) (int, bool) {
	rest, ok := strings.CutPrefix(version, "v1.")
	digits, _, _ := strings.Cut(rest, ".")
	minor, err := strconv.Atoi(strings.TrimRight(digits, "+"))
	return minor, ok && err == nil
}

// issuer holds the cluster's OIDC issuer against the values.
func (c *checker) issuer(ctx context.Context) ([]Check, error) {
	live, err := c.cluster.Issuer(ctx)
	if err != nil {
		return nil, err
	}
	if c.platform == nil {
		return []Check{ok("service accounts are signed for by %s", live)}, nil
	}
	return []Check{judgeIssuer(live, c.platform.Cluster.OIDCProvider, c.webIdentity())}, nil
}

// judgeIssuer compares the issuer with cluster.oidcProvider; needed says that
// service accounts have roles by web identity.
func judgeIssuer(live, said string, needed bool) Check {
	host := strings.TrimPrefix(live, "https://")
	switch {
	case said == host:
		return ok("the OIDC issuer is the one of the values, %s", host)
	case said == "" && needed:
		return wrong(diag.Warning, issuerHint(host),
			"the values have no cluster.oidcProvider, and service accounts have roles")
	case said == "":
		return ok("the OIDC issuer is %s; the values name none and need none", host)
	case needed:
		return wrong(diag.Error, issuerHint(host)+", or choose the cluster that the values are for (--kube-context)",
			"the cluster's OIDC issuer is %s, and cluster.oidcProvider is %s: no role could be assumed", host, said)
	}
	return wrong(diag.Warning, issuerHint(host),
		"the cluster's OIDC issuer is %s, and cluster.oidcProvider is %s", host, said)
}

// webIdentity reports whether a service account of the platform has a role (IRSA),
// or EMR makes one that has.
func (c *checker) webIdentity() bool {
	for _, o := range c.result.Set {
		at := cluster.Object(o.Data)
		if at.Text("metadata", "annotations", "eks.amazonaws.com/role-arn") != "" || at.Text("spec", "executionRoleArn") != "" {
			return true
		}
	}
	return false
}

// storage looks for the StorageClasses that the platform's volumes name, and for
// a default where one names none.
func (c *checker) storage(ctx context.Context) ([]Check, error) {
	names, defaults, err := c.cluster.StorageClasses(ctx)
	if err != nil {
		return nil, err
	}
	if c.plan == nil {
		if len(defaults) == 0 {
			return []Check{wrong(diag.Info, "volumes must name their class", "there is no default StorageClass")}, nil
		}
		return []Check{ok("the default StorageClass is %s", strings.Join(defaults, ", "))}, nil
	}
	wanted := map[string]bool{}
	for _, o := range c.result.Set {
		claims(o.Data, wanted)
	}
	var out []Check
	for _, name := range sortedNames(wanted) {
		own := c.plans("StorageClass", "", name)
		switch {
		case name == "" && len(defaults) == 0:
			out = append(out, wrong(diag.Error, noClassHint,
				"a volume names no StorageClass, and the cluster has no default one"))
		case name != "" && !own && !slices.Contains(names, name):
			out = append(out, wrong(diag.Error, volumeClassHint,
				"a volume needs the StorageClass %s, which is not there; there are: %s", name, orNone(names)))
		}
	}
	switch {
	case len(out) > 0:
	case len(wanted) == 0:
		out = append(out, ok("no volume of the platform needs a StorageClass"))
	default:
		out = append(out, ok("the StorageClasses that volumes need are there"))
	}
	return out, nil
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func sortedNames(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// claims finds the specs of PersistentVolumeClaims in an object, wherever pods and
// templates have them, and notes the classes they name.
func claims(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if v["accessModes"] != nil && v["resources"] != nil && v["volumeName"] == nil && v["capacity"] == nil {
			class, _ := v["storageClassName"].(string)
			into[class] = true
			return
		}
		for _, below := range v {
			claims(below, into)
		}
	case []any:
		for _, below := range v {
			claims(below, into)
		}
	}
}

// metrics looks for the metrics API, which kubectl top and HorizontalPodAutoscalers
// ask; Flink's own autoscaler does not.
func (c *checker) metrics(ctx context.Context) ([]Check, error) {
	kind := schema.GroupVersionKind{Group: "apiregistration.k8s.io", Version: "v1", Kind: "APIService"}
	live, err := c.cluster.Get(ctx, cluster.Target{Kind: kind, Name: "v1beta1.metrics.k8s.io"})
	if err != nil {
		return nil, err
	}
	status, said := "", ""
	if live != nil {
		status, said = cluster.Condition(live, "Available")
	}
	switch {
	case live == nil && c.brings("metrics-server"):
		return []Check{ok("there is no metrics API (metrics.k8s.io) yet: install brings it (addons.metrics-server)")}, nil
	case live == nil:
		return []Check{wrong(diag.Info, metricsHint, "there is no metrics API (metrics.k8s.io)")}, nil
	case status != "True":
		return []Check{wrong(diag.Warning, metricsHint, "the metrics API does not answer: %s", cmp.Or(said, "it has no status"))}, nil
	}
	return []Check{ok("the metrics API answers")}, nil
}
