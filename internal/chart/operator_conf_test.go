package chart_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"
)

// opConf gives the file that Flink would load from the mounted volume, and its text.
func opConf(t *testing.T, values string) (file, text string) {
	t.Helper()
	r := opRender(t, values)
	data := opGet[corev1.ConfigMap](t, r, "ConfigMap ops/flink-operator-config").Data
	for _, volume := range opDeployment(t, r).Spec.Template.Spec.Volumes {
		if volume.ConfigMap == nil || volume.ConfigMap.Name != "flink-operator-config" {
			continue
		}
		for _, item := range volume.ConfigMap.Items {
			if _, ok := data[item.Key]; !ok || item.Path != item.Key {
				t.Errorf("item %v is not in the ConfigMap", item)
			}
			if strings.HasSuffix(item.Key, ".yaml") {
				if file != "" {
					t.Errorf("%s and %s are both mounted", file, item.Key)
				}
				file = item.Key
			}
		}
	}
	return file, data[file]
}

// opConfCase is one configuration: values, the file that is mounted, and keys of it (nil: absent).
type opConfCase struct {
	values string
	file   string
	want   map[string]any
}

func opConfCases() map[string]opConfCase {
	const prefix = "kubernetes.operator."
	const election, lease = prefix + "leader-election.enabled", prefix + "leader-election.lease-name"
	return map[string]opConfCase{
		"defaults": {"", "flink-conf.yaml", map[string]any{
			"taskmanager.numberOfTaskSlots": 1.0, "parallelism.default": 1.0,
			prefix + "reconcile.interval": "15 s", prefix + "observer.progress-check.interval": "5 s",
			prefix + "metrics.reporter.slf4j.interval": "5 MINUTE",
			prefix + "health.probe.enabled":            true, prefix + "health.probe.port": 8085.0,
			prefix + "watched.namespaces": nil, election: nil, lease: nil,
		}},
		"watched": {"watchNamespaces: [a, b, a]", "flink-conf.yaml", map[string]any{prefix + "watched.namespaces": "a,b"}},
		"no health": {"operatorHealth: null", "flink-conf.yaml", map[string]any{
			prefix + "health.probe.enabled": nil, prefix + "health.probe.port": nil}},
		"two replicas": {"replicas: 2", "flink-conf.yaml", map[string]any{election: true, lease: "flink-operator-lease"}},
		"two replicas, own lease": {"{replicas: 2, defaultConfiguration: {flink-conf.yaml: '" + lease + ": mine'}}",
			"flink-conf.yaml", map[string]any{election: true, lease: "mine"}},
		"election by hand": {"{defaultConfiguration: {flink-conf.yaml: '" + election + ": true'}}",
			"flink-conf.yaml", map[string]any{election: true, lease: "flink-operator-lease"}},
		"election refused": {"{replicas: 2, defaultConfiguration: {flink-conf.yaml: '" + election + ": false'}}",
			"flink-conf.yaml", map[string]any{election: false}},
		"config.yaml wins": {"defaultConfiguration: {config.yaml: 'a.b: c'}", "config.yaml", map[string]any{
			"a.b": "c", "parallelism.default": 1.0, prefix + "reconcile.interval": nil, prefix + "health.probe.port": 8085.0}},
		"flink-conf.yaml removed": {"defaultConfiguration: {flink-conf.yaml: null}", "config.yaml", map[string]any{
			"parallelism.default": 1.0}},
		"user's key replaces the built-in": {"defaultConfiguration: {flink-conf.yaml: 'parallelism.default: 7'}",
			"flink-conf.yaml", map[string]any{"parallelism.default": 7.0, "taskmanager.numberOfTaskSlots": 1.0}},
		"user's nested key replaces the built-in": {
			"defaultConfiguration: {config.yaml: \"parallelism:\\n  default: 7\\n'taskmanager.numberOfTaskSlots': 3\\n\"}",
			"config.yaml", map[string]any{
				"parallelism.default": nil, "parallelism": map[string]any{"default": 7.0}, "taskmanager.numberOfTaskSlots": 3.0}},
		"computed key replaces the user's": {
			"{watchNamespaces: [a], defaultConfiguration: {config.yaml: '\"" + prefix + "watched.namespaces\" : b'}}",
			"config.yaml", map[string]any{prefix + "watched.namespaces": "a"}},
		"a commented key is none": {"defaultConfiguration: {flink-conf.yaml: '# parallelism.default: 7'}",
			"flink-conf.yaml", map[string]any{"parallelism.default": 1.0}},
		"append off": {"{replicas: 2, defaultConfiguration: {append: false, flink-conf.yaml: '  x: y'}}",
			"flink-conf.yaml", map[string]any{"parallelism.default": nil, election: true}},
		"empty": {"defaultConfiguration: {append: false, flink-conf.yaml: ''}", "flink-conf.yaml", map[string]any{
			prefix + "health.probe.enabled": true}},
		"carriage returns": {"defaultConfiguration: {flink-conf.yaml: \"parallelism.default: 7\\r\\nx: z\\r\\n\"}",
			"flink-conf.yaml", map[string]any{"parallelism.default": 7.0, "x": "z"}},
	}
}

