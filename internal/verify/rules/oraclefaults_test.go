package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// clusterFaults break rules of any cluster, with a job or without.
func clusterFaults() []fault {
	jm := func(path string) string { return "spec.jobManager." + path }
	tm := func(path string) string { return "spec.taskManager." + path }
	return []fault{
		{"FLK201", "upper", []change{set("metadata.name", "Orders")}},
		{"FLK201", "digit", []change{set("metadata.name", "1orders")}},
		{"FLK201", "dash", []change{set("metadata.name", "orders-")}},
		{"FLK201", "dot", []change{set("metadata.name", "or.ders")}},
		{"FLK201", "long", []change{set("metadata.name", strings.Repeat("a", 46))}},
		{"FLK202", "", []change{del("spec.flinkVersion")}},
		{"FLK203", "v1_13", []change{set("spec.flinkVersion", "v1_13")}},
		{"FLK203", "v1_14", []change{set("spec.flinkVersion", "v1_14")}},
		{"FLK205", "namespace", []change{conf("kubernetes.namespace", "team-a")}},
		{"FLK205", "cluster", []change{conf("kubernetes.cluster-id", "orders")}},
		{"FLK205", "ha", []change{conf("high-availability.cluster-id", "orders")}},
		{"FLK206", "none", []change{conf("kubernetes.operator.deployment.rollback.enabled", "true"), conf("high-availability.type", "NONE")}},
		{"FLK206", "lower", []change{conf("kubernetes.operator.deployment.rollback.enabled", "TRUE"), conf("high-availability.type", "none")}},
		{"FLK207", "", []change{
			conf("kubernetes.operator.cluster.health-check.enabled", "true"), conf("kubernetes.operator.jm-deployment-recovery.enabled", "false"),
		}},
		{"FLK208", "", []change{set("spec.ingress.className", "alb")}},
		{"FLK209", "port", []change{set("spec.ingress.template", "example.com:port")}},
		{"FLK209", "negative", []change{set("spec.ingress.template", "example.com:-2")}},
		{"FLK209", "bracket", []change{set("spec.ingress.template", "[::1:80/{{name}}")}},
		{"FLK209", "after", []change{set("spec.ingress.template", "http://[::1]x/{{name}}")}},
		{"FLK209", "large", []change{set("spec.ingress.template", "{{name}}.example.com:99999999999")}},
		{"FLK210", "", []change{set("spec.logConfiguration", map[string]any{"log4j.properties": "x"})}},
		{"FLK218", "", []change{del(jm("resource.memory"))}},
		{"FLK218", "part", []change{del("spec.jobManager")}},
		{"FLK218", "metaspace", []change{del(jm("resource")), conf("jobmanager.memory.jvm-metaspace.size", "256m")}},
		{"FLK219", "unit", []change{set(jm("resource.memory"), "2 gigs")}},
		{"FLK219", "word", []change{set(jm("resource.memory"), "much")}},
		{"FLK219", "fraction", []change{set(tm("resource.memory"), "1.5.0g")}},
		{"FLK219", "tm", []change{set(tm("resource.memory"), "2x")}},
		{"FLK220", "jm", []change{set(jm("resource.ephemeralStorage"), "much")}},
		{"FLK220", "tm", []change{set(tm("resource.ephemeralStorage"), "10Gb")}},
		{"FLK221", "word", []change{resources("jobManager", "requests", "cpu", "one")}},
		{"FLK221", "memory", []change{resources("taskManager", "limits", "memory", "2 gigs")}},
		{"FLK221", "storage", []change{resources("taskManager", "limits", "ephemeral-storage", "10Gb")}},
		{"FLK222", "cpu", []change{resources("jobManager", "requests", "cpu", "0")}},
		{"FLK222", "memory", []change{resources("taskManager", "limits", "memory", "0")}},
		{"FLK222", "negative", []change{resources("taskManager", "requests", "cpu", "-1")}},
		{"FLK223", "", []change{resources("jobManager", "requests", "ephemeral-storage", "-1Gi")}},
		{"FLK224", "cpu", []change{resources("jobManager", "requests", "cpu", "2"), resources("jobManager", "limits", "cpu", "1500m")}},
		{"FLK224", "memory", []change{resources("taskManager", "requests", "memory", "3Gi"), resources("taskManager", "limits", "memory", "2048m")}},
		{"FLK225", "zero", []change{set(jm("replicas"), int64(0))}},
		{"FLK225", "negative", []change{set(jm("replicas"), int64(-1))}},
		{"FLK226", "", []change{set(jm("replicas"), int64(2)), conf("high-availability.type", nil)}},
		{"FLK226", "none", []change{set(jm("replicas"), int64(3)), conf("high-availability.type", "NONE")}},
		{"FLK227", "", []change{del(tm("resource.memory"))}},
		{"FLK227", "part", []change{del("spec.taskManager")}},
		{"FLK227", "managed", []change{del(tm("resource")), conf("taskmanager.memory.managed.size", "512m")}},
		{"FLK227", "old", []change{del("spec.taskManager"), conf("taskmanager.heap.size", "2g")}},
		{"FLK227", "heap", []change{del(tm("resource")), conf("taskmanager.memory.task.heap.size", "512m")}},
		{"FLK229", "", []change{set(tm("replicas"), int64(0))}},
		{"FLK235", "", []change{del("spec.serviceAccount")}},
	}
}

