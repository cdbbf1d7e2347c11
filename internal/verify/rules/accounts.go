package rules

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/pods"
	"github.com/helm-flink/helm-flink/internal/verify/model"
)

// emrAccount is what the names of the service accounts start with that EMR's
// operator or chart makes (EMR on EKS guide, page jobruns-flink-restart).
const emrAccount = "emr-containers-sa-flink"

// accountOf is the service account of the pods of a role, as far as it is known
// and must be made by somebody: "" for the one that every namespace has, and for
// those that EMR's operator makes for executionRoleArn.
func accountOf(c *model.Cluster, g pods.Group) string {
	name := g.Template.Spec.ServiceAccountName
	if name == "default" || c.Distribution == model.EMR && c.Spec.ExecutionRoleARN != "" {
		return ""
	}
	return name
}

// accountsOf lists the service accounts of a cluster, each once.
func accountsOf(c *model.Cluster) []string {
	var out []string
	for _, g := range c.Pods().Groups() {
		if name := accountOf(c, g); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// accountField is the field that names a service account.
func accountField(c *model.Cluster, name string) []string {
	for _, key := range []string{"kubernetes.jobmanager.service-account", "kubernetes.taskmanager.service-account"} {
		if c.Own[key] == name {
			return c.Setting(key)
		}
	}
	return c.Field("serviceAccount")
}

// need is a right on a resource of Kubernetes.
type need struct {
	group, resource string
	verbs           []string
}

// needs lists the rights without which the pods of a role cannot work: in native
// mode the JobManager starts and stops TaskManagers and reads its own Deployment;
// with high availability by Kubernetes it keeps its metadata and elects its leader
// in ConfigMaps, which the TaskManagers watch.
func needs(c *model.Cluster, r pods.Role) []need {
	var out []need
	if r == pods.JobManager && c.Spec.Mode != "standalone" {
		out = append(out,
			need{"", "pods", []string{"create", "delete", "list", "watch"}},
			need{"apps", "deployments", []string{"get"}})
	}
	if !kubernetesHA(c) {
		return out
	}
	if r == pods.JobManager {
		return append(out, need{"", "configmaps", []string{"create", "delete", "get", "list", "update", "watch"}})
	}
	return append(out, need{"", "configmaps", []string{"list", "watch"}})
}

// rights are the rules that bindings give to one service account; known is false
// if one of them comes from a role that is not in the input.
type rights struct {
	bound bool
	known bool
	rules []rbacv1.PolicyRule
}

// rightsOf collects what a service account may do in its namespace.
func rightsOf(w *model.World, namespace, account string) rights {
	out := rights{known: true}
	for _, o := range w.Kind("RoleBinding") {
		if o.Key.Namespace == namespace {
			if b, ok := decoded[rbacv1.RoleBinding](o); ok && binds(b.Subjects, namespace, namespace, account) {
				out.add(w, namespace, b.RoleRef)
			}
		}
	}
	for _, o := range w.Kind("ClusterRoleBinding") {
		if b, ok := decoded[rbacv1.ClusterRoleBinding](o); ok && binds(b.Subjects, "", namespace, account) {
			out.add(w, "", b.RoleRef)
		}
	}
	return out
}

// binds reports whether the account is among the subjects, by itself or in a group.
func binds(subjects []rbacv1.Subject, home, namespace, account string) bool {
	return slices.ContainsFunc(subjects, func(s rbacv1.Subject) bool {
		switch s.Kind {
		case rbacv1.ServiceAccountKind:
			return s.Name == account && (s.Namespace == namespace || s.Namespace == "" && home == namespace)
		case rbacv1.GroupKind:
			return s.Name == "system:serviceaccounts" || s.Name == "system:serviceaccounts:"+namespace || s.Name == "system:authenticated"
		default:
			return s.Kind == rbacv1.UserKind && s.Name == "system:serviceaccount:"+namespace+":"+account
		}
	})
}

func (r *rights) add(w *model.World, namespace string, ref rbacv1.RoleRef) {
	r.bound = true
	if ref.Kind == "ClusterRole" {
		namespace = ""
	}
	o := w.Find(ref.Kind, namespace, ref.Name)
	if o == nil {
		// Every cluster has ClusterRoles of its own: edit and admin are enough. A
		// Role that does not exist gives nothing.
		r.known = r.known && ref.Kind == "Role" && w.Complete
		return
	}
	// Role and ClusterRole have their rules in the same place.
	role, ok := decoded[rbacv1.Role](o)
	if cluster, _ := decoded[rbacv1.ClusterRole](o); !ok || cluster.AggregationRule != nil {
		r.known = false
		return
	}
	r.rules = append(r.rules, role.Rules...)
}

// lacks lists the verbs of a need that no rule gives.
func (r rights) lacks(n need) []string {
	var out []string
	for _, verb := range n.verbs {
		if !slices.ContainsFunc(r.rules, func(rule rbacv1.PolicyRule) bool {
			return len(rule.ResourceNames) == 0 &&
				anyOf(rule.Verbs, verb) && anyOf(rule.APIGroups, n.group) && anyOf(rule.Resources, n.resource)
		}) {
			out = append(out, verb)
		}
	}
	return out
}

// anyOf reports whether a list of a rule holds a value or the star.
func anyOf(list []string, value string) bool {
	return slices.Contains(list, value) || slices.Contains(list, "*")
}

// kubernetesHA reports whether high availability keeps its metadata in
// ConfigMaps: the mode is kubernetes, or the name of its factory, or EMR's own
// switch is on, as it is by default.
func kubernetesHA(c *model.Cluster) bool {
	if c.EMRHighAvailability() {
		return true
	}
	mode := c.Config.Text(flink.HAKeys()...)
	return strings.EqualFold(mode, "kubernetes") || strings.HasSuffix(mode, ".KubernetesHaServicesFactory")
}
