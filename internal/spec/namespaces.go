package spec

import (
	"slices"
)

// Labels that say whose an object is.
const (
	labelPartOf = "app.kubernetes.io/part-of"
	labelTeam   = "helm-flink.dev/team"
)

// commonLabels are on every object of the platform.
func (p *Platform) commonLabels() object { return object{labelPartOf: p.Platform.Name} }

// teamLabels are on every object of a team, its pods included.
func (p *Platform) teamLabels(t *Team) object {
	return object{labelPartOf: p.Platform.Name, labelTeam: t.Key}
}

// namespaceValues are the values of the chart flink-namespaces.
func (p *Platform) namespaceValues() object {
	namespaces := object{p.Operator.Namespace: p.operatorNamespace()}
	clusters := map[*Team][]*cluster{}
	for _, k := range p.clusters() {
		clusters[k.team] = append(clusters[k.team], k)
	}
	for _, key := range sortedKeys(p.Teams) {
		t := p.Teams[key]
		namespaces[t.Namespace] = p.teamNamespace(t, clusters[t])
	}
	return object{"commonLabels": p.commonLabels(), "namespaces": namespaces}
}

func (p *Platform) operatorNamespace() object {
	return object{
		"create":        p.Operator.CreateNamespace,
		"podSecurity":   p.podSecurity(PodSecurity{Audit: "restricted", Warn: "restricted"}),
		"networkPolicy": p.networkPolicy(p.Operator.NetworkPolicy, "operator", nil),
	}
}

// teamNamespace is the namespace of a team with these Flink clusters.
func (p *Platform) teamNamespace(t *Team, clusters []*cluster) object {
	out := object{
		"create":        t.CreateNamespace,
		"labels":        override(object{labelTeam: t.Key}, anyMap(t.Labels)),
		"podSecurity":   p.podSecurity(t.PodSecurity),
		"jobRole":       object{"create": true, "name": "flink", "serviceAccounts": anyList(p.serviceAccountsOf(t, clusters))},
		"networkPolicy": p.networkPolicy(withConnectors(t, clusters), "jobs", clusterNames(clusters)),
	}
	if t.NetworkPolicy.Enabled {
		put(dig(out, "networkPolicy"), "webUI", webOpenings(clusters))
	}
	put(out, "annotations", anyMap(t.Annotations))
	put(out, "resourceQuota", anyMap(t.Quota))
	put(out, "limitRange", t.limitRange())
	access := object{}
	put(access, "groups", anyMap(t.Groups))
	put(access, "users", anyMap(t.Users))
	put(out, "access", access)
	return out
}

// podSecurity fills the level that is enforced: restricted, or baseline with
// EMR, whose log sidecar is not known.
func (p *Platform) podSecurity(s PodSecurity) object {
	enforce := s.Enforce
	if enforce == "" {
		enforce = "restricted"
		if p.emr() {
			enforce = "baseline"
		}
	}
	return object{"enforce": enforce, "audit": s.Audit, "warn": s.Warn}
}

// limitRange is what the team says; with a quota, which refuses pods whose
// containers name no requests, small defaults for such containers.
func (t *Team) limitRange() []any {
	l := t.LimitRange
	if l == nil {
		if len(t.Quota) == 0 {
			return nil
		}
		l = &LimitRange{
			Default:        map[string]string{"memory": "512Mi"},
			DefaultRequest: map[string]string{"cpu": "100m", "memory": "128Mi"},
		}
	}
	limits := object{"type": "Container"}
	put(limits, "default", anyMap(l.Default))
	put(limits, "defaultRequest", anyMap(l.DefaultRequest))
	put(limits, "max", anyMap(l.Max))
	put(limits, "min", anyMap(l.Min))
	return []any{limits}
}

func (p *Platform) networkPolicy(n NetworkPolicy, kind string, deployments []string) object {
	out := object{"enabled": n.Enabled, "kind": kind}
	if !n.Enabled {
		return out
	}
	if kind == "jobs" {
		out["operatorNamespace"] = p.Operator.Namespace
		out["deployments"] = anyList(deployments)
	}
	if len(n.MetricsNamespaces) > 0 { // the port is the chart's default: 9249 of Flink, 9999 of the operator
		out["metrics"] = object{"namespaces": anyList(n.MetricsNamespaces)}
	}
	egress, ingress := object{}, object{}
	for name, e := range n.AllowEgress {
		egress[name] = object{"ports": ints(e.Ports), "cidrs": anyList(e.CIDRs), "protocol": e.Protocol}
	}
	for name, i := range n.AllowIngress {
		ingress[name] = object{"ports": ints(i.Ports), "cidrs": anyList(i.CIDRs), "namespaces": anyList(i.Namespaces)}
	}
	put(out, "allowEgress", egress)
	put(out, "allowIngress", ingress)
	return out
}

func ints(l []int) []any {
	out := make([]any, len(l))
	for i, n := range l {
		out[i] = int64(n)
	}
	return out
}

// clusters returns every Flink cluster of the platform, in order.
func (p *Platform) clusters() []*cluster {
	var out []*cluster
	for _, key := range sortedKeys(p.Jobs) {
		out = append(out, p.jobCluster("jobs", key, p.Jobs[key]))
	}
	for _, key := range sortedKeys(p.SessionClusters) {
		out = append(out, p.sessionCluster(key))
	}
	for _, key := range sortedKeys(p.BlueGreen) {
		out = append(out, p.jobCluster("blueGreen", key, &p.BlueGreen[key].Job))
	}
	return slices.DeleteFunc(out, func(k *cluster) bool { return k.team == nil })
}

// deploymentNames are the FlinkDeployments of a cluster: a blue/green one has
// two, which the operator names.
func (k *cluster) deploymentNames() []string {
	if k.path[0] == "blueGreen" {
		return []string{k.name + "-blue", k.name + "-green"}
	}
	return []string{k.name}
}

func clusterNames(clusters []*cluster) []string {
	var names []string
	for _, k := range clusters {
		names = append(names, k.deploymentNames()...)
	}
	slices.Sort(names)
	return names
}

// serviceAccountsOf are all accounts that the pods of a team's clusters run as.
func (p *Platform) serviceAccountsOf(t *Team, clusters []*cluster) []string {
	var names []string
	if !p.emr() || t.Role == nil {
		names = append(names, t.ServiceAccount)
	} else {
		names = append(names, (&cluster{Common: &Common{}, platform: p, team: t, emr: true}).serviceAccounts()...)
	}
	for _, k := range clusters {
		names = append(names, k.serviceAccounts()...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