// resources sets one request or limit of Kubernetes' form.
func resources(component, section, key, value string) change {
	return set("spec."+component+".resources."+section+":"+key, value)
}

// jobFaults break rules of application clusters.
func jobFaults() []fault {
	nosp := conf("state.savepoints.dir", nil)
	return []fault{
		{"FLK211", "", []change{conf("state.checkpoints.dir", nil)}},
		{"FLK211", "blank", []change{conf("state.checkpoints.dir", " ")}},
		{"FLK212", "", []change{set("spec.job.upgradeMode", "savepoint"), nosp}},
		{"FLK212", "blank", []change{set("spec.job.upgradeMode", "savepoint"), conf("state.savepoints.dir", " ")}},
		{"FLK213", "", []change{set("spec.job.upgradeMode", "last-state"), set("spec.job.savepointTriggerNonce", int64(7)), nosp}},
		{"FLK214", "", []change{set("spec.job.upgradeMode", "last-state"), conf("kubernetes.operator.periodic.savepoint.interval", "6 h"), nosp}},
		{"FLK215", "", []change{
			set("spec.job.upgradeMode", "last-state"), conf("kubernetes.operator.job.upgrade.last-state.max.allowed.checkpoint.age", "1 h"), nosp,
		}},
		{"FLK216", "", []change{set("spec.taskManager.replicas", int64(0))}},
		{"FLK216", "negative", []change{set("spec.taskManager.replicas", int64(-1))}},
		{"FLK217", "", []change{del("spec.job.parallelism")}},
		{"FLK217", "zero", []change{set("spec.job.parallelism", int64(0))}},
		{"FLK217", "negative", []change{set("spec.job.parallelism", int64(-4))}},
		{"FLK283", "", []change{set("spec.job.upgradeMode", "last-state"), conf("high-availability.type", nil)}},
	}
}

// autoscalerFaults break the autoscaler's rules. 1.7.0 alone measures those of
// 36 to 39, 1.16.1 alone rule 50 (internal/tools/oracle/README.md).
func autoscalerFaults() []fault {
	on := conf("job.autoscaler.enabled", "true")
	long := conf("kubernetes.operator.job.autoscaler.enabled", "true")
	var out []fault
	for _, n := range []struct{ rule, option, bad string }{
		{"FLK236", "scale-down.max-factor", "-0.1"},
		{"FLK237", "scale-up.max-factor", "-1"},
		{"FLK238", "target.utilization", "1.1"},
		{"FLK238", "target.utilization", "-0.1"},
		{"FLK239", "target.utilization.boundary", "-0.3"},
	} {
		out = append(out,
			fault{n.rule, n.option + n.bad, []change{on, conf("job.autoscaler."+n.option, n.bad)}},
			fault{n.rule, "long-" + n.option + n.bad, []change{long, conf("kubernetes.operator.job.autoscaler."+n.option, n.bad)}},
			fault{n.rule, "word-" + n.option + n.bad, []change{on, conf("job.autoscaler."+n.option, "much")}},
		)
	}
	for i, f := range badPeriods() {
		out = append(out, fault{f[0], fmt.Sprintf("period-%02d", i), []change{on, conf("job.autoscaler.excluded.periods", f[1])}})
	}
	return append(out,
		fault{"FLK250", "", []change{on, conf("job.autoscaler.metrics.window", "10 s")}},
		fault{"FLK250", "long", []change{long, conf("kubernetes.operator.job.autoscaler.metrics.window", "14999 ms")}},
		fault{"FLK250", "interval", []change{on, conf("kubernetes.operator.reconcile.interval", "20 min")}},
	)
}

