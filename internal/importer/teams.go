package importer

import (
	"cmp"
	"strings"

	"github.com/helm-flink/helm-flink/internal/diag"
	"github.com/helm-flink/helm-flink/internal/manifest"
)

// readTeams makes a team of every namespace in which there is something of Flink
// or whose Namespace is there, but for the operator's.
func (d *Draft) readTeams() {
	namespaces := map[string]bool{}
	for _, o := range d.objects {
		switch id := o.Key(); {
		case strings.HasPrefix(id.APIVersion, "flink.apache.org/"):
			namespaces[id.Namespace] = true
		case id.Kind == "Namespace" && id.Name != d.operatorNamespace():
			namespaces[id.Name] = true
		case id.Kind == "ServiceAccount" && id.Namespace != d.operatorNamespace():
			namespaces[id.Namespace] = true
		}
	}
	for _, namespace := range sortedKeys(namespaces) {
		key := d.teamKey(namespace)
		team := object{}
		if key != namespace {
			team["namespace"] = namespace
		}
		d.teams[key], d.teamOf[namespace] = team, key
		d.readNamespace(namespace, team)
		d.readQuota(namespace, team)
		d.readPeople(namespace, team)
		d.readNetwork(namespace, team)
	}
}

// teamKey is the team that objects of this tool name, or the namespace.
func (d *Draft) teamKey(namespace string) string {
	for _, o := range d.objects {
		id := o.Key()
		if cmp.Or(id.Namespace, id.Name) != namespace || id.Namespace == "" && id.Kind != "Namespace" {
			continue
		}
		key := textAt(o.Data, "metadata", "labels", labelTeam)
		if _, taken := d.teams[key]; key != "" && !taken {
			return key
		}
	}
	return namespace
}

const podSecurityPrefix = "pod-security.kubernetes.io/"

func (d *Draft) readNamespace(namespace string, team object) {
	o, ok := d.find("Namespace", "", namespace)
	if !ok {
		team["createNamespace"] = false
		return
	}
	levels := object{}
	for _, mode := range []string{"enforce", "audit", "warn"} {
		// A mode that the namespace does not name has the level privileged, unless the API
		// server is configured otherwise.
		levels[mode] = "privileged"
	}
	for key, value := range dig(o.Data, "metadata", "labels") {
		mode, security := strings.CutPrefix(key, podSecurityPrefix)
		switch {
		case security && levels[mode] != nil:
			levels[mode] = value
		case !d.ignoredLabel(key, value):
			set(team, value, "labels", key)
		}
	}
	if enforced := "restricted"; levels["enforce"] == enforced && !d.emr || d.emr && levels["enforce"] == "baseline" {
		delete(levels, "enforce")
	}
	put(team, levels, "podSecurity")
	put(team, dig(o.Data, "metadata", "annotations"), "annotations")
}

// readQuota reads the quota and the limits that have the names that the values
// give them; others are left where they are.
func (d *Draft) readQuota(namespace string, team object) {
	if quota, ok := d.find("ResourceQuota", namespace, "flink-quota"); ok {
		put(team, textMap(dig(quota.Data, "spec", "hard")), "quota")
	}
	limits, ok := d.find("LimitRange", namespace, "flink-limits")
	if !ok {
		return
	}
	if items := list(limits.Data, "spec", "limits"); len(items) == 1 {
		out := object{}
		for _, key := range []string{"default", "defaultRequest", "max", "min"} {
			put(out, textMap(dig(items[0], key)), key)
		}
		implied := object{"default": object{"memory": "512Mi"}, "defaultRequest": object{"cpu": "100m", "memory": "128Mi"}}
		if team["quota"] == nil || !equal(out, implied) {
			put(team, out, "limitRange")
		}
	}
}

func textMap(o object) object {
	out := object{}
	for key, value := range o {
		if text, ok := scalar(value); ok {
			out[key] = text
		}
	}
	return out
}

// readPeople reads the bindings flink-access-<level>.
func (d *Draft) readPeople(namespace string, team object) {
	for _, level := range []string{"view", "edit", "admin"} {
		binding, ok := d.find("RoleBinding", namespace, "flink-access-"+level)
		if !ok {
			continue
		}
		for _, subject := range list(binding.Data, "subjects") {
			switch subject["kind"] {
			case "Group":
				set(team, level, "groups", textAt(subject, "name"))
			case "User":
				set(team, level, "users", textAt(subject, "name"))
			}
		}
	}
}

// readNetwork reads the network policies of this tool; without them the team has
// none, whatever others there are.
func (d *Draft) readNetwork(namespace string, team object) {
	if _, ok := d.find("NetworkPolicy", namespace, "flink-default-deny"); !ok {
		set(team, false, "networkPolicy", "enabled")
		return
	}
	for _, o := range d.of("NetworkPolicy") {
		if o.Key().Namespace != namespace {
			continue
		}
		if name, ok := strings.CutPrefix(o.Key().Name, "flink-egress-"); ok {
			put(team, egress(o), "networkPolicy", "allowEgress", name)
		}
		if name, ok := strings.CutPrefix(o.Key().Name, "flink-ingress-"); ok {
			put(team, ingress(o), "networkPolicy", "allowIngress", name)
		}
		if strings.HasPrefix(o.Key().Name, "flink-metrics") {
			for _, rule := range list(o.Data, "spec", "ingress") {
				put(team, namespacesOf(list(rule, "from")), "networkPolicy", "metricsNamespaces")
			}
		}
	}
}

func egress(o manifest.Object) object {
	out := object{}
	for _, rule := range list(o.Data, "spec", "egress") {
		ports, protocol := portsOf(rule)
		put(out, ports, "ports")
		if protocol != "TCP" {
			put(out, protocol, "protocol")
		}
		put(out, cidrsOf(list(rule, "to")), "cidrs")
	}
	return out
}

func ingress(o manifest.Object) object {
	out := object{}
	for _, rule := range list(o.Data, "spec", "ingress") {
		ports, _ := portsOf(rule)
		put(out, ports, "ports")
		put(out, cidrsOf(list(rule, "from")), "cidrs")
		put(out, namespacesOf(list(rule, "from")), "namespaces")
	}
	return out
}

func portsOf(rule object) (ports []any, protocol string) {
	for _, p := range list(rule, "ports") {
		ports = append(ports, p["port"])
		protocol = textAt(p, "protocol")
	}
	return ports, protocol
}

func cidrsOf(peers []object) []any {
	var out []any
	for _, peer := range peers {
		if cidr := textAt(peer, "ipBlock", "cidr"); cidr != "" {
			out = append(out, cidr)
		}
	}
	return out
}

func namespacesOf(peers []object) []any {
	var out []any
	for _, peer := range peers {
		if name := textAt(peer, "namespaceSelector", "matchLabels", "kubernetes.io/metadata.name"); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// unlisted says that an object will not be made by the values.
func (d *Draft) unlisted(o manifest.Object) {
	d.add(diag.CodeImportForeign, diag.Info, o, nil,
		"not carried: no values make this "+o.Key().Kind,
		"keep it where it is, beside the platform: the values neither make nor delete it")
}
