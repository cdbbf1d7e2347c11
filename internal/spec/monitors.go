package spec

import (
	"github.com/helm-flink/helm-flink/internal/flink/metrics"
)

// monitoringValues are the values of the chart flink-monitoring, nil where
// nothing is scraped; jobs are those of flink-jobs.
func (p *Platform) monitoringValues(jobs object) (object, error) {
	monitors, rules := object{}, object{}
	for _, k := range p.scraped() {
		id := k.team.Namespace + "/" + k.monitorName()
		monitors[id] = k.monitored(object{"spec": p.podMonitor(k.selector(), []any{"app", "component"})})
		t, err := k.alertTarget(jobs)
		if err != nil {
			return nil, err
		}
		made := metrics.ForJob(t, overrides(k.Monitoring.Alerts), p.Monitoring.Alerts.Runbooks)
		if p.Monitoring.Alerts.Enabled && len(made) > 0 {
			rules[id] = k.monitored(object{"spec": ruleGroup(t.Namespace+"/"+t.Name, made)})
		}
	}
	if p.Operator.Monitoring.Prometheus.Enabled {
		name := p.operatorName()
		id := p.Operator.Namespace + "/" + name
		own := func(spec object) object {
			return object{"name": name, "namespace": p.Operator.Namespace, "labels": anyMap(p.Monitoring.Labels), "spec": spec}
		}
		monitors[id] = own(p.podMonitor(object{"matchLabels": object{"app.kubernetes.io/name": name}}, nil))
		made := metrics.ForOperator(metrics.Operator{Namespace: p.Operator.Namespace, PodMonitor: name},
			overrides(p.Operator.Monitoring.Alerts), p.Monitoring.Alerts.Runbooks)
		if p.Monitoring.Alerts.Enabled && len(made) > 0 {
			rules[id] = own(ruleGroup(id, made))
		}
	}
	if len(monitors) == 0 {
		return nil, nil
	}
	dashboards, err := p.dashboards()
	return object{"commonLabels": p.commonLabels(), "podMonitors": monitors, "prometheusRules": rules, "dashboards": dashboards}, err
}

// operatorName is what the operator's chart calls its Deployment, and the value
// of the label that its pods have (app.kubernetes.io/name). EMR's chart is taken to
// do as Apache's does; that is unconfirmed.
func (p *Platform) operatorName() string {
	name, _ := p.Operator.Values["nameOverride"].(string)
	return or(name, "flink-kubernetes-operator")
}

// monitorName is the name of a cluster's PodMonitor and PrometheusRule.
func (k *cluster) monitorName() string { return "flink-" + k.name }

// monitored completes the entry of an object that goes with a cluster.
func (k *cluster) monitored(entry object) object {
	entry["name"], entry["namespace"] = k.monitorName(), k.team.Namespace
	entry["labels"] = override(k.platform.teamLabels(k.team), anyMap(k.platform.Monitoring.Labels))
	return entry
}

// selector finds the pods of a cluster by the label that Flink gives them.
func (k *cluster) selector() object {
	names := k.deploymentNames()
	if len(names) == 1 {
		return object{"matchLabels": object{"app": names[0]}}
	}
	return object{"matchExpressions": []any{object{"key": "app", "operator": "In", "values": anyList(names)}}}
}

// podMonitor is a PodMonitorSpec. The labels become labels of the series.
func (p *Platform) podMonitor(selector object, labels []any) object {
	endpoint := object{"port": metricsPort, "interval": p.Monitoring.Interval}
	put(endpoint, "scrapeTimeout", p.Monitoring.ScrapeTimeout)
	out := object{"selector": selector, "podMetricsEndpoints": []any{endpoint}}
	put(out, "podTargetLabels", labels)
	return out
}

// overrides are the user's changes to alerts.
func overrides(alerts map[string]*Alert) map[string]metrics.Override {
	out := map[string]metrics.Override{}
	for name, a := range alerts {
		if a != nil {
			out[name] = metrics.Override{Off: !a.Enabled, Severity: a.Severity, For: a.For, Threshold: a.Threshold}
		}
	}
	return out
}

// ruleGroup is a PrometheusRuleSpec.
func ruleGroup(name string, made []metrics.Rule) object {
	rules := make([]any, len(made))
	for i, r := range made {
		rules[i] = object{
			"alert": r.Alert, "expr": r.Expr, "for": r.For, "labels": anyMap(r.Labels), "annotations": anyMap(r.Annotations),
		}
	}
	return object{"groups": []any{object{"name": name, "rules": rules}}}
}

// dashboards are the entries of the dashboards' ConfigMaps, none where they are
// switched off.
func (p *Platform) dashboards() (object, error) {
	d := p.Monitoring.Dashboards
	out := object{}
	if !d.Enabled {
		return out, nil
	}
	made, err := metrics.Dashboards(p.Platform.Name)
	if err != nil {
		return nil, err
	}
	labels := anyMap(d.Labels)
	if len(labels) == 0 {
		labels = object{"grafana_dashboard": "1"}
	}
	for _, one := range made {
		name := p.dashboardName(one.Name)
		entry := object{
			"namespace": or(d.Namespace, p.Operator.Namespace), "labels": labels, "file": name + ".json", "json": one.JSON,
		}
		put(entry, "annotations", anyMap(d.Annotations))
		out[name] = entry
	}
	return out, nil
}

// dashboardName is the name of a dashboard's ConfigMap.
func (p *Platform) dashboardName(name string) string { return p.Platform.Name + "-dashboard-" + name }