func goodDeployments() []fault {
	var out []fault
	good := func(name string, changes ...change) { out = append(out, fault{"", "good/" + name, changes}) }
	odd := func(name string, changes ...change) { out = append(out, fault{"", "odd/" + name, changes}) }
	good("name-45", set("metadata.name", strings.Repeat("a", 45)))
	good("name-1", set("metadata.name", "a"))
	for _, v := range []string{"v1_15", "v1_16", "v1_18"} {
		good("flink-"+v, set("spec.flinkVersion", v))
	}
	for i, m := range []string{"2g", "2 GB", "2048M", "2147483648", "2048 mebibytes", "2097152k", "1t", "2gibibytes", "2147483648 bytes"} {
		good(fmt.Sprintf("memory-%d", i), set("spec.jobManager.resource.memory", m), set("spec.taskManager.resource.memory", m))
	}
	for i, tpl := range []string{
		"{{name}}.{{namespace}}.example.com", "/{{namespace}}/{{name}}(/|$)(.*)", "https://{{NAME}}.example.com:8443/x?y#z", "example.com:",
		"a@b@c:port", "ftp://example.com", "[::1]:80", "{{name}} .example.com", "example.com:80/path:port", "example.com:+80", "user:pw@example.com",
		"example.com:-1", "HTTP://example.com", "example.com#:port", "example.com?:port",
	} {
		good(fmt.Sprintf("ingress-%d", i), set("spec.ingress.template", tpl))
	}
	for i, tpl := range []string{
		"[abc]:80", "[1.2.3.4]/x", "[]", "[a]", "[::1]:", "[::1]:port", "[fe80::1%25eth0]/x", "[::ffff:1.2.3.4]", "example.com:080", "example.com: 80",
		" example.com:80 ", "{{Name}}:{{NAMESPACE}}", "user@[::1]x", "example.com:2147483648", "example.com:2147483647", "[::1%eth0]", "[::1::2]", "a:b@c",
	} {
		odd(fmt.Sprintf("ingress-%02d", i), set("spec.ingress.template", tpl))
	}
	for i, m := range []string{"2Gi", "2048Mi", "2048m", "2g", "2147483648"} {
		good(fmt.Sprintf("resources-%d", i), del("spec.jobManager.resource"), resources("jobManager", "requests", "memory", m),
			resources("jobManager", "requests", "cpu", "500m"), resources("jobManager", "limits", "memory", "4Gi"))
		good(fmt.Sprintf("limits-%d", i), del("spec.taskManager.resource"), resources("taskManager", "limits", "memory", m))
	}
	good("resources-cpu", resources("jobManager", "requests", "cpu", "1"), resources("jobManager", "limits", "cpu", "1000m"))
	good("resources-gpu", resources("taskManager", "limits", "nvidia.com/gpu", "0"))
	good("resources-no-memory", del("spec.jobManager.resource"), resources("jobManager", "requests", "cpu", "1"))
	good("both-resources", resources("jobManager", "requests", "memory", "3Gi"))
	for i, m := range []string{"2Gi", "1.5Gi", "2 GiB", "2gi", "1.5g", "0.5Ti", "2Mib"} {
		good(fmt.Sprintf("quantity-%d", i), set("spec.jobManager.resource.memory", m))
	}
	for i, m := range []string{"-1g", "0", "", "1e9", "2G i", "2 048m", "+1g", "1_000m", "٢g", "9223372036854775807", "9223372036854775808", "99999999t", "m", "0x10", "1.5m", "2Ei", "2Pi", "1.5Ei"} {
		odd(fmt.Sprintf("memory-%d", i), set("spec.taskManager.resource.memory", m))
	}
	for i, m := range []string{"10G", "1e3", "-1Gi", "0", "", "10 Gi", "10gi", "1.5Gi", "Gi", "+5Mi", "10m"} {
		odd(fmt.Sprintf("storage-%d", i), set("spec.taskManager.resource.ephemeralStorage", m))
	}
	for i, m := range []string{"-1Gi", "1e9", "", "0.0", "2 Gi", "Gi", "2gib", "1.5G"} {
		odd(fmt.Sprintf("requests-%d", i), resources("taskManager", "requests", "memory", m))
	}
	for i, m := range []string{"1e-3", "", "1 ", "100n", "0m", "+1", "1.", ".5", "1k", "1K"} {
		odd(fmt.Sprintf("cpu-%d", i), resources("taskManager", "requests", "cpu", m))
	}
	for i, m := range []string{"1", " 2 ", "1e1", "0x1p1", "NaN", "Infinity", "-Infinity", "1.0d", "1f", "+1", "1_0", "inf", ".5", "", "1e400"} {
		odd(fmt.Sprintf("number-%d", i), conf("job.autoscaler.enabled", "true"), conf("job.autoscaler.scale-up.max-factor", m))
	}
	good("new-keys", conf("state.checkpoints.dir", nil), conf("execution.checkpointing.dir", "s3://x/c"))
	good("new-savepoint-key", set("spec.job.upgradeMode", "savepoint"), conf("state.savepoints.dir", nil), conf("execution.checkpointing.savepoint-dir", "s3://x/s"))
	good("blank-new-key", conf("execution.checkpointing.dir", ""))
	good("old-savepoint-key", set("spec.job.upgradeMode", "savepoint"), conf("state.savepoints.dir", nil), conf("savepoints.state.backend.fs.dir", "s3://x/s"))
	good("ha-oldest", conf("high-availability.type", nil), conf("recovery.mode", "zookeeper"))
	good("ha-blank", conf("high-availability.type", ""), set("spec.jobManager.replicas", int64(2)))
	good("ha-space", conf("high-availability.type", " NONE "), set("spec.jobManager.replicas", int64(2)))
	good("empty-account", set("spec.serviceAccount", ""))
	good("empty-template", set("spec.ingress.template", ""))
	good("nested", set("spec.flinkConfiguration:state", map[string]any{"backend": map[string]any{"type": "rocksdb"}}))
	good("nested-dirs", conf("state.checkpoints.dir", nil), set("spec.flinkConfiguration:state", map[string]any{"checkpoints": map[string]any{"dir": "s3://x/c"}}))
	for i, p := range goodPeriods() {
		good(fmt.Sprintf("period-%02d", i), conf("job.autoscaler.enabled", "true"), conf("job.autoscaler.excluded.periods", p))
	}
	for i, p := range oddPeriods() {
		odd(fmt.Sprintf("period-%02d", i), conf("job.autoscaler.enabled", "true"), conf("job.autoscaler.excluded.periods", p))
	}
	good("period-off", conf("job.autoscaler.excluded.periods", "nights"))
	for i, c := range []any{"a: b", int64(1), []any{"a"}, true} {
		odd(fmt.Sprintf("configuration-%d", i), set("spec.flinkConfiguration", c))
	}
	odd("configuration-null", conf("pipeline.name", []any{nil}))
	odd("configuration-maps", conf("pipeline.jars", []any{map[string]any{"a": "b"}}))
	odd("configuration-twice", conf("pipeline.name", "a"), set("spec.flinkConfiguration:pipeline", map[string]any{"name": "b"}))
	odd("no-configuration", set("spec.flinkConfiguration", nil), set("spec.job.upgradeMode", "stateless"))
	odd("standalone-jar", set("spec.mode", "standalone"), set("spec.job.jarURI", "/opt/flink/usrlib/orders.jar"))
	odd("interval", conf("kubernetes.operator.periodic.savepoint.interval", "often"))
	odd("container", set("spec.podTemplate.spec", map[string]any{"containers": []any{map[string]any{"name": "flink"}}}))
	good("log", set("spec.logConfiguration", map[string]any{"log4j-console.properties": "x", "logback-console.xml": "<x/>"}))
	good("ha-old", conf("high-availability.type", nil), conf("high-availability", "kubernetes"), set("spec.jobManager.replicas", int64(2)))
	good("ha-class", conf("high-availability.type", "org.apache.flink.kubernetes.highavailability.KubernetesHaServicesFactory"), set("spec.jobManager.replicas", int64(2)))
	good("standby", set("spec.jobManager.replicas", int64(2)))
	good("rollback", conf("kubernetes.operator.deployment.rollback.enabled", "true"))
	good("health", conf("kubernetes.operator.cluster.health-check.enabled", "true"))
	good("jm-process", del("spec.jobManager"), conf("jobmanager.memory.process.size", "2g"))
	good("jm-flink", del("spec.jobManager"), conf("jobmanager.memory.flink.size", "1g"))
	good("jm-heap", del("spec.jobManager"), conf("jobmanager.memory.heap.size", "1g"))
	good("jm-old", del("spec.jobManager"), conf("jobmanager.heap.size", "1g"))
	good("tm-process", del("spec.taskManager"), conf("taskmanager.memory.process.size", "2g"))
	good("tm-flink", del("spec.taskManager"), conf("taskmanager.memory.flink.size", "2g"))
	good("tm-parts", del("spec.taskManager"), conf("taskmanager.memory.task.heap.size", "512m"), conf("taskmanager.memory.managed.size", "512m"))
	good("storage", set("spec.taskManager.resource.ephemeralStorage", "10Gi"))
	good("nonce", set("spec.job.savepointTriggerNonce", int64(1)), set("spec.job.savepointRedeployNonce", int64(1)), set("spec.restartNonce", int64(5)))
	good("periodic", conf("kubernetes.operator.periodic.savepoint.interval", "6 h"))
	good("no-jar", del("spec.job.jarURI"), set("spec.job.entryClass", "org.apache.flink.client.python.PythonDriver"))
	good("autoscaler", conf("job.autoscaler.enabled", "true"), conf("job.autoscaler.target.utilization", "1.0"), conf("job.autoscaler.scale-up.max-factor", "0"),
		conf("job.autoscaler.scale-down.max-factor", " 0.5 "), conf("job.autoscaler.metrics.window", "15 s"))
	good("autoscaler-off", conf("job.autoscaler.target.utilization", "7"), conf("job.autoscaler.metrics.window", "1 s"))
	good("cluster-alias", conf("kubernetes.cluster-name", "x"))
	good("reactive", set("spec.mode", "standalone"), conf("scheduler-mode", "reactive"))
	return out
}

