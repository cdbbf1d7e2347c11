package access

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-flink/helm-flink/internal/cluster"
	"github.com/helm-flink/helm-flink/internal/release"
)

// Subject is who gets the permissions.
type Subject struct{ Kind, Namespace, Name string }

// ParseSubject reads User:NAME, Group:NAME or ServiceAccount:NAMESPACE/NAME.
func ParseSubject(text string) (Subject, error) {
	kind, name, _ := strings.Cut(text, ":")
	s := Subject{Kind: kind, Name: name}
	switch {
	case kind == "ServiceAccount":
		var ok bool
		s.Namespace, s.Name, ok = strings.Cut(name, "/")
		if !ok || s.Namespace == "" || s.Name == "" {
			return s, fmt.Errorf("%q: want ServiceAccount:NAMESPACE/NAME", text)
		}
	case (kind == "User" || kind == "Group") && name != "":
	default:
		return s, fmt.Errorf("%q: want User:NAME, Group:NAME or ServiceAccount:NAMESPACE/NAME", text)
	}
	return s, nil
}

func (s Subject) object() map[string]any {
	out := map[string]any{"kind": s.Kind, "name": s.Name}
	if s.Namespace != "" {
		out["namespace"] = s.Namespace
		return out
	}
	out["apiGroup"] = groupRBAC
	return out
}

// RBAC writes needs as a YAML stream: the namespaces, since a Role cannot be made
// without its namespace, a ClusterRole, a Role for each namespace, and their
// bindings. Namespaces are made by whoever applies the stream, so that the right
// to create them is not part of it.
func RBAC(p release.Plan, needs []Need, subject Subject) ([]byte, error) {
	name := "helm-flink-" + p.Platform
	byNamespace := map[string][]cluster.Permission{}
	for _, n := range needs {
		if !n.Absent {
			byNamespace[n.Namespace] = append(byNamespace[n.Namespace], n.Permission)
		}
	}
	var objects []map[string]any
	for _, o := range Namespaces(p) {
		objects = append(objects, o)
	}
	for _, namespace := range slices.Sorted(maps.Keys(byNamespace)) {
		role, binding := "ClusterRole", "ClusterRoleBinding"
		metadata := map[string]any{"name": name}
		if namespace != "" {
			role, binding = "Role", "RoleBinding"
			metadata["namespace"] = namespace
		}
		objects = append(objects, map[string]any{
			"apiVersion": groupRBAC + "/v1", "kind": role, "metadata": metadata, "rules": rules(byNamespace[namespace]),
		}, map[string]any{
			"apiVersion": groupRBAC + "/v1", "kind": binding, "metadata": metadata,
			"roleRef":  map[string]any{"apiGroup": groupRBAC, "kind": role, "name": name},
			"subjects": []any{subject.object()},
		})
	}
	var out bytes.Buffer
	for _, o := range objects {
		text, err := yaml.Marshal(o)
		if err != nil {
			return nil, fmt.Errorf("write the permissions: %w", err)
		}
		out.WriteString("---\n")
		out.Write(text)
	}
	return out.Bytes(), nil
}

// rule is one rule, its lists joined by commas so that rules can be compared.
type rule struct{ group, resources, names, verbs string }

// rules makes few rules of permissions: verbs of one object together, then
// objects with the same verbs, then resources with the same.
func rules(all []cluster.Permission) []any {
	verbs, urls := map[rule][]string{}, map[string][]string{}
	for _, p := range all {
		if p.URL != "" {
			urls[p.URL] = append(urls[p.URL], p.Verb)
			continue
		}
		key := rule{group: p.Group, resources: p.Resource, names: p.Name}
		verbs[key] = append(verbs[key], p.Verb)
	}
	whole := map[rule][]string{} // what is allowed on all objects needs no name
	for key, v := range verbs {
		if key.names == "" {
			whole[rule{group: key.group, resources: key.resources}] = v
		}
	}
	names := map[rule][]string{}
	for key, v := range verbs {
		if key.names != "" {
			free := whole[rule{group: key.group, resources: key.resources}]
			v = slices.DeleteFunc(slices.Clone(v), func(verb string) bool { return slices.Contains(free, verb) })
		}
		if len(v) == 0 {
			continue
		}
		at := rule{group: key.group, resources: key.resources, verbs: joined(v)}
		if key.names == "" {
			at.names = "*" // not a name: apart from those that have one
		}
		names[at] = append(names[at], key.names)
	}
	resources := map[rule][]string{}
	for key, n := range names {
		at := rule{group: key.group, names: joined(n), verbs: key.verbs}
		resources[at] = append(resources[at], key.resources)
	}
	merged := make([]rule, 0, len(resources))
	for key, r := range resources {
		key.resources = joined(r)
		merged = append(merged, key)
	}
	slices.SortFunc(merged, func(a, b rule) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.resources, b.resources),
			cmp.Compare(a.names, b.names), cmp.Compare(a.verbs, b.verbs))
	})
	out := make([]any, 0, len(merged))
	for _, r := range merged {
		one := map[string]any{"apiGroups": []any{r.group}, "resources": parted(r.resources), "verbs": parted(r.verbs)}
		if r.names != "" {
			one["resourceNames"] = parted(r.names)
		}
		out = append(out, one)
	}
	for _, url := range slices.Sorted(maps.Keys(urls)) {
		out = append(out, map[string]any{"nonResourceURLs": []any{url}, "verbs": parted(joined(urls[url]))})
	}
	return out
}

func joined(all []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(all))), ",")
}

func parted(text string) []any {
	var out []any
	for s := range strings.SplitSeq(text, ",") {
		out = append(out, s)
	}
	return out
}
