package lifecycle_test

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// grants are the permissions that check prints for values, document by document.
func (s *site) grants(t *testing.T, user string, values ...string) []map[string]any {
	t.Helper()
	stdout, _ := s.must(t, append([]string{"check", "--print-rbac", "--rbac-subject", "User:" + user}, values...)...)
	var out []map[string]any
	for doc := range strings.SplitSeq("\n"+stdout, "\n---\n") {
		var o map[string]any
		if err := yaml.Unmarshal([]byte(doc), &o); err != nil {
			t.Fatal(err)
		}
		if len(o) > 0 {
			out = append(out, o)
		}
	}
	return out
}

// give puts permissions on the cluster, as they are now.
func (s *site) give(t *testing.T, grants []map[string]any) {
	t.Helper()
	var stream strings.Builder
	for _, o := range grants {
		text, err := yaml.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		stream.WriteString("---\n" + string(text))
	}
	s.Apply(t, stream.String(), "--force-conflicts")
}

// without gives the permissions but for one verb on a resource in a namespace.
func without(t *testing.T, grants []map[string]any, verb, resource, namespace string) []map[string]any {
	t.Helper()
	var out []map[string]any
	taken := false
	for _, o := range grants {
		meta, _ := o["metadata"].(map[string]any)
		in, _ := meta["namespace"].(string)
		all, _ := o["rules"].([]any)
		if len(all) == 0 || in != namespace {
			out = append(out, o)
			continue
		}
		var kept []any
		for _, each := range all {
			rule, _ := each.(map[string]any)
			resources, _ := rule["resources"].([]any)
			verbs, _ := rule["verbs"].([]any)
			if !slices.Contains(resources, any(resource)) || !slices.Contains(verbs, any(verb)) {
				kept = append(kept, rule)
				continue
			}
			taken = true
			for _, part := range []map[string]any{
				{"resources": drop(resources, resource), "verbs": verbs},
				{"resources": []any{resource}, "verbs": drop(verbs, verb)},
			} {
				if len(part["resources"].([]any)) == 0 || len(part["verbs"].([]any)) == 0 {
					continue
				}
				part["apiGroups"] = rule["apiGroups"]
				if rule["resourceNames"] != nil {
					part["resourceNames"] = rule["resourceNames"]
				}
				kept = append(kept, part)
			}
		}
		out = append(out, map[string]any{"apiVersion": o["apiVersion"], "kind": o["kind"], "metadata": o["metadata"], "rules": kept})
	}
	if !taken {
		t.Fatalf("nothing allows to %s %s in %q", verb, resource, namespace)
	}
	return out
}

func drop(all []any, one string) []any {
	return slices.DeleteFunc(slices.Clone(all), func(each any) bool { return each == any(one) })
}

// denied runs a verb that must fail for want of a permission, and wants it named.
func (s *site) denied(t *testing.T, verb, resource, namespace string, args ...string) {
	t.Helper()
	_, stderr, code := s.run(t, args...)
	if code != 1 {
		t.Errorf("%s without %s %s in %q: exit %d\n%s", args[0], verb, resource, namespace, code, stderr)
	}
	text := "cannot " + verb + ` resource "` + resource + `"`
	where := "at the cluster scope"
	if namespace != "" {
		where = `in the namespace "` + namespace + `"`
	}
	if !strings.Contains(stderr, text) || !strings.Contains(stderr, where) {
		t.Errorf("%s without %s %s in %q does not name them:\n%s", args[0], verb, resource, namespace, stderr)
	}
}

const (
	team         = "clickstream"
	operatorHome = "flink-kubernetes-operator"
)

