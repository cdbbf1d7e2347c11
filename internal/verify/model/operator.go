package model

import (
	"strings"

	"github.com/helm-flink/helm-flink/internal/flink"
	"github.com/helm-flink/helm-flink/internal/flink/v1beta1"
)

// builtIn is the operator's configuration as its chart and image have it
// (operator 1.15, helm/flink-kubernetes-operator: conf/flink-conf.yaml and
// defaultConfiguration in values.yaml), as far as a rule can depend on it.
func builtIn() flink.Config {
	return flink.Config{}.Over(map[string]string{
		"taskmanager.numberOfTaskSlots":                            "1",
		"parallelism.default":                                      "1",
		"kubernetes.operator.reconcile.interval":                   "15 s",
		"kubernetes.operator.observer.progress-check.interval":     "5 s",
		"kubernetes.operator.metrics.reporter.slf4j.factory.class": "org.apache.flink.metrics.slf4j.Slf4jReporterFactory",
		"kubernetes.operator.metrics.reporter.slf4j.interval":      "5 MINUTE",
	}, flink.FromDefaults)
}

// operatorFacts chooses the operator's version and reads its configuration: the
// version asked for, or that of the newest EMR release in use, or the default.
func (w *World) operatorFacts() OperatorFacts {
	f := OperatorFacts{Version: w.Options.Operator, Config: builtIn()}
	if f.Version.IsZero() {
		f.Version, f.LowerBound = w.seenVersion()
	}
	for _, o := range w.Kind("ConfigMap") {
		f.Seen = o
		f.Config = overConfigMap(f.Config, o.Data)
	}
	return f
}

// overConfigMap lays the files of the operator's ConfigMap over a configuration.
func overConfigMap(c flink.Config, configMap map[string]any) flink.Config {
	data, _ := configMap["data"].(map[string]any)
	// config.yaml stands where both are there: OperatorConfigMap quirk K1 is the chart's, not the reader's.
	for _, file := range []string{"flink-conf.yaml", "config.yaml"} {
		if text, ok := data[file].(string); ok {
			c = c.Over(v1beta1.ReadConf(text), flink.FromOperator)
		}
	}
	return c
}

// Defaults is what the operator lays under the resources of a namespace and a
// Flink version (v1_20), by its ConfigMap as JSON decodes it; nil stands for none.
func Defaults(configMap map[string]any) func(namespace, version string) flink.Config {
	f := OperatorFacts{Config: overConfigMap(builtIn(), configMap)}
	return func(namespace, version string) flink.Config {
		v, err := flink.ParseVersion(version)
		if err != nil {
			return f.effective(namespace, flink.Version{})
		}
		return f.effective(namespace, v)
	}
}

// seenVersion is the operator's version that the objects show: of the image of
// its Deployment, else the highest lower bound that an EMR release gives.
func (w *World) seenVersion() (version flink.Operator, lowerBound bool) {
	for _, o := range w.Kind("Deployment") {
		if v := VersionOf(o.Data); !v.IsZero() {
			return v, false
		}
	}
	for _, m := range w.members {
		if facts, ok := flink.EMRFactsOf(m.release); ok && facts.Operator.Compare(version) > 0 {
			version, lowerBound = facts.Operator, !facts.OperatorConfirmed
		}
	}
	if version.IsZero() {
		return flink.DefaultOperator(), false
	}
	return version, lowerBound
}

// VersionOf is the operator's version by the image of its Deployment; zero where
// that does not say it.
func VersionOf(deployment map[string]any) flink.Operator {
	for _, image := range images(deployment) {
		name, tag, _ := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
		if v, err := flink.ParseOperator(tag); err == nil && name == "flink-kubernetes-operator" {
			return v
		}
	}
	return flink.Operator{}
}

// images lists the images of a Deployment's containers.
func images(deployment map[string]any) []string {
	var out []string
	at := deployment
	for _, key := range []string{"spec", "template", "spec"} {
		at, _ = at[key].(map[string]any)
	}
	list, _ := at["containers"].([]any)
	for _, item := range list {
		c, _ := item.(map[string]any)
		if image, ok := c["image"].(string); ok {
			out = append(out, image)
		}
	}
	return out
}

// effective is the operator's configuration for a namespace and a Flink
// version: kubernetes.operator.default-configuration.namespace.<ns>.* goes over
// it, and …flink-version.<v>.* over that, where <v>+ stands for v and newer
// (operator 1.15, FlinkConfigManager.getDefaultConfig).
func (f OperatorFacts) effective(namespace string, version flink.Version) flink.Config {
	const prefix = "kubernetes.operator.default-configuration."
	forNamespace, forVersion := map[string]string{}, map[string]string{}
	for key, s := range f.Config {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		if own, ok := strings.CutPrefix(rest, "namespace."+namespace+"."); ok {
			forNamespace[own] = s.Value
		}
		if of, ok := strings.CutPrefix(rest, "flink-version."); ok {
			name, own, _ := strings.Cut(of, ".")
			name, open := strings.CutSuffix(name, "+")
			if v, err := flink.ParseVersion(name); err == nil && (v == version || open && version.Compare(v) > 0) {
				forVersion[own] = s.Value
			}
		}
	}
	return f.Config.Over(forNamespace, flink.FromOperator).Over(forVersion, flink.FromOperator)
}