// operatorCases depend on the operator's configuration.
func operatorCases(t *testing.T) []oracleCase {
	t.Helper()
	const prefix = "kubernetes.operator.default-configuration."
	noDirs := []change{conf("state.checkpoints.dir", nil), conf("state.savepoints.dir", nil), set("spec.job.upgradeMode", "savepoint")}
	memory := []change{del("spec.jobManager"), del("spec.taskManager")}
	one := func(name, rule string, operator map[string]string, changes ...change) oracleCase {
		return oracleCase{Name: "operator/" + name, Fault: rule, Operator: operator, Objects: []map[string]any{object(t, applicationYAML, changes...)}}
	}
	dirs := map[string]string{"state.checkpoints.dir": "s3://x/c", "state.savepoints.dir": "s3://x/s"}
	in := func(scope string, m map[string]string) map[string]string {
		out := map[string]string{}
		for k, v := range m {
			out[prefix+scope+"."+k] = v
		}
		return out
	}
	return []oracleCase{
		one("dirs", "", dirs, noDirs...),
		one("dirs-namespace", "", in("namespace.team-a", dirs), noDirs...),
		one("dirs-other-namespace", "", in("namespace.team-b", dirs), noDirs...),
		one("dirs-version", "", in("flink-version.v1_17", dirs), noDirs...),
		one("dirs-other-version", "", in("flink-version.v1_18", dirs), noDirs...),
		one("memory", "", map[string]string{"jobmanager.memory.process.size": "2g", "taskmanager.memory.process.size": "2g"}, memory...),
		one("memory-jm", "FLK227", map[string]string{"jobmanager.memory.process.size": "2g"}, memory...),
		one("forbidden", "FLK205", map[string]string{"kubernetes.cluster-id": "x"}),
		one("rollback", "FLK206", map[string]string{"kubernetes.operator.deployment.rollback.enabled": "true"}, conf("high-availability.type", nil), set("spec.job.upgradeMode", "stateless")),
		{Name: "beyond/pull-policy", Beyond: []string{"FLK277"}, Objects: []map[string]any{object(t, applicationYAML, set("spec.imagePullPolicy", "always"))}},
		one("overridden", "", map[string]string{"kubernetes.operator.deployment.rollback.enabled": "true"},
			conf("high-availability.type", nil), conf("kubernetes.operator.deployment.rollback.enabled", "false"), set("spec.job.upgradeMode", "stateless")),
		one("periodic", "FLK214", map[string]string{"kubernetes.operator.periodic.savepoint.interval": "1 d"}, conf("state.savepoints.dir", nil)),
		one("autoscaler", "FLK238", map[string]string{"job.autoscaler.enabled": "true", "job.autoscaler.target.utilization": "3"}),
	}
}