// TestPermissions installs, upgrades and uninstalls with the printed permissions
// alone, and without one of them after the other.
func TestPermissions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	user := s.as(t, "deployer")
	grants := s.grants(t, "deployer", "-f", "examples/apache.yaml")
	values := []string{"-f", "examples/apache.yaml", "--timeout", "60s"}
	install := append([]string{"install"}, values...)

	checks := user.checks(t, "-f", "examples/apache.yaml")
	want(t, checks, "permissions", "error", "create leases.coordination.k8s.io in the namespace "+operatorHome)

	for _, lack := range [][3]string{
		{"create", "leases", operatorHome},
		{"list", "secrets", operatorHome},
		{"list", "namespaces", ""},
		{"patch", "customresourcedefinitions", ""},
		{"create", "networkpolicies", team},
		{"create", "secrets", operatorHome},
	} {
		s.give(t, without(t, grants, lack[0], lack[1], lack[2]))
		user.denied(t, lack[0], lack[1], lack[2], install...)
	}
	// A Role gives what its maker must hold.
	s.give(t, without(t, grants, "deletecollection", "secrets", team))
	_, stderr, code := user.run(t, install...)
	if code != 1 || !strings.Contains(stderr, "Role "+team+"/flink-operator") ||
		!strings.Contains(stderr, `Resources:["secrets"], Verbs:["deletecollection"]`) {
		t.Errorf("install of a Role that gives more than its maker has: exit %d\n%s", code, stderr)
	}
	want(t, user.checks(t, "-f", "examples/apache.yaml"), "permissions", "error",
		"deletecollection secrets in the namespace "+team+", which a Role of the platform gives")
	s.give(t, without(t, grants, "create", "nodepools", ""))
	want(t, user.checks(t, "-f", "examples/apache.yaml"), "permissions", "error", "create nodepools.karpenter.sh at the cluster scope")

	s.give(t, grants)
	want(t, user.checks(t, "-f", "examples/apache.yaml"), "permissions", "ok", "all ")
	user.must(t, install...)

	// Nothing is left to do, and a change goes through.
	_, stderr = user.must(t, append([]string{"upgrade"}, values...)...)
	if strings.Contains(stderr, "done") {
		t.Errorf("upgrade changed something:\n%s", stderr)
	}
	change := append([]string{"upgrade", "--set", "jobs.state-machine.parallelism=2", "--set", "teams.clickstream.quota.pods=90"}, values...)
	for _, lack := range [][3]string{
		{"patch", "flinkdeployments", team},
		{"patch", "resourcequotas", team},
		{"update", "secrets", team},
	} {
		s.give(t, without(t, grants, lack[0], lack[1], lack[2]))
		user.denied(t, lack[0], lack[1], lack[2], change...)
	}
	s.give(t, grants)
	user.must(t, change...)

	// The same for the verbs that look and go back.
	s.give(t, without(t, grants, "list", "networkpolicies", team))
	user.denied(t, "list", "networkpolicies", team, "diff", "-f", "examples/apache.yaml")
	s.give(t, grants)
	user.must(t, append([]string{"upgrade", "--set", "teams.clickstream.quota.pods=80"}, values...)...)
	s.give(t, without(t, grants, "patch", "resourcequotas", team))
	user.denied(t, "patch", "resourcequotas", team, "rollback", "-f", "examples/apache.yaml", "--timeout", "60s")
	s.give(t, grants)
	user.must(t, "diff", "-f", "examples/apache.yaml")
	user.must(t, "rollback", "-f", "examples/apache.yaml", "--timeout", "60s")

	// What an upgrade cannot delete is not passed over.
	smaller := append([]string{"upgrade", "--set", "teams.clickstream.networkPolicy.allowEgress.kafka=null"}, values...)
	s.give(t, without(t, grants, "delete", "networkpolicies", team))
	user.denied(t, "delete", "networkpolicies", team, smaller...)
	s.give(t, grants)
	user.must(t, smaller...)

	uninstall := append([]string{"uninstall"}, values...)
	for _, lack := range [][3]string{
		{"delete", "flinkdeployments", team},
		{"delete", "deployments", operatorHome},
		{"delete", "rolebindings", team},
		{"delete", "nodepools", ""},
	} {
		s.give(t, without(t, grants, lack[0], lack[1], lack[2]))
		user.denied(t, lack[0], lack[1], lack[2], uninstall...)
	}
	s.give(t, grants)
	user.must(t, uninstall...)
}