func TestOperatorChartConf(t *testing.T) {
	t.Parallel()
	for name, c := range opConfCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, text := opConf(t, c.values)
			if file != c.file {
				t.Errorf("%s is mounted, want %s", file, c.file)
			}
			got := map[string]any{}
			// Strict: no key twice. An indented first line is the legacy parser's alone to read.
			if err := yaml.UnmarshalStrict([]byte(strings.ReplaceAll(text, "  x: y", "x: y")), &got); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			for key, want := range c.want {
				if m, ok := want.(map[string]any); ok {
					inner, _ := got[key].(map[string]any)
					for k, v := range m {
						if inner[k] != v {
							t.Errorf("%s.%s = %v, want %v", key, k, inner[k], v)
						}
					}
				} else if got[key] != want {
					t.Errorf("%s = %v, want %v", key, got[key], want)
				}
			}
		})
	}
}

func TestOperatorChartJavaOptions(t *testing.T) {
	t.Parallel()
	_, text := opConf(t, "")
	conf := map[string]any{}
	if err := yaml.UnmarshalStrict([]byte(text), &conf); err != nil {
		t.Fatal(err)
	}
	const prefix = "kubernetes.operator.default-configuration.flink-version."
	for _, key := range []string{prefix + "v1_18.env.java.opts.all", prefix + "v1_19+.env.java.default-opts.all"} {
		options := strings.Fields(conf[key].(string))
		if len(options) != 15 {
			t.Errorf("%s: %d options, want 15", key, len(options))
		}
		for _, option := range options {
			if !strings.HasPrefix(option, "--add-") || !strings.HasSuffix(option, "=ALL-UNNAMED") {
				t.Errorf("%s: option %q", key, option)
			}
		}
	}
}

func TestOperatorChartLogging(t *testing.T) {
	t.Parallel()
	const values = `
logging: {framework: logback}
defaultConfiguration:
  log4j-operator.properties: "rootLogger.level = DEBUG\n"
  logback-console.xml: <configuration/>`
	r := opRender(t, values)
	data := opGet[corev1.ConfigMap](t, r, "ConfigMap ops/flink-operator-config").Data
	log4j := data["log4j-operator.properties"]
	if !strings.HasSuffix(log4j, "rootLogger.level = DEBUG\n") || !strings.Contains(log4j, "ConsoleAppender") {
		t.Errorf("log4j: the user's text is not added to the built-in:\n%s", log4j)
	}
	if data["logback-console.xml"] != "<configuration/>" {
		t.Errorf("logback: the user's file does not replace the built-in:\n%s", data["logback-console.xml"])
	}
	for _, name := range []string{"logback-operator.xml", "logback-console.xml"} {
		opWellFormed(t, name, data[name])
	}
	for framework, files := range map[string][]string{
		"logback": {"flink-conf.yaml", "logback-operator.xml", "logback-console.xml"},
		"log4j2":  {"flink-conf.yaml", "log4j-operator.properties", "log4j-console.properties"},
	} {
		spec := opDeployment(t, opRender(t, "logging: {framework: "+framework+"}")).Spec.Template.Spec
		var mounted []string
		for _, item := range spec.Volumes[0].ConfigMap.Items {
			mounted = append(mounted, item.Path)
		}
		if !slices.Equal(mounted, files) {
			t.Errorf("%s: mounted %q, want %q", framework, mounted, files)
		}
		for _, c := range spec.Containers {
			i := slices.IndexFunc(c.Env, func(e corev1.EnvVar) bool { return e.Name == "LOG_CONFIG" })
			if _, path, _ := strings.Cut(c.Env[i].Value, "/opt/flink/conf/"); !slices.Contains(files, path) {
				t.Errorf("%s: container %s reads %q, which is not mounted", framework, c.Name, path)
			}
		}
	}
	console := opGet[corev1.ConfigMap](t, opRender(t, ""), "ConfigMap ops/flink-operator-config").Data["logback-console.xml"]
	opWellFormed(t, "built-in logback-console.xml", console)
	for line := range strings.SplitSeq(log4j, "\n") {
		if line != "" && !strings.HasPrefix(line, "#") && !strings.Contains(line, " = ") {
			t.Errorf("log4j: line %q", line)
		}
	}
}

// opWellFormed fails the test unless a text is well-formed XML.
func opWellFormed(t *testing.T, name, text string) {
	t.Helper()
	elements := 0
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if _, ok := token.(xml.StartElement); ok {
			elements++
		}
	}
	if elements == 0 {
		t.Errorf("%s: no element in %q", name, text)
	}
}