// sessionCases are session jobs, with their cluster and without.
func sessionCases(t *testing.T) []oracleCase {
	t.Helper()
	cluster := object(t, applicationYAML, variants()["session"]...)
	var out []oracleCase
	both := func(f fault, operator map[string]string) {
		o := object(t, sessionJobYAML, f.changes...)
		name := strings.TrimSuffix("session/"+f.rule+"/"+f.name, "/")
		out = append(out, oracleCase{Name: name + "/alone", Fault: f.rule, Operator: operator, Objects: []map[string]any{o}},
			oracleCase{Name: name + "/cluster", Fault: f.rule, Operator: operator, Objects: []map[string]any{o, cluster}})
	}
	for _, f := range sessionFaults() {
		both(f, nil)
	}
	schemes := map[string]string{"kubernetes.operator.user.artifacts.allowed-schemes": "https;S3;http;local"}
	for _, uri := range []string{"s3://flink-data/orders.jar", "http://artifacts.example.com/o.jar", "local:///opt/orders.jar", "S3a://x/y.jar", "s3:x"} {
		both(fault{"", "schemes/" + uri, []change{set("spec.job.jarURI", uri)}}, schemes)
	}
	open := map[string]string{"kubernetes.operator.user.artifacts.disallow-restricted-hosts": "false"}
	for _, uri := range []string{"https://10.0.0.1/o.jar", "https:///o.jar", "https://localhost/o.jar"} {
		both(fault{"", "open/" + uri, []change{set("spec.job.jarURI", uri)}}, open)
	}
	withJob := object(t, applicationYAML, set("metadata.name", "adhoc"))
	out = append(out, oracleCase{Name: "session/FLK260", Fault: "FLK260", Objects: []map[string]any{object(t, sessionJobYAML), withJob}})
	for i, f := range slices.Concat(jobFaults(), autoscalerFaults()) {
		if f.rule == "FLK216" { // needs a taskManager
			continue
		}
		o := object(t, sessionJobYAML, slices.Concat([]change{
			conf("state.checkpoints.dir", "s3://x/c"), conf("state.savepoints.dir", "s3://x/s"), conf("high-availability.type", "kubernetes"),
		}, f.changes)...)
		bare := object(t, applicationYAML, del("spec.job"), set("metadata.name", "adhoc"), conf("state.checkpoints.dir", nil),
			conf("state.savepoints.dir", nil), conf("high-availability.type", nil))
		rule := f.rule
		out = append(out, oracleCase{Name: fmt.Sprintf("session/job-%d/%s/bare", i, rule), Objects: []map[string]any{o, bare}},
			oracleCase{Name: fmt.Sprintf("session/job-%d/%s/full", i, rule), Objects: []map[string]any{o, cluster}},
			oracleCase{Name: fmt.Sprintf("session/job-%d/%s/alone", i, rule), Objects: []map[string]any{o}})
	}
	return out
}

func sessionFaults() []fault {
	out := []fault{
		{"", "good", nil},
		{"", "no-jar", []change{del("spec.job.jarURI")}},
		{"", "odd-name", []change{set("metadata.name", "a.b-"+strings.Repeat("c", 60))}},
		{"FLK251", "upper", []change{set("spec.deploymentName", "Adhoc")}},
		{"FLK251", "missing", []change{del("spec.deploymentName")}},
		{"FLK252", "", []change{del("spec.job")}},
	}
	for rule, uris := range map[string][]string{
		"": {
			"https://artifacts.example.com/a%20b.jar", "HTTPS://artifacts.example.com/o.jar", "https://user@artifacts.example.com:8443/o.jar?x=[1]#f",
			"https://192.0.2.1/o.jar", "https://100.64.0.1/o.jar", "https://artifacts.example.com", "https://172.32.0.1/o.jar", "https://[2001:db8::1]/o.jar",
			"https://artifacts.example.com:/o.jar", "https://artifacts.example.com/é.jar",
		},
		"FLK254": {
			"https://artifacts.example.com/a b.jar", "https:", "https://", "://x", "1s://x/y", "https://artifacts.example.com/a%2.jar", "https://artifacts.example.com/[a].jar",
			"https://artifacts.example.com/a|b", "https://a^b/c", "https://artifacts.example.com/o.jar#a#b",
		},
		"FLK255": {"/opt/flink/o.jar", "o.jar", "//artifacts.example.com/o.jar", "?x", "a/b:c", ""},
		"FLK256": {"s3://x/y.jar", "http://artifacts.example.com/o.jar", "local:///o.jar", "file:///o.jar", "s3:x", "mailto:a@b"},
		"FLK257": {"https:///o.jar", "https://my_host/o.jar", "https://artifacts.example.com:port/o.jar", "https:o.jar", "https://1.2.3/o.jar", "https:/o.jar"},
		"FLK259": {
			"https://10.0.0.1/o.jar", "https://127.0.0.1/o.jar", "https://192.168.1.1:8443/o.jar", "https://172.16.0.1/o.jar", "https://172.31.255.255/o.jar",
			"https://169.254.169.254/latest", "https://0.0.0.0/o.jar", "https://224.0.0.1/o.jar", "https://[::1]/o.jar", "https://[fe80::1]/o.jar",
			"https://[fec0::1]/o.jar", "https://[::ffff:10.0.0.1]/o.jar", "https://[fd00::1]/o.jar", "https://localhost/o.jar",
		},
	} {
		for i, uri := range uris {
			out = append(out, fault{rule, fmt.Sprintf("uri-%02d", i), []change{set("spec.job.jarURI", uri)}})
		}
	}
	slices.SortStableFunc(out, func(a, b fault) int { return strings.Compare(a.rule+a.name, b.rule+b.name) })
	return out
}

func snapshotCases(t *testing.T) []oracleCase {
	t.Helper()
	target := object(t, applicationYAML)
	var out []oracleCase
	for _, f := range []fault{
		{"", "good", nil},
		{"", "checkpoint", []change{del("spec.savepoint"), set("spec.checkpoint", map[string]any{})}},
		{"", "adopted", []change{del("spec.jobReference"), set("spec.savepoint", map[string]any{"path": "s3://x/s", "alreadyExists": true})}},
		{"FLK264", "both", []change{set("spec.checkpoint", map[string]any{})}},
		{"FLK264", "none", []change{del("spec.savepoint")}},
		{"FLK265", "", []change{del("spec.jobReference")}},
	} {
		out = append(out, oracleCase{Name: "snapshot/" + f.rule + "/" + f.name, Fault: f.rule, Objects: []map[string]any{object(t, snapshotYAML, f.changes...), target}})
	}
	return append(out, oracleCase{Name: "snapshot/FLK266", Fault: "FLK266", Objects: []map[string]any{object(t, snapshotYAML)}})
}
